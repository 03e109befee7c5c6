"""Index notation as source: the whole array, diagonals by views, large arrays slab by slab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.code.emitter import Emitter
from matcalc.code.indexed import Indexed, IndexedArrays
from matcalc.code.instructions import ENTRY, MULTIPLICATION, SizeEstimates
from matcalc.code.tree import (
    Assign,
    Attribute,
    Items,
    Keyword,
    Literal,
    Loop,
    Name,
    Slice,
    Subscript,
    Tree,
    integer,
)
from matcalc.expression import identity

#: Arrays with so many entries are written slab by slab, if several passes over them are needed.
SLABBED = 30_000


#: Letters for indices.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Contractions:
    """Writes sums of terms, sums over an index as matrix products."""

    def __init__(self, arrays: IndexedArrays):
        self.arrays = arrays
        #: Temporaries that hold matrices over which sums are products, by what is computed.
        self.matrices: dict[Tree, Name] = {}

    def sum(self, terms: Sequence[Term], axes: tuple[Index, ...]) -> Indexed:
        """Return the sum of terms."""
        return self.total(self.addends(terms, axes), axes)

    def total(self, addends: Sequence[list[Indexed]], axes: tuple[Index, ...]) -> Indexed:
        """Return the sum of products."""
        total = self.arrays.joined(addends[0], axes)
        for factors in addends[1:]:
            total = self.arrays.plus(total, self.arrays.joined(factors, axes), axes)
        return total

    def addends(self, terms: Sequence[Term], axes: tuple[Index, ...]) -> list[list[Indexed]]:
        """Return the factors of the terms of a sum, an entry that several have in common taken out."""
        counts: dict[Entry, int] = {}
        for term in terms if len(terms) > 1 else ():
            for entry in dict.fromkeys(term.entries):
                if all(index in axes for index in entry.indices) and len(term.entries) > 1:
                    counts[entry] = counts.get(entry, 0) + 1
        common = max(counts, key=lambda entry: counts[entry], default=None)
        if common is not None and counts[common] > 1:
            inside = [self._without(term, common) for term in terms if common in term.entries]
            others = [term for term in terms if common not in term.entries]
            first = [self.sum(inside, axes), self.arrays.entry(common)]
        else:
            first, others = self._factors(terms[0], axes), list(terms[1:])
        return [first, *(self.addends(others, axes) if others else [])]

    @staticmethod
    def _without(term: Term, entry: Entry) -> Term:
        entries = list(term.entries)
        entries.remove(entry)
        return term._replace(entries=tuple(entries))

    def _factors(self, term: Term, axes: tuple[Index, ...]) -> list[Indexed]:
        """Return the factors of a term, those that are summed over an index as one."""
        scalar = self.arrays.emitter.value(term.scalar).tree
        inside = dict.fromkeys(index for entry in term.entries for index in entry.indices)
        summed = [index for index in inside if index not in axes]
        factors = [self.arrays.entry(entry) for entry in term.entries]
        if len(summed) == 1:
            factors = self._contracted(factors, summed[0], axes)
        elif summed:
            return [self._einsum(factors, axes, scalar)]
        if not factors:
            return [Indexed(scalar, ())]
        if scalar != integer(1):
            k = min(range(len(factors)), key=lambda k: self.arrays.extent(factors[k].axes))
            fresh = factors[k].fresh
            pair = (factors[k], Indexed(scalar, ())) if fresh else (Indexed(scalar, ()), factors[k])
            factors[k] = self.arrays.product(*pair)
        return factors

    def _einsum(self, factors: Sequence[Indexed], axes: Sequence[Index], scalar: Tree) -> Indexed:
        """Return a product summed over several indices, for which the library finds an order."""
        inside = dict.fromkeys(index for factor in factors for index in factor.axes)
        letters = dict(zip(inside, LETTERS, strict=False))
        kept = tuple(index for index in axes if index in inside)
        spec = ",".join("".join(letters[i] for i in factor.axes) for factor in factors)
        spec += "->" + "".join(letters[i] for i in kept)
        call = self.arrays.call("einsum", (Literal(f'"{spec}"'), *(factor.tree for factor in factors)))
        product = Indexed(call, kept, True)
        return product if scalar == integer(1) else self.arrays.product(Indexed(scalar, ()), product, axes)

    def _contracted(self, factors: Sequence[Indexed], index: Index, axes: Sequence[Index]) -> list[Indexed]:
        """Return factors in which those with an index are one matrix product over it."""
        inside = [factor for factor in factors if index in factor.axes]
        others = [factor for factor in factors if index not in factor.axes]
        left, right = self._sides(inside, index, axes)
        if not right:
            joined = self.arrays.joined(left, (*axes, index))
            tree = self.arrays.call("summed", joined.tree, integer(joined.axes.index(index)))
            return [Indexed(tree, tuple(i for i in joined.axes if i != index), True), *others]
        left_array, right_array = (
            self.arrays.joined(left, (*axes, index)),
            self.arrays.joined(right, (*axes, index)),
        )
        first, rows = self._matrix(left_array, index)
        second, columns = first, rows
        if [f.tree for f in left] != [f.tree for f in right]:
            second, columns = self._matrix(right_array, index)
        else:
            columns = tuple(i for i in right_array.axes if i != index)
        tree = self.arrays.call("dot", first, Attribute(second, "T"))
        if len(rows) > 1 or len(columns) > 1:
            sizes = tuple(self.arrays.scope.size(i.dim) for i in (*rows, *columns))
            tree = self.arrays.call("reshape", tree, sizes)
        return [Indexed(tree, (*rows, *columns), True), *others]

    def _matrix(self, array: Indexed, index: Index) -> tuple[Tree, tuple[Index, ...]]:
        """Return an array as a matrix whose columns belong to an index, and the axes of its rows."""
        rows = tuple(i for i in array.axes if i != index)
        tree = self.arrays.aligned(array, (*rows, index))
        if len(rows) > 1:
            sizes = (integer(-1), self.arrays.scope.size(index.dim))
            tree = self.arrays.call("reshape", tree, sizes)
        if isinstance(tree, Name) or len(rows) == 1:
            return tree, rows
        if tree not in self.matrices:
            self.matrices[tree] = self.arrays.stored(Indexed(tree, (*rows, index)))
        return self.matrices[tree], rows

    def _sides(
        self, factors: Sequence[Indexed], index: Index, axes: Sequence[Index]
    ) -> tuple[list[Indexed], list[Indexed]]:
        """Return the factors on both sides of a matrix product over an index, the cheapest choice."""
        best: tuple[float, list[Indexed], list[Indexed]] | None = None
        for count in range(1, len(factors)):
            for chosen in combinations(range(len(factors)), count):
                left = [factors[k] for k in chosen]
                right = [factor for k, factor in enumerate(factors) if k not in chosen]
                rows, columns = ({i for f in side for i in f.axes if i != index} for side in (left, right))
                if not rows or not columns or rows & columns:
                    continue
                turned = min(rows, key=axes.index) > min(columns, key=axes.index)
                row_count, column_count = map(self.arrays.extent, (rows, columns))
                length = self.arrays.sizes[index.dim]
                twice = [f.tree for f in left] == [f.tree for f in right]
                cost = MULTIPLICATION * row_count * column_count * length * (0.5 if twice else 1)
                cost += (
                    ENTRY * (row_count + column_count) * length + turned * ENTRY * row_count * column_count
                )
                if best is None or cost < best[0]:
                    best = cost, left, right
        return (list(factors), []) if best is None else best[1:]


class TensorWriter:
    """Writes the statements that compute the array of an index form."""

    def __init__(self, emitter: Emitter, form: IndexForm, sizes: SizeEstimates):
        self.arrays = IndexedArrays(emitter, form, sizes)
        self.contractions = Contractions(self.arrays)
        self.emitter = emitter
        self.scope = emitter.scope
        self.axes = form.axes

    def written(self) -> Tree:
        """Write the statements and return the array."""
        groups: dict[frozenset[tuple[Index, Index]], list[Term]] = {}
        for term in self.arrays.form.terms:
            deltas = {e.indices for e in term.entries if e.array.op == "identity"}
            rest = tuple(e for e in term.entries if e.array.op != "identity")
            pairs = frozenset((a, b) for a, b in deltas)
            groups.setdefault(pairs, []).append(term._replace(entries=rest))
        terms = groups.pop(frozenset(), [])
        if not self.emitter.buffers.in_place:
            return self._as_sum(terms, groups)
        name = self.scope.temporary()
        if terms and not groups:
            return self._array(name, terms)
        name = self._stored_whole(name, terms)
        for pairs, terms in groups.items():
            self._add_on_diagonal(name, pairs, terms)
        return name

    def _as_sum(
        self, terms: Sequence[Term], groups: Mapping[frozenset[tuple[Index, Index]], Sequence[Term]]
    ) -> Tree:
        """Return the whole as one sum, in which diagonals are products with unit matrices."""
        parts = [self.contractions.sum(terms, self.axes)] if terms else []
        for pairs, group in groups.items():
            part = self.contractions.sum(group, self.axes)
            for a, b in sorted(pairs):
                unit = self.emitter.fill("identity", [], identity(a.dim)).tree
                part = self.arrays.product(part, Indexed(unit, (a, b)))
            parts.append(part)
        if not parts:
            return self._zeros()
        total = parts[0]
        for part in parts[1:]:
            total = self.arrays.plus(total, part, self.axes)
        return self._spread(total, is_whole=len(total.axes) == len(self.axes))

    def _shape(self) -> Tree:
        return Items(tuple(self.scope.size(index.dim) for index in self.axes))

    def _zeros(self) -> Tree:
        return self.emitter.library("zeros")(self._shape(), *self.scope.typed(floating=True))

    def _spread(self, array: Indexed, *, is_whole: bool) -> Tree:
        """Return an array with all axes; what is not the whole yet is spread over them."""
        tree = self.arrays.aligned(array, self.axes)
        return tree if is_whole else self.arrays.call("spread", tree, self._shape())

    def _array(self, name: Name, terms: Sequence[Term]) -> Tree:
        """Return the array of terms without unit matrices, with a name if it takes several statements."""
        addends = self.contractions.addends(terms, self.axes)
        if self.arrays.extent(self.axes) >= SLABBED and len(addends) > 1 and len(self.axes) > 2:
            return self._in_slabs(name, addends)
        total = self.contractions.total(addends, self.axes)
        return self._spread(total, is_whole=len(total.axes) == len(self.axes) and total.fresh)

    def _stored_whole(self, name: Name, terms: Sequence[Term]) -> Name:
        """Return the array of terms as a temporary with floating numbers, zeros if there are no terms."""
        tree = self._array(name, terms) if terms else self._zeros()
        if isinstance(tree, Name):
            return tree
        if terms and not self.scope.floats:
            tree = self.emitter.library("asarray")(tree, *self.scope.typed(floating=True))
        self.arrays.write(Assign(name, tree))
        return name

    def _in_slabs(self, name: Name, addends: Sequence[list[Indexed]]) -> Name:
        """Write a sum of products one slab after another, each of which stays in the cache."""
        pairs = []
        for factors in addends:
            while len(factors) > 2:
                factors = self.arrays.smallest_joined(factors, self.axes)
            pairs.append([factor._replace(tree=self.arrays.stored(factor)) for factor in factors])
        here, slab, rest = (self.scope.fresh(word) for word in ("here", "slab", "rest"))
        empty = self.emitter.library("empty")
        self.arrays.write(Assign(name, empty(self._shape(), *self.scope.typed(floating=True))))
        shape = Subscript(Attribute(name, "shape"), (Slice(integer(1)),))
        self.arrays.write(Assign(rest, empty(shape, Keyword("dtype", Attribute(name, "dtype")))))
        body: list[Tree] = [Assign(slab, Subscript(name, (here,)))]
        for k, pair in enumerate(pairs):
            trees = [self.arrays.aligned(self._at(factor, here), self.axes[1:]) for factor in pair]
            target = rest if k else slab
            if len(trees) == 2:
                body.append(self.emitter.library("multiply")(*trees, Keyword("out", target)))
            else:
                body.append(Assign(Subscript(target, (Literal("..."),)), trees[0]))
            if k:
                body.append(Assign(slab, rest, "+"))
        self.arrays.write(Loop(here, self.arrays.call("places", name), tuple(body)))
        return name

    def _at(self, array: Indexed, here: Name) -> Indexed:
        """Return an array at one place of the first axis."""
        first = self.axes[0]
        if first not in array.axes:
            return array
        before = (Slice(),) * array.axes.index(first)
        return Indexed(Subscript(array.tree, (*before, here)), tuple(i for i in array.axes if i != first))

    def _add_on_diagonal(
        self, name: Name, pairs: Iterable[tuple[Index, Index]], terms: Sequence[Term]
    ) -> None:
        """Add terms where indices are equal, on a view of the diagonal."""
        same = {index: index for index in self.axes}
        for a, b in sorted(pairs):
            same = {index: same[a] if other == same[b] else other for index, other in same.items()}
        axes = tuple(dict.fromkeys(same.values()))
        letters = dict(zip(self.axes, LETTERS, strict=False))
        renamed = [
            term._replace(
                entries=tuple(
                    e._replace(indices=tuple(same.get(i, i) for i in e.indices)) for e in term.entries
                )
            )
            for term in terms
        ]
        total = self.contractions.sum(renamed, axes)
        spec = "".join(letters[same[i]] for i in self.axes) + "->" + "".join(letters[i] for i in axes)
        view = self.emitter.library("einsum")(Literal(f'"{spec}"'), name)
        self.arrays.write(Assign(Subscript(view, (Literal("..."),)), self.arrays.aligned(total, axes), "+"))
