"""From LaTeX to the same syntax as from text: the reader, and what LaTeX alone has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from threading import local
from typing import Any, NamedTuple

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.functions import FUNCTIONS, Fixity
from matcalc.language import latex_tables
from matcalc.language.applied_names import FUNCTION_STYLES, NamesInText, refuse_applied_names
from matcalc.language.latex_checks import matching_braces, settle_functions
from matcalc.language.latex_derivatives import refuse_derivatives
from matcalc.language.latex_names import LatexNames, SubscriptedName, place
from matcalc.language.latex_prose import refuse_lines, trimmed
from matcalc.language.latex_sums import refuse_label_of_entries, refuse_waiting, summed
from matcalc.language.latex_superscripts import (
    IsVector,
    bold_matrices_with_dots,
    bold_vectors,
    is_vector,
    refuse_bars_that_may_be_a_determinant,
    refuse_mixed_products,
    refuse_name_and_its_transpose,
    refuse_power_of_vector,
    refuse_products_of_vectors,
    refuse_trace_of_scalars,
    with_signs,
    written_signs,
)
from matcalc.language.latex_tokens import Converter
from matcalc.language.reader import NESTED, UNBRACKETED, Builder, load_parser, run_parser
from matcalc.language.syntax import VECTOR, Syntax, syntax_postorder
from matcalc.language.token_checks import refuse_marks_that_may_mean_more, refuse_signs_and_optima
from matcalc.language.tokens import defined_names, insert_products, listed, read_bars

#: Functions of matrices, which are nothing of scalars.
_OF_MATRICES = frozenset(("tr", "trace", "det", "logdet"))
_STARTS_OPERAND = frozenset(("SIZED", "FRAC", "SQRT", "SUM", "BLOCK_OPEN", "LBRACE"))


class LatexPass(local):
    """The ``postlex`` object that lark calls with the stream of tokens; each thread has its own text."""

    always_accept = (
        "COMMAND", "LETTER", "SCIENTIFIC", "PRIME", "UNDERSCORE", "OPENING", "CLOSING", "DOUBLE_BAR", "BAR",
        "DAGGER", "TOP", "MATH", "NEW_ROW", "AMPERSAND", "PUNCTUATION",
    )  # fmt: skip

    def __init__(self) -> None:
        #: Names that are declared, those that are declared or differentiated by, and with them the sizes.
        self.declared: frozenset[str] = frozenset()
        self.variables: frozenset[str] = frozenset()
        self.known: frozenset[str] = frozenset()
        #: Names with subscripts, by where they begin.
        self.indexed: dict[int, SubscriptedName] = {}
        #: What has to be said of how the text is read.
        self.notes: list[str] = []
        #: Names written in bold, as vectors and matrices are.
        self.bold: Mapping[str, str] = {}
        #: What to say of a bracket or bar that stays open, if that is where reading fails.
        self.unclosed: MatcalcError | None = None

    def note(self, text: str) -> None:
        """Add a note, once."""
        if text not in self.notes:
            self.notes.append(text)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Return the tokens that the rules of the grammar are made of."""
        tokens = trimmed(listed(stream))
        closing = matching_braces(tokens)
        refuse_derivatives(tokens, closing, self.known)
        refuse_lines(tokens, closing, self.known)
        names = LatexNames(self.known)
        self.indexed, self.notes = names.indexed, names.notes
        converted = Converter(tokens, names).convert()
        self.bold = names.bold()
        settle_functions(converted, self.known)
        decided, self.unclosed = read_bars(converted)
        refuse_marks_that_may_mean_more(decided, 1)
        values = self.declared | defined_names(decided)
        refuse_signs_and_optima(decided, values.union(self.known, self.bold), latex=True)
        styled = names.in_styles(FUNCTION_STYLES)
        refuse_applied_names(decided, NamesInText(values, self.known, styled, latex=True))
        return insert_products(decided, _STARTS_OPERAND)


