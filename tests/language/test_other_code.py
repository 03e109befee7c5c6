"""Code of MATLAB, Julia and R."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from tests.numerical import distance

RNG = np.random.default_rng(11)
X, Y, x, y = (
    RNG.standard_normal((3, 4)),
    RNG.standard_normal((3, 4)),
    RNG.standard_normal(4),
    RNG.standard_normal(3),
)
A = RNG.standard_normal((4, 4))
VALUES = {"X": X, "Y": Y, "x": x, "y": y, "A": A}
KINDS = {"X": "matrix(m,n)", "Y": "matrix(m,n)", "x": "vector(n)", "y": "vector(m)", "A": "matrix(n,n)"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x.'*A*x", x @ A @ x),
        ("(X*x - y).'*(X*x - y)", np.sum((X @ x - y) ** 2)),
        ("sum(X, 1)", X.sum(0)),
        ("sum(X,2)", X.sum(1)),
        ("mean(X, 1)", X.mean(0)),
        ("mean(X, 2)", X.mean(1)),
        ("sum(sum(X.^2))", np.sum(X**2)),
        ("norm(X, 'fro')^2", np.sum(X**2)),
        ("A\\x", np.linalg.solve(A, x)),
        ("trace(X'*Y)", np.sum(X * Y)),
        ("x'*eye(n)*x", x @ x),
        ("tr(X'*Y)", np.sum(X * Y)),
        ("dot(x, A*x)", x @ A @ x),
        ("A \\ x", np.linalg.solve(A, x)),
        ("sum(abs2, X*x .- y)", np.sum((X @ x - y) ** 2)),
        ("sum(exp, X)", np.sum(np.exp(X))),
        ("sum(log.(1 .+ exp.(-y .* (X*x))))", np.sum(np.log(1 + np.exp(-y * (X @ x))))),
        ("norm(x)^2", x @ x),
        ("t(X) %*% X", X.T @ X),
        ("sum((y - X %*% x)^2)", np.sum((X @ x - y) ** 2)),
        ("sum(X * Y) + t(x) %*% A %*% x", np.sum(X * Y) + x @ A @ x),
        ("crossprod(X, y)", X.T @ y),
        ("crossprod(X)", X.T @ X),
        ("tcrossprod(X, Y)", X @ Y.T),
        ("solve(A) %*% x", np.linalg.solve(A, x)),
        ("t(X) %*% (X / Y)", X.T @ (X / Y)),
        ("t(pmax(X, Y)) %*% y", np.maximum(X, Y).T @ y),
        ("X %*% pmin(x, 0)", X @ np.minimum(x, 0)),
        ("max(X %*% x)", np.max(X @ x)),
        ("normF(X %*% A)", np.linalg.norm(X @ A)),
    ],
)
def test_value(text: str, value: np.ndarray) -> None:
    parsed = mc.parse(text, KINDS)
    got = np.asarray(parsed.evaluate(**{name: VALUES[name] for name in parsed.variables if name in VALUES}))
    assert distance(got.reshape(np.shape(value)), value) < 1e-12


@pytest.mark.parametrize(
    ("text", "code"),
    [("f.(x)", "E105"), ("x.(y)", "E105"), ("(x).(y)", "E105"), ("sum(X, 3)", "E106"), ("t(X)*X", "E110"),
     ("x %*% y", "E206")],
)  # fmt: skip
def test_what_means_something_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("norm(X %*% A)", "normF(X)"),
        ("var(X %*% x)", "(n - 1)"),
        ("sd(X %*% x)", "sqrt("),
        ("chol(A) %*% x", "chol(A)'"),
        ("X %*% cov(X)", "centred"),
        ("max(X %*% x, y)", "pmax(x, y)"),
        ("X %*% min(x, 0)", "pmin(x, y)"),
    ],
)
def test_what_means_something_else_in_r_is_refused(text: str, help_text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, KINDS)
    assert failed.value.code == "E506" and help_text in failed.value.help


@pytest.mark.parametrize(
    ("text", "language"),
    [("sum(X, 1)", "MATLAB"), ("sum(abs2, x)", "Julia"), ("t(X) %*% X", "R"), ("crossprod(X)", "R")],
)
def test_the_language_is_said(text: str, language: str) -> None:
    assert any(f"in {language}" in note or f"as {language}" in note for note in mc.parse(text).notes)
