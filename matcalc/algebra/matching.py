"""Matching a pattern against an expression in normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from matcalc.algebra.transposes import transpose
from matcalc.expression import ONE, Dim, Expr, Shape, spend
from matcalc.expression.factored import factors_of, is_bilinear, join, scaled
from matcalc.expression.signatures import bind_compound
from matcalc.functions.entry import COLUMNS


class Match(NamedTuple):
    """What the variables and the dimensions of a pattern stand for."""

    values: Mapping[str, Expr]
    dims: Mapping[str, Dim]

    def with_value(self, name: str, value: Expr, shape: Shape) -> Match | None:
        """Return the match with one more variable, ``None`` if its dimensions contradict."""
        bound = self.with_shape(shape, value.shape)
        return bound and Match({**self.values, name: value}, bound.dims)

    def with_shape(self, pattern: Shape, actual: Shape) -> Match | None:
        """Return the match with the dimensions of ``pattern`` bound, ``None`` on a contradiction."""
        dims = dict(self.dims)
        for wanted, size in zip(pattern, actual, strict=True):
            if wanted.name:
                if dims.setdefault(wanted.name, size) is not size:
                    return None
            elif not bind_compound(wanted, size, dims):
                return None
        return Match(self.values, dims)


EMPTY = Match({}, {})
#: Operations whose patterns match in several ways.
_FREE = frozenset(("mul", "add", "hadamard", "hadamard_power", "transpose"))


def matches(pattern: Expr, expr: Expr, match: Match = EMPTY) -> Iterator[Match]:
    """Yield the ways in which ``pattern`` is ``expr``; patterns are small, so this recurses."""
    op = pattern.op
    if op == "variable":
        yield from _match_variable(pattern, expr, match)
    elif op == "number":
        if pattern is expr:
            yield match
    elif op in ("identity", "ones", "zeros"):
        is_unit = expr.is_number and expr.data == (op != "zeros")
        bound = match.with_shape(pattern.shape, expr.shape)
        if bound and (expr.op == op or is_unit):
            yield bound
    elif op == "dimension":
        yield from _match_dimension(pattern, expr, match)
    elif op == "transpose" and not expr.is_scalar:
        yield from matches(pattern.args[0], transpose(expr), match)
    elif op == "mul":
        yield from _match_product(pattern, expr, match)
    elif op in ("add", "hadamard"):
        if expr.op == op and len(expr.args) == len(pattern.args):
            yield from (complete for complete, _ in match_unordered(pattern.args, expr.args, match))
    elif _same_operation(pattern, expr) and len(pattern.args) == len(expr.args):
        yield from match_in_order(pattern.args, expr.args, match)


def _same_operation(pattern: Expr, expr: Expr) -> bool:
    """Return whether these are the same operation; blocks lie in as many rows and columns."""
    if expr.op == pattern.op:
        return bool(expr.data == pattern.data)
    return pattern.op == "hadamard_power" and expr.op == "power" and expr.is_scalar


def _match_dimension(pattern: Expr, expr: Expr, match: Match) -> Iterator[Match]:
    if expr.op == "dimension" or (expr.is_number and isinstance(expr.data, int)):
        dim = expr.data if expr.op == "dimension" else Dim.number(expr.data)
        bound = match.with_shape((pattern.data, ONE), (dim, ONE))
        if bound:
            yield bound


def _match_variable(pattern: Expr, expr: Expr, match: Match) -> Iterator[Match]:
    name = pattern.data[0]
    value = match.values.get(name)
    if value is not None:
        if value is expr:
            yield match
        return
    if name in COLUMNS and not expr.is_column:
        return
    bound = match.with_value(name, expr, pattern.shape)
    if bound:
        yield bound


def match_in_order(patterns: tuple[Expr, ...], exprs: tuple[Expr, ...], match: Match) -> Iterator[Match]:
    """Yield the ways in which the patterns are the expressions, one by one.

    Dimensions come first, then variables, which say what other dimensions are.
    """
    if not patterns:
        yield match
        return
    ops = [pattern.op for pattern in patterns]
    i = next((ops.index(op) for op in ("dimension", "variable") if op in ops), 0)
    for first in matches(patterns[i], exprs[i], match):
        yield from match_in_order(patterns[:i] + patterns[i + 1 :], exprs[:i] + exprs[i + 1 :], first)


def match_unordered(
    patterns: tuple[Expr, ...], exprs: tuple[Expr, ...], match: Match
) -> Iterator[tuple[Match, tuple[Expr, ...]]]:
    """Yield the ways in which the patterns are some of the expressions, and the others.

    Variables come last: most expressions are none of the other patterns, and what these leave
    of a variable need not be tried but looked up.
    """
    if not patterns:
        yield match, exprs
        return
    k = next((k for k, pattern in enumerate(patterns) if pattern.op != "variable"), 0)
    others = patterns[:k] + patterns[k + 1 :]
    wanted = _only_match(patterns[k], match)
    if wanted is not None:
        if wanted in exprs:
            i = exprs.index(wanted)
            yield from match_unordered(others, exprs[:i] + exprs[i + 1 :], match)
        return
    spend(len(exprs) // 8)
    for i, expr in enumerate(exprs):
        for first in matches(patterns[k], expr, match):
            yield from match_unordered(others, exprs[:i] + exprs[i + 1 :], first)


def _only_match(pattern: Expr, match: Match) -> Expr | None:
    """Return the scalar that the pattern has to be, ``None`` if it may be several things."""
    if pattern.op == "number" or not pattern.is_scalar:
        return None
    if pattern.op == "variable":
        return match.values.get(pattern.data[0])
    if pattern.op in _FREE or not pattern.args:
        return None
    args = [arg if arg.is_number else _only_match(arg, match) for arg in pattern.args]
    given = tuple([arg for arg in args if arg is not None])
    return Expr(pattern.op, given, pattern.shape) if len(given) == len(args) else None


def _match_product(pattern: Expr, expr: Expr, match: Match) -> Iterator[Match]:
    coefficient, scalars, chain = factors_of(pattern)
    if is_bilinear(pattern):
        if is_bilinear(expr) and len(expr.args) == len(pattern.args):
            yield from match_in_order(pattern.args, expr.args, match)
        return
    if coefficient == -1 and len(scalars) + len(chain) == 1 and (*scalars, *chain)[0].op == "variable":
        yield from matches((*scalars, *chain)[0], scaled(-1, expr), match)  # anything is -A for some A
        return
    actual, actual_scalars, actual_chain = factors_of(expr)
    if expr.is_scalar and len(chain) == 1 and not scalars:  # an array may be a scalar
        actual_scalars, actual_chain = (), actual_scalars
    if len(scalars) == 1 and scalars[0].op == "variable" and coefficient == 1:
        if actual == 1 and not actual_scalars:
            return
        for first in matches(scalars[0], join(actual, actual_scalars, ()), match):
            yield from match_chain(chain, actual_chain, first)
    elif actual == coefficient and len(scalars) == len(actual_scalars):
        for first, _ in match_unordered(scalars, actual_scalars, match):
            yield from match_chain(chain, actual_chain, first)


def match_chain(patterns: tuple[Expr, ...], chain: tuple[Expr, ...], match: Match) -> Iterator[Match]:
    """Yield the ways in which the patterns are the chain; a variable may stand for several factors."""
    if not patterns or not chain:
        if not patterns and not chain:
            yield match
        return
    longest = len(chain) - len(patterns) + 1 if patterns[0].op == "variable" else 1
    for count in range(1, longest + 1):
        if len(patterns) == 1 and count < len(chain):
            continue
        for first in matches(patterns[0], join(1, (), chain[:count]), match):
            yield from match_chain(patterns[1:], chain[count:], first)
