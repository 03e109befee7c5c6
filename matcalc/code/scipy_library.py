"""Functions that SciPy has and NumPy has not: factorisations by LAPACK, and functions of matrices.

LAPACK takes matrices column by column, so that it gets the transpose of a matrix that lies row by row.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special
from scipy.linalg import blas, lapack


def cholesky(x: Any) -> Any:
    """Return the Cholesky factor of a positive definite matrix, of its transpose for LAPACK."""
    potrf = lapack.spotrf if x.dtype.char == "f" else lapack.dpotrf
    factor, failed = potrf(x.T, lower=1, clean=1)
    if failed:
        raise np.linalg.LinAlgError("the matrix is not positive definite")
    return factor


def cholesky_solve(factor: Any, y: Any) -> Any:
    """Return the solution of a linear system with a matrix that is factorised."""
    potrs = lapack.spotrs if factor.dtype.char == y.dtype.char == "f" else lapack.dpotrs
    return potrs(factor, y, lower=1)[0]


def cholesky_inverse(factor: Any) -> Any:
    """Return the inverse of a matrix that is factorised."""
    potri = lapack.spotri if factor.dtype.char == "f" else lapack.dpotri
    inverse = potri(factor, lower=1)[0].T
    if len(inverse) > 128:
        return both_triangles(inverse)
    inverse = inverse + inverse.T  # the other triangle is zero
    inverse.flat[:: len(inverse) + 1] *= 0.5
    return inverse


def both_triangles(x: Any) -> Any:
    """Return the symmetric matrix of which this is the upper triangle."""
    for start in range(0, len(x), 64):  # in blocks that stay in the cache
        here, rest = slice(start, start + 64), slice(start + 64, None)
        x[here, here] = np.triu(x[here, here]) + np.triu(x[here, here], 1).T
        x[rest, here] = x[here, rest].T
    return x


def cholesky_det(factor: Any) -> Any:
    """Return the determinant of a matrix that is factorised."""
    return np.prod(factor.diagonal()) ** 2


def cholesky_logdet(factor: Any) -> Any:
    """Return the logarithm of the determinant of a matrix that is factorised."""
    return 2 * np.log(factor.diagonal()).sum()


def lu(x: Any) -> Any:
    """Return the LU factorisation of a matrix, of its transpose for LAPACK."""
    getrf = lapack.sgetrf if x.dtype.char == "f" else lapack.dgetrf
    return getrf(x.T)[:2]


def lu_solve(factors: Any, y: Any, transposed: bool = False) -> Any:
    """Return the solution of a linear system with a matrix that is factorised, or with its transpose."""
    if not factors[0].diagonal().all():
        raise np.linalg.LinAlgError("the matrix is singular")
    getrs = lapack.sgetrs if factors[0].dtype.char == y.dtype.char == "f" else lapack.dgetrs
    return getrs(*factors, y, trans=0 if transposed else 1)[0]


def lu_inverse(factors: Any) -> Any:
    """Return the inverse of a matrix that is factorised."""
    getri = lapack.sgetri if factors[0].dtype.char == "f" else lapack.dgetri
    inverse, failed = getri(*factors)
    if failed:
        raise np.linalg.LinAlgError("the matrix is singular")
    return inverse.T


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
    entries = factors[0].diagonal()
    if not entries.all():
        return -np.inf
    return np.log(np.abs(entries)).sum() if lu_sign(factors) > 0 else np.nan


def lower_solve(x: Any, y: Any, transposed: bool = False) -> Any:
    """Return the solution of a linear system with a lower triangular matrix, or with its transpose."""
    trtrs = lapack.strtrs if x.dtype.char == y.dtype.char == "f" else lapack.dtrtrs
    solution, failed = trtrs(x.T, y, lower=0, trans=0 if transposed else 1)
    if failed:
        raise np.linalg.LinAlgError("the matrix is singular")
    return solution


def lower_inverse(x: Any) -> Any:
    """Return the inverse of a lower triangular matrix."""
    trtri = lapack.strtri if x.dtype.char == "f" else lapack.dtrtri
    inverse, failed = trtri(x.T, lower=0)
    if failed:
        raise np.linalg.LinAlgError("the matrix is singular")
    return inverse.T


def lower_logdet(x: Any) -> Any:
    """Return the logarithm of the determinant of a triangular matrix, NaN if it is negative."""
    entries = x.diagonal()
    return np.log(np.abs(entries)).sum() if np.count_nonzero(entries < 0) % 2 == 0 else np.nan


def product(x: Any, y: Any) -> Any:
    """Return a product by the library that factorises: threads of two libraries wait for each other."""
    single = x.dtype.char == y.dtype.char == "f"
    down, along = y.flags.c_contiguous, x.flags.c_contiguous
    if y.ndim == 1:
        gemv = blas.sgemv if single else blas.dgemv
        return gemv(1.0, x.T if along else x, y, trans=along)
    gemm = blas.sgemm if single else blas.dgemm
    return gemm(1.0, y.T if down else y, x.T if along else x, trans_a=not down, trans_b=not along).T


def gram(x: Any) -> Any:
    """Return X'*X by the library that factorises: one triangle, and that once more."""
    down = x.flags.c_contiguous
    syrk = blas.ssyrk if x.dtype.char == "f" else blas.dsyrk
    return both_triangles(syrk(1.0, x.T if down else x, trans=not down, lower=1).T)


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    return scipy.special.erf(x)


