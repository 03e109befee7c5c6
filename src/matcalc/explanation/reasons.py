"""Why a line of a derivation holds: the rule in words, as a formula, and its source."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from matcalc.algebra import Writing, as_written, laws_recorded, normalise
from matcalc.calculus import Path, entry_used, pullback, tangent
from matcalc.expression import Expr, dimension, variable, variables
from matcalc.expression.signatures import signature_of
from matcalc.functions import Function
from matcalc.printing import Text, write


class Reason(NamedTuple):
    """The rule for one argument of an operation.

    ``words`` say what backpropagation does, ``doc`` what the operation is. ``value`` is that with letters for
    its arguments, ``pulled`` what the derivative ``G`` by the value contributes to ``argument``, and
    ``differential`` that of the value.
    """

    words: str
    doc: str
    value: Expr
    argument: str
    pulled: Expr
    differential: Expr
    source: str

    def formula(self, style: Text, whole: str = "L") -> str:
        """Return the rule as backpropagation uses it."""
        by = style.partial(whole, style.name(self.argument))
        letter = "V" if "Z" in variables([self.value]) else "Z"
        rule = f"{by} = {write(self.pulled, style)}"
        return f"{letter} = {write(self.value, style)}{style.words(': ')}{rule}"

    def differential_formula(self, style: Text) -> str:
        """Return the rule as a differential."""
        return f"d{style.bracket(write(self.value, style))} = {write(self.differential, style)}"


def reasons(path: Path) -> list[Reason]:
    """Return the rules that are used along a path, each once, from the value down."""
    found = []
    for node, position in zip(path.nodes, path.positions, strict=False):
        used = entry_used(node, position)
        if used is not None:
            found.append(reason_of(*used))
    return list(dict.fromkeys(found))


@cache
def reason_of(entry: Function, position: int) -> Reason:
    """Return the rule for one argument of a function."""
    arguments = signature_of(entry).arguments
    letters = [dimension(a.shape[0]) if a.is_dim else variable(a.name, a.shape) for a in arguments]
    moves = {
        letter: variable(f"d{a.name}", a.shape)
        for letter, a in zip(letters, arguments, strict=True)
        if not a.is_dim
    }
    written = Expr(entry.name, tuple(letters), signature_of(entry).result)
    with as_written(Writing()), laws_recorded(listed=False):
        value = normalise(written)
        pulled = normalise(pullback(entry, position))
        return Reason(
            _words(entry, position),
            entry.doc.rstrip("."),
            value,
            arguments[position].name,
            pulled,
            tangent(written, moves),
            entry.source,
        )


def _words(entry: Function, position: int) -> str:
    stated = [words.strip() for words in entry.rule.split(";") if words.strip()]
    if stated:
        return stated[position] if position < len(stated) else stated[-1]
    if entry.elementwise:
        return f"{entry.name} works on each entry: the derivative is multiplied by its own, entry by entry"
    if entry.adjoint:
        return f"{entry.name} is linear in its argument: the derivative goes back by its adjoint"
    return f"the differential of {entry.name}, transposed"
