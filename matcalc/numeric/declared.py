"""Whether a value is what it was declared to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Largest deviation, relative to the largest entry, that counts as rounding.
ROUNDING = 1e-8


def _zero(difference: Any, value: Any) -> bool:
    return bool(np.max(np.abs(difference), initial=0.0) <= ROUNDING * np.max(np.abs(value), initial=0.0))


def _positive_definite(value: Any) -> bool:
    return _zero(value - value.T, value) and bool(np.min(np.linalg.eigvalsh(value)) > 0)


#: For each fact that can be declared the test of a value, a 2-D array.
HOLDS: dict[str, Callable[[Any], bool]] = {
    "symmetric": lambda x: _zero(x - x.T, x),
    "spd": _positive_definite,
    "diagonal": lambda x: _zero(x - np.diag(np.diag(x)), x),
    "orthogonal": lambda x: _zero(x.T @ x - np.eye(len(x)), 1.0),
    "skew": lambda x: _zero(x + x.T, x),
    "lower": lambda x: _zero(np.triu(x, 1), x),
    "positive": lambda x: bool(np.min(x) > 0),
    "onehot": lambda x: bool(np.sum(x == 1) == 1 and np.sum(x == 0) == x.size - 1),
    "simplex": lambda x: bool(np.min(x) >= 0) and _zero(np.sum(x) - 1, 1.0),
    "nonnegative": lambda x: bool(np.min(x) >= 0),
}
#: What an error calls the facts that have another name.
WORDS = {"spd": "symmetric positive definite", "lower": "lower triangular", "skew": "skew-symmetric"}


def contradicted(facts: tuple[str, ...], value: Any) -> str:
    """Return the first of these facts that does not hold of a value, in words; empty if all do.

    >>> contradicted(("symmetric",), np.array([[1.0, 2.0], [3.0, 4.0]]))
    'symmetric'
    """
    wrong = next((fact for fact in facts if fact in HOLDS and not HOLDS[fact](value)), "")
    return WORDS.get(wrong, wrong)
