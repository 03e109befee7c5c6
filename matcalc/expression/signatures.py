"""Signatures of the entries: which shapes a function takes and what it returns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, reduce
from typing import NamedTuple

from matcalc.expression.dimensions import ONE, SCALAR, Dim, Shape
from matcalc.expression.nodes import Expr
from matcalc.functions import BY_OPERATION, Function


class Argument(NamedTuple):
    """An argument of a signature: its name and its shape in the signature's own symbols.

    ``is_dim`` marks one that is a dimension, written ``m: dim``; its shape is ``(m, 1)``.
    """

    name: str
    shape: Shape
    is_column: bool
    is_scalar: bool
    is_dim: bool


class Signature(NamedTuple):
    """Arguments and result shape of one entry.

    ``entrywise`` says that there are several arguments, and all may have any shape, that of the value.
    """

    arguments: tuple[Argument, ...]
    result: Shape
    entrywise: bool


def _dim(text: str) -> Dim:
    """Return the dimension that is written, such as ``m*n``, or half a sum such as ``(n*n+n)/2``."""
    if text.endswith("/2"):
        return _dim(text[1:-3]).half or ONE
    products = [
        [Dim.number(int(t)) if t.isdigit() else Dim.symbol(t) for t in term.split("*")]
        for term in text.split("+")
    ]
    return reduce(Dim.__add__, [reduce(Dim.__mul__, factors) for factors in products])


def _shape(text: str) -> Shape:
    dims = [_dim(part.strip()) for part in text.strip()[1:-1].split(",") if part.strip()]
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
    for part in left.replace("),", ");").replace("dim,", "dim;").split(";"):
        name, _, dims = (text.strip() for text in part.partition(":"))
        is_dim = dims == "dim"
        shape = (Dim.symbol(name), ONE) if is_dim else _shape(dims)
        column = not is_dim and shape[1] is ONE and shape[0] is not ONE
        arguments.append(Argument(name, shape, column, shape == SCALAR, is_dim))
    result = _shape(right)
    any_shape = result[0] is not result[1] and bool(result[0].name and result[1].name)
    entrywise = len(arguments) > 1 and any_shape and all(a.shape == result for a in arguments)
    return Signature(tuple(arguments), result, entrywise)


def bind(signature: Signature, shapes: tuple[Shape, ...]) -> dict[str, Dim] | None:
    """Return what the signature's symbols are for arguments of these shapes.

    ``None`` if the shapes do not fit.
    """
    if len(signature.arguments) != len(shapes):
        return None
    bound: dict[str, Dim] = {}
    compound: list[tuple[Dim, Dim]] = []
    for argument, shape in zip(signature.arguments, shapes, strict=True):
        if argument.is_column and shape[0] is ONE:
            return None
        for wanted, actual in zip(argument.shape, shape, strict=True):
            if not wanted.name:
                compound.append((wanted, actual))
            elif bound.setdefault(wanted.name, actual) is not actual:
                return None
    return bound if all(bind_compound(wanted, actual, bound) for wanted, actual in compound) else None


def bind_compound(wanted: Dim, actual: Dim, bound: dict[str, Dim]) -> bool:
    """Return whether a number or product of dimensions fits; one unknown factor is bound."""
    unknown = [name for name in wanted.symbols if name not in bound]
    if not unknown:
        return wanted.substitute(bound) is actual
    rest = wanted.substitute({**bound, unknown[0]: ONE})
    quotient = actual.divided_by(rest) if len(unknown) == 1 else None
    if quotient is None:
        return False
    bound[unknown[0]] = quotient
    return True


@cache
def entry_for(op: str, shapes: tuple[Shape, ...]) -> tuple[Function, dict[str, Dim]] | None:
    """Return the entry of operation ``op`` for these shapes and what its symbols are.

    ``None`` if the table has none. An argument that is a dimension ``m`` counts as ``(m, 1)``.
    """
    for entry in BY_OPERATION.get(op, ()):
        bound = bind(signature_of(entry), shapes)
        if bound is not None:
            return entry, bound
    return None


def entry_of(op: str, args: Sequence[Expr]) -> tuple[Function, dict[str, Dim]] | None:
    """Return the entry of operation ``op`` for these arguments and what its symbols are."""
    if op in take_dimensions():
        return entry_for(op, tuple(_as_dimension(arg) for arg in args))
    return entry_for(op, tuple([arg.shape for arg in args]))


def entry_for_node(node: Expr) -> Function | None:
    """Return the entry of the operation of a node, ``None`` for a leaf."""
    reading = entry_of(node.op, node.args) if node.args else None
    return reading[0] if reading is not None else None


def is_finite_if_invertible(node: Expr) -> bool:
    """Return whether a value is finite only if the first argument, a matrix, is invertible."""
    entry = entry_for_node(node)
    return entry is not None and entry.finite_if_invertible


def arguments_by_name(entry: Function, args: Sequence[Expr]) -> dict[str, Expr]:
    """Return the arguments of a function by the names in its signature, but for those that are dimensions."""
    arguments = signature_of(entry).arguments
    return {each.name: arg for each, arg in zip(arguments, args, strict=True) if not each.is_dim}


@cache
def take_dimensions() -> frozenset[str]:
    """Return the operations with arguments that are dimensions."""
    return frozenset(
        op for op, entries in BY_OPERATION.items() if any(": dim" in e.signature for e in entries)
    )


def _as_dimension(arg: Expr) -> Shape:
    if arg.op == "dimension":
        return arg.data, ONE
    if arg.op == "number" and isinstance(arg.data, int):
        return Dim.number(arg.data), ONE
    return arg.shape


def result_shape(entry: Function, bound: dict[str, Dim]) -> Shape:
    """Return the shape of the entry's value when its symbols are ``bound``."""
    rows, cols = signature_of(entry).result
    return rows.substitute(bound), cols.substitute(bound)


def is_linear_alone(entry: Function, position: int) -> bool:
    """Return whether an entry is linear in an argument while the others stay as they are.

    Then the adjoint has the others in it, as in ``G*Y'``. A sum is linear in its terms together: that of
    ``X + Y`` is ``G`` for each.
    """
    adjoint = entry.adjoints[position]
    words = re.findall(r"\w+", adjoint)
    others = [
        argument
        for i, argument in enumerate(signature_of(entry).arguments)
        if i != position and not argument.is_dim
    ]
    return bool(adjoint) and all(argument.name in words for argument in others)
