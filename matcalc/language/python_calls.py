"""Calls of functions of Python libraries: which entry of the tables is meant, and what it becomes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol

from matcalc.errors import MatcalcError, Span
from matcalc.expression import ONE
from matcalc.expression import SCALAR as NO_AXES
from matcalc.expression.signatures import Argument as Parameter
from matcalc.expression.signatures import Signature, signature_of
from matcalc.functions import BY_CALL
from matcalc.language.names import plain_name
from matcalc.language.python_arrays import (
    COLUMN,
    MATRIX,
    ROW,
    SCALAR,
    VECTOR,
    Array,
    as_column,
    as_row,
    as_vector,
    call,
    common_kind,
    refused,
    spread,
    transpose,
)
from matcalc.language.python_cases import (
    AXIS,
    KEEPDIMS,
    NO_LITERAL,
    Case,
    Head,
    case_of,
    entry_of,
    head_of_constant,
    literal,
    matrices_of,
    unknown,
)
from matcalc.language.python_choices import Comparison
from matcalc.language.python_einsum import axes_written, einsum
from matcalc.language.python_functions import CHOICE, PATTERNS
from matcalc.language.python_scopes import Context, Kinds, MatrixNeeded, PassedArgument, as_array
from matcalc.language.syntax import IDENTITIES, Syntax, fault


@cache
def parsed(text: str) -> ast.expr:
    """Return the tree of an expression of a table."""
    return ast.parse(text, mode="eval").body


class VectorTransposed(Exception):
    """A vector is transposed, so vectors have two axes here, and are columns; ``span`` is its place."""

    def __init__(self, span: Span):
        super().__init__(span)
        self.span = span


class NodeReader(Protocol):
    """What reads the arguments of calls."""

    text: str
    context: Context
    notes: dict[str, None]
    kinds: Kinds
    definitions: dict[str, Syntax]

    def place(self, node: ast.expr | ast.stmt) -> Span:
        """Return the place of a node in the text."""

    def array(self, node: ast.expr) -> Array:
        """Return the array that an expression is."""

    def value(self, node: ast.expr) -> Any:
        """Return what an expression is."""

    def force(self, argument: PassedArgument) -> Any:
        """Return the value of an argument."""

    def inside(self, context: Context) -> AbstractContextManager[None]:
        """Read what follows in another context."""


class Calls:
    """Applies functions of the tables to arguments that ``reader`` reads."""

    def __init__(self, reader: NodeReader):
        self._reader = reader

    def apply(
        self,
        name: str,
        library: str,
        args: Sequence[PassedArgument],
        keywords: Sequence[ast.keyword],
        span: Span,
    ) -> Any:
        """Return the value of a function of a library, by its entry."""
        entry = entry_of(name, library)
        if entry is None:
            if not library and name in BY_CALL and not keywords:
                return primitive(
                    name, [self._forced(arg, span) for arg in args], span, self._reader.kinds.names.one_axis
                )
            written = self._reader.text[span.start : span.end].partition("(")[0]
            raise unknown(written, Span(span.start, span.start + len(written)))
        head, cases = entry
        bound = head.bind(args, keywords, span, lambda node: PassedArgument(node, self._reader.context))
        for name_, default in head.defaults.items():
            bound.setdefault(name_, PassedArgument(default, Context({}, span)))
        return self._case(head, cases, bound, span)

    def _forced(self, argument: PassedArgument, span: Span) -> Array:
        return as_array(self._reader.force(argument), span)

    def _case(
        self, head: Head, cases: Mapping[str, str], bound: dict[str, PassedArgument], span: Span
    ) -> Any:
        given = {name: literal(argument.node) for name, argument in bound.items()}
        after: list[Callable[[Array], Array]] = []
        along_rows = False
        if head.is_along_axis:
            along_rows, turned = self._along(
                self._forced(bound[head.parameters[0]], span), given, after, span
            )
            bound[head.parameters[0]] = PassedArgument(None, self._reader.context, turned)
        for name in matrices_of(cases, head, given, along_rows=along_rows):
            self._need_matrix(self._forced(bound[name], span), head.name)
        case = case_of(
            cases, head, given, lambda name: self._forced(bound[name], span).kind, along_rows=along_rows
        )
        if case is None or case.instead:
            raise self._no_case(head, case, span)
        if case.note:
            self._reader.notes[case.note] = None
        first = bound[head.parameters[0]].value
        if head.is_along_axis and first is not None and first.kind == ROW:
            bound[head.parameters[0]] = PassedArgument(None, self._reader.context, as_vector(first, span))
        value = self.table(case.body, bound, span)
        for change in reversed(after):
            value = change(value)
        return value

    def _need_matrix(self, array: Array, function: str) -> None:
        """Raise ``MatrixNeeded`` for a name of which nothing was said, if it is not read as a matrix."""
        name = array.node.args[0] if array.node.op == "entry" else array.node
        kinds = self._reader.kinds
        if array.kind == MATRIX or name.op != "name" or name.data not in kinds.assumed:
            return
        if kinds.is_open(name.data):
            raise MatrixNeeded(name.data, function)

    def _no_case(self, head: Head, case: Case | None, span: Span) -> MatcalcError:
        help_text = (
            case.instead if case is not None else "write it with other functions, or declare the names"
        )
        return refused(f"{head.name} cannot be used like this", span, "this call", help_text)

    def _along(
        self, array: Array, given: Mapping[str, Any], after: list[Callable[[Array], Array]], span: Span
    ) -> tuple[bool, Array]:
        """Return whether a function works on each row of an array, and the array; it is turned for that."""
        axis, keep = given.get(AXIS), bool(given.get(KEEPDIMS))
        if isinstance(axis, tuple) and len(axis) == 1:
            [axis] = axis
        if axis is NO_LITERAL or (axis is not None and type(axis) not in (int, tuple)):
            raise refused("the axis has to be a number", span, "which axis?", "write axis=0 or axis=1")
        every = {SCALAR: (None,), VECTOR: (None, 0, -1), COLUMN: (None, 0, -2), ROW: (None, 1, -1)}
        if axis in every.get(array.kind, (None, (0, 1), (1, 0), (-1, -2), (-2, -1))):
            return False, array
        if axis in (1, -2):
            self._need_matrix(array, f"axis={axis}")
        if array.kind != MATRIX or axis not in (0, 1, -1, -2):
            raise refused(
                "this axis cannot be used", span, "which axis?", "write axis=0 or axis=1 of a matrix"
            )
        rows = axis in (1, -1)
        if keep:
            after.append(as_column if rows else as_row)
        if rows:
            return True, array
        if not keep:
            after.append(transpose)
        return True, transpose(array)

    def table(self, body: str, values: Mapping[str, Any], span: Span) -> Any:
        """Return the value of an expression of a table."""
        arguments = {
            name: value
            if isinstance(value, PassedArgument)
            else PassedArgument(None, self._reader.context, value)
            for name, value in values.items()
        }
        with self._reader.inside(Context(arguments, span)):
            return self._reader.value(parsed(body))

    def constant(self, name: str, library: str, node: ast.Call, span: Span) -> Array:
        """Return ``eye``, ``ones`` or ``zeros``; without a size if that is no number and no name.

        Raises E506 for arrays of three axes and for other diagonals.
        """
        head = head_of_constant(name, library)
        bound = head.bind(node.args, node.keywords, span, lambda given: given)
        if "k" in bound and literal(bound["k"]) != 0:
            raise refused("only the main diagonal can be used", span, "k=", "write the matrix as a name")
        sizes = [
            size
            for given in (bound["n"], bound.get("m"))
            if given is not None
            for size in (given.elts if isinstance(given, ast.Tuple | ast.List) else [given])
        ]
        name = head.name
        args = [_size_node(arg, self._reader.place(arg)) for arg in sizes]
        if len(args) > (1 if name in IDENTITIES else 2):
            help_text = f"write {name}(n)" if name in IDENTITIES else f"write {name}((m, n))"
            raise refused(f"{name} has too many sizes", span, "this call", help_text)
        kind = MATRIX if name in IDENTITIES or len(args) == 2 else VECTOR
        if len(args) == 2 and args[1] is not None and args[1].data == 1:
            kind = COLUMN
        elif len(args) == 2 and args[0] is not None and args[0].data == 1:
            kind = ROW
        if all(arg is not None for arg in args) and args:
            dims = tuple(arg for arg in args if arg is not None)
            return Array(call(name, dims, span), kind)
        constant = Syntax("name", (), span.start, span.end, name)
        if kind == VECTOR:
            constant = Syntax("entry", (constant,), span.start, span.end)
        return Array(constant, kind)

    def einsum(self, node: ast.Call, span: Span) -> Array:
        """Return a sum over indices; names have as many axes as they have indices."""
        subscripts = literal(node.args[0]) if node.args else None
        if not isinstance(subscripts, str):
            raise refused("einsum needs its subscripts", span, "as text", "write np.einsum('ij,j->i', A, x)")
        axes = axes_written(subscripts)
        for arg, count in zip(node.args[1:], axes, strict=False):
            if isinstance(arg, ast.Name) and arg.id not in self._reader.context.scope:
                name = plain_name(arg.id)
                if self._reader.kinds.is_open(name):
                    self._reader.kinds.pin(name, (SCALAR, VECTOR, MATRIX)[min(count, 2)])
        return einsum(subscripts, [self._reader.array(arg) for arg in node.args[1:]], span)

    def where(self, node: ast.Call, span: Span) -> Array:
        """Return a choice by a condition: the function that it is, or the sum of what is taken."""
        for pattern, body in PATTERNS.items():
            bound: dict[str, ast.expr] = {}
            if matches(parsed(pattern), node, bound):
                values = {name: PassedArgument(part, self._reader.context) for name, part in bound.items()}
                value: Array = self.table(body, values, span)
                return value
        if len(node.args) != 3 or node.keywords or not isinstance(node.args[0], ast.Compare):
            help_text = "write np.where(x > y, a, b), with <, >, <= or >="
            raise refused("this choice cannot be used", span, "no comparison of two values", help_text)
        mask, *branches = map(self._reader.array, node.args)
        upper, lower = [self._reader.array(side).node for side in ordered(node.args[0])]
        comparison = Comparison(upper, lower, self._reader.definitions)
        taken, other = [
            Array(comparison.limited(branch.node, holds=holds), branch.kind)
            for branch, holds in zip(branches, (True, False), strict=True)
        ]
        choice: Array = self.table(CHOICE, {"m": mask, "a": taken, "b": other}, span)
        return choice


def primitive(name: str, args: list[Array], span: Span, one_axis: bool = False) -> Any:
    """Return the call of a function of matcalc, or of what tables need besides.

    With ``one_axis`` vectors that are transposed are those vectors, as in NumPy.
    """
    if name == "transpose" and one_axis:
        return transpose(args[0])
    if name in _ARRANGED:
        return _ARRANGED[name](args[0], span)
    if name == "matrix_power":
        node = Syntax("power", (args[0].node, args[1].node), span.start, span.end)
        return Array(node, MATRIX)
    for entry in BY_CALL.get(name, ()):
        signature = signature_of(entry)
        if len(signature.arguments) == len(args):
            if entry.elementwise or signature.entrywise:
                kind = args[0].kind
                for arg in args[1:]:
                    kind = common_kind(kind, arg.kind)
                return Array(call(name, tuple(spread(arg, kind).node for arg in args), span), kind)
            if all(map(_fits, signature.arguments, args)):
                return Array(call(name, tuple(arg.node for arg in args), span), _kind_of(signature, args))
    if name not in BY_CALL:
        raise fault("E105", f"unknown function {name}", span, "not known", "write it out")
    return _unfit(name, args, span)


def _unfit(name: str, args: list[Array], span: Span) -> Array:
    """Return a call whose arguments do not fit by their usual kinds; the search may find others."""
    signatures = [signature_of(entry) for entry in BY_CALL[name]]
    signature = next((s for s in signatures if len(s.arguments) == len(args)), None)
    if signature is None:
        message = f"{name} takes {len(signatures[0].arguments)} arguments here"
        raise fault("E106", message, span, f"{len(args)} given", "write it with other functions")
    return Array(call(name, tuple(arg.node for arg in args), span), _kind_of(signature, args))


_ARRANGED: dict[str, Callable[[Array, Span], Array]] = {
    "transpose": lambda array, span: _transpose(array),
    "column": lambda array, span: as_column(array),
    "row": lambda array, span: as_row(array),
    "flat": as_vector,
}


def _transpose(array: Array) -> Array:
    if array.kind == VECTOR:
        raise VectorTransposed(array.node.span)
    return transpose(array)


def _fits(argument: Parameter, array: Array) -> bool:
    if argument.is_scalar:
        return array.kind == SCALAR
    return (array.kind in (VECTOR, COLUMN)) == argument.is_column and array.kind != SCALAR


def _kind_of(signature: Signature, args: Sequence[Array]) -> str:
    """Return the kind of a value: that of an argument with the same shape, or by the axes of its shape."""
    if signature.result == NO_AXES:
        return SCALAR
    for argument, arg in zip(signature.arguments, args, strict=True):
        if argument.shape == signature.result:
            return arg.kind
    return MATRIX if len([dim for dim in signature.result if dim is not ONE]) == 2 else VECTOR


def _size_node(node: ast.expr, span: Span) -> Syntax | None:
    """Return a size that is a number or a name."""
    if isinstance(node, ast.Name):
        return Syntax("name", (), span.start, span.end, plain_name(node.id))
    value = literal(node)
    return Syntax("number", (), span.start, span.end, value) if type(value) is int and value > 0 else None


#: Whether the left side of a comparison is the larger one.
ORDER = {ast.Gt: 1, ast.GtE: 1, ast.Lt: -1, ast.LtE: -1}


def ordered(node: ast.Compare) -> list[ast.expr]:
    """Return the sides of a comparison of two values, first the one that has to be larger."""
    sides = [node.left, node.comparators[0]]
    return sides if ORDER[type(node.ops[0])] > 0 else sides[::-1]


def matches(pattern: ast.AST, node: ast.AST, bound: dict[str, ast.expr]) -> bool:
    """Return whether code has the form of a pattern, whose names stand for expressions."""
    if isinstance(pattern, ast.Call) and isinstance(node, ast.Call):
        return len(pattern.args) == len(node.args) and all(
            matches(p, n, bound) for p, n in zip(pattern.args, node.args, strict=True)
        )
    if isinstance(pattern, ast.Name) and isinstance(node, ast.expr):
        same = bound.setdefault(pattern.id, node)
        return ast.dump(same) == ast.dump(node)
    if isinstance(pattern, ast.Constant):
        return isinstance(node, ast.expr) and literal(node) == pattern.value
    if isinstance(pattern, ast.Compare) and isinstance(node, ast.Compare):
        same_order = len(node.ops) == 1 and ORDER.get(type(pattern.ops[0])) == ORDER.get(type(node.ops[0]))
        right = matches(pattern.left, node.left, bound)
        return same_order and right and matches(pattern.comparators[0], node.comparators[0], bound)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.UnaryOp) and isinstance(node, ast.UnaryOp):
        return type(pattern.op) is type(node.op) and matches(pattern.operand, node.operand, bound)
    if isinstance(pattern, ast.BinOp) and isinstance(node, ast.BinOp):
        left = type(pattern.op) is type(node.op) and matches(pattern.left, node.left, bound)
        return left and matches(pattern.right, node.right, bound)
    return False
