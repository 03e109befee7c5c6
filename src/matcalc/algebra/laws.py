"""The laws of the table, parsed when their head operation first turns up, and applied."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from matcalc.algebra.matching import EMPTY, Match, match_in_order, match_unordered, matches
from matcalc.algebra.normal import normalise
from matcalc.algebra.parts import is_bilinear, parts
from matcalc.algebra.registry import Number, build
from matcalc.algebra.templates import instantiate, read_template
from matcalc.algebra.transposes import transpose
from matcalc.expression import ONE, Expr, number
from matcalc.expression.facts import has_fact
from matcalc.functions import LAWS, Law


class Rule(NamedTuple):
    """A law ready to use: its left side in normal form, its right side as written."""

    law: Law
    left: Expr
    right: Expr
    conditions: tuple[tuple[str, str], ...]

    def apply(self, match: Match) -> Expr | None:
        """Return the right side for a match, ``None`` if a condition does not hold."""
        for name, fact in self.conditions:
            if not has_fact(match.values[name], fact):
                return None
        return instantiate(self.right, match.values, match.dims)


def law_variables(law: Law) -> tuple[tuple[str, str], ...]:
    """Return the declarations of a law's variables, by their letters.

    ``x y z`` are columns, ``s t`` scalars, capitals matrices, square if a condition says so; in
    ``I(n)`` and ``ones(n)`` stands a dimension.
    """
    square = {name for name, fact in _conditions(law) if fact == "square"}
    words = "".join(c if c.isalnum() else " " for c in law.left).split()
    kinds = {"n_": "vector(n)"}
    for name in words:
        if name in ("x", "y", "z"):
            kinds[name] = "vector"
        elif name in ("s", "t"):
            kinds[name] = "scalar"
        elif len(name) == 1 and name.isupper() and name != "I":
            kinds[name] = "matrix(q_,q_)" if name in square else "matrix"
    return tuple(kinds.items())


def _conditions(law: Law) -> tuple[tuple[str, str], ...]:
    pairs = [part.split() for part in law.when.split(",") if part.strip()]
    return tuple((name, fact) for name, fact in pairs)


def law_sides(law: Law) -> tuple[Expr, Expr]:
    """Return both sides of a law as written; they share their dimensions."""
    whole = read_template(f"({law.left}) - ({law.right})", law_variables(law))
    return whole.args[0], whole.args[1].args[0]


class _Loading(threading.local):
    """How deep this thread is in reading laws."""

    depth: int = 0


_loading = _Loading()


@cache
def rules_for(head: str) -> tuple[Rule, ...]:
    """Return the rules whose left side has this head, parsed.

    A product law is also used in its transposed form.
    """
    _loading.depth += 1
    try:
        rules = []
        for law in LAWS:
            if law.head == head:
                left, right = law_sides(law)
                pattern = normalise(left)
                rules.append(Rule(law, pattern, right, _conditions(law)))
                if head == "mul":
                    rules += _transposed_rule(rules[-1])
        return tuple(rules)
    finally:
        _loading.depth -= 1


def _transposed_rule(rule: Rule) -> list[Rule]:
    chain = rule.left.args if is_bilinear(rule.left) else parts(rule.left).chain
    turned = tuple(transpose(array) for array in reversed(chain))
    if turned == chain:
        return []
    scalars = parts(rule.left).scalars if not is_bilinear(rule.left) else ()
    left = Expr("mul", (*scalars, *turned), (turned[0].shape[0], turned[-1].shape[1]))
    right = Expr("transpose", (rule.right,), (rule.right.shape[1], rule.right.shape[0]))
    return [Rule(rule.law, left, right, rule.conditions)]


def _in_force(head: str) -> tuple[Rule, ...]:
    """Return the rules to try: none while laws are being read, so that they stay as written."""
    return () if _loading.depth else rules_for(head)


def rewrite(op: str, args: Sequence[Expr]) -> Expr | None:
    """Return what the first law that fits makes of a function of ``args``, else ``None``."""
    for rule in _in_force(op):
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
def _pair_rules() -> tuple[_PairRule, ...]:
    """Return the product rules whose left side is two arrays, with these."""
    found = []
    for rule in rules_for("mul"):
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


def _pair_marks(array: Expr) -> tuple[int, int]:
    """Return which pair rules the array may fit on the left and on the right, as bits."""
    known = array.memo.get("pairs")
    if known is None:
        rules = _pair_rules()
        known = tuple(
            sum(1 << i for i, rule in enumerate(rules) if rule.may_fit(array, side)) for side in (0, 1)
        )
        array.memo["pairs"] = known
    return known


def rewrite_pair(left: Expr, right: Expr) -> Expr | None:
    """Return what a law makes of two neighbours in a product, else ``None``."""
    if _loading.depth:
        return None
    fitting = _pair_marks(left)[0] & _pair_marks(right)[1]
    if not fitting:
        return None
    for i, pair in enumerate(_pair_rules()):
        if fitting >> i & 1:
            for match in _match_two(*pair.patterns, left, right):
                result = pair.rule.apply(match)
                if result is not None:
                    return result
    return None


def _match_two(first: Expr, second: Expr, left: Expr, right: Expr) -> Iterator[Match]:
    for match in matches(first, left):
        yield from matches(second, right, match)


@cache
def _product_rules() -> tuple[tuple[Rule, tuple[Expr, ...], tuple[Expr, ...]], ...]:
    """Return the product rules with scalar factors: these, and the array if there is one."""
    found = []
    for rule in rules_for("mul"):
        scalars = tuple(arg for arg in rule.left.args if arg.is_scalar)
        if scalars and not is_bilinear(rule.left):
            found.append((rule, scalars, tuple(arg for arg in rule.left.args if not arg.is_scalar)))
    return tuple(found)


def rewrite_product(coefficient: Number, scalars: list[Expr], chain: tuple[Expr, ...]) -> Expr | None:
    """Return what a law makes of some scalars and at most one array of a product, else ``None``."""
    if not scalars or _loading.depth:
        return None
    here = {scalar.op for scalar in scalars}
    for rule, patterns, array_patterns in _product_rules():
        if not all(pattern.op in here for pattern in patterns):
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
    for rule in _in_force("hadamard"):
        wanted = {pattern.op for pattern in rule.left.args}
        if not wanted <= {factor.op for factor in factors}:
            continue
        for match, rest in match_unordered(rule.left.args, tuple(factors), EMPTY):
            result = rule.apply(match)
            if result is not None:
                return build("hadamard", result, *rest)
    return None
