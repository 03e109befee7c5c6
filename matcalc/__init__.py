"""matcalc: derivatives of matrix expressions in closed form, checked numerically.

>>> import matcalc as mc
>>> print(mc.diff("1/2*||A x - b||^2", wrt="x"))
A'*(A*x - b)
"""

from matcalc.api import (
    BlockHessian,
    Budget,
    Derivative,
    Derivatives,
    Expression,
    Objective,
    Verdict,
    check_answer,
    check_answers,
    compile,
    diff,
    from_sympy,
    hessian,
    objective,
    parse,
    source,
)
from matcalc.errors import MatcalcError

__version__ = "0.1.0"
__all__ = [
    "BlockHessian",
    "Budget",
    "Derivative",
    "Derivatives",
    "Expression",
    "MatcalcError",
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
