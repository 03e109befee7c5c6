"""Where the values that depend on a variable occur in the lines of an evaluation trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from matcalc.algebra import normalise, replaced
from matcalc.calculus import Assignment, Path, paths, tangent
from matcalc.expression import Expr, postorder, variable
from matcalc.printing import TEXT, write


class Traced(NamedTuple):
    """An evaluation trace seen from one variable, its ``leaf``.

    ``moves`` are variables that stand for the differentials of the leaf and of all values that depend on it.
    """

    lines: tuple[Assignment, ...]
    leaf: Expr
    moves: Mapping[Expr, Expr]

    @property
    def active(self) -> list[Assignment]:
        """The lines that depend on the leaf."""
        return [line for line in self.lines if line.active]

    @property
    def whole(self) -> Expr:
        """The symbol of the last line."""
        return self.lines[-1].symbol


def traced(lines: Sequence[Assignment], leaf: Expr, taken: Iterable[str]) -> Traced:
    """Return a trace seen from a leaf; no differential is called like something that is ``taken``."""
    used = {*taken, *(line.name for line in lines)}
    moves = {}
    for symbol in [line.symbol for line in lines if line.active] + [leaf]:
        name = str(symbol.data[0])
        words = (f"d{name}", *(f"d_{name}" + "_" * i for i in range(len(used))))
        moves[symbol] = variable(next(word for word in words if word not in used), symbol.shape)
        used.add(str(moves[symbol].data[0]))
    return Traced(tuple(lines), leaf, moves)


class Occurrence(NamedTuple):
    """One place in the formula of a line at which a symbol stands.

    ``path`` leads to it inside the formula; ``differential`` is how the line moves when the symbol does,
    there alone.
    """

    line: Assignment
    path: Path
    differential: Expr

    @property
    def symbol(self) -> Expr:
        """The symbol."""
        return self.path.nodes[-1]

    @property
    def place(self) -> tuple[Expr, Expr, tuple[int, ...]]:
        """What tells this occurrence from all others."""
        return self.line.symbol, self.symbol, self.path.positions

    @property
    def written(self) -> Expr:
        """The symbol as it stands there, transposed or not."""
        above = self.path.nodes[-2] if len(self.path.nodes) > 1 else self.symbol
        return above if above.op == "transpose" else self.symbol


def occurrences(trace: Traced) -> list[Occurrence]:
    """Return all occurrences of the leaf and of values that depend on it, line by line."""
    symbols = symbols_of(trace.lines)
    return [
        Occurrence(line, path, replaced(_differential(path, trace.moves[node]), symbols))
        for line in trace.active
        for node in dict.fromkeys(postorder(line.formula))
        if node in trace.moves
        for path in paths(line.formula, node, line.symbol)
    ]


def _differential(path: Path, move: Expr) -> Expr:
    """Return how the value at the start of a path moves when the one at its end does, there alone."""
    *above, symbol = path.nodes
    moving = found = variable("moving", symbol.shape)
    for node, position in zip(reversed(above), reversed(path.positions), strict=True):
        found = node.with_args((*node.args[:position], found, *node.args[position + 1 :]))
    return replaced(tangent(found, {moving: move}), {moving: symbol})


def pulled_back(one: Occurrence, cotangent: Expr) -> Expr:
    """Return what the derivative by the line contributes to that by the symbol, through this occurrence."""
    along = paths(one.line.formula, one.symbol, cotangent)
    return next(path.contribution for path in along if path.positions == one.path.positions)


def symbols_of(lines: Sequence[Assignment]) -> dict[Expr, Expr]:
    """Return the symbols by the formulas, so that what a line has found is not written out again."""
    return {formula_of(line): line.symbol for line in lines}


def formula_of(line: Assignment) -> Expr:
    """Return the formula of a line as it is printed."""
    return normalise(line.formula)


def occurrence_text(one: Occurrence) -> str:
    """Return where a symbol stands: ``W' in N = W'*M``."""
    return f"{write(one.written, TEXT)} in {one.line.name} = {write(formula_of(one.line), TEXT)}"
