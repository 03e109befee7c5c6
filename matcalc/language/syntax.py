"""The parser, and the tree that it returns, each node with its place in the text; and its failures."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from functools import cache
from operator import attrgetter
from string import ascii_letters, digits
from threading import local
from types import ModuleType
from typing import Any, NamedTuple
from unicodedata import numeric
from zlib import crc32

import lark
from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import MAX_NUMBER_BITS
from matcalc.functions import BY_CALL
from matcalc.functions.table import INSTEAD_OF

#: Most digits of a number that is read, and how long its text may be.
MAX_DIGITS, MAX_CHARACTERS = 4200, 4300

#: Constants that may be called with dimensions.
IDENTITIES = frozenset(("I", "eye", "identity"))
CONSTANTS = IDENTITIES | {"ones", "zeros"}
#: Constants that are called with what all their entries are.
FILLED = frozenset(("vector", "matrix"))
#: What may be called.
CALLED = CONSTANTS.union(FILLED, BY_CALL)
#: Names that are numbers unless they are declared.
NUMBERS = frozenset(("pi",))

#: Marks the Hadamard product in an inner product of two arrays.
INNER = "inner"
#: Marks a function applied without brackets, as in ``\log x``, and a power of it, as in ``\sin^2 x``.
BARE = "bare"
#: Marks bars around what is written as a vector, which are a norm if it is one.
VECTOR = "vector"


def function_called(word: str) -> str:
    """Return the function that a word calls, in capitals or not; nothing for another word.

    That is none for an operator on random variables, such as ``Var``.

    >>> function_called("Det"), function_called("normF"), function_called("log_2"), function_called("Wx")
    ('det', 'normF', 'log2', '')
    """
    if word in BY_CALL or word in INSTEAD_OF:
        return word if word in BY_CALL else ""
    stem, _, subscript = word.partition("_")
    spellings = (word.lower(), stem + subscript if subscript.isdigit() or len(subscript) == 1 else "")
    return next((name for name in spellings if len(name) > 1 and name in BY_CALL), "")


class Syntax:
    """A node of the syntax: ``op`` applied to ``args``; leaves carry ``data``.

    Operations are those of the tables (``add``, ``mul``, ``negate``, ...) and ``number``,
    ``name``, ``call``, ``bars``, ``norm``, ``block``, ``where``, ``exponential``, ``kronecker``,
    ``left_quotient``, ``dotted`` (a product with a sign that is a scalar product between vectors),
    ``sum_over`` and ``member`` (what an index picks);
    ``entry`` marks a column, ``entries`` a matrix, ``single`` a scalar, where the notation tells.
    """

    __slots__ = ("args", "data", "end", "op", "start")

    def __init__(self, op: str, args: tuple[Syntax, ...], start: int, end: int, data: Any = None):
        self.op = op
        self.args = args
        self.data = data
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """The place in the text."""
        return Span(self.start, self.end)

    def become(self, op: str, args: tuple[Syntax, ...], data: Any = None) -> None:
        """Turn this node into another one at its place."""
        self.op, self.args, self.data = op, args, data

    def __repr__(self) -> str:
        """Return a short description for the debugger."""
        return f"{self.op}({self.data if self.data is not None else len(self.args)})"


#: What has a place in the text: it, or from the first of two to the end of the last.
Place = Token | Syntax | Span | tuple["Token | Syntax | Span", "Token | Syntax | Span"]


def span_of(place: Place) -> Span:
    """Return the place of a token or node, or from the first of two to the end of the last."""
    if isinstance(place, Token):
        return Span(place.start_pos or 0, place.end_pos or 0)
    if isinstance(place, Syntax | Span):
        return place if isinstance(place, Span) else place.span
    first, last = place
    return Span(span_of(first).start, span_of(last).end)


def fault(
    code: str, message: str, place: Place, label: str, help_text: str = "", *others: Label
) -> MatcalcError:
    """Return the error with a label at its place, and ``others`` elsewhere."""
    return MatcalcError(code, message, labels=[Label(span_of(place), label), *others], help=help_text)


def syntax_postorder(
    root: Syntax, below: Callable[[Syntax], Iterable[Syntax]] = attrgetter("args")
) -> list[Syntax]:
    """Return the nodes under ``root`` once each, those ``below`` a node before the node.

    Raises ``RecursionError`` with the node as its argument if a node is below itself.
    """
    out: list[Syntax] = []
    open_nodes: set[Syntax] = set()
    done: set[Syntax] = set()
    stack: list[tuple[Syntax, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            open_nodes.remove(node)
            done.add(node)
            out.append(node)
        elif node in open_nodes:
            raise RecursionError(node)
        elif node not in done:
            open_nodes.add(node)
            stack.append((node, True))
            for child in reversed(tuple(below(node))):
                if child not in done:
                    stack.append((child, False))
    return out


#: Most nodes of a tree whose parts are copied where they occur several times.
MAX_COPIED = 20_000


def part_shared_nodes(root: Syntax) -> None:
    """Give each occurrence of a part a node of its own, unless there are too many."""
    count, stack = 0, [root]
    while stack:
        count += 1
        if count > MAX_COPIED:
            return
        stack += stack.pop().args
    occurring: set[Syntax] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        args = []
        for arg in node.args:
            args.append(Syntax(arg.op, arg.args, arg.start, arg.end, arg.data) if arg in occurring else arg)
            occurring.add(args[-1])
        node.args = tuple(args)
        stack += args


def name_nodes(root: Syntax) -> list[Syntax]:
    """Return the nodes under ``root`` that are names."""
    return [node for node in syntax_postorder(root) if node.op == "name"]


def names_below(root: Syntax) -> set[str]:
    """Return the names that occur under a node."""
    return {node.data for node in name_nodes(root)}


def defined_below(root: Syntax) -> list[str]:
    """Return the names that ``where`` defines, in order."""
    return [node.data for node in root.args[1:]] if root.op == "where" else []


def unsigned(node: Syntax) -> Syntax:
    """Return what stands behind a minus, or the node itself."""
    return node.args[0] if node.op == "negate" else node


def is_sensible(text: str) -> bool:
    """Return whether a number has so few digits, its exponent written out, that it can be printed."""
    mantissa, _, exponent = text.lower().partition("e")
    if max(len(mantissa), len(exponent)) > MAX_CHARACTERS or abs(int(exponent or 0)) > MAX_DIGITS:
        return False
    value = exact(text)
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_NUMBER_BITS


def exact(text: str) -> int | Fraction:
    """Return the number that ``text`` writes, exactly.

    >>> exact("0.5"), exact("1e-3"), exact("3"), exact("¾"), exact("2½")
    (Fraction(1, 2), Fraction(1, 1000), 3, Fraction(3, 4), Fraction(5, 2))
    """
    if text[-1].isnumeric() and not text[-1].isdigit():
        return int(text[:-1] or 0) + Fraction(numeric(text[-1])).limit_denominator(10)
    return int(text) if text.isdigit() else Fraction(text)


# Running the parser of a grammar

#: What the tables do not keep: it is given anew to each parser.
NOT_KEPT = ("transformer", "postlex")
#: Longest text that is read, in characters.
MAX_LENGTH = 1_000_000
#: What some editors put in front of a text; it means nothing.
BYTE_ORDER_MARK = "\ufeff"


class NamesGiven(NamedTuple):
    """The names that are known of a text: declared, of differentiation, and sizes in declarations.

    ``language`` is the one that its code is in, if any.
    """

    declared: frozenset[str] = frozenset()
    wrt: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    language: str = ""

    @property
    def variables(self) -> frozenset[str]:
        """The names that are variables for sure."""
        return self.declared | self.wrt

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return self.variables | self.sizes


NO_NAMES = NamesGiven()


class TextReading(NamedTuple):
    """The syntax of a text, the names in bold or with an arrow, notes, and what it declares itself."""

    root: Syntax
    bold: Mapping[str, str]
    notes: tuple[str, ...]
    declarations: Mapping[str, str] = {}


class TextState(local):
    """What is known of the text that a thread reads, for the token pass and the builder of its grammar."""

    def __init__(self) -> None:
        self.given = NO_NAMES
        #: The names of the text, but for those in subscripts of norms.
        self.names: Collection[str] = ()
        #: What has to be said of how the text is read.
        self.notes: list[str] = []
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


def run_parser(parser: Lark, state: TextState, given: NamesGiven, text: str, source: str = "") -> Any:
    """Return what the callback of the first rule returns; errors as ``MatcalcError`` with places.

    They show the ``source``, if that is not the text itself.
    """
    if len(text) > MAX_LENGTH:
        raise MatcalcError("E108", f"the text is longer than {MAX_LENGTH:,} characters")
    if text.startswith(BYTE_ORDER_MARK):
        text = text.replace(BYTE_ORDER_MARK, " ", 1)
    state.given = given
    try:
        return parser.parse(text)
    except MatcalcError as error:
        raise error.with_source(source or text) from None
    except UnexpectedInput as error:
        raise _explained(source or text, error, state.unclosed).with_source(source or text) from None


_OF_A_DERIVATIVE = "leave it out, and name the variable of differentiation separately"
#: What to write for characters that no text has.
_INSTEAD = {
    "∑": "write sum(x) for the sum of the entries of x, without an index",
    "∏": "write exp(sum(log(x))) for the product of the entries of x",
    **dict.fromkeys("∂∇", _OF_A_DERIVATIVE),
    **dict.fromkeys("<>", "write x'*y for an inner product; of an inequality one side alone"),
    **dict.fromkeys("•∙∗", "write * for a product, x'*y for an inner product"),
    ":": "write tr(A'*B) for A:B of matrices; leave labels out; parts of arrays cannot be used",
    "_": "a subscript is a letter, word or number, as in x_1; of norms also *, a matrix or inf",
    "`": "leave the marks of Markdown out",
    "&": "write the sign itself instead of its name in HTML",
    ".": "leave sentences and full stops out",
    **dict.fromkeys("#%", "leave comments out"),
    "∫": "write the value of the integral",
    **dict.fromkeys("≤≥≈≠~∝", "write one side alone"),
    **dict.fromkeys('"“”', "write normF(X) for norm(X, 'fro'); other text in quotes cannot be used"),
}


def instead_of(character: str) -> str:
    """Return what to write for a character that no text has."""
    return _INSTEAD.get(character, "")


#: What to write for an equation.
ONE_SIDE = "write one side alone; a definition is a name and what it is"
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
    endings = {
        "*": "the transpose is written x'",
        "_+": "write [x]_+ for a positive part",
    }
    help_text = next((words for sign, words in endings.items() if text[:end].endswith(sign)), "")
    label = Label(Span(end, end), "something is missing here")
    return MatcalcError("E103", message, labels=[label], help=help_text)


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
    if token == "**" and (not before or (start + 2 < len(text) and text[start + 2].isspace())):
        return fault("E102", "unexpected '**'", token, "not expected here", "leave the stars of Markdown out")
    if token.type == "SUBSCRIPT":
        help_text = instead_of("_")
    if token.type == "COLON":
        return fault("E101", "unexpected character ':'", token, "not part of the language", instead_of(":"))
    if word in BY_CALL or word in CONSTANTS:
        help_text = f"{word} is a function: write {word}(...)"
    elif token.type == "EQUALS":
        help_text = ONE_SIDE
    place = Span(start, min(max(end, start + 1), len(text)))
    return fault("E102", message, place, "not expected here", help_text)