class _LatexBuilder(Builder):
    """The rules of LaTeX beyond those that it shares with text."""

    identities = False  # the token pass has found them

    def start(self, children: list[Any]) -> Syntax:
        return self._whole(super().start(children))

    def where(self, children: list[Any]) -> Syntax:
        return self._whole(super().where(children))

    def _whole(self, root: Syntax) -> Syntax:
        refuse_waiting(root, _PASS.indexed, _PASS.declared)
        names = {node.data for node in syntax_postorder(root, lambda n: n.args) if node.op == "name"}
        for name in sorted(names - _PASS.declared):
            stem = name.removesuffix("_bar")
            if stem != name and stem in names:
                _PASS.note(f"{name} is a variable of its own; the mean of {stem} is mean({stem})")
        return root

    def labelled(self, children: list[Any]) -> Syntax:
        refuse_label_of_entries(children[0], _PASS.indexed)
        return super().labelled(children)

    def product(self, children: list[Any]) -> Syntax:
        factors, signs = children[::2], children[1::2]
        refuse_mixed_products(factors, signs)
        product = with_signs(super().product(children), frozenset(factors), written_signs(factors, signs))
        refuse_products_of_vectors(product, self._is_bold_vector())
        for written in bold_matrices_with_dots(product, _PASS.bold, _PASS.declared):
            _PASS.note(f"{written} are read as matrices; for a scalar product declare them vectors")
        return product

    def sum(self, children: list[Any]) -> Syntax:
        total = super().sum(children)
        refuse_name_and_its_transpose(total, _PASS.declared)
        return total

    def power(self, children: list[Any]) -> Syntax:
        refuse_power_of_vector(children[0], children[-1].end, self._is_bold_vector())
        return super().power(children)

    def bars(self, children: list[Any]) -> Syntax:
        bars = super().bars(children)
        inner = bars.args[0]
        if is_vector(inner, bold_vectors(_PASS.bold, (), _PASS.indexed)):
            bars.data = VECTOR
            if is_vector(inner, self._is_bold_vector()):
                refuse_bars_that_may_be_a_determinant(bars)
        return bars

    def call(self, children: list[Any]) -> Syntax:
        call = super().call(children)
        if call.data[0] in _OF_MATRICES:
            refuse_trace_of_scalars(call, _PASS.declared, _PASS.bold)
        return call

    def _is_bold_vector(self) -> IsVector:
        return bold_vectors(_PASS.bold, _PASS.declared, _PASS.indexed)

    def fraction(self, children: list[Any]) -> Syntax:
        return Syntax("quotient", (children[2], children[6]), place(children[0])[0], place(children[7])[1])

    def root(self, children: list[Any]) -> Syntax:
        start, end = place(children[0])
        return Syntax("call", (children[2],), start, place(children[3])[1], ("sqrt", end))

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
        return summed(sign, body, _PASS.indexed, _PASS.variables, _PASS.declared)

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
        outer, _, inner = entry.written.name.partition(" ")
        if entry.written.fixity is Fixity.CALL and inner:
            found[outer, inner] = entry.name
    return found


_PASS = LatexPass()


class LatexReading(NamedTuple):
    """The syntax of a text, with places in the LaTeX, the names in bold, and what is to be said."""

    root: Syntax
    bold: Mapping[str, str]
    notes: tuple[str, ...]


def read_latex(
    text: str,
    declared: frozenset[str] = frozenset(),
    wrt: frozenset[str] = frozenset(),
    sizes: frozenset[str] = frozenset(),
) -> LatexReading:
    r"""Return the syntax of ``text``, with places in the LaTeX, and what else it says of names.

    Names in ``declared``, ``wrt`` and ``sizes`` are variables and sizes even where a function has the
    same name. Raises ``MatcalcError`` E101 to E110, E206 and E506.

    >>> read_latex(r"W^\top W \mathbf{x}").root.op
    'mul'
    """
    parser = load_parser(_LatexBuilder, _PASS, latex_tables)
    _PASS.declared, _PASS.variables, _PASS.known = declared, declared | wrt, declared | wrt | sizes
    root = run_parser(parser, _PASS, text)
    return LatexReading(root, _PASS.bold, tuple(dict.fromkeys(_PASS.notes)))
