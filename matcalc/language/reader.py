"""Reads text: the pass over its tokens, and the tree that the rules of the grammar build.

A name is a function if the table has it and a bracket, a bar or another function follows, as in
``log det(X)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Token, Transformer

from matcalc.errors import MatcalcError, Span
from matcalc.functions.table import NORM, READ_AS
from matcalc.language import expression_tables
from matcalc.language.applied_names import refuse_applied_names
from matcalc.language.function_names import mark_functions, with_brackets, with_roots
from matcalc.language.juxtaposition import separate
from matcalc.language.names import plain_name, superscript_number
from matcalc.language.other_code import as_here
from matcalc.language.product_signs import with_signs, written_signs
from matcalc.language.subscripts import (
    contraction,
    in_angles,
    inner_product,
    norm,
    of_frobenius,
    refuse_norm_of_matrix,
    refuse_trace_of_contraction,
    weighted_norm,
    with_adjoints,
    with_functions,
    with_round_brackets,
)
from matcalc.language.syntax import (
    BARE,
    MAX_DIGITS,
    NO_NAMES,
    NamesGiven,
    Syntax,
    TextReading,
    TextState,
    exact,
    fault,
    is_sensible,
    load_parser,
    names_below,
    run_parser,
    span_of,
)
from matcalc.language.token_lines import TokenLine
from matcalc.language.token_rules import DECIDED_IN_TEXT, LEXED, refuse
from matcalc.language.tokens import (
    defined_names,
    insert_products,
    listed,
    names_outside_weights,
    read_bars,
    without_code,
)


class TokenPass(TextState):
    """The ``postlex`` object that lark calls with the stream of tokens; each thread has its own text."""

    always_accept = ("BAR", "DOUBLE_BAR", "SUBSCRIPT", "MARK", "BROADCAST", "PRODUCT_OF_R", "ROOT")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens with bars decided, functions marked and products made explicit."""
        tokens = listed(stream)
        self.notes = []
        tokens = with_adjoints(with_roots(tokens), self.notes)
        tokens = as_here(without_code(tokens), self.notes, self.given)
        refuse(TokenLine(tokens, self.given.declared | defined_names(tokens), self.given.wrt), LEXED)
        tokens = with_round_brackets(tokens)
        tokens, notes = separate(with_functions(tokens, self.notes), self.given)
        tokens = with_brackets(tokens, self.given)
        self.notes += notes
        self.notes += mark_functions(tokens, self.given)
        decided, self.unclosed = read_bars(tokens)
        self.names = names_outside_weights(decided)
        values = self.given.declared | defined_names(decided)
        decided = of_frobenius(decided, values | self.given.wrt, self.notes)
        line = TokenLine(decided, values, self.given.wrt)
        refuse(line, DECIDED_IN_TEXT)
        refuse_applied_names(line)
        return insert_products(decided)


_PASS = TokenPass()
_PRODUCT_OPS = {
    "TIMES": "mul", "OVER": "quotient", "ENTRYWISE": "hadamard",
    "ENTRYWISE_OVER": "hadamard_quotient", "KRONECKER": "kronecker", "LEFT_OVER": "left_quotient",
}  # fmt: skip
_ASSOCIATIVE = ("mul", "hadamard")
#: Marks a power in brackets, which may be the base of another.
BRACKETED = "bracketed"
#: Marks a function applied to bars, as in ``log|X|``.
UNBRACKETED = "unbracketed"
#: Marks a function applied to a function, as in ``log det(X)``.
NESTED = "nested"


