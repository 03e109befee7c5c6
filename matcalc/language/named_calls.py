"""Functions that are only named, where they are applied in a text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from lark import Token

from matcalc.functions.named import CALLED, PRIME, form_of
from matcalc.language.names import is_scalar_letter, plain_name, stem
from matcalc.language.syntax import Syntax, span_of
from matcalc.language.token_lines import TokenLine
from matcalc.language.tokens import PRIMES, placed

#: Separates the form of a derivative from the name in the token of a function that is only named.
MARK = "|"
#: The operation of the tree where such a function is applied: to its name, and to arguments.
APPLIED = "applied"


def application(children: list[object]) -> Syntax:
    """Return the tree of a function that is only named, from the token of its name and its arguments.

    The place of the name is that of its letters alone.
    """
    token = children[0]
    assert isinstance(token, Token)
    form, _, raw = token.partition(MARK)
    start, end = span_of(token)
    first = start if form.startswith(PRIME) or not form else end - len(raw)
    name = Syntax("name", (), first, first + len(raw), plain_name(raw))
    args = tuple(child for child in children[1:] if isinstance(child, Syntax))
    last = children[-1]
    assert isinstance(last, Token)
    return Syntax(APPLIED, (name, *args), start, span_of(last).end, form)


#: Letters of times and of what else a value depends on.
_PARAMETERS = frozenset(("s", "t", "a", "b"))


def is_parameter(name: str) -> bool:
    """Return whether a name is what things usually depend on: a time, or a small Greek letter.

    >>> is_parameter("t"), is_parameter("theta_1"), is_parameter("x")
    (True, True, False)
    """
    return is_scalar_letter(stem(name)) or stem(name) in _PARAMETERS


class NamedCall(NamedTuple):
    """A function that is applied, or its derivative in a form, from its name at ``first`` to ``closing``."""

    first: int
    opening: int
    form: str
    raw: str
    declared: bool
    closing: int = 0

    @property
    def name(self) -> str:
        """The name of the function."""
        return plain_name(self.raw)


def call_at(line: TokenLine, first: int, opening: int, applied: Collection[str]) -> NamedCall | None:
    """Return what the name at ``first`` before a bracket calls if that is a function.

    ``None`` if something else than primes stands between. ``applied`` are the names before brackets: with
    ``f``, the word ``J_f`` is a derivative.
    """
    marks, raw, name = line.tokens[first + 1 : opening], str(line.tokens[first]), line.name_at(first)
    if any(mark not in PRIMES for mark in marks):
        return None
    primes = PRIME * len(marks)
    form, function = ("", "") if name in line.functions else form_of(name)
    known = function in line.functions
    if not primes and (known or function in applied or (form in _OF_SCALARS and name not in line.variables)):
        raw = raw[len(CALLED[form]) - 1 :]
        return NamedCall(first, opening, form, raw, known)
    return NamedCall(first, opening, primes, raw, name in line.functions)


#: Derivatives that nothing else is called.
_OF_SCALARS = ("grad", "hess")


def with_calls(tokens: list[Token], calls: Sequence[NamedCall]) -> list[Token]:
    """Return the tokens with one for each function that is called, with round brackets after it."""
    kept, written = list[Token](), 0
    for call in calls:
        place = span_of((tokens[call.first], tokens[call.opening - 1]))
        kept += tokens[written : call.first]
        kept.append(placed("FUNCTION", f"{call.form}{MARK}{call.raw}", *place))
        written = call.opening
        if tokens[written].type == "LSQB":
            tokens[written].type, tokens[call.closing].type = "LPAR", "RPAR"
    return [*kept, *tokens[written:]]
