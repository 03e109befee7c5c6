"""Index notation as source: the whole array, diagonals by views, large arrays slab by slab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.calculus import Index, IndexForm, Term
from matcalc.code.emitter import Emitter
from matcalc.code.indexed import LETTERS, Contractions, Indexed, IndexedArrays
from matcalc.code.instructions import SizeEstimates
from matcalc.code.pieces import ADD, ATOM, Piece
from matcalc.expression import identity

#: Arrays with so many entries are written slab by slab, if several passes over them are needed.
SLABBED = 30_000


class TensorWriter:
    """Writes the statements that compute the array of an index form."""

    def __init__(self, emitter: Emitter, form: IndexForm, sizes: SizeEstimates):
        self.arrays = IndexedArrays(emitter, form, sizes)
        self.contractions = Contractions(self.arrays)

    def written(self) -> str:
        """Write the statements and return the name of the array."""
        groups: dict[frozenset[tuple[Index, Index]], list[Term]] = {}
        for term in self.arrays.form.terms:
            deltas = {e.indices for e in term.entries if e.array.op == "identity"}
            rest = tuple(e for e in term.entries if e.array.op != "identity")
            pairs = frozenset((a, b) for a, b in deltas)
            groups.setdefault(pairs, []).append(term._replace(entries=rest))
        terms = groups.pop(frozenset(), [])
        if not self.arrays.emitter.in_place:
            return self._as_sum(terms, groups)
        name = self._whole(terms, added_to=True) if groups or not terms else self._whole(terms, named=False)
        for pairs, terms in groups.items():
            self._add_on_diagonal(name, pairs, terms)
        return name

    def _as_sum(
        self, terms: Sequence[Term], groups: Mapping[frozenset[tuple[Index, Index]], Sequence[Term]]
    ) -> str:
        """Return the whole as one sum, in which diagonals are products with unit matrices."""
        axes = self.arrays.form.axes
        parts = [self.contractions.sum(terms, axes)] if terms else []
        for pairs, own in groups.items():
            found = self.contractions.sum(own, axes)
            for a, b in sorted(pairs):
                found = self.arrays.product(found, Indexed(self._unit(a), (a, b)))
            parts.append(found)
        if not parts:
            return self.arrays.call("zeros", shape=self._shape_text())
        total = parts[0]
        for part in parts[1:]:
            total = self.arrays.plus(total, part, axes)
        text = self.arrays.aligned(total, axes, ADD)
        return text if len(total.axes) == len(axes) else self.arrays.call("spread", text, self._shape_text())

    def _unit(self, index: Index) -> Piece:
        return self.arrays.emitter.filled("identity", [], identity(index.dim))

    def _shape_text(self) -> str:
        sizes = [self.arrays.scope.size(index.dim) for index in self.arrays.form.axes]
        return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"

    def _whole(self, terms: Sequence[Term], *, named: bool = True, added_to: bool = False) -> str:
        """Return the array of the terms without unit matrices, zeros if there are none.

        If more is ``added_to`` it, its entries are floating numbers.
        """
        axes = self.arrays.form.axes
        shape = self._shape_text()
        name = self.arrays.scope.temporary()
        if not terms:
            self.arrays.emitter.emit(
                f"{name} = {self.arrays.xp}.zeros({shape}, dtype={self.arrays.scope.floating_dtype})", ()
            )
            return name
        addends = self.contractions.addends(terms, axes)
        large = self.arrays.extent(axes) >= SLABBED
        if self.arrays.emitter.in_place and large and len(addends) > 1 and len(axes) > 2:
            return self._in_slabs(name, shape, addends)
        found = self.contractions.total(addends, axes)
        text = self.arrays.aligned(found, axes, ADD)
        if len(found.axes) < len(axes) or not found.piece.fresh:
            text = self.arrays.call("spread", text, shape)
        if not named:
            return text
        if added_to and not self.arrays.scope.floats:
            text = f"{self.arrays.xp}.asarray({text}, dtype={self.arrays.scope.floating_dtype})"
        self.arrays.emitter.emit(f"{name} = {text}", ())
        return name

    def _in_slabs(self, name: str, shape: str, addends: Sequence[list[Indexed]]) -> str:
        """Write a sum of products one slab after another, each of which stays in the cache."""
        axes = self.arrays.form.axes
        pairs = []
        for factors in addends:
            while len(factors) > 2:
                factors = self.arrays.smallest_joined(factors, axes)
            pairs.append([self.arrays.stored(factor) for factor in factors])
        here, slab, rest = (self.arrays.scope.fresh(word) for word in ("here", "slab", "rest"))
        dtype = self.arrays.scope.floating_dtype
        self.arrays.emitter.emit(f"{name} = {self.arrays.xp}.empty({shape}, dtype={dtype})", ())
        self.arrays.emitter.emit(f"{rest} = {self.arrays.xp}.empty({name}.shape[1:], dtype={name}.dtype)", ())
        self.arrays.emitter.emit(f"for {here} in range(len({name})):", ())
        self.arrays.emitter.emit(f"    {slab} = {name}[{here}]", ())
        for k, pair in enumerate(pairs):
            texts = [self.arrays.aligned(self._at(factor, here), axes[1:], ADD) for factor in pair]
            target = slab if k == 0 else rest
            if len(texts) == 2:
                self.arrays.emitter.emit(
                    f"    {self.arrays.xp}.multiply({', '.join(texts)}, out={target})", ()
                )
            else:
                self.arrays.emitter.emit(f"    {target}[...] = {texts[0]}", ())
            if k:
                self.arrays.emitter.emit(f"    {slab} += {rest}", ())
        return name

    def _at(self, array: Indexed, here: str) -> Indexed:
        """Return an array at one place of the first axis."""
        first = self.arrays.form.axes[0]
        if first not in array.axes:
            return array
        place = array.axes.index(first)
        text = f"{array.piece.at(ATOM)}[{':, ' * place}{here}]"
        axes = tuple(index for index in array.axes if index != first)
        return Indexed(Piece(text, ATOM, len(axes)), axes)

    def _add_on_diagonal(
        self, name: str, pairs: Iterable[tuple[Index, Index]], terms: Sequence[Term]
    ) -> None:
        """Add terms where indices are equal, on a view of the diagonal."""
        same = {index: index for index in self.arrays.form.axes}
        for a, b in sorted(pairs):
            same = {index: same[a] if own == same[b] else own for index, own in same.items()}
        axes = tuple(dict.fromkeys(same.values()))
        letters = dict(zip(self.arrays.form.axes, LETTERS, strict=False))
        renamed = [
            term._replace(
                entries=tuple(
                    e._replace(indices=tuple(same.get(i, i) for i in e.indices)) for e in term.entries
                )
            )
            for term in terms
        ]
        found = self.contractions.sum(renamed, axes)
        view = "".join(letters[same[index]] for index in self.arrays.form.axes)
        target = f'{self.arrays.xp}.einsum("{view}->{"".join(letters[i] for i in axes)}", {name})[...]'
        self.arrays.emitter.emit(f"{target} += {self.arrays.aligned(found, axes, ADD)}", ())
