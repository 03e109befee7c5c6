"""Tokens of LaTeX as the lexer gives them: where arguments end, what can begin or end an operand."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.functions import BY_CALL
from matcalc.language.latex_names import (
    ACCENTS,
    DELIMITERS,
    FUNCTIONS,
    LETTERS,
    SIDES,
    SPACING,
    STYLES,
    WORDS,
)

#: Longest piece of LaTeX that a help repeats.
_LONGEST = 80
_ARGUMENT_OF = frozenset(("begin", "end", "label", "tag"))
_STARTS = {*LETTERS, *STYLES, *WORDS, *ACCENTS, *FUNCTIONS, *BY_CALL} | {
    "frac", "dfrac", "tfrac", "sqrt", "norm", "sum", "lVert", "lvert", "Vert", "vert", "lbrace",
    *(size for size, side in SIDES.items() if side == "OPEN"),
}  # fmt: skip
_ENDS = {*LETTERS, "rVert", "rvert", "Vert", "vert", "rbrace", "top", "intercal", "prime"}


def argument_end(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> int:
    """Return the end of the argument that begins at ``i``, at most the number of tokens."""
    while i < len(tokens) and (tokens[i][1:] in WORDS or tokens[i][1:] in STYLES):
        i += 1
    return min(closing[i] if i < len(tokens) and tokens[i].type == "LBRACE" else i, len(tokens) - 1) + 1


def without_braces(tokens: Sequence[Token], start: int, end: int, closing: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last place of an argument without the braces around all of it."""
    while start < end and tokens[start].type == "LBRACE" and closing[start] == end - 1:
        start, end = start + 1, end - 1
    return start, end


def after_spacing(tokens: Sequence[Token], i: int) -> int:
    """Return the first place from ``i`` on that is no spacing."""
    while i < len(tokens) and tokens[i][1:] in SPACING:
        i += 1
    return i


def end_of_no_operands(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> int:
    """Return the end of what begins at ``i`` if its letters are no operands, else ``i``.

    That are words, subscripts, and names of environments and equations.
    """
    command = tokens[i][1:] if tokens[i].type == "COMMAND" else ""
    if command in WORDS or command in _ARGUMENT_OF or tokens[i].type == "UNDERSCORE":
        start = i + 1 + (tokens[i + 1 : i + 2] == ["*"])
        return argument_end(tokens, start, closing)
    return i


def starts_operand(tokens: Sequence[Token], i: int) -> bool:
    """Return whether an operand that is no number may begin at ``i``."""
    if i >= len(tokens):
        return False
    token = tokens[i]
    kind = DELIMITERS.get(token, "") or DELIMITERS.get(token.type, "")
    if token.type == "COMMAND" and token[1:] in _STARTS:
        return True
    return token.type in ("LETTER", "LBRACE") or kind in ("LPAR", "LSQB", "LBRACE", "BAR", "DOUBLE_BAR")


def ends_operand(token: Token) -> bool:
    """Return whether an operand may end with the token; a brace may close what is none."""
    kind = DELIMITERS.get(token, "") or DELIMITERS.get(token.type, "")
    if token.type == "COMMAND" and token[1:] in _ENDS:
        return True
    return token.type in ("LETTER", "NUMBER", "RBRACE", "PRIME", "TOP") or kind in (
        "RPAR", "RSQB", "RBRACE", "BAR", "DOUBLE_BAR",
    )  # fmt: skip


def source(tokens: Sequence[Token], otherwise: str) -> str:
    """Return the LaTeX of the tokens, or ``otherwise`` if it is none or long."""
    text, before = "", ""
    for token in tokens[: _LONGEST + 1]:
        text += (" " if before[:1] == "\\" and before[-1].isalpha() and token[0].isalpha() else "") + token
        before = token
    return text if 0 < len(text) <= _LONGEST else otherwise
