"""How near matrices are to singular ones, and whether rounding decides a value that inverts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from matcalc.expression import Expr, postorder
from matcalc.expression.signatures import entry_of

_EPSILON = float(np.finfo(np.float64).eps)
#: A matrix with n rows counts as singular if its reciprocal condition number is below n times this.
SINGULAR = 10 * _EPSILON
#: A reciprocal condition number below which it is looked whether rounding decides the value.
ILL_CONDITIONED = 1e-3
#: The same for matrices with more entries, of which there are no derivatives of high order.
ILL_CONDITIONED_IF_LARGE, SMALL = 1e-8, 10**4
#: How large a part of a value rounding may decide: this, or what the condition of the matrix explains.
MAX_ROUNDED, MAX_EXPLAINED = 1e-6, 0.03
#: By how much the entries of a matrix are changed, relatively, and how often, to see what rounding does.
_CHANGE, _CHANGES = 4 * _EPSILON, 2


def reciprocal_condition(matrix: Any) -> float:
    """Return an estimate of the reciprocal condition number, of the matrix with rows and columns scaled.

    Scaling costs no digits, so ``diag(1, 1e-20)`` is as good as the identity. Source: Higham, Accuracy and
    Stability of Numerical Algorithms (2002), section 7.3.

    >>> reciprocal_condition(np.diag([1.0, 1e-20])), reciprocal_condition(np.ones((2, 2)))
    (1.0, 0.0)
    """
    scaled = np.atleast_2d(matrix)
    if not np.all(np.isfinite(scaled)):
        return float("nan")
    for axis in (1, 0):
        largest = np.max(np.abs(scaled), axis=axis, keepdims=True)
        if not np.all(largest):
            return 0.0
        scaled = scaled / largest
    from scipy.linalg.lapack import dgecon, dgetrf

    factors, _, failed = dgetrf(scaled)
    return 0.0 if failed else float(dgecon(factors, np.linalg.norm(scaled, 1))[0])


def is_singular(matrix: Any) -> bool:
    """Return whether a matrix is singular but for rounding."""
    return reciprocal_condition(matrix) < SINGULAR * len(np.atleast_2d(matrix))


def needs_inverse(node: Expr) -> bool:
    """Return whether a value exists only where the first argument, a matrix, is invertible."""
    if not node.args:
        return False
    found = entry_of(node.op, node.args)
    return found is not None and found[0].finite_if_invertible


def inverted(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the matrices that have to be invertible, each with a value for which it has to be."""
    return {node.args[0]: node for node in postorder(*roots) if needs_inverse(node)}


def rounded_away(
    value: Any,
    matrices: Iterable[Expr],
    done: Mapping[Expr, Any],
    compute: Callable[[Mapping[Expr, Any]], Any],
    most: float = MAX_EXPLAINED,
) -> Expr | None:
    """Return the matrix near a singular one for which rounding decides ``value``, if there is one.

    ``compute`` returns the value where some matrices are known to be what it is given. Each matrix that is
    ill-conditioned is changed by rounding errors. If that changes the value by more than the condition of
    the matrix explains, or by more than the share ``most``, digits have cancelled: the third derivative of a
    determinant, written with inverses, loses twice as many as an inverse.
    """
    rng = np.random.default_rng(0)
    scale = _largest(value)
    for matrix in matrices:
        known = np.atleast_2d(done[matrix])
        condition = reciprocal_condition(known)
        if not condition < (ILL_CONDITIONED if known.size <= SMALL else ILL_CONDITIONED_IF_LARGE):
            continue
        allowed = max(MAX_ROUNDED, min(most, 50 * _CHANGE / max(condition, _EPSILON)))
        for _ in range(_CHANGES):
            signs = rng.choice([-1.0, 1.0], known.shape)
            changed = known * (1 + _CHANGE * (np.tril(signs) + np.tril(signs, -1).T))
            moved = compute({matrix: float(changed[0, 0]) if matrix.is_scalar else changed})
            if not _largest(_difference(moved, value)) <= allowed * scale:
                return matrix
    return None


def _difference(moved: Any, value: Any) -> Any:
    """Return a difference, zero where both are infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(np.equal(moved, value), 0.0, np.subtract(moved, value))


def _largest(value: Any) -> float:
    return float(np.max(np.abs(value), initial=0.0))
