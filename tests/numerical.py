"""Derivatives by numbers alone: what the tests compare closed forms with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP = 4e-4


def differentiate(function: Callable[[Array], float], at: Array) -> Array:
    """Return the derivative of a scalar function with respect to each entry of its argument.

    Central differences with steps h, h/2 and h/4, extrapolated twice (Richardson), leave an
    error of order h^6.
    """
    gradient = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        unit = np.zeros(at.shape)
        unit[place] = 1.0
        first, second, third = (_central(function, at, unit, STEP / 2**i) for i in range(3))
        once = (4 * second - first) / 3, (4 * third - second) / 3
        gradient[place] = (16 * once[1] - once[0]) / 15
    return gradient


def _central(function: Callable[[Array], float], at: Array, unit: Array, step: float) -> float:
    return (function(at + step * unit) - function(at - step * unit)) / (2 * step)


def distance(found: Any, wanted: Any) -> float:
    """Return the largest difference, relative to the largest entry; infinite if shapes differ."""
    a, b = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if a.shape != b.shape or not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        return float("inf")
    scale = max(np.max(np.abs(a), initial=0.0), np.max(np.abs(b), initial=0.0), 1e-9)
    return float(np.max(np.abs(a - b), initial=0.0) / scale)
