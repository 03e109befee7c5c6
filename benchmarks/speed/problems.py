"""The problems: objectives as text and as users of automatic differentiation write them, with data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

Data = dict[str, Any]
MIDDLE = (64, 256, 1024)


class Problem(NamedTuple):
    """An objective: as text with declarations, its data for a size, and over a namespace ``xp``.

    ``sizes`` are those for which each quantity is timed.
    """

    title: str
    text: str
    wrt: str
    variables: Mapping[str, str]
    data: Callable[[int, np.random.Generator], Data]
    objective: Callable[..., Any]
    sizes: Mapping[str, tuple[int, ...]]


def _times(hessian: tuple[int, ...] = (), others: tuple[int, ...] = MIDDLE) -> dict[str, tuple[int, ...]]:
    found = {"value": others, "gradient": others, "hvp": others}
    return {**found, "hessian": hessian} if hessian else found


def _quadratic(n: int, rng: np.random.Generator) -> Data:
    return {"x": rng.normal(size=n) / n**0.5, "A": rng.normal(size=(n, n))}


def _logistic(n: int, rng: np.random.Generator) -> Data:
    m = 4 * n
    return {
        "w": rng.normal(size=n),
        "X": rng.normal(size=(m, n)) / n**0.5,
        "y": np.sign(rng.normal(size=m)),
        "lam": 0.1,
    }


def _factorisation(n: int, rng: np.random.Generator) -> Data:
    k = 5
    return {"U": rng.normal(size=(n, k)), "V": rng.normal(size=(n, k)), "T": rng.normal(size=(n, n))}


def _autoencoder(n: int, rng: np.random.Generator) -> Data:
    k = max(4, n // 4)
    return {"W": rng.normal(size=(k, n)) / n**0.5, "a": rng.normal(size=n)}


def _latent(n: int, rng: np.random.Generator) -> Data:
    outputs = 20
    return {
        "X": rng.normal(size=(n, 5)),
        "Y": rng.normal(size=(n, outputs)),
        "D": float(outputs),
        "s": 0.7,
        "b": 2.0,
    }


def _covariance(n: int, rng: np.random.Generator) -> Data:
    samples, root = rng.normal(size=(2 * n, n)), rng.normal(size=(n, n))
    return {"S": root @ root.T / n + np.eye(n), "C": samples.T @ samples, "m": 2.0 * n}


def _network(n: int, rng: np.random.Generator) -> Data:
    m, outputs = 2 * n, 10
    return {
        "W": rng.normal(size=(n, n)) / n**0.5,
        "V": rng.normal(size=(outputs, n)) / n**0.5,
        "X": rng.normal(size=(n, m)),
        "Y": rng.normal(size=(outputs, m)),
    }


def _classes(n: int, rng: np.random.Generator) -> Data:
    m, classes = 4 * n, 10
    return {
        "W": rng.normal(size=(n, classes)),
        "X": rng.normal(size=(m, n)) / n**0.5,
        "Y": np.eye(classes)[rng.integers(0, classes, m)],
    }


def _chain(n: int, rng: np.random.Generator) -> Data:
    return {"X": rng.normal(size=(n, n)) / n**0.5} | {
        f"A_{k}": rng.normal(size=(n, n)) / n**0.5 for k in range(1, 9)
    }


def _gaussian_process(xp: Any, X: Any, Y: Any, D: Any, s: Any, b: Any) -> Any:
    K = s * (X @ X.T) + xp.eye(X.shape[0]) / b
    return -0.5 * D * xp.slogdet(K) - 0.5 * xp.sum(Y * xp.solve(K, Y))


def _chained(xp: Any, X: Any, **factors: Any) -> Any:
    product = factors["A_1"] @ X
    for k in range(2, 9):
        product = (product @ factors[f"A_{k}"]) @ X
    return xp.trace(product)


PROBLEMS = {
    "P1": Problem(
        "quadratic form", "x'*A*x", "x", {}, _quadratic,
        lambda xp, x, A: x @ (A @ x),
        _times(MIDDLE, (64, 256, 1024, 4096)),
    ),
    "P2": Problem(
        "logistic regression", "sum(log(1 + exp(-y.*(X*w)))) + lam/2*w'*w", "w",
        {"y": "vector(m)", "X": "matrix(m,n)", "lam": "scalar"}, _logistic,
        lambda xp, w, X, y, lam: xp.sum(xp.log(1 + xp.exp(-y * (X @ w)))) + lam / 2 * (w @ w),
        _times(MIDDLE),
    ),
    "P3": Problem(
        "matrix factorisation", "||T - U*V'||_F^2", "U",
        {"U": "matrix(m,k)", "V": "matrix(n,k)"}, _factorisation,
        lambda xp, U, V, T: xp.sum((T - U @ V.T) ** 2),
        _times((16, 64, 256)),
    ),
    "P4": Problem(
        "tied autoencoder", "1/2*||W'*W*a - a||^2", "W", {}, _autoencoder,
        lambda xp, W, a: 0.5 * xp.sum((W.T @ (W @ a) - a) ** 2),
        _times((16, 32, 64, 128)),
    ),
    "P5": Problem(
        "Gaussian-process latent variables",
        "-D/2*logdet(K) - 1/2*tr(inv(K)*Y*Y') where K = s*X*X' + I/b", "X",
        {"D": "scalar", "s": "scalar positive", "b": "scalar positive"}, _latent,
        _gaussian_process,
        _times(),
    ),
    "P6": Problem(
        "Gaussian likelihood of a covariance", "-m/2*logdet(S) - 1/2*tr(inv(S)*C)", "S",
        {"S": "spd(n)", "C": "symmetric(n)", "m": "scalar"}, _covariance,
        lambda xp, S, C, m: -0.5 * m * xp.slogdet(S) - 0.5 * xp.trace(xp.solve(S, C)),
        _times(),
    ),
    "P7": Problem(
        "two-layer network", "1/2*||V*sigmoid(W*X) - Y||_F^2", "W", {}, _network,
        lambda xp, W, V, X, Y: 0.5 * xp.sum((V @ xp.sigmoid(W @ X) - Y) ** 2),
        _times((8, 16, 32, 64)),
    ),
    "P8": Problem(
        "softmax regression", "sum(log(exp(X*W)*ones(c))) - sum(Y.*(X*W))", "W",
        {"Y": "matrix(m,c)", "X": "matrix(m,n)"}, _classes,
        lambda xp, W, X, Y: xp.sum(xp.rowlogsumexp(X @ W)) - xp.sum(Y * (X @ W)),
        _times((16, 64, 256)),
    ),
    "P9": Problem(
        "chain of products", "tr(" + "*".join(f"A_{k}*X" for k in range(1, 9)) + ")", "X", {}, _chain,
        _chained,
        {"value": (64, 256), "gradient": (64, 256)},
    ),
}  # fmt: skip


def data_of(name: str, n: int) -> tuple[Data, Any]:
    """Return the data of a problem for a size, and a direction for products with the Hessian."""
    rng = np.random.default_rng([n, int(name[1:])])
    data = PROBLEMS[name].data(n, rng)
    direction = rng.normal(size=data[PROBLEMS[name].wrt].shape)
    return data, direction + direction.T if name == "P6" else direction
