"""Letters as superscripts of arrays: ``X^H`` and ``x^t A x`` are transposes, ``s^t`` is a power."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.functions import BY_CALL
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import is_capital, likely_kind
from matcalc.language.syntax import Syntax, syntax_postorder
from matcalc.language.token_kinds import CONSTANTS, NUMBERS

#: Letters that mean a transpose, and what has to be said of it. All values are real.
_MARKS = {
    "H": "^H is read as the transpose: everything is real",
    "T": "^(T) is read as the transpose",
    "t": "^t is read as the transpose, since t occurs nowhere else; declare t if it is an exponent",
}
#: The mark that is an exponent as often.
_EXPONENT = "t"


def settle_superscripts(
    root: Syntax, declared: Mapping[str, Declaration], bold: Mapping[str, str]
) -> tuple[str, ...]:
    """Make transposes of the powers of arrays by letters that mean it; return what has to be said of them.

    No letter is meant that is declared. ``t`` has to occur nowhere else, and a single
    small letter with it has to be multiplied by an array.
    """
    nodes = syntax_postorder(root, lambda node: node.args)
    powers = [node for node in nodes if node.op == "power" and _mark(node) in _MARKS]
    powers = [node for node in powers if _mark(node) not in declared]
    if not powers:
        return ()
    exponents = {_letter(node) for node in powers}
    elsewhere = {node.data for node in nodes if node.op == "name" and node not in exponents}
    arrays = _arrays(nodes, declared, bold)
    multiplied = _multiplied(nodes, arrays)
    notes: dict[str, None] = {}
    for node in powers:
        base, mark = node.args[0], _mark(node)
        if base not in arrays or _has_number(base) or (mark == _EXPONENT and mark in elsewhere):
            continue
        if mark == _EXPONENT and base.op == "name" and not is_capital(base.data) and node not in multiplied:
            continue
        notes[_MARKS[mark]] = None
        if node.args[1].op == "negate":
            one = Syntax("number", (), node.args[1].start, node.end, 1)
            minus_one = Syntax("negate", (one,), node.args[1].start, node.end)
            base = Syntax("power", (base, minus_one), node.start, node.end)
        node.op, node.args, node.data = "transpose", (base,), None
    return tuple(notes)


def _has_number(base: Syntax) -> bool:
    """Return whether a sum has a number as a term, as in ``(1 + r)^t``."""
    return base.op == "add" and any(term.op == "number" for term in base.args)


def _letter(node: Syntax) -> Syntax:
    """Return the exponent without its sign."""
    exponent = node.args[1]
    return exponent.args[0] if exponent.op == "negate" else exponent


def _mark(node: Syntax) -> str:
    letter = _letter(node)
    return letter.data if letter.op == "name" else ""


def _multiplied(nodes: list[Syntax], arrays: set[Syntax]) -> set[Syntax]:
    """Return the factors that an array follows in their product."""
    found = set()
    for node in nodes:
        followed = False
        for factor in reversed(node.args) if node.op == "mul" else ():
            if followed:
                found.add(factor)
            followed = followed or factor in arrays
    return found


def _arrays(nodes: list[Syntax], declared: Mapping[str, Declaration], bold: Mapping[str, str]) -> set[Syntax]:
    """Return the nodes that are arrays if all names have their declared or default kinds."""
    arrays: set[Syntax] = set()
    for node in nodes:
        if node.op == "name":
            kind = likely_kind(node.data, declared, bold)
            is_array = node.data in CONSTANTS or (kind != "scalar" and node.data not in NUMBERS)
        elif node.op == "call":
            entries = BY_CALL.get(node.data[0], ())
            to_scalar = bool(entries) and all(entry.signature.endswith("-> ()") for entry in entries)
            is_array = not to_scalar and any(arg in arrays for arg in node.args)
        elif node.op == "mul":
            last = node.args[-1]
            inner = node.args[0].op == "transpose" and last.op == "name" and not is_capital(last.data)
            is_array = not inner and any(arg in arrays for arg in node.args)
        elif node.op == "power":
            is_array = node.args[0] in arrays
        else:
            is_array = node.op not in ("norm", "bars") and any(arg in arrays for arg in node.args)
        if is_array:
            arrays.add(node)
    return arrays
