"""The Python face: what ``import matcalc`` offers."""

from matcalc.api.answers import Verdict, check_answer, check_answers
from matcalc.api.derivatives import Derivative
from matcalc.api.differentiation import diff, hessian
from matcalc.api.expressions import Expression, from_sympy, parse
from matcalc.api.several import BlockHessian, Derivatives

__all__ = [
    "BlockHessian",
    "Derivative",
    "Derivatives",
    "Expression",
    "Verdict",
    "check_answer",
    "check_answers",
    "diff",
    "from_sympy",
    "hessian",
    "parse",
]
