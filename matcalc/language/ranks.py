"""The ranks of the parts of a text, with the evidence against each part.

They follow the rules of :mod:`matcalc.language.shapes`, applied to arrays of unknown sizes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple, NoReturn

from matcalc.expression import ONE, Dim
from matcalc.expression.binder import SUM_OVER
from matcalc.expression.unification import Sizes
from matcalc.language.counterevidence import FOLD, Evidence, Rank, RankedNode, evidence_of
from matcalc.language.declarations import FAMILY_OF_MATRICES, Declaration
from matcalc.language.evidence import CAPITAL_FAMILY, FAMILY, STRONG, Letter
from matcalc.language.named_calls import APPLIED
from matcalc.language.named_functions import SAME_SIZE
from matcalc.language.shapes import Shapes
from matcalc.language.summation import MEMBER
from matcalc.language.syntax import INNER, Syntax

#: Operations whose operands are taken one by one, from left to right.
FOLDED = frozenset(("add", "mul", "hadamard"))
_LINEAR = frozenset(("add", "mul", "negate", "quotient", "where", "definition"))


class _NoFit(Exception):
    """The ranks of the arguments do not fit."""


class _NoErrors:
    """Stands for the words of errors where nobody reads them; finding them costs more than the ranks."""

    def __getattr__(self, name: str) -> NoReturn:
        raise _NoFit


class Step(NamedTuple):
    """The rank of a part, and the evidence against it."""

    rank: Rank
    evidence: tuple[Evidence, ...] = ()


class Ranks:
    """The ranks of the parts of one text; a rule is applied once to the same ranks."""

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
        part = RankedNode(node, args, ranks, self._shapes, self._letters)
        # What is folded depends on nothing but the ranks and what is known of the names.
        key = (self._traits(part) if node.op in FOLDED else node), ranks
        if key not in self._steps:
            self._steps[key] = self._step(part)
        return self._steps[key]

    def _step(self, part: RankedNode) -> Step | None:
        node, args, ranks, shapes, _ = part
        if node.op == "row":
            return Step(Rank("1", "1", cells=ranks))
        shapes.sizes = Sizes()
        shapes.indices.clear()
        for nodes in (
            shapes.spreads,
            shapes.from_calls,
            shapes.inner,
            shapes.entrywise,
            shapes.chosen,
            shapes.families_of_matrices,
        ):
            nodes.clear()
        shapes.functions.domains.clear()
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
        if node.op in (MEMBER, SUM_OVER):
            bare = scalar and node.op == MEMBER and part.letter(part.args[0]) in (FAMILY, CAPITAL_FAMILY)
        scaled = _scaled(node.op, ranks) if not scalar and node.op in _LINEAR else ""
        from_calls = scalar and node in shapes.from_calls
        rank = Rank(rows, cols, node in shapes.spreads, from_calls, bare, scaled, _product(part))
        return Step(rank, tuple(evidence_of(part)))

    def _traits(self, part: RankedNode) -> Hashable:
        parts = (*part.args, *(last for arg in part.args for last in arg.args[-1:]))
        defaults = [(node.op, part.default(node)) for node in parts]
        return part.node.op, part.node.data == INNER, part.is_folded, part.ends_in_capital(), *defaults

    def _set(self, node: Syntax, rank: Rank) -> None:
        shapes = self._shapes
        shapes.of[node] = self._dim(rank.rows), self._dim(rank.cols)
        if rank.product == FAMILY_OF_MATRICES:
            shapes.families_of_matrices.add(node)
        if rank.spreads:
            shapes.spreads.add(node)
        if rank.from_calls:
            shapes.from_calls.add(node)
        if rank.is_scalar and rank.product == "inner":
            shapes.inner.add(node)

    def _dim(self, letter: str) -> Dim:
        if letter == SAME_SIZE.name:
            return SAME_SIZE
        return ONE if letter == "1" else self._shapes.sizes.unknown(may_be_one=letter == "?")

    def _letter(self, dim: Dim) -> str:
        if self._shapes.sizes.resolve(dim) is ONE:
            return "1"
        if dim is SAME_SIZE:
            return dim.name
        return "?" if self._shapes.sizes.may_be_one(dim) else "n"


def _scaled(op: str, ranks: tuple[Rank, ...]) -> str:
    """Return whether a scalar made of arrays is a ``term`` of an array, or a ``factor`` of it.

    An inner product in front, ``x'*y*z``, is no such factor: people write that for the vector.
    """
    before = {rank.scaled for rank in ranks}
    if "term" in before or (op == "add" and any(rank.is_of_arrays for rank in ranks)):
        return "term"
    factors = (ranks[-1], *(rank for rank in ranks[:1] if rank.product != "inner"))
    is_factor = op in ("mul", "quotient") and any(rank.is_of_arrays for rank in factors)
    return "factor" if "factor" in before or is_factor else ""


def _product(part: RankedNode) -> str:
    """Return what kind of product a part is."""
    op, ranks = part.node.op, part.ranks
    if op == APPLIED:
        return part.kind_of_function()
    inner = op in ("mul", "quotient", "negate") and "inner" in (ranks[0].product, ranks[-1].product)
    if inner and ranks[0].is_scalar and ranks[-1].is_scalar:
        return "inner"
    if op == "power" and ranks[0].bare and part.weight(part.args[0]) >= STRONG:
        return "power"
    if op in ("mul", "quotient") and ranks[0].is_scalar and ranks[0].product == "power":
        return "power"
    if op == "mul" and not ranks[0].is_scalar and ranks[-1].bare:
        # A capital letter that is taken as a scalar does not make an outer product usual.
        return "outer" if ranks[0].product == "outer" and part.ends_in_capital() else "multiple"
    if op != "mul" or ranks[0].is_scalar or ranks[-1].is_scalar:
        return ""
    if ranks[0].product == "outer" and "1" not in (ranks[-1].rows, ranks[-1].cols):
        return "outer"
    if ranks[0].rows == ranks[-1].cols == "1":
        return "inner"
    is_outer = ranks[0].cols == ranks[-1].rows == "1" and not _is_member(part.args[0])
    return "outer" if is_outer else ""


def _is_member(node: Syntax) -> bool:
    """Return whether a node is a vector with an index, whose products with itself are usually outer ones."""
    return node.op == MEMBER or (node.data == FOLD and _is_member(node.args[-1]))
