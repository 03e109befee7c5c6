"""The backward sweep: one walk over the expression, from the value to its variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from matcalc.algebra import build, normal_forms
from matcalc.expression import Expr, depends_on, is_zero, postorder, zeros

PullBack = Callable[[Expr, int, Expr, Mapping[Expr, Expr]], Expr]


def cotangents(root: Expr, leaves: Iterable[Expr], cotangent: Expr, pull_back: PullBack) -> dict[Expr, Expr]:
    """Return the cotangent of every subexpression on a path from ``leaves`` to ``root``.

    The cotangent of a node ``M`` is ``∂f/∂M`` when that of the root is 1. Each node is visited
    once, after everything that it is an argument of; contributions add.
    """
    values = normal_forms([root])
    active = depends_on(root, leaves)
    contributions: dict[Expr, list[Expr]] = {root: [cotangent]}
    found: dict[Expr, Expr] = {}
    for node in reversed([node for node in postorder(root) if node in active]):
        arrived = contributions.pop(node)
        total = arrived[0] if len(arrived) == 1 else build("add", *arrived)
        found[node] = total
        written = _spelled_out(node)
        for position, arg in enumerate(written.args):
            if arg in active:
                vanishes = is_zero(total)
                share = zeros(arg.shape) if vanishes else pull_back(written, position, total, values)
                contributions.setdefault(arg, []).append(share)
    return found


def _spelled_out(node: Expr) -> Expr:
    """Return a power of a matrix as the product that it is; other nodes as they are."""
    if node.op == "power" and not node.is_scalar:
        return Expr("mul", (node.args[0],) * int(node.args[1].data), node.shape)
    return node
