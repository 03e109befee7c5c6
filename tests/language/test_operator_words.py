"""Words and letters that are operators on paper."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sum_i (y_i - w'*x_i)^2", "E105"), ("sum_i x_i^2", "E105"), ("Σ_i x_i^2", "E105"),
        ("Σ_i (x_i - y_i)", "E105"),
        ("max_z ||A*x - b||", "E105"), ("log_10 x", "E105"), ("log_3(x)", "E105"), ("prod_i x_i", "E105"),
        ("Σ x_i^2", "E105"), ("Σ (y_i - w'*x_i)^2", "E105"), ("1/2 Σ log(x_i)", "E105"),
        ("λ Σ |w_i|", "E105"), ("Π x_i", "E105"), ("min ||Ax-b||^2", "E105"), ("min x'*A*x", "E105"),
        ("max ||x||", "E105"),
        ("dL/dW", "E506"), ("d^2/dx^2 x'*x", "E506"), ("d²/dx² x'*x", "E506"),
    ],
)  # fmt: skip
def test_is_refused(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code and failed.value.help


@pytest.mark.parametrize(
    "text",
    [
        "x_i' Σ x_i",
        "x' Σ x_i",
        "Σ x",
        "Σ*x_i",
        "sum_i*x",
        "Σ_k*x",
        "(x - μ_k)'Σ_k(x - μ_k)",
        "norm_F(X)",
        "a/dt",
        "lambda_max(X'*X)",
        "minimize*x",
    ],
)
def test_is_a_name(text: str) -> None:
    mc.parse(text)


def test_a_declaration_makes_a_name() -> None:
    assert mc.parse("sum_i x", {"sum_i": "scalar"}) == mc.parse("sum_i*x", {"sum_i": "scalar"})
    assert mc.parse("dx/dt", {"dt": "scalar", "dx": "vector"}).shape == ("n",)


@pytest.mark.parametrize(
    "latex", [r"\Sigma x_i^2", r"\Sigma (y_i - w^\top x_i)^2", r"\min \|Ax-b\|^2", r"\max x^\top A x"]
)
def test_is_refused_in_latex(latex: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(latex)
    assert failed.value.code == "E105" and failed.value.help


@pytest.mark.parametrize(
    "latex", [r"x_i^\top \Sigma x_i", r"\Sigma^{-1} x_i", r"\boldsymbol{\Sigma} \mathbf{x}_i", r"\max(x, y)"]
)
def test_is_a_name_or_function_in_latex(latex: str) -> None:
    mc.parse(latex)
