"""The gradient of a scalar expression."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.calculus.pullbacks import pull_back
from matcalc.calculus.structured import respecting
from matcalc.calculus.sweep import cotangents
from matcalc.expression import Expr, number, zeros


def gradients(expr: Expr, variables: Sequence[Expr], choice: str = "projected") -> list[Expr]:
    """Return the gradient of a scalar expression by each of ``variables``, shaped like it.

    One sweep gives all of them. By a variable with structure it is what ``choice`` says, see
    :func:`matcalc.calculus.structured.respecting`. Raises E503 if the derivative of a function is not known,
    E506 for a variable that cannot move.
    """
    found = cotangents(expr, variables, number(1), pull_back)
    return [respecting(found.get(v, zeros(v.shape)), v, choice) for v in variables]
