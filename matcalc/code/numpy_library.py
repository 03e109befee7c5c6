"""Functions that the target libraries do not have, in forms that do not overflow.

Vectors are 1-D, matrices 2-D arrays. The source of those that a function needs is written in front of it, so
a function uses nothing but what this module has and imports.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def step(x: Any) -> Any:
    """Return 1 where the entry is positive, 0 where it is negative, 1/2 where it is zero."""
    return np.heaviside(x, 0.5)


def relu(x: Any) -> Any:
    """Return the positive part of each entry."""
    return np.maximum(x, 0.0)


def sigmoid(x: Any) -> Any:
    """Return 1/(1 + exp(-x)) for each entry, from the side that does not overflow."""
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, decay) / (1.0 + decay)


def softplus(x: Any) -> Any:
    """Return log(1 + exp(x)) for each entry, from the side that does not overflow."""
    decay = np.asarray(-1.0 * np.abs(x))
    np.exp(decay, out=decay)
    np.log1p(decay, out=decay)
    return np.maximum(x, 0.0) + decay


def rowlogsumexp(x: Any) -> Any:
    """Return the logarithm of the sum of exponentials of each row, its largest entry taken out."""
    largest = 1.0 * np.max(x, axis=1)
    weights = x - largest[:, None]
    np.exp(weights, out=weights)
    return largest + np.log(np.sum(weights, axis=1))


def softmax(x: Any) -> Any:
    """Return exponentials divided by their sum, the largest entry taken out."""
    weights = x - 1.0 * np.max(x)
    np.exp(weights, out=weights)
    weights /= np.sum(weights)
    return weights


def rowsoftmax(x: Any) -> Any:
    """Return the softmax of each row."""
    weights = x - 1.0 * np.max(x, axis=1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= np.sum(weights, axis=1, keepdims=True)
    return weights


def logdet(x: Any) -> Any:
    """Return the logarithm of a determinant, NaN if it is negative."""
    sign, value = np.linalg.slogdet(x)
    return value if sign >= 0 else np.nan


def weighted_gram(x: Any, weights: Any) -> Any:
    """Return X'*diag(w)*X: without negative weights a matrix times its transpose, which is half the work."""
    if weights.min() < 0:
        return (x.T * weights).dot(x)
    scaled = x * np.sqrt(weights)[:, None]
    return scaled.T.dot(scaled)


def var(x: Any) -> Any:
    """Return the mean squared difference from the mean."""
    return np.var(x)


def specnorm(x: Any) -> Any:
    """Return the largest singular value."""
    return np.linalg.norm(x, 2)


def nucnorm(x: Any) -> Any:
    """Return the sum of the singular values."""
    return np.linalg.norm(x, "nuc")


def eigvecs(x: Any) -> Any:
    """Return unit eigenvectors of a symmetric matrix, each with a positive largest entry."""
    vectors = np.linalg.eigh((x + x.T) / 2)[1]
    sizes = np.abs(vectors)
    largest = np.argmax(sizes > np.max(sizes, axis=0) * (1 - 1e-6), axis=0)
    return vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])])


def peak(x: Any) -> Any:
    """Return the sign of the entry with the largest absolute value, zero elsewhere."""
    entries = np.asarray(x)
    place = np.unravel_index(np.argmax(np.abs(entries)), entries.shape)
    signs = np.zeros_like(entries)
    signs[place] = np.sign(entries[place])
    return signs


def toeplitz(x: Any) -> Any:
    """Return the symmetric Toeplitz matrix with this first column."""
    index = np.arange(len(x))
    return x[np.abs(index[:, None] - index[None, :])]


def diagsums(x: Any) -> Any:
    """Return the sums at each distance from the diagonal."""
    return np.array([np.trace(x, k) + (np.trace(x, -k) if k else 0) for k in range(len(x))])


def kron_left(x: Any, y: Any) -> Any:
    """Return the inner product of each block of x with y."""
    rows, cols = y.shape
    blocks = x.reshape(x.shape[0] // rows, rows, x.shape[1] // cols, cols)
    return np.einsum("ikjl,kl->ij", blocks, y)


def kron_right(x: Any, y: Any) -> Any:
    """Return the sum of the blocks of x, weighted by y."""
    rows, cols = y.shape
    blocks = x.reshape(rows, x.shape[0] // rows, cols, x.shape[1] // cols)
    return np.einsum("ikjl,ij->kl", blocks, y)


def eiggaps(x: Any) -> Any:
    """Return 1/(x[j] - x[i]), zero where i = j."""
    gaps = 1.0 * (x - x[:, None])
    return np.divide(1.0, gaps, out=np.zeros_like(gaps), where=gaps != 0)


def polar(x: Any) -> Any:
    """Return the orthonormal polar factor, NaN if the rank is not full."""
    left, values, right = np.linalg.svd(x, full_matrices=False)
    several = values[-1] <= values[0] * max(x.shape) * np.finfo(values.dtype).eps
    return np.nan * x if several else left.dot(right)


def sylvester(x: Any, y: Any, z: Any) -> Any:
    """Return the shortest solution S of x*S + S*y = z."""
    operator = np.kron(np.eye(len(y), dtype=x.dtype), x) + np.kron(y.T, np.eye(len(x), dtype=x.dtype))
    solution = np.linalg.lstsq(operator, z.reshape(-1, order="F"), rcond=1e-12)[0]
    return solution.reshape(z.shape, order="F")


def cross(x: Any, y: Any) -> Any:
    """Return the cross product."""
    return np.cross(x, y)


def skew(x: Any) -> Any:
    """Return the matrix of the cross product with a vector."""
    return np.cross(np.eye(3, dtype=x.dtype), x)
