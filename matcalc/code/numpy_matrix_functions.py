"""Functions that SciPy has and NumPy has not."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    return scipy.special.erf(x)


def expm(x: Any) -> Any:
    """Return the matrix exponential."""
    return scipy.linalg.expm(x)


def principal(function: Any, x: Any) -> Any:
    """Return the principal value of a matrix function, NaN if it is not real."""
    eigenvalues, scale = np.linalg.eigvals(x), np.max(np.abs(x))
    cut = (np.real(eigenvalues) <= 1e-12 * scale) & (np.abs(np.imag(eigenvalues)) <= 1e-12 * scale)
    if np.any(cut):
        return np.nan * x
    value = function(x)
    real = np.allclose(np.imag(value), 0, atol=1e-10)
    return np.real(value).astype(np.result_type(x, np.float32)) if real else np.nan * x


def sqrtm(x: Any) -> Any:
    """Return the principal square root of a matrix."""
    return principal(scipy.linalg.sqrtm, x)


def logm(x: Any) -> Any:
    """Return the principal logarithm of a matrix."""
    return principal(scipy.linalg.logm, x)


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


#: The names of the functions.
NAMES = tuple(name for name, value in list(globals().items()) if inspect.isfunction(value))
