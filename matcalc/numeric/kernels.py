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
    hardmax,
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
    skew,
    softmax,
    softplus,
    step,
    toeplitz,
    unskew,
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


def normcdf(x: Any) -> Any:
    """Return the distribution function of the standard normal distribution, of each entry."""
    from scipy.special import ndtr

    return ndtr(x)


def lgamma(x: Any) -> Any:
    """Return the logarithm of the gamma function of each entry."""
    from scipy.special import gammaln

    return gammaln(x)


def digamma(x: Any) -> Any:
    """Return the derivative of the logarithm of the gamma function, of each entry."""
    from scipy.special import digamma as psi

    return psi(x)


def polygamma(order: int, x: Any) -> Any:
    """Return the derivative of an order of the digamma function, of each entry."""
    from scipy.special import polygamma as derivative

    return derivative(order, x)


def trigamma(x: Any) -> Any:
    """Return the first derivative of the digamma function, of each entry."""
    return polygamma(1, x)


def adj(x: Array) -> Array:
    """Return the adjugate, from the singular values: each is replaced by the product of the others.

    Source: Stewart, On the adjugate matrix (1998).
    """
    left, values, right = np.linalg.svd(x)
    others = [np.prod(np.delete(values, i)) for i in range(len(values))]
    return np.asarray(np.linalg.det(left) * np.linalg.det(right) * (right.T * others) @ left.T)
