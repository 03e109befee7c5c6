"""What the field ``sympy`` of the entries says: a function of SymPy, or a definition by other functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from matcalc.algebra import filled_in, read_template
from matcalc.expression import ONE, SCALAR, Dim, Expr, Shape, variable
from matcalc.expression.signatures import signature_of
from matcalc.functions import FUNCTIONS, Function

#: Begins a definition in the language.
_DEFINES = "="
#: Begins the name of a function of SymPy.
_NAMES = "sympy:"


class Counterpart(NamedTuple):
    """A function of SymPy with its arguments: names of the entry's arguments, or numbers."""

    entry: Function
    name: str
    arguments: tuple[str | Fraction, ...]


def _alternatives(entry: Function) -> list[str]:
    return [part.strip() for part in entry.sympy.split(";") if part.strip()]


@cache
def counterparts_of(entry: Function) -> tuple[Counterpart, ...]:
    """Return the functions of SymPy that the entry names.

    >>> from matcalc.functions import BY_OPERATION
    >>> counterparts_of(BY_OPERATION["step"][0])[0].arguments
    ('X', Fraction(1, 2))
    """
    found = []
    for part in _alternatives(entry):
        if part.startswith(_NAMES):
            name, _, arguments = part.removeprefix(_NAMES).rstrip(")").partition("(")
            words = [word.strip() for word in arguments.split(",") if word.strip()]
            words = words or [argument.name for argument in signature_of(entry).arguments]
            given = tuple(word if word.isidentifier() else Fraction(word) for word in words)
            found.append(Counterpart(entry, name, given))
    return tuple(found)


@cache
def counterparts_called(name: str) -> tuple[Counterpart, ...]:
    """Return what the function ``name`` of SymPy may be, the most special first."""
    found = [part for entry in FUNCTIONS for part in counterparts_of(entry) if part.name == name]
    return tuple(sorted(found, key=lambda part: sum(isinstance(word, str) for word in part.arguments)))


def definition_of(entry: Function) -> str:
    """Return the definition of an entry by others, empty if it states none.

    Of an elementwise function it is that of one entry, a scalar.
    """
    return next(
        (part.removeprefix(_DEFINES).strip() for part in _alternatives(entry) if part.startswith(_DEFINES)),
        "",
    )


def arguments_for(entry: Function, dims: Mapping[str, Dim]) -> tuple[Expr, ...]:
    """Return variables named and shaped like the entry's arguments, with some sizes replaced."""
    return tuple(
        variable(a.name, (a.shape[0].substitute(dims), a.shape[1].substitute(dims)))
        for a in signature_of(entry).arguments
    )


@cache
def definition_template(entry: Function) -> Expr:
    """Return the definition of an entry in terms of its arguments, as written."""
    kinds = [(arg.data[0], _declaration(entry, arg.shape)) for arg in arguments_for(entry, {})]
    return read_template(definition_of(entry), tuple(kinds))


def _declaration(entry: Function, shape: Shape) -> str:
    if entry.elementwise or shape == SCALAR:
        return "scalar"
    return f"vector({shape[0]})" if shape[1] is ONE else f"matrix({shape[0]},{shape[1]})"


def defined(entry: Function, args: Sequence[Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the definition of the entry for some arguments, as written.

    ``dims`` are the sizes that the symbols of the signature stand for.
    """
    names = [argument.name for argument in signature_of(entry).arguments]
    return filled_in(definition_template(entry), dict(zip(names, args, strict=True)), dims)
