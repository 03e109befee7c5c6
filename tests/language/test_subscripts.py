"""Subscripts behind brackets and bars, colons and angle brackets: norms, inner products, functions."""

import pytest

import matcalc as mc


def same(text: str, other: str) -> bool:
    """Return whether two texts are read as the same value."""
    return str(mc.parse(text)) == str(mc.parse(other))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("||X||^2_F", "normF(X)^2"), ("‖X‖²_F", "normF(X)^2"), ("‖Ax − b‖²₂", "norm2(A*x - b)^2"),
        (r"\|X\|^2_F", "normF(X)^2"), ("||W||F^2", "normF(W)^2"), ("‖X‖∗", "nucnorm(X)"),
        ("‖x‖∞", "norminf(x)"), ("|x|_1", "norm1(x)"), ("|X|_F^2", "normF(X)^2"),
        (r"|\mathbf x|_2", "norm2(x)"),
        ("||x||_p", "norm(x, p)"), ("‖x‖ₚ", "norm(x, p)"), (r"\|x\|_4^4", "norm(x, 4)^4"),
    ],
)  # fmt: skip
def test_subscripts_of_bars_say_which_norm_it_is(text: str, other: str) -> None:
    assert same(text, other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("A:B", "sum(A.*B)"), (r"\mathbf A : \mathbf B", "sum(A.*B)"), ("A:B + x'*y", "sum(A.*B) + x'*y"),
        (r"\langle A, X \rangle_F", "sum(A.*X)"), (r"\langle x, y\rangle_A", "x'*A*y"), ("⟨x,y⟩_M", "x'*M*y"),
    ],
)  # fmt: skip
def test_inner_products_have_colons_and_angle_brackets(text: str, other: str) -> None:
    assert same(text, other)


def test_greek_letters_beside_a_colon_are_matrices() -> None:
    assert mc.parse("σ:ε").variables == {"sigma": "matrix(m,n)", "epsilon": "matrix(m,n)"}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("[x]_+", "relu(x)"), (r"\|(x)_+\|^2", "norm2(relu(x))^2"),
        ("sum((1 - y.*(X*w))_+)", "sum(relu(1 - y.*(X*w)))"),
        (r"[\theta]_\times p", "skew(theta)*p"), ("[ω]× p", "skew(omega)*p"), ("[w]_x p", "skew(w)*p"),
        (r"[\omega]_{\times}^2 p", "skew(omega)^2*p"), ("[1 - y]₊", "relu(1 - y)"),
    ],
)  # fmt: skip
def test_signs_below_brackets_are_functions(text: str, other: str) -> None:
    assert same(text, other)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("f: x'*A*x", "E101"), ("Loss: ||A*x - b||^2", "E101"), ("1:3", "E101"), (r"\max(0, x)_+", "E102"),
        (r"\langle x \rangle", "E506"), ("⟨x|A|x⟩", "E506"), (r"\langle x, y \rangle_1", "E506"),
        ("∥Ax − b∥22", "E102"), ("‖X‖_p", "E203"), ("||x||_i", "E506"),
    ],
)  # fmt: skip
def test_what_is_no_norm_or_inner_product_says_what_to_write(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code
    assert failed.value.help


@pytest.mark.parametrize("text", ["x⊤Ax", "x⊺ A x", "x^⊤ A x", r"x⊤ \mathbf{A} x"])
def test_the_sign_of_a_transpose_needs_no_caret(text: str) -> None:
    assert same(text, "x'*A*x")


@pytest.mark.parametrize("text", [r"\| x - \mu \|_{\Sigma^{-1}}^2", "||x - μ||_{Σ^-1}^2"])
def test_a_weighted_norm_is_of_a_sum_as_well(text: str) -> None:
    assert same(text, "(x - mu)'*inv(Sigma)*(x - mu)")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("√(x'x)", "sqrt(x'*x)"), ("1/√n", "1/sqrt(n)"), ("erf(s/√2)", "erf(s/sqrt(2))"),
        ("tr{(A + tB)⁻¹}", "tr(inv(A + t*B))"), ("exp{-x'x}", "exp(-x'*x)"),
        ("β̂'Xβ̂", "beta_hat'*X*beta_hat"),
        ("x_{t+1} - A*x_{t}", "x_tp1 - A*x_t"),
    ],
)  # fmt: skip
def test_signs_of_unicode_and_braces_are_read_in_text(text: str, other: str) -> None:
    assert same(text, other)


@pytest.mark.parametrize(
    "text",
    [
        "√2π", "√x²", "x⁻¹²", "**x**^T A **x**", "`x'x`", "x<sup>T</sup>x", "A&amp;B", "0,5 x'x",
        "u*v*", "||X||_{2→1}",
        "(x−μ)TΣ(x−μ)", "tr(A−1B)", "x·x'", r"x \cdot y'", "x^+", "(2) x'x", "x'x (3.14)", "1/2σ²‖x‖²",
        r"\|x\|_{TV}",
        r"\mathrm{operatorname}{tr}(A)",
    ],
)  # fmt: skip
def test_what_lost_its_place_or_is_no_mathematics_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.help


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (r"\| |XW| - \mathbf 1_{n\times K}\|_F^2", "normF(abs(X*W) - ones(n,K))^2"),
        ("sum(|X|)", "sum(abs(X))"),
        ("‖|X*w| − y‖²", "norm2(abs(X*w) - y)^2"), ("log|X| + ||X||", "logdet(X) + normF(X)"),
        (r"\log(\det(\operatorname{diag}(WRW^T)))", "logdet(diag(diag(W*R*W')))"),
        ("logdet(diag(x))", "logdet(diag(x))"),
    ],
)  # fmt: skip
def test_bars_and_diagonals_are_what_fits_around_them(text: str, other: str) -> None:
    assert same(text, other)


def test_an_optimum_may_have_its_variable_right_behind_it() -> None:
    derivative = mc.diff("arg minβ ‖y − Xβ‖²")
    assert derivative.wrt == "beta"


@pytest.mark.parametrize("text", ["min_W ‖Y − XW‖²_F", "min_{W} ||Y - X*W||_F^2", "argminW ‖Y − XW‖²_F"])
def test_an_optimum_in_text_names_its_variable(text: str) -> None:
    derivative = mc.diff(text)
    assert derivative.wrt == "W"
    assert same(str(derivative), "2*X'*(X*W - Y)")


def test_a_metric_with_an_index_is_no_derivative() -> None:
    assert same(r"D_M(x,y) = \sqrt{(x-y)^{\top} M (x-y)}", "sqrt((x - y)'*M*(x - y))")