def normcdf(x: Any) -> Any:
    """Return the distribution function of the standard normal distribution, of each entry."""
    return scipy.special.ndtr(x)


def lgamma(x: Any) -> Any:
    """Return the logarithm of the gamma function of each entry."""
    return scipy.special.gammaln(x)


def tgamma(x: Any) -> Any:
    """Return the gamma function of each entry."""
    return scipy.special.gamma(x)


def digamma(x: Any) -> Any:
    """Return the derivative of the logarithm of the gamma function, of each entry."""
    return scipy.special.digamma(x)


def trigamma(x: Any) -> Any:
    """Return its second derivative, of each entry."""
    return scipy.special.polygamma(1, x)


def polygamma(order: Any, x: Any) -> Any:
    """Return the derivative of an order of the digamma function, of each entry."""
    return scipy.special.polygamma(order, x)


def expm(x: Any) -> Any:
    """Return the matrix exponential."""
    return scipy.linalg.expm(x)


def principal(function: Any, x: Any) -> Any:
    """Return the principal value of a matrix function, of x divided by its largest entry.

    It is computed in double precision, and NaN if an eigenvalue is on the closed negative real axis, but for
    rounding, or if the value is not real.
    """
    dtype, scale = np.result_type(x, np.float32), np.max(np.abs(x))
    eigenvalues = np.linalg.eigvals(x)
    zero = max(1e-12, 10 * len(x) * np.finfo(dtype).eps) * scale
    if np.any((np.real(eigenvalues) <= zero) & (np.abs(np.imag(eigenvalues)) <= zero)):
        return np.nan * x
    with warnings.catch_warnings():  # of how accurate a value is, which SciPy gives even at 1e-13
        warnings.simplefilter("ignore")
        value = function(x.astype(float) / scale)
    is_real = np.allclose(np.imag(value), 0, atol=1e-10 * (1 + np.max(np.abs(value))))
    return np.real(value).astype(dtype) if is_real else np.nan * x


def sqrtm(x: Any) -> Any:
    """Return the principal square root of a matrix."""
    return np.sqrt(np.max(np.abs(x))) * principal(scipy.linalg.sqrtm, x)


def logm(x: Any) -> Any:
    """Return the principal logarithm of a matrix."""
    value = principal(scipy.linalg.logm, x)
    return value + np.log(np.max(np.abs(x))) * np.eye(len(x), dtype=value.dtype)


def corner(function: Any, x: Any, y: Any) -> Any:
    """Return the derivative of a matrix function: a block of its value for [x, y; 0, x]."""
    size = len(x)
    return function(np.block([[x, y], [np.zeros_like(x), x]]))[:size, size:]


def expm_frechet(x: Any, y: Any) -> Any:
    """Return the derivative of the matrix exponential at x along y."""
    return corner(expm, x, y)


def logm_frechet(x: Any, y: Any) -> Any:
    """Return the derivative of the matrix logarithm at x along y."""
    return corner(logm, x, y)
