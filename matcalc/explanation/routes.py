"""The paths from a variable to a value, through the lines of its evaluation trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matcalc.algebra import replaced
from matcalc.errors import MatcalcError
from matcalc.explanation.occurrences import Occurrence, Traced, occurrences, pulled_back
from matcalc.expression import Expr, number

#: More paths are not listed.
MAX_ROUTES = 200


class Route(NamedTuple):
    """A path: the occurrences that it goes through, from the variable up to the whole.

    ``product`` is that of the local derivatives along it, as a differential: how the whole moves when the
    variable does at this occurrence. ``contribution`` is what it adds to the gradient, in the variables.
    """

    occurrences: tuple[Occurrence, ...]
    product: Expr
    contribution: Expr


def routes(trace: Traced) -> list[Route]:
    """Return all paths from a leaf to the last line; their contributions add up to the gradient.

    Raises E505 if there are more than ``MAX_ROUTES``.
    """
    found = occurrences(trace)
    if _count(trace, found) > MAX_ROUTES:
        raise MatcalcError("E505", f"there are more than {MAX_ROUTES} paths to {trace.leaf.data[0]}")
    values = {line.symbol: line.value for line in trace.lines}
    routes = []
    for above in _walks(trace, found):
        cotangent, product = number(1), trace.moves.get(trace.whole, number(0))
        for one in reversed(above):
            product = replaced(product, {trace.moves[one.line.symbol]: one.differential})
            cotangent = pulled_back(one, cotangent)
        routes.append(Route(above, product, replaced(cotangent, values)))
    return routes


def listed(trace: Traced) -> list[Route]:
    """Return all paths, or none if there are too many."""
    try:
        return routes(trace)
    except MatcalcError:
        return []


def listed_occurrences(trace: Traced) -> list[tuple[Occurrence, ...]]:
    """Return the occurrences that each of :func:`routes` goes through; none if there are too many."""
    found = occurrences(trace)
    return list(_walks(trace, found)) if _count(trace, found) <= MAX_ROUTES else []


def _walks(trace: Traced, found: Sequence[Occurrence]) -> Iterator[tuple[Occurrence, ...]]:
    """Yield the occurrences of each path, from the leaf up."""
    inside: dict[Expr, list[Occurrence]] = {}
    for one in found:
        inside.setdefault(one.line.symbol, []).append(one)
    pending: list[tuple[Expr, _Above | None]] = [(trace.whole, None)]
    while pending:
        symbol, above = pending.pop()
        if symbol is trace.leaf:
            yield tuple(_listed(above))
        else:
            pending += [(one.symbol, _Above(one, above)) for one in reversed(inside.get(symbol, []))]


class _Above(NamedTuple):
    """An occurrence, and those above it, which several paths share."""

    occurrence: Occurrence
    more: _Above | None


def _listed(above: _Above | None) -> Iterator[Occurrence]:
    while above is not None:
        yield above.occurrence
        above = above.more


def _count(trace: Traced, found: Sequence[Occurrence]) -> int:
    """Return how many paths there are, without walking each."""
    ways = {trace.leaf: 1}
    inside: dict[Expr, list[Expr]] = {}
    for one in found:
        inside.setdefault(one.line.symbol, []).append(one.symbol)
    for line in trace.lines:
        ways[line.symbol] = sum(ways.get(symbol, 0) for symbol in inside.get(line.symbol, []))
    return ways[trace.whole]
