"""Exact arithmetic: dual numbers over a prime field, and linear algebra over any field.

A dual number ``a + b*eps`` with ``eps^2 = 0`` (Clifford 1873) carries a value and its derivative
along one direction, so that evaluating a formula with dual numbers differentiates it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: A Mersenne prime: large enough that a random point is hardly ever a root of a polynomial by chance.
PRIME = 2**61 - 1
#: Matrices with more rows are not inverted: elimination takes their cube of steps, each in Python.
MAX_ELIMINATED = 60


class TooLarge(Exception):
    """A matrix is too large for exact arithmetic."""


class Dual:
    """A dual number ``value + slope*eps``, both parts modulo ``PRIME``.

    >>> square = Dual(3, 1) * Dual(3, 1)
    >>> square.value, square.slope
    (9, 6)
    """

    __slots__ = ("slope", "value")

    def __init__(self, value: int, slope: int = 0):
        self.value = value % PRIME
        self.slope = slope % PRIME

    def __add__(self, other: Dual | int) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope) if isinstance(other, int) else NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Dual | int) -> Dual:
        return self + (-other)

    def __rsub__(self, other: int) -> Dual:
        return -self + other

    def __mul__(self, other: Dual | int) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)
        return Dual(self.value * other, self.slope * other) if isinstance(other, int) else NotImplemented

    __rmul__ = __mul__

    def inverse(self) -> Dual:
        """Return 1 divided by this number; raises ``ZeroDivisionError`` if its value is zero."""
        if not self.value:
            raise ZeroDivisionError
        inverse = pow(self.value, -1, PRIME)
        return Dual(inverse, -self.slope * inverse * inverse)

    def __truediv__(self, other: Dual | int) -> Dual:
        return self * (other if isinstance(other, Dual) else Dual(other)).inverse()

    def __rtruediv__(self, other: int) -> Dual:
        return self.inverse() * other

    def __pow__(self, exponent: int) -> Dual:
        if exponent < 0:
            return self.inverse() ** -exponent
        if exponent == 0:
            return Dual(1)
        power = pow(self.value, exponent - 1, PRIME)
        return Dual(power * self.value, exponent * power * self.slope)

    def __bool__(self) -> bool:
        """Whether one can divide by it."""
        return self.value != 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            other = Dual(other)
        return isinstance(other, Dual) and (self.value, self.slope) == (other.value, other.slope)

    def __hash__(self) -> int:
        return hash((self.value, self.slope))

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.slope})"


def lifted(array: Any) -> Any:
    """Return an array in which integers, such as the zeros of a triangle, are dual numbers."""
    found = np.atleast_2d(np.asarray(array, dtype=object))
    return np.array(
        [[Dual(entry) if isinstance(entry, int) else entry for entry in row] for row in found], dtype=object
    ).reshape(found.shape)


# Rational functions, for entries of any field


def _eliminated(matrix: Any, right: Any) -> tuple[Any, Any]:
    """Return the determinant of a matrix and its inverse times ``right`` (Gauss and Jordan).

    Raises ``ZeroDivisionError`` for a singular matrix.
    """
    size = len(matrix)
    if size > MAX_ELIMINATED:
        raise TooLarge(f"a matrix with {size} rows would have to be inverted")
    rows = np.concatenate([np.atleast_2d(matrix), right], axis=1).astype(object)
    determinant = 1
    for column in range(size):
        pivot = next((row for row in range(column, size) if rows[row, column]), None)
        if pivot is None:
            raise ZeroDivisionError
        if pivot != column:
            rows[[column, pivot]] = rows[[pivot, column]]
            determinant = -determinant
        determinant = determinant * rows[column, column]
        rows[column] = rows[column] * (1 / rows[column, column])
        for row in range(size):
            if row != column:
                rows[row] = rows[row] - rows[row, column] * rows[column]
    return determinant, rows[:, size:]


def determinant(matrix: Any) -> Any:
    """Return the determinant; raises ``ZeroDivisionError`` for a singular matrix."""
    return _eliminated(matrix, matrix[:, :0])[0]


def solve(matrix: Any, right: Any) -> Any:
    """Return the solution of a linear system; raises ``ZeroDivisionError`` if it is singular."""
    return _eliminated(matrix, right)[1]


def inverse(matrix: Any) -> Any:
    """Return the inverse; raises ``ZeroDivisionError`` for a singular matrix."""
    return solve(matrix, _identity(len(matrix), matrix))


def _identity(size: int, like: Any) -> Any:
    one = like.flat[0] * 0 + 1
    return np.array([[one if i == j else one * 0 for j in range(size)] for i in range(size)], dtype=object)


def pseudoinverse(matrix: Any) -> Any:
    """Return the Moore-Penrose inverse of a matrix whose rows or whose columns are independent."""
    rows, cols = matrix.shape
    if rows >= cols:
        return inverse(matrix.T @ matrix) @ matrix.T
    return matrix.T @ inverse(matrix @ matrix.T)


def sylvester(x: Any, y: Any, z: Any) -> Any:
    """Return the solution S of ``x*S + S*y = z``; raises ``ZeroDivisionError`` if there are several."""
    rows, cols = z.shape
    operator = np.kron(_identity(cols, x), x) + np.kron(y.T, _identity(rows, x))
    stacked = z.reshape((-1, 1), order="F")
    return solve(operator, stacked).reshape((rows, cols), order="F")


def eiggaps(column: Any) -> Any:
    """Return ``1/(x[j] - x[i])``, zero where i = j."""
    size, zero = len(column), column.flat[0] * 0
    return np.array(
        [[zero if i == j else 1 / (column[j, 0] - column[i, 0]) for j in range(size)] for i in range(size)],
        dtype=object,
    )


def variance(matrix: Any) -> Any:
    """Return the mean squared difference of the entries from their mean."""
    one = matrix.flat[0] * 0 + 1
    mean = np.sum(matrix) * (1 / (one * matrix.size))
    return np.sum((matrix - mean) * (matrix - mean)) * (1 / (one * matrix.size))
