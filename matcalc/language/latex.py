"""From LaTeX to the same syntax as from text: the reader, and what LaTeX alone has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from lark import Token

from matcalc.functions import FUNCTIONS, Fixity
from matcalc.functions.table import READ_AS
from matcalc.language import latex_tables
from matcalc.language.applied_names import FUNCTION_STYLES, with_named_functions
from matcalc.language.evidence import is_strong, likely_kind
from matcalc.language.function_names import settle_functions, without_backslash
from matcalc.language.function_reach import with_reach
from matcalc.language.latex_arrays import Arrays
from matcalc.language.latex_checks import refuse_derivatives
from matcalc.language.latex_commands import LatexLine
from matcalc.language.latex_lines import refuse_lines, trimmed
from matcalc.language.latex_names import LatexNames
from matcalc.language.latex_styles import with_arguments
from matcalc.language.latex_tokens import Converter
from matcalc.language.named_calls import without_gradients
from matcalc.language.product_signs import refuse_mixed_products
from matcalc.language.reader import NESTED, UNBRACKETED, Builder
from matcalc.language.subscripts import with_functions
from matcalc.language.summation import INDEXED, SubscriptedName, bind_indices
from matcalc.language.syntax import (
    BARE,
    NO_NAMES,
    NamesGiven,
    Syntax,
    TextReading,
    TextState,
    load_parser,
    name_nodes,
    names_below,
    run_parser,
    span_of,
    syntax_postorder,
)
from matcalc.language.token_lines import TokenLine
from matcalc.language.token_rules import DECIDED, refuse
from matcalc.language.tokens import defined_names, insert_products, listed, names_outside_weights, read_bars

#: The index of a sum that has none.
_ANY_INDEX = "i"
_OF_ARRAYS = frozenset(("transpose", "norm", "bars"))
_STARTS_OPERAND = frozenset(("EXPONENT", "SIZED", "FRAC", "SQRT", "SUM", "BLOCK_OPEN", "LBRACE"))


class LatexPass(TextState):
    """The ``postlex`` object that lark calls with the stream of tokens; each thread has its own text."""

    always_accept = (
        "COMMAND", "LETTER", "SCIENTIFIC", "PRIME", "UNDERSCORE", "OPENING", "CLOSING", "DOUBLE_BAR", "BAR",
        "DAGGER", "TOP", "MATH", "NEW_ROW", "AMPERSAND", "PUNCTUATION",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.arrays = Arrays({}, {}, (), ())
        #: Whether there is a sum over an index, or an array in brackets with one.
        self.has_indices = False
        #: What subscripts declare.
        self.declarations: dict[str, str] = {}

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens that the rules of the grammar are made of."""
        given = self.given
        worded, self.notes = without_backslash(with_arguments(trimmed(listed(stream))), given.names)
        worded, signs = without_gradients(worded, LatexLine(worded, given.names).applies_letter)
        line = LatexLine(worded, given.names, given.functions)
        refuse_derivatives(line)
        refuse_lines(line)
        names = LatexNames(given.names)
        converted = Converter(line, names).convert()
        self.declarations = names.sizes.declarations()
        self.notes += names.notes
        self.has_indices = False
        self.arrays = Arrays(names.indexed, names.bold(), given.declared, given.variables)
        converted = with_functions(converted, self.notes)
        self.notes += settle_functions(converted, given.names, self.arrays.bold)
        decided, self.unclosed = read_bars(converted)
        self.names = names_outside_weights(decided)
        signs.put_in(decided)
        values = given.declared | defined_names(decided)
        styled = names.in_styles(FUNCTION_STYLES)
        tokens = TokenLine(
            decided, values, given.names, bold=self.arrays.bold, styled=styled, latex=True,
            functions=given.functions,
        )  # fmt: skip
        refuse(tokens, DECIDED)
        return insert_products(with_named_functions(tokens), _STARTS_OPERAND)


def _entries_without_index(body: Syntax, arrays: Arrays) -> list[Syntax]:
    """Return the letters of vectors in a sum in which nothing has an index, if all is of each entry."""
    names = name_nodes(body)
    arrays_as_such = [n for n in names if n.data in arrays.bold or likely_kind(n.data, {}) == "matrix"]
    if (
        arrays_as_such
        or any(map(arrays.subscripts.of, names))
        or _OF_ARRAYS & {n.op for n in syntax_postorder(body)}
    ):
        return []
    return [name for name in names if len(name.data) == 1 and is_strong(name.data)]


