"""Numerical functions that NumPy does not have, in forms that do not overflow.

Vectors are columns, scalars are floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
