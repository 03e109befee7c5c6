"""Names in one text that cannot be told apart are refused, and all others are what Python takes them for."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.language import LETTERS, by_plain_name, plain_name
from matcalc.printing import UNICODE


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("φ'*A*ϕ", {}),
        ("ε*ϵ^2", {}),
        ("σ + ς", {}),
        ("θ₁*ϑ₁", {}),
        ("κ*ϰ", {}),
        ("ρ*ϱ", {}),
        ("β + ϐ", {}),
        ("n*ｎ", {}),
        ("t1*t１", {}),
        ("x'*𝐱", {}),
        ("х*x", {}),
        ("A*Α", {}),
        ("о*o + ο", {}),
        ("ѕum1 + sum1", {}),
        ("c*ϲ", {}),
        ("Π*П", {}),
        ("ё*ë", {}),
        ("х^2", {"x": "scalar"}),
        ("r'*r where r = А*x + A*x", {}),
        (r"φ*ϕ + \alpha", {}),
        (r"\sum_i φ_i^2 + ϕ^\top x", {}),
        (r"х + x + \alpha", {}),
    ],
)
def test_names_that_look_alike_are_refused(text: str, kinds: dict[str, str]) -> None:
    with pytest.raises(mc.MatcalcError, match="E111") as refused:
        mc.parse(text, kinds)
    assert refused.value.help and refused.value.labels


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("φ*phi", {"phi"}),
        ("ϕ*phi", {"phi"}),
        ("x₁*x1", {"x1"}),
        ("ϵ*x", {"epsilon", "x"}),
        ("ℓ + l", {"ell", "l"}),
        ("xᵢ*xi", {"x_i", "xi"}),
        ("xᵢⱼ + x₁ᵢ", {"x_ij", "x1_i"}),
        ("ν*v", {"nu", "v"}),
        ("ρ*p", {"rho", "p"}),
        ("масса + m", {"масса", "m"}),
        ("ϖ + t", {"varpi", "t"}),
        ("𝐀*𝐱", {"A", "x"}),
        ("ｎ^2", {"n"}),
        (r"\varpi + t", {"varpi", "t"}),
        (r"\ell + l", {"ell", "l"}),
        (r"\sum_i x_i^2 + β x^\top x", {"x", "beta"}),
        (r"\sum_i α_i x_i + α^\top x", {"x", "alpha"}),
        (r"\hat x^\top x + β \mathbf{y}^\top \mathbf{y}", {"x_hat", "x", "beta", "y"}),
    ],
)
def test_what_names_are_called(text: str, names: set[str]) -> None:
    assert set(mc.parse(text).variables) == names


def test_the_variable_of_differentiation_looks_like_no_other() -> None:
    with pytest.raises(mc.MatcalcError, match="E111"):
        mc.diff("х^2", "x")


@pytest.mark.parametrize("text", ["xᴴ*A*x", "xᵃ + x", "2*tʰ"])
def test_raised_letters_are_no_part_of_a_name(text: str) -> None:
    with pytest.raises(mc.MatcalcError, match="E506"):
        mc.parse(text)


def test_what_python_could_not_take_is_no_name() -> None:
    with pytest.raises(mc.MatcalcError, match="E101"):
        mc.parse("x௰ + 1")


def test_one_name_is_given_once() -> None:
    expression = mc.parse("phi^2")
    with pytest.raises(mc.MatcalcError, match="E111"):
        expression.evaluate(**{"φ": 1.0, "phi": 2.0})
    with pytest.raises(mc.MatcalcError, match="E111"):
        mc.parse("phi^2", {"φ": "scalar", "phi": "vector(n)"})
    assert by_plain_name({"φ": 1}) == {"phi": 1}


@pytest.mark.parametrize(
    "name", [*LETTERS, "x", "x_", "x1", "x_1", "x1_", "x__1", "Alpha", "alpha_", "alpha1_2"]
)
def test_unicode_names_are_read_as_what_they_were(name: str) -> None:
    assert plain_name(UNICODE.name(name)) == name


@pytest.mark.parametrize(("one", "other"), [("x", "х"), ("A", "Α")])
def test_symbols_of_sympy_that_look_alike_are_refused(one: str, other: str) -> None:
    sympy = pytest.importorskip("sympy")
    with pytest.raises(mc.MatcalcError, match="E111"):
        mc.from_sympy(sympy.Symbol(one) * sympy.Symbol(other))


@pytest.mark.parametrize("text", ["norm2(ŷ - y_hat)^2", "ä + a_ddot"])
def test_names_that_look_alike_on_paper_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError, match="E111"):
        mc.parse(text)
