"""Degrees of rational functions: of the numerators and the common denominator of an array.

The lemma of Schwartz (1980) and Zippel (1979): a polynomial of degree d that is not zero vanishes
at a random point over a field with p elements with probability at most d/p. So a bound on the
degrees bounds the probability that a wrong formula passes unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import prod
from typing import NamedTuple

from matcalc.expression import Expr, Shape, postorder
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import Function
from matcalc.numeric.field import PRIME, TooLarge

Sizes = Mapping[str, int]
#: Larger arrays are not computed with in exact arithmetic, where each entry is a Python object.
MAX_ENTRIES = 4000


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

    def times(self, other: Degree) -> Degree:
        """Return the degree of a product of entries, or of a sum of such products."""
        return Degree(self.numerator + other.numerator, self.denominator + other.denominator)

    def reciprocals(self, entries: int) -> Degree:
        """Return the degree of 1 divided by each entry, over the product of all numerators."""
        return Degree(self.denominator + (entries - 1) * self.numerator, entries * self.numerator)

    def to_the(self, exponent: int) -> Degree:
        """Return the degree of a power with an exponent that is not negative."""
        return Degree(exponent * self.numerator, exponent * self.denominator)


CONSTANT = Degree(0, 0)
LINEAR = Degree(1, 0)


def degrees(roots: Iterable[Expr], leaves: Mapping[str, Degree], sizes: Sizes) -> dict[Expr, Degree]:
    """Return bounds on the degrees of all subexpressions, as written out.

    ``leaves`` are those of the variables. Raises ``NotRational`` for what is not known to be a
    rational function, ``TooLarge`` for what would take too long.
    """
    done: dict[Expr, Degree] = {}
    for node in postorder(*roots):
        if prod(_dims(node.shape, sizes)) > MAX_ENTRIES:
            raise TooLarge(f"an array has more than {MAX_ENTRIES} entries")
        done[node] = _degree(node, [done[arg] for arg in node.args], leaves, sizes)
    return done


def _dims(shape: Shape, sizes: Sizes) -> tuple[int, int]:
    return shape[0].evaluate(sizes), shape[1].evaluate(sizes)


def _degree(node: Expr, args: list[Degree], leaves: Mapping[str, Degree], sizes: Sizes) -> Degree:
    op = node.op
    if op == "number":
        if max(abs(node.data.numerator), node.data.denominator) >= PRIME:
            raise NotRational("it has a number that is not smaller than the prime")
        return CONSTANT
    if op == "variable":
        return leaves[node.data[0]]
    if op == "pi":  # transcendental, so that it stands for any number
        return LINEAR
    if not args:
        return CONSTANT
    if op in ("add", "block"):
        return reduce(Degree.__add__, args)
    if op in ("negate", "transpose"):
        return args[0]
    if op in ("mul", "hadamard"):
        return reduce(Degree.times, args)
    if op in ("quotient", "hadamard_quotient"):
        return args[0].times(args[1].reciprocals(prod(_dims(node.args[1].shape, sizes))))
    if op in ("power", "hadamard_power"):
        exponent = exponent_of(node, sizes)
        base = args[0] if exponent >= 0 else args[0].reciprocals(prod(_dims(node.args[0].shape, sizes)))
        return base.to_the(abs(exponent))
    return _degree_of_call(node, args, sizes)


def _degree_of_call(node: Expr, args: list[Degree], sizes: Sizes) -> Degree:
    found = entry_of(node.op, node.args)
    if found is None:
        raise NotRational(f"{node.op} is not known to be rational")
    entry = found[0]
    if not entry.exact:
        unless = " unless it is squared" if entry.square else ""
        raise NotRational(f"{node.op} is not rational{unless}")
    if is_multilinear(entry):
        return reduce(Degree.times, args)
    return RULES[entry.exact]([_dims(arg.shape, sizes) for arg in node.args], args)


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
    done: dict[Expr, Fraction] = {}
    for node in postorder(expr):
        args = [done[arg] for arg in node.args]
        if node.op == "number":
            done[node] = Fraction(node.data)
        elif node.op == "dimension" and node.data.symbols <= sizes.keys():
            done[node] = Fraction(node.data.evaluate(sizes))
        elif node.op in _ARITHMETIC and not (node.op == "quotient" and args[1] == 0):
            done[node] = _ARITHMETIC[node.op](args)
        else:
            return None
    return done[expr]


_ARITHMETIC: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "add": lambda args: sum(args, Fraction(0)),
    "negate": lambda args: -args[0],
    "mul": lambda args: prod(args, start=Fraction(1)),
    "quotient": lambda args: args[0] / args[1],
}

Dims = Sequence[tuple[int, int]]


def _inverse(size: int, matrix: Degree) -> Degree:
    """Return the degree of an inverse: minors over the determinant, both of numerators.

    With A = N/q, inv(A) = q*adj(N)/det(N).
    """
    numerator = matrix.denominator + (size - 1) * matrix.numerator
    return Degree(numerator, size * matrix.numerator)


def _pseudoinverse(dims: Dims, args: Sequence[Degree]) -> Degree:
    [matrix] = args
    return _inverse(min(dims[0]), matrix.times(matrix)).times(matrix)


def _sylvester(dims: Dims, args: Sequence[Degree]) -> Degree:
    x, y, z = args
    return _inverse(prod(dims[2]), x + y).times(z)


def _eiggaps(dims: Dims, args: Sequence[Degree]) -> Degree:
    size = dims[0][0]
    return args[0].reciprocals(max(size * (size - 1) // 2, 1))


#: Degrees of the implementations of functions that are not linear in each argument, by their names:
#: from the sizes and the degrees of the arguments.
RULES: dict[str, Callable[[Dims, Sequence[Degree]], Degree]] = {
    "field:determinant": lambda dims, args: args[0].to_the(dims[0][0]),
    "field:inverse": lambda dims, args: _inverse(dims[0][0], args[0]),
    "field:pseudoinverse": _pseudoinverse,
    "field:sylvester": _sylvester,
    "field:eiggaps": _eiggaps,
    "field:variance": lambda dims, args: args[0].to_the(2),
}
