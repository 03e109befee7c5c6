"""Signatures of the entries: which shapes a function takes and what it returns."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from matcalc.expression.dimensions import ONE, SCALAR, Dim, Shape
from matcalc.functions import BY_OPERATION, Function


class Argument(NamedTuple):
    """An argument of a signature: its name and its shape in the signature's own symbols."""

    name: str
    shape: Shape
    is_column: bool
    is_scalar: bool


class Signature(NamedTuple):
    """Arguments and result shape of one entry."""

    arguments: tuple[Argument, ...]
    result: Shape


def _shape(text: str) -> Shape:
    names = [part.strip() for part in text.strip(" ()").split(",") if part.strip()]
    dims = [Dim.number(int(name)) if name.isdigit() else Dim.symbol(name) for name in names]
    rows, cols = (*dims, ONE, ONE)[:2]
    return rows, cols


@cache
def signature_of(entry: Function) -> Signature:
    """Return the signature of an entry, parsed.

    >>> from matcalc.functions import BY_OPERATION
    >>> signature_of(BY_OPERATION["tr"][0]).arguments[0].name
    'X'
    """
    left, right = entry.signature.split("->")
    arguments = []
    for part in left.replace("),", ");").split(";"):
        name, _, dims = part.partition(":")
        shape = _shape(dims)
        column = shape[1] is ONE and shape[0] is not ONE
        arguments.append(Argument(name.strip(), shape, column, shape == SCALAR))
    return Signature(tuple(arguments), _shape(right))


def bind(signature: Signature, shapes: tuple[Shape, ...]) -> dict[str, Dim] | None:
    """Return what the signature's symbols are for arguments of these shapes.

    ``None`` if the shapes do not fit.
    """
    if len(signature.arguments) != len(shapes):
        return None
    bound: dict[str, Dim] = {}
    for argument, shape in zip(signature.arguments, shapes, strict=True):
        if argument.is_column and shape[0] is ONE:
            return None
        for wanted, actual in zip(argument.shape, shape, strict=True):
            if wanted is ONE:
                if actual is not ONE:
                    return None
            elif bound.setdefault(wanted.name, actual) is not actual:
                return None
    return bound


@cache
def entry_for(op: str, shapes: tuple[Shape, ...]) -> tuple[Function, dict[str, Dim]] | None:
    """Return the entry of operation ``op`` for these shapes and what its symbols are.

    ``None`` if the table has none.
    """
    for entry in BY_OPERATION.get(op, ()):
        bound = bind(signature_of(entry), shapes)
        if bound is not None:
            return entry, bound
    return None


def result_shape(entry: Function, bound: dict[str, Dim]) -> Shape:
    """Return the shape of the entry's value when its symbols are ``bound``."""
    rows, cols = signature_of(entry).result
    return rows.substitute(bound), cols.substitute(bound)
