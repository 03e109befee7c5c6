"""Numerical functions that NumPy does not have, in forms that do not overflow.

Vectors are columns, scalars are floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matcalc.code import numpy_library

# Those that do not care how many axes there are; their source is copied into generated code.
from matcalc.code.numpy_library import (  # noqa: F401  # entries name them, and they are looked up here
    cyclicsum,
    logsumexp,
    norm1,
    norminf,
    peak,
    relu,
    rowsoftmax,
    sigmoid,
    softmax,
    softplus,
    step,
    var,
)
from matcalc.numeric.interpreter import Array


def logdet(x: Any) -> float:
    """Return the logarithm of the determinant; NaN if that is negative."""
    sign, value = np.linalg.slogdet(np.atleast_2d(x))
    return float(value) if sign > 0 else float("-inf") if sign == 0 else float("nan")


def diagonal_matrix(x: Array) -> Array:
    """Return the diagonal matrix of a column."""
    return np.diag(x[:, 0])


def diagonal_entries(x: Any) -> Array:
    """Return the diagonal of a matrix as a column."""
    return np.diag(np.atleast_2d(x))[:, None]


def rowlogsumexp(x: Any) -> Array:
    """Return the logarithm of the sum of exponentials of each row as a column."""
    return np.asarray(numpy_library.rowlogsumexp(np.atleast_2d(x)))[:, None]


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    from scipy.special import erf as special_erf

    return special_erf(x)


def vec(x: Any) -> Array:
    """Return the columns stacked into one."""
    stacked: Array = np.atleast_2d(x).reshape(-1, 1, order="F")
    return stacked


def unvec(x: Any, rows: int, cols: int) -> Array:
    """Return the matrix whose stacked columns are ``x``."""
    matrix: Array = np.atleast_2d(x).reshape((rows, cols), order="F")
    return matrix


def commutation(rows: int, cols: int) -> Array:
    """Return the matrix that takes the stacked columns of a matrix to its stacked rows."""
    places = np.arange(rows * cols).reshape((rows, cols), order="F")
    matrix: Array = np.eye(places.size)[places.reshape(-1)]
    return matrix


def khatrirao(x: Any, y: Any) -> Array:
    """Return the Kronecker products of the columns of ``x`` with those of ``y``."""
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    return np.asarray(x[:, None, :] * y[None, :, :]).reshape(-1, x.shape[1])


def _blocks(x: Array, rows: int, cols: int) -> Array:
    """Return a view ``[i, k, j, l]`` of blocks ``(i, j)`` that have ``rows`` and ``cols``."""
    return x.reshape(x.shape[0] // rows, rows, x.shape[1] // cols, cols)


def kron_left(x: Any, y: Any) -> Array:
    """Return the inner product of each block of ``x`` with ``y``."""
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    return np.asarray(np.einsum("ikjl,kl->ij", _blocks(x, *y.shape), y))


def kron_right(x: Any, y: Any) -> Array:
    """Return the sum of the blocks of ``x``, weighted by ``y``."""
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    blocks = _blocks(x, x.shape[0] // y.shape[0], x.shape[1] // y.shape[1])
    return np.asarray(np.einsum("ikjl,ij->kl", blocks, y))


def toeplitz(x: Array) -> Array:
    """Return the symmetric Toeplitz matrix with first column ``x``."""
    index = np.arange(len(x))
    return np.asarray(x[np.abs(index[:, None] - index[None, :]), 0])


def diagsums(x: Any) -> Array:
    """Return the sums at each distance from the diagonal."""
    x = np.atleast_2d(x)
    sums = [np.trace(x, k) + (np.trace(x, -k) if k else 0) for k in range(len(x))]
    return np.array(sums)[:, None]


def cross(x: Array, y: Array) -> Array:
    """Return the cross product of two columns."""
    return np.cross(x[:, 0], y[:, 0])[:, None]


def mean(x: Any) -> float:
    """Return the mean of all entries."""
    return float(np.mean(x))


def sym(x: Any) -> Any:
    """Return the symmetric part."""
    return (np.atleast_2d(x) + np.atleast_2d(x).T) / 2


def symL(x: Any) -> Any:
    """Return the symmetric matrix with the same lower triangle."""
    lower = np.tril(np.atleast_2d(x))
    return lower + np.tril(lower, -1).T


def adj(x: Any) -> Any:
    """Return the adjugate, from the singular values: each is replaced by the product of the others.

    Source: Stewart, On the adjugate matrix (1998).
    """
    left, values, right = np.linalg.svd(np.atleast_2d(x))
    others = [np.prod(np.delete(values, i)) for i in range(len(values))]
    return np.linalg.det(left) * np.linalg.det(right) * (right.T * others) @ left.T


def rowsum(x: Any) -> Array:
    """Return the sum of each row as a column."""
    return np.asarray(np.sum(np.atleast_2d(x), axis=1, keepdims=True))


def colsum(x: Any) -> Array:
    """Return the sum of each column as a column."""
    return np.asarray(np.sum(np.atleast_2d(x), axis=0)[:, None])


def cumsum(x: Array) -> Array:
    """Return the cumulated sums of a column."""
    return np.cumsum(x, axis=0)


def outer(x: Array, y: Array) -> Array:
    """Return the outer product of two columns."""
    return np.outer(x, y)


def dot(x: Array, y: Array) -> float:
    """Return the inner product of two columns."""
    return float(np.vdot(x, y))


def normp(x: Array, order: float) -> float:
    """Return the norm of a column of the given order."""
    return float(np.sum(np.abs(x) ** order) ** (1 / order))
