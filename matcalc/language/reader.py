"""Builds the syntax tree, and turns the parser's failures into errors that explain them."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any
from zlib import crc32

import lark
from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from matcalc.errors import Label, MatcalcError, Span
from matcalc.language import expression_tables
from matcalc.language.names import plain_name, superscript_number
from matcalc.language.pasted import explained
from matcalc.language.syntax import MAX_DIGITS, Syntax, exact, is_sensible, syntax_postorder
from matcalc.language.token_kinds import DOTS, MATRIX_PRODUCT
from matcalc.language.tokens import TokenPass

#: What the tables do not keep: it is given anew to each parser.
NOT_KEPT = ("transformer", "postlex")


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


#: Longest text that is read, in characters.
MAX_LENGTH = 1_000_000

_PRODUCT_OPS = {
    "TIMES": "mul", "OVER": "quotient", "ENTRYWISE": "hadamard",
    "ENTRYWISE_OVER": "hadamard_quotient", "KRONECKER": "kron", "LEFT_OVER": "solve",
}  # fmt: skip
_ASSOCIATIVE = ("mul", "hadamard")
#: What some editors put in front of a text; it means nothing.
BYTE_ORDER_MARK = "\ufeff"
_WITH_AXES = DOTS | {MATRIX_PRODUCT}
#: The function of which a second argument is the order; of a matrix it is known for 2 only.
_NORM = "norm"
#: Marks a power in brackets, which may be the base of another.
BRACKETED = "bracketed"
#: Marks a function applied to bars, as in ``log|X|``.
UNBRACKETED = "unbracketed"
#: Marks a function applied to a function, as in ``log det(X)``.
NESTED = "nested"


def _place(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0


class Builder(Transformer[Token, Syntax]):
    """One method for each rule of the grammar; children arrive already converted."""

    #: Whether ``I_n`` is the identity matrix of size ``n`` where it is not declared.
    identities = True

    def start(self, children: list[Any]) -> Syntax:
        root: Syntax = children[0]
        return root

    def where(self, children: list[Any]) -> Syntax:
        definitions = tuple(c for c in children[1:] if isinstance(c, Syntax))
        return Syntax("where", (children[0], *definitions), children[0].start, definitions[-1].end)

    def labelled(self, children: list[Any]) -> Syntax:
        name, _, *value = children
        root = self.start(value) if len(value) == 1 else self.where(value)
        for node in syntax_postorder(root, lambda n: n.args):
            if node.op == "name" and node.data == plain_name(name):
                label = Label(Span(*_place(name)), "occurs on the right too")
                raise MatcalcError("E107", f"{name} is defined by itself", labels=[label])
        return root

    def definition(self, children: list[Any]) -> Syntax:
        name, _, value = children
        start, _ = _place(name)
        return Syntax("definition", (value,), start, value.end, plain_name(name))

    def sum(self, children: list[Any]) -> Syntax:
        terms = [children[0]]
        for sign, term in zip(children[1::2], children[2::2], strict=True):
            if sign.type == "MINUS":
                term = Syntax("negate", (term,), _place(sign)[0], term.end)
            terms.append(term)
        return Syntax("add", tuple(terms), terms[0].start, terms[-1].end)

    def product(self, children: list[Any]) -> Syntax:
        factors, current = [children[0]], "mul"
        operators: list[str] = []
        for factor in children[:-1:2]:
            _refuse_ambiguous_product(factor, Span(factor.start, children[-1].end))
        for operator, factor in zip(children[1::2], children[2::2], strict=True):
            op = _PRODUCT_OPS[operator.type]
            if len(factors) > 1 and (op != current or op not in _ASSOCIATIVE):
                factors, operators = [_product(current, factors, operators)], []
            factors.append(factor)
            operators.append(operator)
            current = op
        return _product(current, factors, operators)

    def negative(self, children: list[Any]) -> Syntax:
        return Syntax("negate", (children[1],), _place(children[0])[0], children[1].end)

    def positive(self, children: list[Any]) -> Syntax:
        operand: Syntax = children[1]
        return operand

    def bracket(self, children: list[Any]) -> Syntax:
        inner = children[1]
        opening, closing = _place(children[0])[0], _place(children[2])[1]
        data = BRACKETED if inner.op in ("power", "hadamard_power") else inner.data
        if inner.op == "call":
            data = inner.data[:2]
        return Syntax(inner.op, inner.args, opening, closing, data)

    def transposed(self, children: list[Any]) -> Syntax:
        value, mark = children
        end = _place(mark)[1]
        if value.op == "number" and value.data in (0, 1):
            value = Syntax("name", (), value.start, value.end, "ones" if value.data else "zeros")
        if "-" in mark or "⁻" in mark:
            minus_one = Syntax("negate", (Syntax("number", (), value.end, end, 1),), value.end, end)
            value = Syntax("power", (value, minus_one), value.start, end)
        return Syntax("transpose", (value,), value.start, end)

    def superscript(self, children: list[Any]) -> Syntax:
        base, token = children
        start, end = _place(token)
        if len(token) > MAX_DIGITS:
            raise _too_long(Span(start, end))
        value = int(superscript_number(token))
        _refuse_ambiguous_power(base, Span(base.start, end))
        exponent = Syntax("number", (), start, end, abs(value))
        if value < 0:
            exponent = Syntax("negate", (exponent,), start, end)
        return Syntax("power", (base, exponent), base.start, end)

    def pseudoinverse(self, children: list[Any]) -> Syntax:
        value, mark = children
        return Syntax("call", (value,), value.start, _place(mark)[1], ("pinv", value.end))

    def power(self, children: list[Any]) -> Syntax:
        base, _, exponent = children
        _refuse_ambiguous_power(base, Span(base.start, exponent.end))
        return Syntax("power", (base, exponent), base.start, exponent.end)

    def entrywise_power(self, children: list[Any]) -> Syntax:
        base, _, exponent = children
        _refuse_ambiguous_power(base, Span(base.start, exponent.end))
        return Syntax("hadamard_power", (base, exponent), base.start, exponent.end)

    def number(self, children: list[Any]) -> Syntax:
        token = children[0]
        start, end = _place(token)
        if not is_sensible(token):
            raise _too_long(Span(start, end))
        return Syntax("number", (), start, end, exact(token))

    def name(self, children: list[Any]) -> Syntax:
        start, end = _place(children[0])
        name = plain_name(children[0])
        size = name.removeprefix("I_")
        if size != name and size and self.identities and name not in _PASS.declared:
            op, data = ("number", int(size)) if size.isdigit() and len(size) < 10 else ("name", size)
            return Syntax("call", (Syntax(op, (), start + 2, end, data),), start, end, ("I", start + 1))
        return Syntax("name", (), start, end, name)

    def call(self, children: list[Any]) -> Syntax:
        args = tuple(c for c in children[1:] if isinstance(c, Syntax))
        start, end = _place(children[0])
        last = _place(children[-1])[1]
        if children[0] == _NORM and len(args) == 2:
            if args[1].op == "number" and args[1].data == 2:
                return Syntax("norm", args[:1], start, last, "2")
            _refuse_norm_of_matrix(args[0], Span(start, last))
        return Syntax("call", args, start, last, (plain_name(children[0]), end))

    def call_of_bars(self, children: list[Any]) -> Syntax:
        return self._call_without_brackets(children[0], self.bars(children[1:]))

    def call_of_norm(self, children: list[Any]) -> Syntax:
        return self._call_without_brackets(children[0], self.norm(children[1:]))

    def call_of_call(self, children: list[Any]) -> Syntax:
        call = self._call_without_brackets(children[0], children[1])
        return Syntax("call", call.args, call.start, call.end, (*call.data[:2], NESTED))

    def _call_without_brackets(self, name: Token, arg: Syntax) -> Syntax:
        start, end = _place(name)
        return Syntax("call", (arg,), start, arg.end, (plain_name(name), end, UNBRACKETED))

    def bars(self, children: list[Any]) -> Syntax:
        return Syntax("bars", (children[1],), _place(children[0])[0], _place(children[2])[1])

    def norm(self, children: list[Any]) -> Syntax:
        close = children[2]
        subscript = "" if close in ("||", "‖", "∥") else str(close)
        return Syntax("norm", (children[1],), _place(children[0])[0], _place(close)[1], subscript)

    def row(self, children: list[Any]) -> Syntax:
        cells = tuple(c for c in children if isinstance(c, Syntax))
        return Syntax("row", cells, cells[0].start, cells[-1].end)

    def block(self, children: list[Any]) -> Syntax:
        rows = tuple(c for c in children if isinstance(c, Syntax))
        return Syntax("block", rows, _place(children[0])[0], _place(children[-1])[1])


def _product(op: str, factors: list[Syntax], operators: list[str]) -> Syntax:
    """Return the product, which remembers its operators if there is an ``@`` or a dot among them."""
    data = tuple(operators) if op == "mul" and not _WITH_AXES.isdisjoint(operators) else None
    return Syntax(op, tuple(factors), factors[0].start, factors[-1].end, data)


def _too_long(span: Span) -> MatcalcError:
    label = Label(span, "too long")
    return MatcalcError("E108", f"numbers have at most {MAX_DIGITS} digits", labels=[label])


def _refuse_norm_of_matrix(arg: Syntax, span: Span) -> None:
    if arg.op == "name" and arg.data[0].isupper() and arg.data not in _PASS.declared:
        message = f"the norm of this order is known for vectors only, and {arg.data} is a matrix"
        name = arg.data
        text = f"write normF({name}), norm1({name}) or specnorm({name}), or declare {name} a vector"
        raise MatcalcError("E203", message, labels=[Label(span, "of a matrix")], help=text)


def _refuse_ambiguous_power(base: Syntax, span: Span) -> None:
    if base.op in ("power", "hadamard_power") and base.data != BRACKETED:
        label = Label(span, "which power first?")
        text = "put brackets around one of them: (a^b)^c or a^(b^c)"
        raise MatcalcError("E102", "a power of a power needs brackets", labels=[label], help=text)
    if base.op == "call" and base.data[-1] in (UNBRACKETED, NESTED):
        name = base.data[0]
        label = Label(span, "power of what?")
        text = f"put brackets: {name}(...)^2 or {name}((...)^2)"
        raise MatcalcError("E102", f"a power of {name} needs brackets", labels=[label], help=text)


def _refuse_ambiguous_product(factor: Syntax, span: Span) -> None:
    while factor.op == "negate":
        factor = factor.args[0]
    if factor.op == "call" and factor.data[-1] == NESTED:
        name = factor.data[0]
        label = Label(span, f"how far does {name} reach?")
        raise MatcalcError(
            "E102", f"a product after {name} needs brackets", labels=[label], help=f"write {name}(...)"
        )


_PASS = TokenPass()


def read(
    text: str,
    declared: frozenset[str] = frozenset(),
    wrt: frozenset[str] = frozenset(),
    sizes: frozenset[str] = frozenset(),
) -> Syntax:
    """Return the syntax of ``text``.

    Names in ``declared`` are variables even where a function has the same name, those in ``wrt`` are
    of differentiation, those in ``sizes`` occur in declarations. Raises ``MatcalcError`` E101 to E110, with
    the place in the text.

    >>> read("W^T W x").op
    'mul'
    """
    parser = load_parser(Builder, _PASS, expression_tables)
    _PASS.declared, _PASS.wrt, _PASS.sizes = declared, wrt, sizes
    return run_parser(parser, _PASS, text)


def run_parser(parser: Lark, tokens: Any, text: str) -> Syntax:
    """Return what the parser makes of ``text``; its errors as ``MatcalcError`` with places.

    ``tokens`` is the parser's token pass, whose ``unclosed`` says what is still open at the end.
    """
    if len(text) > MAX_LENGTH:
        raise MatcalcError("E108", f"the text is longer than {MAX_LENGTH:,} characters")
    if text.startswith(BYTE_ORDER_MARK):
        text = text.replace(BYTE_ORDER_MARK, " ", 1)
    try:
        result: Any = parser.parse(text)  # what the callback of the first rule returns
    except MatcalcError as error:
        raise error.with_source(text) from None
    except UnexpectedInput as error:
        raise explained(text, error, tokens.unclosed) from None
    root: Syntax = result
    return root
