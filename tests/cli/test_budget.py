"""Whatever is asked for ends soon: with an answer, or with an error that says what takes too much."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression import budget as budgets
from matcalc.expression import within
from tests.cli.running import Run

KINDS = {
    "s": "scalar", **dict.fromkeys("xb", "vector(n)"), **dict.fromkeys("AWX", "matrix(n,n)"),
}  # fmt: skip
ROOT = Path(__file__).parents[2]
#: Processor time for each case; on an idle machine none takes a tenth of it.
SECONDS = 60
#: Megabytes for the whole process.
MEMORY = 500


def nested(opening: str, inner: str, count: int) -> str:
    return opening * count + inner + ")" * opening.count("(") * count


def chained(count: int) -> str:
    return "sum(x_0) where " + ", ".join(f"x_{i} = exp(x_{i + 1}).*x_{i + 1}" for i in range(count))


def horner(count: int) -> str:
    return "(" * count + "s" + "".join(f"*s + {i})" for i in range(1, count + 1))


#: Long and deep expressions, with how long or deep they are.
FAMILIES: dict[str, tuple[Callable[[int], str], str]] = {
    "functions of functions": (lambda n: nested("exp(", "s", n), "s"),
    "entrywise functions of functions": (lambda n: f"sum({nested('exp(', 'x', n)})", "x"),
    "roots of sums": (lambda n: nested("sqrt(1 + ", "s", n), "s"),
    "a net": (lambda n: f"sum({nested('tanh(W*', 'x', n)})", "x"),
    "definitions one after another": (chained, "x_"),
    "a product of one scalar": (lambda n: "*".join(["s"] * n), "s"),
    "a product of functions": (lambda n: "*".join(f"sin({i}*s)" for i in range(1, n + 1)), "s"),
    "a sum of functions": (lambda n: " + ".join(f"exp({i}*s)" for i in range(1, n + 1)), "s"),
    "a sum of scalars": (lambda n: " + ".join(f"norm2(A^2*x - {i}*b)" for i in range(1, n + 1)), "x"),
    "a polynomial": (horner, "s"),
    "a product of matrices": (lambda n: f"x'*{'A*' * n}x", "x"),
}


#: Those of which shorter ones show it, too.
QUADRATIC = ("definitions one after another", "a polynomial")


def text_of(family: str, count: int) -> tuple[str, str]:
    text, wrt = FAMILIES[family][0](count), FAMILIES[family][1]
    return text, f"{wrt}{count}" if wrt.endswith("_") else wrt


def shown(text: str, wrt: str) -> str:
    return str(mc.diff(text, wrt, KINDS))


def nodes(call: Callable[[], object]) -> int:
    """Return what a call takes."""
    with within(mc.Budget(nodes=10**9, seconds=600)):
        call()
        account = budgets._current.get()
        assert account is not None
        return 10**9 - account.left


def paid(family: str, count: int) -> int:
    """Return what a text of a family takes in a process of its own, in which nothing was built before."""
    code = f"from tests.cli.test_budget import *; print(nodes(lambda: shown(*text_of({family!r}, {count}))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=ROOT)
    return int(done.stdout)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_twice_as_long_takes_four_times_as_much_at_most(family: str) -> None:
    count = 40 if family in QUADRATIC else 80
    assert paid(family, 2 * count) < 4.5 * paid(family, count)


def product_of(count: int) -> str:
    return "*".join(f"A_{i}" for i in range(count))


#: What is asked for, and the error if it is refused.
LARGE: dict[str, tuple[Callable[[], object], str]] = {
    "functions, 1000 deep": (lambda: str(mc.diff(nested("exp(", "s", 1000), "s")), ""),
    "40 definitions": (lambda: str(mc.diff(chained(40), "x_40")), ""),
    "a product of one scalar": (lambda: str(mc.diff("*".join(["s"] * 1000), "s", {"s": "scalar"})), ""),
    "a long sum": (lambda: str(mc.diff(*text_of("a sum of functions", 2000), KINDS)), ""),
    "functions, 10000 deep": (lambda: str(mc.diff(nested("exp(", "x", 10_000), "x", KINDS)), "E508"),
    "texts that hold one another": (lambda: str(mc.parse(nested("exp(", "s", 10_000), KINDS)), "E508"),
    "512 places of one matrix": (
        lambda: mc.diff(
            "tr(" + "*".join(f"A_{i}*X" for i in range(512)) + ")", "X",
            {"X": "matrix(n,n)", **{f"A_{i}": "matrix(n,n)" for i in range(512)}},
        ), "E508",
    ),
    "code of a long product": (
        lambda: mc.source(
            f"norm2({product_of(20)}*x - b)^2", "x", "gradient",
            {f"A_{i}": "matrix(n,n)" for i in range(20)} | {"x": "vector(n)", "b": "vector(n)"},
        ), "",
    ),
    "code of a longer product": (
        lambda: mc.source(
            f"norm2({product_of(80)}*x - b)^2", "x", "gradient",
            {f"A_{i}": "matrix(n,n)" for i in range(80)} | {"x": "vector(n)", "b": "vector(n)"},
        ), "",
    ),
    "the graph of functions, 1000 deep": (
        lambda: str(mc.diff(nested("exp(", "s", 1000), "s", KINDS).graph()), "",
    ),
    "order 8 of a net": (
        lambda: mc.diff(nested("tanh(W*", "x", 3), "x", order=8, budget=mc.Budget(nodes=100_000)), "E508",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_large_things_end_soon(name: str) -> None:
    call, code = LARGE[name]
    start, found = time.process_time(), ""
    try:
        call()
    except mc.MatcalcError as error:
        found = error.code
        assert error.exit_code == 5 and "--max-nodes" in error.help
    assert found == code
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("text", ["-" * 300_000 + "s", "s" + "'" * 300_000, r"\frac" * 300_000])
def test_texts_of_very_many_marks_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text)
    assert caught.value.code == "E108"


def test_memory_is_bounded() -> None:
    code = f"""
