"""Derivatives by numbers alone: what the tests compare closed forms with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP = 4e-4


def differentiate(function: Callable[[Array], float], at: Array) -> Array:
    """Return the derivative of a scalar function with respect to each entry of its argument."""
    gradient = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        unit = np.zeros(at.shape)
        unit[place] = 1.0
        gradient[place] = slope(function, at, unit)
    return gradient


def slope(function: Callable[[Array], float], at: Array, direction: Array) -> float:
    """Return the derivative of a scalar function along a direction.

    Central differences with steps h, h/2 and h/4, extrapolated twice (Richardson), leave an
    error of order h^6.
    """
    first, second, third = (_central(function, at, direction, STEP / 2**i) for i in range(3))
    once = (4 * second - first) / 3, (4 * third - second) / 3
    return (16 * once[1] - once[0]) / 15


def directions(shape: tuple[int, ...], rng: np.random.Generator, count: int = 3) -> list[Array]:
    """Return random directions of length 1.

    A wrong gradient agrees with the slopes along them with probability 0, as it would along each axis.
    """
    drawn = [rng.standard_normal(shape) for _ in range(count)]
    return [direction / np.linalg.norm(direction) for direction in drawn]


def _central(function: Callable[[Array], float], at: Array, direction: Array, step: float) -> float:
    return (function(at + step * direction) - function(at - step * direction)) / (2 * step)


def distance(found: Any, wanted: Any) -> float:
    """Return the largest difference, relative to the largest entry; infinite if shapes differ."""
    a, b = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if a.shape != b.shape or not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        return float("inf")
    scale = max(np.max(np.abs(a), initial=0.0), np.max(np.abs(b), initial=0.0), 1e-9)
    return float(np.max(np.abs(a - b), initial=0.0) / scale)
