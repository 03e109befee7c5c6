"""The derivatives of a value by the lines of its evaluation trace, from the last line back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matcalc.algebra import build, is_symmetric, laws_recorded, replaced
from matcalc.calculus import size
from matcalc.explanation.occurrences import Occurrence, Traced, occurrences, pulled_back, symbols_of
from matcalc.expression import Expr, number, variable, zeros
from matcalc.functions import Law

#: A derivative that is larger than this gets a symbol, by which later lines call it.
LONGEST_INLINE = 5


class Contribution(NamedTuple):
    """What one occurrence of a symbol contributes to the derivative by it, in terms of symbols."""

    occurrence: Occurrence
    value: Expr


class Cotangent(NamedTuple):
    """The derivative of the whole by a symbol.

    ``value`` is in terms of symbols; ``written`` is what later lines have for it, the value itself or a
    symbol of its own.
    """

    symbol: Expr
    value: Expr
    written: Expr
    contributions: tuple[Contribution, ...]
    laws: tuple[Law, ...]

    @property
    def letter(self) -> str:
        """The symbol of its own, empty if it has none."""
        return "" if self.written is self.value else str(self.written.data[0])


def total_of(contributions: Sequence[Contribution], symbol: Expr) -> Expr:
    """Return the sum of contributions to the derivative by a symbol, with like terms together."""
    values = [one.value for one in contributions]
    return build("add", *values) if len(values) > 1 else values[0] if values else zeros(symbol.shape)


def cotangents_by_line(
    trace: Traced, taken: frozenset[str], *, longest: int = LONGEST_INLINE
) -> list[Cotangent]:
    """Return the derivatives by all lines that depend on the leaf, the last line first, and by the leaf.

    Each is the sum of what the lines contribute in which it occurs. What is larger than ``longest`` gets a
    symbol ``G_M``.
    """
    active, leaf = [line.symbol for line in trace.active], trace.leaf
    used = taken | {line.name for line in trace.lines}
    symbols = symbols_of(trace.lines)
    place_of = {symbol: place for place, symbol in enumerate(active)}
    by_symbol: dict[Expr, list[Occurrence]] = {}
    for one in occurrences(trace):
        by_symbol.setdefault(one.symbol, []).append(one)
    written = {trace.whole: number(1)}
    found = []
    for symbol in [*reversed(active[:-1]), leaf]:
        places = by_symbol.get(symbol, [])
        places.sort(key=lambda one: -place_of[one.line.symbol])  # in the order in which they are known
        with laws_recorded() as laws:
            shares = [replaced(pulled_back(one, written[one.line.symbol]), symbols) for one in places]
            contributions = [Contribution(*pair) for pair in zip(places, shares, strict=True)]
            value = total_of(contributions, symbol)
        written[symbol] = value
        if symbol is not leaf and size(value) > longest:
            name = f"G_{symbol.data[0]}"
            while name in used:
                name += "_"
            facts = frozenset(["symmetric"]) if is_symmetric(value) and not value.is_scalar else frozenset()
            written[symbol] = variable(name, symbol.shape, facts)
        found.append(Cotangent(symbol, value, written[symbol], tuple(contributions), tuple(laws)))
    return found
