"""The check finds planted mistakes in every public case, and passes what is right."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.algebra import build, transpose
from matcalc.api.derivatives import Derivative
from matcalc.expression import Expr, is_zero, number
from matcalc.numeric import check_gradient
from tests.test_cases import CASES, RUNS

SEED = 5


def derivative(name: str, wrt: str) -> Derivative:
    return mc.diff(CASES[name]["expr"], wrt, CASES[name]["variables"])


def passes(d: Derivative, gradient: Expr) -> bool:
    reading = d._reading
    report = check_gradient(
        reading.expr, reading.variables[d.wrt], gradient, reading.variables, trials=3, seed=SEED
    )
    assert not report.reason, report
    return report.passed


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_planted_mistakes_are_found(name: str, wrt: str) -> None:
    d = derivative(name, wrt)
    right = d.expr.node
    assert passes(d, right)
    assert not is_zero(right)
    for wrong in mistakes(right):
        assert not passes(d, wrong), f"seed {SEED}: {mc.api.Expression(wrong, d._reading)} passes"


def mistakes(gradient: Expr) -> list[Expr]:
    """Return the gradient with a factor, a sign, a missing term, a transpose."""
    found = [build("mul", number(2), gradient), build("negate", gradient)]
    found.append(build("mul", build("quotient", number(1001), number(1000)), gradient))
    if gradient.op == "add":
        found += [
            build("add", *gradient.args[:i], *gradient.args[i + 1 :]) for i in range(len(gradient.args))
        ]
    rows, cols = gradient.shape
    if rows is cols and transpose(gradient) is not gradient:
        found.append(transpose(gradient))
    return found


def test_planted_transposes_are_many() -> None:
    square = [run for run in RUNS if _can_be_turned(derivative(*run).expr.node)]
    assert len(square) >= 5


def _can_be_turned(gradient: Expr) -> bool:
    return gradient.shape[0] is gradient.shape[1] and transpose(gradient) is not gradient


def test_report_says_what_was_done() -> None:
    report = mc.diff("x'*A*x", "x").check(trials=7, seed=3)
    assert (report.passed, report.trials, report.seed, report.reason) == (True, 7, 3, "")
    assert 0 <= report.max_rel_error < 1e-6


def test_check_is_reproducible() -> None:
    d = mc.diff("logdet(X) + a'*inv(X)*b", "X")
    assert d.check(seed=4) == d.check(seed=4)
    assert d.check(seed=4) != d.check(seed=5)


@pytest.mark.parametrize(
    "text",
    [
        "sum(log(x))",
        "sqrt(x'*A*x)",
        "logdet(X)",
        "sum(log(x - y))",
        "sum(sqrt(1 - exp(-x)))",
        "log(det(X))",
        "sum(x.^0.3)",
    ],
)
def test_instances_are_found_inside_domains(text: str) -> None:
    name = "X" if "X" in text else "x"
    report = mc.diff(text, name).check(trials=5)
    assert report.passed and report.trials == 5


def test_expression_that_is_nowhere_defined_is_not_checked() -> None:
    report = mc.diff("sum(log(-x.^2 - 1))", "x").check()
    assert not report.passed and report.trials == 0 and "domain" in report.reason
    assert np.isnan(report.max_rel_error)


@pytest.mark.parametrize("seed", range(5))
def test_kinks_do_not_fail(seed: int) -> None:
    assert mc.diff("norm1(A*x - b) + sum(relu(x))", "x").check(seed=seed).passed
