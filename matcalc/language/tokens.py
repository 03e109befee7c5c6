"""Tokens: their kinds, options of functions, bars, products without a sign, arguments.

A bar closes if it follows an operand and a bar of its kind is the innermost thing open;
otherwise it opens, also after the name of a function: ``log|X|``. ``||`` after an operand
inside ``|`` is two bars. Two operands side by side are multiplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.functions.table import NORM, NORM_WORDS
from matcalc.language.names import plain_name
from matcalc.language.syntax import IDENTITIES, fault, span_of

#: Types of tokens that end an operand, and of those that begin one.
ENDS_OPERAND = frozenset((
    "NUMBER", "NAME", "RPAR", "RBRACE", "RSQB", "BAR_CLOSE", "NORM_CLOSE", "TRANSPOSE", "SUPERSCRIPT",
    "SUBSCRIPT", "PSEUDOINVERSE", "INDEX", "BLOCK_CLOSE", "ANGLE_CLOSE",
))  # fmt: skip
STARTS_OPERAND = frozenset(
    ("NUMBER", "NAME", "FUNCTION", "LPAR", "LSQB", "BAR_OPEN", "NORM_OPEN", "ANGLE_OPEN")
)
#: What opens, with what closes it.
OPENS = {
    "LPAR": "RPAR", "LBRACE": "RBRACE", "LSQB": "RSQB", "BAR_OPEN": "BAR_CLOSE", "NORM_OPEN": "NORM_CLOSE",
    "BLOCK_OPEN": "BLOCK_CLOSE", "ANGLE_OPEN": "ANGLE_CLOSE",
    "WEIGHT": "RBRACE",
}  # fmt: skip
CLOSES = frozenset(OPENS.values())
#: What closes that which is opened with another sign.
_PARTNERS = {
    "(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lVert": "\\rVert", "\\lvert": "\\rvert",
}  # fmt: skip
PRIMES = frozenset("'’′")
#: The matrix product of Python, and that of R.
MATRIX_PRODUCT, OF_R = "@", "%*%"

#: Most names, numbers and marks in a text: a thousand of them take a megabyte.
MAX_TOKENS = 250_000


def listed(stream: Iterator[Token]) -> list[Token]:
    """Return the tokens; raises E108 if there are too many."""
    tokens = list(islice(stream, MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS:
        message = f"the text has more than {MAX_TOKENS:,} names, numbers and marks"
        raise fault("E108", message, tokens[-1], "so far they are read")
    return tokens


def depth_change(token: Token) -> int:
    """Return 1 for what opens, -1 for what closes."""
    return (token.type in OPENS) - (token.type in CLOSES)


def is_adjacent(left: Token, right: Token) -> bool:
    """Return whether nothing stands between two tokens."""
    return left.end_pos == right.start_pos


def placed(kind: str, value: str, start: int, end: int) -> Token:
    """Return a token with its place."""
    return Token(kind, value, start_pos=start, end_pos=end)


def defined_names(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names that stand before an equals sign, which are values."""
    return frozenset(
        plain_name(name) for name, sign in pairwise(tokens) if name.type == "NAME" and sign.type == "EQUALS"
    )


def names_outside_weights(tokens: Iterable[Token]) -> set[str]:
    """Return the names in the tokens, but for those in subscripts of norms."""
    names, weight, depth = set(), 0, 0
    for token in tokens:
        depth += depth_change(token)
        weight = depth if token.type == "WEIGHT" else weight * (depth >= weight)
        if token.type == "NAME" and not weight:
            names.add(plain_name(token))
    return names


# Options of functions, and subscripts in braces

#: What to write for an argument with this name.
_ALONG_AXIS = "sums along an axis are colsum(X) for axis=0, rowsum(X) for axis=1"
_BY_NAME = {
    "axis": _ALONG_AXIS,
    "dims": "sums along an axis are sum(X, 1) for dims=1, sum(X, 2) for dims=2",
    "keepdims": _ALONG_AXIS,
    "ord": "norms are norm2(x), norm1(x), norminf(x), normF(X), specnorm(X) and nucnorm(X)",
}
_QUOTES = frozenset("'’")
#: Operators that have an index below, besides functions.
INDEXED = frozenset(("argmin", "argmax", "lim", "prod", "int", "E", "Sigma", "Pi"))


