"""Sums: flat, with like terms merged, without a common number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

from matcalc.algebra.parts import parts, scaled, split_coefficient
from matcalc.algebra.registry import Number, builds
from matcalc.algebra.transposes import prefers_transpose, transpose
from matcalc.expression import Expr, Shape, is_zero, zeros

#: A sum inside a sum is opened if it has at most so many terms.
MAX_OPENED = 64


@builds("add")
def add(terms: Sequence[Expr]) -> Expr:
    """Return the sum in normal form.

    Like terms merge. The result is a number times a sum whose coefficients are integers without
    a common factor, so that equal sums are the same expression wherever they stand.
    """
    merged: dict[Expr, Number] = {}
    for coefficient, term in _opened(terms):
        merged[term] = merged.get(term, 0) + coefficient
    kept = {term: coefficient for term, coefficient in merged.items() if coefficient != 0}
    return from_terms(kept, terms[0].shape)


@builds("negate")
def negate(args: Sequence[Expr]) -> Expr:
    """Return -X."""
    return scaled(-1, args[0])


def from_terms(terms: dict[Expr, Number], shape: Shape) -> Expr:
    """Return the sum of ``coefficient * term``; the terms are different and have no coefficient."""
    if not terms:
        return zeros(shape)
    if len(terms) == 1:
        [(term, coefficient)] = terms.items()
        return scaled(coefficient, term)
    content = _content(terms)
    ordered = sorted(terms, key=lambda term: term.key)
    args = tuple(scaled(_divide(terms[term], content), term) for term in ordered)
    if prefers_transpose(args):
        turned = sorted((transpose(arg) for arg in args), key=lambda a: split_coefficient(a)[1].key)
        sign = _sign([(split_coefficient(a)[0], split_coefficient(a)[1]) for a in turned])
        if sign < 0:
            turned = [scaled(-1, arg) for arg in turned]
        inner = Expr("add", tuple(turned), (shape[1], shape[0]))
        return scaled(sign * content, transpose(inner))
    return scaled(content, Expr("add", args, shape))


def _divide(value: Number, divisor: Number) -> Number:
    result = Fraction(value) / divisor
    return result.numerator if result.denominator == 1 else result


def _opened(terms: Iterable[Expr]) -> Iterable[tuple[Number, Expr]]:
    """Yield coefficients and terms, sums among the terms opened."""
    for term in terms:
        if is_zero(term):
            continue
        coefficient, unit = split_coefficient(term)
        if unit.op == "add" and len(unit.args) <= MAX_OPENED:
            inner = unit.args
        elif unit.op == "transpose" and unit.args[0].op == "add" and len(unit.args[0].args) <= MAX_OPENED:
            inner = tuple(transpose(arg) for arg in unit.args[0].args)
        else:
            yield coefficient, unit
            continue
        for arg in inner:
            own, rest = split_coefficient(arg)
            yield coefficient * own, rest


def _content(terms: dict[Expr, Number]) -> Number:
    """Return the number to take out: what the coefficients share, with the sign of most of them."""
    numerator, denominator = 0, 1
    for value in terms.values():
        numerator = gcd(numerator, value.numerator)
        denominator = lcm(denominator, value.denominator)
    sign = _sign([(value, term) for term, value in terms.items()])
    content = Fraction(sign * numerator, denominator)
    return content.numerator if content.denominator == 1 else content


def _sign(terms: Sequence[tuple[Number, Expr]]) -> int:
    """Return -1 if most coefficients are negative; if half are, the first term's sign decides."""
    balance = sum(1 if value > 0 else -1 for value, _ in terms)
    if balance == 0:
        return 1 if min(terms, key=lambda pair: pair[1].key)[0] > 0 else -1
    return 1 if balance > 0 else -1


def terms_of(expr: Expr) -> tuple[Expr, ...]:
    """Return the terms of a sum, a transposed one turned; the expression alone if it is none."""
    if expr.op == "add":
        return expr.args
    if expr.op == "transpose" and expr.args[0].op == "add":
        return tuple(transpose(arg) for arg in expr.args[0].args)
    return (expr,)


__all__ = ["add", "from_terms", "negate", "parts", "terms_of"]
