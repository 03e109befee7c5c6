"""Matrices of numbers of any field, floats among them, and rational functions of them that entries name."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from math import prod
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
        return Matrix([sum_of_products(row, column) for column in columns] for row in self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and self.rows == other.rows

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self.rows)))

    def __repr__(self) -> str:
        return f"Matrix({self.rows})"


def sum_of_products(left: Iterable[Any], right: Iterable[Any]) -> Any:
    """Return the sum of the products of two sequences of numbers."""
    return sum(map(operator.mul, left, right))


def as_matrix(value: Any) -> Matrix:
    """Return a matrix; a number as one with a single entry."""
    return value if isinstance(value, Matrix) else Matrix([[value]])


def constant_matrix(op: str, rows: int, cols: int) -> Matrix:
    """Return the matrix of zeros, of ones, or the identity."""
    return Matrix.identity(rows) if op == "identity" else Matrix([[int(op == "ones")] * cols] * rows)


# Sums


def total(x: Matrix) -> Any:
    """Return the sum of all entries."""
    return sum(x.entries)


def entry_product(x: Matrix) -> Any:
    """Return the product of all entries."""
    return prod(x.entries)


def trace(x: Matrix) -> Any:
    """Return the sum of the diagonal entries."""
    return sum(x[i, i] for i in range(len(x)))


def mean(x: Matrix) -> Any:
    """Return the mean of all entries."""
    return total(x) / len(x.entries)


def variance(x: Matrix) -> Any:
    """Return the mean squared difference of the entries from their mean."""
    moved = x - mean(x)
    return mean(moved * moved)


# Linear systems


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


def determinant(x: Matrix) -> Any:
    """Return the determinant; raises ``ZeroDivisionError`` for a singular matrix."""
    return eliminated(x, Matrix([[]] * len(x)))[0]


def inverse(x: Matrix) -> Matrix:
    """Return the inverse; raises ``ZeroDivisionError`` for a singular matrix."""
    return solve(x, Matrix.identity(len(x)))


def matrix_power(x: Matrix, exponent: int) -> Matrix:
    """Return a power with an exponent that is not negative."""
    value = Matrix.identity(len(x))
    for bit in f"{exponent:b}":
        value = value @ value
        value = value @ x if bit == "1" else value
    return value


def pseudoinverse(x: Matrix) -> Matrix:
    """Return the Moore-Penrose inverse of a matrix whose rows or whose columns are independent."""
    rows, cols = x.shape
    return solve(x.T @ x, x.T) if rows >= cols else solve(x @ x.T, x).T


def sylvester(x: Matrix, y: Matrix, z: Matrix) -> Matrix:
    """Return the solution S of ``x*S + S*y = z``; raises ``ZeroDivisionError`` if there are several."""
    rows, cols = z.shape
    operator = kron(Matrix.identity(cols), x) + kron(y.T, Matrix.identity(rows))
    return unvec(solve(operator, vec(z)), rows, cols)


def eiggaps(x: Matrix) -> Matrix:
    """Return ``1/(x[j] - x[i])``, zero where i = j."""
    size = len(x)
    return Matrix.of_entries((size, size), lambda i, j: 0 if i == j else 1 / (x[j, 0] - x[i, 0]))


# Rearrangements


def diagonal_matrix(x: Matrix) -> Matrix:
    """Return the diagonal matrix of a column."""
    size = len(x)
    return Matrix.of_entries((size, size), lambda i, j: x[i, 0] if i == j else 0)


def diagonal_entries(x: Matrix) -> Matrix:
    """Return the diagonal of a matrix as a column."""
    return Matrix.column(x[i, i] for i in range(len(x)))


def tril(x: Matrix) -> Matrix:
    """Return the lower triangle, zeros above the diagonal."""
    return Matrix.of_entries(x.shape, lambda i, j: x[i, j] if i >= j else 0)


def triu(x: Matrix) -> Matrix:
    """Return the upper triangle, zeros below the diagonal."""
    return tril(x.T).T


def vec(x: Matrix) -> Matrix:
    """Return the columns stacked into one."""
    return Matrix.column(x.T.entries)


def unvec(x: Matrix, rows: int, cols: int) -> Matrix:
    """Return the matrix whose stacked columns are ``x``."""
    return Matrix.of_entries((rows, cols), lambda i, j: x[j * rows + i, 0])


def commutation(rows: int, cols: int) -> Matrix:
    """Return the matrix that takes the stacked columns of a matrix to its stacked rows."""
    size = rows * cols
    return Matrix.of_entries((size, size), lambda i, j: int(j == i % cols * rows + i // cols))


def vech(x: Matrix) -> Matrix:
    """Return the columns of the lower triangle stacked into one."""
    return Matrix.column(x[i, j] for j in range(len(x)) for i in range(j, len(x)))


def unvech(x: Matrix, size: int) -> Matrix:
    """Return the symmetric matrix whose lower triangle has the columns ``x``."""
    return unvec(duplication(size) @ x, size, size)


def duplication(size: int) -> Matrix:
    """Return the matrix that takes the columns of a lower triangle to those of the symmetric matrix."""
    return Matrix(
        [int((i, j) in ((row, col), (col, row))) for j in range(size) for i in range(j, size)]
        for col in range(size)
        for row in range(size)
    )


def elimination(size: int) -> Matrix:
    """Return the matrix that takes stacked columns to those of the lower triangle."""
    places = [(i, j) for j in range(size) for i in range(size)]
    return Matrix([int(place == other) for other in places] for place in places if place[0] >= place[1])


def toeplitz(x: Matrix) -> Matrix:
    """Return the symmetric Toeplitz matrix with first column ``x``."""
    return Matrix.of_entries((len(x), len(x)), lambda i, j: x[abs(i - j), 0])


def diagsums(x: Matrix) -> Matrix:
    """Return the sums at each distance from the diagonal."""
    places = [(i, j) for i in range(len(x)) for j in range(len(x))]
    return Matrix.column(sum(x[i, j] for i, j in places if abs(i - j) == k) for k in range(len(x)))


def cyclicsum(x: Matrix) -> Matrix:
    """Return the sum of a matrix and all that its rows and columns moved on together make of it."""
    size = len(x)
    sums = [sum(x[k, (k + distance) % size] for k in range(size)) for distance in range(size)]
    return Matrix.of_entries(x.shape, lambda i, j: sums[(j - i) % size])


def cross(x: Matrix, y: Matrix) -> Matrix:
    """Return the cross product of two columns."""
    pairs = ((1, 2), (2, 0), (0, 1))
    return Matrix.column(x[i, 0] * y[j, 0] - x[j, 0] * y[i, 0] for i, j in pairs)


def skew(x: Matrix) -> Matrix:
    """Return the matrix of the cross product with a vector."""
    a, b, c = x.entries
    none = 0 * a
    return Matrix([[none, -c, b], [c, none, -a], [-b, a, none]])


def unskew(x: Matrix) -> Matrix:
    """Return the differences of the entries below and above the diagonal."""
    return Matrix.column([x[2, 1] - x[1, 2], x[0, 2] - x[2, 0], x[1, 0] - x[0, 1]])


# Kronecker products


def kron(x: Matrix, y: Matrix) -> Matrix:
    """Return the Kronecker product: the blocks ``x[i,j]*y``."""
    return Matrix([a * b for a in left for b in right] for left in x for right in y)


def khatrirao(x: Matrix, y: Matrix) -> Matrix:
    """Return the Kronecker products of the columns of ``x`` with those of ``y``."""
    return Matrix([a * b for a, b in zip(left, right, strict=True)] for left in x for right in y)


def kron_left(x: Matrix, y: Matrix) -> Matrix:
    """Return the inner product of each block of ``x`` with ``y``."""
    rows, cols = y.shape

    def product(i: int, j: int) -> Any:
        block = x.rows[i * rows : (i + 1) * rows]
        return sum_of_products(
            [entry for row in block for entry in row[j * cols : (j + 1) * cols]], y.entries
        )

    return Matrix.of_entries((x.shape[0] // rows, x.shape[1] // cols), product)


def kron_right(x: Matrix, y: Matrix) -> Matrix:
    """Return the sum of the blocks of ``x``, weighted by ``y``."""
    rows, cols = x.shape[0] // y.shape[0], x.shape[1] // y.shape[1]

    def weighted(i: int, j: int) -> Any:
        return sum_of_products([entry for row in x.rows[i::rows] for entry in row[j::cols]], y.entries)

    return Matrix.of_entries((rows, cols), weighted)
