"""Numerical functions by decompositions of matrices: eigenvalues and matrix functions.

Arguments have to be finite: with others LAPACK prints complaints, or does not come to an end.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcalc.code.numpy_library import nucnorm, pinv, polar, specnorm  # noqa: F401  # entries name them
from matcalc.numeric.interpreter import Array

#: Matrices with entries outside these bounds have no principal logarithm or root here.
LEAST, MOST = 1e-150, 1e150
#: Relative difference of two entries of an eigenvector that may be rounding.
_TIED = 1e-8


def eigvals(x: Array) -> Array:
    """Return the eigenvalues of the symmetric part, ascending."""
    return np.asarray(np.linalg.eigvalsh((x + x.T) / 2))


def eigvecs(x: Array) -> Array:
    """Return unit eigenvectors of the symmetric part, NaN if an eigenvalue is repeated.

    The largest entry of each is positive. Of several entries as large but for rounding, as in the
    eigenvectors of a symmetric Toeplitz matrix, it is the first: rounding must not choose the sign.
    """
    values, vectors = np.linalg.eigh((x + x.T) / 2)
    sizes = np.abs(vectors)
    largest = np.argmax(sizes >= (1 - _TIED) * np.max(sizes, axis=0), axis=0)
    signed = vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])])
    return np.where(_repeated(values), np.nan, signed)


def _repeated(values: Array) -> NDArray[np.bool_]:
    """Return for each of some ascending eigenvalues whether another one is equal, but for rounding.

    The vector to it is then any of many, and functions that depend on it have no derivative.
    """
    near = np.diff(values) <= 10 * len(values) * np.finfo(float).eps * np.max(np.abs(values))
    return np.asarray(np.append(near, False) | np.append(False, near))  # the ends have one neighbour


def lambda_max(x: Array) -> float:
    """Return the largest eigenvalue."""
    return float(eigvals(x)[-1])


def lambda_min(x: Array) -> float:
    """Return the smallest eigenvalue."""
    return float(eigvals(x)[0])


def eigvec_max(x: Array) -> Array:
    """Return the eigenvector of the largest eigenvalue."""
    return eigvecs(x)[:, -1]


def eigvec_min(x: Array) -> Array:
    """Return the eigenvector of the smallest eigenvalue."""
    return eigvecs(x)[:, 0]


def _resolvent(x: Array, place: int) -> Array:
    """Return the reduced resolvent at an eigenvalue, whose differences to the others are inverted.

    It is NaN if the eigenvalue is repeated.
    """
    values, vectors = np.linalg.eigh((x + x.T) / 2)
    if _repeated(values)[place]:
        return np.full_like(vectors, np.nan)
    gaps = values[place] - values
    gaps[place] = 0
    return np.asarray((vectors * np.divide(1.0, gaps, out=np.zeros_like(gaps), where=gaps != 0)) @ vectors.T)


def resolvent_max(x: Array) -> Array:
    """Return the reduced resolvent at the largest eigenvalue."""
    return _resolvent(x, -1)


def resolvent_min(x: Array) -> Array:
    """Return the reduced resolvent at the smallest eigenvalue."""
    return _resolvent(x, 0)


def eiggaps(x: Array) -> Array:
    """Return ``1/(x[j] - x[i])``, zero where i = j, and infinite where entries are equal."""
    gaps = x - x[:, None]
    return np.divide(1.0, gaps, out=np.zeros_like(gaps), where=~np.eye(len(gaps), dtype=bool))


def expm(x: Array) -> Array:
    """Return the matrix exponential."""
    from scipy.linalg import expm as exponential

    return np.asarray(exponential(x))


def sylvester(x: Array, y: Array, z: Array) -> Array:
    """Return the solution S of ``x*S + S*y = z``; raises ``LinAlgError`` if there is not exactly one."""
    operator = np.kron(np.eye(len(y)), x) + np.kron(y.T, np.eye(len(x)))
    solution, _, rank, _ = np.linalg.lstsq(operator, z.reshape(-1, order="F"), rcond=1e-12)
    if rank < len(operator):
        raise np.linalg.LinAlgError("singular")
    return np.asarray(solution.reshape(z.shape, order="F"))


def _real(value: Any) -> Array:
    """Return a matrix without its imaginary part, NaN if that is not zero."""
    value = np.asarray(value)
    return np.real(value) if np.allclose(np.imag(value), 0, atol=1e-10) else np.full(value.shape, np.nan)


def _principal(function: Callable[[Any], Any], x: Array) -> Array:
    """Return the value of a matrix function, without the warnings that SciPy gives even at 1e-13.

    Eigenvalues on the closed negative real axis have no principal value, and on singular or huge
    matrices SciPy does not come to an end: NaN for these.
    """
    eigenvalues = np.linalg.eigvals(x)
    scale = np.max(np.abs(x))
    cut = (np.real(eigenvalues) <= 1e-12 * scale) & (np.abs(np.imag(eigenvalues)) <= 1e-12 * scale)
    if np.any(cut) or not LEAST < scale < MOST:
        return np.full(x.shape, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _real(function(x))


def sqrtm(x: Array) -> Array:
    """Return the principal square root, NaN if it is not real."""
    from scipy.linalg import sqrtm as principal

    return _principal(principal, x)


def logm(x: Array) -> Array:
    """Return the principal logarithm, NaN if it is not real."""
    from scipy.linalg import logm as principal

    return _principal(principal, x)


def _corner(function: Any, x: Array, y: Array) -> Array:
    """Return the derivative of a matrix function: a block of its value for ``[x, y; 0, x]``."""
    size = len(x)
    return np.asarray(function(np.block([[x, y], [np.zeros_like(x), x]]))[:size, size:])


def expm_frechet(x: Array, y: Array) -> Array:
    """Return the derivative of the matrix exponential at ``x`` along ``y``."""
    return _corner(expm, x, y)


def logm_frechet(x: Array, y: Array) -> Array:
    """Return the derivative of the matrix logarithm at ``x`` along ``y``."""
    return _corner(logm, x, y)
