"""Why a line of a derivation holds: the rule in words, as a formula, and its source."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from matcalc.algebra import Writing, as_written, laws_recorded, normalise
from matcalc.calculus import Path, entry_used, pullback, tangent
from matcalc.explanation.letters import free_letter, renamed, renamed_text, renaming
from matcalc.expression import Expr, dimension, variable, variables
from matcalc.expression.signatures import signature_of
from matcalc.functions import Function
from matcalc.printing import Text, write


class Equation(NamedTuple):
    """Something, as it is written, and what it is equal to."""

    left: str
    right: Expr

    def written(self, style: Text) -> str:
        """Return both sides."""
        return f"{self.left} = {write(self.right, style)}"


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

    def equations(self, style: Text, whole: str, taken: Collection[str]) -> tuple[Equation, str, Equation]:
        """Return the rule as backpropagation uses it: two equations are given, the third follows.

        No letter in it is one of those that are ``taken``.
        """
        names = renaming(variables([self.value]).values(), taken)
        used = {*taken, *(names.get(name, name) for name in variables([self.value]))}
        letter = free_letter("Z1", "ZVYWUSQPR", used)
        names["G"] = free_letter("G1", "GHFEDC", {*used, letter})
        argument = style.name(names.get(self.argument, self.argument))
        return (
            Equation(style.name(letter), renamed(self.value, names)),
            f"{style.name(names['G'])} = {style.partial(whole, style.name(letter))}",
            Equation(style.partial(whole, argument), renamed(self.pulled, names)),
        )

    def formula(self, style: Text, whole: str = "L", taken: Collection[str] = ()) -> str:
        """Return the rule as backpropagation uses it."""
        value, cotangent, pulled = self.equations(style, whole, taken)
        words = [style.words(text) for text in ("if ", " and ", ", then ")]
        return f"{words[0]}{value.written(style)}{words[1]}{cotangent}{words[2]}{pulled.written(style)}"

    def described(self, taken: Collection[str] = ()) -> str:
        """Return what the operation is, with the letters of :meth:`differential_equation`."""
        return renamed_text(self.doc, renaming(variables([self.value]).values(), taken))

    def differential_equation(self, style: Text, taken: Collection[str] = ()) -> Equation:
        """Return the rule as a differential."""
        names = renaming(variables([self.value]).values(), taken)
        names |= {f"d{name}": f"d{new}" for name, new in names.items()}
        value = write(renamed(self.value, names), style)
        return Equation(style.differential(value), renamed(self.differential, names))


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
