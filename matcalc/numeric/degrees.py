"""Degrees of rational functions: of the numerators and the common denominator of an array.

The lemma of Schwartz (1980) and Zippel (1979): a polynomial of degree d that is not zero vanishes
at a random point over a field with p elements with probability at most d/p. So a bound on the
degrees bounds the probability that a wrong formula passes unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import chain
from math import prod
from typing import Any, NamedTuple

from matcalc.expression import Expr, fold
from matcalc.expression.signatures import signature_of
from matcalc.functions import Function, NamedFunction
from matcalc.numeric.interpreter import Algebra, Sizes, interpreted, named

#: A Mersenne prime: large enough that a random point is hardly ever a root of a polynomial by chance.
PRIME = 2**61 - 1
#: Larger arrays are not computed with in exact arithmetic, where each entry is a Python object.
MAX_ENTRIES = 4000
#: Matrices with more rows are not inverted: elimination takes their cube of steps, each in Python.
MAX_ELIMINATED = 60


class TooLarge(Exception):
    """A matrix is too large for exact arithmetic."""


class NotRational(Exception):
    """The value is no rational function of the variables, or not known to be one."""


class Degree(NamedTuple):
    """Bounds on the degrees of an array: its entries are numerators over one common denominator."""

    numerator: int
    denominator: int

    def __add__(self, other: object) -> Degree:
        """Return the degree of a sum, over the product of the denominators."""
        assert isinstance(other, Degree)
        numerator = max(self.numerator + other.denominator, other.numerator + self.denominator)
        return Degree(numerator, self.denominator + other.denominator)

    def __mul__(self, other: object) -> Degree:
        """Return the degree of a product of entries, or of a sum of such products."""
        assert isinstance(other, Degree)
        return Degree(self.numerator + other.numerator, self.denominator + other.denominator)

    def __neg__(self) -> Degree:
        """Return the degree of the negative."""
        return self

    def reciprocals(self, entries: int) -> Degree:
        """Return the degree of 1 divided by each entry, over the product of all numerators."""
        return Degree(self.denominator + (entries - 1) * self.numerator, entries * self.numerator)

    def to_the(self, exponent: int) -> Degree:
        """Return the degree of a power with an exponent that is not negative."""
        return Degree(exponent * self.numerator, exponent * self.denominator)


#: The degree of the polynomials that stand for functions which are only named.
POLYNOMIAL_DEGREE = 5
CONSTANT = Degree(0, 0)
LINEAR = Degree(1, 0)


class Degrees(Algebra[Degree]):
    """Degrees add and multiply by operators. Raises ``NotRational`` for what is not known to be rational."""

    def number(self, value: int | Fraction) -> Degree:
        """Return the degree of a number, which has to be smaller than the prime."""
        if max(abs(value.numerator), value.denominator) >= PRIME:
            raise NotRational("it has a number that is not smaller than the prime")
        return CONSTANT

    @property
    def pi(self) -> Degree:
        """The degree of a transcendental number, which stands for any number."""
        return LINEAR

    def constant(self, op: str, rows: int, cols: int) -> Degree:
        """Return the degree of a constant."""
        return CONSTANT

    def transpose(self, value: Degree) -> Degree:
        """Return the same degree."""
        return value

    def product(self, node: Expr, args: list[Degree]) -> Degree:
        """Return the degree of a product."""
        return reduce(Degree.__mul__, args)

    def quotient(self, node: Expr, above: Degree, below: Degree) -> Degree:
        """Return the degree of a quotient, entry by entry."""
        return above * below.reciprocals(prod(self.shape_of(node.args[1])))

    def power(self, node: Expr, base: Degree, exponent: Degree) -> Degree:
        """Return the degree of a power with a whole exponent."""
        power = exponent_of(node, self.sizes)
        if power < 0:
            base = base.reciprocals(prod(self.shape_of(node.args[0])))
        return base.to_the(abs(power))

    def block(self, node: Expr, cells: list[list[Degree]]) -> Degree:
        """Return the degree over the product of all denominators."""
        return reduce(Degree.__add__, chain.from_iterable(cells))

    def call(self, entry: Function, node: Expr, args: list[Degree]) -> Degree:
        """Return the degree of a function's value."""
        if not entry.exact:
            unless = " unless it is squared" if entry.square else ""
            raise NotRational(f"{node.op} is not rational{unless}")
        if is_multilinear(entry):
            return reduce(Degree.__mul__, args)
        degree: Degree = named(entry.degree)(list(map(self.shape_of, node.args)), args)
        return degree

    def applied(
        self, function: NamedFunction, node: Expr, args: list[Degree], leaves: Mapping[str, Any]
    ) -> Degree:
        """Return the degree of a polynomial, or of a derivative, in the entries and in its coefficients.

        With a direction it is linear in that too.
        """
        powers = args[0] + LINEAR * args[0] + LINEAR
        value = powers.to_the(POLYNOMIAL_DEGREE) * LINEAR.to_the(1 + function.order)
        return reduce(Degree.__mul__, args[1:], value)

    def checked(self, node: Expr, value: Degree) -> Degree:
        """Return a degree; raises ``TooLarge`` for arrays that take too long to compute with."""
        if prod(self.shape_of(node)) > MAX_ENTRIES:
            raise TooLarge(f"an array has more than {MAX_ENTRIES} entries")
        return value


