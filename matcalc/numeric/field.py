"""Exact values: dual numbers over a prime field, and random matrices of them with the declared structure.

A dual number ``a + b*eps`` with ``eps^2 = 0`` (Clifford 1873) carries a value and its derivative
along one direction, so that evaluating a formula with dual numbers differentiates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from matcalc.algebra import read_template, written_out
from matcalc.expression import Expr
from matcalc.functions import Function, Property, property_named, strongest
from matcalc.numeric.declared_values import sizes_in
from matcalc.numeric.degrees import LINEAR, PRIME, Degree, NotRational, degrees, exponent_of
from matcalc.numeric.interpreter import Matrices, Sizes, interpreted, named
from matcalc.numeric.rational import Matrix, as_matrix, constant_matrix


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

    def __abs__(self) -> int:
        """Return the trivial absolute value: 1 for what one can divide by."""
        return int(bool(self))

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


class PrimeField(Matrices):
    """Dual numbers over the prime field, and matrices of them; ``pi`` is what stands for that number.

    Raises ``ZeroDivisionError`` where a function is not defined.
    """

    def __init__(self, sizes: Sizes, pi: Dual):
        super().__init__(sizes)
        self._pi = pi

    @property
    def pi(self) -> Dual:
        """What stands for pi, which is transcendental: any number."""
        return self._pi

    def number(self, value: int | Fraction) -> Dual:
        """Return the residue of an exact number."""
        return Dual(value.numerator) / value.denominator

    def matrix(self, value: Any) -> Matrix:
        """Return a matrix in which whole numbers, such as the zeros of a triangle, are dual ones."""
        return as_matrix(value).map(lambda entry: Dual(entry) if isinstance(entry, int) else entry)

    def scalar(self, value: Any) -> Any:
        """Return a dual number."""
        return self.matrix(value)[0, 0]

    def constant(self, op: str, rows: int, cols: int) -> Matrix:
        """Return the array of zeros, of ones, or the identity."""
        return self.matrix(constant_matrix(op, rows, cols))

    def quotient(self, node: Expr, above: Any, below: Any) -> Any:
        """Return a quotient."""
        return above / below

    def power(self, node: Expr, base: Any, exponent: Any) -> Any:
        """Return a power with a whole exponent."""
        return base ** exponent_of(node, self.sizes)

    def block(self, node: Expr, cells: list[list[Any]]) -> Matrix:
        """Return a block matrix."""
        return Matrix.of_blocks([list(map(self.matrix, row)) for row in cells])

    def call(self, entry: Function, node: Expr, args: list[Any]) -> Any:
        """Return the value of a rational function."""
        assert entry.exact, f"{node.op} has no exact implementation"
        value = named(entry.exact)(*self.arguments(entry, node, args))
        return self.scalar(value) if node.is_scalar else self.matrix(value)


def field_values(
    roots: Iterable[Expr], arrays: Mapping[str, Matrix], sizes: Sizes, pi: Dual
) -> dict[Expr, Any]:
    """Return the values of all subexpressions as written out, over the field."""
    return interpreted(roots, arrays, PrimeField(sizes, pi))


#: What is said of a variable of which nothing is said.
_ANY = Property("any", "", "any value", linear=True, projected="G")


class Drawing(NamedTuple):
    """How values of a variable are drawn from a field, and in which directions they vary.

    ``formulas`` make a value of a matrix ``X`` of free entries, one for each connected component of the
    values that there are. ``projection`` makes a direction ``G`` one in which the variable may vary at ``X``.
    ``sizes`` are those in the formulas.
    """

    formulas: tuple[Expr, ...]
    projection: Expr
    sizes: Sizes

    def degree(self) -> Degree:
        """Return the degree of values in the free entries."""
        bounds = [degrees([entry], {"X": LINEAR}, self.sizes)[entry] for entry in self.formulas]
        return Degree(max(bound.numerator for bound in bounds), max(bound.denominator for bound in bounds))

    def degree_of_moves(self) -> Degree:
        """Return the degree of allowed directions in the free entries and those of the direction."""
        leaves = {"X": self.degree(), "G": LINEAR}
        return degrees([self.projection], leaves, self.sizes)[self.projection]

    def value(self, free: Any, component: int) -> Any:
        """Return the value that free entries make, in the component with this number."""
        formula = self.formulas[component]
        return field_values([formula], {"X": free}, self.sizes, Dual(0))[formula]

    def allowed(self, direction: Any, value: Any) -> Any:
        """Return the part of a direction in which the variable may vary at a value."""
        arrays = {"G": direction, "X": value}
        return field_values([self.projection], arrays, self.sizes, Dual(0))[self.projection]


def drawing_of(variable: Expr, sizes: Sizes) -> Drawing:
    """Return how a variable is drawn; raises ``NotRational`` if that is not known."""
    name, facts = variable.data
    shape = variable.shape[0].evaluate(sizes), variable.shape[1].evaluate(sizes)
    stated = strongest(fact for fact in facts if not property_named(fact).cone)
    entry, *others = stated or (_ANY,)
    text = entry.projected.replace("G", "X") if entry.linear else entry.drawn_in_field
    if others or not text:
        words = " and ".join(each.words or each.name for each in stated)
        raise NotRational(f"it is not known how to draw {name}, which is {words}, from a field")
    *formulas, projection = (
        written_out(read_template(each, entry.kinds)) for each in (*text.split(";"), entry.projected)
    )
    return Drawing(tuple(formulas), projection, sizes_in(entry, shape))


def free_entries(shape: tuple[int, int], rng: Random) -> Matrix:
    """Return a matrix of dual numbers with values that are uniform in the field, and no slope."""
    return Matrix.of_entries(shape, lambda i, j: Dual(rng.randrange(PRIME)))
