"""From an expression as written to its normal form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.algebra.registry import build
from matcalc.algebra.transposes import block_matrix
from matcalc.expression import Expr, postorder


def normal_forms(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the normal form of each subexpression of ``roots``."""
    done: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        done[node] = rebuilt(node, [done[arg] for arg in node.args])
    return done


def rebuilt(node: Expr, args: Sequence[Expr]) -> Expr:
    """Return the node with other arguments, in normal form; leaves stay."""
    if node.op == "block":
        return block_matrix(args, *node.data)
    return build(node.op, *args) if node.args else node


def replaced(root: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return an expression in normal form with some of its parts replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        found = values.get(node)
        done[node] = rebuilt(node, [done[arg] for arg in node.args]) if found is None else found
    return done[root]


def normalise(expr: Expr) -> Expr:
    """Return the expression in normal form: equal expressions mostly become the same object."""
    return normal_forms([expr])[expr]