def without_code(tokens: list[Token]) -> list[Token]:
    """Return the tokens with subscripts out of their braces, and norms of MATLAB as those here.

    Raises E105 for a sum with limits, E506 for other subscripts in braces, and E102 for arguments by name
    or in quotes.
    """
    tokens = _with_subscripts(tokens)
    depth = 0
    for i, token in enumerate(tokens):
        if token.type == "EQUALS" and depth and tokens[i - 1].type == "NAME":
            name = tokens[i - 1]
            if name != "ord" or not _word(tokens, i + 1):
                help_text = _BY_NAME.get(name, f"write the same without {name}=, or give its value alone")
                raise fault(
                    "E102", "arguments by name cannot be used", (name, token), "an option?", help_text
                )
        depth += depth_change(token)
    return _with_norms(tokens)


#: What signs in a subscript become in a name: ``h_{t-1}`` is ``h_tm1``, ``x_{k+1|k}`` is ``x_kp1_k``.
IN_SUBSCRIPTS = {"MINUS": "m", "PLUS": "p", "BAR": "_", "COMMA": "_"}


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
        inner = [IN_SUBSCRIPTS.get(part.type, str(part)) for part in tokens[i + 2 : end]]
        if not "".join(inner).replace("_", "").isalnum() or not inner[0].isalnum():
            raise _no_subscript(token, tokens[end])
        out.append(placed("NAME", token + "".join(inner), *span_of((token, tokens[end]))))
        for _ in range(i, end):
            next(pending)
    return out


def _no_subscript(name: Token, last: Token) -> MatcalcError:
    head = name.removesuffix("_")
    if plain_name(head) in BY_CALL or plain_name(head) in INDEXED:
        help_text = f"write {head}(...) without an index" if plain_name(head) in BY_CALL else "write it out"
        return fault("E105", f"{head} has an index here", (name, last), "an operator?", help_text)
    help_text = f"write one word or number, as in {head}_1"
    if head in IDENTITIES:
        help_text = f"write {head}(...) with the size"
    return fault("E506", "this subscript is no part of a name", (name, last), "in a subscript", help_text)


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
            if name != NORM or word not in NORM_WORDS or not closes:
                help_text = "norm(X, 'fro') and norm(X, 'nuc') are known"
                quoted = tokens[first], tokens[first + 2]
                raise fault("E102", "text in quotes cannot be used", quoted, "text", help_text)
            out[opened[-1] - 1] = Token.new_borrow_pos("NAME", module + dot + NORM_WORDS[word], function)
            for _ in range(i, first + 2):
                next(pending)
            continue
        if token.type in CLOSES and opened:
            opened.pop()
        if token.type in OPENS:
            opened.append(len(out))
        out.append(token)
    return out


# Bars and products

#: What may have a subscript that says which norm or inner product it is.
_WITH_SUBSCRIPT = frozenset(("NORM_CLOSE", "BAR_CLOSE", "ANGLE_CLOSE"))


def read_bars(tokens: list[Token]) -> tuple[list[Token], MatcalcError | None]:
    """Return the tokens with bars decided, and an error if something stays open.

    ``||`` opens a norm if that works out, else two bars: ``||s| - |t||``.
    """
    apart = [bar for token in tokens for bar in _single_bars(token)] if "||" in tokens else []
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
    last_closed = Token("", "")
    for token in tokens:
        kind = token.type
        after_operand = bool(out) and out[-1].type in ENDS_OPERAND
        if kind == "DOUBLE_BAR":
            if after_operand and token == "||" and expected and expected[-1] == "BAR_CLOSE":
                first, second = _single_bars(token)
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
        elif kind == "SUBSCRIPT" and (closing := _closing_bars(out)) >= 0:
            if out[closing].type == "BAR_CLOSE":
                last_closed.type = "NORM_OPEN"
            out[closing] = _join(out[closing], token)
            continue
        out.append(token)
        if token.type in OPENS:
            opened.append(token)
            expected.append(OPENS[token.type])
        elif token.type in CLOSES and expected:
            if expected.pop() != token.type:
                return out, _closes_another(out, opened[-1], token)
            last_closed = opened.pop()
    bars = [token for token in opened if token.type in ("BAR_OPEN", "NORM_OPEN")]
    return out, not_closed((bars or opened[-1:])[0], tokens[-1]) if opened else None


