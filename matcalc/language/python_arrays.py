"""Arrays as NumPy has them: how many axes they have, and what its operators make of them.

An array with one axis is a column here, and a row where the matrix product needs one. What NumPy broadcasts
is written as a product with ``ones``.
"""

from __future__ import annotations

from typing import NamedTuple

from matcalc.errors import MatcalcError, Span
from matcalc.language.syntax import Syntax, fault

#: Kinds of arrays by their axes: none; one; two, of which the last, the first, or none has length 1.
SCALAR, VECTOR, COLUMN, ROW, MATRIX = "svcrm"
_VECTORS = (VECTOR, COLUMN, ROW)
_OF_TRANSPOSES = {COLUMN: ROW, ROW: COLUMN}
#: What a product and a quotient of two arrays are.
_ENTRYWISE = {"mul": "hadamard", "quotient": "hadamard_quotient"}


class Array(NamedTuple):
    """A value in code: its syntax, and its kind by the axes that it has."""

    node: Syntax
    kind: str

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a single number."""
        return self.kind == SCALAR


def ones(span: Span) -> Syntax:
    """Return a column of ones, as long as it has to be."""
    return Syntax("name", (), span.start, span.end, "ones")


def transposed(node: Syntax) -> Syntax:
    """Return the transpose of a node."""
    return node.args[0] if node.op == "transpose" else Syntax("transpose", (node,), node.start, node.end)


def product(left: Syntax, right: Syntax, span: Span) -> Syntax:
    """Return the matrix product, or the multiple, of two nodes."""
    factors = left.args if left.op == "mul" else (left,)
    return Syntax("mul", (*factors, right), span.start, span.end)


def transpose(array: Array) -> Array:
    """Return the transpose of an array with two axes; an array with one axis stays."""
    if array.kind in (SCALAR, VECTOR):
        return array
    return Array(transposed(array.node), _OF_TRANSPOSES.get(array.kind, MATRIX))


def matrix_product(left: Array, right: Array, span: Span) -> Array:
    """Return ``left @ right``: an array with one axis is a row on the left, a column on the right."""
    a, b = left.node, right.node
    if SCALAR in (left.kind, right.kind):
        kind = right.kind if left.is_scalar else left.kind
        return Array(Syntax("mul", (a, b), span.start, span.end), kind)
    if left.kind == VECTOR:
        row = product(transposed(a), b, span)
        if right.kind in (VECTOR, COLUMN):
            return Array(row, SCALAR)
        return Array(Syntax("transpose", (row,), span.start, span.end), VECTOR)
    last = {VECTOR: VECTOR, COLUMN: COLUMN}.get(right.kind, MATRIX)
    if left.kind == ROW:
        return Array(product(a, b, span), ROW if last == MATRIX else SCALAR)
    if left.kind == COLUMN and last == VECTOR:
        message = "a column times an array with one axis"
        raise fault("E202", message, span, "NumPy refuses it", "write x @ y for an inner product")
    return Array(product(a, b, span), last)


def common_kind(left: str, right: str) -> str:
    """Return the kind of what two arrays are broadcast to.

    >>> common_kind("v", "v"), common_kind("v", "r"), common_kind("v", "m"), common_kind("c", "r")
    ('v', 'r', 'm', 'm')
    """
    if SCALAR in (left, right):
        return right if left == SCALAR else left
    if left == right:
        return left
    return ROW if {left, right} == {VECTOR, ROW} else MATRIX


def spread(array: Array, kind: str) -> Array:
    """Return an array broadcast to a kind; a scalar stays, since operators spread it."""
    node = array.node
    if array.kind in (SCALAR, kind):
        return array
    if kind == ROW:
        return Array(transposed(node), ROW)
    span = node.span
    if array.kind == COLUMN:
        return Array(product(node, transposed(ones(span)), span), kind)
    row = node if array.kind == ROW else transposed(node)
    return Array(Syntax("mul", (ones(span), row), span.start, span.end), kind)


def entrywise(op: str, left: Array, right: Array, span: Span) -> Array:
    """Return the sum (``add``), product (``mul``) or ``quotient`` of two arrays, entry by entry."""
    kind = common_kind(left.kind, right.kind)
    a, b = spread(left, kind).node, spread(right, kind).node
    of_arrays = not right.is_scalar and (op == "quotient" or not left.is_scalar)
    if op == "add":
        args = (*a.args, b) if a.op == "add" else (a, b)
        return Array(Syntax("add", args, span.start, span.end), kind)
    return Array(Syntax(_ENTRYWISE[op] if of_arrays else op, (a, b), span.start, span.end), kind)


def power(base: Array, exponent: Array, span: Span) -> Array:
    """Return ``base ** exponent``, entry by entry."""
    kind = common_kind(base.kind, exponent.kind)
    op = "power" if kind == SCALAR else "hadamard_power"
    args = spread(base, kind).node, spread(exponent, kind).node
    return Array(Syntax(op, args, span.start, span.end), kind)


def negative(array: Array, span: Span) -> Array:
    """Return ``-array``."""
    return Array(Syntax("negate", (array.node,), span.start, span.end), array.kind)


def as_column(array: Array) -> Array:
    """Return ``x[:, None]``."""
    return Array(array.node, COLUMN if array.kind == VECTOR else array.kind)


def as_row(array: Array) -> Array:
    """Return ``x[None, :]``."""
    return Array(transposed(array.node), ROW) if array.kind == VECTOR else array


def as_vector(array: Array, span: Span) -> Array:
    """Return the entries of an array in the order of NumPy: the rows of a matrix one after another."""
    if array.kind == SCALAR or array.kind == VECTOR:
        return array
    if array.kind == COLUMN:
        return Array(array.node, VECTOR)
    if array.kind == ROW:
        return Array(transposed(array.node), VECTOR)
    return Array(call("vec", (transposed(array.node),), span), VECTOR)


def call(name: str, args: tuple[Syntax, ...], span: Span) -> Syntax:
    """Return a call of a function of the table."""
    return Syntax("call", args, span.start, span.end, (name, span.end))


def refused(message: str, span: Span, label: str, help_text: str) -> MatcalcError:
    """Return E506 for code that cannot be read, with what to write instead."""
    return fault("E506", message, span, label, help_text)
