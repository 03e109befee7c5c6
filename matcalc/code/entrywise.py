"""Entrywise operations as source, in place where the buffer of an array can be reused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from matcalc.code.instructions import ALONG, DOWN, axes_of, is_view
from matcalc.code.pieces import ADD, ATOM, MUL, POWER, UNARY, Piece, Scope, as_float, number_piece
from matcalc.expression import ONE, Expr


class InPlace(ABC):
    """Buffer reuse: finds arrays that are no longer live, and writes functions of their entries in place."""

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
        """Return whether the buffer of an operand may be reused, as far as can be seen beforehand."""
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


class Entrywise(InPlace):
    """Sums, products, powers and functions of entries."""

    def _operand(self, piece: Piece, lies: str, axes: int, level: int) -> str:
        """Return an operand as it lies in a matrix."""
        if axes == 2 and lies == DOWN:
            return f"{piece.at(ATOM)}[:, None]"
        return piece.at(level)

    # Products

    def _times(self, node: Expr, want: str) -> Piece:
        data, axes = node.data, axes_of(node)
        k = self._accumulator(node, [e == 1 for e in data.exponents]) if axes else None
        if k is None and axes:
            k = self._accumulator(node, [True for _ in data.exponents])
        pieces, reads, first = self.operands(node, k, want)
        again = first is not None and reads.count(first.text) > 1 and data.coefficient != 1
        if k is not None and first and not again:
            return self._multiplied(node, pieces, k, first)
        return self._quotient_text(node, pieces, reads)

    def _multiplied(self, node: Expr, pieces: Sequence[Piece], k: int, first: Piece) -> Piece:
        """Multiply a temporary by the other factors; numbers go with the smallest of them."""
        data, axes, name = node.data, axes_of(node), first.text
        others = [i for i in range(len(pieces)) if i != k]
        scalars = [i for i in others if pieces[i].axes == 0]
        arrays = [i for i in others if pieces[i].axes > 0]
        above = [i for i in arrays if data.exponents[i] == 1]
        small = next((i for i in above if pieces[i].axes < axes), None)
        text = self._scalar_text(node, pieces, scalars)
        reads = [r for i in scalars for r in pieces[i].reads]
        if data.exponents[k] == -1:
            numerator = Piece(text or "1", MUL, 0)
            if above:
                i = above[0]
                body = f"{text} * {pieces[i].at(UNARY)}" if text else pieces[i].at(ADD)
                whole = Piece(body, MUL if text else pieces[i].level, pieces[i].axes)
                numerator = Piece(self._operand(whole, data.lies[i], axes, ADD), ADD, axes)
                reads += pieces[i].reads
                arrays.remove(i)
            if numerator.text == "1":
                self.emit(f"{self.xp}.reciprocal({name}, out={name})", reads)
            else:
                self.emit(f"{self.xp}.divide({as_float(numerator.text)}, {name}, out={name})", reads)
        elif text and small is not None:
            product = f"{text} * {pieces[small].at(UNARY)}"
            whole = Piece(product, MUL, pieces[small].axes)
            self.emit(
                f"{name} *= {self._operand(whole, data.lies[small], axes, ADD)}",
                [*reads, *pieces[small].reads],
            )
            arrays.remove(small)
        elif text == "-1":
            self.emit(f"{self.xp}.negative({name}, out={name})", reads)
        elif text:
            below_only = data.coefficient == 1 and all(data.exponents[i] == -1 for i in scalars)
            if below_only:
                divisor = " * ".join(pieces[i].at(UNARY) for i in scalars)
                self.emit(f"{name} /= {divisor}", reads)
            else:
                self.emit(f"{name} *= {as_float(text)}", reads)
        for i in arrays:
            sign = "*" if data.exponents[i] == 1 else "/"
            self.emit(f"{name} {sign}= {self._operand(pieces[i], data.lies[i], axes, ADD)}", pieces[i].reads)
        return self.held(name, node, fresh=True)

    def _scalar_text(self, node: Expr, pieces: Sequence[Piece], scalars: Sequence[int]) -> str:
        """Return the number and the scalars of a product."""
        data = node.data
        top, bottom = data.coefficient.numerator, data.coefficient.denominator
        exact = number_piece(data.coefficient)
        if exact.level >= UNARY:
            top, bottom = exact.text, 1
        above = [pieces[i].at(UNARY) for i in scalars if data.exponents[i] == 1]
        below = [pieces[i].at(UNARY) for i in scalars if data.exponents[i] == -1]
        negative = str(top) == "-1" and len(above) > 0
        if str(top) != "1" and not negative:
            above.insert(0, str(top))
        if bottom != 1:
            below.append(str(bottom))
        if not above and not below:
            return ""
        return "-" * negative + " / ".join([" * ".join(above) or "1", *below])

    def _quotient_text(self, node: Expr, pieces: Sequence[Piece], reads: tuple[str, ...]) -> Piece:
        """Return a product as one expression."""
        data, axes = node.data, axes_of(node)
        scalars = [i for i, piece in enumerate(pieces) if piece.axes == 0]
        text = self._scalar_text(node, pieces, scalars)
        arrays = [i for i, piece in enumerate(pieces) if piece.axes > 0]
        if not arrays:
            if axes:
                return self.filled("full", [Piece(text or "1", ADD, 0, False, reads)], node)
            level = MUL if any(sign in text for sign in "*/ ") else UNARY if text[:1] == "-" else ATOM
            if len(scalars) == 1 and text == pieces[scalars[0]].text:
                level = pieces[scalars[0]].level
            return Piece(text or "1", level, 0, False, reads)
        negative = text == "-1"
        parts = [] if negative or not text else [text]
        above = sorted((i for i in arrays if data.exponents[i] == 1), key=lambda i: pieces[i].axes)
        lies = [data.lies[i] for i in arrays]
        for i in above:
            if parts and pieces[i].axes < axes and parts == [text]:
                whole = Piece(f"{text} * {pieces[i].at(UNARY)}", MUL, 1)
                parts = [self._operand(whole, data.lies[i], axes, MUL)]
            else:
                parts.append(self._operand(pieces[i], data.lies[i], axes, UNARY if parts else MUL))
        if axes == 2 and all(one == DOWN for one in lies):
            parts.append(self._ones_beside(node, down=True))
        elif axes == 2 and all(one == ALONG for one in lies):
            parts.append(self._ones_beside(node, down=False))
        joined = " * ".join(parts) or "1"
        for i in arrays:
            if data.exponents[i] == -1:
                joined += f" / {self._operand(pieces[i], data.lies[i], axes, UNARY)}"
        level = pieces[arrays[0]].level if joined == pieces[arrays[0]].text else MUL
        return Piece(
            ("-" if negative else "") + joined,
            UNARY if negative and level > MUL else level,
            axes,
            True,
            reads,
        )

    def _ones_beside(self, node: Expr, *, down: bool) -> str:
        """Return ones that spread a vector over the columns of a matrix, or over its rows."""
        rows, cols = node.shape
        ones = self.filled("ones", [], Expr("ones", (), (cols if down else rows, ONE)))
        return ones.text if down else f"{ones.text}[:, None]"

    # Sums

    def _plus(self, node: Expr, want: str) -> Piece:
        data, axes = node.data, axes_of(node)
        k = self._accumulator(node, [sign > 0 for sign in data.signs]) if axes else None
        if k is None and axes:
            k = self._accumulator(node, [True for _ in data.signs])
        pieces, reads, first = self.operands(node, k, want)
        again = first is not None and reads.count(first.text) > 1 and max(data.signs) < 0
        if k is not None and first and not again:
            return self._added(node, pieces, k, first)
        return self._sum_text(node, pieces, reads)

    def _added(self, node: Expr, pieces: Sequence[Piece], k: int, first: Piece) -> Piece:
        """Add the other terms to a temporary."""
        data, axes, name = node.data, axes_of(node), first.text
        rest = [i for i in range(len(pieces)) if i != k]
        if data.signs[k] < 0:
            i = next((i for i in rest if data.signs[i] > 0), None)
            if i is None:
                self.emit(f"{self.xp}.negative({name}, out={name})", ())
            else:
                text = as_float(self._operand(pieces[i], data.lies[i], axes, ADD))
                self.emit(f"{self.xp}.subtract({text}, {name}, out={name})", pieces[i].reads)
                rest.remove(i)
        for i in rest:
            sign = "+" if data.signs[i] > 0 else "-"
            text = as_float(self._operand(pieces[i], data.lies[i], axes, ADD))
            self.emit(f"{name} {sign}= {text}", pieces[i].reads)
        return self.held(name, node, fresh=True)

    def _sum_text(self, node: Expr, pieces: Sequence[Piece], reads: tuple[str, ...]) -> Piece:
        """Return a sum as one expression."""
        data, axes = node.data, axes_of(node)
        order = sorted(range(len(pieces)), key=lambda i: data.signs[i] < 0)
        text = ""
        for i in order:
            operand = self._operand(pieces[i], data.lies[i], axes, MUL)
            if axes and self.in_place:
                operand = as_float(operand)
            negative = data.signs[i] < 0
            text += (" - " if negative else " + ") + operand if text else "-" * negative + operand
        down = all(one == DOWN or piece.axes == 0 for one, piece in zip(data.lies, pieces, strict=True))
        along = all(one == ALONG or piece.axes == 0 for one, piece in zip(data.lies, pieces, strict=True))
        if axes and all(piece.axes == 0 for piece in pieces):
            return self.filled("full", [Piece(text, ADD, 0, False, reads)], node)
        if axes == 2 and down:
            text = f"({text}) * {self._ones_beside(node, down=True)}"
        elif axes == 2 and along:
            text = f"({text}) * {self._ones_beside(node, down=False)}"
        return Piece(text, ADD, axes, axes > 0, reads)

    # Powers and functions

    def _raised(self, node: Expr, want: str) -> Piece:
        if self.in_place and axes_of(node):
            done = self.in_one_place(node, want)
            if done is not None:
                return done
        if node.args[0].is_number and node.data != Fraction(1, 2):
            return number_piece(node.args[0].data, node.data)
        whole = isinstance(node.data, int)
        base = self.piece(node.args[0]) if whole else self.argument(node.args[0])
        if node.data == Fraction(1, 2):
            return Piece(f"{self.xp}.sqrt({base.text})", ATOM, base.axes, base.axes > 0, base.reads)
        exponent = number_piece(node.data)
        if not whole and self.is_of_numbers(node):
            return Piece(f"{self.xp}.power({base.text}, {exponent.text})", ATOM, 0, False, base.reads)
        text = f"{base.at(ATOM)} ** {exponent.at(ATOM)}"
        return Piece(text, POWER, base.axes, base.axes > 0, base.reads)
