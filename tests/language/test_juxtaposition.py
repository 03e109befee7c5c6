"""Letters side by side: products of names of one letter, or one name."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matcalc as mc

PRODUCTS = {
    "λx'x": "λ*x'*x", "xᵀΣx": "x'*Σ*x", "tr(ΣX)+tr(X)": "tr(Σ*X) + tr(X)", "logdet(A+λI)": "logdet(A + λ*I)",
    "sum(cos(2πx)) + x'x": "sum(cos(2*π*x)) + x'*x", "tr(AX)+tr(A)": "tr(A*X) + tr(A)",
    "||XW - Y||^2 + ||X||^2": "||X*W - Y||^2 + ||X||^2", "tr(AXB) + tr(X)": "tr(A*X*B) + tr(X)",
    "ax'x": "a*x'*x", "x'x + cx'y": "x'*x + c*x'*y", "x'AA'x": "x'*A*A'*x", "YYᵀ": "Y*Y'", "Axx^T": "A*x*x'",
    "||Ax - b||^2": "||A*x - b||^2", "||b - (Ax)||": "||b - A*x||", "x^Tx": "x'*x", "x^TAx": "x'*A*x",
    "e^{-x^Tx}": "exp(-x'*x)", "y₁ + A₁x₁": "y₁ + A₁*x₁", "W1x + b1": "W1*x + b1", "A - sI": "A - s*I",
    "aA + bB": "a*A + b*B", "x'(A+tB)^{-1}x": "x'*inv(A + t*B)*x", "a^TX^TXb": "a'*X'*X*b",
    "A^-TBx": "inv(A)'*B*x",
    "(Ax+b)^TC(Dx+e)": "(A*x + b)'*C*(D*x + e)", "10 + 20a'x + 30x'Ax": "10 + 20*a'*x + 30*x'*A*x",
    "½‖WᵀWx − x‖²": "||W'*W*x - x||^2/2", "tr(A^TSA)": "tr(A'*S*A)", "x^tAx": "x'*A*x", "x^HAx": "x'*A*x",
    "½ mv²": "m*v^2/2",
    "½mv² + mv": "m*v^2/2 + m*v", "½kx² + bx": "k*x^2/2 + b*x", "abᵀx": "a*b'*x", "uvᵀ": "u*v'",
    "tr(ABᵀ)": "tr(A*B')", "x^Tlog(x)": "x'*log(x)", "x^Tμ": "x'*μ", "(x^TAx)Bx": "(x'*A*x)*B*x",
}  # fmt: skip


@pytest.mark.parametrize("text", PRODUCTS)
def test_letters_are_multiplied(text: str) -> None:
    expression = mc.parse(text)
    assert expression == mc.parse(PRODUCTS[text])


@pytest.mark.parametrize(
    ("text", "wrt", "product"),
    [
        ("(WX - Y)'(WX - Y)", "W", "(W*X - Y)'*(W*X - Y)"),
        ("tr(AXB)", "X", "tr(A*X*B)"),
        ("tr(AXB)", "A", "tr(A*X*B)"),
        ("e^{At}", "t", "e^{A*t}"),
        ("A*xx'", "x", "A*x*x'"),
    ],
)
def test_a_variable_of_differentiation_is_a_name(text: str, wrt: str, product: str) -> None:
    d = mc.diff(text, wrt)
    assert str(d) == str(mc.diff(product, wrt))
    assert any("is read as" in note for note in d.notes)


def test_declared_and_longer_names_win() -> None:
    assert set(mc.parse("x'Ax", {"Ax": "vector(n)"}).variables) == {"x", "Ax"}
    assert set(mc.parse("Ax - b where Ax = B*b").variables) == {"B", "b"}
    assert set(mc.parse("loss*beta + s*x_train'x_train").variables) == {"loss", "beta", "s", "x_train"}
    assert "dX" in mc.parse("tr(A*dX) + tr(X)").variables


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("x'Ax", "Ax is read as A*x; a capital letter stands before one of u to z"),
        ("A + λI", "λI is read as λ*I; Greek letters are names by themselves"),
        ("tr(AX) + tr(A)", "AX is read as A*X; A is a name by itself"),
    ],
)
def test_a_note_says_why(text: str, note: str) -> None:
    assert mc.parse(text).notes[0] == note


#: Expressions in which every product of names has a sign, and no name has several letters.
SIGNED = (
    "x'*A*x", "||A*x - b||^2", "W'*W*x - x", "x'*inv(A + t*Q)*x + s*x'*x", "a'*X'*X*b + tr(X)",
    "tr(A*X*B) + tr(X)",
    "λ*x'*A*x + μ*x'*x", "(A*x + b)'*C*(D*x + e)", "log(x'*A*x) - a'*x", "W_1*x + W_2*y",
)  # fmt: skip


@given(st.sampled_from(SIGNED), st.lists(st.sampled_from(["", " ", "*", " * "]), min_size=12, max_size=12))
@settings(max_examples=int(os.environ.get("MATCALC_EXAMPLES", "250")))
def test_signs_and_spaces_between_letters_do_not_change_the_reading(text: str, signs: list[str]) -> None:
    """What is written without a sign is the product with it, or refused."""
    first, *rest = text.split("*")
    written = first + "".join(sign + part for sign, part in zip(signs, rest, strict=False))
    try:
        expression = mc.parse(written)
    except mc.MatcalcError as error:
        assert error.code in ("E102", "E110"), written
        return
    assert expression == mc.parse(text), written


@pytest.mark.parametrize("text", [text for text in SIGNED if "_" not in text])
def test_letters_without_any_sign_are_read(text: str) -> None:
    glued = text.replace("*", "")
    assert mc.parse(glued) == mc.parse(text)


@pytest.mark.parametrize(
    ("text", "product", "name"),
    [
        ("tr(W'S_bW)", "S_b*W", "S_bW"),
        ("x'A_kx", "A_k*x", "A_kx"),
        ("w_ix'x", "w_i*x", "w_ix"),
        ("tr[(W'S_wW)^{-1}W'S_bW]", "S_w*W", "S_wW"),
        ("x'A_kBx + tr(B)", "A_k*B*x", "A_kBx"),
        ("x'y/A_kx", "/(A_k*x)", "A_kx"),
    ],
)
def test_letters_after_a_subscript_are_refused(text: str, product: str, name: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, {"B": "matrix(n,n)"} if "B" in text else {})
    assert failed.value.code == "E102" and failed.value.message == f"{name} may be one name or a product"
    assert failed.value.help == f"write {product}, or declare {name}"


def test_letters_after_a_subscript_may_be_of_differentiation() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("tr(S_bW)", "W")
    assert failed.value.code == "E102"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x_train'x_train + n", "x_train"),
        ("W_out x", "W_out"),
        ("x'Sigma_xx x", "Sigma_xx"),
        ("x'*W_xh*h", "W_xh"),
        ("n*||W_in*x||^2", "W_in"),
    ],
)
def test_longer_subscripts_are_of_names(text: str, name: str) -> None:
    assert name in mc.parse(text).variables


def test_declared_letters_after_a_subscript_are_a_name() -> None:
    assert "S_bW" in mc.parse("tr(W'S_bW)", {"S_bW": "matrix(n,m)"}).variables


@pytest.mark.parametrize(
    ("text", "name"),
    [("abb'x", "abb"), ("errᵀerr", "err"), ("½mv² + mgh", "mgh"), ("mgh + ½mv²", "mgh"), ("Wqᵀx", "Wq")],
)
def test_letters_that_may_be_a_word_or_a_product_are_refused(text: str, name: str) -> None:
    with pytest.raises(mc.MatcalcError, match=f"{name} may be one name or a product"):
        mc.parse(text)


@pytest.mark.parametrize("text", ["rms²", "‖Ax−b‖² + aux", "err'*err", "‖Ax − b‖² + lr*‖x‖²"])
def test_words_in_unicode_stay_names(text: str) -> None:
    assert any(len(name) > 1 for name in mc.parse(text).variables)
