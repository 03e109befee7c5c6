"""The derivatives of a value by the lines of its evaluation trace, from the last line back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matcalc.algebra import build, is_symmetric, laws_recorded, normalise, replaced
from matcalc.calculus import Assignment, Path, paths, size
from matcalc.expression import Expr, number, postorder, variable, zeros
from matcalc.functions import Law

#: A derivative that is larger than this gets a symbol, by which later lines call it.
LONGEST_INLINE = 5


class Contribution(NamedTuple):
    """What one occurrence of a symbol in a line contributes to the derivative by it.

    ``value`` is in terms of symbols.
    """

    line: Assignment
    path: Path
    value: Expr

    @property
    def occurrence(self) -> Expr:
        """The symbol as it stands in the line, transposed or not."""
        above = self.path.nodes[-2] if len(self.path.nodes) > 1 else self.path.nodes[-1]
        return above if above.op == "transpose" else self.path.nodes[-1]


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


def cotangents_by_line(
    lines: Sequence[Assignment], leaf: Expr, taken: frozenset[str], *, longest: int = LONGEST_INLINE
) -> list[Cotangent]:
    """Return the derivatives by all lines that depend on ``leaf``, the last line first, and by the leaf.

    Each is the sum of what the lines contribute in which it occurs. What is larger than ``longest`` gets a
    symbol ``G_M``.
    """
    active = [line for line in lines if line.active]
    used = taken | {line.name for line in lines}
    symbols = symbols_of(lines)
    written = {lines[-1].symbol: number(1)}
    found = []
    for symbol in [line.symbol for line in reversed(active[:-1])] + [leaf]:
        contributions = []
        with laws_recorded() as laws:
            for line in reversed(active):
                if any(node is symbol for node in postorder(line.formula)):
                    along = paths(line.formula, symbol, written[line.symbol])
                    contributions += [
                        Contribution(line, path, replaced(path.contribution, symbols)) for path in along
                    ]
            values = [one.value for one in contributions]
            value = build("add", *values) if len(values) > 1 else values[0] if values else zeros(symbol.shape)
        written[symbol] = value
        if symbol is not leaf and size(value) > longest:
            name = f"G_{symbol.data[0]}"
            while name in used:
                name += "_"
            facts = frozenset(["symmetric"]) if is_symmetric(value) and not value.is_scalar else frozenset()
            written[symbol] = variable(name, symbol.shape, facts)
        found.append(Cotangent(symbol, value, written[symbol], tuple(contributions), tuple(laws)))
    return found


def symbols_of(lines: Sequence[Assignment]) -> dict[Expr, Expr]:
    """Return the symbols by the formulas, so that what a line has found is not written out again."""
    return {formula_of(line): line.symbol for line in lines}


def formula_of(line: Assignment) -> Expr:
    """Return the formula of a line as it is printed."""
    return normalise(line.formula)
