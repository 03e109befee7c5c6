"""Bars: which open, which close, and what they mean."""

from __future__ import annotations

import pytest

import matcalc as mc

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
