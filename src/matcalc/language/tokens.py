"""The pass between lexer and parser: bars, function names, juxtaposition.

A bar closes if it follows an operand and a bar of its kind is the innermost thing open;
otherwise it opens, also after the name of a function: ``log|X|``. ``||`` after an operand
inside ``|`` is two bars. Two operands side by side are multiplied. A name is a function if the
table has it and a bracket, a bar or another function follows, as in ``log det(X)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lark import Token

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL
from matcalc.language.names import GREEK, plain_name

_ENDS_OPERAND = frozenset(
    [
        "NUMBER",
        "NAME",
        "RPAR",
        "RBRACE",
        "RSQB",
        "BAR_CLOSE",
        "NORM_CLOSE",
        "TRANSPOSE",
        "SUPERSCRIPT",
        "SUBSCRIPT",
        "PSEUDOINVERSE",
        "BLOCK_CLOSE",
    ]
)
_STARTS_OPERAND = frozenset(["NUMBER", "NAME", "FUNCTION", "LPAR", "LSQB", "BAR_OPEN", "NORM_OPEN"])
_OPENS = {
    "LPAR": "RPAR",
    "LBRACE": "RBRACE",
    "LSQB": "RSQB",
    "BAR_OPEN": "BAR_CLOSE",
    "NORM_OPEN": "NORM_CLOSE",
    "BLOCK_OPEN": "BLOCK_CLOSE",
}
_CLOSES = frozenset(_OPENS.values())
#: What closes that which is opened with another sign.
_PARTNERS = {
    "(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lVert": "\\rVert", "\\lvert": "\\rvert",
}  # fmt: skip

#: Constants that may be called with dimensions.
IDENTITIES = frozenset(("I", "eye", "identity"))
CONSTANTS = IDENTITIES | {"ones", "zeros"}
#: Constants that are called with what all their entries are.
FILLED = frozenset(("vector", "matrix"))
#: Names that are numbers unless they are declared.
NUMBERS = frozenset(("pi",))


class TokenPass:
    """The ``postlex`` object that lark calls with the stream of tokens."""

    always_accept = ("BAR", "DOUBLE_BAR", "SUBSCRIPT")

    def __init__(self) -> None:
        #: Names declared as variables, which are then no functions.
        self.declared: frozenset[str] = frozenset()
        #: What to say of a bracket or bar that stays open, if that is where reading fails.
        self.unclosed: MatcalcError | None = None

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens with bars decided, functions marked and products made explicit."""
        tokens = as_from_numpy(list(stream))
        _refuse_entries(tokens)
        self._mark_functions(tokens)
        decided, self.unclosed = read_bars(tokens)
        _refuse_spaces_that_may_mean_more(decided)
        return insert_products(decided)

    def _mark_functions(self, tokens: list[Token]) -> None:
        following: Token | None = None
        for token in reversed(tokens):
            self._mark_function(token, following)
            following = token

    def _mark_function(self, token: Token, following: Token | None) -> None:
        if token.type == "NAME":
            if token == "where":
                token.type = "WHERE"
            elif following is None or token in self.declared:
                return
            elif following.type == "LPAR":
                name = plain_name(token)
                if name in BY_CALL or name in CONSTANTS or name in FILLED:
                    token.type = "FUNCTION"
                elif following.start_pos == token.end_pos:
                    _refuse_unknown_function(token, name)
            elif following.type in ("BAR", "DOUBLE_BAR", "FUNCTION") and plain_name(token) in BY_CALL:
                token.type = "FUNCTION"


#: What operators of NumPy are here.
_ENTRYWISE = {"*": "ENTRYWISE", "/": "ENTRYWISE_OVER", "**": "ENTRYWISE_CARET"}


def as_from_numpy(tokens: list[Token]) -> list[Token]:
    """Return the tokens with names such as ``np.log`` replaced by the functions they are.

    If there are any, ``*``, ``/`` and ``**`` work entry by entry. Raises E105 for a name that is none
    of ours, E109 for one without arguments.
    """
    modules = [i for i, token in enumerate(tokens) if token.type == "NAME" and "." in token]
    if not modules:
        return tokens
    for token in tokens:
        token.type = _ENTRYWISE.get(token, token.type)
    for i in modules:
        token = tokens[i]
        name = token.rpartition(".")[2]
        called = i + 1 < len(tokens) and tokens[i + 1].type == "LPAR"
        known = name in BY_CALL or name in CONSTANTS if called else name in NUMBERS
        if not known:
            raise _no_such_function(token, name, called)
        kind = "FUNCTION" if called else "NAME"
        tokens[i] = Token(kind, name, start_pos=token.start_pos, end_pos=token.end_pos)
    return tokens


