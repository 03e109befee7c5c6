"""The paths from a value to a variable, in a formula and through the lines of a trace, with cotangents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from matcalc.algebra import (
    build,
    differentiable,
    is_symmetric,
    laws_recorded,
    normal_forms,
    normalise,
    replaced,
)
from matcalc.calculus.derivation import tangent
from matcalc.calculus.naming import size
from matcalc.calculus.sweep import pull_back
from matcalc.calculus.trace import Assignment
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, depends_on, is_zero, number, postorder, variable, zeros
from matcalc.functions import Law
from matcalc.functions.fields import lazy_property

#: More paths are not listed.
MAX_PATHS = 200
#: A derivative that is larger than this gets a symbol, by which later lines call it.
LONGEST_INLINE = 5


def _walks(start: Expr, end: Expr, onward: Callable[[Expr], Sequence[tuple[Any, Expr]]]) -> list[list[Any]]:
    """Return the steps of each walk from one node to another; each step is given with where it leads.

    All steps lead there in the end. Raises E505 if there are more than ``MAX_PATHS`` walks.
    """
    walks: list[list[Any]] = []
    pending: list[tuple[Expr, Any]] = [(start, None)]
    while pending:
        node, before = pending.pop()
        if node is not end:
            pending += [(target, (step, before)) for step, target in reversed(onward(node))]
            continue
        if len(walks) == MAX_PATHS:
            raise MatcalcError("E505", f"there are more than {MAX_PATHS} paths to {end.data[0]}")
        steps = []
        while before is not None:
            step, before = before
            steps.append(step)
        walks.append(steps[::-1])
    return walks


class Path(NamedTuple):
    """A path from a formula down to an occurrence of a variable.

    ``nodes`` are the intermediate values, the whole first, the variable last; ``positions`` tell which
    argument of each node the next one is.
    """

    nodes: tuple[Expr, ...]
    positions: tuple[int, ...]

    def pulled_back(self, cotangent: Expr) -> Expr:
        """Return what a cotangent of the whole contributes to that of the variable, along this path alone."""
        values = normal_forms(self.nodes[:1])
        for node, position in zip(self.nodes, self.positions, strict=False):
            if is_zero(cotangent):
                return zeros(self.nodes[-1].shape)
            cotangent = pull_back(node, position, cotangent, values)
        return cotangent


def paths(expr: Expr, variable: Expr) -> list[Path]:
    """Return all paths of an expression to a variable; what they pull back adds up to the gradient.

    Raises E505 if there are more than ``MAX_PATHS``.
    """
    root = differentiable(expr)
    active = depends_on(root, [variable])

    def arguments(node: Expr) -> list[tuple[tuple[Expr, int], Expr]]:
        return [((node, position), arg) for position, arg in enumerate(node.args) if arg in active]

    walks = _walks(root, variable, arguments) if root in active else []
    return [
        Path((*(node for node, _ in walk), variable), tuple([place for _, place in walk])) for walk in walks
    ]


class Occurrence(NamedTuple):
    """One place in the formula of a line at which a symbol stands.

    ``path`` leads to it inside the formula; ``differential`` is that of the line when the symbol
    varies there alone.
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


def _differential(path: Path, move: Expr) -> Expr:
    """Return the differential of the value at the start of a path; the one at its end varies there alone."""
    *above, symbol = path.nodes
    moving = varying = variable("moving", symbol.shape)
    for node, position in zip(reversed(above), reversed(path.positions), strict=True):
        varying = node.with_args((*node.args[:position], varying, *node.args[position + 1 :]))
    return replaced(tangent(varying, {moving: move}), {moving: symbol})


