"""The cotangents of all lines of an evaluation trace, and the paths through the occurrences of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from matcalc.algebra import build, is_symmetric, laws_recorded, normalise, replaced
from matcalc.calculus import Assignment, Path, paths, size, tangent
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, number, postorder, variable, zeros
from matcalc.functions import Law
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
    """Return the differential of the value at the start of a path; the one at its end varies there alone."""
    *above, symbol = path.nodes
    moving = found = variable("moving", symbol.shape)
    for node, position in zip(reversed(above), reversed(path.positions), strict=True):
        found = node.with_args((*node.args[:position], found, *node.args[position + 1 :]))
    return replaced(tangent(found, {moving: move}), {moving: symbol})


def pulled_back(one: Occurrence, cotangent: Expr) -> Expr:
    """Return what the cotangent of the line contributes to that of the symbol, through this occurrence."""
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


#: A derivative that is larger than this gets a symbol, by which later lines call it.
LONGEST_INLINE = 5


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
    values = [one.value for one in contributions]
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


#: More paths are not listed.
MAX_ROUTES = 200


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
