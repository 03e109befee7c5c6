"""Factoring, and names for parts that occur more than once."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.algebra import normalise
from matcalc.calculus import factored, named_parts, size
from matcalc.language import parse
from tests.measure import printed_size

KINDS = {
    "s": "scalar",
    "t": "scalar",
    "x": "vector(n)",
    "y": "vector(n)",
    "A": "matrix(m,n)",
    "B": "matrix(m,n)",
    "M": "matrix(n,n)",
    "N": "matrix(n,n)",
    "L": "matrix(n,n)",
}


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("M*x + N*x", "(M + N)*x"),
        ("A*M + A*N", "A*(M + N)"),
        ("L*M*x + L*N*x", "L*(M + N)*x"),
        ("s*x + s*y", "s*(x + y)"),
        ("x.*y + x.*(M*x)", "x.*(y + M*x)"),
        ("M*x + x", "M*x + x"),
        ("2*s*M*x + 4*s*N*x", "2*s*(M + 2*N)*x"),
        ("x/s + y/s", "(x + y)/s"),
        ("s^2*x + s*y", "s*(s*x + y)"),
        ("x*x' + y*x'", "(x + y)*x'"),
        ("s*diag(x) - diag(y)", "diag(s*x - y)"),
        ("kron(M, L) + t*kron(N, L)", "kron(M + t*N, L)"),
        ("kron(M, I(n)) + kron(M, I(n))'", "kron(M + M', I(n))"),
        ("kron(M, L) + kron(M', L')", "kron(M, L) + kron(M, L)'"),
    ],
)
def test_common_factors_are_pulled_out(text: str, shorter: str) -> None:
    found = factored(normalise(parse(text, KINDS).expr))
    assert found is normalise(parse(shorter, KINDS).expr)


@pytest.mark.parametrize("text", ["M*x + N*y", "x + y", "s*x + t*y", "M*N + N*M", "x.*y + M*x"])
def test_what_shares_nothing_stays(text: str) -> None:
    expr = normalise(parse(text, KINDS).expr)
    assert factored(expr) is expr


NAMED = [
    ("1/2*||W'*W*x - x||^2", "W", {}),
    ("||A*x - b||", "x", {}),
    ("-tr(inv(K)*Y*Y') - logdet(K) where K = X*X' + I", "X", {}),
    ("sum(X./(A.*X + B))", "X", {}),
    ("a'*sigmoid(W*x + b)", "W", {"W": "matrix(m,n)"}),
]


@pytest.mark.parametrize(("text", "wrt", "kinds"), NAMED)
def test_names_make_shorter_and_do_not_clash(text: str, wrt: str, kinds: dict[str, str]) -> None:
    d = mc.diff(text, wrt, kinds)
    body, where, definitions = str(d).partition(" where ")
    assert where
    names = [part.partition(" = ")[0] for part in definitions.split(", ") if " = " in part]
    dims = {s for kind in d.variables.values() for s in kind.partition("(")[2].rstrip(")").split(",")}
    assert len(set(names)) == len(names)
    assert not set(names) & (dims | d.variables.keys())
    assert mc.parse(str(d), d.variables) == d.expr
    assert printed_size(str(d)) < size(d.expr.node)
    assert body


def test_what_is_written_between_its_arguments_is_named() -> None:
    d = mc.diff("tr(kron(A, B)*X*kron(A, B)*X'*kron(A, B)*X*kron(A, B))", "X")
    assert "M = kron(A, B)" in str(d) and str(d).count("kron") == 1
    assert mc.parse(str(d), d.variables) == d.expr


def test_what_is_written_behind_its_argument_has_no_name() -> None:
    d = mc.diff("logdet(A*X)*tr(inv(A*X)*C)", "X")
    assert "inv" in str(d).partition(" where ")[0] and " = inv" not in str(d)


@pytest.mark.parametrize("taken", ["r", "c", "z", "v", "K", "M", "R", "s", "p", "h"])
def test_name_that_is_taken_is_not_given(taken: str) -> None:
    text = f"1/2*||W'*W*x - x||^2 + sum(exp({taken})) + tanh(x'*x)*sigmoid(x'*x)*||W x||"
    d = mc.diff(text, "W", {taken: "vector(q)", "W": "matrix(m,n)", "x": "vector(n)"})
    _, _, definitions = str(d).partition(" where ")
    assert definitions
    assert f"{taken} = " not in definitions.replace(f"{taken}1 = ", "")
    assert mc.parse(str(d), d.variables) == d.expr
    assert d.check().passed


def test_name_of_a_dimension_is_not_given() -> None:
    d = mc.diff("1/2*||W'*W*x - x||^2", "W", {"W": "matrix(p,r)"})
    assert "r2 = W'*W*x - x" in str(d)
    assert mc.parse(str(d), d.variables) == d.expr


def test_nothing_is_named_that_occurs_once_or_is_small() -> None:
    assert named_parts(normalise(parse("M*x + N*y", KINDS).expr), (), {}) == []
    assert named_parts(normalise(parse("(M*x)'*N*(M*x) + x'*x", KINDS).expr), (), {}) == []


def test_each_name_is_defined_by_those_before_it() -> None:
    d = mc.diff("exp(r'*r)*sum(log(r))*norm2(r) where r = A*x - b", "x", {"A": "matrix(m,n)"})
    body, _, definitions = str(d).partition(" where ")
    seen: set[str] = set()
    for part in definitions.split(", "):
        name, _, value = part.partition(" = ")
        later = {other.partition(" = ")[0] for other in definitions.split(", ")} - seen
        assert not any(f" {other} " in f" {value} " for other in later - {name})
        seen.add(name)
    assert all(name in body or name in definitions for name in seen)
    assert d.check().passed


def test_a_sum_that_only_occurs_transposed_is_turned() -> None:
    kinds = {"K": "symmetric(n)", "D": "scalar", "X": "matrix(n,k)", "S": "spd(n)"}
    d = mc.diff("-D*logdet(S + X*X') - tr(inv(S + X*X')*K)", "X", kinds)
    assert str(d) == "2*(inv(K2)*K - D*I)*inv(K2)*X where K2 = X*X' + S"
    assert d.check().passed and d.expr == mc.parse(str(d), d.variables)