class _LatexBuilder(Builder):
    """The rules of LaTeX beyond those that it shares with text."""

    identities = False  # the token pass has found them

    def start(self, children: list[Any]) -> Syntax:
        root = super().start(children)
        if _PASS.has_indices:
            bind_indices(root, _PASS.arrays.subscripts)
        names = names_below(root)
        for name in sorted(names - _PASS.given.declared):
            stem = name.removesuffix("_bar")
            if stem != name and stem in names:
                _PASS.notes.append(f"{name} is a variable of its own; the mean of {stem} is mean({stem})")
        return root

    def definition(self, children: list[Any]) -> Syntax:
        _PASS.arrays.refuse_label_of_entries(children[0])
        return super().definition(children)

    def product(self, children: list[Any]) -> Syntax:
        children = with_reach(children, _PASS.notes)
        if len(children) == 1:
            return cast(Syntax, children[0])
        factors, signs = children[::2], children[1::2]
        refuse_mixed_products(factors, signs)
        product = super().product(children)
        _PASS.arrays.refuse_products_of_vectors(product)
        for pair in _PASS.arrays.matrices_with_dots(product):
            _PASS.notes.append(f"{pair} are read as matrices; for a scalar product declare them vectors")
        return product

    def sum(self, children: list[Any]) -> Syntax:
        total = super().sum(children)
        _PASS.arrays.refuse_name_and_its_transpose(total)
        return total

    def power(self, children: list[Any]) -> Syntax:
        _PASS.arrays.refuse_power_of_vector(children[0], children[-1])
        return super().power(children)

    def bars(self, children: list[Any]) -> Syntax:
        bars = super().bars(children)
        _PASS.arrays.settle_bars(bars)
        return bars

    def fraction(self, children: list[Any]) -> Syntax:
        return Syntax("quotient", (children[2], children[6]), *span_of((children[0], children[7])))

    def root(self, children: list[Any]) -> Syntax:
        sign, _, value, closing = children
        name_end = span_of(sign).end
        return Syntax("call", (value,), *span_of((sign, closing)), (READ_AS["root"][0], name_end))

    def norm(self, children: list[Any]) -> Syntax:
        norm = super().norm(children)
        if norm.op == "norm" and (norm.data == "}" or norm.data.startswith("\\")):
            norm.data = ""
        return norm

    def call_of_braces(self, children: list[Any]) -> Syntax:
        call = self.call(children)
        return call if children[1] == "\\{" else self._flagged(call, UNBRACKETED, call.end)

    def call_of_single(self, children: list[Any]) -> Syntax:
        return self._flagged(self.call([*children, children[0]]), BARE, children[1].end)

    def call_of_call(self, children: list[Any]) -> Syntax:
        outer, inner = children
        flag = BARE if BARE in inner.data else NESTED
        function = _pairs().get((str(outer), inner.data[0])) if inner.op == "call" else None
        if function is None:
            call = super().call_of_call(children)
            return self._flagged(call, flag, call.end)
        return Syntax("call", inner.args, *span_of((outer, inner)), (function, inner.data[1], flag))

    def raised(self, children: list[Any]) -> Syntax:
        exponent, call = children
        number = Syntax("number", (), *span_of(exponent), int(exponent))
        return Syntax("power", (call, number), call.start, call.end, BARE if BARE in call.data else None)

    def _flagged(self, call: Syntax, flag: str, end: int) -> Syntax:
        return Syntax("call", call.args, call.start, end, (*call.data[:2], flag))

    def summation(self, children: list[Any]) -> Syntax:
        sign, body = children
        arrays = _PASS.arrays
        _PASS.has_indices = True
        if sign.startswith("=") and (entries := _entries_without_index(body, arrays)):
            for name in entries:
                arrays.indexed[name.start] = SubscriptedName(name.data, frozenset(_ANY_INDEX))
                name.become("name", (), f"{name.data}_{_ANY_INDEX}")
            names = " and ".join(dict.fromkeys(arrays.indexed[name.start].base for name in entries))
            _PASS.notes.append(f"\\sum without an index is that over the entries of {names}")
            sign = Token.new_borrow_pos(sign.type, _ANY_INDEX, sign)
        return arrays.summed(sign, body)

    def bracket(self, children: list[Any]) -> Syntax:
        opening, inner, _ = children
        indexed = _PASS.arrays.indexed
        if inner.op == "name" and inner.start in indexed:
            indexed[span_of(opening).start] = indexed[inner.start]
        return super().bracket(children)

    def filled(self, number: Syntax) -> Syntax:
        return Syntax("entry", (super().filled(number),), number.start, number.end)

    def indexed(self, children: list[Any]) -> Syntax:
        array, index = children
        _PASS.has_indices = True
        return Syntax(INDEXED, (array,), array.start, span_of(index).end, str(index))

    def transposed(self, children: list[Any]) -> Syntax:
        value, mark = children
        if value.op == "name" and value.data in ("ones", "zeros"):
            value = Syntax("entry", (value,), value.start, value.end)
        return super().transposed([value, mark])


@cache
def _pairs() -> dict[tuple[str, str], str]:
    r"""Return the functions that are written as two, such as ``\log\det``."""
    pairs = {}
    for entry in FUNCTIONS:
        outer, _, inner = entry.written.name.partition(" ")
        if entry.written.fixity is Fixity.CALL and inner:
            pairs[outer, inner] = entry.name
    return pairs


_PASS = LatexPass()
_LatexBuilder.state = _PASS


def read_latex(text: str, given: NamesGiven = NO_NAMES, source: str = "") -> TextReading:
    r"""Return the syntax of ``text``, with places in the LaTeX, and what else it says of names.

    Errors show the ``source`` in which the same was written, each thing at the same place.

    Names that are given are variables and sizes even where a function has the same name. Raises
    ``MatcalcError`` E101 to E110, E206 and E506.

    >>> read_latex(r"W^\top W \mathbf{x}").root.op
    'mul'
    """
    root = run_parser(load_parser(_LatexBuilder, _PASS, latex_tables), _PASS, given, text, source)
    return TextReading(root, _PASS.arrays.bold, tuple(dict.fromkeys(_PASS.notes)), _PASS.declarations)
