"""Normal forms: equal expressions are one object, different ones are not."""

from __future__ import annotations

import random

import pytest

import matcalc as mc
from matcalc.algebra import build, normalise, transpose
from matcalc.expression import Expr, number, postorder
from matcalc.language import parse

#: A Hessian in which powers that meet cancel.
CANCELLING = "normp(s./exp(x), 3)"


def test_powers_that_meet_leave_no_number_but_the_coefficient() -> None:
    hessian = mc.diff(CANCELLING, "x", {"s": "scalar", "x": "vector(n)"}, order=2).expr.node
    products = [node for node in postorder(hessian) if node.op == "mul"]
    assert not [node for node in products if sum(arg.is_number for arg in node.args) > 1]


KINDS = {
    "s": "scalar",
    "t": "scalar",
    "u": "scalar",
    "p": "scalar positive",
    "x": "vector(n)",
    "y": "vector(n)",
    "z": "vector(m)",
    "w": "vector(n) positive",
    "A": "matrix(m,n)",
    "B": "matrix(m,n)",
    "M": "matrix(n,n)",
    "N": "matrix(n,n)",
    "L": "matrix(n,n)",
    "S": "symmetric(n)",
    "P": "spd(n)",
    "Q": "orthogonal(n)",
    "K": "skew(n)",
    "D": "diagonal(n)",
}


def form(text: str) -> Expr:
    return normalise(parse(text, KINDS).expr)


EQUAL = {
    "sums": [
        ("x + y", "y + x"),
        ("x + x", "2*x"),
        ("x - x", "zeros(n)"),
        ("A + B - A", "B"),
        ("2*x + 3*x - 5*x + y", "y"),
        ("x + (y + (x - y))", "2*x"),
        ("-(x - y)", "y - x"),
        ("(x + y)/2 + (x - y)/2", "x"),
        ("s*x + 2*s*x", "3*s*x"),
        ("0.1*x + 0.2*x", "0.3*x"),
        ("s + t - t", "s"),
        ("A + (B' + A')'", "2*A + B"),
        ("x + 0*y", "x"),
        ("2*(x + y)", "2*x + 2*y"),
    ],
    "products": [
        ("s*t*x", "t*x*s"),
        ("2*3*x", "6*x"),
        ("(s*A)*(t*x)", "s*t*(A*x)"),
        ("A*(M*x)", "(A*M)*x"),
        ("I(m)*A", "A"),
        ("A*zeros(n)", "zeros(m)"),
        ("M*inv(M)", "I(n)"),
        ("inv(M)*M*x", "x"),
        ("M*M*M", "M^3"),
        ("M^2*M^3", "M^5"),
        ("M^5*inv(M)^2", "M^3"),
        ("s^2*s^3", "s^5"),
        ("s*s^-1", "1"),
        ("s^t*s", "s^(t + 1)"),
        ("(s^t)^2", "s^(2*t)"),
        ("(s^t)^-1*s^t", "1"),
        ("s*(s*t)^2", "s^3*t^2"),
        ("(2*s)^3", "8*s^3"),
        ("s/t/u", "s/(t*u)"),
        ("s/(t/u)", "s*u/t"),
        ("sqrt(4*p)", "2*sqrt(p)"),
        ("sqrt(p)^2", "p"),
        ("sqrt(p^2)", "p"),
        ("1/sqrt(p)*p", "sqrt(p)"),
    ],
    "bilinear forms": [
        ("x'*y", "y'*x"),
        ("x'*M*y", "y'*M'*x"),
        ("(x'*y)*x", "x*(y'*x)"),
        ("x*x'*y", "(x'*y)*x"),
        ("x'*y*x'*y", "(x'*y)^2"),
        ("A*x*x'*y", "(y'*x)*(A*x)"),
        ("x'*(A'*B)*y", "(B*y)'*(A*x)"),
        ("tr(x*y')", "x'*y"),
        ("tr(x'*y)", "x'*y"),
        ("(x'*M*y)'", "x'*M*y"),
        ("x'*(s*M)*y", "s*(y'*M'*x)"),
    ],
    "traces": [
        ("tr(M*N)", "tr(N*M)"),
        ("tr(M*N*L)", "tr(L*M*N)"),
        ("tr(M*N*L)", "tr(L'*N'*M')"),
        ("tr(M')", "tr(M)"),
        ("tr(A'*B)", "tr(A*B')"),
        ("tr(s*M)", "s*tr(M)"),
        ("tr(A*M*A')", "tr(M*A'*A)"),
        ("tr(I(n))", "n"),
        ("tr(A*x*z')", "z'*A*x"),
        ("tr(2*M/3)", "2*tr(M)/3"),
    ],
    "transposes": [
        ("(M')'", "M"),
        ("(A*M)'", "M'*A'"),
        ("(A + B)'", "A' + B'"),
        ("(s*A)'", "s*A'"),
        ("inv(M)'", "inv(M')"),
        ("(M^2)'", "(M')^2"),
        ("exp(A)'", "exp(A')"),
        ("(x.*y)'", "x'.*y'"),
        ("s'", "s"),
        ("S'", "S"),
        ("inv(S)'", "inv(S)"),
        ("(S*M*S)'", "S*M'*S"),
        ("(A'*A)'", "A'*A"),
        ("inv(A'*A)'", "inv(A'*A)"),
        ("(inv(P)*x*x'*inv(P))'", "inv(P)*x*x'*inv(P)"),
        ("K'", "-K"),
        ("diag(x)'", "diag(x)"),
        ("(S + D)'", "S + D"),
        ("ones(m,n)'", "ones(n,m)"),
        ("det(M')", "det(M)"),
        ("sum(A')", "sum(A)"),
    ],
    "entry by entry": [
        ("x.*y", "y.*x"),
        ("x.*x", "x.^2"),
        ("x.^2.*x.^3", "x.^5"),
        ("x./x", "ones(n)"),
        ("x.*y./x", "y"),
        ("(2*x).*(3*y)", "6*(x.*y)"),
        ("(x.*y).^2", "x.^2.*y.^2"),
        ("(s*x).^2", "s^2*x.^2"),
        ("x.^0", "ones(n)"),
        ("x.^1", "x"),
        ("sqrt(w).^2", "w"),
        ("x.*ones(n)", "x"),
        ("x.*zeros(n)", "zeros(n)"),
        ("(A.*B)'", "A'.*B'"),
        ("1./(1./x)", "x"),
        ("x.^s.*x", "x.^(s + 1)"),
    ],
    "functions": [
        ("sum(2*x)", "2*sum(x)"),
        ("sum(x.*y)", "x'*y"),
        ("ones(n)'*x", "sum(x)"),
        ("Q'*Q", "I(n)"),
        ("Q*Q'", "I(n)"),
        ("inv(Q)", "Q'"),
        ("log(exp(x))", "x"),
        ("exp(x)/sum(exp(x))", "softmax(x)"),
        ("diag(diag(x))", "x"),
        ("abs(p)", "p"),
        ("inv(inv(M))", "M"),
        ("logdet(inv(M))", "-logdet(M)"),
    ],
}
DIFFERENT = [
    ("M*N", "N*M"),
    ("A'*z", "A'*(2*z)"),
    ("x*y'", "y*x'"),
    ("tr(M*N*L)", "tr(M*L*N)"),
    ("(x'*y)*z", "(x'*x)*z"),
    ("M'", "M"),
    ("sqrt(s^2)", "s"),
    ("sqrt(s)*sqrt(t)", "sqrt(s*t)"),
    ("abs(s)", "s"),
    ("(s^2)^(1/2)", "s"),
    ("sqrt(x.^2)", "x"),
    ("log(x.*y)", "log(x) + log(y)"),
    ("x.^2", "x"),
    ("inv(M + N)", "inv(M) + inv(N)"),
    ("det(M + N)", "det(M) + det(N)"),
    ("M*S", "S*M"),
    ("(M*S)'", "M*S"),
    ("Q*M*Q'", "M"),
    ("x'*M*x", "x'*M*y"),
    ("I(n)", "ones(n,n)"),
]


