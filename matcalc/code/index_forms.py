"""Index forms made ready to be written: entries with the same indices are one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from matcalc.algebra import build
from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, number


def with_entries_merged(form: IndexForm) -> IndexForm:
    """Return an index form in which no two entries of a term have the same indices.

    Even powers of a vector that is summed over are two entries all the same: each goes with one side of the
    matrix product that the sum is. Raises E505 where functions of unit matrices occur.
    """
    terms = [_merged(term, frozenset(form.axes)) for term in form.terms]
    return form._replace(terms=tuple(_together(terms)))


def _together(terms: Sequence[Term]) -> list[Term]:
    """Return terms in which those that differ in one entry, with the same indices, are one."""
    left = list(terms)
    for i, term in enumerate(left):
        for k, entry in enumerate(term.entries):
            if entry.array.op == "identity" or entry.units:
                continue
            others = Counter(term.entries[:k] + term.entries[k + 1 :])
            same = []
            for j in range(i + 1, len(left)):
                rest = Counter(left[j].entries)
                rest.subtract(others)
                if sum(rest.values()) == 1 and min(rest.values()) >= 0:
                    [other] = rest.elements()
                    if other.indices == entry.indices and not other.units:
                        same.append((j, other))
            if same and all(o.array.op != "identity" for _, o in same):
                summands = [build("mul", term.scalar, entry.array)]
                summands += [build("mul", left[j].scalar, other.array) for j, other in same]
                whole = Entry(build("add", *summands), entry.indices)
                kept = [one for j, one in enumerate(left) if j != i and j not in dict(same)]
                entries = (*term.entries[:k], whole, *term.entries[k + 1 :])
                return _together([*kept, Term(number(1), entries, ())])
    return left


def _merged(term: Term, axes: frozenset[Index]) -> Term:
    found: dict[tuple[Index, ...], list[Expr]] = {}
    roots: list[Entry] = []
    for entry in term.entries:
        if entry.units:
            raise MatcalcError(
                "E505",
                f"there is no source for {entry.array.op} of unit matrices yet",
                help="there is for the map: it takes a direction instead",
            )
        array = entry.array
        even = array.op == "hadamard_power" and array.args[1].is_number and array.args[1].data % 2 == 0
        if even and len(entry.indices) == 1 and entry.indices[0] not in axes:
            root = build("hadamard_power", array.args[0], number(array.args[1].data // 2))
            roots += [Entry(root, entry.indices)] * 2
        else:
            found.setdefault(entry.indices, []).append(array)
    entries = [
        Entry(arrays[0] if len(arrays) == 1 else build("hadamard", *arrays), indices)
        for indices, arrays in found.items()
    ]
    return term._replace(entries=(*entries, *roots))


def arrays_of(form: IndexForm) -> list[Expr]:
    """Return the scalars and arrays of an index form, in a fixed order."""
    return [node for term in form.terms for node in (term.scalar, *(entry.array for entry in term.entries))]


def with_arrays(form: IndexForm, lower: Callable[[Expr], Expr]) -> IndexForm:
    """Return an index form with instructions for its scalars and arrays."""
    return form._replace(
        terms=tuple(
            term._replace(
                scalar=lower(term.scalar),
                entries=tuple(entry._replace(array=lower(entry.array)) for entry in term.entries),
            )
            for term in form.terms
        )
    )
