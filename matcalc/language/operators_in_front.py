r"""Operators in front of a value: signs of derivatives, such as ``\frac{d}{dX}``, and optima, ``\min_x``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

from matcalc.functions import BY_CALL
from matcalc.language.names import plain_name
from matcalc.language.text_units import group_end, matching_end, name_end, occurs


class Operator(NamedTuple):
    r"""An operator from ``start`` to ``end``, the names of its variables as they are written.

    ``body`` is where the function stands if that is inside, as in ``\frac{d f}{dx}``; ``refused`` are
    derivatives of higher order, differences, and those of what is not all of a value.
    """

    start: int
    end: int
    variables: tuple[str, ...]
    body: tuple[int, int] | None = None
    refused: bool = False


#: The letter of a differential or difference.
_D = (
    r"(?:\\(?:partial|[dD]elta)(?![A-Za-z])|[∂δΔdD]"
    r"|\\(?:math(?:rm|sf)|text(?:rm)?|operatorname|mbox|rm)\s*\{?\s*[dD]\s*\}?)"
)
_DIFFERENTIAL = re.compile(rf"\s*({_D})\s*")
_LETTERS = {"\\partial": "∂", "\\delta": "δ", "\\Delta": "Δ"}
_FRACTION = re.compile(r"\\[dt]?frac(?![A-Za-z])\s*")
_ORDER = re.compile(r"\^\s*(?:\{[^{}]*\}|\w)\s*|[²³]\s*")
#: What an operand begins with that is no number.
_OPERAND = re.compile(r"[^\W\d_]|[({\[|‖]|\\(?!cdot|times|right|le|ge)[A-Za-z|]")
#: What signs of derivatives begin with, and comments; in text letters side by side are a word.
_SIGNS = {
    True: re.compile(r"(?<!\\)%[^\n]*|\\[A-Za-z]+|[dDδΔ∂∇]"),
    False: re.compile(r"(?<![\w\\])d(?:[^\W\d_](?:_\w+)?)?(?!\w)|(?<!\w)[δΔ](?!\w)|[∂∇]"),
}
#: How far behind its first letter a quotient may have its slash.
_REACH = 200
_GRADIENT = re.compile(r"(\\nabla(?![A-Za-z])|∇|\\operatorname\s*\{grad\}|\\mathrm\s*\{grad\}|grad(?=_))\s*")
_D_WITH_INDEX = re.compile(r"D(?=_)|\\(?:mathrm|operatorname)\s*\{D\}(?=_)|∂(?=_)|\\partial(?=\s*_)")
_OPTIMUM = re.compile(
    r"\s*(?:\\underset\s*\{(?P<under>[^{}]*)\}\s*\{)?\s*"
    r"(?:\\(?:operatorname|mathop|mathrm|text)\*?\s*\{\s*)?\\?"
    r"(?:arg\s*(?:\\[,;! ]\s*)*\\?(?:min|max)"
    r"|(?:min|max|opt)imi[sz]e|min|max|inf|sup)(?![A-Za-z(])\s*\}?\s*\}?"
    r"(?:\\limits|\\nolimits)?\s*"
)
_OVER = re.compile(r"\s*(?:over\s*\}\s*|over\s+|\\(?:text|mbox|textrm|mathrm)\s*\{\s*over\s*\}\s*)")
_COMMA = re.compile(r"\s*,\s*")
#: The exponent of a variable that is the square of another, as in ``\partial \sigma^2``.
_SQUARED = re.compile(r"\s*(?:\^\s*(?:2|\{\s*2\s*\})|²)")
#: One whose variable lost its place below, as in ``arg minβ ‖y − Xβ‖²``.
_GLUED_OPTIMUM = re.compile(r"\s*(?:arg\s*)?(?:min|max)([^\W\d_])\s+(?=[\w(\[|‖∥½−-])")


def operator_at(text: str, i: int, end: int, latex: bool, names: Collection[str]) -> Operator | None:
    """Return the sign of a derivative at ``i`` in front of, or around, what stands up to ``end``."""
    return (
        _fraction(text, i, end, latex, names)
        or _gradient(text, i, end, latex, names)
        or _quotient(text, i, end, latex, names)
    )


def operators_in(text: str, latex: bool, names: Collection[str]) -> Iterator[Operator]:
    """Yield the signs of derivatives in a text, but for names with an index, such as ``D_x``.

    In text the variable is one letter, or occurs elsewhere: ``d/dist`` is a quotient.
    """
    for sign in _SIGNS[latex].finditer(text):
        i = sign.start()
        operator = None if _D_WITH_INDEX.match(text, i) else operator_at(text, i, len(text), latex, names)
        if operator is None:
            continue
        words = [] if latex else [name for name in operator.variables if name[1:2].isalpha()]
        if all(occurs(name, text[:i] + " " + text[operator.end :], latex) for name in words):
            yield operator


def optima_in(text: str) -> Iterator[Operator]:
    """Yield the signs of optima in LaTeX."""
    for sign in _SIGNS[True].finditer(text):
        optimum = optimum_at(text, sign.start(), latex=True)
        if optimum is not None:
            yield optimum


#: What says of a variable below an optimum where it lies.
_CONSTRAINT = re.compile(r"\\(?:in|succ|prec|ge|le|gt|lt|neq)[A-Za-z]*|[∈≥≤<>=≻⪰]|\bin\b")


def optimum_at(text: str, i: int, latex: bool, *, constrained: bool = False) -> Operator | None:
    r"""Return an optimum such as ``\min_x`` at ``i``, with its variables.

    Without variables it is one if conditions follow.
    """
    if not latex and (glued := _GLUED_OPTIMUM.match(text, i)) and occurs(glued[1], text[glued.end() :], True):
        return Operator(i, glued.end(), (glued[1],))
    place = _OPTIMUM.match(text, i)
    if place is None or not place[0].strip():
        return None
    end, below = place.end(), place["under"] or ""
    if over := _OVER.match(text, end):
        first = over.end()
        while (end := name_end(text, first, latex)) > first and (comma := _COMMA.match(text, end)):
            first = comma.end()
        if end == first:
            return None
        below = text[over.end() : end]
    elif text[end : end + 1] == "_":
        last = group_end(text, end + 1)
        below, end = text[end + 1 : last].strip("{}"), last
    elif not (below or constrained or re.search("imi|arg", place[0])):
        return None
    if re.compile(r"\s*(?:[*/+=.,)^]|$)").match(text, end):
        return None
    variables = [_CONSTRAINT.split(part)[0].strip() for part in below.split(",")]
    return Operator(i, end, tuple(filter(None, variables)))


def _braceless(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of what stands in all the braces around it, without spaces."""
    while True:
        start, end = end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())
        if start < end and text[start] == "{" and group_end(text, start) == end:
            start, end = start + 1, end - 1
        else:
            return start, end


