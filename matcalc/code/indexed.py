"""Index forms as arrays with an axis for each index, and products and sums of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from matcalc.algebra import build
from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.code.emitter import Emitter
from matcalc.code.instructions import SizeEstimates
from matcalc.code.tree import (
    Assign,
    Attribute,
    Literal,
    Name,
    Slice,
    Subscript,
    Tree,
    filled,
    integer,
)
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
                merged = Entry(build("add", *summands), entry.indices)
                kept = [unlike for j, unlike in enumerate(left) if j != i and j not in dict(same)]
                entries = (*term.entries[:k], merged, *term.entries[k + 1 :])
                return _together([*kept, Term(number(1), entries, ())])
    return left


def _merged(term: Term, axes: frozenset[Index]) -> Term:
    by_indices: dict[tuple[Index, ...], list[Expr]] = {}
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
            by_indices.setdefault(entry.indices, []).append(array)
    entries = [Entry(build("hadamard", *arrays), indices) for indices, arrays in by_indices.items()]
    return term._replace(entries=(*entries, *roots))


def arrays_in(form: Iterable[Expr | IndexForm]) -> list[Expr]:
    """Return the expressions in a form; of index forms the scalars and arrays, in a fixed order."""
    nodes: list[Expr] = []
    for root in form:
        terms = root.terms if isinstance(root, IndexForm) else ()
        nodes += [] if isinstance(root, IndexForm) else [root]
        nodes += [node for term in terms for node in (term.scalar, *(entry.array for entry in term.entries))]
    return nodes


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


class Indexed(NamedTuple):
    """The source of an array with these axes, in this order; ``fresh`` as for a value."""

    tree: Tree
    axes: tuple[Index, ...]
    fresh: bool = False


class IndexedArrays:
    """What is written of arrays with indices.

    Matrices and vectors in it are those of an emitter, whose buffers are never reused, as the statements here
    do not say that they have been read.
    """

    def __init__(self, emitter: Emitter, form: IndexForm, sizes: SizeEstimates):
        self.emitter = emitter
        self.scope = emitter.scope
        self.form = form
        self.sizes = sizes
        self.reuses = emitter.buffers.in_place and self.scope.floats

    def write(self, statement: Tree) -> None:
        """Write a statement."""
        self.emitter.statements.append(statement)

    def call(self, name: str, *parts: Tree | tuple[Tree, ...]) -> Tree:
        """Return a call as the target writes it; raises E505 if it has no such function."""
        tree = self.scope.target.template(name, "sums over several indices")
        return filled(tree, {str(k): part for k, part in enumerate(parts)})

    def plus(self, first: Indexed, second: Indexed, axes: Sequence[Index]) -> Indexed:
        """Return a sum, in place if the first array has all axes and is not needed any more."""
        union = self._union(first, second, axes)
        if self.reuses and set(first.axes) == set(union) and first.fresh:
            name = self.stored(first)
            self.write(Assign(name, self.aligned(second, first.axes), "+"))
            return first._replace(tree=name)
        return Indexed(self.aligned(first, union) + self.aligned(second, union), union, True)

    def product(self, first: Indexed, second: Indexed, order: Sequence[Index] = ()) -> Indexed:
        """Return a product of entries, in place if that can be; ``order`` is that of the axes."""
        union = self._union(first, second, order or self.form.axes)
        if self.reuses and first.axes == union and first.fresh:
            name = self.stored(first)
            self.write(Assign(name, self.aligned(second, union), "*"))
            return first._replace(tree=name)
        return Indexed(self.aligned(first, union) * self.aligned(second, union), union, True)

    def stored(self, array: Indexed) -> Name:
        """Return the name of an array, a temporary if it has none."""
        if isinstance(array.tree, Name):
            return array.tree
        name = self.scope.temporary()
        self.write(Assign(name, array.tree))
        return name

    def _union(self, first: Indexed, second: Indexed, order: Sequence[Index]) -> tuple[Index, ...]:
        indices = {*first.axes, *second.axes}
        return (*(i for i in order if i in indices), *sorted(i for i in indices if i not in order))

    def joined(self, factors: Sequence[Indexed], axes: Sequence[Index]) -> Indexed:
        """Return the product of arrays, those first whose product is smallest."""
        left = list(factors)
        while len(left) > 1:
            left = self.smallest_joined(left, axes)
        return left[0]

    def smallest_joined(self, factors: Sequence[Indexed], axes: Sequence[Index]) -> list[Indexed]:
        """Return factors in which the two whose product is smallest are one."""
        left = list(factors)
        pairs = combinations(range(len(left)), 2)
        i, j = min(pairs, key=lambda p: self.extent({*left[p[0]].axes, *left[p[1]].axes}))
        second, first = left.pop(j), left.pop(i)
        left.insert(i, self.product(first, second, axes))
        return left

    def extent(self, axes: Iterable[Index]) -> float:
        """Return how many entries an array with these axes has."""
        total = 1.0
        for index in axes:
            total *= self.sizes[index.dim]
        return total

    def entry(self, entry: Entry) -> Indexed:
        """Return an entry as an array; one with an index twice is a diagonal."""
        tree = self.emitter.value(entry.array).tree
        if len(set(entry.indices)) < len(entry.indices):
            return Indexed(self.call("diagonal", tree), entry.indices[:1])
        return Indexed(tree, entry.indices)

    def aligned(self, array: Indexed, axes: Sequence[Index]) -> Tree:
        """Return the source of an array with an axis for each of ``axes``, some of them of length one."""
        tree, present = array.tree, tuple(i for i in axes if i in array.axes)
        if present != array.axes:
            order = tuple(integer(array.axes.index(i)) for i in present)
            tree = Attribute(tree, "T") if len(present) == 2 else self.call("permuted", tree, order)
        places = [i in array.axes for i in axes]
        places = places[places.index(True) :] if array.axes else []
        if all(places):
            return tree
        return Subscript(tree, tuple(Slice() if is_axis else Literal("None") for is_axis in places))
