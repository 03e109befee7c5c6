"""An expression as it is understood, with its derivatives, before they are presented."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matcalc.algebra import Writing, as_written, is_symmetric, normal_forms, normalise
from matcalc.calculus import DEMANDING, Derivation, named_parts
from matcalc.errors import Label, MatcalcError
from matcalc.expression import Expr, postorder, variables
from matcalc.language import Reading
from matcalc.language import parse as read
from matcalc.printing import TEXT, write


def names_taken(reading: Reading) -> set[str]:
    """Return the names that the user has given to anything."""
    dims = {symbol for v in reading.variables.values() for dim in v.shape for symbol in dim.symbols}
    return dims | {*reading.variables, *reading.definitions}


def understood(
    text: str,
    declarations: Mapping[str, str] | None,
    wrt: Iterable[str] = (),
    *,
    latex: bool | None = None,
) -> Reading:
    """Return what the text is read as, every function with arguments that it can have.

    Undeclared matrices are taken as symmetric where a function needs it; notes say so. Raises E203
    for an argument that is not known to be symmetric though its function needs it.
    """
    reading = read(text, declarations, wrt, latex=latex)
    unmet = _unmet_requirements(reading)
    if not unmet:
        return reading
    names = {
        name: node.op
        for node in reversed(unmet)
        for name, variable in variables([node]).items()
        if reading.sources[name] != "declared" and variable.shape[0] is variable.shape[1]
    }
    assumed = {**(declarations or {}), **dict.fromkeys(names, "symmetric")}
    again = read(text, assumed, wrt, latex=latex) if names else reading
    refuse_unmet_requirements(again)
    notes = [
        f"{name} is taken as a symmetric matrix; {function} needs one" for name, function in names.items()
    ]
    sources = {**again.sources, **dict.fromkeys(names, "inferred")}
    return again._replace(notes=(*again.notes, *notes), sources=sources)


def refuse_unmet_requirements(reading: Reading) -> None:
    """Raise E203 for the first argument that is not known to be what its function requires."""
    for node in _unmet_requirements(reading):
        raise _not_symmetric(reading, node)


def _unmet_requirements(reading: Reading) -> list[Expr]:
    """Return the calls of functions of symmetric matrices whose arguments are not known to be so."""
    demanding = [node for node in postorder(reading.expr) if node.op in DEMANDING]
    normal = normal_forms(demanding)
    return [
        node
        for node in demanding
        if not (normal[node.args[0]].is_scalar or is_symmetric(normal[node.args[0]]))
    ]


def _not_symmetric(reading: Reading, node: Expr) -> MatcalcError:
    argument = normalise(node.args[0])
    text = write(argument, TEXT, named_parts(argument, names_taken(reading), {}))
    message = f"{node.op} needs a symmetric matrix; {text} is not known to be symmetric"
    place = reading.spans.get(node.args[0])
    labels = [Label(place, "not known to be symmetric")] if place is not None else []
    help_text = "declare it symmetric, or write sym(...)"
    return MatcalcError("E203", message, source=reading.text, labels=labels, help=help_text)


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
