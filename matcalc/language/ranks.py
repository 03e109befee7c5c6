"""The rank of each part of a text, scalar, column, row or matrix, for given ranks of its arguments.

The rules are those of :mod:`matcalc.language.shapes`, applied to arrays of sizes that are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from matcalc.expression import ONE, Dim
from matcalc.expression.signatures import signature_of
from matcalc.expression.unification import Sizes
from matcalc.functions import Function
from matcalc.language.calls import wants_array
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import (
    BEFORE_ONES,
    BEHIND,
    BETWEEN,
    DETERMINANT,
    DIVISOR,
    ENTRYWISE,
    LIKELY,
    MATRIX,
    MULTIPLE,
    NORM,
    NOTHING,
    OF_ARRAYS,
    OUTER,
    POWER,
    SHRUNK,
    SPREAD,
    STRONG,
    TRANSPOSE,
    Evidence,
    Letter,
)
from matcalc.language.names import IDENTITIES
from matcalc.language.shapes import Shapes
from matcalc.language.syntax import Syntax

#: Operations whose operands are taken one by one, from left to right.
FOLDED = frozenset(("add", "mul", "hadamard"))
#: The data of what stands for the operands so far.
FOLD = "fold"
_ONES = frozenset(("ones",))
_LINEAR = frozenset(("add", "mul", "negate", "quotient", "where", "definition"))


class Rank(NamedTuple):
    """Whether the rows and the columns are ``1``, more (``n``), or open (``?``).

    A scalar may ``spread`` over an array in a sum, or come ``from_calls``; it is ``bare`` if it is made of
    names that are taken as scalars, and numbers. An array is ``scaled`` by a scalar that is made of arrays,
    which is a ``factor`` or a ``term`` of it. A ``product`` is ``inner`` or ``outer`` if its last factors are
    a row and a column, or the other way round, and a ``multiple`` if a scalar name stands after an array; a
    ``power`` is that of a scalar whose name is usually a vector's. ``cells`` are those of a row of blocks.
    """

    rows: str
    cols: str
    spreads: bool = False
    from_calls: bool = False
    bare: bool = False
    scaled: str = ""
    product: str = ""
    cells: tuple[Rank, ...] = ()

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a single number."""
        return self.rows == self.cols == "1"

    @property
    def is_of_arrays(self) -> bool:
        """Whether the value is a scalar that is made of arrays, such as a norm."""
        return self.is_scalar and not self.bare and not self.spreads


#: The ranks of names of which nothing was said.
OF_KIND = {"scalar": Rank("1", "1", bare=True), "vector": Rank("n", "1"), "matrix": Rank("n", "n")}


class Step(NamedTuple):
    """The rank of a part, and the evidence against it."""

    rank: Rank
    evidence: tuple[Evidence, ...] = ()