def _variable(text: str, start: int, end: int, latex: bool) -> str:
    """Return the name that stands at a place if nothing else does."""
    start, end = _braceless(text, start, end)
    if text[start : start + 1] == "(" and text[end - 1 : end] == ")":
        start, end = start + 1, end - 1
    last = name_end(text, start, latex)
    squared = _SQUARED.match(text, last, end) if last > start else None
    return text[start:end] if start < end and (squared.end() if squared else last) == end else ""


def _are_of_one(above: str, below: str, names: Collection[str]) -> bool:
    """Return whether two signs are the same letter of a differential, and that is no name."""
    first, second = (_LETTERS.get(sign, sign.rstrip(" }")[-1]) for sign in (above, below))
    return plain_name(first) not in names and (first == second or {first, second} == {"d", "∂"})


def _fraction(text: str, i: int, end: int, latex: bool, names: Collection[str]) -> Operator | None:
    r"""Return ``\frac{d}{dX}``, ``\frac{\partial f}{\partial X}``, ``\frac{d f(X)}{dX}``."""
    place = _FRACTION.match(text, i)
    if place is None:
        return None
    middle = group_end(text, place.end())
    low_start = middle + len(text[middle:end]) - len(text[middle:end].lstrip())
    last = group_end(text, low_start)
    top, low = _braceless(text, place.end(), middle), _braceless(text, low_start, last)
    above, below = _DIFFERENTIAL.match(text, *top), _DIFFERENTIAL.match(text, *low)
    if above is None or below is None or not _are_of_one(above[1], below[1], names):
        return None
    order = _ORDER.match(text, above.end(), top[1])
    variable = _variable(text, below.end(), low[1], latex)
    variable = _SQUARED.sub("", variable) if order else variable
    body = _braceless(text, (order or above).end(), top[1])
    inside = body[0] < body[1]
    if not _OPERAND.match(text, below.end(), low[1]) or (inside and not _OPERAND.match(text, *body)):
        return None
    follows = inside and text[last:end].strip(" \t\n&,.;") != ""
    refused = order is not None or _is_difference(above[1]) or not variable or follows
    variable = variable or text[below.end() : name_end(text, below.end(), latex)]
    return Operator(i, last, (variable,) if variable else (), body if inside else None, refused)


def _is_difference(sign: str) -> bool:
    return sign.rstrip(" }")[-1] in "DΔ" or sign == "\\Delta"


