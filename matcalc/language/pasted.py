"""What pasted text has that is no expression: calls of NumPy, conditions, and signs that are not read."""

from __future__ import annotations

import re

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.names import plain_name
from matcalc.language.token_checks import INDEXED
from matcalc.language.token_kinds import CLOSES, CONSTANTS, IDENTITIES, OPENS

#: The norms that NumPy and MATLAB name by a word, with what they are called here.
_NORMS = {"fro": "normF", "nuc": "nucnorm"}
_NORM = "norm"
#: What to write for an argument with this name.
_BY_NAME = {
    "axis": "sums along an axis are colsum(X) for axis=0, rowsum(X) for axis=1",
    "keepdims": "sums along an axis are colsum(X) for axis=0, rowsum(X) for axis=1",
    "ord": "norms are norm2(x), norm1(x), norminf(x), normF(X), specnorm(X) and nucnorm(X)",
}
_QUOTES = frozenset(("'", "’"))


def as_written_here(tokens: list[Token]) -> list[Token]:
    """Return the tokens with subscripts out of their braces, and norms that are named by a word as functions.

    Raises E105 for a sum with limits, E506 for other subscripts in braces, and E102 for arguments by name or
    in quotes.
    """
    tokens = _with_subscripts(tokens)
    depth = 0
    for i, token in enumerate(tokens):
        if token.type == "EQUALS" and depth and tokens[i - 1].type == "NAME":
            if tokens[i - 1] == "ord" and _word(tokens, i + 1):
                continue
            name = tokens[i - 1]
            help_text = _BY_NAME.get(name, f"leave {name} out, or give its value alone")
            raise _fault("E102", "arguments by name cannot be used", name, token, "an option?", help_text)
        depth += (token.type in OPENS) - (token.type in CLOSES)
    return _with_norms(tokens)


def _fault(code: str, message: str, first: Token, last: Token, label: str, help_text: str) -> MatcalcError:
    span = Span(first.start_pos or 0, last.end_pos or 0)
    return MatcalcError(code, message, labels=[Label(span, label)], help=help_text)


def _with_subscripts(tokens: list[Token]) -> list[Token]:
    """Return the tokens with ``x_{1}`` as one name."""
    out: list[Token] = []
    pending = iter(range(len(tokens)))
    for i in pending:
        token = tokens[i]
        end = 0
        if token.type == "NAME" and token.endswith("_") and i + 1 < len(tokens):
            rest = range(i + 2, len(tokens)) if tokens[i + 1].type == "LBRACE" else ()
            end = next((j for j in rest if tokens[j].type == "RBRACE"), 0)
        if not end:
            out.append(token)
            continue
        inner = tokens[i + 2 : end]
        if len(inner) != 1 or not str(inner[0]).isalnum():
            raise _no_subscript(token, tokens[end])
        out.append(Token("NAME", token + inner[0], start_pos=token.start_pos, end_pos=tokens[end].end_pos))
        for _ in range(i, end):
            next(pending)
    return out


def _no_subscript(name: Token, last: Token) -> MatcalcError:
    head = name.removesuffix("_")
    if plain_name(head) in BY_CALL or plain_name(head) in INDEXED:
        help_text = f"write {head}(...) without an index" if plain_name(head) in BY_CALL else "write it out"
        return _fault("E105", f"{head} has an index here", name, last, "an operator?", help_text)
    help_text = (
        f"write {head}(...) with the size"
        if head in IDENTITIES
        else f"write one word or number, as in {head}_1"
    )
    return _fault("E506", "this subscript is no part of a name", name, last, "in a subscript", help_text)


def _word(tokens: list[Token], i: int) -> str:
    """Return the word in quotes at ``i``, nothing if there is none."""
    opening, word, closing = (*tokens[i : i + 3], *[Token("", "")] * 3)[:3]
    quoted = opening in _QUOTES and closing in _QUOTES and word.type == "NAME"
    return str(word) if quoted else ""


def _with_norms(tokens: list[Token]) -> list[Token]:
    """Return the tokens with ``norm(X, 'fro')`` as ``normF(X)``."""
    opened: list[int] = []
    out: list[Token] = []
    pending = iter(range(len(tokens)))
    for i in pending:
        token = tokens[i]
        first = i + (3 if [*map(str, tokens[i + 1 : i + 3])] == ["ord", "="] else 1)
        word = _word(tokens, first) if token.type == "COMMA" else ""
        if word:
            function = out[opened[-1] - 1] if opened and opened[-1] else token
            module, dot, name = function.rpartition(".")
            closes = tokens[first + 3].type == "RPAR" if first + 3 < len(tokens) else False
            if name != _NORM or word not in _NORMS or not closes:
                help_text = "norm(X, 'fro') and norm(X, 'nuc') are known"
                message = "text in quotes cannot be used"
                raise _fault("E102", message, tokens[first], tokens[first + 2], "text", help_text)
            out[opened[-1] - 1] = Token.new_borrow_pos("NAME", module + dot + _NORMS[word], function)
            for _ in range(i, first + 2):
                next(pending)
            continue
        if token.type in CLOSES and opened:
            opened.pop()
        if token.type in OPENS:
            opened.append(len(out))
        out.append(token)
    return out


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
