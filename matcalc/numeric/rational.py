"""Rational functions of matrices with entries of any field, as the entries of the table name them."""

from __future__ import annotations

from typing import Any

from matcalc.numeric.matrix import Matrix, eliminated, inner, solve


def total(x: Matrix) -> Any:
    """Return the sum of all entries."""
    return sum(x.entries)


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


def determinant(x: Matrix) -> Any:
    """Return the determinant; raises ``ZeroDivisionError`` for a singular matrix."""
    return eliminated(x, Matrix([[]] * len(x)))[0]


def inverse(x: Matrix) -> Matrix:
    """Return the inverse; raises ``ZeroDivisionError`` for a singular matrix."""
    return solve(x, Matrix.identity(len(x)))


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
        return inner([entry for row in block for entry in row[j * cols : (j + 1) * cols]], y.entries)

    return Matrix.of_entries((x.shape[0] // rows, x.shape[1] // cols), product)


def kron_right(x: Matrix, y: Matrix) -> Matrix:
    """Return the sum of the blocks of ``x``, weighted by ``y``."""
    rows, cols = x.shape[0] // y.shape[0], x.shape[1] // y.shape[1]

    def weighted(i: int, j: int) -> Any:
        return inner([entry for row in x.rows[i::rows] for entry in row[j::cols]], y.entries)

    return Matrix.of_entries((rows, cols), weighted)