def _gradient(text: str, i: int, end: int, latex: bool, names: Collection[str]) -> Operator | None:
    r"""Return ``\nabla_W`` and ``grad_W``, also without a variable; ``D_x`` in front of brackets.

    That of a function that is only named is a function, as in ``∇f(A*x)`` and ``grad_f(A*x)``.
    """
    gradient = _GRADIENT.match(text, i)
    sign = gradient or _D_WITH_INDEX.match(text, i)
    if sign is None:
        return None
    after = sign.end()
    after += len(text[after:end]) - len(text[after:end].lstrip())
    square = _SQUARE.match(text, after) if gradient else None
    if square and _is_of_named_function(text, square.end(), latex):
        return None
    if text[after : after + 1] == "^":
        return Operator(i, after, (), None, True)
    if unicodedata.decomposition(text[after : after + 1] or " ").startswith("<sub>"):
        return Operator(i, after + 1, (unicodedata.normalize("NFKC", text[after]),))
    if text[after : after + 1] != "_":
        named = gradient and _is_of_named_function(text, after, latex)
        return Operator(i, after, ()) if gradient and not named else None
    first = after + 1
    last = group_end(text, first) if latex or text[first] == "{" else name_end(text, first, latex)
    variables = [
        _variable(text, *span, latex) for span in _between_commas(text, *_braceless(text, first, last))
    ]
    if not all(variables):
        return None
    if text[i] in "gD" and text[last : last + 1] == "(":
        rest, name = text[last:end], variables[0]
        applied = re.search(rf"(?<!\w){re.escape(name)}\(", rest) is not None
        if name in names or applied or (gradient and not occurs(name, rest, latex)):
            return None
    if gradient is None and text[i] in "D\\" and not text[i:].startswith("\\partial"):
        wrapped = re.compile(r"\s*(\\left\s*)?[(\[]").match(text, last)
        if wrapped and _holds_arguments(text, wrapped.end() - 1):
            return None
        if not wrapped or not occurs(variables[0], text[last:end], latex) or text.count(text[i:last]) > 1:
            return None
    return Operator(i, last, tuple(variables))


def _holds_arguments(text: str, opening: int) -> bool:
    """Return whether a bracket holds several arguments, as that of a function does."""
    depth = 0
    for character in text[opening : matching_end(text, opening) or None]:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 1:
            return True
    return False


def _is_of_named_function(text: str, i: int, latex: bool) -> bool:
    """Return whether a name stands at ``i``, right before a bracket, that the text says nothing else of."""
    end = name_end(text, i, latex)
    name = text[i:end].strip()
    bracket = _BRACKET_OF_LATEX if latex else _BRACKET
    if end == i or name.removeprefix("\\") in BY_CALL or not bracket.match(text, end):
        return False
    return not re.search(rf"(?<![\w\\]){re.escape(name)}\s*(\([^()]*\)\s*)?(&|:)?=", text)


#: The exponent of the sign of a Hessian.
_SQUARE = re.compile(r"\s*(?:\^\s*(?:2|\{\s*2\s*\})|²)\s*")
_BRACKET, _BRACKET_OF_LATEX = re.compile(r"\("), re.compile(r"\s*(\\left\s*|\\[bB]igg?l?\s*)?\(")


def _between_commas(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the places of what commas separate."""
    return [(start + part.start(), start + part.end()) for part in re.finditer(r"[^,]+", text[start:end])]


def _quotient(text: str, i: int, end: int, latex: bool, names: Collection[str]) -> Operator | None:
    r"""Return ``d/dx``, ``\partial f/\partial x`` and ``(d/dx)`` where the function follows or is named."""
    opening = re.compile(r"\(\s*(?=" + _D + r"\s*/)").match(text, i)
    above = _DIFFERENTIAL.match(text, opening.end() if opening else i)
    slash = text.find("/", above.end(), min(end, above.end() + _REACH)) if above else -1
    below = _DIFFERENTIAL.match(text, slash + 1, end) if slash >= 0 else None
    if above is None or below is None or not _are_of_one(above[1], below[1], names):
        return None
    first = below.end()
    last = name_end(text, first, latex)
    squared = _SQUARED.match(text, last, end) if last > first else None
    last = squared.end() if squared else last
    variable = _variable(text, first, last, latex)
    if not variable or f"d{variable}" in names:
        return None
    order = _ORDER.match(text, above.end(), slash)
    variable = _SQUARED.sub("", variable) if order else variable
    refused = order is not None or _is_difference(above[1])
    inner, inner_end = (order or above).end(), len(text[:slash].rstrip())
    if opening:
        closing = re.compile(r"\s*\)").match(text, last)
        if closing is None:
            return None
        last = closing.end()
    if inner < inner_end:
        name = name_end(text, inner, latex)
        bracket = name + len(text[name:inner_end]) - len(text[name:inner_end].lstrip())
        applied = text[bracket] in "([{" and matching_end(text, bracket) == inner_end
        named = name == inner_end or applied or text[inner] in "([{"
        if not named and not (_OPERAND.match(text, inner) and occurs(variable, text[inner:inner_end], latex)):
            return None
        refused = refused or not named or text[last:end].strip(" \t\n&,.;") != ""
        return Operator(i, last, (variable,), (inner, inner_end), refused)
    follows = re.compile(r"\s*[\w(\[\\|‖{∥]").match(text, last)
    refused = refused or follows is None or (above[1] == "d" and text[last : last + 1].isalnum())
    return Operator(i, last, (variable,), None, refused)
