"""Functions and laws applied to arguments, neighbours in a product, some of its factors, terms of a sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from matcalc.algebra.builders import build, builds_the_rest, written_rotation
from matcalc.algebra.matching import EMPTY, Match, match_in_order, match_unordered, matches
from matcalc.algebra.rules import Rule, laws_with_head
from matcalc.algebra.transposes import all_oriented, transpose, transposed_chain
from matcalc.expression import ONE, Expr, is_zero, number, zeros
from matcalc.expression.factored import Factored, Number, divided, factors_of, join, scaled, split_coefficient
from matcalc.expression.facts import has_fact
from matcalc.expression.signatures import entry_of, result_shape

#: In products of more commuting factors no law is looked for.
MAX_FACTORS = 64


def rewrite(op: str, args: Sequence[Expr]) -> Expr | None:
    """Return what the first law that fits makes of a function of ``args``, else ``None``."""
    group = laws_with_head(op)
    for rule in group.rules_for(args) if group is not None else ():
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


@builds_the_rest
def apply(op: str, args: Sequence[Expr]) -> Expr:
    """Return the function ``op`` of ``args``.

    What the entry states is used: a linear function lets scalars out, an elementwise one is applied once if
    all entries are equal, one that is invariant or equivariant under transposition has an argument with as
    few transposes as possible, an even or odd one has no minus sign in its argument, a cyclic one has the
    factors of its argument rotated. Then the laws are tried.
    """
    reading = entry_of(op, args)
    assert reading is not None, f"{op} does not take {[arg.shape for arg in args]}"
    entry, bound = reading
    if entry.adjoint:
        linear = [bool(adjoint) for adjoint in entry.adjoints]
        if any(is_zero(arg) for arg, is_linear in zip(args, linear, strict=True) if is_linear):
            return zeros(result_shape(entry, bound))
        split = [factors_of(a) if yes else Factored(1, (), (a,)) for a, yes in zip(args, linear, strict=True)]
        outside = [each.outside for each in split if each.coefficient != 1 or each.scalars]
        if outside and not all(arg.is_scalar for arg in args):
            return build("mul", *outside, build(op, *[each.array for each in split]))
    first = factors_of(args[0])
    if entry.elementwise and len(first.chain) == 1 and first.array.op == "ones":
        return build("mul", build(op, first.outside), first.array)
    if entry.parity and split_coefficient(args[0])[0] < 0:
        value = build(op, scaled(-1, args[0]))
        return scaled(-1, value) if entry.parity == "odd" else value
    if entry.cyclic:
        args = [_rotated(args[0])]
        if args[0].is_scalar:
            return rewrite(op, args) or Expr(op, tuple(args), args[0].shape)
        if is_zero(args[0]) or split_coefficient(args[0])[0] != 1:
            return build(op, *args)
    rotated = entry.cyclic and len(factors_of(args[0]).chain) > 1
    if entry.transpose and not rotated:
        transposed, was_transposed = all_oriented(args)
        if was_transposed:
            value = build(op, *transposed)
            return transpose(value) if entry.transpose == "equivariant" else value
    rewritten = rewrite(op, args)
    if rewritten is None and len(args) == 1 and args[0].op == "power" and not args[0].is_scalar:
        rewritten = rewrite(op, [_as_product(args[0])])
    return Expr(op, tuple(args), result_shape(entry, bound)) if rewritten is None else rewritten


def _as_product(matrix_power: Expr) -> Expr:
    """Return the power of a matrix as a product of two, for laws about products."""
    base, exponent = matrix_power.args
    half = exponent.data // 2
    halves = [build("power", base, number(count)) for count in (exponent.data - half, half)]
    return join(1, (), tuple(halves))


def _rotated(arg: Expr) -> Expr:
    """Return the product with its factors rotated to the one order in which a trace is written.

    A row or column among the factors makes it a scalar.
    """
    coefficient, scalars, chain = factors_of(arg)
    if len(chain) < 2:
        return arg
    for i, array in enumerate(chain):
        if array.shape[0] is ONE:
            return build("mul", number(coefficient), *scalars, *chain[i:], *chain[:i])
    if len(build("mul", chain[-1], chain[0]).args) != 2:
        return _rotated(build("mul", number(coefficient), *scalars, chain[-1], *chain[:-1]))
    sign, transposed = transposed_chain(chain)
    here, there = _rotations(chain), _rotations(transposed)
    best = min(here + there, key=_written_order)
    if best in here:
        sign = 0 if sign < 0 and best in there else 1
    written = join(1, (), best)
    if _written_order(chain)[0] == _written_order(best)[0] and sign > 0:
        written = written_rotation(written, join(1, (), chain))
    return join(sign * coefficient, scalars, factors_of(written).chain)


def _rotations(chain: tuple[Expr, ...]) -> list[tuple[Expr, ...]]:
    return [chain[i:] + chain[:i] for i in range(len(chain))]


def _written_order(chain: tuple[Expr, ...]) -> tuple[int, list[int]]:
    return sum(array.op == "transpose" for array in chain), [array.key for array in chain]
