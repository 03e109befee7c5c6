"""Arrays with an axis for each index: aligned, added and multiplied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from matcalc.calculus import Entry, Index, IndexForm
from matcalc.code.emitter import Emitter
from matcalc.code.pieces import ADD, ATOM, MUL, UNARY, Piece
from matcalc.code.sizes import Sizes
from matcalc.errors import MatcalcError


class Indexed(NamedTuple):
    """Source of an array with these axes, in this order."""

    piece: Piece
    axes: tuple[Index, ...]


class IndexedArrays:
    """What is written of arrays with indices.

    Matrices and vectors in it are those of an emitter, which are never written over, as the statements here
    do not say that they have been read.
    """

    def __init__(self, emitter: Emitter, form: IndexForm, sizes: Sizes):
        self.emitter = emitter
        self.scope = emitter.scope
        self.xp = emitter.xp
        self.form = form
        self.sizes = sizes

    def _call(self, name: str, *texts: str, shape: str = "") -> str:
        """Return a call as the target writes it; raises E505 if it has no such function."""
        template = self.emitter.target.templates.get(name)
        if template is None:
            message = f"there is no source for sums over several indices with {self.emitter.target.name} yet"
            raise MatcalcError("E505", message)
        text = template.replace("{shape}", shape).replace("{dtype}", self.scope.dtype)
        for i, one in enumerate(texts):
            text = text.replace(f"{{{i}}}", one)
        return text

    def _plus(self, first: Indexed, second: Indexed, axes: Sequence[Index]) -> Indexed:
        union = self._union(first, second, axes)
        if (
            self.emitter.in_place
            and self.scope.floats
            and set(first.axes) == set(union)
            and first.piece.fresh
        ):
            first = self._stored(first)
            self.emitter.emit(
                f"{first.piece.text} += {self._aligned(second, first.axes, ADD)}", second.piece.reads
            )
            return first
        text = f"{self._aligned(first, union, ADD)} + {self._aligned(second, union, MUL)}"
        return Indexed(Piece(text, ADD, len(union), True), union)

    def _stored(self, array: Indexed) -> Indexed:
        if array.piece.is_name:
            return array
        name = self.scope.temporary()
        self.emitter.emit(f"{name} = {array.piece.text}", ())
        return Indexed(Piece(name, ATOM, len(array.axes), True), array.axes)

    def _union(self, first: Indexed, second: Indexed, order: Sequence[Index]) -> tuple[Index, ...]:
        found = {*first.axes, *second.axes}
        return (*(i for i in order if i in found), *sorted(i for i in found if i not in order))

    def _all(self, factors: Sequence[Indexed], axes: Sequence[Index]) -> Indexed:
        """Return the product of arrays, those first whose product is smallest."""
        left = list(factors)
        while len(left) > 1:
            left = self._smallest_joined(left, axes)
        return left[0]

    def _smallest_joined(self, factors: Sequence[Indexed], axes: Sequence[Index]) -> list[Indexed]:
        """Return factors in which the two whose product is smallest are one."""
        left = list(factors)
        pairs = combinations(range(len(left)), 2)
        i, j = min(pairs, key=lambda p: self._extent({*left[p[0]].axes, *left[p[1]].axes}))
        second, first = left.pop(j), left.pop(i)
        left.insert(i, self._product(first, second, axes))
        return left

    def _product(self, first: Indexed, second: Indexed, order: Sequence[Index] = ()) -> Indexed:
        order = order or self.form.axes
        union = self._union(first, second, order)
        if self.emitter.in_place and self.scope.floats and first.axes == union and first.piece.fresh:
            first = self._stored(first)
            self.emitter.emit(f"{first.piece.text} *= {self._aligned(second, union, ADD)}", ())
            return first
        text = f"{self._aligned(first, union, MUL)} * {self._aligned(second, union, UNARY)}"
        return Indexed(Piece(text, MUL, len(union), True), union)

    def _extent(self, axes: Iterable[Index]) -> float:
        total = 1.0
        for index in axes:
            total *= self.sizes[index.dim]
        return total

    def _entry(self, entry: Entry) -> Indexed:
        """Return an entry as an array; one with an index twice is a diagonal."""
        piece = self.emitter.piece(entry.array)
        if len(set(entry.indices)) < len(entry.indices):
            return Indexed(
                piece._replace(text=self._call("diagonal", piece.at(ATOM)), level=ATOM, fresh=False),
                entry.indices[:1],
            )
        return Indexed(piece._replace(fresh=False), entry.indices)

    def _aligned(self, array: Indexed, axes: Sequence[Index], level: int) -> str:
        """Return the source of an array with an axis for each of ``axes``, some of them of length one."""
        if not array.axes:
            return array.piece.at(level)
        own = tuple(i for i in axes if i in array.axes)
        piece = array.piece
        if own != array.axes:
            order = ", ".join(str(array.axes.index(i)) for i in own)
            whole = piece.at(ATOM)
            text = f"{whole}.T" if len(own) == 2 else self._call("permuted", whole, order)
            piece = piece._replace(text=text, level=ATOM)
        if len(own) < len(axes):
            first = next(k for k, i in enumerate(axes) if i in array.axes)
            where = [":" if i in array.axes else "None" for i in axes][first:]
            if "None" in where:
                return f"{piece.at(ATOM)}[{', '.join(where)}]"
        return piece.at(level)
