"""Numerical functions that NumPy does not have, in forms that do not overflow.

Vectors are columns, scalars are floats.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Matrices with entries outside these bounds have no principal logarithm or root here.
LEAST, MOST = 1e-150, 1e150


def step(x: Any) -> Any:
    """Return 1 where the entry is positive, else 0."""
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def relu(x: Any) -> Any:
    """Return the positive part of each entry."""
    return np.maximum(x, 0.0)


def sigmoid(x: Any) -> Any:
    """Return ``1/(1 + exp(-x))`` for each entry, from the side that does not overflow."""
    decay = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0, decay) / (1.0 + decay)


def norm1(x: Any) -> float:
    """Return the sum of absolute values."""
    return float(np.sum(np.abs(x)))


def logsumexp(x: Array) -> float:
    """Return the logarithm of the sum of exponentials, the largest entry taken out."""
    largest = np.max(x)
    return float(largest + np.log(np.sum(np.exp(x - largest))))


def softmax(x: Array) -> Array:
    """Return exponentials divided by their sum, the largest entry taken out."""
    weights = np.exp(x - np.max(x))
    return np.asarray(weights / np.sum(weights))


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


def softplus(x: Any) -> Any:
    """Return ``log(1 + exp(x))`` for each entry, from the side that does not overflow."""
    return np.logaddexp(0.0, x)


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    from scipy.special import erf as special_erf

    return special_erf(x)


def norminf(x: Any) -> float:
    """Return the largest absolute value."""
    return float(np.max(np.abs(x)))


def peak(x: Any) -> Any:
    """Return the sign of the entry with the largest absolute value, zero elsewhere."""
    entries = np.atleast_2d(x)
    found = np.zeros_like(entries)
    place = np.unravel_index(np.argmax(np.abs(entries)), entries.shape)
    found[place] = np.sign(entries[place])
    return found


def rowsoftmax(x: Array) -> Array:
    """Return the softmax of each row."""
    weights = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.asarray(weights / np.sum(weights, axis=1, keepdims=True))


def vec(x: Any) -> Array:
    """Return the columns stacked into one."""
    stacked: Array = np.atleast_2d(x).reshape(-1, 1, order="F")
    return stacked


def unvec(x: Any, rows: float, cols: float) -> Array:
    """Return the matrix whose stacked columns are ``x``."""
    matrix: Array = np.atleast_2d(x).reshape((int(rows), int(cols)), order="F")
    return matrix


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


def eigvals(x: Array) -> Array:
    """Return the eigenvalues of the symmetric part, ascending."""
    return np.asarray(np.linalg.eigvalsh((x + x.T) / 2)[:, None])


def eigvecs(x: Array) -> Array:
    """Return unit eigenvectors of the symmetric part; the largest entry of each is positive."""
    vectors = np.linalg.eigh((x + x.T) / 2)[1]
    largest = np.argmax(np.abs(vectors), axis=0)
    return np.asarray(vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])]))


def lambda_max(x: Any) -> float:
    """Return the largest eigenvalue."""
    return float(eigvals(np.atleast_2d(x))[-1, 0])


def lambda_min(x: Any) -> float:
    """Return the smallest eigenvalue."""
    return float(eigvals(np.atleast_2d(x))[0, 0])


def eigvec_max(x: Any) -> Array:
    """Return the eigenvector of the largest eigenvalue."""
    return eigvecs(np.atleast_2d(x))[:, -1:]


def eigvec_min(x: Any) -> Array:
    """Return the eigenvector of the smallest eigenvalue."""
    return eigvecs(np.atleast_2d(x))[:, :1]


def eiggaps(x: Array) -> Array:
    """Return ``1/(x[j] - x[i])``, zero where i = j."""
    gaps = x.T - x
    return np.divide(1.0, gaps, out=np.zeros_like(gaps), where=gaps != 0)


def specnorm(x: Any) -> float:
    """Return the largest singular value."""
    return float(np.linalg.norm(np.atleast_2d(x), 2))


def nucnorm(x: Any) -> float:
    """Return the sum of the singular values."""
    return float(np.linalg.norm(np.atleast_2d(x), "nuc"))


def polar(x: Any) -> Array:
    """Return the orthonormal polar factor."""
    left, _, right = np.linalg.svd(np.atleast_2d(x), full_matrices=False)
    return np.asarray(left @ right)


def pinv(x: Any) -> Any:
    """Return the Moore-Penrose inverse; singular values that are rounding errors count as zero.

    NumPy cuts at 1e-15 of the largest one, but in ``lambda_max(X)*I - X`` the eigenvalue, which comes
    from another computation, has an error of some multiples of that.
    """
    x = np.atleast_2d(x)
    return np.linalg.pinv(x, rcond=32 * max(x.shape) * np.finfo(float).eps)


def sylvester(x: Any, y: Any, z: Any) -> Array:
    """Return the shortest solution S of ``x*S + S*y = z``."""
    x, y, z = np.atleast_2d(x), np.atleast_2d(y), np.atleast_2d(z)
    operator = np.kron(np.eye(len(y)), x) + np.kron(y.T, np.eye(len(x)))
    if not (np.all(np.isfinite(operator)) and np.all(np.isfinite(z))):  # LAPACK would print complaints
        raise np.linalg.LinAlgError
    return unvec(np.linalg.lstsq(operator, vec(z), rcond=1e-12)[0], len(x), len(y))


def _real(value: Any) -> Array:
    """Return a matrix without its imaginary part, NaN if that is not zero."""
    value = np.asarray(value)
    return np.real(value) if np.allclose(np.imag(value), 0, atol=1e-10) else np.full(value.shape, np.nan)


def _principal(function: Callable[[Any], Any], x: Any) -> Array:
    """Return the value of a matrix function, without the warnings that SciPy gives even at 1e-13.

    Eigenvalues on the closed negative real axis have no principal value, and on singular or huge
    matrices SciPy does not come to an end: NaN for these.
    """
    x = np.atleast_2d(x)
    eigenvalues = np.linalg.eigvals(x)
    scale = np.max(np.abs(x))
    cut = (np.real(eigenvalues) <= 1e-12 * scale) & (np.abs(np.imag(eigenvalues)) <= 1e-12 * scale)
    if np.any(cut) or not LEAST < scale < MOST:
        return np.full(x.shape, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _real(function(x))


def sqrtm(x: Any) -> Array:
    """Return the principal square root, NaN if it is not real."""
    from scipy.linalg import sqrtm as principal

    return _principal(principal, x)


def logm(x: Any) -> Array:
    """Return the principal logarithm, NaN if it is not real."""
    from scipy.linalg import logm as principal

    return _principal(principal, x)


def _corner(function: Any, x: Any, y: Any) -> Array:
    """Return the derivative of a matrix function: a block of its value for ``[x, y; 0, x]``."""
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    size = len(x)
    return np.asarray(function(np.block([[x, y], [np.zeros_like(x), x]]))[:size, size:])


def expm_frechet(x: Any, y: Any) -> Array:
    """Return the derivative of the matrix exponential at ``x`` along ``y``."""
    from scipy.linalg import expm

    return _corner(expm, x, y)


def logm_frechet(x: Any, y: Any) -> Array:
    """Return the derivative of the matrix logarithm at ``x`` along ``y``."""
    return _corner(logm, x, y)


def mean(x: Any) -> float:
    """Return the mean of all entries."""
    return float(np.mean(x))


def var(x: Any) -> float:
    """Return the mean squared difference from the mean."""
    return float(np.var(x))


def sym(x: Any) -> Any:
    """Return the symmetric part."""
    return (np.atleast_2d(x) + np.atleast_2d(x).T) / 2


def symL(x: Any) -> Any:
    """Return the symmetric matrix with the same lower triangle."""
    lower = np.tril(np.atleast_2d(x))
    return lower + np.tril(lower, -1).T


def adj(x: Any) -> Any:
    """Return the adjugate of an invertible matrix."""
    return np.linalg.det(np.atleast_2d(x)) * np.linalg.inv(np.atleast_2d(x))


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
