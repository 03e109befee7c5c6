"""Liveness of temporaries, and which of their buffers are reused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matcalc.code.instructions import axes_of, is_view
from matcalc.code.tree import Name, Tree, names
from matcalc.expression import Expr, postorder

#: What costs nothing and is written wherever it is needed.
INLINE = frozenset(["number", "pi", "variable", "dimension", "transpose"])


class Value(NamedTuple):
    """The source of a value, and how many axes it has.

    ``fresh`` says that it is an array that nobody else holds, whose buffer may be reused.
    """

    tree: Tree
    axes: int
    fresh: bool = False


class Buffers:
    """The temporaries that hold values, and which of them are live: read by a statement that is to come.

    An operation may write to the buffer of an operand that is not live after it (Aho, Lam, Sethi and Ullman,
    Compilers (2006), section 8.4.2). Where not all arrays have one floating type, only instructions
    in ``floating`` have buffers that take any value.
    """

    def __init__(self, roots: Sequence[Expr], *, in_place: bool, floats: bool, floating: frozenset[Expr]):
        self.in_place = in_place
        self.floats = floats
        self.floating = floating
        self.stored: dict[Expr, Value] = {}
        self.uses = _uses(roots)
        #: How often each temporary is still to be read.
        self.left: dict[str, int] = {}

    def read(self, trees: Iterable[Tree]) -> None:
        """Take note that a statement has read what is in trees."""
        for name in names(*trees):
            if name in self.left:
                self.left[name] -= 1

    def hold(self, node: Expr, name: Name, *, fresh: bool) -> Value:
        """Return a temporary as the place of the value of an instruction."""
        self.left[name.text] = self.uses.get(node, 1)
        self.stored[node] = Value(name, axes_of(node), fresh)
        return self.stored[node]

    def hold_view(self, value: Value) -> None:
        """Take note that a temporary is a view, which changes with what it is a view of."""
        if value.axes and not value.fresh:
            self.left.update({name: self.left[name] + 1 for name in names(value.tree) if name in self.left})

    def is_named(self, value: Value) -> bool:
        """Return whether a value is a temporary that counts how often it is read."""
        return isinstance(value.tree, Name) and value.tree.text in self.left

    def is_dead_after(self, value: Value, reads: int) -> bool:
        """Return whether nothing reads a temporary after an operation that reads it so often."""
        return isinstance(value.tree, Name) and value.fresh and self.left[value.tree.text] <= reads

    def may_take(self, node: Expr) -> bool:
        """Return whether the buffer of an operand may be reused, as far as can be seen beforehand."""
        if not self.in_place or not (self.floats or node in self.floating):
            return False  # arrays of whole numbers do not take others
        found = self.stored.get(node)
        if found is not None:
            return found.fresh
        return bool(node.args) and axes_of(node) > 0 and not is_view(node)

    def accumulator(self, node: Expr, wanted: Iterable[bool]) -> int | None:
        """Return which operand of a sum or product may hold the value, of the wanted ones."""
        rows = zip(node.args, node.data.lies, wanted, strict=True)
        choices = [
            k
            for k, (arg, lies, is_wanted) in enumerate(rows)
            if is_wanted and lies == "" and arg.shape == node.shape and self.may_take(arg)
        ]
        return min(choices, key=lambda k: self.uses.get(node.args[k], 1), default=None)


def _uses(roots: Sequence[Expr]) -> dict[Expr, int]:
    """Return how often each value is read; what is written everywhere anew reads as often as it is read."""
    order = list(postorder(*roots))
    uses = dict.fromkeys(order, 0)
    for root in roots:
        uses[root] += 1
    for node in reversed(order):
        for arg in node.args:
            uses[arg] += uses[node] if node.op in INLINE else 1
    return uses
