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
    found, leaf = occurrences(trace), trace.leaf
    if _count(trace, found) > MAX_ROUTES:
        raise MatcalcError("E505", f"there are more than {MAX_ROUTES} paths to {leaf.data[0]}")
    values = {line.symbol: line.value for line in trace.lines}

    def down(symbol: Expr, cotangent: Expr, product: Expr, above: tuple[Occurrence, ...]) -> Iterator[Route]:
        if symbol is leaf:
            yield Route(above, product, replaced(cotangent, values))
            return
        for one in found:
            if one.line.symbol is symbol:
                put_in = replaced(product, {trace.moves[symbol]: one.differential})
                yield from down(one.symbol, pulled_back(one, cotangent), put_in, (one, *above))

    start = trace.moves.get(trace.whole, number(0))
    return list(down(trace.whole, number(1), start, ()))


def listed(trace: Traced) -> list[Route]:
    """Return all paths, or none if there are too many."""
    try:
        return routes(trace)
    except MatcalcError:
        return []


def _count(trace: Traced, found: Sequence[Occurrence]) -> int:
    """Return how many paths there are, without walking each."""
    ways = {trace.leaf: 1}
    for line in trace.lines:
        inside = [one.symbol for one in found if one.line is line]
        ways[line.symbol] = sum(ways.get(symbol, 0) for symbol in inside)
    return ways[trace.whole]
