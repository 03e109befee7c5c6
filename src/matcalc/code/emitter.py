"""From expressions to source: each part once, products in their cheapest order, solves, not inverses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from matcalc.algebra import is_bilinear, parts, split_coefficient
from matcalc.code.library import NAMES, library_sources
from matcalc.code.ordering import Factor, Order, best_order
from matcalc.code.pieces import (
    ADD,
    ATOM,
    LOWERED,
    MUL,
    POWER,
    UNARY,
    Piece,
    as_matrix,
    kind_of_value,
    number_piece,
)
from matcalc.code.scope import Scope, axes_of
from matcalc.code.targets import Target
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Dim, Expr, postorder
from matcalc.expression.signatures import entry_of, signature_of

#: What a dimension without a number is taken for.
USUAL_SIZE = 100


def source_of(
    name: str, doc: str, variables: Mapping[str, Expr], root: Expr, names: Mapping[Expr, str], target: Target
) -> str:
    """Return the source of a function of arrays that returns the value of an expression in normal form.

    Vectors are 1-D, matrices 2-D arrays. ``names`` are those that temporaries for parts have. Raises E505 for
    a function for which there is no source yet.
    """
    emitter = _Emitter(root, Scope(variables, target), names)
    result = emitter.piece(root)
    scope = emitter.scope
    arguments = ", ".join(scope.safe(one) for one in variables)
    head = [f"def {name}({arguments}):", f'    """{doc}"""']
    body = [f"    {line}" for line in (*scope.sizes(), *emitter.lines, f"return {result.text}")]
    return "\n\n\n".join([target.imports, *library_sources(scope.helpers), "\n".join([*head, *body])]) + "\n"


class _Emitter:
    """Writes statements for the parts of an expression that are used more than once."""

    def __init__(self, root: Expr, scope: Scope, names: Mapping[Expr, str]):
        self.root = root
        self.scope = scope
        self.xp = scope.target.prefix
        self.lines: list[str] = []
        self.names = {node: scope.fresh(one) for node, one in names.items()}
        self.done: dict[Expr, Piece] = {}
        self.uses: dict[Expr, int] = {}
        for node in postorder(root):
            for arg in node.args:
                self.uses[arg] = self.uses.get(arg, 0) + 1

    def piece(self, node: Expr) -> Piece:
        """Return the source of a value: a name, if it is used more than once."""
        found = self.done.get(node)
        if found is None:
            found = self.written(node)
            often = self.uses.get(node, 0) > 1 and node.args and node.op != "transpose"
            if node is not self.root and (often or node in self.names):
                name = self.names.get(node) or self.scope.temporary()
                self.lines.append(f"{name} = {found.text}")
                found = Piece(name, ATOM, found.axes)
            self.done[node] = found
        return found

    def written(self, node: Expr) -> Piece:
        """Return the source of a value, written out."""
        op, axes = node.op, axes_of(node)
        if op in ("number", "pi", "variable", "dimension", "identity", "ones", "zeros"):
            return self._leaf(node)
        if op == "transpose":
            inner = self.piece(node.args[0])
            return inner if axes < 2 else Piece(f"{inner.at(ATOM)}.T", ATOM, 2)
        if op == "add":
            return self._sum(node)
        if op == "mul":
            return self._product(node)
        if op == "hadamard":
            return self._hadamard(node.args, axes)
        if op in ("power", "hadamard_power"):
            return self._power(node)
        if op == "inv":
            return self._call("linalg.inv", [self.piece(node.args[0])], 2)
        if op == "tr":
            return self._trace(node.args[0])
        if op == "block":
            return self._block(node)
        if op == "diag":
            inner = self.piece(node.args[0])
            return self._call("diag" if inner.axes == 1 else "diagonal", [inner], axes)
        return self._function(node)

    def _leaf(self, node: Expr) -> Piece:
        op, axes = node.op, axes_of(node)
        if op == "number":
            return number_piece(node.data)
        if op == "pi":
            return Piece(f"{self.xp}.pi", ATOM, 0)
        if op == "variable":
            return Piece(self.scope.safe(str(node.data[0])), ATOM, axes)
        if op == "dimension":
            text = self.scope.size(node.data)
            return Piece(text, ATOM if text.isidentifier() else ADD, 0)
        sizes = [self.scope.size(dim) for dim in node.shape if self._long(dim)]
        if op == "identity":
            return Piece(f"{self.xp}.eye({sizes[0]})", ATOM, 2)
        shape = sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"
        return Piece(f"{self.xp}.{op}({shape})", ATOM, axes)

    @staticmethod
    def _long(dim: Dim) -> bool:
        return dim.value != 1

    def _call(self, function: str, args: Sequence[Piece], axes: int) -> Piece:
        return Piece(f"{self.xp}.{function}({', '.join(arg.text for arg in args)})", ATOM, axes)

    def _function(self, node: Expr) -> Piece:
        found = entry_of(node.op, node.args)
        entry = found[0] if found is not None else None
        if entry is None:
            raise MatcalcError("E505", f"there is no source for {node.op} yet")
        module, _, name = entry.evaluate.partition(":")
        args = [self.piece(arg) for arg in node.args]
        lifted = not entry.elementwise and node.op not in _ANY_AXES
        if lifted:
            arguments = signature_of(entry).arguments
            args = [as_matrix(*one, self.xp) for one in zip(args, node.args, arguments, strict=True)]
        texts = ", ".join(arg.text for arg in args)
        if module in ("kernels", "spectral") and name in NAMES:
            self.scope.helpers.add(name)
            call = f"{name}({texts})"
        elif module.startswith("numpy") and (entry.elementwise or node.op in _WHOLE):
            inside = module.removeprefix("numpy").removeprefix(".")
            call = f"{self.xp}.{inside + '.' if inside else ''}{name}({texts})"
        else:
            raise MatcalcError("E505", f"there is no source for {node.op} yet")
        matrix = lifted and ONE not in signature_of(entry).result
        return Piece(call + (LOWERED[kind_of_value(node)] if matrix else ""), ATOM, axes_of(node))

    def _block(self, node: Expr) -> Piece:
        """Return a matrix of blocks, in which columns and rows get their second axis."""
        rows, cols = node.data
        cells = [self.piece(arg) for arg in node.args]
        if axes_of(node) == 1:
            scalar = [f"[{cell.text}]" if cell.axes == 0 else cell.text for cell in cells]
            return Piece(f"{self.xp}.concatenate([{', '.join(scalar)}])", ATOM, 1)
        texts = []
        for arg, cell in zip(node.args, cells, strict=True):
            column = "[:, None]" if arg.is_column else "[None, :]" if arg.is_row else ""
            texts.append(cell.at(ATOM) + column if column else cell.text)
        listed = [f"[{', '.join(texts[i * cols : (i + 1) * cols])}]" for i in range(rows)]
        return Piece(f"{self.xp}.block([{', '.join(listed)}])", ATOM, 2)

    # Sums

    def _sum(self, node: Expr) -> Piece:
        terms = [self._term(arg, node) for arg in node.args]
        terms.sort(key=lambda term: term[0])  # one without a minus sign first
        text = ""
        for negative, piece in terms:
            body = piece.at(MUL)
            text += (" - " if negative else " + ") + body if text else ("-" * negative) + body
        return Piece(text, ADD, axes_of(node))

    def _term(self, arg: Expr, total: Expr) -> tuple[bool, Piece]:
        """Return whether a term is subtracted, and its source; ones spread by themselves."""
        coefficient, unit = split_coefficient(arg)
        size = coefficient if coefficient > 0 else -coefficient
        if arg not in self.names and unit.op == "ones" and any(not _is_constant(a) for a in total.args):
            return coefficient < 0, number_piece(size)
        if coefficient < 0 and self.uses.get(arg, 0) < 2:
            return True, self._scaled(size, unit)
        return False, self.piece(arg)

    # Products

    def _scaled(self, coefficient: int | Fraction, unit: Expr) -> Piece:
        """Return a number times a value."""
        inner = self.piece(unit)
        top, bottom = coefficient.numerator, coefficient.denominator
        text = inner.at(MUL) if top == 1 else f"{top} * {inner.at(UNARY)}"
        if bottom != 1:
            text += f" / {bottom}"
        return inner if coefficient == 1 else Piece(text, MUL, inner.axes)

    def _product(self, node: Expr) -> Piece:
        if is_bilinear(node):
            return self._chain(node.args)
        coefficient, scalars, chain = parts(node)
        above: list[str] = []
        below: list[str] = []
        for scalar in scalars:
            base, exponent = scalar.args if scalar.op == "power" else (scalar, None)
            if exponent is not None and exponent.is_number and exponent.data < 0 and scalar not in self.done:
                inner = self._raised(self.piece(base), -exponent.data)
                below.append(inner.at(UNARY))
            else:
                above.append(self.piece(scalar).at(UNARY))
        top, bottom = abs(coefficient.numerator), coefficient.denominator
        above = ([str(top)] if top != 1 else []) + above
        below += [str(bottom)] if bottom != 1 else []
        array = self._chain(chain) if chain else None
        text = " * ".join([*above, *([array.at(UNARY if above else MUL)] if array else [])]) or "1"
        for divisor in below:
            text += f" / {divisor}"
        sign = "-" if coefficient < 0 else ""
        only = array is not None and not above and not below and not sign
        level = array.level if only and array is not None else MUL
        return Piece(sign + text, level, axes_of(node))

    def _chain(self, chain: Sequence[Expr]) -> Piece:
        """Return a product of arrays, in the cheapest order for dimensions of usual size."""
        factors = [
            Factor(self._usual(array.shape[0]), self._usual(array.shape[1]), self._kind(array))
            for array in chain
        ]
        return self._ordered(chain, best_order(factors)[1])

    @staticmethod
    def _usual(dim: Dim) -> int:
        return USUAL_SIZE if dim.value is None else dim.value

    def _kind(self, array: Expr) -> str:
        if array in self.names or self.uses.get(array, 0) > 1:
            return "dense"
        if array.op == "diag" and axes_of(array) == 2:
            return "diag"
        return "inv" if array.op == "inv" else "dense"

    def _ordered(self, chain: Sequence[Expr], order: Order) -> Piece:
        if isinstance(order, int):
            return self.piece(chain[order])
        left, right = order
        if isinstance(left, int) and self._kind(chain[left]) != "dense":
            return self._special(chain[left], self._ordered(chain, right), first=True)
        if isinstance(right, int) and self._kind(chain[right]) != "dense":
            return self._special(chain[right], self._ordered(chain, left), first=False)
        one, other = self._ordered(chain, left), self._ordered(chain, right)
        if self._ends(chain, left)[1] == 1:  # a column times a row
            return Piece(f"{one.at(ATOM)}[:, None] * {other.at(UNARY)}", MUL, 2)
        axes = one.axes + other.axes - 2
        return Piece(f"{one.at(MUL)} @ {other.at(UNARY)}", MUL, axes)

    def _ends(self, chain: Sequence[Expr], order: Order) -> tuple[int | None, int | None]:
        """Return the numbers of rows and columns of a part of a product, as far as they are numbers."""
        first = last = order
        while not isinstance(first, int):
            first = first[0]
        while not isinstance(last, int):
            last = last[1]
        return chain[first].shape[0].value, chain[last].shape[1].value

    def _special(self, array: Expr, other: Piece, *, first: bool) -> Piece:
        """Return a diagonal matrix or an inverse times something, or the other way round."""
        inner = self.piece(array.args[0])
        if array.op == "diag":
            if first and other.axes == 2:
                return Piece(f"{inner.at(ATOM)}[:, None] * {other.at(UNARY)}", MUL, 2)
            pair = (inner, other) if first else (other, inner)
            return Piece(f"{pair[0].at(MUL)} * {pair[1].at(UNARY)}", MUL, other.axes)
        if first:
            return self._call("linalg.solve", [inner, other], other.axes)
        turned = Piece(f"{inner.at(ATOM)}.T", ATOM, 2)
        if other.axes < 2:
            return self._call("linalg.solve", [turned, other], 1)
        flipped = Piece(f"{other.at(ATOM)}.T", ATOM, 2)
        return Piece(self._call("linalg.solve", [turned, flipped], 2).text + ".T", ATOM, 2)

    def _trace(self, inner: Expr) -> Piece:
        """Return a trace: that of a product as a sum of products of entries."""
        coefficient, scalars, chain = parts(inner)
        if coefficient != 1 or scalars or len(chain) < 2 or inner in self.names:
            return self._call("trace", [self.piece(inner)], 0)
        left, right = self._chain(chain[:1]), self._chain(chain[1:])
        return Piece(f"{self.xp}.sum({left.at(UNARY)} * {right.at(ATOM)}.T)", ATOM, 0)

    # Entrywise

    def _hadamard(self, factors: Sequence[Expr], axes: int) -> Piece:
        above: list[str] = []
        below: list[str] = []
        for factor in factors:
            if factor.op == "hadamard_power" and factor not in self.names and self.uses.get(factor, 0) < 2:
                base, exponent = factor.args
                if exponent.is_number and exponent.data < 0:
                    below.append(self._raised(self.piece(base), -exponent.data).at(UNARY))
                    continue
            above.append(self.piece(factor).at(UNARY))
        text = " * ".join(above) or "1"
        for divisor in below:
            text += f" / {divisor}"
        return Piece(text, MUL, axes)

    def _power(self, node: Expr) -> Piece:
        base, exponent = node.args
        inner, axes = self.piece(base), axes_of(node)
        if node.op == "power" and not node.is_scalar:
            if exponent.data == -1:
                return self._call("linalg.inv", [inner], 2)
            return Piece(f"{self.xp}.linalg.matrix_power({inner.text}, {exponent.data})", ATOM, 2)
        if not exponent.is_number:
            return Piece(f"{inner.at(ATOM)} ** {self.piece(exponent).at(ATOM)}", POWER, axes)
        if exponent.data < 0:
            return Piece(f"1 / {self._raised(inner, -exponent.data).at(UNARY)}", MUL, axes)
        return self._raised(inner, exponent.data)

    def _raised(self, base: Piece, exponent: int | Fraction) -> Piece:
        if exponent == 1:
            return base
        if exponent == Fraction(1, 2):
            return self._call("sqrt", [base], base.axes)
        return Piece(f"{base.at(ATOM)} ** {number_piece(exponent).at(ATOM)}", POWER, base.axes)


def _is_constant(term: Expr) -> bool:
    return split_coefficient(term)[1].op == "ones"


#: Functions of whole arrays that NumPy has under their names.
_WHOLE = frozenset(["sum", "norm2", "normF", "det", "kron", "tril", "triu", "max", "min"])


#: Functions that take arrays with any number of axes.
_ANY_AXES = frozenset(["sum", "norm2", "normF", "norm1", "norminf", "var", "peak", "max", "min"])
