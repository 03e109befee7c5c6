"""The paths from a value to a variable as users see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcalc.algebra import as_written, normalise
from matcalc.api.expressions import Expression
from matcalc.calculus import Path, factored, paths, respecting
from matcalc.errors import MatcalcError

if TYPE_CHECKING:
    from matcalc.api.differentiated import Differentiated


class GradientPath(NamedTuple):
    """One way from the value down to an occurrence of the variable.

    ``nodes`` are the intermediate values, the whole first and the variable last, and ``cotangents`` the
    derivatives of the value by each along this path alone. ``contribution`` is what arrives at the variable;
    the contributions of all paths add up to the gradient.
    """

    nodes: tuple[Expression, ...]
    cotangents: tuple[Expression, ...]
    contribution: Expression


def gradient_paths(of: Differentiated) -> list[GradientPath]:
    """Return the paths of a gradient; see :meth:`Derivative.paths`."""
    last, reading = of.last, of.reading
    if len(of.derivations) > 1 or not reading.expr.is_scalar:
        raise MatcalcError("E505", "paths are those of the gradient of a scalar")

    def shown(path: Path) -> GradientPath:
        whole = respecting(path.contribution, last.variable, of.choice)
        nodes = [Expression(normalise(node), reading) for node in path.nodes]
        cotangents = [Expression(factored(node), reading) for node in path.cotangents]
        return GradientPath(tuple(nodes), tuple(cotangents), Expression(factored(whole), reading))

    with as_written(of.writing):
        return [shown(path) for path in paths(reading.expr, last.variable)]
