"""What names stand for in code: arrays and their kinds, functions that the text defines, arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from matcalc.errors import Span
from matcalc.language.names import plain_name
from matcalc.language.python_arrays import COLUMN, MATRIX, SCALAR, VECTOR, Array
from matcalc.language.syntax import CONSTANTS, Syntax, fault


class WrittenFunction(NamedTuple):
    """A function that the text defines: its parameters, defaults, and what it returns."""

    parameters: tuple[str, ...]
    defaults: Mapping[str, ast.expr]
    body: ast.expr | Sequence[ast.stmt]


class Context(NamedTuple):
    """What names stand for, and in a table the place of the call in the text."""

    scope: Mapping[str, Any]
    place: Span | None = None


class PassedArgument:
    """An argument of a function, which is read when it is first needed, in the context of its call."""

    def __init__(self, node: ast.expr | None, context: Context, value: Array | None = None):
        self.node = node
        self.context = context
        self.value = value


class Names(NamedTuple):
    """What is known of names: the kinds of arrays that were declared, and those of a reading before."""

    declared: Mapping[str, str]
    read: Mapping[str, str]
    default: Callable[[str], str]
    scalars: frozenset[str]
    columns: bool


def function_of(arguments: ast.arguments, body: ast.expr | Sequence[ast.stmt]) -> WrittenFunction:
    """Return a function with its parameters."""
    names = tuple(arg.arg for arg in (*arguments.posonlyargs, *arguments.args))
    defaults = dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))
    return WrittenFunction(names, defaults, body)


def bind_defined(
    function: WrittenFunction,
    args: Sequence[PassedArgument],
    keywords: Sequence[ast.keyword],
    context: Context,
    span: Span,
) -> dict[str, PassedArgument]:
    """Return the arguments of a function that the text defines. Raises E106 for those that do not fit."""
    bound = dict(zip(function.parameters, args, strict=False))
    bound |= {keyword.arg: PassedArgument(keyword.value, context) for keyword in keywords if keyword.arg}
    for name, default in function.defaults.items():
        bound.setdefault(name, PassedArgument(default, Context({})))
    if len(args) > len(function.parameters) or set(bound) != set(function.parameters):
        raise fault("E106", "the arguments are not those of the definition", span, "here", "give each once")
    return bound


class Kinds:
    """The kinds of names; ``assumed`` are those that were taken, ``notes`` what to say."""

    def __init__(self, names: Names):
        self.names = names
        self.assumed: dict[str, set[str]] = {}
        self.notes: dict[str, None] = {}

    def variable(self, written: str, span: Span, *, multiplied: bool = False) -> Array:
        """Return the array that a name is which nothing defines."""
        name = plain_name(written).rstrip("_")
        node = Syntax("name", (), span.start, span.end, name)
        kind = self.names.declared.get(name) or self.names.read.get(name) or self.names.default(name)
        guessed = name not in self.names.declared
        if guessed and name not in self.names.read and multiplied and kind == SCALAR:
            kind = VECTOR
        self.assumed.setdefault(name, set()).add(kind)
        if guessed and multiplied and kind == VECTOR and name not in CONSTANTS:
            node = Syntax("entry", (node,), span.start, span.end)
        elif name in self.names.read and multiplied and kind == MATRIX:
            node = Syntax("entries", (node,), span.start, span.end)
        if kind == VECTOR and self.names.columns:
            kind = COLUMN
        return Array(node, kind)

    def is_open(self, name: str) -> bool:
        """Return whether nothing is known of a name."""
        return name not in self.names.declared and name not in self.names.read

    def pin(self, name: str, kind: str) -> None:
        """Take a name to be of a kind."""
        self.names = self.names._replace(read={**self.names.read, name: kind})

    def as_scalar(self, array: Array, name: str) -> Array:
        """Return a name as that of a scalar."""
        self.assumed[name] = self.assumed.get(name, set()) - {VECTOR, MATRIX} | {SCALAR}
        return Array(array.node, SCALAR)