def _no_such_function(token: Token, name: str, called: bool) -> MatcalcError:
    span = Span(token.start_pos or 0, token.end_pos or 0)
    if name in BY_CALL and not called:
        label, help_text = Label(span, "a function"), f"write {token}(...)"
        return MatcalcError(
            "E109", f"{token} is a function and needs arguments", labels=[label], help=help_text
        )
    close = suggestion(name, BY_CALL, 0.75)
    help_text = f"did you mean {close}?" if close else "only functions of the table can be used"
    return MatcalcError(
        "E105", f"unknown function {token}", labels=[Label(span, "not known")], help=help_text
    )


def _refuse_spaces_that_may_mean_more(tokens: list[Token]) -> None:
    """Raise E102 for two operands side by side in ``[A B]``, or on two lines: there is no product meant.

    In a row with commas these separate the blocks, and a space multiplies.
    """
    rows, with_commas = _rows_of_blocks(tokens)
    for i, token in enumerate(tokens[1:], 1):
        previous = tokens[i - 1]
        if previous.type not in _ENDS_OPERAND:
            continue
        side_by_side = token.type in _STARTS_OPERAND
        span = Span(previous.end_pos or 0, max(token.start_pos or 0, (previous.end_pos or 0) + 1))
        if rows[i] and previous.end_pos != token.start_pos:
            following = tokens[i + 1] if i + 1 < len(tokens) else token
            sign = token.type in ("MINUS", "PLUS") and following.start_pos == token.end_pos
            if sign or (side_by_side and rows[i] not in with_commas):
                label, help_text = Label(span, "a comma or a product?"), "write [A, B] or [A*B]"
                message = "a space in brackets may separate two blocks or multiply"
                raise MatcalcError("E102", message, labels=[label], help=help_text)
        if side_by_side and previous.end_line is not None and previous.end_line != token.line:
            label, help_text = Label(span, "a new line"), "write * for a product"
            raise MatcalcError("E102", "two lines are no product", labels=[label], help=help_text)


def _rows_of_blocks(tokens: list[Token]) -> tuple[list[int], set[int]]:
    """Return for each token the row of blocks it stands in directly, 0 for none, and the rows with commas."""
    rows: list[int] = []
    with_commas: set[int] = set()
    opened: list[int] = [0]
    count = 0
    for token in tokens:
        if token.type in _CLOSES and len(opened) > 1:
            opened.pop()
        if token.type == "SEMICOLON" and opened[-1]:
            count += 1
            opened[-1] = count
        elif token.type == "COMMA" and opened[-1]:
            with_commas.add(opened[-1])
        rows.append(opened[-1])
        if token.type in _OPENS:
            count += token.type == "LSQB"
            opened.append(count if token.type == "LSQB" else 0)
    return rows, with_commas


def _refuse_entries(tokens: list[Token]) -> None:
    """Raise E506 for ``A[1,2]`` and ``x(1)``, which are no products."""
    for name, bracket, index, end in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        numbered = (bracket.type, index.type, end.type) == ("LPAR", "NUMBER", "RPAR")
        known = plain_name(name) in BY_CALL or plain_name(name) in FILLED or plain_name(name) in CONSTANTS
        if name.type == "NAME" and numbered and name.end_pos == bracket.start_pos and not known:
            span = Span(name.start_pos or 0, end.end_pos or 0)
            help_text = f"for a product write {name}*{index}"
            label = Label(span, "an entry?")
            raise MatcalcError(
                "E506", "entries by their indices cannot be used", labels=[label], help=help_text
            )
    for token, following in pairwise(tokens):
        if (
            following.type == "LSQB"
            and token.type in ("NAME", "RPAR")
            and token.end_pos == following.start_pos
        ):
            span = Span(token.start_pos or 0, following.end_pos or 0)
            help_text = "for a product with a matrix write *, as in a*[1, 2]"
            label = Label(span, "an entry?")
            raise MatcalcError(
                "E506", "entries by their indices cannot be used", labels=[label], help=help_text
            )


def _refuse_unknown_function(token: Token, name: str) -> None:
    """Raise if ``name(`` looks like a call of a function that does not exist."""
    if name == "sigma":
        help_text = "write sigmoid(...), or sigma*(...)"
        label = Label(Span(token.start_pos or 0, token.end_pos or 0), "which?")
        message = "sigma may be the logistic function or a factor"
        raise MatcalcError("E105", message, labels=[label], help=help_text)
    in_capitals = name.lower() in BY_CALL
    close = name.lower() if in_capitals else suggestion(name, BY_CALL, 0.75)
    _, subscript, last = name.rpartition("_")
    word = last.isalpha() and name.islower() and len(last) > (2 if subscript else 1) and name not in GREEK
    if in_capitals or (close and len(name) > 2) or word:
        help_text = f"did you mean {close}?" if close else f"if {name} is a variable, write {name}*(...)"
        label = Label(Span(token.start_pos or 0, token.end_pos or 0), "not a function")
        raise MatcalcError("E105", f"unknown function {name}", labels=[label], help=help_text)


