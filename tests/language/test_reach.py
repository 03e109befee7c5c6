"""How far operators reach over what stands right after them."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("exp(-‖x-μ‖^2/2σ^2)", "/(2*σ^2) or /2*σ^2"),
        ("a/2b", "/(2*b) or /2*b"),
        ("s/2t", "/(2*t) or /2*t"),
        ("x/2σ", "/(2*σ) or /2*σ"),
        ("x'y/2(σ^2 + 1)", "/(2*(σ^2 + 1)) or /2*(σ^2 + 1)"),
        ("x./2y", "/(2*y) or /2*y"),
        ("x'x/σ²y'y", "/(σ²*y') or /σ²*y'"),
        (r"\exp(-\|x-\mu\|^2/2\sigma^2)", r"/(2 \cdot \sigma^2) or /2 \cdot \sigma^2"),
        (r"x^\top y/nm", r"/(n \cdot m) or /n \cdot m"),
        ("x'y/‖x‖‖y‖", "/(‖x‖*‖y‖) or /‖x‖*‖y‖"),
        ("1/‖x‖ ‖y‖", "/(‖x‖*‖y‖) or /‖x‖*‖y‖"),
        ("x'y/norm(x)norm(y)", "/(norm(x)*norm(y)) or /norm(x)*norm(y)"),
        (r"x/2 \sigma", r"/(2 \cdot \sigma) or /2 \cdot \sigma"),
    ],
)
def test_a_name_or_bracket_right_behind_is_refused(text: str, wanted: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and failed.value.help == f"write {wanted}"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("1/2x'x", "x'*x/2"),
        ("-1/2(x-y)'*A*(x-y)", "-(x-y)'*A*(x-y)/2"),
        ("1/n(X*w - y)'(X*w - y)", "(X*w - y)'*(X*w - y)/n"),
        ("λ/2‖w‖²", "λ*norm2(w)^2/2"),
        ("λ/2log|S|", "λ*logdet(S)/2"),
        ("(x/2)σ", "x*σ/2"),
        ("1/sqrt(2*pi)exp(-s^2/2)", "exp(-s^2/2)/sqrt(2*pi)"),
        ("x/2*σ", "x*σ/2"),
        (r"\frac12 x^\top x", "x'*x/2"),
        (r"\frac{x}{2} \sigma", "x*σ/2"),
        (r"\lambda/2 \|w\|^2", "λ*norm2(w)^2/2"),
    ],
)
def test_halves_and_brackets_are_clear(text: str, other: str) -> None:
    e = mc.parse(text)
    assert str(e) == str(mc.parse(other))
    assert not any("divisor" in note for note in e.notes)


@pytest.mark.parametrize("text", ["x/2 σ", "1/2λ*x'*x", "x'y/2‖y‖", "x'x/2sqrt(s)", "A/s B"])
def test_what_is_less_clear_is_noted(text: str) -> None:
    assert any("divisor" in note for note in mc.parse(text).notes)


@pytest.mark.parametrize(
    "text", ["P ∘ x xᵀ", "A .* x x'", "A ⊗ B x", "x ⊙ y z'", r"P \circ \gamma \gamma^T", r"A \otimes B x"]
)
def test_a_factor_behind_an_entrywise_product_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and "brackets" in failed.value.help


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("(A ⊗ B) x", "kron(A, B)*x"),
        ("A .* B*x", "(A.*B)*x"),
        ("W^T(x ⊙ y)", "W'*(x.*y)"),
        ("A x ⊙ y", "(A*x).*y"),
    ],
)
def test_brackets_and_stars_are_clear(text: str, other: str) -> None:
    assert str(mc.parse(text)) == str(mc.parse(other))


@pytest.mark.parametrize(
    ("text", "root", "quotient"),
    [("s^1/2", "^(1/2)", "^(1)/2"), ("A^-1/2", "^(-1/2)", "^(-1)/2"), (r"X^1/2 \cdot s", "^(1/2)", "^(1)/2")],
)
def test_a_root_or_a_quotient(text: str, root: str, quotient: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and root in failed.value.help and quotient in failed.value.help


@pytest.mark.parametrize(
    "text", ["A^{-1}/2", "A^-1 / 2", "A⁻¹/2", "s^2/3", "(s^1)/2", r"X^{-1}/2", "x'*A^-1*x/2"]
)
def test_quotients_of_powers_are_clear(text: str) -> None:
    mc.parse(text)


def test_the_exponent_of_a_number_is_no_name() -> None:
    assert mc.parse("2*x/1e20").notes == ()


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (r"\det A X B", "det(A*X*B)"),
        (r"\operatorname{tr} XAX^\top + \operatorname{tr} Y", "tr(X*A*X') + tr(Y)"),
        (r"\operatorname{tr} A (B + C)", "tr(A*(B + C))"),
        (r"\operatorname{tr} x x^\top", "tr(x*x')"),
        (r"\log\det X", "logdet(X)"),
        (r"\log\det A^{-1} B", "logdet(inv(A)*B)"),
        (r"\ln \operatorname{tr} A B", "log(tr(A*B))"),
        (r"\det A \det B", "det(A)*det(B)"),
        (r"\operatorname{tr}(A) B", "tr(A)*B"),
        (r"\frac{n}{2}\log2\pi", "n/2*log(2*pi)"),
        (r"-\log 2\pi\sigma^2", "-log(2*pi*sigma^2)"),
        (r"\sum_i \sin 2 x_i", "sum(sin(2*x))"),
        (r"\sin^2 \theta \cos \phi", "sin(θ)^2*cos(φ)"),
        (r"\log^{2} \lambda", "log(λ)^2"),
        (r"\operatorname{tr}^2(A)", "tr(A)^2"),
        (r"\lambda sin^2(\theta)", "λ*sin(θ)^2"),
    ],
)
def test_functions_without_brackets_reach_over_products(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


def test_a_note_says_how_far_a_function_reaches() -> None:
    assert mc.parse(r"\det A X B").notes == ("det is taken of the 3 factors after it",)


@pytest.mark.parametrize(
    "text",
    [
        r"\operatorname{tr} A \exp(B)", r"\log \lambda \cdot \mu", r"\log \lambda \mu", r"\log\det(X) Y",
        r"\det A x", r"\operatorname{tr} A I", r"\sin \omega t", r"\log 2 A", r"\log \lambda / \mu",
        r"\det A \lambda", r"\log \lambda \sum_i y_i", r"\sin^2 \theta \phi",
    ],
)  # fmt: skip
def test_an_open_reach_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and "write" in failed.value.help


@pytest.mark.parametrize("text", [r"\sin^{-1} x", r"\log^k x", r"\det^\top A"])
def test_other_powers_of_functions_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E506"


@pytest.mark.parametrize(
    ("text", "below", "factor"),
    [
        ("(x'y)^2/(x'x)(y'y)", "(x'x)", "(y'y)"),
        ("x'x/(y'y)(z'z)", "(y'y)", "(z'z)"),
        ("x'x/(y'y)(z'z)^2", "(y'y)", "(z'z)^2"),
    ],
)
def test_a_bracket_right_after_a_divisor_in_brackets_is_refused(text: str, below: str, factor: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102"
    assert failed.value.help == f"write /({below}*{factor}) or /{below}*{factor}"


def test_a_bracket_after_a_coefficient_is_a_factor() -> None:
    assert mc.parse("1/(2n)(y - X*w)'(y - X*w)") == mc.parse("1/(2*n)*(y - X*w)'*(y - X*w)")


@pytest.mark.parametrize("text", ["x'x/(y'y) (z'z)", "x'x/(y'y)*(z'z)", "(x'x/(y'y))(z'z)"])
def test_a_bracket_apart_from_the_divisor_is_a_factor(text: str) -> None:
    assert mc.parse(text) == mc.parse("(x'*x)/(y'*y)*(z'*z)")


def test_a_bracket_after_a_number_that_divides_is_a_factor() -> None:
    assert mc.parse("1/(2)(x'x)") == mc.parse("x'*x/2")
