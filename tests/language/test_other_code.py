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
        ("x %*% A %*% x", x @ A @ x),
        ("y %*% X", y @ X),
        ("X %*% cov(X)", X @ np.cov(X, rowvar=False)),
        ("var(X %*% x)", np.var(X @ x, ddof=1)),
        ("sd(X %*% x)", np.std(X @ x, ddof=1)),
        ("chol(A %*% t(A)) %*% x", np.linalg.cholesky(A @ A.T).T @ x),
        ("f <- function(x) sum((y - X %*% x)^2)", np.sum((y - X @ x) ** 2)),
        ("f <- function(x) {\n  r <- y - X %*% x  # residuals\n  sum(r^2)\n}", np.sum((y - X @ x) ** 2)),
        ("s <- sum(x * x)", x @ x),
        ("colSums(X) %*% x", X.sum(0) @ x),
        ("rowMeans(X) %*% y", X.mean(1) @ y),
        ("solve(t(X) %*% X + A, crossprod(X, y))", np.linalg.solve(X.T @ X + A, X.T @ y)),
        ("drop(t(x) %*% A %*% x) / nrow(X)", x @ A @ x / 3),
        ("sum(diag(t(X) %*% X))", np.sum(X * X)),
        ("sum(X(:))", X.sum()),
        ("X(:)'*Y(:)", np.sum(X * Y)),
        ("sum(sum(X)) / numel(X)", X.mean()),
        ("mean(mean(X))", X.mean()),
        ("sum(X, 1)*x + size(X, 2)", X.sum(0) @ x + 4),
        ("f = @(x) x'*A*x;", x @ A @ x),
        ("% the loss\nr = X*x - y;\nf = ...\n  r'*r;  % squares", np.sum((X @ x - y) ** 2)),
        ("v = sum(var(x));", np.var(x, ddof=1)),
        ("function J = cost(x)\nr = X*x - y;\nJ = sum(r.^2);\nend", np.sum((X @ x - y) ** 2)),
        ("norm(x, inf)", np.max(np.abs(x))),
        (">> norm(X*x - y)^2", np.sum((X @ x - y) ** 2)),
        ("julia> dot(x, A, x)", x @ A @ x),
        ("sum(abs2.(X*x .- y)) / length(y)", np.mean((X @ x - y) ** 2)),
        ("sum(σ.(X*x))", np.sum(1 / (1 + np.exp(-X @ x)))),
        ("f = x -> sum(abs2, X*x - y)", np.sum((X @ x - y) ** 2)),
        ("function f(x)\n    r = X*x - y\n    return dot(r, r)\nend", np.sum((X @ x - y) ** 2)),
        ("sum(abs2.(x)) + var(x)", x @ x + np.var(x, ddof=1)),
        ("var(x)", np.var(x)),
        ("r <- y - X %*% x\n-sum(r^2)", -np.sum((y - X @ x) ** 2)),
        ("r <- y -\n  X %*% x\nsum(r^2)", np.sum((y - X @ x) ** 2)),
        (
            "solve(t(X) %*% X + 2 * diag(ncol(X)), t(X) %*% y)",
            np.linalg.solve(X.T @ X + 2 * np.eye(4), X.T @ y),
        ),
        ("X(:)'*X(:) + trace(A*eye(size(A, 1)))", np.sum(X * X) + np.trace(A)),
        (
            "H <- X %*% solve(crossprod(X) + A) %*% t(X)\nsum(diag(H))",
            np.trace(X @ np.linalg.inv(X.T @ X + A) @ X.T),
        ),
        ("sum(diag(x) %*% x)", x @ x),
        ("sum(y * X %*% x)", y @ X @ x),
        ("y - 2 * y / X %*% x", y - 2 * y / (X @ x)),
        ("sum(Y * X %*% (A + 2 * A %*% A) * -X %*% A)", np.sum(Y * (X @ (A + 2 * A @ A)) * (-X @ A))),
        ("y - X %*% solve(A, x)", y - X @ np.linalg.solve(A, x)),
        ("% the negative\nr = X*x - y;\n-r'*r", -np.sum((y - X @ x) ** 2)),
    ],
)
def test_value(text: str, value: np.ndarray) -> None:
    parsed = mc.parse(text, KINDS)
    got = np.asarray(parsed.evaluate(**{name: VALUES[name] for name in parsed.variables if name in VALUES}))
    assert distance(got.reshape(np.shape(value)), value) < 1e-12


