"""A run without the check takes little longer than importing the two libraries it needs."""

import os
import statistics
import subprocess
import sys
import time

GOAL = 1.6
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=_ENVIRONMENT)
    return time.perf_counter() - start


def test_startup():
    run = ("-m", "matcalc", "diff", "1/2*||W^T W x - x||^2", "--wrt", "W", "--no-check")
    libraries = ("-c", "import click, lark")
    _seconds(*run), _seconds(*libraries)
    pairs = [(_seconds(*run), _seconds(*libraries)) for _ in range(25)]
    ratio = statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)
    print(f"\nmatcalc diff --no-check: {ratio:.2f} times the time of importing click and lark")
    assert ratio < GOAL
