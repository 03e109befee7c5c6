"""Names before brackets, in text and LaTeX: factors before a sum, else refused as functions unknown."""

from __future__ import annotations

import pytest

import matcalc as mc


def code_of(text: str, kinds: dict[str, str] | None = None) -> str:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, kinds or {})
    assert failed.value.help
    return failed.value.code


@pytest.mark.parametrize(
    "text",
    [
        "f (A*x + b)", "φ(x)", "ζ(s)", "Φ(x)", "A^-1(t)", "W(A*x)",
        "log(gamma((ν+1)/2))", "gamma(x)", "gamma(x + 1)", "beta(x)", "P(x)", "J(w + v)", "2L(θ + δ)",
        "f^-1(x)", "J'(r)", "k(x, y)", "K(X,X)", "K(x,y)", "K(X,X)*y",
        "N(μ, Σ)", "A(x)", "A''(x)",
        "K(a,b) + a", "λ_1(A)", "λ_1(A + B)", "σ_1(A)", "E(x + y)", "E‖x‖^2", "E|s|", "I(θ)",
        "x(t + 1)", "u(k - 1)", "x_i(t)", "d(x'*x)", "p(x)^2", "f(x, y)",
        r"\pi(x)", r"\lambda_1(A)", r"A^{-1}(t)", r"x^T\Gamma(x)", r"\gamma\left(\frac{\nu+1}{2}\right)",
        r"f^{-1}(x)", r"E[x^\top x]", r"\Phi^{-1}(x)", r"E\|x\|^2", r"k(x, y)",
    ],
)  # fmt: skip
def test_is_refused(text: str) -> None:
    assert code_of(text) == ("E102" if "''" in text else "E110")


def test_a_function_of_letters_side_by_side_is_refused() -> None:
    assert code_of("J(Wa)") == "E102"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("W(x + y)", "W*(x + y)"),
        ("W (A*x)", "W*A*x"),
        ("x'A(B*x)", "x'*A*B*x"),
        ("X(X'*X)^-1*X'*y", "X*inv(X'*X)*X'*y"),
        ("A(B*C)'*x", "A*(B*C)'*x"),
        ("x(y'*z) + x", "x*(y'*z) + x"),
        (r"2 X \left(X^{\top} X\right)^{-1}", "2*X*inv(X'*X)"),
        ("λ(x'x - 1)", "λ*(x'*x - 1)"),
        ("λ_1(x'x - 1)", "λ_1*(x'*x - 1)"),
        ("lambda(x'x - 1)", "λ*(x'*x - 1)"),
        ("A(B + C)", "A*(B + C)"),
        ("β(x - y)", "β*(x - y)"),
        ("π(x + y)", "pi*(x + y)"),
        ("A(x ⊙ y)", "A*(x.*y)"),
        ("A(B ⊗ C)", "A*kron(B, C)"),
        ("x'(A*x)", "x'*A*x"),
        ("c'(x + y)", "c'*(x + y)"),
        ("J'(r + s)", "J'*(r + s)"),
        ("K^-1(x - y)", "inv(K)*(x - y)"),
        ("tr((I-K*C)P(I-K*C)')", "tr((I-K*C)*P*(I-K*C)')"),
        ("f(x + y) + f*z", "f*(x + y) + f*z"),
        ("f(A*x + b) where f = t", "t*(A*x + b)"),
        ("dX(A + B)", "dX*(A + B)"),
        ("K(m,n)*K(n,m)*x", "x"),
        (r"\lambda(x^\top x - 1)", "λ*(x'*x - 1)"),
        (r"\lambda_1(x^\top x - 1)", "λ_1*(x'*x - 1)"),
        (r"A\left(B + C\right)", "A*(B + C)"),
        (r"W(x + y)", "W*(x + y)"),
        (r"x^\top(Ax)", "x'*A*x"),
        (r"A\cdot(BC)", "A*B*C"),
        (r"\operatorname{Tr}((I-KC)P(I-KC)^T)", "tr((I-K*C)*P*(I-K*C)')"),
    ],
)
def test_is_a_factor(text: str, other: str) -> None:
    assert str(mc.parse(text)) == str(mc.parse(other))


def test_what_is_declared_or_differentiated_by_is_a_factor() -> None:
    kinds = {"f": "scalar", "A": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)"}
    for text, other in [
        ("f(x + y)", "f*(x + y)"),
        ("f(A*x)", "f*A*x"),
        ("A(x)", "A*x"),
        (r"A\left(x\right)", "A*x"),
    ]:
        assert mc.parse(text, kinds) == mc.parse(other, kinds)
    assert str(mc.diff("tr(A'*f(X))", "f", {"f": "scalar", "X": "matrix(m,n)"})) == "tr(A'*X)"
    assert code_of("logdet(S(θ))", {"S": "spd(n)"}) == "E110"


def test_sizes_in_brackets() -> None:
    assert str(mc.parse("K(a,b)*x", {"X": "matrix(a,b)"})) == "K(a,b)*x"
    assert str(mc.parse("K(x,y)*z", {"X": "matrix(x,y)"})) == "K(x,y)*z"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("E[x'*x]", "E506"), (r"\mathbb{E}\|x\|^2", "E506"), (r"\mathbb{E}[x]", "E506"),
        ("||W||F^2 + F", "E102"), (r"\|W\|F^2", "E102"),
        ("‖x‖2^2", "E102"), ("|s|2", "E102"),
    ],
)  # fmt: skip
def test_other_refusals_say_what_to_write(text: str, code: str) -> None:
    assert code_of(text) == code


def test_trace_is_a_word_for_the_trace() -> None:
    assert str(mc.parse(r"\mbox{Trace}(X X^\top)")) == str(mc.parse("tr(X*X')"))


def test_deep_brackets_are_read() -> None:
    text = "W(x + " * 300 + "y" + ")" * 300
    assert mc.parse(text.replace("W", "a"), {"a": "scalar"}).variables["x"] == "vector(n)"
