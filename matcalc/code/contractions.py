"""Sums of products of entries: what terms share taken out, sums over an index as matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.code.cost import ENTRY, MULTIPLICATION
from matcalc.code.emitter import Emitter
from matcalc.code.indexed import Indexed, IndexedArrays
from matcalc.code.pieces import ADD, ATOM, MUL, Piece
from matcalc.code.sizes import Sizes

#: Letters for indices.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Contractions(IndexedArrays):
    """Writes sums of terms."""

    def __init__(self, emitter: Emitter, form: IndexForm, sizes: Sizes):
        super().__init__(emitter, form, sizes)
        #: Temporaries that hold matrices over which sums are products, by their source.
        self.matrices: dict[str, str] = {}

    def _sum(self, terms: Sequence[Term], axes: tuple[Index, ...]) -> Indexed:
        """Return the sum of terms."""
        return self._total(self._addends(terms, axes), axes)

    def _total(self, addends: Sequence[list[Indexed]], axes: tuple[Index, ...]) -> Indexed:
        """Return the sum of products."""
        total = self._all(addends[0], axes)
        for factors in addends[1:]:
            total = self._plus(total, self._all(factors, axes), axes)
        return total

    def _addends(self, terms: Sequence[Term], axes: tuple[Index, ...]) -> list[list[Indexed]]:
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
            first = [self._sum(inside, axes), self._entry(common)]
        else:
            first, others = self._factors(terms[0], axes), list(terms[1:])
        return [first, *(self._addends(others, axes) if others else [])]

    @staticmethod
    def _without(term: Term, entry: Entry) -> Term:
        entries = list(term.entries)
        entries.remove(entry)
        return term._replace(entries=tuple(entries))

    def _factors(self, term: Term, axes: tuple[Index, ...]) -> list[Indexed]:
        """Return the factors of a term, those that are summed over an index as one."""
        scalar = self.emitter.piece(term.scalar)
        inside = dict.fromkeys(index for entry in term.entries for index in entry.indices)
        summed = [index for index in inside if index not in axes]
        factors = [self._entry(entry) for entry in term.entries]
        if len(summed) == 1:
            factors = self._contracted(factors, summed[0], axes)
        elif summed:
            return [self._einsum(factors, summed, axes, scalar)]
        if not factors:
            return [Indexed(scalar, ())]
        if scalar.text != "1":
            k = min(range(len(factors)), key=lambda k: self._extent(factors[k].axes))
            fresh = factors[k].piece.fresh
            pair = (factors[k], Indexed(scalar, ())) if fresh else (Indexed(scalar, ()), factors[k])
            factors[k] = self._product(*pair)
        return factors

    def _einsum(
        self, factors: Sequence[Indexed], summed: Sequence[Index], axes: Sequence[Index], scalar: Piece
    ) -> Indexed:
        """Return a product summed over several indices, for which the library finds an order."""
        inside = dict.fromkeys(index for factor in factors for index in factor.axes)
        letters = dict(zip(inside, LETTERS, strict=False))
        found = tuple(index for index in axes if index in inside)
        spec = ",".join("".join(letters[i] for i in factor.axes) for factor in factors)
        spec += "->" + "".join(letters[i] for i in found)
        arrays = ", ".join(factor.piece.text for factor in factors)
        text = self._call("einsum", f'"{spec}", {arrays}')
        whole = Indexed(Piece(text, ATOM, len(found), True), found)
        return whole if scalar.text == "1" else self._product(Indexed(scalar, ()), whole, axes)

    def _contracted(self, factors: Sequence[Indexed], index: Index, axes: Sequence[Index]) -> list[Indexed]:
        """Return factors in which those with an index are one matrix product over it."""
        inside = [factor for factor in factors if index in factor.axes]
        others = [factor for factor in factors if index not in factor.axes]
        left, right = self._sides(inside, index, axes)
        if not right:
            whole = self._all(left, (*axes, index))
            text = self._call("summed", whole.piece.at(ATOM), str(whole.axes.index(index)))
            rest = tuple(i for i in whole.axes if i != index)
            return [Indexed(Piece(text, ATOM, len(rest), True), rest), *others]
        one, other = self._all(left, (*axes, index)), self._all(right, (*axes, index))
        twice = [f.piece.text for f in left] == [f.piece.text for f in right]
        first, own = self._matrix(one, index)
        second, more = (
            (first, tuple(i for i in other.axes if i != index)) if twice else self._matrix(other, index)
        )
        text = self._call("dot", first.at(ATOM), f"{second.at(ATOM)}.T")
        level = MUL if " @ " in text else ATOM
        if len(own) > 1 or len(more) > 1:
            sizes = ", ".join(self.scope.size(i.dim) for i in (*own, *more))
            text, level = self._call("reshape", text, sizes), ATOM
        return [Indexed(Piece(text, level, len(own) + len(more), True), (*own, *more)), *others]

    def _matrix(self, array: Indexed, index: Index) -> tuple[Piece, tuple[Index, ...]]:
        """Return an array as a matrix whose columns belong to an index, and the axes of its rows."""
        own = tuple(i for i in array.axes if i != index)
        text = self._aligned(array, (*own, index), ADD)
        level = array.piece.level if text == array.piece.text else ATOM
        if len(own) > 1:
            whole = Piece(text, level, 0)
            text = self._call("reshape", whole.at(ATOM), f"-1, {self.scope.size(index.dim)}")
            level = ATOM
        piece = Piece(text, level, 2, True)
        if piece.is_name or len(own) == 1:
            return piece, own
        if text not in self.matrices:
            self.matrices[text] = self.scope.temporary()
            self.emitter.emit(f"{self.matrices[text]} = {text}", ())
        return Piece(self.matrices[text], ATOM, 2, True), own

    def _sides(
        self, factors: Sequence[Indexed], index: Index, axes: Sequence[Index]
    ) -> tuple[list[Indexed], list[Indexed]]:
        """Return the factors on both sides of a matrix product over an index, the cheapest choice."""
        best: tuple[float, list[Indexed], list[Indexed]] | None = None
        for count in range(1, len(factors)):
            for chosen in combinations(range(len(factors)), count):
                left = [factors[k] for k in chosen]
                right = [factor for k, factor in enumerate(factors) if k not in chosen]
                own, more = ({i for f in side for i in f.axes if i != index} for side in (left, right))
                if not own or not more or own & more:
                    continue
                turned = min(own, key=axes.index) > min(more, key=axes.index)
                one, other, length = self._extent(own), self._extent(more), self.sizes[index.dim]
                twice = [f.piece.text for f in left] == [f.piece.text for f in right]
                cost = MULTIPLICATION * one * other * length * (0.5 if twice else 1)
                cost += ENTRY * (one + other) * length + turned * ENTRY * one * other
                if best is None or cost < best[0]:
                    best = cost, left, right
        return (list(factors), []) if best is None else best[1:]
