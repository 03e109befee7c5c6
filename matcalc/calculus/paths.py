"""The paths from a value to a variable, and what each contributes to the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from matcalc.algebra import differentiable, normal_forms
from matcalc.calculus.sweep import pull_back
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, depends_on, fold, is_zero, number, zeros

#: More paths are not listed.
MAX_PATHS = 200


class Path(NamedTuple):
    """A path from the value down to an occurrence of the variable.

    ``nodes`` are the intermediate values, the whole first, the variable last; ``cotangents`` are those of
    each along this path alone. The last cotangent is the contribution to the gradient. ``positions`` tell
    which argument of each node the next one is.
    """

    nodes: tuple[Expr, ...]
    cotangents: tuple[Expr, ...]
    positions: tuple[int, ...]

    @property
    def contribution(self) -> Expr:
        """The part of the gradient that arrives along this path."""
        return self.cotangents[-1]


def paths(expr: Expr, variable: Expr, cotangent: Expr | None = None) -> list[Path]:
    """Return all paths of an expression to a variable; their contributions add up to the gradient.

    ``cotangent`` is that of the expression, 1 for a scalar if there is none. Raises E505 if there are more
    than ``MAX_PATHS``.
    """
    root = differentiable(expr)
    values = normal_forms([root])
    active = depends_on(root, [variable])
    if fold([root], lambda node, below: 1 if node is variable else sum(below))[root] > MAX_PATHS:
        raise MatcalcError("E505", f"there are more than {MAX_PATHS} paths to {variable.data[0]}")

    def down(node: Expr, cotangent: Expr, above: Path) -> Iterator[Path]:
        here = above._replace(nodes=(*above.nodes, node), cotangents=(*above.cotangents, cotangent))
        if node is variable:
            yield here
            return
        for position, arg in enumerate(node.args):
            if arg in active:
                vanishes = is_zero(cotangent)
                share = zeros(arg.shape) if vanishes else pull_back(node, position, cotangent, values)
                yield from down(arg, share, here._replace(positions=(*here.positions, position)))

    start = number(1) if cotangent is None else cotangent
    return list(down(root, start, Path((), (), ()))) if root in active else []
