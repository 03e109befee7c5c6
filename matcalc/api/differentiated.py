"""An expression with its derivatives, before presentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from matcalc.algebra import Writing, as_written, normal_forms
from matcalc.calculus import Derivation
from matcalc.expression import Expr, postorder
from matcalc.language import Reading


class Differentiated(NamedTuple):
    """An expression with its derivatives up to some order; ``choice`` says how structures are respected."""

    reading: Reading
    derivations: tuple[Derivation, ...]
    choice: str
    writing: Writing

    @property
    def last(self) -> Derivation:
        """The derivative of the highest order."""
        return self.derivations[-1]


def known_names(of: Differentiated) -> Mapping[Expr, str]:
    """Return the names that the user gave to parts of the expression."""
    with as_written(of.writing):
        return names_given(of.reading)


def names_given(reading: Reading) -> Mapping[Expr, str]:
    """Return the names that were given after ``where``, by the normal forms of what they stand for."""
    normal = normal_forms(reading.definitions.values())
    return {normal[value]: name for name, value in reading.definitions.items()}


def used_in(definitions: list[tuple[str, Expr]], node: Expr) -> list[tuple[str, Expr]]:
    """Return the definitions of parts of the node; it may be defined itself, which says nothing of it."""
    inside = set(postorder(node)) - {node}
    return [(name, value) for name, value in definitions if value in inside]