def _closing_bars(tokens: list[Token]) -> int:
    """Return where the bars close that a subscript after these tokens belongs to, -1 if there are none.

    An exponent may stand between them, as in ``‖X‖²_F``.
    """
    last = len(tokens) - 1
    if last > 1 and tokens[last].type == "NUMBER" and tokens[last - 1].type == "CARET":
        last -= 2
    elif last > 0 and tokens[last].type == "SUPERSCRIPT":
        last -= 1
    return last if last >= 0 and tokens[last].type in _WITH_SUBSCRIPT else -1


def _closes_another(tokens: list[Token], opening: Token, closing: Token) -> MatcalcError:
    """Return the error for what closes something else than what is open, such as a bar that means "given"."""
    before = tokens[tokens.index(opening) - 1] if tokens[0] is not opening else None
    if opening.type in ("BAR_OPEN", "NORM_OPEN") and before is not None and before.type in ENDS_OPERAND:
        label = "given what follows, or relative to it?"
        help_text = "write out what it is, as sum(p.*log(p./q)) for a divergence of p from q"
        return fault("E506", "a bar between two values is no operation", opening, label, help_text)
    return fault("E104", f"unexpected {str(closing)!r}", closing, "closes nothing that is open here")


def not_closed(token: Token, last: Token) -> MatcalcError:
    """Return E104 for a bracket or bar that is not closed before the end."""
    end, closing = last.end_pos or 0, _PARTNERS.get(token, str(token))
    labels = [
        Label(span_of(token), "opened here", primary=False), Label(Span(end, end), f"{closing} expected")
    ]  # fmt: skip
    return MatcalcError("E104", f"{token} is not closed", labels=labels)


def _single_bars(token: Token) -> tuple[Token, ...]:
    """Return a copy of the token; two single bars for ``||``."""
    start = token.start_pos or 0
    if token == "||":
        return placed("BAR", "|", start, start + 1), placed("BAR", "|", start + 1, start + 2)
    return (Token(token.type, str(token), start_pos=token.start_pos, end_pos=token.end_pos),)


def _join(close: Token, subscript: Token) -> Token:
    """Return the closing bar of a norm with its subscript as the token's text."""
    text = subscript.strip("_{} ").translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉ₚ∗", "0123456789p*", " "))
    place = (close, subscript) if is_adjacent(close, subscript) else close
    kind = "NORM_CLOSE" if close.type == "BAR_CLOSE" else close.type
    return placed(kind, text, *span_of(place))


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


# Arguments of commands, which get braces

#: What stands around an argument, if that is not a brace.
_AROUND = {"norm": ("NORM_OPEN", "NORM_CLOSE"), "bars": ("BAR_OPEN", "BAR_CLOSE")}
_BRACES = ("LBRACE", "RBRACE")


class Output:
    """The tokens of the grammar so far; ``argument`` is what the next thing is needed for."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.argument = ""

    def emit(self, token: Token) -> None:
        """Add a token, which cannot be one if an argument is needed."""
        if self.argument:
            raise fault("E102", "an argument in braces is missing", token, "write {...} before this")
        self.tokens.append(token)

    def put(self, kind: str, value: str, span: tuple[int, int]) -> None:
        """Add a token of this kind."""
        self.emit(placed(kind, value, *span))

    def open(self, kind: str, span: tuple[int, int]) -> None:
        """Add the opening brace or bar of an argument or group."""
        self.put(_AROUND.get(kind, _BRACES)[0], "{", span)

    def close(self, kind: str, span: tuple[int, int]) -> None:
        """Add the closing brace or bar, and see what has to follow."""
        self.put(_AROUND.get(kind, _BRACES)[1], "}", span)
        if kind == "numerator":
            self.put("FRAC_MIDDLE", "", (span[1], span[1]))
            self.argument = "denominator"
