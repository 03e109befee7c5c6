"""Values: what goes in, what comes out, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

RNG = np.random.default_rng(8)
A = RNG.standard_normal((3, 4))
X = RNG.standard_normal((4, 4))
x = RNG.standard_normal(4)
y = RNG.standard_normal(4)


@pytest.mark.parametrize(
    ("text", "values", "wanted"),
    [
        ("A*x", {"A": A, "x": x}, A @ x),
        ("x'*y", {"x": x, "y": y}, x @ y),
        ("x*y'", {"x": x, "y": y}, np.outer(x, y)),
        ("A'", {"A": A}, A.T),
        ("x'", {"x": x}, x),
        ("X^3", {"X": X}, X @ X @ X),
        ("X^-2", {"X": X}, np.linalg.inv(X) @ np.linalg.inv(X)),
        ("diag(x)", {"x": x}, np.diag(x)),
        ("diag(X)", {"X": X}, np.diag(X)),
        ("X - 2*I", {"X": X}, X - 2 * np.eye(4)),
        ("x./(1 + x.^2)", {"x": x}, x / (1 + x**2)),
        ("||x||", {"x": x}, np.linalg.norm(x)),
        ("||A||_F^2", {"A": A}, np.sum(A * A)),
        ("|X|", {"X": X}, np.linalg.det(X)),
        ("sum(x)/n", {"x": x}, None),
        ("tr(X)*x", {"X": X, "x": x}, np.trace(X) * x),
    ],
)
def test_value(text: str, values: dict[str, Any], wanted: Any) -> None:
    if wanted is None:
        assert mc.parse(text, {"x": "vector(n)"}).evaluate(**values) == pytest.approx(np.mean(x))
        return
    found = mc.parse(text).evaluate(**values)
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_scalar_is_a_float() -> None:
    assert type(mc.parse("x'*x").evaluate(x=[1, 2])) is float
    assert type(mc.diff("s^2", "s", {"s": "scalar"}).evaluate(s=3)) is float


def test_vectors_are_one_dimensional_and_matrices_two() -> None:
    assert mc.parse("A*x").evaluate(A=A, x=x).shape == (3,)
    assert mc.parse("x'*A'").evaluate(A=A, x=x).shape == (3,)
    assert mc.parse("x*x'").evaluate(x=x).shape == (4, 4)
    assert mc.diff("x'*A*x", "A").evaluate(x=x, A=X).shape == (4, 4)


def test_columns_lists_and_integers_are_taken() -> None:
    expr = mc.parse("A*x")
    wanted = A @ x
    np.testing.assert_allclose(expr.evaluate(A=A.tolist(), x=x.tolist()), wanted)
    np.testing.assert_allclose(expr.evaluate(A=A, x=x[:, None]), wanted)
    assert mc.parse("x'*x").evaluate(x=np.array([1, 2], dtype=np.int8)) == 5.0
    assert mc.parse("2*s", {"s": "scalar"}).evaluate(s=np.array(3.0)) == 6.0


def test_inputs_are_not_changed() -> None:
    copies = A.copy(), x.copy()
    mc.diff("||A*x - b||^2", "x").evaluate(A=A, x=x, b=np.ones(3))
    assert np.array_equal(A, copies[0]) and np.array_equal(x, copies[1])


@pytest.mark.parametrize(
    ("text", "kinds", "values", "code", "word"),
    [
        ("A*x", {}, {"A": A}, "E301", "x"),
        ("A*x", {}, {}, "E301", ""),
        ("tr(I(n))*s", {"s": "scalar"}, {"s": 1.0}, "E301", "n"),
        ("A*x", {}, {"A": A, "x": np.ones(3)}, "E302", "(3,)"),
        ("A*x", {}, {"A": x, "x": x}, "E302", "m×n"),
        ("A*x", {}, {"A": A, "x": A}, "E302", "x"),
        ("x'*x", {"x": "vector(3)"}, {"x": x}, "E302", "3×1"),
        ("tr(X)", {}, {"X": A}, "E302", "n×n"),
        ("2*s", {"s": "scalar"}, {"s": [1.0, 2.0]}, "E302", "scalar"),
        ("x'*x", {}, {"x": 3.0}, "E302", "()"),
        ("x'*x", {}, {"x": np.ones((2, 2, 2))}, "E302", "(2, 2, 2)"),
        ("x'*x", {}, {"x": "abc"}, "E303", "x"),
        ("x'*x", {}, {"x": [[1], [1, 2]]}, "E303", "x"),
        ("x'*x", {}, {"x": [None, "a"]}, "E303", "x"),
        ("x'*x", {}, {"x": x, "z": x}, "E404", "z"),
        ("x'*x", {}, {"X": x}, "E404", "X"),
    ],
)
def test_values_refused(
    text: str, kinds: dict[str, str], values: dict[str, Any], code: str, word: str
) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, kinds).evaluate(**values)
    assert failed.value.code == code
    assert word in failed.value.message


def test_sizes_may_come_from_variables_that_do_not_occur() -> None:
    d = mc.diff("x'*y", "x")
    assert d.evaluate(y=y).tolist() == y.tolist()
    assert mc.parse("n*s", {"s": "scalar", "x": "vector(n)"}).evaluate(s=2.0, x=x) == 8.0


def test_undefined_values_are_nan_or_infinite_without_warnings() -> None:
    assert np.isnan(mc.parse("log(s)", {"s": "scalar"}).evaluate(s=-1.0))
    assert np.isnan(mc.parse("tr(inv(X))").evaluate(X=np.zeros((2, 2))))
    assert mc.parse("1/s", {"s": "scalar"}).evaluate(s=0.0) == np.inf


def test_large_arguments_do_not_overflow() -> None:
    big = np.array([1000.0, 0.0, -1000.0])
    assert mc.parse("logsumexp(x)").evaluate(x=big) == 1000.0
    assert mc.parse("softmax(x)").evaluate(x=big).tolist() == [1.0, 0.0, 0.0]
    assert mc.parse("sigmoid(x)").evaluate(x=big).tolist() == [1.0, 0.5, 0.0]
