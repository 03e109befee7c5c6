"""Presentation: products multiplied out where terms then cancel."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import build, join, parts, split_coefficient, terms_of
from matcalc.expression import Expr

#: Products are multiplied out to at most so many terms.
MAX_PRODUCTS = 16


def may_cancel(term: Expr) -> bool:
    """Return whether a factor of a Hadamard product occurs inverted in a sum beside it."""
    chain = parts(term).chain
    if len(chain) != 1 or chain[0].op != "hadamard":
        return False
    factors = chain[0].args
    return any(len(terms_of(factor)) > 1 and _inverses(factor, factors) for factor in factors)


def multiplied_out(terms: Sequence[Expr]) -> list[Expr] | None:
    """Return the terms with products of sums multiplied out, ``None`` if that makes too many.

    Nothing is merged yet. Where a sum holds the inverse of a factor beside it, this sum goes
    first, so that the factor cancels whole.
    """
    done: list[Expr] = []
    pending = list(reversed(terms))
    while pending:
        term = pending.pop()
        products = _one_step(term)
        if products is None:
            done.append(term)
        else:
            pending.extend(reversed(products))
        if len(done) + len(pending) > MAX_PRODUCTS:
            return None
    return done


def _one_step(term: Expr) -> list[Expr] | None:
    """Return the products with the terms of one sum among the factors, ``None`` if there is none."""
    coefficient, scalars, chain = parts(term)
    sums = [scalar for scalar in scalars if scalar.op == "add"]
    if sums:
        rest = [scalar for scalar in scalars if scalar is not sums[0]]
        outside = join(coefficient, rest, chain)
        return [build("mul", outside, part) for part in sums[0].args]
    if len(chain) == 1 and chain[0].op == "hadamard":
        return _one_hadamard_step(join(coefficient, scalars, ()), chain[0].args)
    for i, array in enumerate(chain):
        inner = terms_of(array)
        if len(inner) > 1:
            outside = join(coefficient, scalars, ())
            return [build("mul", outside, *chain[:i], part, *chain[i + 1 :]) for part in inner]
    return None


def _one_hadamard_step(outside: Expr, factors: tuple[Expr, ...]) -> list[Expr] | None:
    sums = [factor for factor in factors if len(terms_of(factor)) > 1]
    if not sums:
        return None
    chosen = max(sums, key=lambda total: _inverses(total, factors))
    rest = [factor for factor in factors if factor is not chosen]
    return [build("mul", outside, build("hadamard", part, *rest)) for part in terms_of(chosen)]


def _inverses(total: Expr, factors: tuple[Expr, ...]) -> int:
    """Return how many factors occur inverted in the terms of a sum."""
    found = 0
    for term in terms_of(total):
        _, unit = split_coefficient(term)
        inner = unit.args if unit.op == "hadamard" else (unit,)
        for factor in inner:
            inverted = factor.op == "hadamard_power" and factor.args[1].is_number and factor.args[1].data < 0
            found += inverted and factor.args[0] in factors
    return found
