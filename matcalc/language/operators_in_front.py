r"""Operators in front of a value: signs of derivatives, such as ``\frac{d}{dX}``, and optima, ``\min_x``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple


class Operator(NamedTuple):
    r"""An operator from ``start`` to ``end``, the names of its variables as they are written.

    ``body`` is where the function stands if that is inside, as in ``\frac{d f}{dx}``; ``order`` says that
    an exponent asks for a higher derivative.
    """

    start: int
    end: int
    variables: tuple[str, ...]
    body: tuple[int, int] | None = None
    order: bool = False


_LETTER = re.compile(r"[^\W\d_]|\\(?!partial|nabla|frac|left|right|log|exp)[A-Za-z]+")
_STYLE = re.compile(
    r"\\(?:math(?:bf|rm|cal|scr|bb|sf|it|frak)|text(?:bf|rm|it)?|boldsymbol|bm|pmb|vec|hat|bar|tilde|widehat"
    r"|widetilde|overline|overrightarrow|dot|ddot|mbox|cal|bf|rm|it|sf|frak)(?![A-Za-z])\s*"
)
_WORD = re.compile(r"[^\W\d_]\w*")
_LETTERS = re.compile(r"[^\W\d_]+")
_SCRIPT = re.compile(r"\s*[_^]\s*(?=\{|\w|\\)|(?<=\w)'+(?=\s*[:=])")
_INDEX = re.compile(r"\{\s*[\(\[].*?[\)\]]\s*\}")
#: The letter of a differential.
_D = r"(?:\\partial(?![A-Za-z])|\\delta(?![A-Za-z])|\\(?:mathrm|text|rm)\s*\{?\s*d\s*\}?|∂|δ|d)"
_DIFFERENTIAL = re.compile(rf"\s*({_D})\s*")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?=\{)")
_GRADIENT = re.compile(r"(\\nabla(?![A-Za-z])|∇|\\operatorname\s*\{grad\}|\\mathrm\s*\{grad\}|grad(?=_))\s*")
_D_WITH_INDEX = re.compile(r"D(?=_)|\\(?:mathrm|operatorname)\s*\{D\}(?=_)|∂(?=_)|\\partial(?=\s*_)")
_OPTIMUM = re.compile(
    r"\s*(?:\\underset\s*\{(?P<under>[^{}]*)\}\s*\{)?\s*"
    r"(?:\\(?:operatorname|mathop|mathrm|text)\*?\s*\{\s*)?\\?"
    r"(?:arg\s*(?:\\[,;! ]\s*)*\\?(?:min|max)|(?:min|max)imi[sz]e|min|max|inf|sup)(?![A-Za-z(])\s*\}?\s*\}?"
    r"(?:\\limits|\\nolimits)?\s*"
)


#: The exponent of a variable that is the square of another, as in ``\partial \sigma^2``.
_SQUARED = re.compile(r"\s*(?:\^\s*(?:2|\{\s*2\s*\})|²)")
#: One whose variable lost its place below, as in ``arg minβ ‖y − Xβ‖²``.
_GLUED_OPTIMUM = re.compile(r"\s*(?:arg\s*)?(?:min|max)([^\W\d_])\s+(?=[\w(\[|‖∥½−-])")
_INDICES = re.compile(r"_\s*(?:\{[^{}]*\}|\w)")
_COMMAND = re.compile(r"\\[A-Za-z]+")


def occurs(name: str, text: str, latex: bool) -> bool:
    r"""Return whether a name occurs in a text, and not just as an index; in LaTeX letters stand alone.

    >>> occurs("x", "Ax", True), occurs("x", "Ax", False), occurs("i", "x_i", True)
    (True, False, False)
    """
    name = name.strip("{} ")
    if name.startswith("\\"):
        return re.search(rf"(?<!\\){re.escape(name)}(?![A-Za-z])", text) is not None
    if not latex:
        return re.search(rf"(?<![\w\\]){re.escape(name)}(?!\w)", text) is not None
    plain = _COMMAND.sub(" ", _INDICES.sub(" ", text))
    return (name if len(name) > 1 and "_" in name else name[:1]) in (text if "_" in name else plain)


def group_end(text: str, i: int) -> int:
    """Return the end of the group in braces at ``i``, or of one letter or command; ``i`` for none."""
    if text[i : i + 1] != "{":
        unit = re.compile(r"\\[A-Za-z]+|[^\s{}]").match(text, i)
        return unit.end() if unit else i
    depth = 0
    for brace in re.compile(r"\\.|[{}]").finditer(text, i):
        depth += (brace[0] == "{") - (brace[0] == "}")
        if depth == 0:
            return brace.end()
    return i


def name_end(text: str, i: int, latex: bool) -> int:
    r"""Return the end of the name at ``i``, with its style, accents and subscripts; ``i`` if there is none.

    >>> name_end(r"\hat{\mathbf{x}}_{1} = 2", 0, True), name_end("W_1 = 2", 0, False)
    (20, 3)
    """
    start = i
    braced = re.compile(r"\{(?=\s*\\?[A-Za-z{])").match(text, i)
    if style := _STYLE.match(text, i):
        i = group_end(text, style.end())
        if _STYLE.match(text, style.end()):
            i = name_end(text, style.end(), latex)
    elif braced and (end := group_end(text, i)) > i and end - i < _LONGEST_NAME:
        i = end if name_end(text, i + 1, latex) >= len(text[: end - 1].rstrip()) else i
    elif latex and not (word := _WORD.match(text, i)):
        letter = _LETTER.match(text, i)
        i = letter.end() if letter else i
    elif word := _WORD.match(text, i):
        # In LaTeX letters side by side are a word only in front of a sign of equality or a bracket.
        letters = _LETTERS.match(text, start) if latex else None
        i = letters.end() if letters else word.end()
    while i > start and (script := _SCRIPT.match(text, i)):
        raised = "^" in script[0]
        if raised and not _INDEX.match(text, script.end()):
            break
        i = group_end(text, script.end()) if script[0].strip()[:1] in "_^" else script.end()
    return i


#: More characters than a name in braces has.
_LONGEST_NAME = 60


def operator_at(text: str, i: int, end: int, latex: bool, names: Collection[str]) -> Operator | None:
    """Return the sign of a derivative at ``i`` in front of, or around, what stands up to ``end``."""
    return (
        _fraction(text, i, end, latex, names)
        or _gradient(text, i, end, latex)
        or _quotient(text, i, end, latex, names)
    )


#: What says of a variable below an optimum where it lies.
_CONSTRAINT = re.compile(r"\\(?:in|succ|prec|ge|le|gt|lt|neq)[A-Za-z]*|[∈≥≤<>=≻⪰]|\bin\b")


def optimum_at(text: str, i: int, latex: bool) -> Operator | None:
    r"""Return an optimum such as ``\min_x`` at ``i``, with its variables."""
    if not latex and (glued := _GLUED_OPTIMUM.match(text, i)) and occurs(glued[1], text[glued.end() :], True):
        return Operator(i, glued.end(), (glued[1],))
    place = _OPTIMUM.match(text, i)
    if place is None or not place[0].strip():
        return None
    end, below = place.end(), place["under"] or ""
    if text[end : end + 1] == "_":
        last = group_end(text, end + 1)
        below, end = text[end + 1 : last].strip("{}"), last
    elif not below and not re.search("imi|arg", place[0]):
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
    if above is None or below is None or above[1][-1] != below[1][-1] or above[1] in names:
        return None
    order = text.startswith(("^", "²"), above.end())
    variable = _variable(text, below.end(), low[1], latex)
    body = _braceless(text, above.end(), top[1])
    inside = body[0] < body[1]
    if not variable or (inside and not order and text[last:end].strip(" \t\n&,.;")):
        return Operator(i, last, (), None, True) if order else None
    return Operator(i, last, (variable,), body if inside and not order else None, order)


def _gradient(text: str, i: int, end: int, latex: bool) -> Operator | None:
    r"""Return ``\nabla_W`` and ``grad_W``, also without a variable; ``D_x`` in front of brackets."""
    gradient = _GRADIENT.match(text, i)
    sign = gradient or _D_WITH_INDEX.match(text, i)
    if sign is None:
        return None
    after = sign.end()
    after += len(text[after:end]) - len(text[after:end].lstrip())
    if text[after : after + 1] == "^":
        return Operator(i, after, (), None, True)
    if unicodedata.decomposition(text[after : after + 1] or " ").startswith("<sub>"):
        return Operator(i, after + 1, (unicodedata.normalize("NFKC", text[after]),))
    if text[after : after + 1] != "_":
        return Operator(i, after, ()) if gradient else None
    first = after + 1
    last = group_end(text, first) if latex or text[first] == "{" else name_end(text, first, latex)
    names = [_variable(text, *span, latex) for span in _parts(text, *_braceless(text, first, last))]
    if not all(names):
        return None
    if gradient is None and text[i] in "D\\" and not text[i:].startswith("\\partial"):
        wrapped = re.compile(r"\s*(\\left\s*)?[(\[]").match(text, last)
        if not wrapped or not occurs(names[0], text[last:end], latex) or text.count(text[i:last]) > 1:
            return None
    return Operator(i, last, tuple(names))


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the places of what commas separate."""
    return [(start + part.start(), start + part.end()) for part in re.finditer(r"[^,]+", text[start:end])]


