"""Answers to random problems: the gradient itself is right, and a multiple of it is not."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

import matcalc as mc
from tests.hunting import hunted
from tests.strategies import Problem, problems
from tests.strategies.agreement import gradient, instances, or_nan, steady, usable


@hunted(20, 100, problems(), st.integers(0, 9))
def test_the_gradient_is_right_and_its_multiple_is_not(problem: Problem, choice: int) -> None:
    found = gradient(problem, choice)
    if found is None:
        return
    right = str(found.expr)
    bare = mc.diff(problem.text, found.wrt, problem.variables, names=False)
    verdicts = mc.check_answers(problem.text, found.wrt, [right, f"-3*({bare})"], problem.variables)
    if any(v.findings and v.findings[0].message.startswith("E507") for v in verdicts):
        return
    assert verdicts[0].correct, verdicts[0]
    for values in instances(problem):
        value = or_nan(lambda values: found.evaluate(**values), values)
        if (
            usable(value)
            and np.max(np.abs(value)) > 1e-3
            and steady(lambda v: found.evaluate(**v), values, value)
        ):
            assert verdicts[1].findings[:1] and verdicts[1].findings[0].message.startswith(
                "the answer is -3 times"
            )
            return
