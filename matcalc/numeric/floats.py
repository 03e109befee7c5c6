"""The algebra of floats in use: NumPy's arrays, or lists of plain Python where NumPy is not installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from matcalc.expression import Expr
from matcalc.numeric.interpreter import Sizes, interpreted
from matcalc.numeric.numpy_floats import NumpyFloats as Floats


def evaluate_all(
    roots: Iterable[Expr],
    arrays: Mapping[str, Any],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> dict[Expr, Any]:
    """Return the values of all subexpressions: 2-D arrays, floats for scalars.

    Those that are ``known`` are taken, with what only they are made of left out. Raises E508 if the budget
    leaves no time.
    """
    return interpreted(roots, arrays, Floats(sizes), known)