@pytest.mark.parametrize(
    ("left", "right"), [pair for pairs in EQUAL.values() for pair in pairs], ids=lambda text: text
)
def test_equal(left: str, right: str) -> None:
    assert form(left) is form(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: str, right: str) -> None:
    assert form(left) is not form(right)


@pytest.mark.parametrize("text", [text for pairs in EQUAL.values() for pair in pairs for text in pair])
def test_normal_form_is_final(text: str) -> None:
    once = form(text)
    assert normalise(once) is once
    assert transpose(transpose(once)) is once


SEED = 11


@pytest.mark.parametrize(
    "terms",
    [
        ["x", "2*y", "-3*(M*x)", "s*x", "N*y", "x.*y", "ones(n)"],
        ["s", "t*u", "x'*y", "2*(x'*M*y)", "tr(M)", "-1/3", "s^2"],
        ["A", "B", "-2*A*M", "z*x'", "s*B", "A.*B"],
    ],
)
def test_order_of_terms_does_not_matter(terms: list[str]) -> None:
    rng = random.Random(SEED)
    wanted = form(" + ".join(f"({term})" for term in terms))
    for _ in range(20):
        rng.shuffle(terms)
        cut = rng.randrange(1, len(terms))
        halves = [" + ".join(f"({term})" for term in part) for part in (terms[:cut], terms[cut:])]
        assert form(f"({halves[0]}) + ({halves[1]})") is wanted, f"seed {SEED}"


@pytest.mark.parametrize(
    "factors", [["s", "t", "2", "(x'*y)", "s^-2", "exp(t)", "tr(M)"], ["p", "1/3", "(x'*M*y)^2", "sqrt(p)"]]
)
def test_order_of_scalar_factors_does_not_matter(factors: list[str]) -> None:
    rng = random.Random(SEED)
    wanted = form("*".join(factors))
    for _ in range(20):
        rng.shuffle(factors)
        assert form("*".join(factors)) is wanted, f"seed {SEED}"


def test_transposes_stand_on_leaves_and_closed_sums() -> None:
    allowed = ("variable", "add", "inv", "power", "hadamard", "hadamard_power", "ones")
    for text in ("(A*M*(x.*y) + z)'", "(exp(A)*M)'", "(M*N*L)'", "(s*(M + N)*L)'"):
        for node in postorder(form(text)):
            if node.op == "transpose":
                assert node.args[0].op in (*allowed, "exp")


def test_sums_are_not_multiplied_out() -> None:
    assert "add" in {node.op for node in form("A*(x + y)").args}
    assert form("A*(x + y)") is not form("A*x + A*y")


def test_numbers_are_exact() -> None:
    third = form("1/3*s + 1/3*s + 1/3*s")
    assert third is form("s")
    assert form("2^200") is number(2**200)
    assert form("2^1000000").op == "power"


def test_build_is_what_normalise_uses() -> None:
    x, y = (parse(name, KINDS).expr for name in "xy")
    assert build("add", x, y) is form("x + y")
    assert build("mul", number(2), x) is form("2*x")


def test_deep_expressions_need_no_recursion() -> None:
    text = "x + M*(" * 400 + "y" + ")" * 400
    assert form(text).shape == form("x").shape
