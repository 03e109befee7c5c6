"""Index notation: entries by named indices, ``A[i,k]*B[l,j]``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from matcalc.algebra import scaled, split_coefficient
from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.expression import Expr, fill, number, variable
from matcalc.printing.layout import write_definitions, write_inside
from matcalc.printing.styles import POSTFIX, PREFIX, PRODUCT, SUM, Text

_LETTERS = "ijklpqrstuvwabcdefgh"


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


def axes_of(form: IndexForm, names: Naming) -> tuple[str, ...]:
    """Return the letters of the axes: of the value, then of each argument."""
    return tuple(names.of(form.axes))


def units_note(form: IndexForm, names: Naming) -> str:
    """Return what the names of unit matrices mean, empty if there are none."""
    places = {own for term in form.terms for entry in term.entries for _, own in entry.units}
    listed = [
        f"{names.unit(own)} is 1 at [{','.join(names.of(own))}] and 0 elsewhere" for own in sorted(places)
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
    units = {unit: variable(letters.unit(own), unit.shape) for unit, own in entry.units}

    if entry.array.op == "identity":
        return style.entry(style.identity(None), letters.of(entry.indices))
    array = fill(entry.array, units)
    if array.op == "transpose" and len(entry.indices) == 1:
        array = array.args[0]  # an entry of a row is that of the column
    return style.entry(write_inside(array, style, POSTFIX, names), letters.of(entry.indices))
