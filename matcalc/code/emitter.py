"""From instructions to the statements of a function, with temporaries for common subexpressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from matcalc.code.entrywise import (
    AS_COLUMN,
    AS_ROW,
    INLINE,
    UNIT,
    Buffers,
    InPlace,
    Value,
    lying,
    product,
    summed,
)
from matcalc.code.functions import ARGUMENT
from matcalc.code.instructions import ALONG, DOWN, axes_of, computed_constants, floating_in, is_view
from matcalc.code.scope import Scope
from matcalc.code.tree import (
    Assign,
    Attribute,
    Global,
    Hole,
    Items,
    Literal,
    Name,
    Negative,
    Slice,
    Subscript,
    Tree,
    exact,
    filled,
    integer,
    names,
    walk,
    written,
)
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Expr, postorder, stages

#: Longer expressions become temporaries.
LONGEST = 70
#: What takes the only column, row or entry out of a matrix, and the only entry out of a vector.
_FIRST = Literal("0")
_LOWERED = {
    "column": (Slice(), _FIRST),
    "row": (_FIRST, Slice()),
    "scalar": (_FIRST, _FIRST),
    "single": (_FIRST,),
}


class Emitter:
    """Writes statements for the instructions of a function."""

    def __init__(
        self, roots: Sequence[Expr], scope: Scope, temporaries: Mapping[Expr, str], *, in_place: bool
    ):
        self.scope = scope
        self.target = scope.target
        self.statements: list[Tree] = []
        self.names = {node: scope.fresh(name) for node, name in temporaries.items()}
        #: Names that temporaries should have: those, and for an operand that may be written over the same.
        self.wanted = dict(self.names)
        self.roots = frozenset(roots)
        self.constants = (
            computed_constants(roots) if "number" in self.target.templates and scope.arrays else frozenset()
        )
        floating = frozenset() if scope.floats else floating_in(roots)
        self.buffers = Buffers(roots, in_place=in_place, floats=scope.floats, floating=floating)
        for node in stages(roots):
            if node.op not in INLINE and node not in self.roots:
                self._store_early(node)

    # Temporaries

    def emit(self, statement: Tree) -> None:
        """Write a statement that reads temporaries."""
        self.statements.append(statement)
        self.buffers.read([statement.value if isinstance(statement, Assign) else statement])

    def store(self, value: Value, node: Expr) -> Value:
        """Return the temporary that holds a value from now on."""
        name = self.wanted.get(node) or self.scope.temporary()
        self.buffers.hold_view(value)
        self.emit(Assign(name, value.tree))
        return self.buffers.hold(node, name, fresh=value.fresh)

    def _store_early(self, node: Expr) -> None:
        """Store a value before what it is a part of is written, if it is written at all."""
        value = self.value(node)
        if node not in self.buffers.stored:
            self.store(value, node)

    def value(self, node: Expr) -> Value:
        """Return the source of a value."""
        value = self.buffers.stored.get(node)
        if value is None:
            write = getattr(self, f"_write_{node.op}", self._write)
            value = write(node)
            if node in self.constants:
                value = value._replace(tree=filled(self.target.template("number"), {"0": value.tree}))
            again = self.buffers.uses.get(node, 1) > 1 and node.op not in INLINE
            named = node in self.names and node not in self.roots
            is_long = axes_of(node) > 0 and len(written(value.tree)) > LONGEST
            if node not in self.buffers.stored and (again or named or is_long):
                value = self.store(value, node)
        return value

    def operands(self, node: Expr, k: int | None) -> tuple[list[Value], Name | None]:
        """Return the operands of an operation, and the temporary of the ``k``-th if it may hold the value.

        That one is computed first, so that the others can be in place as well.
        """
        first = None
        if k is not None:
            arg = node.args[k]
            if node in self.wanted and self.buffers.uses.get(arg, 1) == 1:
                self.wanted.setdefault(arg, self.wanted[node])
            first = self.value(arg)
            if first.fresh and not self.buffers.is_named(first):
                first = self.store(first, arg)
        values = [first if first and i == k else self.value(arg) for i, arg in enumerate(node.args)]
        if first is None or not isinstance(first.tree, Name):
            return values, None
        reads = _reads(first.tree, values)
        # A second statement would read what the first has changed.
        can_hold = self.buffers.is_dead_after(first, reads) and (reads == 1 or len(values) == 2)
        return values, first.tree if can_hold else None

    # Instructions

    def fill(self, name: str, trees: Sequence[Tree], node: Expr) -> Value:
        """Return an instruction with trees for its arguments; raises E505 if the target cannot do it."""
        tree = self.target.template(name, node.op)
        holes = {part.text for part in walk(tree) if isinstance(part, Hole)}
        parts: dict[str, Tree | tuple[Tree, ...]] = {str(i): arg for i, arg in enumerate(trees)}
        if "typed" in holes:
            parts["typed"] = self.scope.typed()
        if "size" in holes:
            parts["size"] = self.scope.size(node.shape[0])
        if "shape" in holes:
            shape = self.scope.shape(node.shape)
            parts["shape"] = shape[0] if len(shape) == 1 else Items(shape)
        axes = axes_of(node)
        return Value(filled(tree, parts), axes, axes > 0 and not is_view(node))

    def _write(self, node: Expr) -> Value:
        return self.fill(_template_name(node), [self.value(arg).tree for arg in node.args], node)

    def library(self, name: str) -> Global:
        """Return a function of the library."""
        return Global(f"{self.target.prefix}.{name}")

    # Leaves

    def _write_number(self, node: Expr) -> Value:
        return Value(exact(node.data), 0)

    def _write_pi(self, node: Expr) -> Value:
        return Value(self.library("pi"), 0)

    def _write_variable(self, node: Expr) -> Value:
        return Value(self.scope.variable(str(node.data[0])), axes_of(node))

    def _write_dimension(self, node: Expr) -> Value:
        return Value(self.scope.size(node.data), 0)

    # Products

    def _write_transpose(self, node: Expr) -> Value:
        return Value(Attribute(self.value(node.args[0]).tree, "T"), 2)

    def _write_dot(self, node: Expr) -> Value:
        left, right = node.args
        if axes_of(right) == 1 and left.op == "transpose":
            left, right = right, left.args[0]  # x*A needs no transpose
        return self.fill("dot", [self.value(left).tree, self.value(right).tree], node)

    def _write_inner(self, node: Expr) -> Value:
        name = "inner" if axes_of(node.args[0]) < 2 else "inner2"
        return self.fill(name, [self.value(arg).tree for arg in node.args], node)

    def _write_outers(self, node: Expr) -> Value:
        trees = tuple(self.value(arg).tree for arg in node.args)
        half = len(trees) // 2
        tree = self.target.template(_template_name(node))
        return Value(filled(tree, {"left": trees[:half], "right": trees[half:]}), 2, True)

    def _write_add_diagonal(self, node: Expr) -> Value:
        values, name = self.operands(node, 0 if self.buffers.may_take(node.args[0]) else None)
        array, added = (value.tree for value in values)
        tree, sign = (added.operand, "-") if isinstance(added, Negative) else (added, "+")
        if name:
            step = self.scope.size(node.shape[0]) + integer(1)
            self.emit(Assign(Subscript(Attribute(name, "flat"), (Slice(step=step),)), tree, sign))
            return self.buffers.hold(node, name, fresh=True)
        if values[1].axes:
            unit = self.fill("diagonal_matrix", [tree], node).tree
        else:
            unit = self.fill("identity", [], node).tree
            unit = unit if tree == UNIT else tree * unit
        return Value(array - unit if sign == "-" else array + unit, 2, True)

    # Functions

    def _write_function(self, node: Expr) -> Value:
        call = node.data
        if call.elementwise and call.module:
            held = self._in_place(node)
            if held is not None:
                return held
        templated = call.module and call.name in self.target.templates
        alone = not templated and not (call.elementwise and any(map(axes_of, node.args)))
        args = [
            self._lifted(self.argument(arg) if alone and kind != "size" else self.value(arg), kind)
            for arg, kind in zip(node.args, call.lifts, strict=True)
        ]
        fresh = axes_of(node) > 0 and not call.view
        if templated:
            if call.commutative:  # of a minimum with a number the array comes first
                args.sort(key=lambda arg: -arg.axes)
            if not any(arg.axes for arg in args):
                args[0] = self.argument(node.args[0])
            tree = self.fill(call.name, [arg.tree for arg in args], node).tree
        else:
            function = self.function(call.module, call.name)
            helper = self.target.helpers.get(function.text) if isinstance(function, Global) else None
            typed = self.scope.typed() if helper and "dtype" in helper.options else ()
            tree = self.target.call(function, *(arg.tree for arg in args), *typed)
            fresh = fresh and not call.lowered
        lowered = _LOWERED.get(call.lowered)
        return Value(Subscript(tree, lowered) if lowered else tree, axes_of(node), fresh)

    def _lifted(self, value: Value, kind: str) -> Value:
        """Return an argument with two axes, as a function takes it that takes matrices."""
        if kind in ("", "size"):
            return value
        if kind == "scalar":
            return Value(self._array("single_matrix", value.tree), 2)
        return Value(Subscript(value.tree, AS_COLUMN if kind == "column" else AS_ROW), 2)

    def _array(self, name: str, scalar: Tree) -> Tree:
        """Return an array of a scalar."""
        return filled(self.target.template(name), {"0": scalar, "typed": self.scope.typed(floating=True)})

    def argument(self, node: Expr) -> Value:
        """Return an argument of a function, as an array if the function takes nothing else."""
        value = self.value(node)
        if not self.target.strict or axes_of(node):
            return value
        if any(leaf.op == "variable" for leaf in postorder(node)):
            self.scope.as_arrays = True
            return value
        return value._replace(tree=self._array("as_array", value.tree))

    def is_of_numbers(self, node: Expr) -> bool:
        """Return whether a value is computed by Python's own numbers, whose powers may be complex."""
        leaves = [leaf for leaf in postorder(node) if leaf.op == "variable"]
        return not self.target.strict and not any(map(axes_of, leaves))

    def function(self, module: str, name: str) -> Tree:
        """Return a function of the library, or the helper for it; raises E505 if there is none."""
        if module == ARGUMENT:
            return self.scope.variable(name)
        if not module:
            if name not in self.target.helpers:
                raise MatcalcError("E505", f"there is no source for {name} with {self.target.name} yet")
            return Global(name)
        path = "" if module == "." else f"{module}."
        return self.library(f"{path}{self.target.renamed.get(name, name)}")

    def _in_place(self, node: Expr) -> Value | None:
        """Return the temporary in which a function or a power of its entries stands, if there may be one."""
        choices = (k for k, arg in enumerate(node.args) if arg.shape == node.shape)
        k = next((k for k in choices if axes_of(node) and self.buffers.may_take(node.args[k])), None)
        if k is None:
            return None
        values, name = self.operands(node, k)
        if not name:
            return None
        buffer = InPlace(self.library, name)
        if node.op == "raised":
            self.emit(buffer.power(node.data))
        else:
            function = self.function(node.data.module, node.data.name)
            self.emit(buffer.called(function, *(value.tree for value in values)))
        return self.buffers.hold(node, name, fresh=True)

    def _write_to_power(self, node: Expr) -> Value:
        base, exponent = (self.argument(arg).tree for arg in node.args)
        if self.is_of_numbers(node):
            name = "power" if self.scope.floats else "float_power"
            return Value(self.library(name)(base, exponent), 0)
        return Value(base**exponent, axes_of(node), axes_of(node) > 0)

    def _write_raised(self, node: Expr) -> Value:
        held, is_root = self._in_place(node), node.data == Fraction(1, 2)
        if held is not None:
            return held
        if node.args[0].is_number and not is_root:
            return Value(exact(node.args[0].data, node.data), 0)
        is_whole = isinstance(node.data, int)
        base = self.value(node.args[0]) if is_whole else self.argument(node.args[0])
        if is_root:
            return Value(self.library("sqrt")(base.tree), base.axes, base.axes > 0)
        exponent = exact(node.data)
        if not is_whole and self.is_of_numbers(node):
            return Value(self.library("power")(base.tree, exponent), 0)
        return Value(base.tree**exponent, base.axes, base.axes > 0)

    def _write_block(self, node: Expr) -> Value:
        """Return a matrix of blocks, in which columns and rows get their second axis."""
        (rows, cols), kinds = node.data
        cells = [self.value(arg) for arg in node.args]
        if axes_of(node) == 1:
            parts = tuple(cell.tree if cell.axes else self._array("single", cell.tree) for cell in cells)
            return Value(filled(self.target.template("joined"), {"0": parts}), 1, True)
        trees = [self._lifted(cell, kind).tree for cell, kind in zip(cells, kinds, strict=True)]
        listed = [tuple(trees[i * cols : (i + 1) * cols]) for i in range(rows)]
        if "block" in self.target.templates:
            lists = tuple(Items(row, is_list=True) for row in listed)
            return Value(filled(self.target.template("block"), {"0": lists}), 2, True)
        inside = tuple(filled(self.target.template("columns"), {"0": row}) for row in listed)
        return Value(filled(self.target.template("rows"), {"0": inside}), 2, True)

    # Sums and products of entries

    def _write_times(self, node: Expr) -> Value:
        data, axes = node.data, axes_of(node)
        k = self.buffers.accumulator(node, [exponent == 1 for exponent in data.exponents])
        values, name = self.operands(node, k)
        if k is not None and name and not (_reads(name, values) > 1 and data.coefficient != 1):
            for statement in InPlace(self.library, name).product(data, values, axes, k):
                self.emit(statement)
            return self.buffers.hold(node, name, fresh=True)
        lies = [lie for lie, value in zip(data.lies, values, strict=True) if value.axes]
        tree = product(data, values, axes, self._ones_beside(node, lies))
        return self.fill("full", [tree], node) if axes and not lies else Value(tree, axes, axes > 0)

    def _write_plus(self, node: Expr) -> Value:
        data, axes = node.data, axes_of(node)
        k = self.buffers.accumulator(node, [sign > 0 for sign in data.signs])
        values, name = self.operands(node, k)
        if k is not None and name and not (_reads(name, values) > 1 and max(data.signs) < 0):
            for statement in InPlace(self.library, name).sum(data, values, axes, k):
                self.emit(statement)
            return self.buffers.hold(node, name, fresh=True)
        tree = summed(data, values, axes, as_floats=axes > 0 and self.buffers.in_place)
        lies = [lie for lie, value in zip(data.lies, values, strict=True) if value.axes]
        ones = self._ones_beside(node, lies)
        tree = tree * ones if ones else tree
        return self.fill("full", [tree], node) if axes and not lies else Value(tree, axes, axes > 0)

    def _ones_beside(self, node: Expr, lies: Sequence[str]) -> Tree | None:
        """Return ones that spread vectors which all lie down, or all along, over a matrix."""
        if axes_of(node) < 2 or set(lies) not in ({DOWN}, {ALONG}):
            return None
        rows, cols = node.shape
        size, across = (cols, ALONG) if set(lies) == {DOWN} else (rows, DOWN)
        return lying(self.fill("ones", [], Expr("ones", (), (size, ONE))).tree, across, 2)


def _template_name(node: Expr) -> str:
    """Return the name of the template of an instruction, with that of its variant after."""
    return f"{node.op}_{node.data}" if node.data else node.op


def _reads(name: Name, values: Sequence[Value]) -> int:
    """Return how often values read a variable."""
    return names(*(value.tree for value in values)).count(name.text)
