"""Runs the parser of a grammar, and turns its failures into errors that say what to write."""

from __future__ import annotations

import re
from functools import cache
from string import ascii_letters, digits
from threading import local
from types import ModuleType
from typing import Any, NamedTuple
from zlib import crc32

import lark
from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.names import CONSTANTS
from matcalc.language.syntax import fault

#: What the tables do not keep: it is given anew to each parser.
NOT_KEPT = ("transformer", "postlex")
#: Longest text that is read, in characters.
MAX_LENGTH = 1_000_000
#: What some editors put in front of a text; it means nothing.
BYTE_ORDER_MARK = "\ufeff"


class NamesGiven(NamedTuple):
    """The names that are known of a text: declared, of differentiation, and sizes in declarations."""

    declared: frozenset[str] = frozenset()
    wrt: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()

    @property
    def variables(self) -> frozenset[str]:
        """The names that are variables for sure."""
        return self.declared | self.wrt

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return self.variables | self.sizes


NO_NAMES = NamesGiven()


class TextState(local):
    """What is known of the text that a thread reads, for the token pass and the builder of its grammar."""

    def __init__(self) -> None:
        self.given = NO_NAMES
        #: What to say of a bracket or bar that stays open, if that is where reading fails.
        self.unclosed: MatcalcError | None = None


def made_from(text: str, tokens: Any) -> str:
    """Return what the tables of a grammar depend on, in few words: lark, text, pass over tokens."""
    return f"lark {lark.__version__}, {crc32((text + repr(tokens.always_accept)).encode()):08x}"


@cache
def load_parser(builder: type[Any], tokens: Any, tables: ModuleType) -> Lark:
    """Return the parser of a grammar, with ``builder`` called for each rule as it is reduced.

    ``tables`` are those of the grammar. If they were made for another lark, they are made anew from its
    text, which takes a tenth of a second.
    """
    options: dict[str, Any] = {"transformer": builder(), "postlex": tokens}
    if made_from(tables.GRAMMAR, tokens) != tables.MADE_FROM:
        return Lark(tables.GRAMMAR, parser="lalr", lexer="basic", keep_all_tokens=True, **options)
    # The method behind Lark.load, which alone does not take a transformer.
    loaded: Lark = Lark._load_from_dict(tables.DATA, tables.MEMO, **options)  # type: ignore[no-untyped-call]  # lark has no types for it
    return loaded


def run_parser(parser: Lark, state: TextState, given: NamesGiven, text: str) -> Any:
    """Return what the callback of the first rule returns; errors as ``MatcalcError`` with places."""
    if len(text) > MAX_LENGTH:
        raise MatcalcError("E108", f"the text is longer than {MAX_LENGTH:,} characters")
    if text.startswith(BYTE_ORDER_MARK):
        text = text.replace(BYTE_ORDER_MARK, " ", 1)
    state.given = given
    try:
        return parser.parse(text)
    except MatcalcError as error:
        raise error.with_source(text) from None
    except UnexpectedInput as error:
        raise _explained(text, error, state.unclosed).with_source(text) from None


_OF_A_DERIVATIVE = "leave it out, and name the variable of differentiation separately"
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
#: A method of an array, with its name; and what to write for one that is not a function by its own name.
_METHOD = re.compile(r"\.([A-Za-z_]\w*)\s*(\(?)")
_PRODUCT = "write A @ x"
_METHODS = {"dot": _PRODUCT, "matmul": _PRODUCT, "transpose": "write X.T", "inverse": "write inv(X)"}


def _explained(text: str, error: UnexpectedInput, unclosed: MatcalcError | None) -> MatcalcError:
    """Return the error for what the parser did not expect; ``unclosed`` says what is open at the end."""
    if isinstance(error, UnexpectedCharacters):
        start = error.pos_in_stream or 0
        message, place = f"unexpected character {text[start]!r}", Span(start, start + 1)
        return fault("E101", message, place, "not part of the language", _instead(text, start))
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return _unexpected_token(text, error.token)
    end = len(text.rstrip())
    if end and unclosed is not None:
        return unclosed
    message = "the expression ends too early" if end else "there is no expression"
    return MatcalcError("E103", message, labels=[Label(Span(end, end), "something is missing here")])


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
    word = before[len(before.rstrip(ascii_letters + digits + "_")) :]
    message = f"unexpected {(text[start:end] or str(token))!r}"
    help_text = ""
    if token.type in ("RPAR", "RSQB", "RBRACE") and not before.endswith(("(", "[", "{", "+", "-", "*", "/")):
        return fault("E104", message, Span(start, end), "closes nothing that is open here")
    if word in BY_CALL or word in CONSTANTS:
        help_text = f"{word} is a function: write {word}(...)"
    elif token.type == "EQUALS":
        help_text = "definitions come at the end: ... where r = A*x - b"
    place = Span(start, min(max(end, start + 1), len(text)))
    return fault("E102", message, place, "not expected here", help_text)
