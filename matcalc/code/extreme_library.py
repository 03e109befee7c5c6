"""The largest and the smallest of the eigenvalues and eigenvectors that another library finds."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    eigvals: Any = None  # helpers of the library that this one stands beside
    eigvecs: Any = None


def lambda_max(x: Any) -> Any:
    """Return the largest eigenvalue of a symmetric matrix."""
    return eigvals(x)[-1]


def lambda_min(x: Any) -> Any:
    """Return the smallest eigenvalue of a symmetric matrix."""
    return eigvals(x)[0]


def eigvec_max(x: Any) -> Any:
    """Return the unit eigenvector of a symmetric matrix to its largest eigenvalue."""
    return eigvecs(x)[:, -1]


def eigvec_min(x: Any) -> Any:
    """Return the unit eigenvector of a symmetric matrix to its smallest eigenvalue."""
    return eigvecs(x)[:, 0]


#: The names of the functions.
NAMES = tuple(name for name, value in list(globals().items()) if inspect.isfunction(value))
