"""Builds what commutes: sums, flat and with like terms merged, and Hadamard products, with exponents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from matcalc.algebra.application import rewrite_hadamard, rewrite_sum
from matcalc.algebra.builders import added, build, builds, written_sign
from matcalc.algebra.transposes import prefers_transpose, transpose
from matcalc.expression import Expr, Shape, is_zero, number, ones, spend, zeros
from matcalc.expression.factored import Number, divided, factors_of, scaled, split_coefficient

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
    content = _content(terms.values())
    pairs = [(divided(coefficient, content), term) for term, coefficient in terms.items()]
    transposed = prefers_transpose(list(terms))
    if transposed:
        pairs = [_transposed_term(coefficient, term) for coefficient, term in pairs]
    rewritten = rewrite_sum(pairs)
    if rewritten is not None:
        return scaled(content, transpose(rewritten) if transposed else rewritten)
    pairs.sort(key=lambda pair: pair[1].key)
    if _sign(pairs) < 0:
        content, pairs = -content, [(-coefficient, term) for coefficient, term in pairs]
    result = _sum(pairs)
    mixed = any(coefficient < 0 for coefficient, _ in pairs)
    if mixed and written_sign(result, 1 if content > 0 else -1) < 0:
        content, result = -content, _sum([(-coefficient, term) for coefficient, term in pairs])
    return scaled(content, transpose(result) if transposed else result)


def _transposed_term(coefficient: Number, term: Expr) -> tuple[Number, Expr]:
    factor, unit = split_coefficient(transpose(term))
    return factor * coefficient, unit


def _sum(pairs: list[tuple[Number, Expr]]) -> Expr:
    return Expr("add", tuple([scaled(coefficient, term) for coefficient, term in pairs]), pairs[0][1].shape)


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
            factor, rest = split_coefficient(arg)
            yield coefficient * factor, rest


def _content(coefficients: Iterable[Number]) -> Number:
    """Return the positive number that the coefficients have in common."""
    numerator, denominator = 0, 1
    for value in coefficients:
        numerator = gcd(numerator, value.numerator)
        denominator = lcm(denominator, value.denominator)
    content = Fraction(numerator, denominator)
    return content.numerator if content.denominator == 1 else content


def _sign(pairs: list[tuple[Number, Expr]]) -> int:
    """Return -1 if most coefficients are negative; if half are, the first term's sign decides."""
    balance = sum(1 if coefficient > 0 else -1 for coefficient, _ in pairs)
    if balance == 0:
        return 1 if pairs[0][0] > 0 else -1
    return 1 if balance > 0 else -1


def terms_of(expr: Expr) -> tuple[Expr, ...]:
    """Return the terms of a sum, those of a transposed one each transposed; the expression if it is none."""
    if expr.op == "add":
        return expr.args
    if expr.op == "transpose" and expr.args[0].op == "add":
        return tuple(transpose(arg) for arg in expr.args[0].args)
    return (expr,)


class _Power(NamedTuple):
    """An exponent, and the power in normal form if there is nothing to be merged with it."""

    exponent: Expr
    whole: Expr | None


@builds("hadamard")
def hadamard(args: Sequence[Expr]) -> Expr:
    """Return the Hadamard product in normal form; scalars among the factors scale it."""
    shape = next((arg.shape for arg in args if not arg.is_scalar), None)
    if shape is None:
        return build("mul", *args)
    if any(arg.op == "zeros" for arg in args):
        return zeros(shape)
    outside: list[Expr] = []
    powers: dict[Expr, _Power] = {}
    for arg in args:
        _collect(arg, outside, powers)
    spend(len(powers) // 4)
    factors = [
        build("hadamard_power", base, exponent) if whole is None else whole
        for base, (exponent, whole) in powers.items()
    ]
    factors = [factor for factor in factors if factor.op != "ones"]
    bases = {factor.args[0] if factor.op == "hadamard_power" else factor for factor in factors}
    if len(bases) < len(factors):  # a law made two factors the same
        return build("hadamard", *outside, *factors)
    result = ones(shape) if not factors else _joined(factors)
    return build("mul", *outside, result) if outside else result


def _collect(arg: Expr, outside: list[Expr], powers: dict[Expr, _Power]) -> None:
    """Sort a factor into scalars, which go ``outside``, and powers of arrays."""
    if arg.is_scalar:
        outside.append(arg)
        return
    product = factors_of(arg)
    if product.coefficient != 1 or product.scalars:
        outside.append(product.outside)
        arg = product.array
    if arg.op == "hadamard":
        factors = arg.args
    elif arg.op == "transpose" and arg.args[0].op in ("hadamard", "hadamard_power"):
        inner = arg.args[0]
        if inner.op == "hadamard":
            for factor in inner.args:
                _collect(transpose(factor), outside, powers)
        else:
            _raise(transpose(inner.args[0]), transpose(inner.args[1]), powers)
        return
    else:
        factors = (arg,)
    for factor in factors:
        if factor.op == "hadamard_power":
            _raise(factor.args[0], factor.args[1], powers, factor)
        elif factor.op == "transpose" and factor.args[0].op == "hadamard_power":
            base, exponent = factor.args[0].args
            _raise(transpose(base), transpose(exponent), powers)
        elif factor.op != "ones":
            _raise(factor, number(1), powers, factor)


def _raise(base: Expr, exponent: Expr, powers: dict[Expr, _Power], whole: Expr | None = None) -> None:
    if base in powers:
        earlier, whole = powers[base].exponent, None
        if earlier.is_scalar != exponent.is_scalar:
            earlier, exponent = (_spread(e, base) for e in (earlier, exponent))
        exponent = added(earlier, exponent)
    powers[base] = _Power(exponent, whole)


def _spread(exponent: Expr, base: Expr) -> Expr:
    return build("mul", exponent, ones(base.shape)) if exponent.is_scalar else exponent


def _joined(factors: list[Expr]) -> Expr:
    """Return the product of different factors without scalars, a law applied if one fits."""
    if len(factors) == 1:
        return factors[0]
    if prefers_transpose(factors):
        return transpose(build("hadamard", *[transpose(factor) for factor in factors]))
    rewritten = rewrite_hadamard(factors)
    if rewritten is not None:
        return rewritten
    return Expr("hadamard", tuple(sorted(factors, key=lambda f: f.key)), factors[0].shape)
