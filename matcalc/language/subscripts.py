"""What subscripts behind brackets and bars mean: positive parts, matrices of cross products, and norms."""

from __future__ import annotations

from collections.abc import Collection

from lark import Token

from matcalc.functions.table import SUBSCRIPTED
from matcalc.language.names import plain_name
from matcalc.language.syntax import fault, span_of
from matcalc.language.tokens import CLOSES, OPENS, is_adjacent, placed

_BRACKETS = frozenset(("RPAR", "RSQB", "RBRACE"))
_OPENING = frozenset(("LPAR", "LSQB", "LBRACE"))
#: The other ways to write the sign of a cross product and a plus below.
_ALIKE = str.maketrans({"ₓ": "×", "x": "×", "₊": "+", "_": "", "{": "", "}": ""})
_FROBENIUS = "F"


def with_functions(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Return the tokens with ``[x]_+`` and ``[x]_×`` as calls of the functions that they are.

    Raises E102 where a name stands right before the bracket, of which the subscript may be too.
    """
    out: list[Token] = []
    opened: list[int] = []
    closed = -1
    for token in tokens:
        sign = token.translate(_ALIKE) if token.type == "SUBSCRIPT" else ""
        if sign in SUBSCRIPTED and out and out[-1].type in _BRACKETS and closed >= 0:
            function, first = SUBSCRIPTED[sign], out[closed]
            before = out[closed - 1] if closed else None
            if before is not None and before.type in ("NAME", "FUNCTION") and is_adjacent(before, first):
                help_text = f"write {function}(...) around all that it is of"
                raise fault(
                    "E102", f"of what is {token} the subscript?", (before, token), "which?", help_text
                )
            out[closed] = placed("LPAR", "(", *span_of(first))
            out[-1] = placed("RPAR", ")", *span_of((out[-1], token)))
            out.insert(closed, placed("FUNCTION", function, *[span_of(first).start] * 2))
            notes.append(f"brackets with {sign} below are read as {function}(...)")
            continue
        if token.type in CLOSES:
            closed = opened.pop() if opened else -1
            closed = closed if closed >= 0 and out[closed].type in _OPENING else -1
        out.append(token)
        if token.type in OPENS:
            opened.append(len(out) - 1)
    return out


def with_round_brackets(tokens: list[Token]) -> list[Token]:
    """Return the tokens with braces that hold no exponent or subscript as round ones, as in ``exp{-x}``."""
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token.type == "LBRACE":
            opened.append(i)
        elif token.type == "RBRACE" and opened:
            first = opened.pop()
            before = tokens[first - 1] if first else Token("", "")
            if before.type not in _RAISES and not before.endswith("_"):
                tokens[first] = placed("LPAR", "(", *span_of(tokens[first]))
                tokens[i] = placed("RPAR", ")", *span_of(token))
    return tokens


#: What stands before braces that hold an exponent or a weight.
_RAISES = frozenset(("CARET", "ENTRYWISE_CARET"))


def of_frobenius(tokens: list[Token], values: Collection[str], notes: list[str]) -> list[Token]:
    """Return the tokens with ``||W||F`` as a norm, where F is nothing else in the text."""
    places = [i for i, token in enumerate(tokens) if token.type == "NAME" and plain_name(token) == _FROBENIUS]
    behind = [i for i in places if i and tokens[i - 1].type == "NORM_CLOSE"]
    behind = [i for i in behind if is_adjacent(tokens[i - 1], tokens[i]) and tokens[i - 1] in _PLAIN]
    if not behind or len(behind) < len(places) or _FROBENIUS in values:
        return tokens
    notes.append(f"{_FROBENIUS} right behind bars is read as the subscript of a norm")
    for i in behind:
        tokens[i - 1] = placed("NORM_CLOSE", _FROBENIUS, *span_of((tokens[i - 1], tokens[i])))
    return [token for i, token in enumerate(tokens) if i not in behind]


#: Bars that have no subscript yet.
_PLAIN = frozenset(("||", "‖", "∥"))
