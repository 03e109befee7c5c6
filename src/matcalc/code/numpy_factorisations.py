"""Factorisations by LAPACK, which NumPy has not, for what several values need.

LAPACK takes matrices column by column, so that it gets the transpose of a matrix that lies row by row.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy.linalg import lapack


def cholesky(x: Any) -> Any:
    """Return the Cholesky factor of a positive definite matrix, of its transpose for LAPACK."""
    factor, failed = lapack.dpotrf(x.T, lower=1, clean=1)
    if failed:
        raise np.linalg.LinAlgError("the matrix is not positive definite")
    return factor


def cholesky_solve(factor: Any, y: Any) -> Any:
    """Return the solution of a linear system with a matrix that is factorised."""
    return lapack.dpotrs(factor, y, lower=1)[0]


def cholesky_inverse(factor: Any) -> Any:
    """Return the inverse of a matrix that is factorised."""
    inverse = lapack.dpotri(factor, lower=1)[0].T
    if len(inverse) <= 128:
        inverse = inverse + inverse.T
        inverse.flat[:: len(inverse) + 1] *= 0.5
        return inverse
    for start in range(0, len(inverse), 64):  # the other triangle, in blocks that stay in the cache
        here, rest = slice(start, start + 64), slice(start + 64, None)
        inverse[here, here] += np.triu(inverse[here, here], 1).T
        inverse[rest, here] = inverse[here, rest].T
    return inverse


def cholesky_det(factor: Any) -> Any:
    """Return the determinant of a matrix that is factorised."""
    return np.prod(factor.diagonal()) ** 2


def cholesky_logdet(factor: Any) -> Any:
    """Return the logarithm of the determinant of a matrix that is factorised."""
    return 2 * np.log(factor.diagonal()).sum()


def lu(x: Any) -> Any:
    """Return the LU factorisation of an invertible matrix, of its transpose for LAPACK."""
    factors, pivots, failed = lapack.dgetrf(x.T)
    if failed:
        raise np.linalg.LinAlgError("the matrix is singular")
    return factors, pivots


def lu_solve(factors: Any, y: Any, transposed: bool = False) -> Any:
    """Return the solution of a linear system with a matrix that is factorised, or with its transpose."""
    return lapack.dgetrs(*factors, y, trans=0 if transposed else 1)[0]


def lu_inverse(factors: Any) -> Any:
    """Return the inverse of a matrix that is factorised."""
    return lapack.dgetri(*factors)[0].T


def lu_sign(factors: Any) -> Any:
    """Return the sign of the determinant of a matrix that is factorised."""
    swaps = np.count_nonzero(factors[1] != np.arange(len(factors[1])))
    negative = np.count_nonzero(factors[0].diagonal() < 0)
    return -1.0 if (swaps + negative) % 2 else 1.0


def lu_det(factors: Any) -> Any:
    """Return the determinant of a matrix that is factorised."""
    return lu_sign(factors) * np.abs(np.prod(factors[0].diagonal()))


def lu_logdet(factors: Any) -> Any:
    """Return the logarithm of the determinant of a matrix that is factorised, NaN if it is negative."""
    return np.log(np.abs(factors[0].diagonal())).sum() if lu_sign(factors) > 0 else np.nan


#: The names of the functions.
NAMES = tuple(name for name, value in list(globals().items()) if inspect.isfunction(value))
