"""What to say of a character or token that is not expected where it stands."""

from __future__ import annotations

import re

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.token_kinds import CONSTANTS

_OF_A_DERIVATIVE = "leave it out, and name the variable to differentiate by on its own"
#: What to write for characters that no text has.
_INSTEAD = {
    "∑": "write sum(x) for the sum of the entries of x, without an index",
    "∏": "write exp(sum(log(x))) for the product of the entries of x",
    "√": "write sqrt(...)",
    **dict.fromkeys("∂∇", _OF_A_DERIVATIVE),
    **dict.fromkeys("⟨⟩〈〉<>", "write x'*y for an inner product; of an inequality one side alone"),
    **dict.fromkeys("•∙∗", "write * for a product, x'*y for an inner product"),
    ":": "write tr(A'*B) for A:B; parts of arrays cannot be used",
    "∫": "write the value of the integral",
    **dict.fromkeys("≤≥≈≠~∝", "write one side alone"),
    **dict.fromkeys('"“”', "write normF(X) for norm(X, 'fro'); other text in quotes cannot be used"),
}
#: A method of an array, with its name.
_METHOD = re.compile(r"\.([A-Za-z_]\w*)\s*(\(?)")
#: What to write for a method that is not a function by its own name.
_METHODS = {
    "dot": "write A @ x",
    "matmul": "write A @ x",
    "transpose": "write X.T",
    "inverse": "write inv(X)",
}


def explained(text: str, error: UnexpectedInput, unclosed: MatcalcError | None) -> MatcalcError:
    """Return the error for what the parser did not expect; ``unclosed`` says what is open at the end."""
    if isinstance(error, UnexpectedCharacters):
        start = error.pos_in_stream or 0
        label = Label(Span(start, start + 1), "not part of the language")
        message, help_text = f"unexpected character {text[start]!r}", _instead(text, start)
        return MatcalcError("E101", message, source=text, labels=[label], help=help_text)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return _unexpected_token(text, error.token)
    end = len(text.rstrip())
    label = Label(Span(end, end), "something is missing here")
    if not end:
        return MatcalcError("E103", "there is no expression", source=text, labels=[label])
    if unclosed is not None:
        return unclosed.with_source(text)
    return MatcalcError("E103", "the expression ends too early", source=text, labels=[label])


def _instead(text: str, start: int) -> str:
    """Return what to write for the character at ``start``, which may begin a method: ``x.sum()``."""
    method = _METHOD.match(text, start)
    if method is None:
        return _INSTEAD.get(text[start], "")
    name, called = method.groups()
    if name in _METHODS:
        return _METHODS[name]
    return f"write {name}(...)" if called and name in BY_CALL else "methods and attributes cannot be used"


def _unexpected_token(text: str, token: Token) -> MatcalcError:
    start, end = token.start_pos or 0, token.end_pos or 0
    before = text[:start].rstrip()
    word = before[len(before.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")) :]
    shown = text[start:end] or str(token)
    help_text = ""
    if token.type in ("RPAR", "RSQB", "RBRACE") and not before.endswith(("(", "[", "{", "+", "-", "*", "/")):
        label = Label(Span(start, end), "closes nothing that is open here")
        return MatcalcError("E104", f"unexpected {shown!r}", source=text, labels=[label])
    if word in BY_CALL or word in CONSTANTS:
        help_text = f"{word} is a function: write {word}(...)"
    elif token.type == "EQUALS":
        help_text = "definitions come at the end: ... where r = A*x - b"
    label = Label(Span(start, min(max(end, start + 1), len(text))), "not expected here")
    return MatcalcError("E102", f"unexpected {shown!r}", source=text, labels=[label], help=help_text)
