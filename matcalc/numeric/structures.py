"""Random values over a field that have the declared structure.

A set of matrices is drawn by a rational map from parameters that are uniform in the field, onto
nearly all of it. What only bounds values, such as ``positive``, leaves a set that is not contained
in the roots of any polynomial; for an identity between rational functions it is no condition.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np

from matcalc.expression import Expr
from matcalc.numeric.degrees import LINEAR, Degree, NotRational
from matcalc.numeric.field import PRIME, Dual, inverse, lifted


class Structure(NamedTuple):
    """How matrices of one structure are drawn.

    ``impose`` turns a matrix of free entries into one that has it, where the set has several
    ``components``, one in the component with the number given. ``degree`` is that of the entries
    in the parameters, for a number of rows. ``project`` turns a direction into one in which a
    variable of differentiation may vary, ``None`` if it is not known how.
    """

    impose: Callable[[Any, int], Any]
    components: int = 1
    degree: Callable[[int], Degree] = lambda rows: LINEAR
    project: Callable[[Any], Any] | None = None


def _orthogonal(free: Any, component: int) -> Any:
    """Return the Cayley transform (I - K)*inv(I + K) of a skew matrix; reflected in component 1."""
    skew = free - free.T
    unit = lifted(np.eye(len(skew), dtype=object).astype(int))
    rotation = (unit - skew) @ inverse(unit + skew)
    if component:
        rotation[:, 0] = -rotation[:, 0]
    return rotation


def _simplex(free: Any, _: int) -> Any:
    """Return the entries divided by their sum."""
    return free * sum(free[:, 0], Dual(0)).inverse()


def _symmetric_part(direction: Any) -> Any:
    return (direction + direction.T) * Dual(2).inverse()


def _diagonal(free: Any) -> Any:
    return lifted(np.diag(np.diag(free)))


def _lower(free: Any) -> Any:
    return lifted(np.tril(free))


_SYMMETRIC = Structure(lambda free, _: free + free.T, project=_symmetric_part)

#: By the facts that are more than bounds. Facts that are not here are a reason not to prove.
STRUCTURES: dict[frozenset[str], Structure] = {
    frozenset(): Structure(lambda free, _: free, project=lambda direction: direction),
    frozenset({"symmetric"}): _SYMMETRIC,
    frozenset({"symmetric", "spd"}): _SYMMETRIC,
    frozenset({"symmetric", "diagonal"}): Structure(lambda free, _: _diagonal(free), project=_diagonal),
    frozenset({"skew"}): Structure(
        lambda free, _: free - free.T, project=lambda direction: (direction - direction.T) * Dual(2).inverse()
    ),
    frozenset({"simplex"}): Structure(_simplex, degree=lambda rows: Degree(1, 1)),
    frozenset({"lower"}): Structure(lambda free, _: _lower(free), project=_lower),
    frozenset({"orthogonal"}): Structure(_orthogonal, components=2, degree=lambda rows: Degree(rows, rows)),
}
#: Facts that only bound values.
BOUNDS = frozenset({"positive", "nonnegative", "nonpositive"})


def structure_of(variable: Expr) -> Structure:
    """Return how a variable is drawn; raises ``NotRational`` if that is not known."""
    name, facts = variable.data
    structure = STRUCTURES.get(frozenset(facts) - BOUNDS)
    if structure is None:
        raise NotRational(f"it is not known how to draw {name}, which is {' and '.join(facts)}, from a field")
    return structure


def free_entries(shape: tuple[int, int], rng: Random) -> Any:
    """Return an array of dual numbers with values that are uniform in the field, and no slope."""
    rows, cols = shape
    return np.array([[Dual(rng.randrange(PRIME)) for _ in range(cols)] for _ in range(rows)], dtype=object)