class Builder(Transformer[Token, Syntax]):
    """One method for each rule of the grammar; children arrive already converted."""

    #: Whether ``I_n`` is the identity matrix of size ``n`` where it is not declared.
    identities = True
    #: What the token pass knows of the text.
    state: TextState

    def start(self, children: list[Any]) -> Syntax:
        """Return the value alone, or with the definitions of the text: all other statements."""
        value, definitions = _value_of(children)
        if not definitions:
            return value
        every = [value, *definitions]
        first, last = min(s.start for s in every), max(s.end for s in every)
        return Syntax("where", tuple(every), first, last)

    def definition(self, children: list[Any]) -> Syntax:
        name, _, value = children
        start, _ = span_of(name)
        return Syntax("definition", (value,), start, value.end, plain_name(name))

    def sum(self, children: list[Any]) -> Syntax:
        terms = [children[0]]
        for sign, term in zip(children[1::2], children[2::2], strict=True):
            if sign.type == "MINUS":
                term = Syntax("negate", (term,), span_of(sign).start, term.end)
            terms.append(term)
        return Syntax("add", tuple(terms), terms[0].start, terms[-1].end)

    def product(self, children: list[Any]) -> Syntax:
        factors, current = [children[0]], "mul"
        for factor in children[:-1:2]:
            _refuse_ambiguous_product(factor, children[-1])
        for operator, factor in zip(children[1::2], children[2::2], strict=True):
            op = _PRODUCT_OPS[operator.type]
            if len(factors) > 1 and (op != current or op not in _ASSOCIATIVE):
                factors = [_product(current, factors)]
            factors.append(factor)
            current = op
        written, signs = children[::2], children[1::2]
        return with_signs(_product(current, factors), frozenset(written), written_signs(written, signs))

    def negative(self, children: list[Any]) -> Syntax:
        return Syntax("negate", (children[1],), span_of(children[0]).start, children[1].end)

    def positive(self, children: list[Any]) -> Syntax:
        operand: Syntax = children[1]
        return operand

    def bracket(self, children: list[Any]) -> Syntax:
        inner = children[1]
        opening, closing = span_of(children[0]).start, span_of(children[2]).end
        data = BRACKETED if inner.op in ("power", "hadamard_power") else inner.data
        if inner.op == "call":
            data = inner.data[:2]
        return Syntax(inner.op, inner.args, opening, closing, data)

    def transposed(self, children: list[Any]) -> Syntax:
        value, mark = children
        end = span_of(mark).end
        if value.op == "number" and value.data in (0, 1):
            value = self.filled(value)
        if "-" in mark or "⁻" in mark:
            minus_one = Syntax("negate", (Syntax("number", (), value.end, end, 1),), value.end, end)
            value = Syntax("power", (value, minus_one), value.start, end)
        return Syntax("transpose", (value,), value.start, end)

    def filled(self, number: Syntax) -> Syntax:
        """Return the constant that is written as 0 or 1 where it is no number."""
        return Syntax("name", (), number.start, number.end, "ones" if number.data else "zeros")

    def superscript(self, children: list[Any]) -> Syntax:
        base, token = children
        start, end = span_of(token)
        if len(token) > MAX_DIGITS:
            raise _too_long(token)
        value = int(superscript_number(token))
        if value < -9:
            help_text = "write ^-1 with ^2 in brackets around it, or a power with ^"
            message, label = f"{token} may be an inverse and a power", "which?"
            raise fault("E102", message, token, label, help_text)
        _refuse_ambiguous_power(base, token)
        exponent = Syntax("number", (), start, end, abs(value))
        if value < 0:
            exponent = Syntax("negate", (exponent,), start, end)
        return Syntax("power", (base, exponent), base.start, end)

    def pseudoinverse(self, children: list[Any]) -> Syntax:
        value, mark = children
        return Syntax(
            "call", (value,), value.start, span_of(mark).end, (READ_AS["pseudoinverse"][0], value.end)
        )

    def power(self, children: list[Any]) -> Syntax:
        base, _, exponent = children
        _refuse_ambiguous_power(base, exponent)
        return Syntax("power", (base, exponent), base.start, exponent.end)

    def entrywise_power(self, children: list[Any]) -> Syntax:
        base, _, exponent = children
        _refuse_ambiguous_power(base, exponent)
        return Syntax("hadamard_power", (base, exponent), base.start, exponent.end)

    def number(self, children: list[Any]) -> Syntax:
        token = children[0]
        start, end = span_of(token)
        if not is_sensible(token):
            raise _too_long(token)
        return Syntax("number", (), start, end, exact(token))

    def name(self, children: list[Any]) -> Syntax:
        start, end = span_of(children[0])
        name = plain_name(children[0])
        size = name.removeprefix("I_")
        if size != name and size and self.identities and name not in self.state.given.declared:
            op, data = ("number", int(size)) if size.isdigit() and len(size) < 10 else ("name", size)
            return Syntax("call", (Syntax(op, (), start + 2, end, data),), start, end, ("I", start + 1))
        return Syntax("name", (), start, end, name)

    def call(self, children: list[Any]) -> Syntax:
        args = tuple(c for c in children[1:] if isinstance(c, Syntax))
        start, end = span_of(children[0])
        last = span_of(children[-1]).end
        if children[0] == NORM and len(args) == 2:
            if args[1].op == "number" and args[1].data == 2:
                return Syntax("norm", args[:1], start, last, "2")
            refuse_norm_of_matrix(args[0], Span(start, last), self.state.given.declared)
        call = Syntax("call", args, start, last, (plain_name(children[0]), end))
        refuse_trace_of_contraction(call)
        return call

    def call_of_bars(self, children: list[Any]) -> Syntax:
        return self._call_without_brackets(children[0], self.bars(children[1:]))

    def call_of_norm(self, children: list[Any]) -> Syntax:
        return self._call_without_brackets(children[0], self.norm(children[1:]))

    def call_of_call(self, children: list[Any]) -> Syntax:
        call = self._call_without_brackets(children[0], children[1])
        return Syntax("call", call.args, call.start, call.end, (*call.data[:2], NESTED))

    def _call_without_brackets(self, name: Token, arg: Syntax) -> Syntax:
        start, end = span_of(name)
        return Syntax("call", (arg,), start, arg.end, (plain_name(name), end, UNBRACKETED))

    def bars(self, children: list[Any]) -> Syntax:
        return Syntax("bars", (children[1],), span_of(children[0]).start, span_of(children[2]).end)

    def norm(self, children: list[Any]) -> Syntax:
        opening, arg, closing = children
        return norm(opening, arg, closing, self.state)

    def inner_product(self, children: list[Any]) -> Syntax:
        opening, left, _, right, closing = children
        return inner_product((opening, closing), left, right, self.state)

    def contraction(self, children: list[Any]) -> Syntax:
        self.state.notes.append("the colon is read as the inner product of two matrices")
        return contraction(*children)

    def angles(self, children: list[Any]) -> Syntax:
        raise in_angles((children[0], children[2]))

    def weighted_norm(self, children: list[Any]) -> Syntax:
        opening, vector, weight = children[0], children[1], children[-2]
        return weighted_norm(span_of((opening, children[-1])), vector, weight, self.state)

    def row(self, children: list[Any]) -> Syntax:
        cells = tuple(c for c in children if isinstance(c, Syntax))
        return Syntax("row", cells, cells[0].start, cells[-1].end)

    def block(self, children: list[Any]) -> Syntax:
        rows = tuple(c for c in children if isinstance(c, Syntax))
        return Syntax("block", rows, span_of(children[0]).start, span_of(children[-1]).end)


