"""Functions of Python libraries by their tables: heads, arguments, and which case of an entry holds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from matcalc.errors import MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL
from matcalc.language.python_arrays import MATRIX, SCALAR, VECTOR, refused
from matcalc.language.python_functions import (
    CONSTANT_CALLS,
    ENTRYWISE,
    FUNCTIONS,
    LETTERS_OF_MODULES,
    MODULES,
    OPTIONS,
    PLACES,
)
from matcalc.language.syntax import fault

#: The value of what is no literal.
NO_LITERAL = object()
#: What each case of an option says where it says nothing of its value.
_ANY_VALUE = object()
AXIS, KEEPDIMS = "axis", "keepdims"
#: Functions that are read by methods of their own.
SPECIAL = frozenset(("einsum", "where"))
_REFUSED, _NOTE = "!", "  # "


class Case(NamedTuple):
    """What a function is in one case: an expression, with a note; or what to write instead of it."""

    body: str
    note: str = ""
    instead: str = ""


class Head(NamedTuple):
    """The head of a function: its parameters, and the defaults of options."""

    name: str
    parameters: tuple[str, ...]
    defaults: Mapping[str, ast.expr]

    @property
    def is_along_axis(self) -> bool:
        """Whether the function may work along an axis."""
        default = self.defaults.get(AXIS)
        return default is not None and literal(default) is None

    def bind(
        self,
        args: Sequence[Any],
        keywords: Sequence[ast.keyword],
        span: Span,
        given: Callable[[ast.expr], Any],
    ) -> dict[str, Any]:
        """Return the arguments by the names of parameters. Raises E506 for those that are not known."""
        bound = dict(zip(self.parameters, args, strict=False))
        if len(args) > len(self.parameters):
            raise refused(f"{self.name} has too many arguments", span, "not known", "leave the last one out")
        for keyword in keywords:
            name = self._parameter(keyword.arg or "**")
            if name and (name not in self.parameters or name in bound):
                message = f"{self.name} has an argument that is not known"
                help_text = "write the same without it, with sums and products"
                raise refused(message, span, f"{keyword.arg}=", help_text)
            if name:
                bound[name] = given(keyword.value)
        missing = [p for p in self.parameters if p not in bound and p not in self.defaults]
        if missing:
            raise refused(f"an argument of {self.name} is missing", span, "too few", "give all of them")
        return bound

    def _parameter(self, keyword: str) -> str:
        """Return the parameter that a keyword stands for, nothing if it says nothing of the value."""
        required = self.parameters[: len(self.parameters) - len(self.defaults)]
        if keyword not in self.parameters and PLACES.get(keyword, len(required)) < len(required):
            return required[PLACES[keyword]]
        return keyword if keyword in self.parameters else OPTIONS.get(keyword, keyword)


@cache
def _heads() -> dict[str, str]:
    return {name: text for text in FUNCTIONS for name in text.partition("(")[0].split("|")}


@cache
def _head(text: str, name: str) -> Head:
    parameters = text.partition("(")[2]
    [function] = ast.parse(f"def f({parameters}: pass").body
    assert isinstance(function, ast.FunctionDef)
    names = tuple(arg.arg for arg in function.args.args)
    defaults = function.args.defaults
    return Head(name, names, dict(zip(names[len(names) - len(defaults) :], defaults, strict=True)))


def entry_of(name: str, library: str = "") -> tuple[Head, Mapping[str, str]] | None:
    """Return the head of a function of a library, and its cases; nothing if the tables lack it."""
    if name in ENTRYWISE:
        return _head("(x)", name), {"": f"{ENTRYWISE[name]}(x)"}
    text = _heads().get(f"{library}.{name}") or _heads().get(name)
    return (_head(text, name), FUNCTIONS[text]) if text else None


def head_of_constant(name: str, library: str) -> Head:
    """Return the head of a constant that is called with sizes."""
    text = CONSTANT_CALLS.get(f"{library}.{name}", CONSTANT_CALLS[name])
    return _head(text, text.partition("(")[0])


def is_read(name: str, library: str) -> bool:
    """Return whether a function of a library can be read."""
    return name in CONSTANT_CALLS or name in SPECIAL or entry_of(name, library) is not None


def takes_vectors(name: str, library: str) -> bool:
    """Return whether arrays are what a function takes: some case is one of vectors, or it is a product."""
    _, cases = entry_of(name, library) or (None, {})
    return any(text.startswith(VECTOR) or "@" in body for text, body in cases.items())


def library_of(module: str, name: str) -> str:
    """Return the library that a module belongs to, nothing if ``module`` is a variable with a method.

    >>> library_of("np.linalg", "inv"), library_of("F", "relu"), library_of("F", "sum")
    ('numpy', 'functional', '')
    """
    functions = LETTERS_OF_MODULES.get(module)
    return "" if functions is not None and name not in functions else MODULES.get(module, "")


def literal(node: ast.expr | None) -> Any:
    """Return the value of a literal, ``NO_LITERAL`` for other expressions; infinity is ``"inf"``."""
    if isinstance(node, ast.Attribute) and node.attr == "inf":
        return "inf"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
        return literal(node.args[0]) if node.args else NO_LITERAL
    try:
        # Numbers, strings and tuples of them only: nothing is called or looked up.
        value = ast.literal_eval(node) if node is not None else NO_LITERAL
    except (ValueError, TypeError):
        return NO_LITERAL
    return tuple(value) if isinstance(value, list) else value


def case_of(
    cases: Mapping[str, str],
    head: Head,
    given: Mapping[str, Any],
    kind_of: Callable[[str], str],
    *,
    along_rows: bool,
) -> Case | None:
    """Return the first case that holds; ``given`` are the literals of arguments, by their parameters."""
    for text, body in cases.items():
        is_refused = body.startswith(_REFUSED)
        if _holds(text, head, {} if is_refused else given, kind_of, along_rows=along_rows):
            if is_refused:
                return Case("", instead=body.removeprefix(_REFUSED).strip())
            value, _, note = body.partition(_NOTE)
            return Case(value, note)
    return None


def matrices_of(
    cases: Mapping[str, str], head: Head, given: Mapping[str, Any], *, along_rows: bool
) -> list[str]:
    """Return the parameters that are matrices in all cases with these options."""
    kinds = [
        _parsed(text)[0]
        for text, body in cases.items()
        if not body.startswith(_REFUSED) and _has_options(text, head, given, along_rows=along_rows)
    ]
    return [
        name
        for i, name in enumerate(head.parameters)
        if kinds and all(len(letters) > i and letters[i] == MATRIX for letters in kinds)
    ]


def _holds(
    text: str, head: Head, given: Mapping[str, Any], kind_of: Callable[[str], str], *, along_rows: bool
) -> bool:
    kinds, _ = _parsed(text)
    return _has_options(text, head, given, along_rows=along_rows) and all(
        letter == _letter(kind_of(parameter))
        for letter, parameter in zip(kinds, head.parameters, strict=False)
        if letter != "."
    )


def _has_options(text: str, head: Head, given: Mapping[str, Any], *, along_rows: bool) -> bool:
    _, options = _parsed(text)
    if along_rows != (options.get(AXIS) is _ANY_VALUE) and head.is_along_axis:
        return False
    for parameter in head.parameters:
        if parameter in (AXIS, KEEPDIMS) and head.is_along_axis:
            continue
        default = literal(head.defaults.get(parameter))
        value = given.get(parameter, default)
        wanted = options.get(parameter, default if parameter in head.defaults else _ANY_VALUE)
        if wanted is not _ANY_VALUE and (value is NO_LITERAL or type(value) is str) != (type(wanted) is str):
            return False
        if wanted is not _ANY_VALUE and value != wanted:
            return False
    return True


def _letter(kind: str) -> str:
    return kind if kind in (SCALAR, MATRIX) else VECTOR


@cache
def _parsed(text: str) -> tuple[str, Mapping[str, Any]]:
    """Return the kinds in a case, and the values of options."""
    kinds, _, rest = text.partition(" ")
    options: dict[str, Any] = {}
    while rest:
        name, _, rest = rest.partition(" ")
        name, equals, value = name.partition("=")
        if value.startswith("("):
            end, _, rest = rest.partition(" ") if not value.endswith(")") else ("", "", rest)
            value += end
        # A literal of the tables of this package, never of the user's text.
        options[name] = ast.literal_eval(value) if equals else _ANY_VALUE
    return kinds, options


def unknown(name: str, span: Span) -> MatcalcError:
    """Return E105 for a function of a library that the tables lack."""
    close = suggestion(name.rpartition(".")[2], BY_CALL, 0.75)
    help_text = f"did you mean {close}?" if close else "write it with functions of matcalc"
    return fault("E105", f"unknown function {name}", span, "not known", help_text)
