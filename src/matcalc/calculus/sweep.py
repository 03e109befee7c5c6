"""The backward sweep: one walk over the expression, from the value to its variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from matcalc.algebra import build, differentiable, normal_forms
from matcalc.expression import Expr, depends_on, is_zero, postorder, zeros

PullBack = Callable[[Expr, int, Expr, Mapping[Expr, Expr]], Expr]


def cotangents(root: Expr, leaves: Iterable[Expr], cotangent: Expr, pull_back: PullBack) -> dict[Expr, Expr]:
    """Return the cotangent of every subexpression on a path from ``leaves`` to ``root``.

    The cotangent of a node ``M`` is ``∂f/∂M`` when that of the root is 1. Each node is visited
    once, after everything that it is an argument of; contributions add.
    """
    root = differentiable(root)
    values = normal_forms([root])
    active = depends_on(root, leaves)
    contributions: dict[Expr, list[Expr]] = {root: [cotangent]}
    found: dict[Expr, Expr] = {}
    for node in reversed([node for node in postorder(root) if node in active]):
        arrived = contributions.pop(node)
        total = arrived[0] if len(arrived) == 1 else build("add", *arrived)
        found[node] = total
        for position, arg in enumerate(node.args):
            if arg in active:
                vanishes = is_zero(total)
                share = zeros(arg.shape) if vanishes else pull_back(node, position, total, values)
                contributions.setdefault(arg, []).append(share)
    return found
