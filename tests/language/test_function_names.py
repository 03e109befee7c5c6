"""Names before brackets that are functions: in any case, without a backslash, and letters."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Trace(X**2*B)", "tr(X^2*B)"),
        ("Det(A+tB)", "det(A + t*B)"),
        ("Tr[A*B]", "tr(A*B)"),
        ("LOG(s)", "log(s)"),
        ("Inv(A)*x", "inv(A)*x"),
        ("max[0, x]", "max(0, x)"),
        (r"\alpha sin(log(\boldsymbol{t}^T\boldsymbol{t}))", "alpha*sin(log(t'*t))"),
        (r"\alpha tr\left[ A B\right]", "alpha*tr(A*B)"),
        (r"\alpha x^Tlog(x)", "alpha*x'*log(x)"),
        (r"Trace(X X^\top)", "tr(X*X')"),
        (r"\lambda max[0, x]", "lambda*max(0, x)"),
    ],
)
def test_words_before_brackets_are_functions(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


def test_a_name_elsewhere_is_no_function() -> None:
    with pytest.raises(mc.MatcalcError, match="E105"):
        mc.parse("Max(x) + Max*x")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (r"\sigma(H W_{out})", "sigmoid(H*W_out)"),
        ("σ(W*x + b)", "sigmoid(W*x + b)"),
        ("W₂σ(W₁x + b₁)", "W2*sigmoid(W1*x + b1)"),
        (r"-\log\left(\sigma\left(u^\top v\right)\right)", "-log(sigmoid(u'*v))"),
        ("σ(σ(x))", "sigmoid(sigmoid(x))"),
    ],
)
def test_sigma_before_a_bracket_is_the_logistic_function(text: str, other: str) -> None:
    expression = mc.parse(text)
    assert expression == mc.parse(other)
    assert sum("sigmoid" in note for note in expression.notes) == 1


@pytest.mark.parametrize(
    "text",
    [r"\sigma(x - y) + \sigma", "σ*σ(x)", "σ(x)/σ^2", r"\boldsymbol\sigma(x)", "σ_1(x)", r"\sigma^2(x)"],
)
def test_sigma_that_is_a_factor_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.parse(text)
    with pytest.raises(mc.MatcalcError, match="E105"):
        mc.diff("σ(x)'*x", "sigma")
