"""The size of a printed form: its names, numbers and operators."""

from __future__ import annotations

from fractions import Fraction

from matcalc.algebra import is_bilinear, parts, scaled, split_coefficient
from matcalc.expression import ONE, Expr, attribute

#: A larger expression is printed with names for its parts: written out, one in which every definition uses
#: the one before twice would never end.
LARGEST_WITHOUT_NAMES = 1000


def size(root: Expr) -> int:
    """Return the size of an expression as it is printed, without names for parts of it.

    Brackets and commas do not count; a transpose is an operator. Sizes are kept with the
    expressions, so that each is found once.
    """
    return attribute(root, "size", _size)


def _size(node: Expr, sizes: list[int]) -> int:
    op = node.op
    if op == "number":
        return _number_size(node.data) + int(node.data < 0)
    if op in ("variable", "dimension", "pi"):
        return 1
    if op in ("identity", "ones", "zeros"):
        return 1 if op == "identity" else 1 + sum(dim is not ONE for dim in node.shape) + node.is_row
    if op == "block":
        return sum(sizes)
    if op == "add":
        return _sum_size(node, sizes)
    if op == "hadamard" or is_bilinear(node):
        return sum(sizes) + len(sizes) - 1
    if op == "mul":
        return _product_size(node)
    if op in ("power", "hadamard_power"):
        return _power_size(node, *sizes)
    return 1 + sum(sizes)


def _number_size(value: object) -> int:
    return 1 if getattr(value, "denominator", 1) == 1 else 3


def _sum_size(node: Expr, sizes: list[int]) -> int:
    total = len(node.args) - 1
    positive = False
    for arg, term in zip(node.args, sizes, strict=True):
        coefficient, unit = split_coefficient(arg)
        positive = positive or coefficient > 0
        total += _number_size(coefficient) if unit.op == "ones" else term - (coefficient < 0)
    return total + (not positive)


def _product_size(node: Expr) -> int:
    coefficient, scalars, chain = parts(node)
    factors = (*scalars, *chain)
    if len(factors) == 1 and factors[0].op == "add":
        as_product = size_of_multiple(coefficient, factors[0])
        return min(as_product, multiplied_out_size(coefficient, factors[0]))
    total = sum(size(factor) for factor in factors) + len(factors) - 1
    return total + _coefficient_size(coefficient)


def _coefficient_size(coefficient: int | Fraction) -> int:
    """Return what a number adds in front of a product, with a divisor after it."""
    return (coefficient < 0) + 2 * (abs(coefficient.numerator) != 1) + 2 * (coefficient.denominator != 1)


def size_of_multiple(coefficient: int | Fraction, total: Expr) -> int:
    """Return the size of a number times a sum in brackets."""
    return size(total) + _coefficient_size(coefficient)


def multiplied_out_size(coefficient: int | Fraction, total: Expr) -> int:
    """Return the size of a number times a sum, multiplied out."""
    sizes = [
        size(scaled(coefficient, arg)) - (split_coefficient(arg)[0] * coefficient < 0) for arg in total.args
    ]
    positive = any(split_coefficient(arg)[0] * coefficient > 0 for arg in total.args)
    return sum(sizes) + len(sizes) - 1 + (not positive)


def _power_size(node: Expr, base: int, exponent: int) -> int:
    power = node.args[1]
    if not power.is_number:
        return base + 1 + exponent
    value = abs(power.data)
    return base + (0 if value == 1 else 1 if value == 0.5 else 1 + _number_size(value))
