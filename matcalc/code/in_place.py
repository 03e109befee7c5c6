"""Values that are written into arrays which are not needed any more."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from matcalc.code.instructions import axes_of, is_view
from matcalc.code.pieces import Piece, as_float, number_piece
from matcalc.code.scope import Scope
from matcalc.expression import Expr


class InPlace(ABC):
    """Finds arrays that can be written over, and writes functions of their entries there."""

    scope: Scope
    xp: str
    in_place: bool
    uses: dict[Expr, int]
    left: dict[str, int]
    stored: dict[Expr, Piece]
    #: What has a floating type whatever the arguments have; all has if the scope says so.
    floating: frozenset[Expr]

    @abstractmethod
    def piece(self, node: Expr, want: str = "") -> Piece:
        """Return the source of a value."""

    @abstractmethod
    def emit(self, line: str, reads: Sequence[str]) -> None:
        """Write a statement."""

    @abstractmethod
    def store(self, piece: Piece, node: Expr, want: str = "") -> Piece:
        """Return the temporary that holds a value from now on."""

    @abstractmethod
    def held(self, name: str, node: Expr, *, fresh: bool) -> Piece:
        """Return the temporary as the place of the value of an instruction."""

    @abstractmethod
    def filled(self, name: str, args: Sequence[Piece], node: Expr) -> Piece:
        """Return an instruction with pieces for its arguments."""

    @abstractmethod
    def argument(self, node: Expr) -> Piece:
        """Return an argument of a function."""

    @abstractmethod
    def function_name(self, module: str, name: str) -> str:
        """Return what a function is called."""

    @abstractmethod
    def is_of_numbers(self, node: Expr) -> bool:
        """Return whether a value is computed by Python's own numbers, whose powers may be complex."""

    def may_take(self, node: Expr) -> bool:
        """Return whether the array of an operand may be written over, as far as can be seen before."""
        if not self.scope.floats and node not in self.floating:
            return False  # arrays of whole numbers do not take others
        found = self.stored.get(node)
        if found is not None:
            return found.fresh
        return bool(node.args) and axes_of(node) > 0 and not is_view(node)

    def operands(
        self, node: Expr, k: int | None, want: str
    ) -> tuple[list[Piece], tuple[str, ...], Piece | None]:
        """Return the operands of an operation, what they read, and the one that may hold the value.

        That is the ``k``-th, if it can; it is computed first, so that the others can be in place as well.
        """
        first = None
        if k is not None:
            want = want if self.uses.get(node.args[k], 1) == 1 else ""
            first = self.piece(node.args[k], want)
            if first.fresh and first.text not in self.left:
                first = self.store(first, node.args[k], want)
        pieces = [first if first and i == k else self.piece(arg) for i, arg in enumerate(node.args)]
        reads = tuple(name for piece in pieces for name in piece.reads)
        if first:
            here = reads.count(first.text)
            # A second statement would read what the first has changed.
            if not first.fresh or self.left[first.text] > here or (here > 1 and len(pieces) > 2):
                first = None
        return pieces, reads, first

    def _accumulator(self, node: Expr, wanted: Sequence[bool]) -> int | None:
        """Return which operand may hold the value."""
        if not self.in_place:
            return None
        whole = [
            arg.shape == node.shape and lies == ""
            for arg, lies in zip(node.args, node.data.lies, strict=True)
        ]
        choices = [k for k, arg in enumerate(node.args) if whole[k] and wanted[k] and self.may_take(arg)]
        return min(choices, key=lambda k: self.uses.get(node.args[k], 1), default=None)

    def in_one_place(self, node: Expr, want: str) -> Piece | None:
        """Return the temporary in which a function or a power of its entries stands, if there may be one."""
        k = next(
            (k for k, arg in enumerate(node.args) if arg.shape == node.shape and self.may_take(arg)), None
        )
        if k is None:
            return None
        pieces, _, first = self.operands(node, k, want)
        if not first:
            return None
        name = first.text
        if node.op == "raised":
            line = f"{name} *= {name}" if node.data == 2 else f"{name} **= {number_piece(node.data).text}"
            if node.data == Fraction(1, 2):
                line = f"{self.xp}.sqrt({name}, out={name})"
        else:
            function = self.function_name(node.data.module, node.data.name)
            line = f"{function}({', '.join(as_float(piece.text) for piece in pieces)}, out={name})"
        others = tuple(r for i, piece in enumerate(pieces) if i != k for r in piece.reads)
        self.emit(line, others)
        return self.held(name, node, fresh=True)
