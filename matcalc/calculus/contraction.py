"""Products of entries, and sums over an index in them as matrix products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from matcalc.algebra import build, factors_of, is_bilinear, transpose
from matcalc.expression import ONE, Dim, Expr, dimension, identity, is_zero, number, ones
from matcalc.functions import DIAG, SUM


class Index(NamedTuple):
    """An index, told apart by its number, that runs over a dimension."""

    number: int
    dim: Dim


class Entry(NamedTuple):
    """The entry of an array with some indices: two for a matrix, one for a vector.

    ``units`` are unit matrices that occur in the array, with the place of their 1.
    """

    array: Expr
    indices: tuple[Index, ...]
    units: tuple[tuple[Expr, tuple[Index, ...]], ...] = ()

    def all_indices(self) -> tuple[Index, ...]:
        """Return the indices of the entry and those of unit matrices in the array."""
        return self.indices + tuple(index for _, place in self.units for index in place)

    def renamed(self, old: Index, new: Index) -> Entry:
        """Return the entry with another index."""

        def replaced(indices: Iterable[Index]) -> tuple[Index, ...]:
            return tuple(new if index == old else index for index in indices)

        units = tuple((unit, replaced(place)) for unit, place in self.units)
        return Entry(self.array, replaced(self.indices), units)


class Term(NamedTuple):
    """A scalar times entries. Indices in ``equal`` are the same; those that are no axes are summed over.

    An index paired with itself occurs, with 1 as its entry.
    """

    scalar: Expr
    entries: tuple[Entry, ...]
    equal: tuple[tuple[Index, Index], ...]


Place = tuple[Index | None, Index | None]


def entries_of(array: Expr, at: Place) -> list[Term]:
    """Return the entry of an array as a product of simpler ones: ``x*y'`` has the entries ``x[i]*y[j]``.

    There is no term for an array of zeros.
    """
    rows, cols = at
    op = array.op
    if is_zero(array):
        return []
    if op == "ones":  # an index that occurs nowhere else is summed over all the same
        return [Term(number(1), (), tuple((i, i) for i in at if i is not None))]
    if op == "identity" and rows is not None and cols is not None:
        return [Term(number(1), (), ((rows, cols),))]
    if array.is_scalar:
        return [Term(array, (), ())]
    if op == "transpose":
        return entries_of(array.args[0], at[::-1])
    if op == "hadamard":
        return multiplied([entries_of(arg, at) for arg in array.args])
    if op == "mul" and not is_bilinear(array):
        return _entries_of_product(array, at)
    if array.is_row:
        array = transpose(array)
    return [Term(number(1), (Entry(array, tuple(i for i in at if i is not None)),), ())]


def _entries_of_product(array: Expr, at: Place) -> list[Term]:
    """Return the entries of a product; where its chain meets in a single column, of both sides."""
    product = factors_of(array)
    factors, chain = [[Term(product.outside, (), ())]], product.chain
    cut = next((i for i, factor in enumerate(chain[:-1], 1) if factor.shape[1] is ONE), 0)
    pieces = [chain[:cut], chain[cut:]] if cut else [chain]
    for piece, place in zip(pieces, [(at[0], None), (None, at[1])] if cut else [at], strict=True):
        whole = build("mul", *piece)
        if len(piece) > 1 and whole.op == "mul":
            if whole.is_row or (ONE not in whole.shape and _transpose_is_shorter(whole)):
                whole, place = transpose(whole), place[::-1]
            factors.append([Term(number(1), (Entry(whole, tuple(i for i in place if i is not None)),), ())])
        else:
            factors.append(entries_of(whole, place))
    return multiplied(factors)


def _transpose_is_shorter(array: Expr) -> bool:
    def transposes(chain: Sequence[Expr]) -> int:
        return sum(factor.op == "transpose" for factor in chain)

    return transposes(factors_of(transpose(array)).chain) < transposes(factors_of(array).chain)


def multiplied(factors: Sequence[Sequence[Term]]) -> list[Term]:
    """Return the terms of a product of sums; there are none if a sum has none."""
    return [
        Term(
            build("mul", *[term.scalar for term in chosen]),
            tuple([entry for term in chosen for entry in term.entries]),
            tuple([pair for term in chosen for pair in term.equal]),
        )
        for chosen in product(*factors)
    ]


def contracted(term: Term, axes: frozenset[Index]) -> list[Term]:
    """Return the term with equal indices merged and sums over an index done as matrix products.

    What is left of ``equal`` are entries of identity matrices. There is no term if a factor is zero.
    """
    term = _with_indices_merged(term, axes)
    done: set[Index] = set()
    while True:
        inner = [i for entry in term.entries for i in entry.all_indices() if i not in axes and i not in done]
        if not inner:
            return [_ordered(term)]
        products = _summed(term, inner[0])
        if products is None:
            done.add(inner[0])
        elif not products:
            return []
        else:
            term = _with_indices_merged(products[0], axes)


def _with_indices_merged(term: Term, axes: frozenset[Index]) -> Term:
    """Return the term without pairs of equal indices; two axes are an entry of an identity matrix."""
    scalar, entries, pending = term.scalar, list(term.entries), list(term.equal)
    while pending:
        a, b = pending.pop()
        if a == b:
            if a not in axes and not _occurs(a, entries, pending):
                scalar = build("mul", scalar, dimension(a.dim))
            continue
        if a in axes and b in axes:
            first, second = sorted((a, b))
            entry = Entry(identity(a.dim), (first, second))
            if entry not in entries:
                entries.append(entry)
            continue
        old, new = (b, a) if a in axes else (a, b)
        entries = [entry.renamed(old, new) for entry in entries]
        pending = [(new if x == old else x, new if y == old else y) for x, y in pending]
    return Term(scalar, tuple(entries), ())


def _occurs(index: Index, entries: Iterable[Entry], pairs: Iterable[tuple[Index, Index]]) -> bool:
    return any(index in entry.all_indices() for entry in entries) or any(index in pair for pair in pairs)


def _summed(term: Term, index: Index) -> list[Term] | None:
    """Return the term with the sum over an index done, ``None`` if it is no matrix product."""
    inside = [entry for entry in term.entries if index in entry.all_indices()]
    others = tuple(entry for entry in term.entries if index not in entry.all_indices())
    if any(entry.units for entry in inside):
        return None
    vectors = [entry.array for entry in inside if entry.indices == (index,)]
    pairs: dict[Index, list[Expr]] = {}
    for entry in inside:
        if len(entry.indices) == 2:
            transposed = _with_index_last(entry, index)
            pairs.setdefault(transposed.indices[0], []).append(transposed.array)
    # Entries with the same two indices are one entry of a Hadamard product.
    matrices = [Entry(build("hadamard", *arrays), (other, index)) for other, arrays in pairs.items()]
    if any(entry.indices[0] == index for entry in matrices):
        if len(matrices) > 1:
            return None
        vectors.append(build(DIAG, matrices.pop().array))  # the sum of A[p,p]*x[p]
    weight = build("hadamard", *vectors) if vectors else None
    if len(matrices) > 2:
        return None
    at: Place
    if not matrices:
        assert weight is not None
        factor, at = build(SUM, weight), (None, None)
    elif len(matrices) == 1:
        column = ones((index.dim, ONE)) if weight is None else weight
        factor, at = build("mul", matrices[0].array, column), (matrices[0].indices[0], None)
    else:
        middle = [] if weight is None else [build(DIAG, weight)]
        factor = build("mul", matrices[0].array, *middle, transpose(matrices[1].array))
        at = (matrices[0].indices[0], matrices[1].indices[0])
    return [
        Term(build("mul", term.scalar, more.scalar), others + more.entries, more.equal)
        for more in entries_of(factor, at)
    ]


def _with_index_last(entry: Entry, index: Index) -> Entry:
    if entry.indices[1] == index:
        return entry
    return Entry(transpose(entry.array), entry.indices[::-1], entry.units)


def _ordered(term: Term) -> Term:
    """Return the term with its entries in order, each written with as few transposes as possible."""
    entries = []
    for entry in term.entries:
        if entry.array.op == "transpose" and len(entry.indices) == 2 and not entry.units:
            entry = Entry(entry.array.args[0], entry.indices[::-1])
        if len(entry.indices) == 2 and entry.indices[0] > entry.indices[1]:
            transposed = transpose(entry.array)
            if transposed is entry.array:  # symmetric: one of two ways to write the same
                entry = Entry(transposed, entry.indices[::-1], entry.units)
        entries.append(entry)
    entries.sort(key=lambda entry: (entry.all_indices(), entry.array.key))
    return Term(term.scalar, tuple(entries), ())
