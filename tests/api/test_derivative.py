"""The Python face: what ``import matcalc`` offers."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc


def test_attributes() -> None:
    d = mc.diff("1/2*||A x - b||^2", wrt="x", variables={"A": "matrix(m,n)"}, order=1)
    assert (str(d), d.wrt, d.form, d.shape) == ("A'*(A*x - b)", "x", "gradient", ("n",))
    assert d.variables == {"A": "matrix(m,n)", "x": "vector(n)", "b": "vector(m)"}
    assert d.sources == {"A": "declared", "x": "default", "b": "default"}
    assert d.notes == ()
    assert d.unicode() == "Aᵀ (A x - b)" and d.latex() == r"A^{\top} \left(A x - b\right)"
    assert repr(d) == "<Derivative with respect to x: A'*(A*x - b)>"


def test_expression_and_its_derivative() -> None:
    e = mc.parse("tr(A*X) + tr(A*X)")
    assert e == mc.parse("2*tr(X*A)", e.variables) and e.shape == ()
    assert str(e.diff("X")) == "2*A'" and e.diff(wrt="X").shape == mc.parse("X", e.variables).shape
    assert repr(e) == f"matcalc.parse('{e}', {e.variables})"


def test_value_and_expr_evaluate_like_the_derivative() -> None:
    d = mc.diff("x'*A*x", "x")
    A, x = np.arange(9.0).reshape(3, 3), np.arange(3.0)
    np.testing.assert_allclose(d.evaluate(A=A, x=x), (A + A.T) @ x)
    np.testing.assert_allclose(d.expr.evaluate(A=A, x=x), (A + A.T) @ x)
    assert d.value.evaluate(A=A, x=x) == x @ A @ x


def test_result_of_a_derivative_can_be_differentiated() -> None:
    d = mc.diff("x'*A*x", "x")
    again = mc.diff(f"a'*({d})", "x", d.variables)
    assert again.expr == mc.parse("(A + A')*a", {**d.variables, "a": "vector(n)"})


def test_equality_is_that_of_normal_forms() -> None:
    kinds = {"A": "matrix(m,n)", "x": "vector(n)"}
    assert mc.parse("A*x + A*x", kinds) == mc.parse("2*A*x", kinds)
    assert mc.parse("A*x", kinds) != mc.parse("2*A*x", kinds)
    assert hash(mc.parse("A*x + A*x", kinds)) == hash(mc.parse("2*A*x", kinds))
    assert mc.parse("A*x", kinds) != "A*x"


@pytest.mark.parametrize(
    ("text", "wrt", "kinds", "order", "code"),
    [
        ("x'*x", "y", {}, 1, "E401"),
        ("x'*x", "", {}, 1, "E401"),
        ("x'*x", "", {}, 2, "E401"),
        ("x'*x", "x'", {}, 1, "E401"),
        ("x'*x", "x", {"x": "nonsense"}, 1, "E402"),
        ("x'*x", "x", {}, 9, "E502"),
        ("x'*x", "x", {}, 0, "E502"),
        ("x'*", "x", {}, 1, "E103"),
        ("A*x + x", "x", {"A": "matrix(m,n)"}, 1, "E202"),
        ("y'*x", "y", {"y": "vector(n) onehot"}, 1, "E506"),
    ],
)
def test_refusals(text: str, wrt: str, kinds: dict[str, str], order: int, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff(text, wrt, kinds, order)
    assert failed.value.code == code
    assert str(failed.value).startswith(f"error[{code}]")


def test_misspelt_variable_gets_a_suggestion() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("weights'*weights", "weigths")
    assert failed.value.help == "did you mean weights?"


@pytest.mark.parametrize("name", ["α", "Σ", "x_1", "covmat"])
def test_variable_is_found_by_the_name_it_was_written_with(name: str) -> None:
    d = mc.diff(f"tr({name}'*{name})", name, {name: "matrix(m,n)"})
    assert d.check().passed


def test_gradient_has_the_shape_of_the_variable() -> None:
    kinds = {"A": "matrix(m,n)", "x": "vector(n)", "y": "vector(m)", "s": "scalar", "c": "rowvector(n)"}
    text = "s*y'*A*x + c*x"
    shapes = {name: mc.diff(text, name, kinds).shape for name in kinds}
    assert shapes == {"A": ("m", "n"), "x": ("n",), "y": ("m",), "s": (), "c": ("n",)}


def test_nothing_is_evaluated() -> None:
    for text in (
        "__import__('os')",
        "x.__class__",
        "lambda: open('a')",
        "open('a')",
        "[open('a') for x in y]",
    ):
        with pytest.raises(mc.MatcalcError):
            mc.parse(text)


def test_several_derivatives_are_separate_equations_in_latex() -> None:
    found = mc.diff("1/2*||W*x + b - y||^2", wrt=["W", "b"])
    assert found.latex().splitlines() == [
        r"\begin{align*}",
        r"\frac{\partial L}{\partial W} &= r x^{\top} \\",
        r"\frac{\partial L}{\partial b} &= r \\",
        r"\text{where } r &= W x + b - y",
        r"\end{align*}",
    ]
    assert str(found) == "W: r*x'\nb: r\nwhere r = W*x + b - y"


def test_the_value_is_not_called_like_a_variable_in_equations() -> None:
    kinds = dict.fromkeys(("L", "f", "x"), "vector(n)")
    assert r"\frac{\partial f}{\partial L}" in mc.diff("L'*x", ["L", "x"], {"L": "vector(n)"}).latex()
    assert r"\frac{\partial y}{\partial f}" in mc.diff("L'*f + x'*f", ["L", "f"], kinds).latex()


def test_long_equations_of_several_derivatives_are_broken() -> None:
    text = " + ".join(f"(a_{i}'*x)*sum(exp(B_{i}*z))" for i in range(9))
    kinds = {**{f"a_{i}": "vector(n)" for i in range(9)}, "x": "vector(n)", "z": "vector(m)"}
    latex = mc.diff(text, ["x", "z"], kinds).latex()
    assert latex.count("&\\qquad {} + ") > 1
