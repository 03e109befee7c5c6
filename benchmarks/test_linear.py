"""Cost is linear in the number of distinct subexpressions, whatever the tree would be.

Run with ``pytest -n 0 benchmarks``. Times are compared within one run only.
"""

import gc
import time

import pytest

import matcalc as mc
from matcalc.expression import postorder
from matcalc.language import parse

DEPTHS = (8, 32, 128, 512)


def layers(depth: int) -> tuple[str, str]:
    """``norm2(tanh(W_d*tanh(... W_1*x)))``, by the innermost matrix."""
    opened = "".join(f"tanh(W{i}*" for i in range(depth, 0, -1))
    return f"norm2({opened}x{')' * depth})", "W1"


def doubled(depth: int) -> tuple[str, str]:
    """``tr(Yd) where Y1 = Y0*A*Y0, Y2 = Y1*A*Y1, ...``: a tree of 2^d nodes, a graph of d."""
    definitions = ", ".join(f"Y{i} = Y{i - 1}*A*Y{i - 1}" for i in range(1, depth + 1))
    return f"tr(Y{depth}) where {definitions}", "Y0"


def chain(factors: int) -> tuple[str, str]:
    """``tr(A1*X*A2*X*...)``: as many paths as there are occurrences of X."""
    return "tr(" + "*".join(f"A{i}*X" for i in range(1, factors + 1)) + ")", "X"


def best_time(text: str, wrt: str, rounds: int = 5) -> float:
    """Seconds to differentiate and print, the best of some rounds, after one to warm up."""
    times = []
    for _ in range(rounds + 1):
        gc.collect()
        start = time.perf_counter()
        str(mc.diff(text, wrt))
        times.append(time.perf_counter() - start)
    return min(times[1:])


@pytest.mark.parametrize("family", [layers, doubled], ids=lambda family: family.__name__)
def test_time_per_distinct_node_is_constant(family):
    per_node = {}
    for depth in DEPTHS:
        text, wrt = family(depth)
        nodes = sum(1 for _ in postorder(parse(text).expr))
        per_node[depth] = best_time(text, wrt) / nodes
    shown = ", ".join(f"d = {depth}: {value * 1e6:.0f} µs" for depth, value in per_node.items())
    print(f"\n{family.__name__}: time per distinct node: {shown}")
    assert max(per_node.values()) < 2 * min(per_node.values())


def test_sixteen_doubled_definitions_take_under_50_ms(benchmark):
    text, wrt = doubled(16)
    benchmark(lambda: str(mc.diff(text, wrt)))
    assert benchmark.stats.stats.min < 0.050


def test_chain_of_64_factors_takes_under_50_ms(benchmark):
    text, wrt = chain(32)
    benchmark(lambda: str(mc.diff(text, wrt)))
    assert benchmark.stats.stats.min < 0.050


def test_ten_thousand_terms_and_two_thousand_brackets():
    sums = "+".join(f"{i}*x'*x" for i in range(1, 10_001))
    assert str(mc.diff(sums, "x")) == "100010000*x"
    names = " + ".join(f"tr(A{i}*X)" for i in range(2_000))
    assert str(mc.diff(names, "X")).count("A") == 2_000
    assert str(mc.diff("(" * 2_000 + "x'*x" + ")" * 2_000, "x")) == "2*x"
