"""Bars: which open, which close, and what they mean."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.language import parse

KINDS = {
    "a": "scalar",
    "b": "scalar",
    "x": "vector(n)",
    "y": "vector(n)",
    "z": "vector(n)",
    "A": "matrix(n,n)",
    "B": "matrix(n,n)",
    "X": "matrix(m,n)",
}


@pytest.mark.parametrize(
    ("bars", "words"),
    [
        ("||x||", "norm2(x)"),
        ("‖x‖", "norm2(x)"),
        ("∥x∥", "norm2(x)"),
        ("||X||", "normF(X)"),
        ("||X||_F", "normF(X)"),
        ("||X||_{F}", "normF(X)"),
        ("‖x‖₂", "norm2(x)"),
        ("||x||_2", "norm2(x)"),
        ("||x||_1", "norm1(x)"),
        ("||x||₁", "norm1(x)"),
        ("||x||^2", "norm2(x)^2"),
        ("||x||_2^2", "norm2(x)^2"),
        ("||X||_F^2", "normF(X)^2"),
        ("‖x‖₂²", "norm2(x)^2"),
        ("|A|", "det(A)"),
        ("|a|", "abs(a)"),
        ("|x'*y|", "abs(x'*y)"),
        ("|A|^2", "det(A)^2"),
        ("|A||B|", "det(A)*det(B)"),
        ("|A| |B|", "det(A)*det(B)"),
        ("|A|*|B|", "det(A)*det(B)"),
        ("|a||b|", "abs(a)*abs(b)"),
        ("||x||||y||", "norm2(x)*norm2(y)"),
        ("||x|| ||y||", "norm2(x)*norm2(y)"),
        ("||x|| y", "norm2(x)*y"),
        ("||x||y||z||", "norm2(x)*y*norm2(z)"),
        ("||a|-|b||", "abs(abs(a) - abs(b))"),
        ("| |a| - |b| |", "abs(abs(a) - abs(b))"),
        ("(||a|-|b||)*x", "abs(abs(a) - abs(b))*x"),
        ("| ||x|| - ||y|| |", "abs(norm2(x) - norm2(y))"),
        ("|| |a|*x ||", "norm2(abs(a)*x)"),
        ("|| x - |A| y ||", "norm2(x - det(A)*y)"),
        ("||A x - ||x|| y||", "norm2(A*x - norm2(x)*y)"),
        ("log|A|", "log(det(A))"),
        ("log |A|", "log(det(A))"),
        ("2log|A|", "2*log(det(A))"),
        ("exp(-||x||)", "exp(-norm2(x))"),
        ("sqrt(|A|)", "sqrt(det(A))"),
        ("|A'|", "det(A')"),
        ("|-a|", "abs(-a)"),
        ("|a b|", "abs(a*b)"),
        ("(|A|)", "det(A)"),
        ("|(|a|)|", "abs(abs(a))"),
    ],
)
def test_bars(bars: str, words: str) -> None:
    assert mc.parse(bars, KINDS) == mc.parse(words, KINDS)


@pytest.mark.parametrize("text", ["||x|", "|x||", "|a", "||x", "(|a)|", "||x)||", "|a| |", "log|A", "||"])
def test_bars_without_partner(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, KINDS)
    assert failed.value.code in ("E102", "E103", "E104")


def test_log_of_bars_takes_no_power() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("log|A|^2", KINDS)
    assert failed.value.code == "E102"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("||w||_L2^2", "norm2(w)^2"), ("||X||_Fro", "normF(X)"), (r"\|X\|_{\text{F}}", "normF(X)"),
        (r"\|X\|_{HS}", "normF(X)"), (r"\|x\|_{L^2}", "norm2(x)"), (r"\|x\|_{\ell_1}", "norm1(x)"),
        (r"\|X\|_{\text{op}}", "specnorm(X)"),
        ("||x||_A^2", "x'*A*x"), (r"\|x\|_{P_k^{-1}}^2", "x'*inv(P_k)*x"),
        (r"\|x\|_{\mathbf{\Sigma}}^2", "x'*Sigma*x"), ("||x||_W1^2 + tr(W1)", "x'*W1*x + tr(W1)"),
        (r"\|x\|_{Q^\top Q}^2 + \|Q\|_F", "x'*Q'*Q*x + normF(Q)"),
    ],
)  # fmt: skip
def test_subscripts_of_norms_name_them_or_are_matrices(text: str, words: str) -> None:
    read = mc.parse(text)
    assert str(read) == words
    assert ("||x||_W" in "".join(parse(text).notes)) == ("norm" not in words or "Q" in words)


@pytest.mark.parametrize(
    "subscript",
    ["L^3", "TV", r"\mathrm{Lip}", r"\mathcal H", r"\mathbb{R}", "H^1", "L_3", "A^2", "AB", r"Q^\top Q"],
)
def test_other_subscripts_of_norms_are_refused(subscript: str) -> None:
    with pytest.raises(mc.MatcalcError, match="the norm with subscript") as failed:
        mc.parse(rf"\|x\|_{{{subscript}}} + \|y\|_{{{subscript}}}")
    assert failed.value.code == "E506"
