"""The Python face: what ``import matcalc`` offers."""

from matcalc.api.derivatives import Derivative, diff
from matcalc.api.expressions import Expression, from_sympy, parse

__all__ = ["Derivative", "Expression", "diff", "from_sympy", "parse"]