def _value_of(children: list[Any]) -> tuple[Syntax, list[Syntax]]:
    """Return the value of a text, and the definitions in it.

    That is what has no name; else what no other statement uses, before ``where`` if there is one; of
    several of these the last of the text.
    """
    statements: list[Syntax] = children[::2]
    unnamed = [i for i, statement in enumerate(statements) if statement.op != "definition"]
    if len(unnamed) > 1:
        values = statements[unnamed[0]], statements[unnamed[1]]
        help_text = "write one value, and what defines names; decimal numbers have a point"
        raise fault("E102", "there are two values without a name", values, "which of them?", help_text)
    if unnamed:
        value = statements[unnamed[0]]
        before = {statement.data for statement in statements[: unnamed[0]]}
        if before and before.isdisjoint(names_below(value)):
            message = "this has no name, and uses none of the names before it"
            help_text = "leave it out, or what stands before it"
            raise fault("E102", message, value, "which is the value?", help_text)
    else:
        where = next((i for i, child in enumerate(children) if getattr(child, "type", "") == "WHERE"), None)
        candidates = children[:where:2]
        used = frozenset[str]().union(*(names_below(node.args[0]) for node in statements))
        idle = [statement for statement in candidates if statement.data not in used]
        if not idle:
            name = candidates[-1]
            place = Span(name.start, name.start + len(name.data))
            raise fault("E107", f"{name.data} is defined by itself", place, "occurs on the right too")
        if len(idle) > 1 and idle[-1] is not candidates[-1]:
            names = " and ".join(s.data for s in idle)
            message, label = f"{names} are values that nothing else uses", "which of them?"
            raise fault("E102", message, idle[-1], label, "write the one that is meant last, without a name")
        value = idle[-1]
    definitions = [statement for statement in statements if statement is not value]
    return (value.args[0] if value.op == "definition" else value), definitions


def _product(op: str, factors: list[Syntax]) -> Syntax:
    return Syntax(op, tuple(factors), factors[0].start, factors[-1].end)


def _too_long(number: Token) -> MatcalcError:
    return fault("E108", f"numbers have at most {MAX_DIGITS} digits", number, "too long")


def _refuse_ambiguous_power(base: Syntax, exponent: Syntax | Token) -> None:
    if base.op in ("power", "hadamard_power") and base.data != BRACKETED:
        help_text = "put brackets around one of them: (a^b)^c or a^(b^c)"
        raise fault(
            "E102", "a power of a power needs brackets", (base, exponent), "which power first?", help_text
        )
    if base.op == "call" and base.data[-1] in (UNBRACKETED, NESTED, BARE):
        name = base.data[0]
        help_text = f"put brackets: {name}(...)^2 or {name}((...)^2)"
        raise fault(
            "E102", f"a power of {name} needs brackets", (base, exponent), "power of what?", help_text
        )


def _refuse_ambiguous_product(factor: Syntax, last: Syntax) -> None:
    call = factor
    while call.op == "negate":
        call = call.args[0]
    if call.op == "call" and call.data[-1] == NESTED:
        name, label = call.data[0], f"how far does {call.data[0]} reach?"
        message = f"a product after {name} needs brackets"
        raise fault("E102", message, (factor, last), label, f"write {name}(...)")


_PASS = Builder.state = TokenPass()


def read(text: str, given: NamesGiven = NO_NAMES) -> Syntax:
    """Return the syntax of ``text``.

    Names that are declared are variables even where a function has the same name. Raises ``MatcalcError``
    E101 to E110, with the place in the text.

    >>> read("W^T W x").op
    'mul'
    """
    return read_text(text, given).root


def read_text(text: str, given: NamesGiven = NO_NAMES, source: str = "") -> TextReading:
    """Return the syntax of ``text``, and what is to be said of how it was read.

    Errors show the ``source`` in which the same was written, each thing at the same place.
    """
    root = run_parser(load_parser(Builder, _PASS, expression_tables), _PASS, given, text, source)
    return TextReading(root, {}, tuple(dict.fromkeys(_PASS.notes)))
