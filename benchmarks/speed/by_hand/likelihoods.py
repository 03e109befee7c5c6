"""Likelihoods of Gaussians by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import lapack

from benchmarks.speed.by_hand.table import Array, of

# P5: Gaussian-process latent variables, by the identities of Woodbury and Sylvester


def _small(X: Array, Y: Array, s: float, b: float) -> tuple[Any, Any]:
    gram = (s * b) * X.T.dot(X)
    gram.flat[:: gram.shape[0] + 1] += 1
    return gram, X.T.dot(Y)


@of("P5", "value")
def _(X: Array, Y: Array, D: float, s: float, b: float) -> Any:
    gram, G = _small(X, Y, s, b)
    root = np.linalg.cholesky(gram)
    y, z = Y.ravel(), np.linalg.solve(root, G).ravel()
    determinant = 2 * np.log(root.diagonal()).sum() - len(X) * np.log(b)
    return -0.5 * D * determinant - 0.5 * b * (y.dot(y) - s * b * z.dot(z))


@of("P5", "gradient")
def _(X: Array, Y: Array, D: float, s: float, b: float) -> Any:
    gram, G = _small(X, Y, s, b)
    inverse = np.linalg.inv(gram)
    E = G.T.dot(inverse)
    middle = (-s * D * b) * inverse
    middle -= (s * s * b * b * b) * inverse.dot(G.dot(E))
    gradient = X.dot(middle)
    gradient += Y.dot((s * b * b) * E)
    return gradient


@of("P5", "hvp")
def _(X: Array, Y: Array, D: float, s: float, b: float, v: Array) -> Any:
    gram, G = _small(X, Y, s, b)
    inverse = np.linalg.inv(gram)
    cross = v.T.dot(X)
    d_inverse = -inverse.dot((s * b) * (cross + cross.T)).dot(inverse)
    dG = v.T.dot(Y)
    E = G.T.dot(inverse)
    dE = dG.T.dot(inverse) + G.T.dot(d_inverse)
    GE, c = G.dot(E), s * s * b * b * b
    middle = (-s * D * b) * inverse - c * inverse.dot(GE)
    d_middle = (-s * D * b) * d_inverse - c * (d_inverse.dot(GE) + inverse.dot(dG.dot(E) + G.dot(dE)))
    product = v.dot(middle)
    product += X.dot(d_middle)
    product += Y.dot((s * b * b) * dE)
    return product


# P6: Gaussian likelihood of a covariance


def _lower_inverse(S: Array) -> tuple[Any, float]:
    root, _ = lapack.dpotrf(S.T, lower=1, overwrite_a=0, clean=1)
    logarithm = 2 * np.log(root.diagonal()).sum()
    inverse, _ = lapack.dpotri(root, lower=1, overwrite_c=1)
    return inverse, logarithm


def _inverse(S: Array) -> Any:
    inverse, _ = _lower_inverse(S)
    inverse = inverse + inverse.T
    inverse.flat[:: len(inverse) + 1] *= 0.5
    return inverse


@of("P6", "value")
def _(S: Array, C: Array, m: float) -> Any:
    lower, logarithm = _lower_inverse(S)  # zeros above the diagonal
    trace = 2 * lower.T.ravel().dot(C.ravel()) - lower.diagonal().dot(C.diagonal())
    return -0.5 * m * logarithm - 0.5 * trace


@of("P6", "gradient")
def _(S: Array, C: Array, m: float) -> Any:
    P = _inverse(S)
    gradient = P.dot(C.dot(P))
    gradient *= 0.5
    P *= 0.5 * m
    gradient -= P
    return gradient


@of("P6", "hvp")
def _(S: Array, C: Array, m: float, v: Array) -> Any:
    P = _inverse(S)
    Q = P.dot(v)
    both = Q.dot(P.dot(C.dot(P)))
    product = Q.dot(P)
    product *= 0.5 * m
    both *= 0.5
    product -= both
    product -= both.T
    return product
