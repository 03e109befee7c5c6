"""From an expression as written to its normal form."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.algebra.registry import build
from matcalc.expression import Expr, postorder


def normal_forms(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the normal form of each subexpression of ``roots``."""
    done: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        done[node] = build(node.op, *[done[arg] for arg in node.args]) if node.args else node
    return done


def normalise(expr: Expr) -> Expr:
    """Return the expression in normal form: equal expressions mostly become the same object."""
    return normal_forms([expr])[expr]