def _quotient(text: str, i: int, end: int, latex: bool, names: Collection[str]) -> Operator | None:
    r"""Return ``d/dx``, ``\partial f/\partial x`` and ``(d/dx)`` where the function follows or is named."""
    opening = re.compile(r"\(\s*(?=" + _D + r"\s*/)").match(text, i)
    above = _DIFFERENTIAL.match(text, opening.end() if opening else i)
    if above is None or above[1] in names:
        return None
    slash = text.find("/", above.end(), end)
    if slash < 0:
        return None
    below = _DIFFERENTIAL.match(text, slash + 1)
    if below is None or above[1][-1] != below[1][-1]:
        return None
    first = below.end()
    last = name_end(text, first, latex)
    squared = _SQUARED.match(text, last, end) if last > first else None
    last = squared.end() if squared else last
    variable = _variable(text, first, last, latex)
    if not variable or f"d{variable}" in names:
        return None
    inner, inner_end = above.end(), len(text[:slash].rstrip())
    if opening:
        closing = re.compile(r"\s*\)").match(text, last)
        if closing is None:
            return None
        last = closing.end()
    if inner < inner_end:
        named = name_end(text, inner, latex) == inner_end or text[inner] in "([{"
        whole = not text[last:end].strip(" \t\n&,.;")
        return Operator(i, last, (variable,), (inner, inner_end)) if named and whole else None
    follows = re.compile(r"\s*[\w(\[\\|‖{∥]").match(text, last)
    if follows is None or (above[1] == "d" and text[last : last + 1].isalnum()):
        return None
    return Operator(i, last, (variable,))
