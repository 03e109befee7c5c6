"""Numbers: the value of an expression for arrays, random instances, and checks."""

from matcalc.numeric.arrays import evaluate_map
from matcalc.numeric.check import CheckReport, check_derivations
from matcalc.numeric.diagnosis import Finding, Part, diagnosed, found_where_refused
from matcalc.numeric.evaluate import evaluate
from matcalc.numeric.exact import prove_gradient
from matcalc.numeric.floats import evaluate_all
from matcalc.numeric.sample import random_values, samples

__all__ = [
    "CheckReport",
    "Finding",
    "Part",
    "check_derivations",
    "diagnosed",
    "evaluate",
    "evaluate_all",
    "evaluate_map",
    "found_where_refused",
    "prove_gradient",
    "random_values",
    "samples",
]
