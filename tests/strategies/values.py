"""Values of functions by NumPy and SciPy, from definitions, not from the engine's own kernels."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import scipy.linalg

from tests.strategies.variables import Array

erf = np.vectorize(math.erf, otypes=[float])


def logistic(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def softplus(x: Array) -> Array:
    return np.asarray(np.log1p(np.exp(x)))


def step(x: Array) -> Array:
    return np.heaviside(x, 0.5)


def softmax(x: Array) -> Array:
    return np.asarray(np.exp(x) / np.sum(np.exp(x)))


def rowlogsumexp(x: Array) -> Array:
    return np.asarray(np.log(np.sum(np.exp(x), axis=1, keepdims=True)))


def rowsoftmax(x: Array) -> Array:
    return np.asarray(np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True))


def logsumexp(x: Array) -> Any:
    return np.log(np.sum(np.exp(x)))


def logdet(x: Array) -> Any:
    return np.log(np.linalg.det(x)) if np.linalg.det(x) > 0 else np.nan


def total(x: Array) -> Any:
    return np.sum(np.abs(x))


def largest(x: Array) -> Any:
    return np.max(np.abs(x))


def hardmax(x: Array) -> Array:
    if np.sum(x > np.max(x) - 1e-6) > 1:  # how it is shared is a convention
        return np.full(x.shape, np.nan)
    return np.asarray(x == np.max(x), dtype=float)


def covariance(x: Array) -> Any:
    return np.atleast_2d(np.cov(x, rowvar=False)) if len(x) > 1 else np.full((x.shape[1], x.shape[1]), np.nan)


def unskew(x: Array) -> Array:
    return np.array([[np.sum(x * np.cross(np.eye(3), unit))] for unit in np.eye(3)])


def chol(x: Array) -> Array:
    try:
        return np.linalg.cholesky(x)
    except np.linalg.LinAlgError:
        return np.full(x.shape, np.nan)


def peak(x: Array) -> Array:
    if np.sum(np.abs(x) > largest(x) - 1e-6) > 1:  # which one counts is a convention
        return np.full(x.shape, np.nan)
    return np.where(np.abs(x) == largest(x), np.sign(x), 0.0)


def variance(x: Array) -> Any:
    return np.sum((x - np.sum(x) / x.size) ** 2) / x.size


def inverse(x: Array) -> Array:
    return np.asarray(np.linalg.solve(x, np.eye(len(x))))


def matrix_power(x: Array, exponent: int) -> Array:
    return np.asarray(np.linalg.matrix_power(x if exponent >= 0 else inverse(x), abs(exponent)))


def diagonal_matrix(x: Array) -> Array:
    return np.diag(x[:, 0])


def diagonal(x: Array) -> Array:
    return np.diag(x)[:, None]


def vec(x: Array) -> Array:
    return np.concatenate([x[:, j : j + 1] for j in range(x.shape[1])])


def unvec(x: Array, size: Array, other: Array) -> Array:
    rows, cols = int(size[0, 0]), int(other[0, 0])
    return np.array([[x[i + j * rows, 0] for j in range(cols)] for i in range(rows)])


def kron_left(x: Array, y: Array) -> Array:
    rows, cols = y.shape
    return np.array(
        [
            [np.sum(x[i : i + rows, j : j + cols] * y) for j in range(0, x.shape[1], cols)]
            for i in range(0, x.shape[0], rows)
        ]
    )


def kron_right(x: Array, y: Array) -> Array:
    rows, cols = x.shape[0] // y.shape[0], x.shape[1] // y.shape[1]
    out = np.zeros((rows, cols))
    for (i, j), weight in np.ndenumerate(y):
        out += weight * x[i * rows : (i + 1) * rows, j * cols : (j + 1) * cols]
    return out


def toeplitz(x: Array) -> Array:
    return np.asarray(scipy.linalg.toeplitz(x[:, 0]))


def diagsums(x: Array) -> Array:
    out = np.zeros((len(x), 1))
    for (i, j), entry in np.ndenumerate(x):
        out[abs(i - j), 0] += entry
    return out


def cyclicsum(x: Array) -> Array:
    shift = np.roll(np.eye(len(x)), 1, axis=0)
    powers = [np.linalg.matrix_power(shift, k) for k in range(len(x))]
    return np.asarray(sum(power @ x @ power.T for power in powers))


def cross(x: Array, y: Array) -> Array:
    (a, b, c), (d, e, f) = x[:, 0], y[:, 0]
    return np.array([[b * f - c * e], [c * d - a * f], [a * e - b * d]])


def pseudoinverse(x: Array) -> Array:
    return np.asarray(scipy.linalg.pinv(x, rtol=1e-10))


def eigvals(x: Array) -> Array:
    return np.asarray(scipy.linalg.eigh(x, eigvals_only=True)[:, None])


def eigvecs(x: Array) -> Array:
    """Unit eigenvectors; the first of the entries that are largest but for rounding is positive."""
    columns = scipy.linalg.eigh(x)[1].T
    rounded = np.round(np.abs(columns), 9)
    return np.array(
        [
            column if column[np.argmax(size)] > 0 else -column
            for column, size in zip(columns, rounded, strict=True)
        ]
    ).T


def resolvent(x: Array, place: int) -> Array:
    """The pseudoinverse of an eigenvalue times the identity, minus the matrix."""
    return np.asarray(
        scipy.linalg.pinv(scipy.linalg.eigvalsh(x)[place] * np.eye(len(x)) - x, atol=1e-9, rtol=0)
    )


def polar(x: Array) -> Array:
    return np.asarray(scipy.linalg.polar(x)[0])


def singular_values(x: Array) -> Array:
    return np.asarray(scipy.linalg.svdvals(x))


def sylvester(x: Array, y: Array, z: Array) -> Array:
    return np.asarray(scipy.linalg.solve_sylvester(x, y, z))


def real(function: Any, argument: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns of errors of 1e-13
        x = function(argument)
    return np.real(x) if np.max(np.abs(np.imag(x))) < 1e-9 else np.full(x.shape, np.nan)


def sqrtm(x: Array) -> Array:
    return real(scipy.linalg.sqrtm, x)


def logm(x: Array) -> Array:
    return real(scipy.linalg.logm, x)


def frechet(function: Any) -> Any:
    """The derivative of a matrix function at its first argument along the second, by the block formula."""

    def derivative(x: Array, y: Array) -> Array:
        n = len(x)
        both = np.block([[x, y], [np.zeros((n, n)), x]])
        return np.asarray(function(both)[:n, n:])

    return derivative


def eiggaps(x: Array) -> Array:
    n = len(x)
    return np.array([[0.0 if i == j else 1 / (x[j, 0] - x[i, 0]) for j in range(n)] for i in range(n)])


def lower_mirrored(x: Array) -> Array:
    return np.array([[x[max(i, j), min(i, j)] for j in range(len(x))] for i in range(len(x))])


def order_norm(x: Array, order: Array) -> Any:
    return np.sum(np.abs(x) ** order) ** (1 / order)


def commutation(m: Any, n: Any) -> Array:
    rows, cols = int(np.squeeze(m)), int(np.squeeze(n))
    found = np.zeros((rows * cols, rows * cols))
    for i in range(rows):
        for j in range(cols):
            found[i * cols + j, j * rows + i] = 1.0
    return found


def vech(x: Array) -> Array:
    return np.concatenate([x[j:, j : j + 1] for j in range(len(x))])


def unvech(x: Array, n: Any) -> Array:
    size = int(np.squeeze(n))
    found = np.zeros((size, size))
    found[np.triu_indices(size)] = np.ravel(x)
    return found + np.triu(found, 1).T


def duplication(n: Any) -> Array:
    units = np.eye(int(np.squeeze(n)) * (int(np.squeeze(n)) + 1) // 2)
    return np.stack([np.ravel(unvech(unit, n)) for unit in units], axis=1)


def elimination(n: Any) -> Array:
    size = int(np.squeeze(n))
    units = np.eye(size * size)
    return np.concatenate([vech(unit.reshape(size, size, order="F")) for unit in units], axis=1)
