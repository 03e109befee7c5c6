"""The exact check: what it proves, what it disproves, and what it says where it can do neither."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest

import matcalc as mc
from matcalc.expression import Expr
from matcalc.language import parse
from matcalc.numeric import CheckReport, degrees, exact, field, prove_gradient
from tests.test_cases import CASES, GRADIENTS

#: How many gradients of the public cases are rational; a change here is a change of what can be proved.
PROVED = 55


def prove(
    value: str, wrt: str, gradient: str, kinds: dict[str, str] | None = None, **options: int
) -> CheckReport:
    """Return the report on a gradient that is written, not found."""
    reading = parse(value, kinds)
    declared = mc.parse(value, kinds).variables
    answer = parse(gradient, declared)
    known = {**answer.variables, **reading.variables}
    return prove_gradient(reading.expr, known[wrt], answer.expr, known, **options)


def test_rational_public_cases_are_proved(summary: Callable[[str], None]) -> None:
    proved, reasons = 0, []
    for name, wrt in GRADIENTS:
        report = mc.diff(CASES[name]["expr"], wrt, CASES[name]["variables"]).check(exact=True)
        assert report.passed, f"{name} by {wrt}: {report}"
        if report.method == "exact":
            proved += 1
            assert report.false_pass_bound is not None and 0 < report.false_pass_bound < 1e-30
            assert len(report.sizes) == 2 and not report.note
        else:
            assert " is not rational" in report.note, report
            reasons.append(report.note)
    summary(f"gradients of reference cases proved exactly: {proved} of {len(GRADIENTS)}")
    assert proved == PROVED and len(reasons) == len(GRADIENTS) - PROVED


@pytest.mark.parametrize(
    ("value", "wrt", "right", "wrong", "kinds"),
    [
        ("1/2*||A*x - b||^2", "x", "A'*(A*x - b)", "A'*(A*x + b)", {}),
        ("x'*A*x", "x", "(A + A')*x", "2*A*x", {}),
        ("x'*A*x", "x", "2*A*x", "A*x", {"A": "symmetric(n)"}),
        ("x'*A*x", "x", "2*A*x", "A*x", {"A": "spd(n)"}),
        ("x'*A*x", "x", "2*A*x", "A*x", {"A": "diagonal(n)"}),
        ("x'*A*x", "x", "0*x", "A*x", {"A": "skew(n)"}),
        ("sum(triu(A)*x)", "x", "diag(A)", "A'*ones(n)", {"A": "lower(n)", "x": "vector(n)"}),
        ("tr(Q'*X*Q)", "X", "I(n)", "Q", {"Q": "orthogonal(n)", "X": "matrix(n,n)"}),
        ("det(Q)^2*tr(X)", "X", "I(n)", "2*I(n)", {"Q": "orthogonal(n)", "X": "matrix(n,n)"}),
        ("tr(A*S)", "S", "(A + A')/2", "A'", {"S": "symmetric(n)"}),
        ("sum(x)/n", "x", "ones(n)/n", "ones(n)", {"x": "vector(n)"}),
        ("(x'*x)^n", "x", "2*n*(x'*x)^(n-1)*x", "2*n*(x'*x)^n*x", {"x": "vector(n)"}),
        ("pi*x'*x", "x", "2*pi*x", "6.28*x", {}),
        ("s^3/(1 + s^2)", "s", "(3*s^2 + s^4)/(1 + s^2)^2", "3*s^2/(2*s)", {"s": "scalar"}),
        ("a'*pinv(X)*X*b", "a", "pinv(X)*X*b", "b", {"X": "matrix(m,n)"}),
        ("sum(abs(x).^2)", "x", "2*x", "2*abs(x)", {}),
        ("x'*x", "x", "2*x", "2*x + (x'*x - x'*x + 1)*x/10^15", {"x": "vector(3)"}),
        ("tr(X)", "X", "I(n)", "ones(n,n)", {"X": "matrix(n,n) positive"}),
    ],
)
def test_proves_and_disproves(value: str, wrt: str, right: str, wrong: str, kinds: dict[str, str]) -> None:
    report = prove(value, wrt, right, kinds)
    assert report.passed and report.method == "exact" and report.max_rel_error == 0, report
    assert not prove(value, wrt, wrong, kinds).passed


def test_both_kinds_of_orthogonal_matrices_are_tried() -> None:
    kinds = {"Q": "orthogonal(n)", "X": "matrix(n,n)"}
    for wrong in ("I(n)", "-I(n)"):  # right for rotations, right for reflections
        report = prove("det(Q)*tr(X)", "X", wrong, kinds)
        assert not report.passed and not report.reason, report
    assert prove("det(Q)*tr(X)", "X", "det(Q)*I(n)", kinds).trials == 12


def test_sizes_for_which_nothing_is_defined_are_left_out() -> None:
    report = mc.diff("tr(inv(X'*X))", "X").check(exact=True)
    assert report.passed and len(report.sizes) == 2
    assert all(sizes["m"] > sizes["n"] for sizes in report.sizes)


@pytest.mark.parametrize(
    ("value", "wrt", "kinds", "reason"),
    [
        ("sum(exp(x))", "x", {}, "exp is not rational"),
        ("norm2(x)", "x", {}, "norm2 is not rational unless it is squared"),
        ("s^(1/3)", "s", {"s": "scalar"}, "a power is not rational unless its exponent is an integer"),
        ("tr(inv(x*x')*A)", "x", {"x": "vector(n)"}, "it is not defined at random points"),
        ("x'*x", "x", {"x": "vector(100000)"}, "an array has more than 4000 entries"),
        ("tr(inv(X))", "X", {"X": "matrix(61,61)"}, "a matrix with 61 rows would have to be inverted"),
        ("s^1125899906842624", "s", {"s": "scalar"}, "its degree is too large for the prime"),
    ],
)
def test_what_cannot_be_proved_is_said(value: str, wrt: str, kinds: dict[str, str], reason: str) -> None:
    reading = parse(value, kinds)
    gradient = mc.diff(value, wrt, kinds).expr.node
    report = prove_gradient(reading.expr, reading.variables[wrt], gradient, reading.variables)
    assert not report.passed and report.reason == reason
    assert report.false_pass_bound is None and report.trials == 0


def test_unknown_facts_are_not_ignored() -> None:
    x = Expr("variable", (), parse("x'*x").variables["x"].shape, ("x", ("onehot",)))
    value = Expr("sum", (x,), parse("sum(x)").expr.shape)
    report = prove_gradient(value, x, x, {"x": x})
    assert report.reason == "it is not known how to draw x, which is onehot, from a field"


def test_falls_back_on_numbers_and_says_so() -> None:
    report = mc.diff("sum(exp(A*x))", "x").check(exact=True)
    assert report.passed and report.method == "numeric" and report.trials == 5
    assert report.note == "not proved exactly: exp is not rational"


def test_is_reproducible() -> None:
    d = mc.diff("x'*A*x", "x")
    assert d.check(seed=3, exact=True) == d.check(seed=3, exact=True)


@pytest.mark.parametrize(("trials", "points"), [(1, 4), (4, 4), (5, 6), (10, 10)])
def test_number_of_points(trials: int, points: int) -> None:
    report = mc.diff("x'*A*x", "x").check(trials, exact=True)
    assert report.trials == points and len(report.sizes) == 2
    # degree 3 in A, x, x; the derivative has one more, along the direction
    assert report.false_pass_bound == pytest.approx(float(Fraction(3, field.PRIME)) ** (points / 2))


@pytest.mark.hunt
@pytest.mark.parametrize(
    ("value", "gradient"),
    [
        ("x'*x", "2*x + (x'*x)^3*x"),
        ("(x'*a)^5", "4*(x'*a)^4*a"),
        ("x'*a/(x'*x)", "a/(x'*x)"),
        ("x'*inv(A)*a", "inv(A)'*a"),
    ],
)
def test_wrong_gradients_pass_as_rarely_as_is_claimed(
    value: str, gradient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a small field wrong gradients do pass by chance, and not more often than the bound allows."""
    small = 499
    for module in (field, degrees, exact):
        monkeypatch.setattr(module, "PRIME", small)
    reading = parse(value)
    wrong = parse(gradient, mc.parse(value).variables)
    claim = exact.Claim(reading.expr, reading.variables["x"], wrong.expr, reading.variables)
    sizes, rng, points = {"n": 2}, Random(1), 20_000
    bound = float(exact._bound(claim, sizes))
    passed = sum(bool(exact._agrees(claim, sizes, (0,) * len(claim.variables), rng)) for _ in range(points))
    assert 0 < passed / points < bound + 3 * (bound / points) ** 0.5