class _NoErrors:
    """Stands for the words of errors where nobody reads them; finding them costs more than the ranks."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        return _no_fit


def _no_fit(*_: Any) -> NoReturn:
    raise _NoFit


class _NoFit(Exception):
    """The ranks of the arguments do not fit."""


class Ranks:
    """The ranks of the parts of one text; a rule is applied once to the same ranks.

    ``letters`` are the classes of the names of which nothing was said.
    """

    def __init__(
        self,
        definitions: Mapping[str, Syntax],
        kinds: Mapping[str, Declaration],
        dims: frozenset[str],
        letters: Mapping[str, Letter],
    ):
        self._shapes = Shapes([], definitions, kinds, dims, "")
        self._shapes.errors = _NoErrors()  # type: ignore[assignment]  # it has the same methods, which all raise
        self._letters = letters
        self._steps: dict[tuple[Hashable, tuple[Rank, ...]], Step | None] = {}

    def step(self, node: Syntax, args: tuple[Syntax, ...], ranks: tuple[Rank, ...]) -> Step | None:
        """Return what a node makes of arguments with these ranks, ``None`` if they do not fit."""
        # What is folded depends on nothing but the ranks and what is known of the names.
        key = (self._traits(node, args) if node.op in FOLDED else node), ranks
        if key not in self._steps:
            self._steps[key] = self._step(node, args, ranks)
        return self._steps[key]

    def _step(self, node: Syntax, args: tuple[Syntax, ...], ranks: tuple[Rank, ...]) -> Step | None:
        if node.op == "row":
            return Step(Rank("1", "1", cells=ranks))
        shapes = self._shapes
        shapes.sizes = Sizes()
        shapes.spreads.clear()
        shapes.from_calls.clear()
        shapes.entrywise.clear()
        shapes.chosen.clear()
        for arg, rank in zip(args, ranks, strict=True):
            self._set(arg, rank)
            for cell, of_cell in zip(arg.args, rank.cells, strict=False):
                self._set(cell, of_cell)
        try:
            shapes.place(node)
        except _NoFit:
            return None
        rows, cols = map(self._letter, shapes.of[node])
        scalar = rows == cols == "1"
        below = [cell for rank in ranks for cell in rank.cells or (rank,)]
        bare = scalar and any(r.bare for r in below) and all(r.bare or r.spreads for r in below)
        scaled = _scaled(node.op, ranks) if not scalar and node.op in _LINEAR else ""
        rank = Rank(
            rows,
            cols,
            node in shapes.spreads,
            scalar and node in shapes.from_calls,
            bare,
            scaled,
            "power" if self._is_power_of_a_vector(node, args, ranks) else _product(node.op, ranks),
        )
        return Step(rank, tuple(self._evidence(node, args, ranks)))

    def _traits(self, node: Syntax, args: tuple[Syntax, ...]) -> Hashable:
        parts = (*args, *(part for arg in args for part in arg.args[-1:]))
        return node.op, args[0].data == FOLD, *((part.op, self._default(part)) for part in parts)

    def _default(self, node: Syntax) -> str:
        """Return the default kind of a name of which nothing was said."""
        letter = self._letters.get(node.data) if node.op == "name" else None
        return letter.default if letter else ""

    def _fits_array(self, left: Rank, node: Syntax) -> bool:
        """Return whether a scalar stands where people write a vector."""
        if left.cols == "1" or node.op not in ("name", "call"):
            return False
        return left.rows == "1" or node.op == "call" or self._default(node) == "scalar"

    def _set(self, node: Syntax, rank: Rank) -> None:
        shapes = self._shapes
        shapes.of[node] = self._dim(rank.rows), self._dim(rank.cols)
        if rank.spreads:
            shapes.spreads.add(node)
        if rank.from_calls:
            shapes.from_calls.add(node)

    def _dim(self, letter: str) -> Dim:
        return ONE if letter == "1" else self._shapes.sizes.unknown(may_be_one=letter == "?")

    def _letter(self, dim: Dim) -> str:
        if self._shapes.sizes.resolve(dim) is ONE:
            return "1"
        return "?" if self._shapes.sizes.may_be_one(dim) else "n"

    def _evidence(
        self, node: Syntax, args: tuple[Syntax, ...], ranks: tuple[Rank, ...]
    ) -> Iterator[Evidence]:
        """Yield what people do not write about arguments of these ranks."""
        bare = [rank.bare for rank in ranks]
        entry = self._shapes.chosen.get(node)
        if (
            node.op == "mul"
            and bare[-1]
            and self._fits_array(ranks[0], args[-1])
            and not _is(args[0], IDENTITIES)
        ):
            yield BEHIND
        elif (
            node.op == "mul"
            and ranks[0].cols == "1" != ranks[0].rows
            and args[-1].op == "name"
            and _is(args[-1], _ONES)
        ):
            yield BEFORE_ONES
        elif node.op == "quotient" and not ranks[0].is_scalar and bare[-1] and self._is_array(args[-1]):
            yield DIVISOR
        elif node.op == "mul" and "power" in [r.product for r in ranks] and not _is(args[0], IDENTITIES):
            if not all(rank.is_scalar for rank in ranks):
                yield MULTIPLE
        elif node.op == "mul" and all(bare) and self._is_strong(args[-1]):
            if self._default(args[0].args[-1] if args[0].data == FOLD else args[0]) == "matrix":
                yield SHRUNK
        elif node.op == "bars" and ranks[0].product == "multiple":
            yield DETERMINANT
        elif node.op == "mul" and args[0].data == FOLD and ranks[-1].cols == "1" != ranks[-1].rows:
            if ranks[0].product == "outer":
                yield OUTER
            elif ranks[0].product == "inner" and self._default(args[0].args[-1]) in ("matrix", "scalar"):
                yield BETWEEN
        elif node.op == "norm" and any(bare):
            yield NORM
        elif node.op == "transpose" and any(bare):
            yield TRANSPOSE
        elif node.op in ("hadamard", "hadamard_quotient") and all(bare):
            yield ENTRYWISE
        elif node.op == "power" and node in self._shapes.entrywise:
            yield POWER
        elif node.op == "add" and any("1" not in (r.rows, r.cols) for r in ranks):
            yield from self._in_sum_of_matrices(args, ranks)
        elif entry is not None and any(
            rank.bare and wants_array(entry, node.args.index(arg))
            for arg, rank in zip(args, ranks, strict=True)
        ):
            yield OF_ARRAYS._replace(words=OF_ARRAYS.words.format(function=entry.name))
        elif entry is not None and len(args) == 1 and self._default(args[0]) == "matrix":
            yield from self._nothing(node, entry, ranks[0])

    def _is_power_of_a_vector(self, node: Syntax, args: tuple[Syntax, ...], ranks: tuple[Rank, ...]) -> bool:
        """Return whether a power is that of a scalar whose name is usually a vector's, as in ``m*v^2``."""
        return node.op == "power" and ranks[0].bare and self._is_strong(args[0])

    def _is_strong(self, node: Syntax) -> bool:
        return self._weight(node) >= STRONG

    def _is_array(self, node: Syntax) -> bool:
        """Return whether a name is an array rather than a scalar, if it can be."""
        return self._weight(node) >= LIKELY

    def _weight(self, node: Syntax) -> int:
        """Return how unusual it is that a name is a scalar; 0 if something is known of it."""
        letter = self._letters.get(node.data) if node.op == "name" else None
        return letter.weights.get("scalar", 0) if letter else 0

    def _nothing(self, node: Syntax, entry: Function, rank: Rank) -> Iterator[Evidence]:
        """Yield what people do not write of a vector of which a function is the vector itself."""
        signature, (rows, cols) = signature_of(entry), self._shapes.of[node]
        sizes, before = self._shapes.sizes, self._shapes.of[node.args[0]][0]
        is_column = (
            rank.cols == "1" != rank.rows and cols is ONE and sizes.resolve(rows) is sizes.resolve(before)
        )
        if is_column and signature.result != signature.arguments[0].shape:
            yield NOTHING._replace(words=NOTHING.words.format(function=entry.name))

    def _in_sum_of_matrices(self, args: tuple[Syntax, ...], ranks: tuple[Rank, ...]) -> Iterator[Evidence]:
        if any(rank.from_calls and not rank.spreads for rank in ranks):
            yield SPREAD
        for arg, rank in zip(args, ranks, strict=True):
            term = arg.args[0] if arg.op in ("negate", "quotient") else arg
            if self._default(term) == "scalar" and not rank.is_scalar:
                yield MATRIX


