"""The sign ``×`` multiplies where one side is a number, and is refused where it may be a cross product."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    "text",
    [
        "ω×r", "F×r", "A×B", "q*(E + v×B)", "(a + b) × c", r"\vec F \times \vec r", r"F \times r",
        r"\boldsymbol{\omega} \times \mathbf{r}",
    ],
)  # fmt: skip
def test_between_arrays_it_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and "cross(" in failed.value.help


@pytest.mark.parametrize(
    ("text", "other"),
    [("2×x", "2*x"), ("x×2", "x*2"), ("||x|| × y", "||x||*y"), ("π×x", "pi*x"), ("(1/2)×x", "x/2")],
)
def test_beside_a_number_it_multiplies(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


def test_of_declared_names_the_shapes_decide() -> None:
    kinds = {"A": "matrix(m,n)", "x": "vector(n)", "s": "scalar"}
    assert mc.parse("A'×A×x", kinds) == mc.parse("A'*A*x", kinds)
    with pytest.raises(mc.MatcalcError, match="E102"):
        mc.parse("ω×x", kinds)
    assert mc.parse("A×x", kinds) == mc.parse("A*x", kinds)
    assert mc.parse("s×y", kinds) == mc.parse("s*y", kinds)
