"""Functions that are only named, where they are applied in a text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from lark import Token

from matcalc.functions.named import CALLED, PRIME, form_of
from matcalc.language.names import is_scalar_letter, plain_name, stem
from matcalc.language.syntax import Syntax, fault, instead_of, span_of
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


#: Letters of times, and of what else a value depends on.
_TIMES, _PARAMETERS = frozenset(("s", "t")), frozenset(("a", "b"))


def is_time(name: str) -> bool:
    """Return whether a name is that of a time."""
    return stem(name) in _TIMES


def is_parameter(name: str) -> bool:
    """Return whether a name is what things usually depend on: a time, or a small Greek letter.

    >>> is_parameter("t"), is_parameter("theta_1"), is_parameter("x")
    (True, True, False)
    """
    return is_scalar_letter(stem(name)) or is_time(name) or stem(name) in _PARAMETERS


#: Letters that are functions before brackets, and those that are so with primes too.
PRIMED = frozenset(("f", "g", "h", "phi"))
NAMED_BY_CONVENTION = PRIMED.union(("ell", "F", "H", "J", "L"))


def are_of_derivative(line: TokenLine, i: int) -> bool:
    """Return whether the primes at ``i`` stand between the name of a function and a bracket."""
    first, last = i - 1, i
    while line.at(last) in PRIMES:
        last += 1
    while line.at(first) in PRIMES:
        first -= 1
    if line.type_at(last) != "LPAR":
        return False
    name, inner = line.name_at(first), line.name_at(last + 1)
    single = line.type_at(last + 2) == "RPAR" and is_parameter(inner)
    return name in line.functions or (name not in line.variables and (stem(name) in PRIMED or single))


#: The signs of a gradient and of a Hessian before the name of a function, and what they are called.
_GRADIENTS = {"∇": "grad", "\\nabla": "grad", "∇²": "hess"}
_SQUARES = (["CARET", "NUMBER"], ["CARET", "LBRACE", "NUMBER", "RBRACE"])
_BEFORE_BRACKETS = frozenset(("\\left", "\\big", "\\bigl", "\\Big", "\\Bigl"))


def without_gradients(tokens: list[Token], applied: Callable[[int], bool]) -> tuple[list[Token], Signs]:
    r"""Return the tokens without signs such as ``∇`` and ``\nabla^2`` before functions, and these signs.

    They come by the places of what stands behind them. ``applied`` tells where a name stands that has a
    bracket right after it.
    """
    kept, signs, i = list[Token](), Signs(), 0
    while i < len(tokens):
        form, end = _GRADIENTS.get(tokens[i], ""), i + 1
        for square in _SQUARES if form == "grad" else ():
            following = tokens[end : end + len(square)]
            if [token.type for token in following] == square and "2" in following:
                form, end = "hess", end + len(square)
        if form and end < len(tokens) and applied(end):
            signs[tokens[end].start_pos or 0] = form, tokens[i].start_pos or 0
            i = end
        kept.append(tokens[i])
        i += 1
    return kept, signs


def with_gradients(tokens: list[Token]) -> list[Token]:
    """Return the tokens of text with ``∇f(x)`` as ``grad_f(x)``. Raises E101 for another ``∇``."""
    if not any(token.type == "NABLA" for token in tokens):
        return tokens
    kept, signs = without_gradients(tokens, lambda i: [t.type for t in tokens[i : i + 2]] == ["NAME", "LPAR"])
    for token in kept:
        if token.type == "NABLA":
            message = f"unexpected character {str(token)!r}"
            raise fault("E101", message, token, "not part of the language", instead_of("∇"))
    signs.put_in(kept)
    return kept


class Signs(dict[int, tuple[str, int]]):
    """The forms of derivatives that signs say, with the places of the signs, by those of the functions."""

    def put_in(self, tokens: list[Token]) -> None:
        """Give the names of functions their signs as words: ``∇f`` is ``grad_f``."""
        for i, token in enumerate(tokens):
            if token.type == "NAME" and (token.start_pos or 0) in self:
                form, start = self[token.start_pos or 0]
                tokens[i] = placed("NAME", CALLED[form][:-1] + token, start, token.end_pos or 0)


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
    if any(mark not in PRIMES for mark in marks) or line.type_at(opening) not in ("LPAR", "LSQB"):
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
