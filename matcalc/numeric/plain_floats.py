"""Floats and matrices of them in plain Python, for where NumPy is not installed."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from numbers import Real
from random import Random
from typing import Any, NamedTuple

from matcalc.errors import MatcalcError
from matcalc.expression import Expr, foresee_entries, sign_if_odd_beyond_floats
from matcalc.functions import Function
from matcalc.numeric import plain
from matcalc.numeric.interpreter import FloatMatrices, named
from matcalc.numeric.rational import Matrix, as_matrix, constant_matrix, inverse, matrix_power
from matcalc.numeric.rational import unvec as unvec
from matcalc.numeric.rational import vec as vec

EPSILON = plain.EPSILON


class PlainFloats(FloatMatrices):
    """Floats, and matrices of them as lists."""

    def matrix(self, value: Any) -> Matrix:
        """Return a matrix of floats."""
        return matrix(value)

    def scalar(self, value: Any) -> float:
        """Return a float."""
        return float(value[0, 0] if isinstance(value, Matrix) else value)

    def constant(self, op: str, rows: int, cols: int) -> Matrix:
        """Return the matrix of zeros, of ones, or the identity; raises E508 if it is too large."""
        foresee_entries(rows * cols, f"one of them has {rows * cols:,}")
        return self.matrix(constant_matrix(op, rows, cols))

    def quotient(self, node: Expr, above: Any, below: Any) -> Any:
        """Return a quotient, which may be infinite or NaN."""
        return _for_each(_quotient, above, below)

    def power(self, node: Expr, base: Any, exponent: Any) -> Any:
        """Return a power of a scalar, of a matrix or of each entry; the parity of the exponent is exact."""
        if node.op == "power" and not node.is_scalar:
            return matrix_power(base, int(node.args[1].data))
        if sign_if_odd_beyond_floats(node.args[1]):
            return _for_each(lambda x, y: math.copysign(_power(abs(x), y), x), base, exponent)
        return _for_each(_power, base, exponent)

    def block(self, node: Expr, cells: list[list[Any]]) -> Matrix:
        """Return a block matrix."""
        return Matrix.of_blocks([list(map(self.matrix, row)) for row in cells])

    def condition(self, matrix: Any) -> float:
        """Return the reciprocal condition number of a matrix."""
        return reciprocal_condition(matrix)

    def called(self, entry: Function, args: list[Any]) -> Any:
        """Return the value of a function by what its entry states.

        Raises E509 if that is nothing that plain Python can compute.
        """
        place = entry.plain or entry.exact
        function = named(place) if place else partial(self.by_definition, entry)
        try:
            if entry.elementwise and place:
                return _for_each(lambda x: _or_not_finite(function, x, entry.parity), *args)
            return function(*args)
        except ValueError:
            raise ArithmeticError from None


def _for_each(function: Callable[..., float], *args: Any) -> Any:
    """Return the values of a function for each entry, of numbers one value."""
    shape = next((arg.shape for arg in args if isinstance(arg, Matrix)), None)
    if shape is None:
        return function(*args)
    first, *others = args
    first = first if isinstance(first, Matrix) else Matrix.of_entries(shape, lambda i, j: first)
    return first.map(function, *others)


def _or_not_finite(function: Callable[[float], float], x: float, parity: str) -> float:
    """Return a value, infinite or NaN where Python raises an error."""
    try:
        return function(x)
    except OverflowError:
        return math.copysign(math.inf, x if parity == "odd" else 1.0)
    except ValueError:
        return math.nan


def _quotient(above: float, below: float) -> float:
    if below:
        return above / below
    sign = math.copysign(1.0, above) * math.copysign(1.0, below)
    return math.nan if not above or math.isnan(above) else sign * math.inf


def _power(base: float, exponent: float) -> float:
    """Return a power, infinite or NaN where Python raises an error; of -0.0 with the sign of odd powers."""
    signed = base if exponent % 2 == 1 else 1.0
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.copysign(math.inf, signed)
    except ValueError:
        return math.nan if base else math.copysign(math.inf, signed)


def reciprocal_condition(matrix: Any) -> float:
    """Return the reciprocal condition number of the matrix with rows and columns scaled.

    Scaling costs no digits, so ``diag(1, 1e-20)`` is as good as the identity. Source: Higham, Accuracy and
    Stability of Numerical Algorithms (2002), section 7.3.

    >>> reciprocal_condition(Matrix([[1.0, 0.0], [0.0, 1e-20]])), reciprocal_condition(Matrix([[1.0]] * 1))
    (1.0, 1.0)
    """
    scaled = as_matrix(matrix)
    if not finite(scaled):
        return math.nan
    for _ in range(2):
        if not all(map(any, scaled)):
            return 0.0
        scaled = Matrix([entry / max(map(abs, row)) for entry in row] for row in scaled).T
    try:
        return 1 / (_norm1(scaled) * _norm1(inverse(scaled)))
    except ZeroDivisionError:
        return 0.0


def _norm1(x: Matrix) -> float:
    return float(max(sum(map(abs, column)) for column in x.T))


# What else is computed with numbers, lists and matrices


class Generator:
    """Random numbers, as NumPy's generators draw them."""

    def __init__(self, seed: int):
        self._random = Random(seed)

    def standard_normal(self, shape: tuple[int, int]) -> Matrix:
        """Return a matrix of normally distributed numbers."""
        return Matrix.of_entries(shape, lambda i, j: self._random.gauss(0.0, 1.0))

    def choice(self, values: Sequence[float], shape: tuple[int, int]) -> Matrix:
        """Return a matrix of numbers out of these."""
        return Matrix.of_entries(shape, lambda i, j: self._random.choice(values))


