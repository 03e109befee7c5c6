"""Numerical functions that NumPy does not have, in forms that do not overflow.

Vectors have one axis, matrices two; scalars are floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# Their source is copied into generated code. Entries name them, and they are looked up here.
from matcalc.code.numpy_library import (  # noqa: F401
    commutation,
    cross,
    cyclicsum,
    diagsums,
    khatrirao,
    kron_left,
    kron_right,
    logsumexp,
    norm1,
    norminf,
    peak,
    relu,
    rowlogsumexp,
    rowsoftmax,
    sigmoid,
    softmax,
    softplus,
    step,
    toeplitz,
    unvec,
    var,
    vec,
)
from matcalc.numeric.interpreter import Array


def logdet(x: Array) -> float:
    """Return the logarithm of the determinant; NaN if that is negative."""
    sign, value = np.linalg.slogdet(x)
    return float(value) if sign > 0 else float("-inf") if sign == 0 else float("nan")


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    from scipy.special import erf as special_erf

    return special_erf(x)


def sym(x: Array) -> Array:
    """Return the symmetric part."""
    return (x + x.T) / 2


def symL(x: Array) -> Array:
    """Return the symmetric matrix with the same lower triangle."""
    return np.asarray(np.tril(x) + np.tril(x, -1).T)


def adj(x: Array) -> Array:
    """Return the adjugate, from the singular values: each is replaced by the product of the others.

    Source: Stewart, On the adjugate matrix (1998).
    """
    left, values, right = np.linalg.svd(x)
    others = [np.prod(np.delete(values, i)) for i in range(len(values))]
    return np.asarray(np.linalg.det(left) * np.linalg.det(right) * (right.T * others) @ left.T)


def rowsum(x: Array) -> Array:
    """Return the sum of each row."""
    return np.asarray(np.sum(x, axis=1))


def colsum(x: Array) -> Array:
    """Return the sum of each column."""
    return np.asarray(np.sum(x, axis=0))


def normp(x: Array, order: float) -> float:
    """Return the norm of a vector of the given order."""
    return float(np.sum(np.abs(x) ** order) ** (1 / order))
