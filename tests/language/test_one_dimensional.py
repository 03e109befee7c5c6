"""Products of arrays with one axis, as NumPy has them."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from tests.numerical import distance

KINDS = {
    "A": "matrix(n,n)", "X": "matrix(m,n)", "x": "vector(n)", "y": "vector(n)", "b": "vector(m)",
    "s": "scalar",
}  # fmt: skip


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("x @ A @ x", "x'*A*x"),
        ("2 * x @ A @ x", "2*x'*A*x"),
        ("0.5 * x @ A @ x - b @ b", "x'*A*x/2 - b'*b"),
        ("A @ x @ y", "(A*x)'*y"),
        ("x @ A + y", "A'*x + y"),
        ("x @ y", "x'*y"),
        ("(X @ x - b) @ (X @ x - b)", "(X*x - b)'*(X*x - b)"),
        ("np.exp(x @ A) @ y", "exp(A'*x)'*y"),
        ("np.dot(np.dot(x, A), y)", "x'*A*y"),
        ("x @ np.diag(y) @ x", "x'*diag(y)*x"),
        ("np.ones(n) @ x", "sum(x)"),
        ("x.T @ A @ x", "x'*A*x"),
        ("x @ x.T", "x*x'"),
        ("X @ A @ x", "X*A*x"),
    ],
)
def test_a_vector_on_the_left_is_a_row(text: str, other: str, declared: bool) -> None:
    kinds = KINDS if declared else {}
    assert str(mc.parse(text, kinds)) == str(mc.parse(other, kinds))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("x·w", "x'*w"), ("x·w + x'*x", "x'*w + x'*x"), ("(x - y)·(x - y)", "(x - y)'*(x - y)"),
        ("x⋅y", "x'*y"),
        ("A·x·y", "(A*x)'*y"), ("2·x·y", "2*x'*y"), ("λ·x", "λ*x"), ("A·x", "A*x"), ("A·B", "A*B"),
        ("c·x + x", "c*x + x"), ("x·(y')", "x*y.T"),
    ],
)  # fmt: skip
def test_a_dot_between_vectors_is_the_inner_product(text: str, other: str) -> None:
    assert str(mc.parse(text)) == str(mc.parse(other))
    assert any("scalar product;" in note for note in mc.parse(text).notes) == ("'" in other)


@pytest.mark.parametrize(
    ("text", "kinds"), [("s @ x", KINDS), ("x @ s", KINDS), ("X @ A", KINDS), ("x @ sum(y)", KINDS)]
)
def test_nothing_else_changes(text: str, kinds: dict[str, str]) -> None:
    assert mc.parse(text, kinds) == mc.parse(text.replace("@", "*"), kinds)
    assert not any("row" in note for note in mc.parse(text, kinds).notes)


@pytest.mark.parametrize(
    ("text", "other"), [("X @ θ", "X*t"), ("θ @ x", "t'*x"), ("θ.T @ x", "t'*x"), ("2 * (X @ θ)", "2*X*t")]
)
def test_a_greek_letter_beside_the_sign_is_no_scalar(text: str, other: str) -> None:
    found, wanted = mc.parse(text), mc.parse(other, {"t": "vector"})
    assert found.variables["theta"] == wanted.variables["t"]
    assert str(found) == str(wanted).replace("t", "theta")


@pytest.mark.parametrize(
    ("text", "other"),
    [("lam * w @ w", "lam*(w'*w)"), ("0.5 * lam * w @ w", "lam*(w'*w)/2"), ("c * x @ A @ x", "c*(x'*A*x)")],
)
def test_a_name_in_front_of_the_product_may_be_a_scalar(text: str, other: str) -> None:
    assert mc.diff(text, text[-1]) == mc.diff(other, text[-1])


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("2 X @ W + b", "2*X*W + b"), ("||y - X @ W||^2", "||y - X*W||^2"), ("x' @ A @ y", "x'*A*y"),
        ("b'@x + b'@y", "b'*x + b'*y"), ("(X' @ X)^-1 X' @ y", "(X'*X)^-1*X'*y"),
    ],
)  # fmt: skip
def test_beside_signs_that_python_has_not_the_sign_is_that_of_a_product(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


def test_a_greek_letter_beside_the_sign_is_a_vector_in_every_text() -> None:
    assert mc.parse("2 X @ θ").variables == mc.parse("X @ θ").variables


@pytest.mark.parametrize(
    ("text", "code", "help_text"),
    [
        ("2 x @ A @ x", "E201", "x'*W"), ("2 x @ y", "E201", "x'*y"),
        ("2 x' @ (A * B) @ x", "E102", ".*"), ("(A * B) @ x'", "E102", ".*"),
        ("2 np.sum(x)", "E105", "** for powers"), ("np.exp(x)' * y", "E105", ".T for transposes"),
        ("d/dx np.log(x'*x)", "E105", "as Python has it"),
        ("np.sum(x) + " + "x'*x + " * 3_000 + "1", "E108", ""),
    ],
)  # fmt: skip
def test_half_of_python_is_refused(text: str, code: str, help_text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code and help_text in failed.value.help


def test_a_power_with_two_stars_is_said() -> None:
    assert any(".^" in note for note in mc.parse("tr(A**2)").notes)
    assert not mc.parse("tr(A^2)").notes and not mc.parse("s**2", {"s": "scalar"}).notes


def test_value_is_that_of_numpy() -> None:
    rng = np.random.default_rng(3)
    A, x, y = rng.standard_normal((4, 4)), rng.standard_normal(4), rng.standard_normal(4)
    e = mc.parse("np.sum((x @ A) * y) + A @ x @ y")
    assert distance(e.evaluate(A=A, x=x, y=y), np.sum((x @ A) * y) + A @ x @ y) < 1e-12
    assert any("row" in note for note in e.notes)


def test_the_second_norm_of_a_matrix_is_the_spectral_norm() -> None:
    assert mc.parse("np.linalg.norm(X, 2)") == mc.parse("specnorm(X)")
    assert mc.parse("np.linalg.norm(x, 2)") == mc.parse("norm2(x)")
    assert mc.parse("norm(x, 3)") == mc.parse("normp(x, 3)")
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("norm(X, 1)")
    assert failed.value.code == "E203" and "norm1(X)" in failed.value.help