def _is(node: Syntax, names: frozenset[str]) -> bool:
    """Return whether a node is one of these constants, with a size or without."""
    return (node.data if node.op == "name" else node.data[0] if node.op == "call" else "") in names


def _scaled(op: str, ranks: tuple[Rank, ...]) -> str:
    """Return whether a scalar made of arrays is a ``term`` of an array, or a ``factor`` after it."""
    before = {rank.scaled for rank in ranks}
    if "term" in before or (op == "add" and any(rank.is_of_arrays for rank in ranks)):
        return "term"
    return "factor" if "factor" in before or (op in ("mul", "quotient") and ranks[-1].is_of_arrays) else ""


def _product(op: str, ranks: tuple[Rank, ...]) -> str:
    if op in ("mul", "quotient") and ranks[0].is_scalar and ranks[0].product == "power":
        return "power"
    if op == "mul" and not ranks[0].is_scalar and ranks[-1].bare:
        return "multiple"
    if op != "mul" or ranks[0].is_scalar or ranks[-1].is_scalar:
        return ""
    if ranks[0].product == "outer" and "1" not in (ranks[-1].rows, ranks[-1].cols):
        return "outer"
    if ranks[0].rows == ranks[-1].cols == "1":
        return "inner"
    return "outer" if ranks[0].cols == ranks[-1].rows == "1" else ""
