"""The laws applied: to functions, to neighbours in a product, to some factors of a product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from matcalc.algebra.builders import Number, build
from matcalc.algebra.matching import EMPTY, Match, match_in_order, match_unordered, matches
from matcalc.algebra.parts import is_bilinear
from matcalc.algebra.templates import Rule, reading_laws, rules_for, triggers
from matcalc.algebra.transposes import transpose
from matcalc.expression import ONE, Expr, number
from matcalc.expression.facts import has_fact
from matcalc.functions import BY_CALL

#: In products of more commuting factors no law is looked for.
MAX_FACTORS = 64


def rewrite(op: str, args: Sequence[Expr]) -> Expr | None:
    """Return what the first law that fits makes of a function of ``args``, else ``None``."""
    for rule in () if reading_laws() else rules_for(op):
        if len(rule.left.args) == len(args):
            for match in match_in_order(rule.left.args, tuple(args), EMPTY):
                result = rule.apply(match)
                if result is not None:
                    return result
    return None


class _PairRule(NamedTuple):
    """A rule for two neighbours in a product, and what must hold of each for it to fit."""

    rule: Rule
    patterns: tuple[Expr, Expr]
    facts: tuple[tuple[str, ...], tuple[str, ...]]

    def may_fit(self, array: Expr, side: int) -> bool:
        """Return whether a match with ``array`` on the left (0) or right (1) is worth trying."""
        pattern = self.patterns[side]
        for wanted, actual in zip(pattern.shape, array.shape, strict=True):
            if wanted is ONE and actual is not ONE:
                return False
        if pattern.op == "transpose":
            pattern, array = pattern.args[0], transpose(array)
        if pattern.op not in ("variable", array.op):
            return False
        return all(has_fact(array, fact) for fact in self.facts[side])


@cache
def _pair_rules(trigger: str) -> tuple[_PairRule, ...]:
    """Return the product rules with a trigger whose left side is two arrays, with these."""
    found = []
    for rule in rules_for("mul", trigger):
        if len(rule.left.args) == 2 and not any(arg.is_scalar for arg in rule.left.args):
            first, second = rule.left.args
            facts = (_facts_wanted(rule, first), _facts_wanted(rule, second))
            found.append(_PairRule(rule, (first, second), facts))
    return tuple(found)


def _facts_wanted(rule: Rule, pattern: Expr) -> tuple[str, ...]:
    """Return the conditions on a variable that stands alone or transposed."""
    inner = pattern.args[0] if pattern.op == "transpose" else pattern
    if inner.op != "variable":
        return ()
    return tuple(fact for name, fact in rule.conditions if name == inner.data[0])


def _set_off(head: str, operands: Iterable[Expr]) -> Sequence[str]:
    """Return the triggers that some operands set off, in a fixed order."""
    if reading_laws():
        return ()
    found: frozenset[str] = frozenset()
    for operand in operands:
        found |= triggers(head, operand)
    return sorted(found) if found else ()


def rewrite_pair(left: Expr, right: Expr) -> Expr | None:
    """Return what a law makes of two neighbours in a product, else ``None``."""
    for trigger in _set_off("mul", (left, right)):
        for pair in _pair_rules(trigger):
            if pair.may_fit(left, 0) and pair.may_fit(right, 1):
                for match in _match_two(*pair.patterns, left, right):
                    result = pair.rule.apply(match)
                    if result is not None:
                        return result
    return None


def _match_two(first: Expr, second: Expr, left: Expr, right: Expr) -> Iterator[Match]:
    for match in matches(first, left):
        yield from matches(second, right, match)


@cache
def _functions_in(patterns: tuple[Expr, ...]) -> frozenset[str]:
    """Return the operations that must be among factors which commute if these patterns are to fit."""
    powers = ("power", "hadamard_power")
    return frozenset(pattern.op for pattern in patterns if pattern.op in BY_CALL or pattern.op in powers)


@cache
def _product_rules(trigger: str) -> tuple[tuple[Rule, tuple[Expr, ...], tuple[Expr, ...]], ...]:
    """Return the product rules with scalar factors: these, and the array if there is one."""
    found = []
    for rule in rules_for("mul", trigger):
        scalars = tuple(arg for arg in rule.left.args if arg.is_scalar)
        if scalars and not is_bilinear(rule.left):
            found.append((rule, scalars, tuple(arg for arg in rule.left.args if not arg.is_scalar)))
    return tuple(found)


def rewrite_product(coefficient: Number, scalars: list[Expr], chain: tuple[Expr, ...]) -> Expr | None:
    """Return what a law makes of some scalars and at most one array of a product, else ``None``."""
    if not scalars or len(scalars) > MAX_FACTORS:
        return None
    ops = {scalar.op for scalar in scalars}
    for trigger in _set_off("mul", (*scalars, *chain)):
        for rule, patterns, array_patterns in _product_rules(trigger):
            if not _functions_in(patterns) <= ops:
                continue
            for match, rest in match_unordered(patterns, tuple(scalars), EMPTY):
                for before, found, after in _match_array(array_patterns, chain, match):
                    result = rule.apply(found)
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
        for found in matches(patterns[0], array, match):
            yield chain[:i], found, chain[i + 1 :]


def rewrite_hadamard(factors: list[Expr]) -> Expr | None:
    """Return what a law makes of some factors of a Hadamard product, else ``None``."""
    if len(factors) > MAX_FACTORS:
        return None
    ops = {factor.op for factor in factors}
    for trigger in _set_off("hadamard", factors):
        for rule in rules_for("hadamard", trigger):
            if not _functions_in(rule.left.args) <= ops:
                continue
            for match, rest in match_unordered(rule.left.args, tuple(factors), EMPTY):
                result = rule.apply(match)
                if result is not None:
                    return build("hadamard", result, *rest)
    return None
