"""Floats and NumPy's arrays of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from matcalc.expression import Expr, foresee_entries, sign_if_odd_beyond_floats
from matcalc.expression.signatures import signature_of
from matcalc.functions import Function
from matcalc.numeric.interpreter import Array, FloatMatrices, named

EPSILON = float(np.finfo(np.float64).eps)


class NumpyFloats(FloatMatrices):
    """Floats, and 2-D arrays of them."""

    def matrix(self, value: Any) -> Any:
        """Return a 2-D array."""
        return matrix(value)

    def scalar(self, value: Any) -> float:
        """Return a float."""
        return float(np.asarray(value).reshape(()))

    def constant(self, op: str, rows: int, cols: int) -> Any:
        """Return the array of zeros, of ones, or the identity; raises E508 if it is too large."""
        foresee_entries(rows * cols, f"one of them has {rows * cols:,}")
        return np.eye(rows) if op == "identity" else np.full((rows, cols), float(op == "ones"))

    def quotient(self, node: Expr, above: Any, below: Any) -> Any:
        """Return a quotient, which may be infinite or NaN."""
        value = np.divide(above, below)
        return float(value) if node.is_scalar else value

    def power(self, node: Expr, base: Any, exponent: Any) -> Any:
        """Return a power of a scalar, of a matrix or of each entry; the parity of the exponent is exact."""
        if node.op == "power" and not node.is_scalar:
            return np.linalg.matrix_power(base, int(node.args[1].data))
        if sign_if_odd_beyond_floats(node.args[1]):
            value = np.copysign(np.power(np.abs(base), exponent), base)
        else:
            value = np.power(base, exponent)
        return float(value) if node.is_scalar else value

    def block(self, node: Expr, cells: list[list[Any]]) -> Any:
        """Return a block matrix."""
        return np.block([list(map(self.matrix, row)) for row in cells])

    def condition(self, matrix: Any) -> float:
        """Return the reciprocal condition number of a matrix."""
        return reciprocal_condition(matrix)

    def called(self, entry: Function, args: list[Any]) -> Any:
        """Return the value of a function; implementations have vectors with one axis."""
        if not entry.evaluate:
            return self.by_definition(entry, *args)
        columns = [argument.is_column for argument in signature_of(entry).arguments]
        args = [arg[:, 0] if is_column else arg for is_column, arg in zip(columns, args, strict=True)]
        if entry.finite_arguments and not all(map(finite, args)):
            raise ArithmeticError
        try:
            value = named(entry.evaluate)(*args)
        except ValueError as error:
            # SciPy has an error of its own for what is not finite, or becomes so under way.
            if not isinstance(error, np.linalg.LinAlgError) and "infs or NaNs" not in str(error):
                raise
            raise ArithmeticError from None
        return value[:, None] if np.ndim(value) == 1 else value

    def quiet(self) -> AbstractContextManager[Any]:
        """Keep NumPy from warning of values that are not finite."""
        return np.errstate(all="ignore")


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


# What else is computed with numbers and arrays


def generator(seed: int) -> np.random.Generator:
    """Return a source of random numbers."""
    return np.random.default_rng(seed)


def matrix(value: Any) -> Array:
    """Return a 2-D array, of a number with one entry, of a list of rows with these."""
    return np.atleast_2d(np.asarray(value, dtype=np.float64))


def array(value: Any) -> Array:
    """Return a value as an array of floats; raises ``TypeError`` or ``ValueError`` for what is none."""
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "buifO":
        raise TypeError(numbers.dtype)
    return np.asarray(numbers, dtype=np.float64)


def as_plain(value: Any, shape: Sequence[bool]) -> Any:
    """Return a float, a 1-D or a 2-D array; ``shape`` says which axes there are."""
    if not any(shape):
        return float(np.asarray(value).reshape(()))
    numbers = np.asarray(value)
    return numbers if all(shape) else numbers.reshape(-1)


def entries(value: Any) -> list[float]:
    """Return all entries, of a number the only one."""
    numbers: list[float] = np.asarray(value, dtype=np.float64).reshape(-1).tolist()
    return numbers


def finite(value: Any) -> bool:
    """Return whether all entries are finite."""
    return bool(np.all(np.isfinite(value)))


def has_nan(value: Any) -> bool:
    """Return whether an entry is NaN."""
    return bool(np.any(np.isnan(value)))


def largest(value: Any) -> float:
    """Return the largest absolute value of all entries, zero if there are none."""
    return float(np.max(np.abs(value), initial=0.0))


def inner(left: Any, right: Any) -> float:
    """Return the sum of the products of entries."""
    return float(np.sum(left * right))


def vec(x: Array) -> Array:
    """Return the columns stacked into one."""
    return x.reshape(-1, 1, order="F")


def unvec(x: Array, rows: int, cols: int) -> Array:
    """Return the matrix whose stacked columns are ``x``."""
    return x.reshape((rows, cols), order="F")


def norm(value: Array) -> float:
    """Return the Euclidean norm of all entries."""
    return float(np.linalg.norm(value))


def difference(left: Any, right: Any) -> Any:
    """Return a difference, zero where both are infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(np.equal(left, right), 0.0, np.subtract(left, right))


def symmetric(x: Array) -> Array:
    """Return the symmetric matrix with the same lower triangle."""
    return np.asarray(np.tril(x) + np.tril(x, -1).T)


def singular_values(x: Array) -> list[float]:
    """Return the singular values, descending."""
    return entries(np.linalg.svd(x, compute_uv=False))


def eigenvalues(x: Array) -> list[float]:
    """Return the eigenvalues of a symmetric matrix, ascending."""
    return entries(np.linalg.eigvalsh(x))


def sign_of_determinant(x: Array) -> float:
    """Return the sign of a determinant."""
    return float(np.linalg.slogdet(x)[0])


def spectrum(x: Array) -> list[complex]:
    """Return the eigenvalues of a matrix, which may be complex."""
    return list(np.linalg.eigvals(x))


def orthogonal_factor(x: Array) -> Array:
    """Return Q of the factorisation X = Q*R into an orthogonal matrix and an upper triangular one."""
    return np.asarray(np.linalg.qr(x)[0])
