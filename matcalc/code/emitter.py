"""From instructions to the statements of a function, with temporaries for common subexpressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.code.entrywise import Entrywise
from matcalc.code.instructions import axes_of, computed_constants, floating_in, is_view
from matcalc.code.pieces import ADD, ATOM, LOWERED, MUL, POWER, UNARY, Piece, Scope, lifted, number_piece
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Expr, postorder, stages

#: Longer pieces of source become temporaries.
LONGEST = 70
#: What costs nothing and is written wherever it is needed.
_INLINE = frozenset(["number", "pi", "variable", "dimension", "transpose"])


class Emitter(Entrywise):
    """Writes statements for the instructions of a function."""

    def __init__(self, roots: Sequence[Expr], scope: Scope, names: Mapping[Expr, str], *, in_place: bool):
        self.scope = scope
        self.target = scope.target
        self.xp = scope.target.prefix
        self.in_place = in_place
        self.lines: list[str] = []
        self.names = {node: scope.fresh(one) for node, one in names.items()}
        self.stored: dict[Expr, Piece] = {}
        #: How often each temporary is still to be read.
        self.left: dict[str, int] = {}
        self.uses = _uses(roots)
        self.roots = frozenset(roots)
        self.constants = computed_constants(roots) if self.target.number and scope.array else frozenset()
        self.floating = frozenset() if scope.floats else floating_in(roots)
        for node in stages(roots):
            if node.op not in _INLINE and node not in self.roots:
                self.store_early(node)

    def emit(self, line: str, reads: Sequence[str]) -> None:
        """Write a statement that reads temporaries."""
        self.lines.append(line)
        for name in reads:
            if name in self.left:
                self.left[name] -= 1

    def store(self, piece: Piece, node: Expr, want: str = "") -> Piece:
        """Return the temporary that holds a value from now on."""
        name = self.names.get(node) or want or self.scope.temporary()
        if piece.axes and not piece.fresh:  # a view, which changes with what it is a view of
            self.left.update({one: self.left[one] + 1 for one in piece.reads if one in self.left})
        self.emit(f"{name} = {piece.text}", piece.reads)
        return self.held(name, node, fresh=piece.fresh)

    def store_early(self, node: Expr) -> None:
        """Store a value before what it is a part of is written, if it is written at all."""
        piece = self.piece(node)
        if node not in self.stored:
            self.store(piece, node)

    def held(self, name: str, node: Expr, *, fresh: bool) -> Piece:
        """Return the temporary as the place of the value of an instruction."""
        self.left[name] = self.uses.get(node, 1)
        self.stored[node] = Piece(name, ATOM, axes_of(node), fresh, (name,))
        return self.stored[node]

    def piece(self, node: Expr, want: str = "") -> Piece:
        """Return the source of a value; ``want`` is the name that a temporary for it should have."""
        found = self.stored.get(node)
        if found is None:
            found = self.written(node, self.names.get(node, want))
            if node in self.constants:
                found = found._replace(text=self.target.number.replace("{0}", found.text), level=ATOM)
            again = self.uses.get(node, 1) > 1 and node.op not in _INLINE
            named = node in self.names and node not in self.roots
            if node not in self.stored and (again or named or (len(found.text) > LONGEST and axes_of(node))):
                found = self.store(found, node, want)
        return found

    def written(self, node: Expr, want: str) -> Piece:
        """Return the source of a value, written out."""
        own = getattr(self, f"_{node.op}", None)
        if own is not None:
            result: Piece = own(node, want)
            return result
        return self.filled(_template_name(node), [self.piece(arg) for arg in node.args], node)

    def filled(self, name: str, args: Sequence[Piece], node: Expr) -> Piece:
        """Return an instruction with pieces for its arguments; raises E505 if the target cannot do it."""
        template = self.target.templates.get(name)
        if template is None:
            raise MatcalcError("E505", f"there is no source for {node.op} with {self.target.name} yet")
        axes = axes_of(node)
        text = self.helped(template).replace("{dtype}", self.scope.dtype if "{dtype}" in template else "")
        if "{size}" in text:
            text = text.replace("{size}", self.scope.size(node.shape[0]))
        if "{shape}" in text:
            text = text.replace("{shape}", self.shape_text(node))
        level, product = ATOM, text == "{0} @ {1}"
        if product:
            text, level = f"{args[0].at(MUL)} @ {args[1].at(UNARY)}", MUL
        for i, arg in enumerate(args):
            for before, after, least in (
                ("", ".", ATOM),
                ("", "[", ATOM),
                ("", " *", UNARY),
                ("* ", "", ATOM),
            ):
                text = text.replace(f"{before}{{{i}}}{after}", f"{before}{arg.at(least)}{after}")
            text = text.replace(f"{{{i}}}", arg.text)
        fresh = axes > 0 and not is_view(node)
        return Piece(text, level, axes, fresh, tuple(name for arg in args for name in arg.reads))

    def helped(self, template: str) -> str:
        """Return a template, with the namespace as first argument if a helper is called that takes it."""
        name, _, rest = template.partition("(")
        if not self.target.has_helper(name):
            return template
        self.scope.helpers.add(name)
        return f"{name}({self.target.namespace}, {rest}" if self.target.namespace else template

    def shape_text(self, node: Expr) -> str:
        """Return the source of a shape."""
        sizes = [self.scope.size(dim) for dim in node.shape if dim is not ONE]
        return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"

    # Leaves

    def _number(self, node: Expr, want: str) -> Piece:
        return number_piece(node.data)

    def _pi(self, node: Expr, want: str) -> Piece:
        return Piece(f"{self.xp}.pi", ATOM, 0)

    def _leaf(self, node: Expr, want: str) -> Piece:
        return self.filled(node.op, [], node)

    _identity = _ones = _zeros = _leaf

    def _variable(self, node: Expr, want: str) -> Piece:
        return Piece(self.scope.safe(str(node.data[0])), ATOM, axes_of(node))

    def _dimension(self, node: Expr, want: str) -> Piece:
        text = self.scope.size(node.data)
        return Piece(text, ATOM if text.isidentifier() else ADD, 0)

    # Products

    def _transpose(self, node: Expr, want: str) -> Piece:
        inner = self.piece(node.args[0])
        return Piece(f"{inner.at(ATOM)}.T", ATOM, 2, False, inner.reads)

    def _dot(self, node: Expr, want: str) -> Piece:
        left, right = node.args
        if axes_of(right) == 1 and left.op == "transpose":
            left, right = right, left.args[0]  # x*A needs no transpose
        return self.filled("dot", [self.piece(left), self.piece(right)], node)

    def _inner(self, node: Expr, want: str) -> Piece:
        name = "inner" if axes_of(node.args[0]) < 2 else "inner2"
        return self.filled(name, [self.piece(arg) for arg in node.args], node)

    def _outers(self, node: Expr, want: str) -> Piece:
        half = len(node.args) // 2
        pieces = [self.piece(arg) for arg in node.args]
        left, right = (", ".join(p.text for p in part) for part in (pieces[:half], pieces[half:]))
        template = self.helped(self.target.templates[_template_name(node)])
        text = template.replace("{left}", left).replace("{right}", right)
        reads = tuple(name for piece in pieces for name in piece.reads)
        return Piece(text, MUL if " @ " in text else ATOM, 2, True, reads)

    def _add_diagonal(self, node: Expr, want: str) -> Piece:
        array, added = node.args
        if self.in_place and self.may_take(array):
            pieces, _, first = self.operands(node, 0, want)
            if first:
                size, value = self.scope.size(node.shape[0]), pieces[1]
                sign, text = (
                    ("-", value.text[1:]) if value.text[0] == "-" and value.level > ADD else ("+", value.text)
                )
                self.emit(f"{first.text}.flat[:: {size} + 1] {sign}= {text}", value.reads)
                return self.held(first.text, node, fresh=True)
        first, second = self.piece(array), self.piece(added)
        if second.axes:
            unit = self.filled("diagonal_matrix", [second], node)
        else:
            unit = self.filled("identity", [], node)
            if second.text != "1":
                unit = Piece(f"{second.at(MUL)} * {unit.text}", MUL, 2)
        return Piece(f"{first.text} + {unit.text}", ADD, 2, True, (*first.reads, *second.reads))

    # Functions

    def _function(self, node: Expr, want: str) -> Piece:
        call = node.data
        if call.elementwise and call.module and self.in_place and axes_of(node):
            done = self.in_one_place(node, want)
            if done is not None:
                return done
        templated = call.module and call.name in self.target.templates
        alone = not templated and not (call.elementwise and any(map(axes_of, node.args)))
        args = [
            lifted(self.argument(arg) if alone and kind != "size" else self.piece(arg), kind, self.lifting)
            for arg, kind in zip(node.args, call.lifts, strict=True)
        ]
        reads = tuple(name for arg in args for name in arg.reads)
        if templated:  # such as a minimum with a number
            args.sort(key=lambda arg: -arg.axes)
            if not any(arg.axes for arg in args):
                args[0] = self.argument(node.args[0])
            whole = self.filled(call.name, args, node)
            return whole._replace(text=f"{whole.text}{LOWERED[call.lowered]}", reads=reads)
        texts = [arg.text for arg in args]
        name = self.function_name(call.module, call.name)
        if self.target.has_helper(name) and self.target.namespace:
            texts.insert(0, self.target.namespace)
        if self.target.helper_takes(name, "dtype"):
            texts.append(f"dtype={self.scope.dtype}")
        text = f"{name}({', '.join(texts)}){LOWERED[call.lowered]}"
        fresh = axes_of(node) > 0 and not call.lowered and not call.view
        return Piece(text, ATOM, axes_of(node), fresh, reads)

    @property
    def lifting(self) -> str:
        """The source of the matrix with one entry."""
        array = f"{self.xp}.asarray({{}}, dtype={self.scope.floating_dtype})"
        return self.target.templates["reshape"].replace("{1}", "1, 1").replace("{0}", array)

    def argument(self, node: Expr) -> Piece:
        """Return an argument of a function, as an array if the function takes nothing else."""
        piece = self.piece(node)
        if not self.target.strict or axes_of(node):
            return piece
        leaves = [one for one in postorder(node) if not one.args]
        if any(one.op == "variable" for one in leaves):
            self.scope.as_arrays = True
            return piece
        return piece._replace(text=f"{self.xp}.asarray({piece.text}, dtype={self.scope.dtype})", level=ATOM)

    def is_of_numbers(self, node: Expr) -> bool:
        """Return whether a value is computed by Python's own numbers, whose powers may be complex."""
        leaves = [one for one in postorder(node) if one.op == "variable"]
        return not self.target.strict and not any(map(axes_of, leaves))

    def function_name(self, module: str, name: str) -> str:
        """Return what a function is called, and note if it is a helper; raises E505 if there is none."""
        if not module or name in self.target.lacking:
            if not self.target.has_helper(name):
                raise MatcalcError("E505", f"there is no source for {name} with {self.target.name} yet")
            self.scope.helpers.add(name)
            return name
        path = "" if module == "." else f"{module}."
        return f"{self.xp}.{path}{self.target.renamed.get(name, name)}"

    def _to_power(self, node: Expr, want: str) -> Piece:
        base, exponent = (self.argument(arg) for arg in node.args)
        reads = (*base.reads, *exponent.reads)
        if self.is_of_numbers(node):
            name = "power" if self.scope.floats else "float_power"
            return Piece(f"{self.xp}.{name}({base.text}, {exponent.text})", ATOM, 0, False, reads)
        return Piece(
            f"{base.at(ATOM)} ** {exponent.at(ATOM)}", POWER, axes_of(node), axes_of(node) > 0, reads
        )

    def _block(self, node: Expr, want: str) -> Piece:
        """Return a matrix of blocks, in which columns and rows get their second axis."""
        (rows, cols), kinds = node.data
        cells = [self.piece(arg) for arg in node.args]
        reads = tuple(name for cell in cells for name in cell.reads)
        if axes_of(node) == 1:
            listed = [self._single(cell) if cell.axes == 0 else cell.text for cell in cells]
            text = self.target.templates["joined"].replace("{0}", ", ".join(listed))
            return Piece(text, ATOM, 1, True, reads)
        texts = [lifted(cell, kind, self.lifting).text for cell, kind in zip(cells, kinds, strict=True)]
        listed = [", ".join(texts[i * cols : (i + 1) * cols]) for i in range(rows)]
        if "block" in self.target.templates:
            inside = ", ".join(f"[{row}]" for row in listed)
            return Piece(self.target.templates["block"].replace("{0}", inside), ATOM, 2, True, reads)
        inside = ", ".join(self.target.templates["columns"].replace("{0}", row) for row in listed)
        return Piece(self.target.templates["rows"].replace("{0}", inside), ATOM, 2, True, reads)

    def _single(self, cell: Piece) -> str:
        """Return a scalar as an array with one axis."""
        if not self.target.strict:
            return f"{self.xp}.array([{cell.text}], dtype={self.scope.floating_dtype})"
        return (
            self.target.templates["reshape"]
            .replace("{1}", "1,")
            .replace("{0}", f"{self.xp}.asarray({cell.text}, dtype={self.scope.dtype})")
        )


def _template_name(node: Expr) -> str:
    """Return the name of the template of an instruction, with that of its variant after."""
    return f"{node.op}_{node.data}" if node.data else node.op


def _uses(roots: Sequence[Expr]) -> dict[Expr, int]:
    """Return how often each value is read; what is written everywhere anew reads as often as it is read."""
    order = list(postorder(*roots))
    uses = dict.fromkeys(order, 0)
    for root in roots:
        uses[root] += 1
    for node in reversed(order):
        for arg in node.args:
            uses[arg] += uses[node] if node.op in _INLINE else 1
    return uses
