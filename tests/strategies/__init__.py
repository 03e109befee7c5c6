"""Random well-shaped expressions over the whole language, with their values found without matcalc.

A ``Node`` knows its text and, by NumPy alone, its value. All dimensions differ, no matrix is square
that need not be, so that a lost transpose does not go unseen. ``table.py`` has a line for each function.
"""

from tests.strategies.nodes import Problem
from tests.strategies.problems import arrays, problems, problems_with
from tests.strategies.table import ADVICE, CALLS, Call, missing
from tests.strategies.variables import CONSTRAINED, plain, random_values

__all__ = [
    "ADVICE", "CALLS", "CONSTRAINED", "Call", "Problem", "arrays", "missing", "plain", "problems",
    "problems_with", "random_values",
]  # fmt: skip
