"""The algebra of floats in use: NumPy's arrays, or lists of plain Python where NumPy is not installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from matcalc.errors import MatcalcError
from matcalc.expression import Expr
from matcalc.numeric.interpreter import Sizes, interpreted

try:
    from matcalc.numeric import numpy_floats as floats
    from matcalc.numeric.numpy_floats import NumpyFloats as Floats
except ModuleNotFoundError:
    # The same functions, on other values: one of the two is imported, which mypy takes for a redefinition.
    from matcalc.numeric import plain_floats as floats  # type: ignore[no-redef]
    from matcalc.numeric.plain_floats import PlainFloats as Floats  # type: ignore[assignment]

__all__ = ["Floats", "evaluate_all", "floats", "numpy_for"]


def evaluate_all(
    roots: Iterable[Expr],
    arrays: Mapping[str, Any],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> dict[Expr, Any]:
    """Return the values of all subexpressions: matrices, floats for scalars.

    Those that are ``known`` are taken, with what only they are made of left out. Raises E508 if the budget
    leaves no time.
    """
    return interpreted(roots, arrays, Floats(sizes), known)


def numpy_for(what: str) -> Any:
    """Return NumPy; raises E509 if it is not installed."""
    try:
        import numpy
    except ModuleNotFoundError:
        help_text = "install it, as by pip install numpy"
        raise MatcalcError("E509", f"{what} takes NumPy", help=help_text) from None
    return numpy
