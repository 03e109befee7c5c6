"""Whether a text is LaTeX, and what is left of LaTeX that lost its backslashes."""

from __future__ import annotations

import re

from matcalc.errors import Span
from matcalc.functions import BY_CALL
from matcalc.language.syntax import fault

_AFTER_BACKSLASH = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
#: Marks of LaTeX that are no letters; a backslash before a bracket is one if there is its partner.
_SYMBOLS = "|,;:!{}\\&$_%>"
_PARTNERS = {"(": "\\)", "[": "\\]"}
_ENDS_OPERAND = ")]}'’′|‖∥ᵀᵗ"


#: An index above in brackets, which only LaTeX has in braces: ``W^{(1)}``.
_RAISED_INDEX = re.compile(r"[A-Za-z]\s*\^\s*\{\s*(?:\(\w+(?:[+-]\d+)?\)|\[\w+(?:[+-]\d+)?\])\s*\}")
#: A formula between dollars.
_FORMULA = re.compile(r"\s*(\$\$?)[^$]+\1[\s.,]*")


def is_latex(text: str) -> bool:
    r"""Return whether a text is LaTeX: it has a command or ``^{(1)}``, or stands between dollars.

    >>> is_latex(r"x^\top x"), is_latex("$x^T x$"), is_latex(r"A\b"), is_latex("x'*x")
    (True, True, False, False)
    """
    if _FORMULA.fullmatch(text) or _RAISED_INDEX.search(text):
        return True
    places = list(_AFTER_BACKSLASH.finditer(text))
    return any(map(_is_command, places)) or not all(_follows_operand(place) for place in places)


def _is_command(place: re.Match[str]) -> bool:
    # Imported here, so that text without a backslash does not wait for what only LaTeX needs.
    from matcalc.language.latex_commands import COMMANDS

    word = place[1]
    if word in _PARTNERS:
        return _PARTNERS[word] in place.string
    return word in COMMANDS or word in _SYMBOLS or (word.isalpha() and len(word) > 1)


def _follows_operand(place: re.Match[str]) -> bool:
    before = place.string[: place.start()].rstrip()
    return bool(before) and (before[-1].isalnum() or before[-1] in _ENDS_OPERAND)


def _may_be_a_quotient(place: re.Match[str]) -> bool:
    """Return whether text too could have the command here: a function with its bracket, after an operand."""
    called = place.string.startswith("(", place.end())
    return called and place[1] in BY_CALL and _follows_operand(place)


def command_or_quotient(text: str) -> str:
    r"""Return the first command if each may be a function behind a quotient: ``A\det(B)``."""
    places = list(_AFTER_BACKSLASH.finditer(text))
    return places[0][0] if places and all(map(_may_be_a_quotient, places)) else ""


# LaTeX whose backslashes were lost on the way: to a string of Python or a shell, or while it was typed

#: The characters that a backslash and a letter stand for in strings of Python and in shells.
_ESCAPES = {"\a": "a", "\b": "b", "\t": "t", "\v": "v", "\f": "f", "\r": "r", "\n": "n"}
#: One of them right behind a sign or at the start, with the letters after it. Code is indented with tabs,
#: and lines are broken behind the end of a row and in front of a definition.
_ESCAPED = re.compile(
    r"(?:(?:(?<=\S)|^)[\a\b\t\v\f\r]|(?<![\\&])(?<![\\&] )\n(?=[A-Za-z]+(?![A-Za-z]|\s*&?=)))([A-Za-z]*)"
)
#: More letters than a word has that may begin a line of its own.
_LONG = 3
#: A word in front of a brace, a size of brackets, and the name of a transpose as an exponent.
_BARE = re.compile(
    r"(?<![\\A-Za-z_])(?:([A-Za-z]{3,})\s*(?=\{)|(left|right)\s*(?=[(\[|)\].]|\\[|{}])"
    r"|(?<=\^)\s*\{?(top|intercal)\b)"
)


def refuse_lost_backslashes(text: str) -> None:
    r"""Raise E102 for commands of LaTeX without their backslash, as in ``frac{1}{2}``.

    ``left`` and ``right`` are such commands only where others have a backslash.
    """
    bare, escaped = _BARE.search(text), _ESCAPED.search(text)
    if bare is None and escaped is None:
        return
    # Imported here, so that plain text does not wait for what only LaTeX needs.
    from matcalc.language.latex_commands import COMMANDS, STYLES

    for match in _ESCAPED.finditer(text):
        word = _ESCAPES[match[0][0]] + match[1]
        certain = match[0][0] != "\n" or "\\" in text or len(word) > _LONG
        if word in COMMANDS and certain:
            message = f"a control character before {match[1]} may have been \\{word}"
            help_text = 'write LaTeX in Python as r"...", in a shell within single quotes'
            raise fault("E102", message, Span(*match.span()), "which?", help_text)
    for match in _BARE.finditer(text):
        word = next(filter(None, match.groups()))
        if word in BY_CALL and word not in STYLES and "\\" not in text:
            continue  # in braces or brackets, it is the same function
        if word in COMMANDS and (match[2] is None or "\\" in text):
            message = f"{word} may be \\{word} without its backslash"
            raise fault("E102", message, Span(*match.span()), "which?", f"write \\{word}")
