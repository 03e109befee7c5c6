"""A product taken apart: a number, scalar factors, and a chain of arrays."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from matcalc.algebra.builders import Number, build
from matcalc.expression import SCALAR, Expr, number, zeros
from matcalc.functions import INV


class Parts(NamedTuple):
    """``coefficient * product(scalars) * product(chain)``.

    ``chain`` holds the arrays in order; it is empty for a scalar. A bilinear form such as
    ``x'*A*y`` is one scalar factor.
    """

    coefficient: Number
    scalars: tuple[Expr, ...]
    chain: tuple[Expr, ...]


def parts(expr: Expr) -> Parts:
    """Return the parts of an expression in normal form."""
    found = expr.memo.get("parts")
    if found is None:
        if expr.op == "number":
            found = Parts(expr.data, (), ())
        elif expr.is_scalar:
            found = Parts(1, (expr,), ())
        else:
            found = Parts(1, (), (expr,))
        expr.memo["parts"] = found
    return found


def join(coefficient: Number, scalars: Iterable[Expr], chain: tuple[Expr, ...]) -> Expr:
    """Return the product with these parts, which are taken as they are.

    Scalars are put in order. An empty chain makes a scalar.
    """
    ordered = tuple(sorted(scalars, key=_key))
    shape = (chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR
    if coefficient == 0:
        return zeros(shape)
    args = ordered + chain
    if coefficient != 1 or not args:
        args = (number(coefficient), *args)
    if len(args) == 1:
        return args[0]
    expr = Expr("mul", args, shape)
    expr.memo["parts"] = Parts(coefficient, ordered, chain)
    return expr


def bilinear(chain: tuple[Expr, ...]) -> Expr:
    """Return the scalar ``row * ... * column`` as one factor."""
    expr = Expr("mul", chain, SCALAR)
    expr.memo["parts"] = Parts(1, (expr,), ())
    return expr


def is_bilinear(expr: Expr) -> bool:
    """Return whether the expression is a bilinear form."""
    return expr.op == "mul" and expr.is_scalar and not expr.args[0].is_scalar


def _key(expr: Expr) -> int:
    return expr.key


def split_coefficient(expr: Expr) -> tuple[Number, Expr]:
    """Return the numerical factor of an expression and the expression without it."""
    if expr.op == "number":
        return expr.data, number(1)
    if expr.op != "mul":
        return 1, expr
    found = expr.memo.get("unit")
    if found is None:
        coefficient, scalars, chain = parts(expr)
        found = (coefficient, expr if coefficient == 1 else join(1, scalars, chain))
        expr.memo["unit"] = found
    return found


def scaled(coefficient: Number, expr: Expr) -> Expr:
    """Return a number times an expression."""
    if coefficient == 1:
        return expr
    own, scalars, chain = parts(expr)
    if chain and chain[0].op == "zeros":
        return expr
    return join(coefficient * own, scalars, chain)


def divided(value: Number, divisor: Number) -> Number:
    """Return a quotient of numbers, whole if it is."""
    if divisor == 1:
        return value
    result = Fraction(value) / divisor
    return result.numerator if result.denominator == 1 else result


def split_scalars(expr: Expr) -> tuple[Expr, Expr]:
    """Return the scalar factor of an array and the array without it."""
    coefficient, scalars, chain = parts(expr)
    if coefficient == 1 and not scalars:
        return number(1), expr
    return join(coefficient, scalars, ()), join(1, (), chain)


def base_and_exponent(factor: Expr) -> tuple[Expr, Expr]:
    """Return a scalar or a square matrix as a power; an inverse has exponent -1."""
    if factor.op == "power":
        base, exponent = base_and_exponent(factor.args[0])
        if base is factor.args[0] or not exponent.is_number or not factor.args[1].is_number:
            return factor.args[0], factor.args[1]
        return base, number(exponent.data * factor.args[1].data)
    if factor.op == INV:
        return factor.args[0], number(-1)
    return factor, number(1)


def added(exponent: Expr, more: Expr) -> Expr:
    """Return the sum of two exponents; numbers, which most are, need no builder."""
    if exponent.is_number and more.is_number:
        return number(exponent.data + more.data)
    return build("add", exponent, more)
