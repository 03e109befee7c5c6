"""Squares as variables of differentiation, and powers of vectors that have two meanings."""

import pytest

import matcalc as mc

LIKELIHOOD = r"-\frac{n}{2}\log\sigma^2 - \frac{1}{2\sigma^2}\|y - X\beta\|^2"
DERIVATIVE = "(norm2(y - X*beta)^2/sigma_sq - n)/(2*sigma_sq)"


@pytest.mark.parametrize("wrt", [r"\sigma^2", "σ²", "sigma^2", r"\sigma^{2}", "sigma**2"])
def test_a_square_is_a_positive_variable_of_its_own(wrt: str) -> None:
    derivative = mc.diff(LIKELIHOOD, wrt)
    assert str(derivative) == DERIVATIVE
    assert "the square of sigma is the variable sigma_sq" in derivative.notes
    assert derivative.check().passed


@pytest.mark.parametrize(
    "front", [r"\frac{\partial}{\partial\sigma^2}", r"\partial/\partial\sigma^2", r"\frac{d}{d\sigma^{2}}"]
)
def test_a_line_may_ask_for_the_square(front: str) -> None:
    assert str(mc.diff(rf"{front} \left( {LIKELIHOOD} \right)")) == DERIVATIVE


def test_multiples_of_the_exponent_are_powers_of_the_variable() -> None:
    assert str(mc.diff("a/σ^4 + b*σ^-2", "σ^2", {"a": "scalar", "b": "scalar"})).count("sigma_sq") > 0
    assert mc.diff("1/σ^4", "σ²") == mc.diff("1/sigma_sq^2", "sigma_sq", {"sigma_sq": "scalar positive"})


@pytest.mark.parametrize("text", ["log(σ) + σ^2", "σ^3", "x'*x/σ"])
def test_other_powers_of_the_same_name_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError, match="E401") as refused:
        mc.diff(text, "σ²")
    assert "sqrt(s)" in str(refused.value.help)


def test_a_second_derivative_is_no_square() -> None:
    with pytest.raises(mc.MatcalcError, match="E506"):
        mc.diff(r"\frac{\partial^2}{\partial x^2} x^3")
