"""What tests report is shown at the end of the run, also when everything passes."""

from __future__ import annotations

import os
from collections.abc import Callable

# Threads for matrices of five rows only wait for each other; NumPy reads this when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes tells of the machine, which may be busy, and not of what is tested.
settings.register_profile(
    "patient",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
# The normal run is the same every time; ``tests/hunting.py`` says how to look for what it does not find.
settings.register_profile("same", settings.get_profile("patient"), derandomize=True)
settings.load_profile("patient" if "MATCALC_EXAMPLES" in os.environ else "same")

#: The name of a test's property that holds lines for the summary.
LINES = "summary"


@pytest.fixture
def summary(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function that adds a line to the summary."""

    def add(line: str) -> None:
        record_property(LINES, line)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        if any(name == LINES for name, _ in report.user_properties)
    ]
    if reports:
        terminalreporter.section("what was measured")
    for report in reports:
        for name, line in report.user_properties:
            if name == LINES:
                terminalreporter.write_line(str(line))
