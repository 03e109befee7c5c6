"""Expressions as text, in any notation: in closed form with definitions of names, and in index notation.

In index notation a matrix product is ``A[i,k]*B[k,j]``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count

from matcalc.algebra import scaled, split_coefficient
from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, fill, foresee, number, postorder, variable
from matcalc.expression.signatures import entry_for_node
from matcalc.functions import OPERATION_NAMES, SQRT, Precedence
from matcalc.printing.layout import Printer
from matcalc.printing.styles import POSTFIX, PREFIX, PRODUCT, SUM, Text

#: So much text may be written in place of a node.
SYMBOLS_PER_NODE = 10
#: Letters of indices, in their order.
_LETTERS = "ijklpqrstuvwabcdefgh"


def write(expr: Expr, style: Text, definitions: Sequence[tuple[str, Expr]] = ()) -> str:
    """Return the expression in a notation, with ``definitions`` as a ``where`` clause.

    Wherever a defined expression occurs, its name is printed.
    """
    printer = _printer(style, {value: name for name, value in definitions}, expr)
    return printer.style.where(printer.whole(expr), printer.listed(definitions))


def write_named(expr: Expr, style: Text, names: Mapping[Expr, str], told: Container[str] = ()) -> str:
    """Return the expression with names for parts that are defined elsewhere; it may have one itself.

    Those that are ``told`` and occur in it are defined in a ``where`` clause all the same.
    """
    printer = _printer(style, names, expr)
    used = [(names[node], node) for node in postorder(expr) if node in names and names[node] in told]
    return style.where(printer.whole(expr), printer.listed([pair for pair in used if pair[1] is not expr]))


def write_parts(expr: Expr, style: Text, names: Mapping[Expr, str]) -> dict[Expr, str]:
    """Return the texts of an expression and of its parts, but for those inside parts that have names.

    Each is as it stands inside of others; ``style.finished`` makes one that stands alone of it.
    """
    printer = _printer(style, names, expr)
    pending, texts = [expr], {}
    while pending:
        node = pending.pop()
        if node not in texts:
            texts[node] = printer.done[node].signed
            pending += () if node in names else node.args
    return texts


def write_definitions(definitions: Sequence[tuple[str, Expr]], style: Text) -> str:
    """Return a ``where`` clause alone."""
    printer = _printer(style, {value: name for name, value in definitions})
    return printer.style.where("", printer.listed(definitions)).strip()


def write_inside(expr: Expr, style: Text, level: Precedence, names: Mapping[Expr, str]) -> str:
    """Return the expression as it stands where something at least as tight as ``level`` is needed."""
    return _printer(style, names, expr).at(expr, level)


def _printer(style: Text, names: Mapping[Expr, str], *roots: Expr) -> Printer:
    """Return the texts of ``roots`` and of all that has a name. Raises E111 and E508."""
    nodes = list(postorder(*roots, *names))
    _refuse_long_text(nodes, names)
    return Printer(style.telling_apart(_names_in(nodes).union(names.values())), names, nodes)


def _names_in(nodes: Sequence[Expr]) -> set[str]:
    """Return the names of variables and of sizes that are printed.

    Raises E111 for a variable that is called like a function or a constant beside it.
    """
    names = {node.data[0] for node in nodes if node.op == "variable"}
    for node in nodes:
        word = "" if node.op == "variable" else _word_of(node)
        if word in names:
            message = f"the result has a variable {word}, and beside it what is called {word} here"
            raise MatcalcError("E111", message, help="give the variable another name")
    sized = [node for node in nodes if not node.args]
    dims = [node.data for node in sized if node.op == "dimension"]
    dims += [dim for node in sized if node.op in ("identity", "ones", "zeros") for dim in node.shape]
    return names.union(*(dim.symbols for dim in dims))


def _word_of(node: Expr) -> str:
    """Return the word that a node is written with, empty if there is none."""
    if node.op == "identity":
        return "I"
    if not node.args:
        return node.op
    if node.op in ("power", "hadamard_power"):
        exponent = node.args[1]
        return SQRT if exponent.is_number and abs(exponent.data) == Fraction(1, 2) else ""
    entry = None if node.op in OPERATION_NAMES else entry_for_node(node)
    return entry.name if entry else ""


def _refuse_long_text(nodes: Iterable[Expr], names: Container[Expr]) -> None:
    """Raise E508 if the texts of all nodes together, each of which is kept, are too long."""
    lengths: dict[Expr, int] = {}
    total = 0
    for node in nodes:
        length = 1 + sum([lengths[arg] for arg in node.args])
        total += length
        lengths[node] = 1 if node in names else length
    foresee(total // SYMBOLS_PER_NODE, f"the texts of its parts have {total:,} symbols")


class Naming:
    """Letters for the indices of a form, the axes first, and for unit matrices in it."""

    def __init__(self, form: IndexForm, taken: Iterable[str]):
        used = set(taken)
        letters = (letter for letter in _letters() if letter not in used)
        inner = (i for term in form.terms for entry in term.entries for i in entry.all_indices())
        self.letters = {index: next(letters) for index in dict.fromkeys((*form.axes, *inner))}
        self.matrix, self.column = (
            next(name for name in _variants(letter) if name not in used) for letter in ("E", "e")
        )

    @property
    def taken(self) -> set[str]:
        """The letters that are used."""
        return {*self.letters.values(), self.matrix, self.column}

    def of(self, indices: Iterable[Index]) -> list[str]:
        """Return the letters of some indices."""
        return [self.letters[index] for index in indices]

    def unit(self, indices: tuple[Index, ...]) -> str:
        """Return the name of the unit matrix or vector that has its 1 there."""
        return f"{self.matrix if len(indices) > 1 else self.column}_{''.join(self.of(indices))}"


def _letters() -> Iterator[str]:
    yield from _LETTERS
    yield from (f"i{n}" for n in count(1))


def _variants(letter: str) -> Iterator[str]:
    yield letter
    yield from (f"{letter}{n}" for n in count(1))


def write_index_form(
    form: IndexForm, style: Text, letters: Naming, definitions: Sequence[tuple[str, Expr]] = ()
) -> str:
    """Return the entries of a derivative as a sum of products of entries.

    Indices that are no axes are summed over, and the sum says so. ``definitions`` are a ``where`` clause.
    """
    text = write_index_terms(form, style, letters, {value: name for name, value in definitions})
    return f"{text} {write_definitions(definitions, style)}" if definitions else text


def write_index_terms(form: IndexForm, style: Text, letters: Naming, names: Mapping[Expr, str]) -> str:
    """Return the sum with names for parts that are defined elsewhere."""
    texts = [_term(term, set(form.axes), style, letters, names) for term in form.terms] or [style.number(0)]
    text = texts[0]
    for more in texts[1:]:
        text += f" - {more[1:]}" if more.startswith("-") else f" + {more}"
    return text


def axis_letters(form: IndexForm, names: Naming) -> tuple[str, ...]:
    """Return the letters of the axes: of the value, then of each argument."""
    return tuple(names.of(form.axes))


def units_note(form: IndexForm, names: Naming) -> str:
    """Return what the names of unit matrices mean, empty if there are none."""
    places = {place for term in form.terms for entry in term.entries for _, place in entry.units}
    listed = [
        f"{names.unit(place)} is 1 at [{','.join(names.of(place))}] and 0 elsewhere"
        for place in sorted(places)
    ]
    return "; ".join(listed)


def _term(term: Term, axes: set[Index], style: Text, letters: Naming, names: Mapping[Expr, str]) -> str:
    powers = Counter(_entry(entry, style, letters, names) for entry in term.entries)
    factors = [text if power == 1 else style.power(text, str(power)) for text, power in powers.items()]
    inner = dict.fromkeys(i for entry in term.entries for i in entry.all_indices() if i not in axes)
    negative = split_coefficient(term.scalar)[0] < 0
    scalar = scaled(-1, term.scalar) if negative else term.scalar
    if scalar is not number(1) or not factors:
        level = PRODUCT if factors else PREFIX if inner or negative else SUM
        factors.insert(0, write_inside(scalar, style, level, names))
    text = style.product(factors)
    return "-" * negative + (style.index_sum(letters.of(inner), text) if inner else text)


def _entry(entry: Entry, style: Text, letters: Naming, names: Mapping[Expr, str]) -> str:
    units = {unit: variable(letters.unit(place), unit.shape) for unit, place in entry.units}

    if entry.array.op == "identity":
        return style.entry(style.identity(None), letters.of(entry.indices))
    array = fill(entry.array, units)
    if array.op == "transpose" and len(entry.indices) == 1:
        array = array.args[0]  # an entry of a row is that of the column
    return style.entry(write_inside(array, style, POSTFIX, names), letters.of(entry.indices))
