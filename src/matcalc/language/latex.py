"""From LaTeX to the same syntax as from text: the reader, and what LaTeX alone has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from threading import local
from typing import Any

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.functions import FUNCTIONS
from matcalc.language import latex_tables
from matcalc.language.grammar import load_parser
from matcalc.language.latex_checks import settle_functions
from matcalc.language.latex_names import Indexed, Names, place
from matcalc.language.latex_sums import refuse_waiting, summed
from matcalc.language.latex_tokens import Converter
from matcalc.language.reader import NESTED, UNBRACKETED, Builder, run_parser
from matcalc.language.syntax import Syntax
from matcalc.language.tokens import insert_products, listed, read_bars

_STARTS_OPERAND = frozenset(("SIZED", "FRAC", "SQRT", "SUM", "BLOCK_OPEN", "LBRACE"))


class LatexPass(local):
    """The ``postlex`` object that lark calls with the stream of tokens; each thread has its own text."""

    always_accept = (
        "COMMAND", "LETTER", "SCIENTIFIC", "PRIME", "UNDERSCORE", "OPENING", "CLOSING", "DOUBLE_BAR", "BAR",
        "DAGGER", "TOP", "MATH", "NEW_ROW", "AMPERSAND",
    )  # fmt: skip

    def __init__(self) -> None:
        #: Names that are declared or differentiated by, and with them the sizes in declarations.
        self.variables: frozenset[str] = frozenset()
        self.known: frozenset[str] = frozenset()
        #: Names with subscripts, by where they begin.
        self.indexed: dict[int, Indexed] = {}
        #: Names written in bold, as vectors and matrices are.
        self.bold: frozenset[str] = frozenset()
        #: What to say of a bracket or bar that stays open, if that is where reading fails.
        self.unclosed: MatcalcError | None = None

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens that the rules of the grammar are made of."""
        tokens = listed(stream)
        first, last = 0, len(tokens)
        while first < last and tokens[first].type == "MATH":
            first += 1
        while first < last and tokens[last - 1].type == "MATH":
            last -= 1
        names = Names(self.known)
        self.indexed = names.indexed
        converted = Converter(tokens[first:last], names).convert()
        self.bold = names.bold()
        settle_functions(converted, self.known)
        decided, self.unclosed = read_bars(converted)
        return insert_products(decided, _STARTS_OPERAND)


class _LatexBuilder(Builder):
    """The rules of LaTeX beyond those that it shares with text."""

    identities = False  # the token pass has found them

    def start(self, children: list[Any]) -> Syntax:
        root = super().start(children)
        refuse_waiting(root, _PASS.indexed)
        return root

    def where(self, children: list[Any]) -> Syntax:
        root = super().where(children)
        refuse_waiting(root, _PASS.indexed)
        return root

    def fraction(self, children: list[Any]) -> Syntax:
        return Syntax("quotient", (children[2], children[6]), place(children[0])[0], place(children[7])[1])

    def root(self, children: list[Any]) -> Syntax:
        start, end = place(children[0])
        return Syntax("call", (children[2],), start, place(children[3])[1], ("sqrt", end))

    def pseudoinverse(self, children: list[Any]) -> Syntax:
        value, mark = children
        return Syntax("call", (value,), value.start, place(mark)[1], ("pinv", value.end))

    def norm(self, children: list[Any]) -> Syntax:
        opening, inner, closing = children
        subscript = "" if closing in ("||", "‖", "∥", "}") or closing.startswith("\\") else str(closing)
        return Syntax("norm", (inner,), place(opening)[0], place(closing)[1], subscript)

    def call_of_braces(self, children: list[Any]) -> Syntax:
        call = self.call(children)
        return call if children[1] == "\\{" else self._flagged(call, UNBRACKETED)

    def call_of_single(self, children: list[Any]) -> Syntax:
        return self._flagged(self.call([*children, children[0]]), NESTED, children[1].end)

    def call_of_call(self, children: list[Any]) -> Syntax:
        outer, inner = children
        function = _pairs().get((str(outer), inner.data[0]))
        if function is None:
            return super().call_of_call(children)
        return Syntax("call", inner.args, place(outer)[0], inner.end, (function, inner.data[1], NESTED))

    def _flagged(self, call: Syntax, flag: str, end: int | None = None) -> Syntax:
        name, name_end, *_ = call.data
        return Syntax("call", call.args, call.start, call.end if end is None else end, (name, name_end, flag))

    def summation(self, children: list[Any]) -> Syntax:
        sign, body = children
        return summed(sign, body, _PASS.indexed, _PASS.variables)

    def bracket(self, children: list[Any]) -> Syntax:
        opening, inner, _ = children
        if inner.op == "name" and inner.start in _PASS.indexed:
            _PASS.indexed[place(opening)[0]] = _PASS.indexed[inner.start]
        return super().bracket(children)

    def transposed(self, children: list[Any]) -> Syntax:
        value = children[0]
        if value.op == "number" and value.data in (0, 1):
            value = Syntax("name", (), value.start, value.end, "ones" if value.data else "zeros")
        if value.op == "name" and value.data in ("ones", "zeros"):
            value = Syntax("entry", (value,), value.start, value.end)
        return super().transposed([value, children[1]])


@cache
def _pairs() -> dict[tuple[str, str], str]:
    r"""Return the functions that are written as two, such as ``\log\det``."""
    found = {}
    for entry in FUNCTIONS:
        commands = entry.latex.split("\\")[1:]
        if len(commands) == 2 and all(command.isalpha() for command in commands):
            found[commands[0], commands[1]] = entry.name
    return found


_PASS = LatexPass()


def read_latex(
    text: str, variables: frozenset[str] = frozenset(), sizes: frozenset[str] = frozenset()
) -> tuple[Syntax, frozenset[str]]:
    r"""Return the syntax of ``text``, with places in the LaTeX, and the names that are in bold.

    ``variables`` and ``sizes`` are names that are known to be such, even where a function has the
    same name. Raises ``MatcalcError`` E101 to E108 and E506.

    >>> read_latex(r"W^\top W \mathbf{x}")[0].op
    'mul'
    """
    parser = load_parser(_LatexBuilder, _PASS, latex_tables)
    _PASS.variables, _PASS.known = variables, variables | sizes
    return run_parser(parser, _PASS, text), _PASS.bold
