"""The pass between lexer and parser: bars, function names, juxtaposition.

A bar closes if it follows an operand and a bar of its kind is the innermost thing open;
otherwise it opens, also after the name of a function: ``log|X|``. ``||`` after an operand
inside ``|`` is two bars. Two operands side by side are multiplied. A name is a function if the
table has it and a bracket, a bar or another function follows, as in ``log det(X)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from threading import local

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.language.applied_names import (
    NamesInText,
    has_arguments,
    has_sizes,
    is_identity,
    operands_of,
    refuse_applied_names,
)
from matcalc.language.names import plain_name
from matcalc.language.pasted import as_written_here
from matcalc.language.token_checks import (
    refuse_entries,
    refuse_marks_that_may_mean_more,
    refuse_operator_words,
    refuse_spaces_that_may_mean_more,
    refuse_superscripts,
    refuse_unknown_function,
)
from matcalc.language.token_kinds import (
    CLOSES,
    CONSTANTS,
    ENDS_OPERAND,
    FILLED,
    OPENS,
    PARTNERS,
    STARTS_OPERAND,
    as_from_numpy,
)

#: Most names, numbers and marks in a text: a thousand of them take a megabyte.
MAX_TOKENS = 250_000


def listed(stream: Iterator[Token]) -> list[Token]:
    """Return the tokens; raises E108 if there are too many."""
    tokens = list(islice(stream, MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS:
        place = Span(tokens[-1].start_pos or 0, tokens[-1].end_pos or 0)
        message = f"the text has more than {MAX_TOKENS:,} names, numbers and marks"
        raise MatcalcError("E108", message, labels=[Label(place, "so far they are read")])
    return tokens


class TokenPass(local):
    """The ``postlex`` object that lark calls with the stream of tokens; each thread has its own text."""

    always_accept = ("BAR", "DOUBLE_BAR", "SUBSCRIPT", "MARK")

    def __init__(self) -> None:
        #: Names declared as variables, which are then no functions; those differentiated by; and sizes.
        self.declared: frozenset[str] = frozenset()
        self.wrt: frozenset[str] = frozenset()
        self.sizes: frozenset[str] = frozenset()
        #: What to say of a bracket or bar that stays open, if that is where reading fails.
        self.unclosed: MatcalcError | None = None

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens with bars decided, functions marked and products made explicit."""
        tokens = listed(stream)
        code = any(token.type == "NAME" and "." in token for token in tokens)
        tokens = as_from_numpy(as_written_here(tokens))
        refuse_superscripts(tokens)
        refuse_entries(tokens)
        self._mark_functions(tokens)
        decided, self.unclosed = read_bars(tokens)
        refuse_spaces_that_may_mean_more(decided)
        refuse_marks_that_may_mean_more(decided, 0)
        values = self.declared | defined_names(decided)
        refuse_operator_words(decided, values | self.wrt)
        refuse_applied_names(decided, NamesInText(values, self.wrt, code=code))
        return insert_products(decided)

    def _mark_functions(self, tokens: list[Token]) -> None:
        following: Token | None = None
        by_letter = BY_LETTER.keys() | {"I"}
        operands = operands_of(tokens) if any(token in by_letter for token in tokens) else frozenset()
        for i in range(len(tokens) - 1, -1, -1):
            token = tokens[i]
            if token in BY_LETTER and has_arguments(tokens, i) and has_sizes(tokens, i, self.sizes, operands):
                token = tokens[i] = Token.new_borrow_pos("FUNCTION", BY_LETTER[token].name, token)
            if token != "I" or is_identity(tokens, i, self.sizes, operands):
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
                    refuse_unknown_function(token, name)
            elif following.type in ("BAR", "DOUBLE_BAR", "FUNCTION") and plain_name(token) in BY_CALL:
                token.type = "FUNCTION"


def defined_names(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names that stand before an equals sign, which are values."""
    return frozenset(
        plain_name(name) for name, sign in pairwise(tokens) if name.type == "NAME" and sign.type == "EQUALS"
    )


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
    if error and decided[-1].type in CLOSES:
        raise error
    return decided, error


def _decide_bars(tokens: list[Token]) -> tuple[list[Token], MatcalcError | None]:
    """Return the tokens with bars decided, up to the first that closes something else, and an error."""
    out: list[Token] = []
    opened: list[Token] = []
    expected: list[str] = []
    for token in tokens:
        kind = token.type
        after_operand = bool(out) and out[-1].type in ENDS_OPERAND
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
        if token.type in OPENS:
            opened.append(token)
            expected.append(OPENS[token.type])
        elif token.type in CLOSES and expected:
            if expected.pop() != token.type:
                before = out[out.index(opened[-1]) - 1] if out[0] is not opened[-1] else None
                bar = opened[-1].type in ("BAR_OPEN", "NORM_OPEN")
                if bar and before is not None and before.type in ENDS_OPERAND:
                    return out, _condition(opened[-1])
                return out, _closes_nothing(token)
            opened.pop()
    bars = [token for token in opened if token.type in ("BAR_OPEN", "NORM_OPEN")]
    return out, _not_closed((bars or opened[-1:])[0], tokens[-1]) if opened else None


def _closes_nothing(token: Token) -> MatcalcError:
    label = Label(Span(token.start_pos or 0, token.end_pos or 0), "closes nothing that is open here")
    return MatcalcError("E104", f"unexpected {str(token)!r}", labels=[label])


def _condition(bar: Token) -> MatcalcError:
    label = Label(Span(bar.start_pos or 0, bar.end_pos or 0), "given what follows, or relative to it?")
    help_text = "write out what it is, as sum(p.*log(p./q)) for a divergence of p from q"
    return MatcalcError("E506", "a bar between two values is no operation", labels=[label], help=help_text)


def _not_closed(token: Token, last: Token) -> MatcalcError:
    end = last.end_pos or 0
    closing = PARTNERS.get(token, str(token))
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
    starts |= STARTS_OPERAND
    previous: Token | None = None
    for token in tokens:
        if previous is not None and previous.type in ENDS_OPERAND and token.type in starts:
            place = previous.end_pos
            yield Token("TIMES", "*", start_pos=place, end_pos=place)
        yield token
        previous = token
