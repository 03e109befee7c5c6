"""The laws applied: to functions, neighbours in a product, some factors of a product, some terms of a sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from matcalc.algebra.builders import Number, build
from matcalc.algebra.matching import EMPTY, Match, match_in_order, match_unordered, matches
from matcalc.algebra.parts import divided, scaled
from matcalc.algebra.rules import Rule, laws_with_head
from matcalc.algebra.transposes import transpose
from matcalc.expression import ONE, Expr, number
from matcalc.expression.facts import has_fact

#: In products of more commuting factors no law is looked for.
MAX_FACTORS = 64


def rewrite(op: str, args: Sequence[Expr]) -> Expr | None:
    """Return what the first law that fits makes of a function of ``args``, else ``None``."""
    group = laws_with_head(op)
    for rule in group.rules() if group is not None else ():
        if len(rule.left.args) == len(args):
            for match in match_in_order(rule.left.args, tuple(args), EMPTY):
                result = rule.apply(match)
                if result is not None:
                    return result
    return None


def _may_fit(rule: Rule, side: int, array: Expr) -> bool:
    """Return whether a match with ``array`` on the left (0) or right (1) is worth trying."""
    pattern = rule.arrays[side]
    for wanted, actual in zip(pattern.shape, array.shape, strict=True):
        if wanted is ONE and actual is not ONE:
            return False
    if pattern.op == "transpose":
        pattern, array = pattern.args[0], transpose(array)
    if pattern.op not in ("variable", array.op):
        return False
    return all(has_fact(array, fact) for fact in rule.facts[side])


def _candidates(head: str, operands: Iterable[Expr]) -> Iterator[Rule]:
    """Yield the rules with a head that some of these operands may set off."""
    group = laws_with_head(head)
    if group is not None:
        for trigger in group.triggers(operands):
            yield from group.rules(trigger)


def rewrite_pair(left: Expr, right: Expr) -> Expr | None:
    """Return what a law makes of two neighbours in a product, else ``None``."""
    for rule in _candidates("mul", (left, right)):
        if rule.scalars or len(rule.arrays) != 2:
            continue
        if _may_fit(rule, 0, left) and _may_fit(rule, 1, right):
            for match in _match_two(*rule.arrays, left, right):
                result = rule.apply(match)
                if result is not None:
                    return result
    return None


def _match_two(first: Expr, second: Expr, left: Expr, right: Expr) -> Iterator[Match]:
    for match in matches(first, left):
        yield from matches(second, right, match)


def rewrite_product(coefficient: Number, scalars: list[Expr], chain: tuple[Expr, ...]) -> Expr | None:
    """Return what a law makes of some scalars and at most one array of a product, else ``None``."""
    if not scalars or len(scalars) > MAX_FACTORS:
        return None
    ops = {scalar.op for scalar in scalars}
    for rule in _candidates("mul", (*scalars, *chain)):
        if not rule.scalars or len(rule.arrays) > 1 or not rule.operations <= ops:
            continue
        for match, rest in match_unordered(rule.scalars, tuple(scalars), EMPTY):
            for before, complete, after in _match_array(rule.arrays, chain, match):
                result = rule.apply(complete)
                if result is not None:
                    return build("mul", number(coefficient), *rest, *before, result, *after)
    return None


def _match_array(
    patterns: tuple[Expr, ...], chain: tuple[Expr, ...], match: Match
) -> Iterator[tuple[tuple[Expr, ...], Match, tuple[Expr, ...]]]:
    """Yield where the array of a rule stands in the chain; before the chain if it has none."""
    if not patterns:
        yield (), match, chain
        return
    for i, array in enumerate(chain):
        for complete in matches(patterns[0], array, match):
            yield chain[:i], complete, chain[i + 1 :]


def rewrite_hadamard(factors: list[Expr]) -> Expr | None:
    """Return what a law makes of some factors of a Hadamard product, else ``None``."""
    if len(factors) > MAX_FACTORS:
        return None
    ops = {factor.op for factor in factors}
    for rule in _candidates("hadamard", factors):
        if not rule.operations <= ops:
            continue
        for match, rest in match_unordered(rule.left.args, tuple(factors), EMPTY):
            result = rule.apply(match)
            if result is not None:
                return build("hadamard", result, *rest)
    return None


def rewrite_sum(terms: Sequence[tuple[Number, Expr]]) -> Expr | None:
    """Return what a law makes of some terms of a sum, each with its coefficient, else ``None``.

    All of them may have one more number in front: ``3*cos(s)^2 + 3*sin(s)^2`` is 3.
    """
    if len(terms) > MAX_FACTORS:
        return None
    for rule in _candidates("add", [term for _, term in terms]):
        for common in dict.fromkeys(coefficient for coefficient, _ in terms):
            left = tuple([scaled(divided(coefficient, common), term) for coefficient, term in terms])
            for match, rest in match_unordered(rule.left.args, left, EMPTY):
                result = rule.apply(match)
                if result is not None:
                    return scaled(common, build("add", result, *rest))
    return None