def generator(seed: int) -> Generator:
    """Return a source of random numbers."""
    return Generator(seed)


def matrix(value: Any) -> Matrix:
    """Return a matrix of floats, of a number with one entry, of a list of rows with these."""
    return (Matrix(value) if isinstance(value, list) else as_matrix(value)).map(float)


class Entries(NamedTuple):
    """Numbers with as many axes as the lists in which they were given."""

    numbers: list[float]
    shape: tuple[int, ...]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def reshape(self, shape: tuple[int, int]) -> Matrix:
        """Return the matrix of this shape."""
        return unvec(Matrix.column(self.numbers), *shape[::-1]).T


def array(value: Any) -> Entries:
    """Return the numbers in nested sequences or a matrix.

    Raises ``TypeError`` or ``ValueError`` for what is no array of real numbers.
    """
    if isinstance(value, Real | Decimal):
        return Entries([float(value)], ())
    if not isinstance(value, Sequence | Matrix) or isinstance(value, str | bytes):
        raise TypeError(f"{type(value).__name__} is no array")
    parts = [array(part) for part in value]
    if len({part.shape for part in parts}) > 1:
        raise ValueError("the lists differ in length")
    numbers = [number for part in parts for number in part.numbers]
    return Entries(numbers, (len(parts), *(parts[0].shape if parts else ())))


def as_plain(value: Any, shape: Sequence[bool]) -> Any:
    """Return a number, a list of entries, or a list of rows; ``shape`` says which axes there are."""
    if not any(shape):
        return float(value[0, 0] if isinstance(value, Matrix) else value)
    return [list(row) for row in value] if all(shape) else list(value.entries)


def entries(value: Any) -> list[float]:
    """Return all entries, of a number the only one."""
    if isinstance(value, Entries):
        return value.numbers
    numbers: list[float] = value if isinstance(value, list) else as_matrix(value).entries
    return numbers


def finite(value: Any) -> bool:
    """Return whether all entries are finite."""
    return all(map(math.isfinite, entries(value)))


def has_nan(value: Any) -> bool:
    """Return whether an entry is NaN."""
    return any(map(math.isnan, entries(value)))


def largest(value: Any) -> float:
    """Return the largest absolute value of all entries, zero if there are none."""
    return math.nan if has_nan(value) else max(map(abs, entries(value)), default=0.0)


def inner(left: Matrix, right: Matrix) -> float:
    """Return the sum of the products of entries."""
    return float(sum((left * right).entries))


def norm(value: Matrix) -> float:
    """Return the Euclidean norm of all entries."""
    return plain.norm(value)


def difference(left: Any, right: Any) -> Any:
    """Return a difference, zero where both are infinite."""
    return _for_each(lambda x, y: 0.0 if x == y else x - y, left, right)


def symmetric(x: Matrix) -> Matrix:
    """Return the symmetric matrix with the same lower triangle."""
    return Matrix.of_entries(x.shape, lambda i, j: x[max(i, j), min(i, j)])


def singular_values(x: Matrix) -> list[float]:
    """Return the singular values, descending."""
    return plain.svd(x)[1]


def eigenvalues(x: Matrix) -> list[float]:
    """Return the eigenvalues of a symmetric matrix, ascending."""
    return plain.eigh(x)[0]


def sign_of_determinant(x: Matrix) -> float:
    """Return the sign of a determinant."""
    return plain.sign(plain.det(x))


def spectrum(x: Matrix) -> list[complex]:
    """Return the eigenvalues of a matrix; raises E509 if they may be complex."""
    if not largest(x - x.T) <= 1e-12 * largest(x):
        raise MatcalcError("E509", "eigenvalues of a matrix without symmetry are not computed without NumPy")
    return list(map(complex, eigenvalues(x)))


def orthogonal_factor(x: Matrix) -> Matrix:
    """Return Q of the factorisation X = Q*R, by Gram and Schmidt, twice for accuracy."""
    columns: list[list[float]] = []
    for column in x.T:
        for other in columns * 2:
            factor = sum(map(operator.mul, column, other))
            column = [a - factor * b for a, b in zip(column, other, strict=True)]
        length = math.hypot(*column)
        columns.append([entry / length for entry in column])
    return Matrix(columns).T
