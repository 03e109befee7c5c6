"""Entrywise operations, and the buffers they are written to: liveness of temporaries, and their reuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from operator import mul, truediv
from typing import NamedTuple

from matcalc.code.instructions import DOWN, Product, Sum, axes_of, is_view
from matcalc.code.tree import (
    Assign,
    Keyword,
    Literal,
    Name,
    Operation,
    Slice,
    Subscript,
    Tree,
    as_float,
    exact,
    integer,
    names,
)
from matcalc.expression import Expr, postorder

#: What costs nothing and is written wherever it is needed.
INLINE = frozenset(["number", "pi", "variable", "dimension", "transpose"])


class Value(NamedTuple):
    """The source of a value, and how many axes it has.

    ``fresh`` says that it is an array that nobody else holds, whose buffer may be reused.
    """

    tree: Tree
    axes: int
    fresh: bool = False


class Buffers:
    """The temporaries that hold values, and which of them are live: read by a statement that is to come.

    An operation may write to the buffer of an operand that has no next use (Aho, Lam, Sethi and Ullman,
    Compilers (2006), section 8.4.2). Where not all arrays have one floating type, only instructions
    in ``floating`` have buffers that take any value.
    """

    def __init__(self, roots: Sequence[Expr], *, in_place: bool, floats: bool, floating: frozenset[Expr]):
        self.in_place = in_place
        self.floats = floats
        self.floating = floating
        self.stored: dict[Expr, Value] = {}
        self.uses = _uses(roots)
        #: How often each temporary is still to be read.
        self.left: dict[str, int] = {}

    def read(self, trees: Iterable[Tree]) -> None:
        """Take note that a statement has read what is in trees."""
        for name in names(*trees):
            if name in self.left:
                self.left[name] -= 1

    def hold(self, node: Expr, name: Name, *, fresh: bool) -> Value:
        """Return a temporary as the place of the value of an instruction."""
        self.left[name.text] = self.uses.get(node, 1)
        self.stored[node] = Value(name, axes_of(node), fresh)
        return self.stored[node]

    def hold_view(self, value: Value) -> None:
        """Take note that a temporary is a view, which changes with what it is a view of."""
        if value.axes and not value.fresh:
            self.left.update({name: self.left[name] + 1 for name in names(value.tree) if name in self.left})

    def is_named(self, value: Value) -> bool:
        """Return whether a value is a temporary that counts how often it is read."""
        return isinstance(value.tree, Name) and value.tree.text in self.left

    def is_dead_after(self, value: Value, reads: int) -> bool:
        """Return whether nothing reads a temporary after an operation that reads it so often."""
        return isinstance(value.tree, Name) and value.fresh and self.left[value.tree.text] <= reads

    def may_take(self, node: Expr) -> bool:
        """Return whether the buffer of an operand may be reused, as far as can be seen beforehand."""
        if not self.in_place or not (self.floats or node in self.floating):
            return False  # arrays of whole numbers do not take others
        value = self.stored.get(node)
        if value is not None:
            return value.fresh
        return bool(node.args) and axes_of(node) > 0 and not is_view(node)

    def accumulator(self, node: Expr, wanted: Sequence[bool]) -> int | None:
        """Return which operand of a sum or product may hold the value, a wanted one if there is one."""
        choices = [
            k
            for k, (arg, lies) in enumerate(zip(node.args, node.data.lies, strict=True))
            if axes_of(node) and lies == "" and arg.shape == node.shape and self.may_take(arg)
        ]
        choices = [k for k in choices if wanted[k]] or choices
        return min(choices, key=lambda k: self.uses.get(node.args[k], 1), default=None)


def _uses(roots: Sequence[Expr]) -> dict[Expr, int]:
    """Return how often each value is read; what is written everywhere anew reads as often as it is read."""
    order = list(postorder(*roots))
    uses = dict.fromkeys(order, 0)
    for root in roots:
        uses[root] += 1
    for node in reversed(order):
        for arg in node.args:
            uses[arg] += uses[node] if node.op in INLINE else 1
    return uses


UNIT, MINUS_UNIT = integer(1), integer(-1)
#: Subscripts that give a vector a second axis.
AS_COLUMN, AS_ROW = (Slice(), Literal("None")), (Literal("None"), Slice())


def multiplied(factors: Iterable[Tree]) -> Tree:
    """Return a product, 1 if there are no factors."""
    listed = list(factors)
    return reduce(mul, listed) if listed else UNIT


def lying(tree: Tree, lies: str, axes: int) -> Tree:
    """Return an operand as it lies in an array with so many axes."""
    return Subscript(tree, AS_COLUMN) if axes == 2 and lies == DOWN else tree


def scale_of(data: Product, values: Sequence[Value], scalars: Iterable[int]) -> Tree | None:
    """Return the number and the scalars of a product, ``None`` if they are 1."""
    number = exact(data.coefficient)
    top, below = number, [values[i].tree for i in scalars if data.exponents[i] == -1]
    above = [values[i].tree for i in scalars if data.exponents[i] == 1]
    if isinstance(number, Operation):
        top = integer(data.coefficient.numerator)
        below += [integer(data.coefficient.denominator)] if data.coefficient.denominator != 1 else []
    is_negative = top == MINUS_UNIT and len(above) > 0
    if top != UNIT and not is_negative:
        above.insert(0, top)
    if not above and not below:
        return None
    quotient = reduce(truediv, below, multiplied(above))
    return -quotient if is_negative else quotient


def product(data: Product, values: Sequence[Value], axes: int, ones: Tree | None) -> Tree:
    """Return a product of operands as one expression; ``ones`` spread vectors over a matrix."""
    scale = scale_of(data, values, [i for i, value in enumerate(values) if value.axes == 0])
    arrays = [i for i, value in enumerate(values) if value.axes > 0]
    if not arrays:
        return scale or UNIT
    is_negative = scale == MINUS_UNIT
    factors = [] if is_negative or scale is None else [scale]
    for i in sorted((i for i in arrays if data.exponents[i] == 1), key=lambda i: values[i].axes):
        tree = values[i].tree
        if factors == [scale] and values[i].axes < axes:
            factors, tree = [], factors[0] * tree
        factors.append(lying(tree, data.lies[i], axes))
    total = multiplied([*factors, *([ones] if ones else [])])
    for i in arrays:
        if data.exponents[i] == -1:
            total = total / lying(values[i].tree, data.lies[i], axes)
    return -total if is_negative else total


def summed(data: Sum, values: Sequence[Value], axes: int, *, as_floats: bool) -> Tree:
    """Return a sum of operands as one expression, those with a plus first."""
    total: Tree | None = None
    for i in sorted(range(len(values)), key=lambda i: data.signs[i] < 0):
        tree = lying(values[i].tree, data.lies[i], axes)
        tree = as_float(tree) if as_floats else tree
        if total is None:
            total = -tree if data.signs[i] < 0 else tree
        else:
            total = total - tree if data.signs[i] < 0 else total + tree
    assert total is not None
    return total


class InPlace:
    """Statements that compute entrywise operations in a buffer, with functions of a library."""

    def __init__(self, function: Callable[[str], Tree], name: Name):
        self.function = function
        self.name = name

    def called(self, function: Tree, *arguments: Tree) -> Tree:
        """Return a call that writes to the buffer."""
        return function(*map(as_float, arguments), Keyword("out", self.name))

    def product(self, data: Product, values: Sequence[Value], axes: int, k: int) -> list[Tree]:
        """Multiply the ``k``-th operand by the others; numbers go with the smallest of them."""
        name = self.name
        others = [i for i in range(len(values)) if i != k]
        scalars = [i for i in others if values[i].axes == 0]
        arrays = [i for i in others if values[i].axes > 0]
        above = [i for i in arrays if data.exponents[i] == 1]
        small = next((i for i in above if values[i].axes < axes), None)
        scale = scale_of(data, values, scalars)
        statements: list[Tree] = []
        if data.exponents[k] == -1:
            numerator = scale or UNIT
            if above:
                arrays.remove(above[0])
                tree = values[above[0]].tree
                numerator = lying(scale * tree if scale else tree, data.lies[above[0]], axes)
            if numerator == UNIT:
                statements.append(self.called(self.function("reciprocal"), name))
            else:
                statements.append(self.called(self.function("divide"), numerator, name))
        elif scale and small is not None:
            arrays.remove(small)
            factor = lying(scale * values[small].tree, data.lies[small], axes)
            statements.append(Assign(name, factor, "*"))
        elif scale == MINUS_UNIT:
            statements.append(self.called(self.function("negative"), name))
        elif scale and data.coefficient == 1 and all(data.exponents[i] == -1 for i in scalars):
            statements.append(Assign(name, multiplied(values[i].tree for i in scalars), "/"))
        elif scale:
            statements.append(Assign(name, as_float(scale), "*"))
        for i in arrays:
            sign = "*" if data.exponents[i] == 1 else "/"
            statements.append(Assign(name, lying(values[i].tree, data.lies[i], axes), sign))
        return statements

    def sum(self, data: Sum, values: Sequence[Value], axes: int, k: int) -> list[Tree]:
        """Add the other operands to the ``k``-th."""
        trees = [as_float(lying(v.tree, lies, axes)) for v, lies in zip(values, data.lies, strict=True)]
        rest = [i for i in range(len(values)) if i != k]
        statements: list[Tree] = []
        if data.signs[k] < 0:
            i = next((i for i in rest if data.signs[i] > 0), None)
            if i is None:
                statements.append(self.called(self.function("negative"), self.name))
            else:
                statements.append(self.called(self.function("subtract"), trees[i], self.name))
                rest.remove(i)
        return statements + [Assign(self.name, trees[i], "+" if data.signs[i] > 0 else "-") for i in rest]

    def power(self, exponent: int | Fraction) -> Tree:
        """Raise the entries to a power."""
        if exponent == 2:
            return Assign(self.name, self.name, "*")
        if exponent == Fraction(1, 2):
            return self.called(self.function("sqrt"), self.name)
        return Assign(self.name, exact(exponent), "**")
