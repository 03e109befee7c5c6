"""Presentation, second step: names for subexpressions that are used more than once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from matcalc.algebra import split_coefficient
from matcalc.calculus.size import size
from matcalc.calculus.symbols import argument_symbols, entry_for_node, reserved, symbol
from matcalc.expression import Expr, postorder

#: What a name adds to the size of the whole, beside its uses and what it stands for: itself and ``=``.
NAME_COST = 2
#: So often a first choice is improved.
MAX_CHANGES = 12
_UNNAMED = frozenset(["pi", "number", "variable", "dimension", "identity", "ones", "zeros", "transpose"])


def named_parts(root: Expr, taken: Iterable[str], known: Mapping[Expr, str]) -> list[tuple[str, Expr]]:
    """Return names for parts of ``root``, each after those that it uses.

    The names are such that the result and its definitions together are small: the cost is the number of
    names, numbers and operators in them, ``=`` among them. ``known`` holds names that the user gave, whose
    definitions cost nothing; no other name is one of ``taken``.
    """
    order = list(postorder(root))
    choice = _Choice(root, order, known)
    choice.improve()
    chosen = [node for node in order if node in choice.named]
    symbols = argument_symbols(order)
    return _names(chosen, set(taken) | reserved(order), known, symbols)


class _Choice:
    """Which parts of an expression have names.

    ``own`` is what a node adds to the size of its arguments, so that the size of the whole is the sum of it
    over all nodes, as often as each is printed.
    """

    def __init__(self, root: Expr, order: Sequence[Expr], known: Mapping[Expr, str]):
        self.root = root
        self.order = order
        self.known = known
        self.own = {node: size(node) - sum(size(arg) for arg in node.args) for node in order}
        self.named = self._first()

    def _first(self) -> set[Expr]:
        """Return what pays from the top down, as if nothing below had a name."""
        named: set[Expr] = set()
        uses = dict.fromkeys(self.order, 0)
        uses[self.root] = 1
        for node in reversed(self.order):
            used = uses[node]
            if used > 1 and self._may_be_named(node) and self._saving(node, used, size(node)) > 0:
                named.add(node)
                used = 1
            for arg in node.args:
                uses[arg] += used
        return named

    def improve(self) -> None:
        """Add and drop names one by one, each time what saves most, as long as the whole gets smaller."""
        for _ in range(MAX_CHANGES):
            uses, sizes = self._uses(), self._sizes()
            best, change = 0, None
            for node in self.order:
                if not self._may_be_named(node):
                    continue
                saving = self._saving(node, uses[node], sizes[node])
                gain = -saving if node in self.named else saving
                if gain > best or (gain == 0 and best == 0 and node in self.named):
                    best, change = gain, node
            if change is None:
                return
            self.named ^= {change}

    def _saving(self, node: Expr, used: int, size: int) -> int:
        """Return by how much a name makes the whole smaller for a node that is printed so often."""
        return (used - 1) * size - used - (0 if node in self.known else NAME_COST)

    def _uses(self) -> dict[Expr, int]:
        """Return how often each node is printed, or its name."""
        uses = dict.fromkeys(self.order, 0)
        uses[self.root] = 1
        for node in reversed(self.order):
            for arg in node.args:
                uses[arg] += 1 if node in self.named else uses[node]
        return uses

    def _sizes(self) -> dict[Expr, int]:
        """Return the sizes of all nodes written out, with names in them."""
        sizes: dict[Expr, int] = {}
        for node in self.order:
            inner = sum(1 if arg in self.named else sizes[arg] for arg in node.args)
            sizes[node] = self.own[node] + inner
        return sizes

    def _may_be_named(self, node: Expr) -> bool:
        """Return whether a name may stand for the node; for an inverse, what is inverted gets it."""
        if node.op in _UNNAMED or node is self.root or split_coefficient(node)[0] != 1:
            return False
        entry = entry_for_node(node)
        return entry is None or not entry.latex.startswith("#1")


def _names(
    chosen: list[Expr], taken: set[str], known: Mapping[Expr, str], symbols: Mapping[Expr, str]
) -> list[tuple[str, Expr]]:
    taken |= {known[node] for node in chosen if node in known}
    named = []
    for node in chosen:
        name = known.get(node)
        if name is None:
            word = symbols.get(node) or symbol(node)
            name = next(n for n in (word if i == 1 else f"{word}{i}" for i in count(1)) if n not in taken)
            taken.add(name)
        named.append((name, node))
    return named
