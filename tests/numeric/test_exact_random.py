"""Random expressions: the exact check never disproves a gradient, and proves those of rational ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.hunting import EXAMPLES, profile
from tests.strategies import CALLS, Problem, problems, problems_with
from tests.strategies.agreement import gradient

#: Functions that are rational, without which few gradients could be proved.
RATIONAL = [call for call in CALLS if call.entry.exact]


@pytest.mark.parametrize("examples", [60, pytest.param(600, marks=pytest.mark.hunt)])
def test_random_gradients_are_never_disproved(examples: int, summary: Callable[[str], None]) -> None:
    proved: list[bool] = []

    @profile(examples)
    @given(problems() | st.sampled_from(RATIONAL).flatmap(problems_with), st.integers(0, 9))
    def run(problem: Problem, choice: int) -> None:
        derivative = gradient(problem, choice)
        if derivative is None:
            return
        report = derivative.check(trials=2, exact=True)
        note(f"{derivative!r} is {derivative}: {report}")
        assert report.method == "numeric" or report.passed
        proved.append(report.method == "exact")

    run()
    summary(f"random gradients proved exactly: {sum(proved)} of {len(proved)}")
    assert EXAMPLES or sum(proved) > len(proved) / 10
