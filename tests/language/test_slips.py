"""What looks like a slip is said."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "kinds", "note"),
    [
        ("lambda*x", {"lamda": "scalar"}, "lamda is declared, but does not occur; lambda does"),
        ("logdet(S)", {"s": "spd(n)"}, "s is declared, but does not occur; S does"),
        ("x'*x", {"A": "matrix"}, "A is declared, but does not occur"),
        (r"x^\top x", {"A": "matrix"}, "A is declared, but does not occur"),
        ("x'*x", {"A": "matrix", "B": "matrix"}, "A, B are declared, but do not occur"),
        ("r'*r where R = A*x - b", {}, "R is defined, but does not occur; r does"),
        ("x'*x where t = s", {}, "t is defined, but does not occur"),
    ],
)
def test_what_is_not_used_is_said(text: str, kinds: dict[str, str], note: str) -> None:
    assert note in mc.parse(text, kinds).notes


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x'*x", {"x": "vector(n)", "n": "scalar"}),
        ("x'*ones(n)", {"x": "vector(n)"}),
        ("r'*r where r = A*x - b", {}),
    ],
)
def test_what_is_used_is_not(text: str, kinds: dict[str, str]) -> None:
    assert not any("occur" in note for note in mc.parse(text, kinds).notes)


def test_spaces_around_a_declared_name_are_nothing() -> None:
    assert mc.parse("logdet(S)", {"S ": "spd(n)"}) == mc.parse("logdet(S)", {"S": "spd(n)"})


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ({"2x": "scalar"}, "E402"),
        ({"": "scalar"}, "E402"),
        ({"x y": "scalar"}, "E402"),
        ({"λ": "scalar", "lambda": "vector"}, "E111"),
    ],
)
def test_a_declaration_of_no_name_or_twice_is_refused(kinds: dict[str, str], code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("x'*x", kinds)
    assert failed.value.code == code


@pytest.mark.parametrize("text", ["V - I*R", "R*I - V", r"\left(V - I R\right)", "1/2*ω'*I*ω", r"x^\top I x"])
def test_an_identity_that_changes_nothing_is_said(text: str) -> None:
    assert any("declare I" in note for note in mc.parse(text).notes)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("A - λ*I", {}),
        ("A - D*I", {"D": "scalar"}),
        ("A + s*I", {}),
        ("V - I*R", {"I": "scalar"}),
        ("I(n)*A", {}),
    ],
)
def test_an_identity_that_has_a_place_is_not(text: str, kinds: dict[str, str]) -> None:
    assert not any("declare I" in note for note in mc.parse(text, kinds).notes)


def test_an_unused_definition_is_said_where_its_variable_is_asked_for() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("sum(r) where R = A*x", "x")
    assert failed.value.code == "E401"
    assert failed.value.notes == ("R is defined, but does not occur; r does",)
