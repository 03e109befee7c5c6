"""The Python interface: what ``import matcalc`` offers."""

from matcalc.api.answers import Verdict, check_answer, check_answers
from matcalc.api.derivatives import Derivative
from matcalc.api.differentiation import diff, hessian
from matcalc.api.expressions import Expression, from_sympy, parse
from matcalc.api.objective import Objective, compile, objective, source
from matcalc.api.several import BlockHessian, Derivatives
from matcalc.expression import Budget

__all__ = [
    "BlockHessian",
    "Budget",
    "Derivative",
    "Derivatives",
    "Expression",
    "Objective",
    "Verdict",
    "check_answer",
    "check_answers",
    "compile",
    "diff",
    "from_sympy",
    "hessian",
    "objective",
    "parse",
    "source",
]
