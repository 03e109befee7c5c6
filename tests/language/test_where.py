"""The ``where`` clause."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("r'*r where r = A*x - b", "(A*x - b)'*(A*x - b)"),
        ("r'*s where r = A*x, s = r + b", "(A*x)'*(A*x + b)"),
        ("r'*s where s = r + b, r = A*x", "(A*x)'*(A*x + b)"),
        ("c*r where c = x'*y, r = A*x", "(x'*y)*A*x"),
        ("K*x where K = A'*A", "A'*A*x"),
        ("a*x where a = 2", "2*x"),
        ("x + y where z = x", "x + y"),
        ("f + x where f = 1", "1 + x"),
    ],
)
def test_definitions_are_put_in(text: str, plain: str) -> None:
    kinds = {"A": "matrix(m,n)", "x": "vector(n)", "y": "vector(n)", "b": "vector(m)"}
    used = {name: kind for name, kind in kinds.items() if name in plain}
    assert mc.parse(text, used) == mc.parse(plain, used)


def test_names_defined_are_no_variables() -> None:
    assert list(mc.parse("r'*r where r = A*x - b").variables) == ["A", "x", "b"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("r where r = r", "circular"),
        ("r where r = s + x, s = t + x, t = r", "circular"),
        ("r where r = x, r = y", "twice"),
        ("r where r = x, exp = y", "already"),
        ("r where r = x, I = y", "already"),
    ],
)
def test_definitions_refused(text: str, word: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E107" and word in failed.value.message


def test_variable_cannot_be_defined_too() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("r where r = x", {"r": "vector(n)"})
    assert failed.value.code == "E107"


def test_definition_may_stay_unused_but_must_fit_nothing() -> None:
    assert mc.parse("x'*x where r = A*x") == mc.parse("x'*x")


def test_names_the_user_gave_are_used_in_the_result() -> None:
    d = mc.diff("||q||^2*tr(A) + ||q|| where q = A*x - b", "x")
    assert "q = A*x - b" in str(d)
    assert mc.parse(str(d), d.variables) == d.expr


@pytest.mark.parametrize("text", ["where r = x", "r where", "r where r", "r where r =", "r where , r = x"])
def test_clauses_that_are_incomplete(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code in ("E102", "E103")


def test_long_chain_of_definitions() -> None:
    count = 400
    names = ", ".join(f"r{i} = A*r{i + 1}" for i in range(count)) + f", r{count} = x"
    expr = mc.parse(f"r0 where {names}", {"A": "matrix(n,n)"})
    assert expr.evaluate(A=[[1.0, 0.0], [0.0, 1.0]], x=[2.0, 3.0]).tolist() == [2.0, 3.0]
