"""Sums over an index: the binder, the unit vectors that stand for its index, and what depends on them."""

from __future__ import annotations

from matcalc.expression.dimensions import ONE, Dim
from matcalc.expression.nodes import Expr
from matcalc.expression.traversal import attribute

#: The operation of a sum over an index, with the name and the size of the index as data.
SUM_OVER = "sum_over"
#: The operation of the unit vector that stands for an index.
UNIT = "unit"


def unit(index: str, size: Dim) -> Expr:
    """Return the unit vector ``e_i`` of an index, so that ``e_i'*x`` is the entry ``x_i``.

    >>> unit("i", Dim.symbol("n")).shape
    (Dim(n), Dim(1))
    """
    return Expr(UNIT, (), (size, ONE), index)


def sum_over(index: str, size: Dim, body: Expr) -> Expr:
    """Return the sum of ``body`` over all values of the index."""
    return Expr(SUM_OVER, (body,), body.shape, (index, size))


def free_indices(expr: Expr) -> frozenset[Expr]:
    """Return the unit vectors in an expression whose index no sum in it binds.

    >>> e = unit("i", Dim.symbol("n"))
    >>> free_indices(e) == {e}, free_indices(sum_over("i", Dim.symbol("n"), e))
    (True, frozenset())
    """
    return attribute(expr, "free_indices", _free_indices)


def _free_indices(node: Expr, below: list[frozenset[Expr]]) -> frozenset[Expr]:
    if node.op == UNIT:
        return frozenset((node,))
    free = frozenset().union(*below)
    return free - {unit(*node.data)} if node.op == SUM_OVER else free
