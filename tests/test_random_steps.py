"""Steps to the gradients of random problems: each line agrees with numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matcalc.explanation import STYLES
from tests.explanation.derivations import Derivation, instances, wrong_lines
from tests.hunting import hunted
from tests.strategies import Problem, problems
from tests.strategies.agreement import gradient

#: Their values may be at a kink of the next function everywhere: sign(step(u)).
JUMPING = ("sign", "step", "indicator", "peak")
#: Where differences of other steps are so far apart, they say nothing.
UNSTEADY = 1e-4


@hunted(20, 60, problems(), st.integers(0, 9), st.sampled_from(STYLES))
def test_each_line_agrees_with_numbers(problem: Problem, choice: int, style: str) -> None:
    found = gradient(problem, choice)
    if found is None or any(f"{function}(" in problem.text for function in JUMPING):
        return
    steps = found.steps(style)
    complaints = []
    with np.errstate(all="ignore"):
        for instance in instances(found, 3):
            derivation = Derivation(steps, found, instance)
            wrong = wrong_lines(derivation)
            if derivation.error < UNSTEADY:
                complaints.append(wrong)
    # Differences fail near kinks and poles, but not at each instance; a wrong line is wrong at each.
    assert not complaints or not all(complaints), (complaints, str(steps))
