"""The domains that entries name: where a function is smooth, with some distance to its edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Distance kept from kinks and poles.
MARGIN = 0.02
#: Condition number up to which a matrix counts as invertible.
MAX_CONDITION = 100.0


def inside(domain: str, arguments: dict[str, Any]) -> bool:
    """Return whether arguments lie in a domain, such as ``X positive`` or ``X differs-from Y``."""
    name, condition, *others = domain.split()
    values = [arguments[other] for other in others]
    return CONDITIONS[condition](np.atleast_2d(arguments[name]), *values)


def _apart(values: Any) -> bool:
    """Return whether no two of some numbers are close."""
    ordered = np.sort(np.ravel(values))
    return bool(np.all(np.diff(ordered) > MARGIN))


def _simple_largest_singular_value(matrix: Any) -> bool:
    values = np.append(np.linalg.svd(matrix, compute_uv=False), 0.0)
    return bool(values[0] - values[1] > MARGIN)


def _base_of_power(base: Any, exponent: Any) -> bool:
    if np.any(exponent != np.floor(exponent)):
        return bool(np.min(base) > MARGIN)
    return bool(np.all(exponent >= 0) or np.min(np.abs(base)) > MARGIN)


def _symmetric(matrix: Any) -> bool:
    return matrix.shape[0] == matrix.shape[1] and bool(np.allclose(matrix, matrix.T, atol=1e-6))


def _well_conditioned(matrix: Any) -> bool:
    return bool(np.linalg.cond(matrix) < MAX_CONDITION)


def _principal(matrix: Any) -> bool:
    values = np.linalg.eigvals(matrix)
    return _well_conditioned(matrix) and bool(np.min(np.real(values)) > MARGIN)


def _sylvester(left: Any, right: Any) -> bool:
    sums = np.add.outer(np.linalg.eigvals(left), np.linalg.eigvals(np.atleast_2d(right)))
    return bool(np.min(np.abs(sums)) > MARGIN)


CONDITIONS: dict[str, Callable[..., bool]] = {
    "positive": lambda x: bool(np.min(x) > MARGIN),
    # Exactly zero, or exactly equal, is nothing by chance: it stays so nearby, as the zeros of a triangle.
    "no-kink": lambda x: bool(np.all((np.abs(x) > MARGIN) | (x == 0))),
    "nonzero": lambda x: bool(np.min(np.abs(x)) > MARGIN),
    "inside-unit": lambda x: bool(np.max(np.abs(x)) < 1 - MARGIN),
    "invertible": _well_conditioned,
    "positive-determinant": lambda x: _well_conditioned(x) and bool(np.linalg.slogdet(x)[0] > 0),
    "full-rank": lambda x: _well_conditioned(x) and bool(np.linalg.norm(x, 2) > MARGIN),
    "base-of-power": _base_of_power,
    "differs-from": lambda x, y: bool(np.all((np.abs(x - y) > MARGIN) | (x == y))),
    "single-peak": lambda x: bool(np.diff(np.sort(np.append(np.abs(x), 0.0))[-2:])[0] > MARGIN),
    "varied": lambda x: bool(np.std(x) > MARGIN),
    "all-different": _apart,
    "simple-spectrum": lambda x: _symmetric(x) and _apart(np.linalg.eigvalsh(x)),
    "simple-largest": lambda x: _symmetric(x) and _apart(np.linalg.eigvalsh(x)[-2:]),
    "simple-smallest": lambda x: _symmetric(x) and _apart(np.linalg.eigvalsh(x)[:2]),
    "simple-singular-values": _simple_largest_singular_value,
    "principal": _principal,
    "sylvester": _sylvester,
}
