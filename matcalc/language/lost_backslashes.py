"""LaTeX whose backslashes were lost on the way: to a string of Python or a shell, or while it was typed."""

from __future__ import annotations

import re

from matcalc.errors import Span
from matcalc.functions import BY_CALL
from matcalc.language.syntax import fault

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