def degrees(roots: Iterable[Expr], leaves: Mapping[str, Degree], sizes: Sizes) -> dict[Expr, Degree]:
    """Return bounds on the degrees of all subexpressions, as written out; ``leaves`` are those of variables.

    Raises ``NotRational`` for what is not known to be a rational function, ``TooLarge`` for what would take
    too long.
    """
    return interpreted(roots, leaves, Degrees(sizes))


def is_multilinear(entry: Function) -> bool:
    """Return whether the value is known to be linear in each argument: an adjoint is stated for each."""
    arguments = signature_of(entry).arguments
    return all(entry.adjoints[i] for i, argument in enumerate(arguments) if not argument.is_dim)


def exponent_of(node: Expr, sizes: Sizes) -> int:
    """Return the exponent of a power; raises ``NotRational`` if it is not an integer."""
    exponent = constant(node.args[1], sizes)
    if exponent is None or exponent.denominator != 1:
        raise NotRational("a power is not rational unless its exponent is an integer")
    return exponent.numerator


def constant(expr: Expr, sizes: Sizes) -> Fraction | None:
    """Return what an expression of numbers and dimensions is, ``None`` for any other."""

    def value(node: Expr, args: list[Fraction | None]) -> Fraction | None:
        numbers = [arg for arg in args if arg is not None]
        if node.op == "number":
            return Fraction(node.data)
        if node.op == "dimension" and node.data.symbols <= sizes.keys():
            return Fraction(node.data.evaluate(sizes))
        if node.op not in _ARITHMETIC or len(numbers) < len(args) or (node.op == "quotient" and not args[1]):
            return None
        return _ARITHMETIC[node.op](numbers)

    return fold([expr], value)[expr]


_ARITHMETIC: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "add": lambda args: sum(args, Fraction(0)),
    "negate": lambda args: -args[0],
    "mul": lambda args: prod(args, start=Fraction(1)),
    "quotient": lambda args: args[0] / args[1],
}

Dims = Sequence[tuple[int, int]]

# Of functions that are not linear in each argument, from the sizes and the degrees of the arguments. Entries
# name them.


def determinant(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of a determinant; raises ``TooLarge`` for large matrices."""
    return args[0].to_the(_eliminated(dims[0][0]))


def inverse(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of an inverse: minors over the determinant, both of numerators.

    With A = N/q, inv(A) = q*adj(N)/det(N). Raises ``TooLarge`` for large matrices.
    """
    return args[0].reciprocals(_eliminated(dims[0][0]))


def pseudoinverse(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of a pseudoinverse: the inverse of the smaller Gram matrix, times the matrix."""
    return (args[0] * args[0]).reciprocals(_eliminated(min(dims[0]))) * args[0]


def sylvester(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of the solution of a linear system for all entries."""
    return (args[0] + args[1]).reciprocals(_eliminated(prod(dims[2]))) * args[2]


def eiggaps(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of the reciprocals of all differences."""
    size = dims[0][0]
    return args[0].reciprocals(max(size * (size - 1) // 2, 1))


def entry_product(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of the product of all entries."""
    return args[0].to_the(prod(dims[0]))


def square(dims: Dims, args: Sequence[Degree]) -> Degree:
    """Return the degree of a quadratic form."""
    return args[0].to_the(2)


def _eliminated(rows: int) -> int:
    """Return the number of rows of a matrix; raises ``TooLarge`` if they are too many for elimination."""
    if rows > MAX_ELIMINATED:
        raise TooLarge(f"a matrix with {rows} rows would have to be inverted")
    return rows
