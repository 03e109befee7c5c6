"""Index forms as arrays with an axis for each index, and sums over an index as matrix products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from matcalc.algebra import build
from matcalc.calculus import Entry, Index, IndexForm, Term
from matcalc.code.emitter import Emitter
from matcalc.code.instructions import ENTRY, MULTIPLICATION, SizeEstimates
from matcalc.code.pieces import ADD, ATOM, MUL, UNARY, Piece
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


class Indexed(NamedTuple):
    """Source of an array with these axes, in this order."""

    piece: Piece
    axes: tuple[Index, ...]


class IndexedArrays:
    """What is written of arrays with indices.

    Matrices and vectors in it are those of an emitter, which are never written over, as the statements here
    do not say that they have been read.
    """

    def __init__(self, emitter: Emitter, form: IndexForm, sizes: SizeEstimates):
        self.emitter = emitter
        self.scope = emitter.scope
        self.xp = emitter.xp
        self.form = form
        self.sizes = sizes

    def call(self, name: str, *texts: str, shape: str = "") -> str:
        """Return a call as the target writes it; raises E505 if it has no such function."""
        template = self.emitter.target.templates.get(name)
        if template is None:
            message = f"there is no source for sums over several indices with {self.emitter.target.name} yet"
            raise MatcalcError("E505", message)
        text = template.replace("{shape}", shape).replace("{dtype}", self.scope.dtype)
        for i, one in enumerate(texts):
            text = text.replace(f"{{{i}}}", one)
        return text

    def plus(self, first: Indexed, second: Indexed, axes: Sequence[Index]) -> Indexed:
        """Return a sum, in place if the first array has all axes and is not needed any more."""
        union = self._union(first, second, axes)
        if (
            self.emitter.in_place
            and self.scope.floats
            and set(first.axes) == set(union)
            and first.piece.fresh
        ):
            first = self.stored(first)
            self.emitter.emit(
                f"{first.piece.text} += {self.aligned(second, first.axes, ADD)}", second.piece.reads
            )
            return first
        text = f"{self.aligned(first, union, ADD)} + {self.aligned(second, union, MUL)}"
        return Indexed(Piece(text, ADD, len(union), True), union)

    def stored(self, array: Indexed) -> Indexed:
        """Return the array with a name."""
        if array.piece.is_name:
            return array
        name = self.scope.temporary()
        self.emitter.emit(f"{name} = {array.piece.text}", ())
        return Indexed(Piece(name, ATOM, len(array.axes), True), array.axes)

    def _union(self, first: Indexed, second: Indexed, order: Sequence[Index]) -> tuple[Index, ...]:
        found = {*first.axes, *second.axes}
        return (*(i for i in order if i in found), *sorted(i for i in found if i not in order))

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

    def product(self, first: Indexed, second: Indexed, order: Sequence[Index] = ()) -> Indexed:
        """Return a product of entries, in place if that can be; ``order`` is that of the axes."""
        order = order or self.form.axes
        union = self._union(first, second, order)
        if self.emitter.in_place and self.scope.floats and first.axes == union and first.piece.fresh:
            first = self.stored(first)
            self.emitter.emit(f"{first.piece.text} *= {self.aligned(second, union, ADD)}", ())
            return first
        text = f"{self.aligned(first, union, MUL)} * {self.aligned(second, union, UNARY)}"
        return Indexed(Piece(text, MUL, len(union), True), union)

    def extent(self, axes: Iterable[Index]) -> float:
        """Return how many entries an array with these axes has."""
        total = 1.0
        for index in axes:
            total *= self.sizes[index.dim]
        return total

    def entry(self, entry: Entry) -> Indexed:
        """Return an entry as an array; one with an index twice is a diagonal."""
        piece = self.emitter.piece(entry.array)
        if len(set(entry.indices)) < len(entry.indices):
            return Indexed(
                piece._replace(text=self.call("diagonal", piece.at(ATOM)), level=ATOM, fresh=False),
                entry.indices[:1],
            )
        return Indexed(piece._replace(fresh=False), entry.indices)

    def aligned(self, array: Indexed, axes: Sequence[Index], level: int) -> str:
        """Return the source of an array with an axis for each of ``axes``, some of them of length one."""
        if not array.axes:
            return array.piece.at(level)
        own = tuple(i for i in axes if i in array.axes)
        piece = array.piece
        if own != array.axes:
            order = ", ".join(str(array.axes.index(i)) for i in own)
            whole = piece.at(ATOM)
            text = f"{whole}.T" if len(own) == 2 else self.call("permuted", whole, order)
            piece = piece._replace(text=text, level=ATOM)
        if len(own) < len(axes):
            first = next(k for k, i in enumerate(axes) if i in array.axes)
            where = [":" if i in array.axes else "None" for i in axes][first:]
            if "None" in where:
                return f"{piece.at(ATOM)}[{', '.join(where)}]"
        return piece.at(level)


#: Letters for indices.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Contractions:
    """Writes sums of terms, sums over an index as matrix products."""

    def __init__(self, arrays: IndexedArrays):
        self.arrays = arrays
        #: Temporaries that hold matrices over which sums are products, by their source.
        self.matrices: dict[str, str] = {}

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
        scalar = self.arrays.emitter.piece(term.scalar)
        inside = dict.fromkeys(index for entry in term.entries for index in entry.indices)
        summed = [index for index in inside if index not in axes]
        factors = [self.arrays.entry(entry) for entry in term.entries]
        if len(summed) == 1:
            factors = self._contracted(factors, summed[0], axes)
        elif summed:
            return [self._einsum(factors, summed, axes, scalar)]
        if not factors:
            return [Indexed(scalar, ())]
        if scalar.text != "1":
            k = min(range(len(factors)), key=lambda k: self.arrays.extent(factors[k].axes))
            fresh = factors[k].piece.fresh
            pair = (factors[k], Indexed(scalar, ())) if fresh else (Indexed(scalar, ()), factors[k])
            factors[k] = self.arrays.product(*pair)
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
        text = self.arrays.call("einsum", f'"{spec}", {arrays}')
        whole = Indexed(Piece(text, ATOM, len(found), True), found)
        return whole if scalar.text == "1" else self.arrays.product(Indexed(scalar, ()), whole, axes)

    def _contracted(self, factors: Sequence[Indexed], index: Index, axes: Sequence[Index]) -> list[Indexed]:
        """Return factors in which those with an index are one matrix product over it."""
        inside = [factor for factor in factors if index in factor.axes]
        others = [factor for factor in factors if index not in factor.axes]
        left, right = self._sides(inside, index, axes)
        if not right:
            whole = self.arrays.joined(left, (*axes, index))
            text = self.arrays.call("summed", whole.piece.at(ATOM), str(whole.axes.index(index)))
            rest = tuple(i for i in whole.axes if i != index)
            return [Indexed(Piece(text, ATOM, len(rest), True), rest), *others]
        one, other = self.arrays.joined(left, (*axes, index)), self.arrays.joined(right, (*axes, index))
        twice = [f.piece.text for f in left] == [f.piece.text for f in right]
        first, own = self._matrix(one, index)
        second, more = (
            (first, tuple(i for i in other.axes if i != index)) if twice else self._matrix(other, index)
        )
        text = self.arrays.call("dot", first.at(ATOM), f"{second.at(ATOM)}.T")
        level = MUL if " @ " in text else ATOM
        if len(own) > 1 or len(more) > 1:
            sizes = ", ".join(self.arrays.scope.size(i.dim) for i in (*own, *more))
            text, level = self.arrays.call("reshape", text, sizes), ATOM
        return [Indexed(Piece(text, level, len(own) + len(more), True), (*own, *more)), *others]

    def _matrix(self, array: Indexed, index: Index) -> tuple[Piece, tuple[Index, ...]]:
        """Return an array as a matrix whose columns belong to an index, and the axes of its rows."""
        own = tuple(i for i in array.axes if i != index)
        text = self.arrays.aligned(array, (*own, index), ADD)
        level = array.piece.level if text == array.piece.text else ATOM
        if len(own) > 1:
            whole = Piece(text, level, 0)
            text = self.arrays.call("reshape", whole.at(ATOM), f"-1, {self.arrays.scope.size(index.dim)}")
            level = ATOM
        piece = Piece(text, level, 2, True)
        if piece.is_name or len(own) == 1:
            return piece, own
        if text not in self.matrices:
            self.matrices[text] = self.arrays.scope.temporary()
            self.arrays.emitter.emit(f"{self.matrices[text]} = {text}", ())
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
                one, other, length = (
                    self.arrays.extent(own),
                    self.arrays.extent(more),
                    self.arrays.sizes[index.dim],
                )
                twice = [f.piece.text for f in left] == [f.piece.text for f in right]
                cost = MULTIPLICATION * one * other * length * (0.5 if twice else 1)
                cost += ENTRY * (one + other) * length + turned * ENTRY * one * other
                if best is None or cost < best[0]:
                    best = cost, left, right
        return (list(factors), []) if best is None else best[1:]
