"""Matrices of numbers of any field, floats among them, as rows; linear systems by elimination."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any


class Matrix:
    """A matrix as rows of numbers; operators work entry by entry, also with a number, ``@`` is the product.

    >>> a = Matrix([[1, 2], [3, 4]])
    >>> a @ a.T - 5, (2 * a)[1, 0]
    (Matrix([[0, 6], [6, 20]]), 6)
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Iterable[Any]]):
        self.rows: list[list[Any]] = [list(row) for row in rows]

    @classmethod
    def of_entries(cls, shape: tuple[int, int], entry: Callable[[int, int], Any]) -> Matrix:
        """Return the matrix of this shape that has ``entry(i, j)`` in row ``i`` and column ``j``."""
        return cls([entry(i, j) for j in range(shape[1])] for i in range(shape[0]))

    @classmethod
    def column(cls, entries: Iterable[Any]) -> Matrix:
        """Return the column of these entries."""
        return cls([entry] for entry in entries)

    @classmethod
    def identity(cls, size: int) -> Matrix:
        """Return the identity matrix."""
        return cls.of_entries((size, size), lambda i, j: int(i == j))

    @classmethod
    def of_blocks(cls, blocks: Sequence[Sequence[Matrix]]) -> Matrix:
        """Return the block matrix with these rows of blocks."""
        lines = (parts for row in blocks for parts in zip(*(block.rows for block in row), strict=True))
        return cls(chain.from_iterable(parts) for parts in lines)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def entries(self) -> list[Any]:
        """All entries, row by row."""
        return [entry for row in self.rows for entry in row]

    def __getitem__(self, place: tuple[int, int]) -> Any:
        """Return an entry."""
        return self.rows[place[0]][place[1]]

    def __iter__(self) -> Iterator[list[Any]]:
        """Yield the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def T(self) -> Matrix:
        """The transpose."""
        return Matrix(zip(*self.rows, strict=True))

    def map(self, function: Callable[..., Any], *others: Any) -> Matrix:
        """Return the values of a function for each entry, and the same ones of others, or a number."""
        rows = [other.rows if isinstance(other, Matrix) else repeat(repeat(other)) for other in others]
        return Matrix(map(function, *row) for row in zip(self.rows, *rows, strict=False))

    def __add__(self, other: Any) -> Matrix:
        return self.map(operator.add, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Matrix:
        return self.map(operator.sub, other)

    def __mul__(self, other: Any) -> Matrix:
        return self.map(operator.mul, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Matrix:
        return self.map(operator.truediv, other)

    def __pow__(self, exponent: Any) -> Matrix:
        return self.map(operator.pow, exponent)

    def __neg__(self) -> Matrix:
        return self.map(operator.neg)

    def __matmul__(self, other: Matrix) -> Matrix:
        columns = list(zip(*other.rows, strict=True))
        return Matrix([inner(row, column) for column in columns] for row in self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and self.rows == other.rows

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self.rows)))

    def __repr__(self) -> str:
        return f"Matrix({self.rows})"


def inner(left: Iterable[Any], right: Iterable[Any]) -> Any:
    """Return the sum of the products of two sequences of numbers."""
    return sum(map(operator.mul, left, right))


def eliminated(matrix: Matrix, right: Matrix) -> tuple[Any, Matrix]:
    """Return the determinant of a matrix and its inverse times ``right`` (Gauss and Jordan).

    Pivots are the entries with the largest absolute value, which in a prime field is the trivial one: 1 for
    all but zero. Raises ``ZeroDivisionError`` for a singular matrix.
    """
    size = len(matrix)
    rows = [left + more for left, more in zip(matrix.rows, right.rows, strict=True)]
    determinant: Any = 1
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if not rows[pivot][column]:
            raise ZeroDivisionError
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            determinant = -determinant
        determinant = determinant * rows[column][column]
        scale = 1 / rows[column][column]
        rows[column] = [scale * entry for entry in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return determinant, Matrix(row[size:] for row in rows)


def solve(matrix: Matrix, right: Matrix) -> Matrix:
    """Return the solution of a linear system; raises ``ZeroDivisionError`` if it is singular."""
    return eliminated(matrix, right)[1]


def as_matrix(value: Any) -> Matrix:
    """Return a matrix; a number as one with a single entry."""
    return value if isinstance(value, Matrix) else Matrix([[value]])


def constant_matrix(op: str, rows: int, cols: int) -> Matrix:
    """Return the matrix of zeros, of ones, or the identity."""
    return Matrix.identity(rows) if op == "identity" else Matrix([[int(op == "ones")] * cols] * rows)