@pytest.mark.parametrize(
    ("text", "code"),
    [("f.(x)", "E105"), ("x.(y)", "E105"), ("(x).(y)", "E105"), ("sum(X, 3)", "E106"),
     ("crossprod(X, Y, A)", "E106"), ("size(X)*x", "E106"), ("t(X, Y) %*% x", "E106"),
     ("size(X, 3)*x", "E106"),
     ("t(X)*X", "E110")],
)  # fmt: skip
def test_what_means_something_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("norm(X %*% A)", "normF(X)"),
        ("t(X) %*% X + var(X)", "cov(X)"),
        ("max(X %*% x, y)", "pmax(x, y)"),
        ("X %*% min(x, 0)", "pmin(x, y)"),
        ("sum(X) * x.'", "sum(X, 1)"),
        ("J = mean(X.^2);", "mean(X(:))"),
        ("max(X(:)) + sum(max(X))", "max(X(:))"),
        ("sum(mean(X))", "mean(X, 1)"),
        ("s = std(X); % of each column", "sum((X"),
        ("x.'*x + norm(X)", "specnorm(X)"),
        ("n = length(X) + X(:)'*X(:);", "size(X, 1)"),
    ],
)
def test_what_means_something_else_of_a_matrix_is_refused(text: str, help_text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, KINDS)
    assert failed.value.code == "E506" and help_text in failed.value.help


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("log(det(diag(3) + X %*% t(X)))", "log(det(eye(3) + X*X'))"),
        ("solve(t(X) %*% X + lambda * diag(p), t(X) %*% y)", "solve(X'*X + lambda*eye(p), X'*y)"),
        ("diag(p) - p %*% t(p)", "diag(p) - p*p'"),
        ("diag(K %*% B)", "diag(K*B)"),
        ("f = @(x) x'*ones(n)*x;", "x'*ones(n,n)*x"),
    ],
)
def test_matrices_of_a_size(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("f <- 1/n * sum((y - X %*% b)^2)", "sum((y - X*b).^2)/n"),
        ("f <- 2*s^2*sum(x^2)", "2*s^2*sum(x.^2)"),
        ("f <- sum(X^2)/n * s^2", "s^2*sum(X.^2)/n"),
        ("f <- (1/n)*sum((y - X %*% b)^2) + lambda*sum(b^2)", "sum((y - X*b).^2)/n + lambda*sum(b.^2)"),
        ("f <- x * sum(x^2)", "x*sum(x.^2)"),
        ("f <- X^2 * sum(x^2)", "sum(x.^2)*X.^2"),
        ("f <- (2*s*t)*sum(x^2)", "2*s*t*sum(x.^2)"),
        ("f <- sum(s^2 * x)", "sum(s.^2.*x)"),
    ],
)
def test_what_multiplies_a_sum_in_r_is_a_scalar(text: str, other: str) -> None:
    read, wanted = mc.parse(text), mc.parse(other)
    assert read == wanted and set(read.variables.items()) == set(wanted.variables.items())


@pytest.mark.parametrize("text", ["l <- -n/2*log(2*pi*v) - sum(x^2)/(2*v)", "s <- sum(x^2)/v + 0.5*n"])
def test_what_divides_a_sum_in_r_is_a_scalar(text: str) -> None:
    assert mc.parse(text).shape == mc.parse("n + v", {"n": "scalar", "v": "scalar"}).shape


def test_a_vector_times_each_column_is_refused() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("sum(log(1 + exp(-y.*X*w)))")
    assert failed.value.code == "E202" and "diag(y)*X" in failed.value.help


@pytest.mark.parametrize(
    "text",
    [
        "f = @(w) sum((X*w - y).^2);",
        "f <- function(w) sum((y - X %*% w)^2)",
        "w -> sum(abs2, X*w - y)",
        "g = \\lambda w: \\sum (y - w)^2",
    ],
)
def test_a_function_names_its_variable(text: str) -> None:
    assert mc.diff(text) == mc.diff(text, "w")


def test_places_stay_those_of_the_text() -> None:
    text = "% squares\nf = @(w) sum(X(:).^2) + foo(w);"
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    [label] = failed.value.labels
    assert text[label.span.start : label.span.end].startswith("foo")


@pytest.mark.parametrize(
    ("text", "said"),
    [("var(x)", "divides by n,"), ("std(x)", "divides by n,"), ("cov(X)", "divides by n - 1")],
)
def test_it_is_said_what_a_variance_divides_by(text: str, said: str) -> None:
    assert any(said in note for note in mc.parse(text).notes)


@pytest.mark.parametrize(
    ("text", "language"),
    [("sum(X, 1)", "MATLAB"), ("sum(abs2, x)", "Julia"), ("t(X) %*% X", "R"), ("crossprod(X)", "R")],
)
def test_the_language_is_said(text: str, language: str) -> None:
    assert any(f"in {language}" in note or f"as {language}" in note for note in mc.parse(text).notes)


@pytest.mark.parametrize("text", ["sum(max(W, 0))", "sum(huber(X, 1))", "mean(max(1 - Y.*(X*W), 0))"])
def test_what_text_has_too_is_no_code_of_matlab(text: str) -> None:
    assert mc.parse(text).shape == ()
