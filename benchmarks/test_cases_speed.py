"""The main example in under a millisecond, each public case in under five, after warm-up."""

import itertools
import json
import time
from pathlib import Path

import matcalc as mc

CASES = Path(__file__).parent.parent / "tests" / "data" / "derivatives.jsonl"
_numbers = itertools.count()


def test_main_example_takes_under_a_millisecond(benchmark):
    """Each round has names of its own, so that no expression is found ready made."""

    def fresh():
        i = next(_numbers)
        return (f"1/2*||W{i}^T W{i} x{i} - x{i}||^2", f"W{i}"), {}

    benchmark.pedantic(mc.diff, setup=fresh, rounds=2000, warmup_rounds=200)
    assert benchmark.stats.stats.median < 0.001


def _supported():
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for wrt in case["wrt"] if case["order"] == 1 else ():
            try:
                mc.diff(case["expr"], wrt, case["variables"])
            except mc.MatcalcError:
                continue
            yield case, wrt


def test_each_case_takes_under_5_ms():
    slow, times = [], []
    for case, wrt in _supported():
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            str(mc.diff(case["expr"], wrt, case["variables"]))
            best = min(best, time.perf_counter() - start)
        times.append(best)
        if best > 0.005:
            slow.append(f"{case['id']} by {wrt}: {best * 1e3:.1f} ms")
    print(f"\n{len(times)} derivatives: slowest {max(times) * 1e3:.2f} ms")
    assert times and not slow, slow
