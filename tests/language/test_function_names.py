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


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("log det X", "log(det(X))"), ("n/2 log 2π - s", "n/2*log(2*pi) - s"), ("tr A' + 1", "tr(A') + 1"),
        ("log σ² + c", "log(σ^2) + c"), ("(x log x)", "x*log(x)"), ("sin²(x)", "sin(x)^2"),
        ("log^2(x)", "log(x)^2"),
        ("tanh^{2}(x)", "tanh(x)^2"), (r"\operatorname{ReLU}(A x)", "relu(A*x)"),
        (r"\text{GELU}(x)", "gelu(x)"),
        (r"\log_2 x", "log2(x)"), (r"\log_{10}(x)", "log10(x)"), ("log₂(x)", "log2(x)"),
        ("norm_F(X)", "normF(X)"),
        (r"\operatorname{sgn}(x)", "sign(x)"), ("λmax(A)", "lambda_max(A)"),
        (r"\sigma_{\max}(A)", "specnorm(A)"),
    ],
)  # fmt: skip
def test_functions_need_no_brackets_around_one_name(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


@pytest.mark.parametrize(
    "text",
    ["log x y", "log x*y", "sum x", "log(x)/log + log", "sin^-1(x)", "tan⁻¹(x)", r"\tan^{-1}(x)", "log 2 x"],
)
def test_an_open_reach_of_a_function_in_text_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as refused:
        mc.parse(text)
    assert refused.value.help


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Γ(α)", "tgamma(α)"),
        (r"\log\Gamma(\alpha)", "log(tgamma(α))"),
        (r"\psi(\alpha)", "digamma(α)"),
        ("Φ(w'*x)", "normcdf(w'*x)"),
        ("log Φ(x)", "log(normcdf(x))"),
        ("ψ(x + 1)", "digamma(x + 1)"),
    ],
)
def test_greek_letters_call_their_functions(text: str, other: str) -> None:
    expression = mc.parse(text)
    assert expression == mc.parse(other)
    assert any("before a bracket is read as" in note for note in expression.notes)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("Var(w'*x)", "w'*S*w"), (r"\operatorname{Var}(w^T x)", "w'*S*w"), (r"\mathrm{Cov}(A x)", "A*S*A'"),
        ("Cov(A*x)", "A*S*A'"), (r"\Pr(x)", "normcdf"), ("KL(p, q)", "log(p./q)"), (r"D_{KL}(p \| q)", "p"),
        ("N(μ, Σ)", "density"), ("CE(y, p)", "-sum(y.*log(p))"), ("ρ(A)", "ρ*A"),
        (r"\operatorname{rank}(A)", "rank"),
    ],
)  # fmt: skip
def test_what_is_no_function_here_says_what_to_write(text: str, instead: str) -> None:
    with pytest.raises(mc.MatcalcError) as refused:
        mc.parse(text)
    assert instead in str(refused.value.help)


def test_a_greek_factor_of_a_sum_is_no_function() -> None:
    assert mc.parse("ρ(x'*x - 1)") == mc.parse("rho*(x'*x - 1)")
