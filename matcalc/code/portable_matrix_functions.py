"""Matrix functions for libraries of the array API standard that are not compiled: loops depend on values."""

from __future__ import annotations

import inspect
from typing import Any


def expm(xp: Any, x: Any) -> Any:
    """Return the matrix exponential, by squaring that of a small multiple; its series ends at order 18."""
    norm, squarings = float(xp.max(xp.sum(xp.abs(x), axis=1))), 0
    while norm > 0.5:
        norm, squarings = norm / 2.0, squarings + 1
    term = total = xp.eye(x.shape[0], dtype=x.dtype)
    for order in range(1, 19):
        term = term @ x / (order * 2.0**squarings)
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def expm_frechet(xp: Any, x: Any, y: Any) -> Any:
    """Return the derivative of the matrix exponential at x along y."""
    size = x.shape[0]
    upper, lower = xp.concat([x, y], axis=1), xp.concat([0.0 * x, x], axis=1)
    return expm(xp, xp.concat([upper, lower], axis=0))[:size, size:]


#: The names of the functions.
NAMES = tuple(name for name, value in list(globals().items()) if inspect.isfunction(value))
