"""What the numerical check reports; that it finds mistakes is shown in ``test_planted_mistakes.py``."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression import Dim
from matcalc.language import parse
from matcalc.numeric.sample import size_choices
from tests.planting import check_gradient


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


def test_gradient_that_is_slightly_off_does_not_pass() -> None:
    value, gradient = parse("x'*x"), parse("2.00001*x")
    report = check_gradient(value.expr, value.variables["x"], gradient.expr, value.variables)
    assert not report.passed and 1e-6 < report.max_rel_error < 1e-5


@pytest.mark.parametrize("text", ["x'*A*x", "logdet(X'*X)", "det(X'*A*X)", "a'*kron(X, B)*b", "sum(x.^2)/n"])
@pytest.mark.parametrize("trials", [2, 5])
def test_two_sets_of_sizes_are_used(text: str, trials: int) -> None:
    name = "X" if "X" in text else "x"
    for seed in range(4):
        report = mc.diff(text, name, {"x": "vector(n)"} if name == "x" else {}).check(trials, seed)
        assert report.passed and report.trials == trials
        assert len(report.sizes) >= 2 and not report.note
        assert all(len(set(sizes.values())) == len(sizes) for sizes in report.sizes)


def test_the_only_possible_sizes_are_said() -> None:
    fixed = mc.diff("x'*A*x", "x", {"x": "vector(3)"}).check()
    assert fixed.passed and fixed.sizes == () and not fixed.note
    # defined for n = 3, not for n = 4
    d = mc.diff("log(7/2 - n)*sum(x)", "x", {"x": "vector(n)"})
    report = d.check()
    assert report.passed and report.trials == 5 and report.sizes == ({"n": 3},)
    assert report.note == "no instance of any other sizes could be differentiated numerically"


def test_sizes_come_in_several_orders() -> None:
    symbols = [(Dim.symbol(a), Dim.symbol(b)) for a, b in ("ab", "cd")]
    chosen = list(size_choices(symbols))
    assert len({tuple(sizes.items()) for sizes in chosen}) == len(chosen) > 10
    for name in "abcd":
        assert any(max(sizes, key=lambda n: sizes[n]) == name for sizes in chosen)


@pytest.mark.parametrize("seed", range(8))
def test_a_value_that_only_rounding_changes_is_no_false_alarm(seed: int) -> None:
    report = mc.diff("sum(square(polar(v')))", "v", {"v": "vector(n) nonnegative"}).check(seed=seed)
    assert report.max_rel_error < 3e-7  # 3.8e-7 where rounding was measured along v alone


@pytest.mark.parametrize(
    ("text", "wrt"), [("det(C)", "C"), ("x'*adj(C)*x", "x"), ("x'*inv(C)*x", "x"), ("tr(adj(C))", "C")]
)
def test_a_check_without_an_instance_has_neither_passed_nor_failed(text: str, wrt: str) -> None:
    report = mc.diff(text, wrt, {"C": "skew(3)"}).check()
    assert report.trials == 0 and report.reason and str(report).startswith("not checked")


@pytest.mark.parametrize(("size", "seed"), [(120, 1), (120, 4), (250, 0)])
def test_rounding_of_the_values_of_large_matrices_is_no_false_alarm(size: int, seed: int) -> None:
    report = mc.diff("logdet(X)", "X", {"X": f"spd({size})"}).check(trials=3, seed=seed)
    assert report.passed and report.max_rel_error < 5e-7


def test_a_wrong_gradient_by_a_large_matrix_does_not_pass() -> None:
    value = parse("logdet(X)", {"X": "spd(120)"})
    wrong = parse("1.00002*inv(X)", {"X": "spd(120)"})
    report = check_gradient(value.expr, value.variables["X"], wrong.expr, value.variables)
    assert not report.passed and not report.reason
