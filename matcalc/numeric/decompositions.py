"""Numerical functions by decompositions of matrices: eigenvalues, singular values, matrix functions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcalc.numeric.interpreter import Array

#: Matrices with entries outside these bounds have no principal logarithm or root here.
LEAST, MOST = 1e-150, 1e150
#: Relative difference of two entries of an eigenvector that may be rounding.
_TIED = 1e-8
_P = ParamSpec("_P")
_T = TypeVar("_T")


def _of_finite(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return a function that raises ``LinAlgError`` for infinity and NaN.

    LAPACK does not: it prints complaints, or does not come to an end.
    """

    @wraps(function)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        if not all(np.all(np.isfinite(arg)) for arg in args):  # type: ignore[call-overload]  # they are arrays
            raise np.linalg.LinAlgError("infinite or NaN")
        return function(*args, **kwargs)

    return guarded


@_of_finite
def eigvals(x: Array) -> Array:
    """Return the eigenvalues of the symmetric part, ascending."""
    return np.asarray(np.linalg.eigvalsh((x + x.T) / 2)[:, None])


@_of_finite
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


def _resolvent(x: Any, place: int) -> Array:
    """Return the reduced resolvent at an eigenvalue, whose differences to the others are inverted.

    It is NaN if the eigenvalue is repeated.
    """
    values, vectors = np.linalg.eigh((x + x.T) / 2)
    if _repeated(values)[place]:
        return np.full_like(vectors, np.nan)
    gaps = values[place] - values
    gaps[place] = 0
    return np.asarray((vectors * np.divide(1.0, gaps, out=np.zeros_like(gaps), where=gaps != 0)) @ vectors.T)


@_of_finite
def resolvent_max(x: Any) -> Array:
    """Return the reduced resolvent at the largest eigenvalue."""
    return _resolvent(np.atleast_2d(x), -1)


@_of_finite
def resolvent_min(x: Any) -> Array:
    """Return the reduced resolvent at the smallest eigenvalue."""
    return _resolvent(np.atleast_2d(x), 0)


def eiggaps(x: Array) -> Array:
    """Return ``1/(x[j] - x[i])``, zero where i = j, and infinite where entries are equal."""
    gaps = x.T - x
    return np.divide(1.0, gaps, out=np.zeros_like(gaps), where=~np.eye(len(gaps), dtype=bool))


@_of_finite
def pinv(x: Any) -> Array:
    """Return the Moore-Penrose inverse.

    Singular values below 1e-12 of the largest count as zero: an eigenvalue subtracted from its
    matrix leaves rounding errors that are larger than the 1e-15 of NumPy.
    """
    return np.asarray(np.linalg.pinv(np.atleast_2d(x), rcond=1e-12))


@_of_finite
def expm(x: Any) -> Array:
    """Return the matrix exponential."""
    from scipy.linalg import expm as exponential

    return np.asarray(exponential(np.atleast_2d(x)))


@_of_finite
def specnorm(x: Any) -> float:
    """Return the largest singular value."""
    return float(np.linalg.norm(np.atleast_2d(x), 2))


@_of_finite
def nucnorm(x: Any) -> float:
    """Return the sum of the singular values."""
    return float(np.linalg.norm(np.atleast_2d(x), "nuc"))


@_of_finite
def polar(x: Any) -> Array:
    """Return the orthonormal polar factor, NaN if the rank is not full, as there are several then."""
    left, values, right = np.linalg.svd(np.atleast_2d(x), full_matrices=False)
    several = values[-1] <= values[0] * max(np.shape(x)) * np.finfo(float).eps
    return np.full_like(left @ right, np.nan) if several else np.asarray(left @ right)


@_of_finite
def sylvester(x: Any, y: Any, z: Any) -> Array:
    """Return the solution S of ``x*S + S*y = z``; raises ``LinAlgError`` if there is not exactly one."""
    x, y, z = np.atleast_2d(x), np.atleast_2d(y), np.atleast_2d(z)
    operator = np.kron(np.eye(len(y)), x) + np.kron(y.T, np.eye(len(x)))
    solution, _, rank, _ = np.linalg.lstsq(operator, z.reshape(-1, order="F"), rcond=1e-12)
    if rank < len(operator):
        raise np.linalg.LinAlgError("singular")
    return np.asarray(solution.reshape(z.shape, order="F"))


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


@_of_finite
def sqrtm(x: Any) -> Array:
    """Return the principal square root, NaN if it is not real."""
    from scipy.linalg import sqrtm as principal

    return _principal(principal, x)


@_of_finite
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
    return _corner(expm, x, y)


def logm_frechet(x: Any, y: Any) -> Array:
    """Return the derivative of the matrix logarithm at ``x`` along ``y``."""
    return _corner(logm, x, y)
