"""Numerical functions by decompositions of matrices: eigenvalues and matrix functions.

Arguments have to be finite: with others LAPACK prints complaints, or does not come to an end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcalc.numeric.interpreter import Array

#: Relative difference of two entries of an eigenvector that may be rounding.
_TIED = 1e-8


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


def sylvester(x: Array, y: Array, z: Array) -> Array:
    """Return the solution S of ``x*S + S*y = z``; raises ``LinAlgError`` if there is not exactly one."""
    operator = np.kron(np.eye(len(y)), x) + np.kron(y.T, np.eye(len(x)))
    solution, _, rank, _ = np.linalg.lstsq(operator, z.reshape(-1, order="F"), rcond=1e-12)
    if rank < len(operator):
        raise np.linalg.LinAlgError("singular")
    return np.asarray(solution.reshape(z.shape, order="F"))


def adj(x: Array) -> Array:
    """Return the adjugate, from the singular values: each is replaced by the product of the others.

    Source: Stewart, On the adjugate matrix (1998).
    """
    left, values, right = np.linalg.svd(x)
    others = [np.prod(np.delete(values, i)) for i in range(len(values))]
    return np.asarray(np.linalg.det(left) * np.linalg.det(right) * (right.T * others) @ left.T)
