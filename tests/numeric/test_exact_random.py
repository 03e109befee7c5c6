"""Random expressions: the exact check never disproves a gradient, and proves those of rational ones."""

from __future__ import annotations

import os
from collections.abc import Callable

from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.strategies import Problem, problems
from tests.strategies.agreement import gradient

EXAMPLES = int(os.environ.get("MATCALC_EXAMPLES", "600"))


def test_random_gradients_are_never_disproved(summary: Callable[[str], None]) -> None:
    proved: list[bool] = []

    @settings(max_examples=EXAMPLES)
    @given(problems(), st.integers(0, 9))
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
    if "MATCALC_EXAMPLES" not in os.environ:
        assert sum(proved) > len(proved) / 5
