r"""Signs that ask for a derivative, as ``\frac{d}{dX}``: they are no factors, and are refused.

The variable of differentiation is named outside of the expression. Letters that are declared, or are
that variable, are variables all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.language.latex_names import (
    ACCENTS,
    LETTERS,
    STYLES,
    WORDS,
    after_spacing,
    argument_end,
    end_of_no_operands,
    ends_operand,
    fault,
    place,
    source,
    starts_operand,
    without_braces,
)
from matcalc.language.names import plain_name

_FRACTIONS = frozenset(("frac", "dfrac", "tfrac"))
#: Letters of differentials, by how they are written.
_LETTERS = {
    "d": "d", "D": "D", "δ": "delta", "Δ": "Delta",
    "\\delta": "delta", "\\Delta": "Delta", "\\partial": "d",
}  # fmt: skip
_OPERATORS = frozenset(("partial", "nabla"))
_UPRIGHT = frozenset(("operatorname", "mathrm", "text", "textrm", "mathsf", "mbox"))
#: What functions begin with that are written without a backslash.
_WORDS_IN_D = ("det", "dia")
#: How far before a slash the numerator of a derivative may begin.
_REACH = 200
_MESSAGE = "the sign of a derivative is no part of the expression"
_LABEL = "asks for a derivative"


def refuse_derivatives(tokens: Sequence[Token], closing: Sequence[int], known: Collection[str]) -> None:
    r"""Raise E506 for the sign of a derivative, E102 for a ``dX`` that may be one or a product."""
    counts = Counter(tokens)
    candidates: list[int] = []
    letters = 0
    i = 0
    while i < len(tokens):
        token = tokens[i]
        command = token[1:] if token.type == "COMMAND" else ""
        if command in _FRACTIONS:
            _refuse_fraction(tokens, i, closing, known)
        elif command in _OPERATORS:
            raise _operator(tokens, i, closing)
        elif token.type == "OVER":
            _refuse_quotient(tokens, i, closing, known)
        elif command in _UPRIGHT:
            _refuse_upright(tokens, i, closing, known)
        if token == "D" or command in STYLES or command in WORDS:
            _refuse_subscripted(tokens, i, closing, known, counts)
        if token == "d" and "d" not in known:
            if _is_candidate(tokens, i):
                candidates.append(i)
            else:
                letters += 1
        elif token == "c" and _is_candidate(tokens, i):
            letters += 1  # d is the next of several factors: c A + d B
        i = max(i + 1, end_of_no_operands(tokens, i, closing))
    if candidates and not letters:
        start, end = place(tokens[candidates[0]])[0], place(tokens[candidates[0] + 1])[1]
        following = source(tokens[candidates[0] + 1 : argument_end(tokens, candidates[0] + 1, closing)], "X")
        help_text = f"write d \\cdot {following} for the product"
        message = "this may be a differential or a product"
        raise fault("E102", message, start, end, "which?", help_text)


def _symbol(
    tokens: Sequence[Token], i: int, closing: Sequence[int], known: Collection[str]
) -> tuple[str, int]:
    """Return the letter of a differential that stands at ``i``, and where it ends; none if it is a name."""
    end = i + 1
    if i < len(tokens) and (tokens[i][1:] in WORDS or tokens[i][1:] in STYLES):
        i, end = i + 1, i + 2
        if i < len(tokens) and tokens[i].type == "LBRACE" and closing[i] == i + 2:
            i, end = i + 1, i + 3
    letter = _LETTERS.get(tokens[i], "") if i < len(tokens) else ""
    return ("", i) if not letter or (letter in known and tokens[i] != "\\partial") else (letter, end)


def _refuse_fraction(tokens: Sequence[Token], i: int, closing: Sequence[int], known: Collection[str]) -> None:
    middle = argument_end(tokens, i + 1, closing)
    end = argument_end(tokens, middle, closing)
    top, top_end = without_braces(tokens, i + 1, middle, closing)
    low, low_end = without_braces(tokens, middle, end, closing)
    letter, after = _symbol(tokens, top, closing, known)
    below, variable = _symbol(tokens, low, closing, known)
    if not letter or letter != below or variable >= low_end or not starts_operand(tokens, variable):
        return
    if after < top_end and tokens[after].type == "CARET" and _is_order(tokens, after + 1, closing):
        after = argument_end(tokens, after + 1, closing)
    if after < top_end and not starts_operand(tokens, after):
        return
    by = _variable(tokens, variable, closing)
    if after >= top_end:
        what = f"leave {source(tokens[i:end], 'it')} out, and differentiate with respect to {by}"
    elif top_end - after == 1:
        what = f"write what {tokens[after]} is, and differentiate with respect to {by}"
    else:
        function = tokens[slice(*without_braces(tokens, after, top_end, closing))]
        what = f"write {source(function, 'the function')} alone, and differentiate with respect to {by}"
    raise fault("E506", _MESSAGE, place(tokens[i])[0], place(tokens[end - 1])[1], _LABEL, what)


def _variable(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> str:
    """Return the LaTeX of the name at ``i`` with its subscript."""
    end = argument_end(tokens, i, closing)
    i, last = without_braces(tokens, i, end, closing)
    if last == end and tokens[end : end + 1] == ["_"]:
        last = argument_end(tokens, end + 1, closing)
    return source(tokens[i:last], "the variable")


def _is_order(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> bool:
    start, end = without_braces(tokens, i, argument_end(tokens, i, closing), closing)
    return end == start + 1 and tokens[start].type in ("NUMBER", "LETTER") and tokens[start] != "T"


def _operator(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> MatcalcError:
    end = i + 1
    subscript = ""
    if tokens[end : end + 1] == ["_"]:
        end = argument_end(tokens, end + 1, closing)
        subscript = source(tokens[slice(*without_braces(tokens, i + 2, end, closing))], "")
    elif tokens[i] == "\\partial" and tokens[end : end + 2] == ["/", "\\partial"]:
        start, end = end + 2, argument_end(tokens, end + 2, closing)
        subscript = _variable(tokens, start, closing)
    by = f"differentiate with respect to {subscript}" if subscript else "name the variable of differentiation"
    help_text = f"leave {source(tokens[i:end], 'it')} out, and {by}"
    return fault("E506", _MESSAGE, place(tokens[i])[0], place(tokens[end - 1])[1], _LABEL, help_text)


def _refuse_quotient(tokens: Sequence[Token], i: int, closing: Sequence[int], known: Collection[str]) -> None:
    """Raise for ``d/dX`` and ``df/dX``."""
    below, variable = _symbol(tokens, i + 1, closing, known)
    if not below or not starts_operand(tokens, variable):
        return
    for first in range(i - 1, max(i - 1 - _REACH, -1), -1):
        if tokens[first].type in ("PLUS", "MINUS", "EQUALS", "AMPERSAND"):
            return
        letter, after = _symbol(tokens, first, closing, known)
        if letter == below and (after == i or starts_operand(tokens, after)):
            end = argument_end(tokens, variable, closing)
            by = _variable(tokens, variable, closing)
            what = "it" if after == i else "what stands around the function"
            help_text = f"leave {what} out, and differentiate with respect to {by}"
            start, last = place(tokens[first])[0], place(tokens[end - 1])[1]
            raise fault("E506", _MESSAGE, start, last, _LABEL, help_text)


def _refuse_upright(tokens: Sequence[Token], i: int, closing: Sequence[int], known: Collection[str]) -> None:
    letter, end = _symbol(tokens, i, closing, known)
    if (
        letter == "d"
        and starts_operand(tokens, after_spacing(tokens, end))
        and not _is_known(tokens, end, known)
    ):
        help_text = "leave it out: matcalc forms differentials itself"
        start, last = place(tokens[i])[0], place(tokens[end - 1])[1]
        raise fault("E506", "an upright d is the sign of a differential", start, last, _LABEL, help_text)


def _is_known(tokens: Sequence[Token], i: int, known: Collection[str]) -> bool:
    r"""Return whether ``\mathrm{d}`` and the letter at ``i`` write a known name, such as ``dX``."""
    while i < len(tokens) and (tokens[i][1:] in ACCENTS or tokens[i].type == "LBRACE"):
        i += 1
    name = _letter_at(tokens, i)
    return bool(name) and any(other.startswith(f"d{name}") for other in known)


def _letter_at(tokens: Sequence[Token], i: int) -> str:
    if i >= len(tokens):
        return ""
    token = tokens[i]
    return plain_name(token) if token.type == "LETTER" else LETTERS.get(token[1:], ("",))[0]


def _refuse_subscripted(
    tokens: Sequence[Token],
    i: int,
    closing: Sequence[int],
    known: Collection[str],
    counts: Counter[Token],
) -> None:
    """Raise for ``D_x`` in front of an operand where ``x`` is a name."""
    letter, end = _symbol(tokens, i, closing, known)
    if letter != "D" or tokens[end : end + 1] != ["_"] or (i and ends_operand(tokens[i - 1])):
        return
    last = argument_end(tokens, end + 1, closing)
    start, stop = without_braces(tokens, end + 1, last, closing)
    if stop != start + 1 or not starts_operand(tokens, after_spacing(tokens, last)):
        return
    variable, name = tokens[start], _letter_at(tokens, start)
    if not name or f"D_{name}" in known or not (name in known or counts[variable] > 1):
        return
    help_text = (
        f"leave it out, and differentiate with respect to {variable}; or declare the variable D_{name}"
    )
    first, after = place(tokens[i])[0], place(tokens[last - 1])[1]
    message = f"D_{name} may be the sign of a derivative or a name"
    raise fault("E102", message, first, after, "which?", help_text)


def _is_candidate(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a letter stands right before one other, as in ``dX`` and ``d X``, or first of all."""
    if i + 1 >= len(tokens):
        return False
    before, following = tokens[i - 1] if i else None, tokens[i + 1]
    apart = following.start_pos != tokens[i].end_pos
    letter = before if before is not None and before.type == "LETTER" else None
    if letter is not None and (letter.end_pos == tokens[i].start_pos or (apart and letter.islower())):
        return False
    if "".join(tokens[i : i + 3]).startswith(_WORDS_IN_D):
        return False
    command = following[1:] if following.type == "COMMAND" else ""
    if command and (i == 0 or tokens[i - 1].type == "EQUALS"):
        return starts_operand(tokens, i + 1)
    if command in STYLES or following.removeprefix("\\")[:1].isupper():
        return following.type == "LETTER" or command in STYLES or command in LETTERS
    return not apart and (following.type == "LETTER" or command in LETTERS or command in ACCENTS)