import matcalc as mc
try:
    print(mc.parse({nested("exp(", "s", 40_000)!r}, {{"s": "scalar"}}))
except mc.MatcalcError as error:
    print(error.code)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of one process alone is told by Linux only")
    done = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True, check=True)
    answer, peak = done.stdout.split()
    assert answer == "E508"
    assert int(peak) // 1024 < MEMORY


def test_budget_bounds_the_call_and_the_methods_of_what_it_returns() -> None:
    text = "sum(tanh(A*tanh(A*x)))"
    with pytest.raises(mc.MatcalcError, match=r"E508.*more than 20 nodes"):
        mc.diff(text, "x", budget=mc.Budget(nodes=20))
    found = mc.diff(text, "x", order=2, budget=mc.Budget(nodes=10_000))
    assert found.budget == mc.Budget(nodes=10_000)
    found.budget = mc.Budget(nodes=5)
    with pytest.raises(mc.MatcalcError, match="E508"):
        str(found)
    found.budget = None
    assert str(found) == str(mc.diff(text, "x", order=2))


@pytest.mark.parametrize(
    "call",
    [
        lambda budget: mc.parse("x'*A*x + x'*B*x", budget=budget),
        lambda budget: mc.parse("x'*A*x").diff("x", budget=budget),
        lambda budget: mc.hessian("x'*A*x", "x", budget=budget),
        lambda budget: mc.compile("x'*A*x", "x", budget=budget),
        lambda budget: mc.source("x'*A*x", "x", budget=budget),
        lambda budget: mc.check_answer("x'*A*x", "x", "2*A*x", budget=budget),
        lambda budget: mc.check_answers("x'*A*x", "x", ["2*A*x"], budget=budget),
        lambda budget: mc.objective("x'*A*x", "x", {"A": [[1.0]]}, budget=budget).fun(np.ones(1)),
    ],
)
def test_every_function_takes_a_budget(call: Callable[[mc.Budget], object]) -> None:
    mc.diff("x'*A*x", "x")  # what is made once is not paid by the next
    with pytest.raises(mc.MatcalcError, match="E508"):
        call(mc.Budget(nodes=3))
    call(mc.Budget())


def test_seconds_are_bounded_too() -> None:
    with pytest.raises(mc.MatcalcError, match=r"E508.*more than 0\.01 seconds"):
        mc.diff(nested("exp(", "s", 1000), "s", {"s": "scalar"}, budget=mc.Budget(seconds=0.01))


def test_inner_calls_spend_what_is_around_them() -> None:
    with within(mc.Budget(nodes=20)), pytest.raises(mc.MatcalcError, match="20 nodes"):
        mc.diff("logdet(A*diag(x)*A')", "x")