def read_bars(tokens: list[Token]) -> tuple[list[Token], MatcalcError | None]:
    """Return the tokens with bars decided, and an error if something stays open.

    ``||`` opens a norm if that works out, else two bars: ``||s| - |t||``.
    """
    apart = [piece for token in tokens for piece in _pieces(token)] if "||" in tokens else []
    decided, error = _decide_bars(tokens)
    if error and apart:
        others, still = _decide_bars(apart)
        if still is None:
            return others, None
    if error and decided[-1].type in _CLOSES:
        raise error
    return decided, error


def _decide_bars(tokens: list[Token]) -> tuple[list[Token], MatcalcError | None]:
    """Return the tokens with bars decided, up to the first that closes something else, and an error."""
    out: list[Token] = []
    opened: list[Token] = []
    expected: list[str] = []
    for token in tokens:
        kind = token.type
        after_operand = bool(out) and out[-1].type in _ENDS_OPERAND
        if kind == "DOUBLE_BAR":
            if after_operand and token == "||" and expected and expected[-1] == "BAR_CLOSE":
                first, second = _split(token)
                first.type = expected.pop()
                opened.pop()
                out.append(first)
                closes = bool(expected) and expected[-1] == "BAR_CLOSE"
                second.type = "BAR_CLOSE" if closes else "BAR_OPEN"
                token = second
            else:
                closes = after_operand and bool(expected) and expected[-1] == "NORM_CLOSE"
                token.type = "NORM_CLOSE" if closes else "NORM_OPEN"
        elif kind == "BAR":
            closes = after_operand and bool(expected) and expected[-1] == "BAR_CLOSE"
            token.type = "BAR_CLOSE" if closes else "BAR_OPEN"
        elif kind == "SUBSCRIPT" and out and out[-1].type == "NORM_CLOSE":
            out[-1] = _join(out[-1], token)
            continue
        out.append(token)
        if token.type in _OPENS:
            opened.append(token)
            expected.append(_OPENS[token.type])
        elif token.type in _CLOSES and expected:
            if expected.pop() != token.type:
                return out, _closes_nothing(token)
            opened.pop()
    bars = [token for token in opened if token.type in ("BAR_OPEN", "NORM_OPEN")]
    return out, _not_closed((bars or opened[-1:])[0], tokens[-1]) if opened else None


def _closes_nothing(token: Token) -> MatcalcError:
    label = Label(Span(token.start_pos or 0, token.end_pos or 0), "closes nothing that is open here")
    return MatcalcError("E104", f"unexpected {str(token)!r}", labels=[label])


def _not_closed(token: Token, last: Token) -> MatcalcError:
    end = last.end_pos or 0
    closing = _PARTNERS.get(token, str(token))
    labels = [
        Label(Span(token.start_pos or 0, token.end_pos or 0), "opened here", primary=False),
        Label(Span(end, end), f"{closing} expected"),
    ]
    return MatcalcError("E104", f"{token} is not closed", labels=labels)


def _pieces(token: Token) -> tuple[Token, ...]:
    """Return a copy of the token; two single bars for ``||``."""
    if token == "||":
        return _split(token)
    return (Token(token.type, str(token), start_pos=token.start_pos, end_pos=token.end_pos),)


def _split(token: Token) -> tuple[Token, Token]:
    start = token.start_pos or 0
    return (
        Token("BAR", "|", start_pos=start, end_pos=start + 1),
        Token("BAR", "|", start_pos=start + 1, end_pos=start + 2),
    )


def _join(close: Token, subscript: Token) -> Token:
    """Return the closing bar of a norm with its subscript as the token's text."""
    text = subscript.strip("_{} ").translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉∗", "0123456789*"))
    return Token("NORM_CLOSE", text, start_pos=close.start_pos, end_pos=subscript.end_pos)


def insert_products(tokens: list[Token], starts: frozenset[str] = frozenset()) -> Iterator[Token]:
    """Return the tokens with TIMES between operands; those of the types ``starts`` begin one too."""
    starts |= _STARTS_OPERAND
    previous: Token | None = None
    for token in tokens:
        if previous is not None and previous.type in _ENDS_OPERAND and token.type in starts:
            place = previous.end_pos
            yield Token("TIMES", "*", start_pos=place, end_pos=place)
        yield token
        previous = token
