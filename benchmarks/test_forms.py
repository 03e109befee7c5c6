"""Hessians cost time proportional to their own size, and every form of the reference cases is quick.

Run with ``pytest -n 0 benchmarks``. Times are compared within one run only.
"""

import gc
import time
from functools import partial

import matcalc as mc
from matcalc.expression import postorder
from tests.test_cases import CASES, RUNS

DEPTHS = (4, 8, 16, 32, 64)
LONGEST = 0.050


def seconds(function, rounds=4):
    """The best time of some rounds, after one to warm up."""
    times = []
    for _ in range(rounds + 1):
        gc.collect()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times[1:])


def hessian(text, kinds):
    return mc.hessian(text, "x", kinds).expr


def printed(*arguments, **options):
    return str(mc.diff(*arguments, **options))


def test_hessian_takes_constant_time_per_node_of_the_result():
    per_node = {}
    for depth in DEPTHS:
        text = "sum(" + "tanh(W*" * depth + "x" + ")" * depth + ")"
        kinds = {"W": "matrix(n,n)", "x": "vector(n)"}
        nodes = sum(1 for _ in postorder(hessian(text, kinds).node))
        per_node[depth] = seconds(partial(hessian, text, kinds)) / nodes
    shown = ", ".join(f"d = {depth}: {value * 1e6:.0f} µs" for depth, value in per_node.items())
    print(f"\nHessian of d layers: time per node of the result: {shown}")
    assert max(per_node.values()) < 2 * min(per_node.values())


def test_no_form_of_a_reference_case_takes_long():
    slowest = (0.0, "")
    for name, wrt in RUNS:
        case = CASES[name]
        forms = mc.diff(case["expr"], wrt, case["variables"], case["order"]).forms
        for form in forms:
            run = partial(printed, case["expr"], wrt, case["variables"], case["order"], form=form)
            slowest = max(slowest, (seconds(run, 2), f"{name} by {wrt} as {form}"))
    print(f"\nslowest form: {slowest[1]}, {slowest[0] * 1e3:.1f} ms")
    assert slowest[0] < LONGEST
