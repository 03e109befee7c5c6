"""Calls of functions of MATLAB, Julia and R in a tree, as what they are here by the tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

from matcalc.expression import SCALAR as NO_AXES
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL
from matcalc.language.evidence import is_strong, likely_kind
from matcalc.language.other_code import is_entrywise
from matcalc.language.other_functions import CALLS, DIAGONAL, FOLDS, IDENTITY, MEANT, SIZES
from matcalc.language.reader import read
from matcalc.language.syntax import CONSTANTS, IDENTITIES, Syntax, fault, name_nodes, syntax_postorder

_REFUSED, _FOR_MATRICES, _NOTE = "! ", " | ", "  # "
_INFINITY = "inf"
_LETTERS_OF_SIZES = frozenset("kmnpN")
#: What a value in R is: a number, a sum, what may be a scalar by its names, or an array.
_NUMBER, _SUM, _NAME, _ARRAY = range(4)
#: Operators between values of each entry, and what they are of scalars.
_OF_SCALARS = {
    "hadamard": "mul", "hadamard_quotient": "quotient", "hadamard_power": "power",
    **{op: op for op in ("mul", "quotient", "power", "add", "negate")},
}  # fmt: skip
#: Functions that are sizes, of which the identity matrix is made, also by ``diag`` in R.


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


def translate(root: Syntax, language: str, declared: Collection[str] = ()) -> list[str]:
    """Replace calls of functions that are not here, or mean something else; return what is to be said.

    Raises E506 for what is not read, with what to write instead.
    """
    notes: dict[str, None] = {}
    calls = _calls(language)
    sizes: set[Syntax] = set()
    scalars = _Scalars(declared)
    for node in syntax_postorder(root):
        if language == "R":
            scalars.include(node)
        if node.op != "call":
            continue
        if node.data[0] in FOLDS and len(node.args) == 2:
            _apply_first(node, notes)
        is_diagonal = node.data[0] == DIAGONAL and language == "R"
        if is_diagonal or (node.data[0] in IDENTITIES and node.args):
            if sizes.intersection(node.args):
                node.become("name", (), IDENTITY)
                continue
            if is_diagonal and _is_size(node.args[0], root, declared):
                notes["diag of a size is read as in R: the identity matrix"] = None
                node.become("call", node.args, (IDENTITY, node.data[1]))
        for call in calls.get((node.data[0], len(node.args)), ()):
            values = call.values(node)
            if values is not None:
                _replace(node, call, values, notes)
                if call.text.startswith(SIZES):
                    sizes.add(node)
                break
        else:
            _refuse_missing(node, calls)
    return list(notes)


def _refuse_missing(node: Syntax, calls: Collection[tuple[str, int]]) -> None:
    """Raise E106 for a function of the tables alone with other arguments than there."""
    name = node.data[0]
    if name in {function for function, _ in calls} and name not in BY_CALL and name not in CONSTANTS:
        help_text = "write it with products and sums"
        raise fault("E106", f"{name} cannot be used like this", node, "these arguments", help_text)


def _is_size(arg: Syntax, root: Syntax, declared: Collection[str]) -> bool:
    """Return whether an argument is a number, or a letter of sizes that occurs nowhere else."""
    if arg.op != "name" or arg.data in declared:
        return arg.op == "number"
    names = [name.data for name in name_nodes(root)]
    return arg.data in _LETTERS_OF_SIZES and names.count(arg.data) == 1


class _Scalars:
    """Makes entrywise products and quotients in R those of scalars, where values are single numbers."""

    def __init__(self, declared: Collection[str]):
        self._declared = declared
        self._levels: dict[Syntax, int] = {}

    def include(self, node: Syntax) -> None:
        """Note what a node is, and change its operator; the nodes below it come before."""
        level = _ARRAY
        if node.op == "number":
            level = _NUMBER
        elif _is_sum(node):
            level = _SUM
        elif node.op == "name":
            may_be_scalar = likely_kind(node.data, {}) != "matrix" and not is_strong(node.data)
            level = _NAME if may_be_scalar and node.data not in self._declared else _ARRAY
        elif node.op in _OF_SCALARS:
            levels = [self._levels[arg] for arg in node.args]
            level = max(levels)
            if node.op == "hadamard" and _SUM in levels:
                self._multiply(node, _NAME)
                level = _SUM if level < _ARRAY else _ARRAY
            elif node.op == "hadamard":
                self._multiply(node, _NUMBER)
            elif node.op == "hadamard_quotient" and (levels[0] == _SUM or levels[1] <= _SUM):
                node.become("quotient", node.args)
                level = levels[0] if levels[0] == _SUM else level
        self._levels[node] = level

    def _multiply(self, node: Syntax, highest: int) -> None:
        """Make a multiple of a product by those of its factors that are scalars."""
        scalars = [arg for arg in node.args if self._levels[arg] <= highest]
        others = [arg for arg in node.args if arg not in scalars]
        for arg in scalars:
            self._become_scalar(arg)
        if len(others) > 1:
            rest = Syntax("hadamard", tuple(others), node.start, node.end)
            self._levels[rest] = max(self._levels[arg] for arg in others)
            others = [rest]
        if scalars:
            node.become("mul", (*scalars, *others))

    def _become_scalar(self, node: Syntax) -> None:
        """Make the operators between names those of scalars."""
        for part in syntax_postorder(node, lambda part: part.args if self._levels[part] == _NAME else ()):
            if self._levels[part] == _NAME:
                part.op = _OF_SCALARS.get(part.op, part.op)


def _is_sum(node: Syntax) -> bool:
    """Return whether a node is a function whose value is a single number."""
    entries = BY_CALL.get(node.data[0], ()) if node.op == "call" else ()
    return bool(entries) and all(signature_of(entry).result == NO_AXES for entry in entries)


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
