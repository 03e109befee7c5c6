"""Sums over an index as matrix expressions: the members of an index stacked into one array.

In ``sum_i (y_i - w'*x_i)^2`` the entries ``y_i`` are those of a vector and the vectors ``x_i`` the rows of a
matrix. Stacked, the inner products ``w'*x_i`` are the vector ``x*w``, and the sum is ``sum((y - x*w).^2)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from functools import reduce
from typing import NamedTuple

from matcalc.algebra.builders import read_template
from matcalc.algebra.definitions import filled_in
from matcalc.algebra.row_products import (
    added,
    entrywise_product,
    row_products,
    squares_of_rows,
    times,
    total_of_entries,
    turned,
)
from matcalc.expression import ONE, Dim, Expr, dimension, identity, number, ones
from matcalc.expression.binder import SUM_OVER, free_indices, unit
from matcalc.expression.signatures import entry_for_node, signature_of
from matcalc.expression.traversal import fold, rebuild
from matcalc.functions import DIAG
from matcalc.functions.table import READ_AS

ROOT = READ_AS["root"][0]


class MemberKind(Enum):
    """What a part is for each value of the index, and how all of them are held.

    ``NUMBER``: the entries of a column; ``COLUMN`` and ``ROW``: the rows of a matrix; ``OUTER``: products
    of a column and a row, held as two matrices; ``FIXED``: it does not depend on the index.
    """

    NUMBER = auto()
    COLUMN = auto()
    ROW = auto()
    OUTER = auto()
    FIXED = auto()


class Members(NamedTuple):
    """A part for all values of the index: its kind, and what holds its values."""

    kind: MemberKind
    values: Expr
    right: Expr | None = None


class _Unstackable(Exception):
    """No matrix holds what a part is for all values of the index."""


def stacked(root: Expr) -> Expr:
    """Return an expression as written with its sums over an index as matrix expressions, as far as they are.

    >>> from matcalc.expression import SCALAR, Dim, variable
    >>> from matcalc.expression.binder import sum_over, unit
    >>> n = Dim.symbol("n")
    >>> x, e = variable("x", (n, ONE)), unit("i", n)
    >>> stacked(sum_over("i", n, Expr("mul", (Expr("transpose", (e,), (ONE, n)), x), SCALAR)))
    sum(variable)
    """

    def stack(part: Expr, built: Expr) -> Expr:
        if part.op == SUM_OVER:
            with suppress(_Unstackable):
                return Stacked(unit(*part.data)).total(built.args[0])
        return built

    return rebuild([root], stack)[root]


class Stacked:
    """What the parts of a sum are for all values of its index, which the unit vector ``index`` stands for."""

    def __init__(self, index: Expr):
        self._index = index
        self._size = index.shape[0]
        self._members: dict[Expr, Members] = {}

    def total(self, body: Expr) -> Expr:
        """Return the sum of ``body``; raises ``_Unstackable`` if no matrix expression is it."""
        if body.op in ("add", "negate"):
            return body.with_args([self.total(arg) for arg in body.args])
        fold([body], self._of, self._members)
        return self._total(body)

    def _total(self, body: Expr) -> Expr:
        kind, values, right = self._members[body]
        match kind:
            case MemberKind.FIXED:
                return times(dimension(self._size), values)
            case MemberKind.NUMBER:
                return total_of_entries(values)
            case MemberKind.COLUMN:
                return times(turned(values), self._ones)
            case MemberKind.ROW:
                return times(turned(self._ones), values)
        assert right is not None  # a sum of products of columns and rows
        return times(turned(values), right)

    @property
    def _ones(self) -> Expr:
        return ones((self._size, ONE))

    def _of(self, node: Expr, args: list[Members]) -> Members:
        if node is self._index:
            return Members(MemberKind.COLUMN, identity(self._size))
        if self._index not in free_indices(node):
            return Members(MemberKind.FIXED, node)
        if node.op in _METHODS:
            return _METHODS[node.op](self, node, args)
        return self._function(node, args)

    def _together(self, args: Sequence[Members]) -> tuple[MemberKind, list[Expr]]:
        """Return the kind that all have, and their values; what does not depend on the index is repeated."""
        kinds = {arg.kind for arg in args} - {MemberKind.FIXED}
        if len(kinds) != 1 or MemberKind.OUTER in kinds:
            raise _Unstackable
        [kind] = kinds
        return kind, [arg.values if arg.kind is kind else self._repeated(arg.values, kind) for arg in args]

    def _repeated(self, value: Expr, kind: MemberKind) -> Expr:
        """Return what does not depend on the index, once for each value of it."""
        if kind is MemberKind.NUMBER:
            return times(value, self._ones)
        return times(self._ones, turned(value) if kind is MemberKind.COLUMN else value)

    def _sum(self, node: Expr, args: list[Members]) -> Members:
        kind, values = self._together(args)
        return Members(kind, added(values))

    def _negated(self, node: Expr, args: list[Members]) -> Members:
        [(kind, values, right)] = args
        return Members(kind, Expr("negate", (values,), values.shape), right)

    def _transposed(self, node: Expr, args: list[Members]) -> Members:
        kind, values, right = args[0]
        if kind is MemberKind.OUTER:
            assert right is not None
            return Members(kind, right, values)
        return Members(
            {MemberKind.COLUMN: MemberKind.ROW, MemberKind.ROW: MemberKind.COLUMN}.get(kind, kind), values
        )

    def _entrywise(self, node: Expr, args: list[Members]) -> Members:
        kind, values = self._together(args)
        return Members(kind, Expr(node.op, tuple(values), values[0].shape))

    def _quotient(self, node: Expr, args: list[Members]) -> Members:
        above, below = args
        if below.kind is MemberKind.FIXED:
            divided = Expr("quotient", (above.values, below.values), above.values.shape)
            return above._replace(values=divided)
        shape = below.values.shape
        if node.is_scalar:
            top = (
                self._repeated(above.values, MemberKind.NUMBER)
                if above.kind is MemberKind.FIXED
                else above.values
            )
            return Members(MemberKind.NUMBER, Expr("hadamard_quotient", (top, below.values), shape))
        reciprocals = Expr("hadamard_quotient", (self._ones, below.values), shape)
        return self._product(Members(MemberKind.NUMBER, reciprocals), above)

    def _power(self, node: Expr, args: list[Members]) -> Members:
        if not node.is_scalar and node.op == "power":
            raise _Unstackable
        base, exponent = args
        root = node.args[0]
        if node.args[1] is number(2) and _is_norm(root):
            # The square of a norm needs no root.
            return Members(MemberKind.NUMBER, squares_of_rows(self._members[root.args[0]].values))
        if node.is_scalar:
            values = [a.values for a in args]
            if base.kind is exponent.kind is MemberKind.FIXED or not any(
                value.shape == (self._size, ONE) for value in values
            ):
                raise _Unstackable
            return Members(MemberKind.NUMBER, Expr("hadamard_power", tuple(values), (self._size, ONE)))
        if (
            exponent.kind is not MemberKind.FIXED
            or not exponent.values.is_scalar
            or base.kind is MemberKind.OUTER
        ):
            raise _Unstackable
        return base._replace(values=Expr(node.op, (base.values, exponent.values), base.values.shape))

    def _mul(self, node: Expr, args: list[Members]) -> Members:
        scalars = [m for arg, m in zip(node.args, args, strict=True) if arg.is_scalar]
        scalars.sort(key=lambda m: m.kind is MemberKind.FIXED)
        arrays = [m for arg, m in zip(node.args, args, strict=True) if not arg.is_scalar]
        product = reduce(self._array_product, arrays) if arrays else None
        factors = [*([product] if product else []), *reversed(scalars)]
        return reduce(lambda right, left: self._product(left, right), factors)

    def _product(self, left: Members, right: Members) -> Members:
        """Return the product with a scalar on the left."""
        if right.kind is MemberKind.FIXED and left.kind is MemberKind.FIXED:
            return Members(MemberKind.FIXED, times(left.values, right.values))
        if left.kind is MemberKind.FIXED:
            return right._replace(values=times(left.values, right.values))
        if right.kind is MemberKind.NUMBER:
            return Members(MemberKind.NUMBER, entrywise_product(left.values, right.values))
        if right.kind is MemberKind.FIXED:
            value = right.values
            if value.is_scalar:
                return Members(MemberKind.NUMBER, times(value, left.values))
            if value.is_column:
                return Members(MemberKind.COLUMN, times(left.values, turned(value)))
            if value.is_row:
                return Members(MemberKind.ROW, times(left.values, value))
            raise _Unstackable
        return right._replace(values=times(_diagonal(left.values), right.values))

    def _array_product(self, left: Members, right: Members) -> Members:
        """Return the product of two arrays, neither of them a scalar."""
        product = _PRODUCTS.get((left.kind, right.kind))
        if product is None:
            raise _Unstackable
        return product(self, left, right)

    def _fixed_fixed(self, left: Members, right: Members) -> Members:
        return Members(MemberKind.FIXED, times(left.values, right.values))

    def _fixed_column(self, left: Members, right: Members) -> Members:
        values = times(right.values, turned(left.values))
        return Members(MemberKind.NUMBER if left.values.is_row else MemberKind.COLUMN, values)

    def _fixed_row(self, left: Members, right: Members) -> Members:
        return Members(MemberKind.OUTER, self._repeated(left.values, MemberKind.COLUMN), right.values)

    def _fixed_outer(self, left: Members, right: Members) -> Members:
        column, row = times(right.values, turned(left.values)), Members(MemberKind.ROW, _right(right))
        if left.values.is_row:
            return self._product(Members(MemberKind.NUMBER, column), row)
        return Members(MemberKind.OUTER, column, row.values)

    def _column_fixed(self, left: Members, right: Members) -> Members:
        return Members(MemberKind.OUTER, left.values, self._repeated(right.values, MemberKind.ROW))

    def _row_fixed(self, left: Members, right: Members) -> Members:
        values = times(left.values, right.values)
        return Members(MemberKind.NUMBER if right.values.is_column else MemberKind.ROW, values)

    def _outer_fixed(self, left: Members, right: Members) -> Members:
        row = times(_right(left), right.values)
        if right.values.is_column:
            return self._product(Members(MemberKind.NUMBER, row), Members(MemberKind.COLUMN, left.values))
        return Members(MemberKind.OUTER, left.values, row)

    def _row_column(self, left: Members, right: Members) -> Members:
        return Members(MemberKind.NUMBER, row_products(left.values, right.values))

    def _column_row(self, left: Members, right: Members) -> Members:
        return Members(MemberKind.OUTER, left.values, right.values)

    def _row_outer(self, left: Members, right: Members) -> Members:
        weights = Members(MemberKind.NUMBER, row_products(left.values, right.values))
        return self._product(weights, Members(MemberKind.ROW, _right(right)))

    def _outer_column(self, left: Members, right: Members) -> Members:
        weights = Members(MemberKind.NUMBER, row_products(_right(left), right.values))
        return self._product(weights, Members(MemberKind.COLUMN, left.values))

    def _function(self, node: Expr, args: list[Members]) -> Members:
        entry = entry_for_node(node)
        if entry is None:
            raise _Unstackable
        if entry.elementwise or signature_of(entry).entrywise:
            return self._entrywise(node, args)
        [of] = args if len(args) == 1 else [None]
        if not entry.of_rows or of is None or of.kind not in (MemberKind.COLUMN, MemberKind.ROW):
            raise _Unstackable
        if _is_norm(node) and free_indices(of.values):
            squares = squares_of_rows(of.values)
            return Members(MemberKind.NUMBER, Expr(ROOT, (squares,), squares.shape))
        values = applied_to_rows(entry.of_rows, of.values)
        return Members(MemberKind.NUMBER if node.is_scalar else of.kind, values)


#: Products of two arrays.
_PRODUCTS: dict[tuple[MemberKind, MemberKind], Callable[[Stacked, Members, Members], Members]] = {
    (MemberKind.FIXED, MemberKind.FIXED): Stacked._fixed_fixed,
    (MemberKind.FIXED, MemberKind.COLUMN): Stacked._fixed_column,
    (MemberKind.FIXED, MemberKind.ROW): Stacked._fixed_row,
    (MemberKind.FIXED, MemberKind.OUTER): Stacked._fixed_outer,
    (MemberKind.COLUMN, MemberKind.FIXED): Stacked._column_fixed,
    (MemberKind.ROW, MemberKind.FIXED): Stacked._row_fixed,
    (MemberKind.OUTER, MemberKind.FIXED): Stacked._outer_fixed,
    (MemberKind.ROW, MemberKind.COLUMN): Stacked._row_column,
    (MemberKind.COLUMN, MemberKind.ROW): Stacked._column_row,
    (MemberKind.ROW, MemberKind.OUTER): Stacked._row_outer,
    (MemberKind.OUTER, MemberKind.COLUMN): Stacked._outer_column,
}
_METHODS: dict[str, Callable[[Stacked, Expr, list[Members]], Members]] = {
    "add": Stacked._sum,
    "negate": Stacked._negated,
    "transpose": Stacked._transposed,
    "mul": Stacked._mul,
    "hadamard": Stacked._entrywise,
    "hadamard_quotient": Stacked._entrywise,
    "quotient": Stacked._quotient,
    "power": Stacked._power,
    "hadamard_power": Stacked._power,
}


def _right(outer: Members) -> Expr:
    assert outer.right is not None
    return outer.right


def _is_norm(node: Expr) -> bool:
    entry = entry_for_node(node)
    return entry is not None and entry.instruction == "norm" and not node.args[0].is_scalar


def applied_to_rows(function: str, rows: Expr) -> Expr:
    """Return what the function of each row is, by a formula in the matrix ``X`` of the rows."""
    m, n = Dim.symbol("m"), Dim.symbol("n")
    template = read_template(function, (("X", "matrix(m,n)"),))
    return filled_in(template, {"X": rows}, {m.name: rows.shape[0], n.name: rows.shape[1]})


def _diagonal(values: Expr) -> Expr:
    return Expr(DIAG, (values,), (values.shape[0], values.shape[0]))