def test_command_has_options_for_the_budget(run: Run) -> None:
    words = ("diff", "sum(tanh(A*tanh(A*x)))", "--wrt", "x", "--no-check")
    assert run(*words, "--max-seconds", "100", "--max-nodes", "100000").code == 0
    stopped = run(*words, "--max-nodes", "20")
    assert (stopped.code, stopped.out) == (5, "")
    assert "error[E508]: this takes more than 20 nodes" in stopped.err


@pytest.mark.parametrize(
    "limits",
    [
        *({"seconds": limit} for limit in (float("nan"), -1, -0.5, "5", None, True, 1j)),
        *({"nodes": limit} for limit in (-1, 1.5, float("nan"), "5", None, True)),
        *({"entries": limit} for limit in (-1, 1.5, None)),
    ],
)
def test_limits_that_say_nothing_are_refused(limits: dict[str, object]) -> None:
    with pytest.raises(mc.MatcalcError, match="E403"):
        mc.Budget(**limits)  # type: ignore[arg-type]


@pytest.mark.parametrize("budget", [5, "5", (100, 1.0)])
def test_what_is_no_budget_is_refused(budget: Any) -> None:
    with pytest.raises(mc.MatcalcError, match="E403"):
        mc.diff("x'*x", "x", budget=budget)


@pytest.mark.parametrize("option", ["--trials=1000", "--check=exact"])
def test_a_check_that_the_budget_stops_does_not_lose_the_answer(run: Run, option: str) -> None:
    trials = ("--trials=1000",) if option == "--check=exact" else ()
    done = run("diff", "tr(inv(A))^3", "--wrt", "A", "--max-seconds", "0.5", option, *trials)
    assert done.code == 0 and "inv(A)" in done.out
    assert "? not checked: the check was stopped by the budget: this takes more than 0.5 seconds" in done.err


def test_values_of_maps_end_with_the_budget() -> None:
    found = mc.diff("inv(X)", "X", {"X": "matrix(n,n)"}, budget=mc.Budget(seconds=0.2))
    start = time.process_time()
    with pytest.raises(mc.MatcalcError, match="E508"):
        found.evaluate(X=np.eye(60) + 0.01)
    assert time.process_time() - start < 10


#: Values that take arrays which are too large, each told before anything is computed.
TOO_LARGE: dict[str, Callable[[], object]] = {
    "the derivative of a matrix": lambda: mc.diff("X*X'", "X").evaluate(X=np.eye(200)),
    "by index notation": lambda: mc.diff("X*X'", "X").evaluate(form="index", X=np.eye(200)),
    "the function of arrays": lambda: mc.diff("X*X'", "X").evaluate(form="map", X=np.eye(200)),
    "a Kronecker product": lambda: mc.parse("tr(kron(X,X))").evaluate(X=np.eye(200)),
    "an outer product": lambda: mc.parse("norm2(x*x')").evaluate(x=np.ones(30_000)),
    "a Hessian": lambda: mc.diff("sum(exp(x))^2", "x", order=2).evaluate(x=np.ones(30_000)),
    "the Hessian of an operator": lambda: mc.diff("tr(X^3)", "X", order=2).operator(X=np.eye(200)).dense(),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_arrays_that_are_too_large_are_refused_before_they_are_made(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(mc.MatcalcError, match="entries") as caught:
            TOO_LARGE[name]()
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.code == "E508" and "entries=" in caught.value.help


def test_entries_are_those_of_all_parts() -> None:
    found = mc.parse("tr(X*X*X')", budget=mc.Budget(entries=500))
    assert found.evaluate(X=np.eye(10)) == 10
    with pytest.raises(mc.MatcalcError, match=r"E508.*more than 500 entries"):
        found.evaluate(X=np.eye(15))


def test_values_and_checks_have_a_budget_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    found = mc.diff("inv(X)", "X", {"X": "matrix(n,n)"})
    monkeypatch.setattr(budgets, "Budget", partial(mc.Budget, seconds=0.1))
    with pytest.raises(mc.MatcalcError, match="E508"):
        found.evaluate(X=np.eye(60) + 0.01)
    assert "stopped by the budget" in found.check(trials=10_000).reason


def test_command_refuses_large_arrays(run: Run) -> None:
    done = run("eval", "tr(X*X)", "--set", "X=[1 2; 3 4]", "--max-entries", "3")
    assert (done.code, done.out) == (5, "") and "E508" in done.err
