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