@dataclass(frozen=True, eq=False)
class Traced:
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

    @property
    def move(self) -> Expr:
        """The differential of the whole; the whole itself, which is constant, if that has none."""
        return self.moves.get(self.whole, self.whole)

    @lazy_property
    def symbols(self) -> Mapping[Expr, Expr]:
        """The symbols by the formulas, so that what a line has found is not written out again."""
        return {formula_of(line): line.symbol for line in self.lines}

    @lazy_property
    def occurrences(self) -> Mapping[Expr, Sequence[Occurrence]]:
        """The occurrences of the leaf and of values that depend on it, by the symbols of the lines."""
        return {line.symbol: list(self._occurrences(line)) for line in self.active}

    def _occurrences(self, line: Assignment) -> Iterator[Occurrence]:
        for node in dict.fromkeys(postorder(line.formula)):
            for path in paths(line.formula, node) if node in self.moves else ():
                differential = replaced(_differential(path, self.moves[node]), self.symbols)
                yield Occurrence(line, path, differential)

    def walks(self) -> list[list[Occurrence]]:
        """Return the occurrences on each path from the leaf to the whole, in this order.

        Raises E505 if there are more than ``MAX_PATHS``.
        """

        def onward(symbol: Expr) -> list[tuple[Occurrence, Expr]]:
            return [(occurrence, occurrence.symbol) for occurrence in self.occurrences.get(symbol, ())]

        return [walk[::-1] for walk in _walks(self.whole, self.leaf, onward)]

    def numbered_walks(self) -> list[tuple[int, list[Occurrence]]]:
        """Return :meth:`walks` with their numbers; none if there are too many."""
        try:
            return list(enumerate(self.walks(), 1))
        except MatcalcError:
            return []


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


def formula_of(line: Assignment) -> Expr:
    """Return the formula of a line as it is printed."""
    return normalise(line.formula)


class Contribution(NamedTuple):
    """What one occurrence of a symbol contributes to its cotangent, in terms of symbols."""

    occurrence: Occurrence
    value: Expr


class Cotangent(NamedTuple):
    """The derivative of the whole with respect to a symbol.

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
    """Return the sum of contributions to the cotangent of a symbol, with like terms merged."""
    values = [contribution.value for contribution in contributions]
    return build("add", *values) if len(values) > 1 else values[0] if values else zeros(symbol.shape)


def cotangents_by_line(
    trace: Traced, taken: frozenset[str], *, longest: int = LONGEST_INLINE
) -> list[Cotangent]:
    """Return the cotangents of all lines that depend on the leaf, the last line first, and of the leaf.

    Each is the sum of what the lines contribute in which the symbol occurs. What is larger than
    ``longest`` gets a symbol ``G_M``.
    """
    active, leaf = [line.symbol for line in trace.active], trace.leaf
    used = taken | {line.name for line in trace.lines}
    place_of = {symbol: place for place, symbol in enumerate(active)}
    by_symbol: dict[Expr, list[Occurrence]] = {}
    for occurrence in chain.from_iterable(trace.occurrences.values()):
        by_symbol.setdefault(occurrence.symbol, []).append(occurrence)
    written = {trace.whole: number(1)}
    cotangents = []
    for symbol in [*reversed(active[:-1]), leaf]:
        places = by_symbol.get(symbol, [])
        places.sort(
            key=lambda occurrence: -place_of[occurrence.line.symbol]
        )  # in the order in which they are known
        with laws_recorded() as laws:
            shares = [
                replaced(occurrence.path.pulled_back(written[occurrence.line.symbol]), trace.symbols)
                for occurrence in places
            ]
            contributions = [Contribution(*pair) for pair in zip(places, shares, strict=True)]
            value = total_of(contributions, symbol)
        written[symbol] = value
        if symbol is not leaf and size(value) > longest:
            name = f"G_{symbol.data[0]}"
            while name in used:
                name += "_"
            facts = frozenset(["symmetric"]) if is_symmetric(value) and not value.is_scalar else frozenset()
            written[symbol] = variable(name, symbol.shape, facts)
        cotangents.append(Cotangent(symbol, value, written[symbol], tuple(contributions), tuple(laws)))
    return cotangents


class Route(NamedTuple):
    """A path: the occurrences that it goes through, from the variable up to the whole.

    ``product`` is that of the local derivatives along it, as a differential: that of the whole when the
    variable varies at this occurrence alone. ``contribution`` is what it adds to the gradient.
    """

    occurrences: tuple[Occurrence, ...]
    product: Expr
    contribution: Expr


def routes(trace: Traced) -> list[Route]:
    """Return all paths from a leaf to the last line; their contributions add up to the gradient.

    Raises E505 if there are more than ``MAX_PATHS``.
    """
    values = {line.symbol: line.value for line in trace.lines}
    paths = []
    for walk in trace.walks():
        cotangent, product = number(1), trace.moves.get(trace.whole, number(0))
        for occurrence in reversed(walk):
            product = replaced(product, {trace.moves[occurrence.line.symbol]: occurrence.differential})
            cotangent = occurrence.path.pulled_back(cotangent)
        paths.append(Route(tuple(walk), product, replaced(cotangent, values)))
    return paths
