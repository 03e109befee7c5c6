"""Operators of code: what they make of arrays, and of names of which nothing was said."""

from __future__ import annotations

import ast
from collections.abc import Callable

from matcalc.errors import Span
from matcalc.language.evidence import is_strong
from matcalc.language.names import stem
from matcalc.language.python_arrays import (
    COLUMN,
    MATRIX,
    ROW,
    SCALAR,
    VECTOR,
    Array,
    common_kind,
    entrywise,
    matrix_product,
    negative,
    ones,
    power,
    refused,
    spread,
    transposed,
)
from matcalc.language.python_scopes import Kinds, VectorsMultiplied
from matcalc.language.syntax import IDENTITIES, Syntax, fault, name_nodes, unsigned

#: What is said of operators.
ENTRYWISE_OPERATORS = "read as NumPy: *, / and ** work entry by entry, @ is the matrix product"
_NOTE_ON_ROWS = "a vector on the left of a matrix product is taken as a row, as in NumPy"
#: Letters that are numbers when something is divided by them.
_DIVISORS = frozenset("dkmnNKB")


class Operators:
    """Applies operators; ``kinds`` are those of the names in ``text``."""

    def __init__(self, kinds: Kinds, text: str):
        self._kinds = kinds
        self._text = text

    def apply(self, operator: ast.operator, left: Array, right: Array, span: Span) -> Array:
        """Return the value of an operator of Python. Raises E506 for one that arrays do not have."""
        op = type(operator)
        if op is ast.MatMult:
            if self._kinds.names.columns and left.kind == right.kind == COLUMN and not self._kinds.data:
                raise VectorsMultiplied
            if left.kind == VECTOR and right.kind in (MATRIX, VECTOR):
                self._kinds.notes[_NOTE_ON_ROWS] = None
            return matrix_product(left, right, span)
        if op not in (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow):
            raise refused("this operator cannot be used", span, "here", "write + - * / ** or @")
        self._refuse_mixed(left, right, span)
        if (
            op in (ast.Mult, ast.Div, ast.Pow)
            and (op is ast.Pow or not right.is_scalar)
            and not left.is_scalar
        ):
            self._kinds.notes[ENTRYWISE_OPERATORS] = None
        if op is ast.Pow:
            return self._power(left, right, span)
        if op is ast.Div:
            right = self._as_scalar(right, _DIVISORS.__contains__)
            right = self._beside_matrix(right, left)
            if left.is_scalar and left.node.op != "number":
                # Nobody divides a scalar such as a sum by an array, but 1/x is that of each entry.
                right = self._as_scalar(right, lambda letter: not is_strong(letter))
            self._note_rows(left, right, "divides")
            return entrywise("quotient", left, right, span)
        if op is ast.Mult:
            left, right = self._beside_matrix(left, right), self._beside_matrix(right, left)
            self._note_rows(left, right, "multiplies")
            if right.is_scalar and right.node.op == "name" and right.node.data in self._kinds.names.scalars:
                # Numbers stand in front of arrays; behind them a name is more likely that of one.
                left, right = right, left
            return entrywise("mul", left, right, span)
        self._refuse_rows(op, left, right, span)
        if op is ast.Sub:
            kind = common_kind(left.kind, right.kind)
            right = negative(spread(right, kind), right.node.span)
        return entrywise("add", self._spread_name(left, right), self._spread_name(right, left), span)

    def _power(self, base: Array, exponent: Array, span: Span) -> Array:
        """Return a power, which is that of each entry if a name in it may turn out to be an array."""
        value = power(base, exponent, span)
        may_be_array = base.is_scalar and base.node.op == "name" and self._kinds.is_open(base.node.data)
        if may_be_array and exponent.is_scalar and not self._kinds.is_number(base.node.data):
            return Array(Syntax("hadamard_power", value.node.args, span.start, span.end), value.kind)
        return value

    def _refuse_mixed(self, left: Array, right: Array, span: Span) -> None:
        """Raise E202 for a vector beside a column, where the vector may be a column, too."""
        if {left.kind, right.kind} != {VECTOR, COLUMN}:
            return
        vector = unsigned((left if left.kind == VECTOR else right).node)
        guessed = vector.op == "name" and self._kinds.is_open(vector.data)
        if self._kinds.names.columns or (guessed and COLUMN in self._kinds.data.values()):
            message = "an array with one axis beside a column"
            help_text = "write [:, None] where a column is meant, or leave out the transposes of vectors"
            raise fault("E202", message, span, "NumPy makes a matrix of them", help_text)

    def _note_rows(self, left: Array, right: Array, verb: str) -> None:
        for array, other in ((left, right), (right, left)):
            if array.kind == VECTOR and other.kind == MATRIX:
                span = array.node.span
                written = self._text[span.start : span.end]
                self._kinds.notes[f"{written} {verb} each row entry by entry, as in NumPy"] = None

    def _refuse_rows(self, op: type, left: Array, right: Array, span: Span) -> None:
        """Raise E202 for a difference of a matrix and the name of a vector of which nothing was said."""
        for array, other in ((left, right), (right, left)):
            name = array.node.args[0] if array.node.op == "negate" else array.node
            if array.kind != VECTOR or other.kind != MATRIX or name.op != "name":
                continue
            data = name.data
            if data in self._kinds.names.declared or (op is ast.Add and array is right):
                message = f"{data} is added to each row, as in NumPy"
                self._kinds.notes[message] = None
                continue
            help_text = (
                f"in NumPy {data} is added to each row: declare {data} and the matrix if that is meant"
            )
            raise fault("E202", f"{data} is a vector beside a matrix", span, "to each row?", help_text)

    def _spread_name(self, array: Array, other: Array) -> Array:
        """Return a scalar with the name of one as an array of equal entries beside an array."""
        node = array.node.args[0] if array.node.op == "negate" else array.node
        is_name = (
            node.op == "name"
            and node.data in self._kinds.names.scalars
            and node.data not in self._kinds.names.declared
        )
        if array.kind != SCALAR or other.kind == SCALAR or not is_name:
            return array
        filled = ones(node.span)
        if other.kind == MATRIX:
            filled = Syntax("mul", (filled, transposed(ones(node.span))), node.start, node.end)
        elif other.kind == ROW:
            filled = transposed(filled)
        return Array(Syntax("mul", (array.node, filled), node.start, node.end), other.kind)

    def _beside_matrix(self, array: Array, other: Array) -> Array:
        """Return what a matrix is multiplied or divided by as a scalar, if its letters may be those of one.

        A word may be a scalar or a vector, but nothing else than scalars stands before the identity matrix.
        """
        if other.kind != MATRIX or array.kind != VECTOR:
            return array
        is_identity = other.node.op == "call" and other.node.data[0] in IDENTITIES
        return self._as_scalar(
            array, lambda letter: (len(letter) == 1 or is_identity) and not is_strong(letter)
        )

    def _as_scalar(self, array: Array, may_be_scalar: Callable[[str], bool]) -> Array:
        """Return a value as a scalar if its names are those of numbers, as in ``x / sqrt(d_k)``."""
        names = {node.data for node in name_nodes(array.node)}
        if (
            array.is_scalar
            or not names
            or not all(may_be_scalar(stem(n)) and self._kinds.is_open(n) for n in names)
        ):
            return array
        for name in names:
            array = self._kinds.as_scalar(array, name)
        return array

    def weak_scalar(self, array: Array) -> Array:
        """Return a name in front of a product with ``@`` as a scalar, as in ``lam * w @ w``."""
        node = array.node.args[-1] if array.node.op == "mul" else array.node
        numbers = array.node.op != "mul" or all(arg.op == "number" for arg in array.node.args[:-1])
        if array.kind != VECTOR or not numbers or node.op != "name" or not self._kinds.is_open(node.data):
            return array
        return array if is_strong(node.data) else self._kinds.as_scalar(array, node.data)
