"""What people write that once was read as something else: now read as they mean it, or refused, or noted."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    "text",
    [
        "AB'", "tr(AB)", "‖AXB - C‖²", "x'*AB'*x", "xTAx", "aTb", "aᵢxᵢ", "e^{At}", "ATA*x", "xAx", "2xy",
        "xy", "e^Ax", "1/Ax", "Wx*x + Wh*h",
    ],
)  # fmt: skip
def test_names_side_by_side_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and "*" in failed.value.help


@pytest.mark.parametrize(
    "text",
    [
        "lam*a'*x",
        "Cov*v",
        "x'Cov x",
        "Δt*x",
        "covmat*x",
        "np.sum(xs*x)",
        "mu'*x",
        "W1*x",
        "x_b'*x",
        "yTest'*x",
        "xTrain",
        "expr*x",
        "logits'*x",
        "dX*A",
        "np.sum(AB @ x)",
        "cost*x",
        "index*x",
    ],
)
def test_words_are_names(text: str) -> None:
    mc.parse(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[A B]", "E102"), ("[1 -2]", "E102"), ("[1 2; 3 4]", "E102"), ("x'*x\ny'*y", "E102"),
        (r"\operatorname{Tr}(\rho \log \rho) - \operatorname{Tr}(\rho_A \log \rho_A)", "E102"),
        ("x.^2^3", "E102"), ("s^2.^3", "E102"), ("2.^x^2", "E102"), ("log|s|.^2", "E102"),
        ("x(1)^2 + x(2)^2", "E506"), ("A[1,2]", "E506"),
        ("2 3*x", "E102"), ("10 000*x", "E102"), (r"10\,000 x", "E102"),
        ("xⁿ", "E101"), ("х*x", "E111"), ("х'*A*x", "E111"),
        ("①x", "E101"), (r"A \star B", "E101"), (r"x \approx y", "E101"),
        (r"\sum_i (x_i^{(1)} - x_i^{(2)})^2", "E506"),
        (r"\sum_i x_i \log x_i - x_i", "E506"),
        (r"\frac1n\sum_{i=1}^n (y_i - x_i)^2 + \lambda x_i^2", "E506"),
        (r"\sum_{i,j} (Y_{ij} - X_{ij})^2 + \lambda X_{ij}^2", "E506"),
        ("x'*A*x/x'*x", "E208"),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_refused(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code and failed.value.labels


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("½x'x", "x'*x/2"),
        ("s^½*¾", "s^(1/2)*3/4"),
        ("2½*s", "5/2*s"),
        ("\ufeffx'*x", "x'*x"),
        ("(x.^2).^3", "x.^6"),
        ("[2A, B]", "[2*A, B]"),
        ("[(A B), C]", "[A*B, C]"),
        ("[1 - 2, 3]*y", "[-1, 3]*y"),
        ("x'*x\n + y'*y", "x'*x + y'*y"),
        ("tr((A - I_n)*B)", "tr((A - I(n))*B)"),
        ("x - mean(x)", "x - mean(x)*ones(n)"),
        ("x*2/norm(x) - 3*mean(x)/2", "2*x/norm(x) - 3*mean(x)/2*ones(n)"),
    ],
)
def test_is_read_as_it_is_meant(text: str, other: str) -> None:
    kinds = {"x": "vector(n)", "s": "scalar", "y": "vector(2)" if "[1" in text else "vector(m)"}
    assert mc.parse(text, kinds) == mc.parse(other, kinds)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("logx", "log(x)"),
        ("sinx", "sin(x)"),
        ("trX", "tr(X)"),
        ("logdetX", "logdet(X)"),
        ("trAB", "tr(A*B)"),
        ("invA*x", "inv(A)"),
        ("sint*t", "sin(t)"),
        ("logp'*p", "log(p)"),
    ],
)
def test_a_function_and_a_letter_are_refused(text: str, wanted: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and wanted in failed.value.help


def test_what_has_a_transpose_is_no_scalar() -> None:
    assert mc.parse("sum(exp(θ'x))").variables["theta"] == "vector(n)"
    assert mc.parse(r"\|\theta^\top x\|^2").variables["theta"] == "vector(n)"


def test_bold_letters_are_no_scalars() -> None:
    expression = mc.parse(r"\sum_i (y_i - \mathbf{w}^\top \mathbf{x}_i)^2")
    assert expression.variables == {"y": "vector(n)", "w": "vector(m)", "x": "matrix(n,m)"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("exp(log(s))", {"s": -1.0}), ("sqrt(s)^2", {"s": -1.0}), ("0*log(s)", {"s": -1.0}),
        ("s/s", {"s": 0.0}),
        ("x./x", {"x": [0.0, 1.0]}), ("inv(A)*A", {"A": [[1.0, 1.0], [1.0, 1.0]]}),
        ("inv(inv(A))", {"A": [[1.0, 1.0], [1.0, 1.0]]}),
    ],
)  # fmt: skip
def test_values_outside_a_domain_that_was_simplified_away(text: str, values: dict[str, object]) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, {"s": "scalar"}).evaluate(**values)  # type: ignore[arg-type]  # of any type
    assert failed.value.code == "E304"


@pytest.mark.parametrize(
    "text",
    [
        "π'*P", "w'*Σ*w + π'*x", "1'*Σ*1", "x'*1 - 1", "2^T", "x'*A*x (2)",
        r"\theta^T x - log \sum_i e^{x_i}", r"log \theta", r"\|x\|^2 + const", "sum(p.*log(p/q))",
        "K(m,n)*vec(A)",
    ],
)  # fmt: skip
def test_what_is_something_else_on_paper_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.parse(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("A + I*λ", {"A": "matrix(n,n)", "lambda": "scalar"}),
        ("k*x'*A*x", {"k": "scalar", "x": "vector(n)", "A": "matrix(n,n)"}),
        ("x - a*ones", {"x": "vector(n)", "a": "scalar"}),
        ("inv(Σ)*ones/(ones'*inv(Σ)*ones)", {"Sigma": "matrix(n,n)"}),
        (r"\boldsymbol{\pi}^T x", {"pi": "vector(n)", "x": "vector(n)"}),
        ("log(2*π)*x", {"x": "vector(n)"}),
    ],
)
def test_constants_do_not_change_the_kinds_of_others(text: str, kinds: dict[str, str]) -> None:
    assert mc.parse(text).variables == kinds


def test_a_letter_right_behind_half_is_said_to_be_a_factor() -> None:
    assert "λ after /2 is a factor; for a divisor write /(2*λ)" in mc.parse("1/2λ*sum((X*w - y).^2)").notes
    assert mc.parse("1/2x'x").notes == ()


def test_an_expectation_is_refused_with_what_to_write() -> None:
    with pytest.raises(mc.MatcalcError, match="expectations") as failed:
        mc.parse("E[(x - a)^2]")
    assert "write what is inside" in failed.value.help


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x'Ax for all x", "for"),
        ("f(x) = x'Ax with A symmetric", "with"),
        ("x'Ax and y'By", "and"),
        ("||x|| and ||y||", "and"),
        ("gradient of x'Ax", "gradient"),
        ("The gradient of x'Ax", "The"),
        ("x'Ax + b'x is convex", "is"),
        ("x'Ax, where A is symmetric", "is"),
        ("x'Ax given A", "given"),
        ("not x", "not"),
    ],
)
def test_words_of_sentences_are_refused(text: str, word: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    span = failed.value.labels[0].span
    assert failed.value.code == "E506" and text[span.start : span.end] == word
    assert failed.value.help == f"leave the words out, or declare {word}"


def test_words_that_are_declared_or_have_a_sign_are_names() -> None:
    assert "given" in mc.parse("given x", {"given": "scalar"}).variables
    assert "all" in mc.parse("all*x").variables
    assert str(mc.diff("of x'x", "of")) == "x'*x"


@pytest.mark.parametrize("letter", "brufa")
@pytest.mark.parametrize("text", ["a'@x + a'@y", "a'@A@a", "L = a'@x + a'@y"])
def test_primes_of_letters_are_transposes(text: str, letter: str) -> None:
    """Python takes some letters before a prime for the prefix of a text in quotes."""
    assert mc.parse(text.replace("a", letter)) == mc.parse(text.replace("a", letter).replace("@", "*"))


def test_word_that_is_a_function_before_a_bracket_is_that_function() -> None:
    kinds = {"A": "matrix(m,n)", "B": "matrix(m,n)", "x": "vector(n)"}
    assert str(mc.parse("2 maximum(A, B) x", kinds)) == "2*max(A, B)*x"
