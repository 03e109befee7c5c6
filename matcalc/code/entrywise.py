"""Entrywise operations as source: as expressions, and in place in the buffer of an operand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from operator import mul, truediv

from matcalc.code.buffers import Value
from matcalc.code.instructions import DOWN, Product, Sum
from matcalc.code.tree import (
    Assign,
    Binary,
    Keyword,
    Literal,
    Name,
    Slice,
    Subscript,
    Tree,
    as_float,
    exact,
    integer,
)  # fmt: skip

UNIT, MINUS_UNIT = integer(1), integer(-1)
#: Subscripts that give a vector a second axis.
AS_COLUMN, AS_ROW = (Slice(), Literal("None")), (Literal("None"), Slice())


def multiplied(factors: Iterable[Tree]) -> Tree:
    """Return a product, 1 if there are no factors."""
    found = list(factors)
    return reduce(mul, found) if found else UNIT


def lying(tree: Tree, lies: str, axes: int) -> Tree:
    """Return an operand as it lies in an array with so many axes."""
    return Subscript(tree, AS_COLUMN) if axes == 2 and lies == DOWN else tree


def scale_of(data: Product, values: Sequence[Value], scalars: Iterable[int]) -> Tree | None:
    """Return the number and the scalars of a product, ``None`` if they are 1."""
    number = exact(data.coefficient)
    top, below = number, [values[i].tree for i in scalars if data.exponents[i] == -1]
    above = [values[i].tree for i in scalars if data.exponents[i] == 1]
    if isinstance(number, Binary):
        top = integer(data.coefficient.numerator)
        below += [integer(data.coefficient.denominator)] if data.coefficient.denominator != 1 else []
    is_negative = top == MINUS_UNIT and len(above) > 0
    if top != UNIT and not is_negative:
        above.insert(0, top)
    if not above and not below:
        return None
    found = reduce(truediv, below, multiplied(above))
    return -found if is_negative else found


def scalars_in(values: Sequence[Value]) -> list[int]:
    """Return which operands are scalars."""
    return [i for i, value in enumerate(values) if value.axes == 0]


def product(data: Product, values: Sequence[Value], axes: int, ones: Tree | None) -> Tree:
    """Return a product of operands as one expression; ``ones`` spread vectors over a matrix."""
    scale = scale_of(data, values, scalars_in(values))
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
    found = multiplied([*factors, *([ones] if ones else [])])
    for i in arrays:
        if data.exponents[i] == -1:
            found = found / lying(values[i].tree, data.lies[i], axes)
    return -found if is_negative else found


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
        found: list[Tree] = []
        if data.exponents[k] == -1:
            numerator = scale or UNIT
            if above:
                arrays.remove(above[0])
                tree = values[above[0]].tree
                numerator = lying(scale * tree if scale else tree, data.lies[above[0]], axes)
            if numerator == UNIT:
                found.append(self.called(self.function("reciprocal"), name))
            else:
                found.append(self.called(self.function("divide"), numerator, name))
        elif scale and small is not None:
            arrays.remove(small)
            factor = lying(scale * values[small].tree, data.lies[small], axes)
            found.append(Assign(name, factor, "*"))
        elif scale == MINUS_UNIT:
            found.append(self.called(self.function("negative"), name))
        elif scale and data.coefficient == 1 and all(data.exponents[i] == -1 for i in scalars):
            found.append(Assign(name, multiplied(values[i].tree for i in scalars), "/"))
        elif scale:
            found.append(Assign(name, as_float(scale), "*"))
        for i in arrays:
            sign = "*" if data.exponents[i] == 1 else "/"
            found.append(Assign(name, lying(values[i].tree, data.lies[i], axes), sign))
        return found

    def sum(self, data: Sum, values: Sequence[Value], axes: int, k: int) -> list[Tree]:
        """Add the other operands to the ``k``-th."""
        trees = [as_float(lying(v.tree, lies, axes)) for v, lies in zip(values, data.lies, strict=True)]
        rest = [i for i in range(len(values)) if i != k]
        found: list[Tree] = []
        if data.signs[k] < 0:
            i = next((i for i in rest if data.signs[i] > 0), None)
            if i is None:
                found.append(self.called(self.function("negative"), self.name))
            else:
                found.append(self.called(self.function("subtract"), trees[i], self.name))
                rest.remove(i)
        return found + [Assign(self.name, trees[i], "+" if data.signs[i] > 0 else "-") for i in rest]

    def power(self, exponent: int | Fraction) -> Tree:
        """Raise the entries to a power."""
        if exponent == 2:
            return Assign(self.name, self.name, "*")
        if exponent == Fraction(1, 2):
            return self.called(self.function("sqrt"), self.name)
        return Assign(self.name, exact(exponent), "**")
