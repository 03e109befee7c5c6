"""Calls of functions of MATLAB, Julia and R in a tree, as what they are here by the tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from matcalc.language.other_code import is_entrywise
from matcalc.language.other_functions import CALLS, MEANT
from matcalc.language.reader import read
from matcalc.language.syntax import Syntax, fault, syntax_postorder

#: Functions that Julia applies another function before, as in ``sum(abs2, x)``.
_FOLDS = frozenset(("sum", "mean", "prod"))
_REFUSED, _FOR_MATRICES, _NOTE = "! ", " | ", "  # "
_INFINITY = "inf"


class _TableCall(NamedTuple):
    """A call in a table, with letters and numbers as arguments, and what it is."""

    text: str
    arguments: tuple[str, ...]
    body: str
    language: str

    def values(self, node: Syntax) -> dict[str, Syntax] | None:
        """Return the arguments by their letters, nothing if a number is another one."""
        values: dict[str, Syntax] = {}
        for argument, value in zip(self.arguments, node.args, strict=True):
            if (argument.isdigit() or argument == _INFINITY) and str(value.data).lower() != argument:
                return None
            values[argument] = value
        return values


@cache
def _calls(language: str) -> Mapping[tuple[str, int], list[_TableCall]]:
    """Return the calls by name and number of arguments, those of the language first."""
    tables = [(language, MEANT.get(language, {})), *CALLS.items()]
    calls: dict[tuple[str, int], list[_TableCall]] = {}
    for name, table in tables:
        for text, body in table.items():
            function, *arguments = re.findall(r"\w+", text)
            call = _TableCall(text, tuple(arguments), body, name)
            calls.setdefault((function, len(arguments)), []).append(call)
    return calls


@cache
def _body(text: str) -> Syntax:
    return read(text)


def translate(root: Syntax, language: str) -> list[str]:
    """Replace calls of functions that are not here, or mean something else; return what is to be said.

    Raises E506 for what is not read, with what to write instead.
    """
    notes: dict[str, None] = {}
    calls = _calls(language)
    for node in syntax_postorder(root):
        if node.op != "call":
            continue
        if node.data[0] in _FOLDS and len(node.args) == 2:
            _apply_first(node, notes)
        for call in calls.get((node.data[0], len(node.args)), ()):
            values = call.values(node)
            if values is not None:
                _replace(node, call, values, notes)
                break
    return list(notes)


def _apply_first(node: Syntax, notes: dict[str, None]) -> None:
    """Make ``sum(exp.(x))`` of ``sum(exp, x)``."""
    function, arg = node.args
    if function.op == "name" and is_entrywise(function.data):
        inner = Syntax("call", (arg,), node.start, node.end, (function.data, node.end))
        for call in _calls("").get((function.data, 1), ()):
            _replace(inner, call, {call.arguments[0]: arg}, {})
        name = node.data[0]
        node.become("call", (inner,), node.data)
        notes[f"{name}({function.data}, ...) is read as in Julia: of {function.data} of each entry"] = None


def _replace(node: Syntax, call: _TableCall, values: Mapping[str, Syntax], notes: dict[str, None]) -> None:
    name = node.data[0]
    if call.body.startswith(_REFUSED):
        message, _, help_text = call.body.removeprefix(_REFUSED).partition(": ")
        raise fault("E506", message, node, f"as in {call.language}?", help_text)
    body, _, note = call.body.partition(_NOTE)
    text, _, for_matrices = body.partition(_FOR_MATRICES)
    [inner] = node.args if len(node.args) == 1 else [node]
    if for_matrices and inner.op == "call" and inner.data[0] == name:
        # The sum of the sums of columns is that of all entries.
        inner.data = inner.data[:2]
    mark = ("", f"{name} of {call.language}: {for_matrices}") if for_matrices else ()
    result = _instance(_body(text), values, node, mark)
    node.become(result.op, result.args, result.data)
    if note:
        notes[note] = None
    elif text != call.text:
        notes[f"{call.text} is read as in {call.language}: {text}"] = None


def _instance(body: Syntax, values: Mapping[str, Syntax], place: Syntax, mark: tuple[str, ...]) -> Syntax:
    """Return what stands in a table with the arguments, at the place of a call."""
    if body.op == "name" and body.data in values:
        return values[body.data]
    args = tuple(_instance(arg, values, place, mark) for arg in body.args)
    data = (body.data[0], place.end, *(mark if len(args) == 1 else ())) if body.op == "call" else body.data
    return Syntax(body.op, args, place.start, place.end, data)
