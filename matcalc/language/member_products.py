"""Products of the members of families, for all values of the index at once."""

from __future__ import annotations

from collections.abc import Callable

from matcalc.expression import ONE
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL
from matcalc.language.members import (
    MemberKind,
    Members,
    as_number,
    row_sums,
    scaled,
    turned,
    unfit,
)
from matcalc.language.syntax import Syntax


class MemberProduct:
    """A product of members and of what does not depend on the index, taken factor by factor."""

    def __init__(self, product: Syntax, kind: Callable[[Syntax], str]):
        self._node = product
        self._kind = kind
        self._numbers: list[Syntax] = []
        self._scalars: list[Syntax] = []
        self._before: list[Syntax] = []
        self._members: Members | None = None

    def take(self, factor: Syntax, members: Members, *, dotted: bool) -> None:
        """Multiply by a factor; ``dotted``: between vectors the sign before it is an inner product."""
        if dotted and self._members is not None and self._members.kind is MemberKind.COLUMN:
            self._members = self._members._replace(kind=MemberKind.ROW)
        if members.kind is MemberKind.FIXED:
            self._take_fixed(factor)
        elif members.kind is MemberKind.NUMBER:
            self._numbers.append(members.values)
        elif members.kind is MemberKind.COLUMN:
            self._take_column(members.values, dotted=dotted)
        elif members.kind is MemberKind.ROW:
            self._take_row(members.values)
        else:
            raise unfit(self._node)

    def _take_fixed(self, factor: Syntax) -> None:
        kind, done = self._looks(factor), self._members
        if done is not None and done.kind is MemberKind.ROW and factor.op == "name" and kind == "scalar":
            kind = "vector"
        if kind == "scalar" or (kind == "vector" and done is None and not self._before):
            # A small letter in front of a vector is a scalar.
            self._scalars.append(factor)
        elif done is None:
            self._before.append(factor)
        elif done.kind in (MemberKind.ROW, MemberKind.OUTER) and kind in ("vector", "matrix"):
            self._take_behind_row(done, factor, kind)
        else:
            raise unfit(self._node)

    def _take_behind_row(self, done: Members, factor: Syntax, kind: str) -> None:
        row = done.values if done.right is None else done.right
        values = Syntax("mul", (row, factor), *self._node.span)
        if kind == "vector":
            self._numbers.append(values)
            self._members = None if done.right is None else Members(MemberKind.COLUMN, done.values)
        elif done.right is None:
            self._members = done._replace(values=values)
        else:
            self._members = done._replace(right=values)

    def _take_column(self, values: Syntax, *, dotted: bool) -> None:
        done = self._members
        if done is None:
            if dotted and self._scalars and not self._before:
                self._before.append(turned(self._scalars.pop()))
            is_number = bool(self._before) and self._looks(self._before[0]) == "row"
            if self._before:
                before = self._before[0]
                if len(self._before) > 1:
                    before = Syntax("mul", tuple(self._before), before.start, self._before[-1].end)
                values = Syntax("mul", (values, turned(before)), *self._node.span)
                self._before = []
            if is_number:
                self._numbers.append(values)
            else:
                self._members = Members(MemberKind.COLUMN, values)
        elif done.kind is MemberKind.ROW:
            products = Syntax("hadamard", (done.values, values), *self._node.span)
            self._numbers.append(row_sums(products, self._node))
            self._members = None
        elif done.kind is MemberKind.OUTER and done.right is not None:
            products = Syntax("hadamard", (done.right, values), *self._node.span)
            self._numbers.append(row_sums(products, self._node))
            self._members = Members(MemberKind.COLUMN, done.values)
        else:
            raise unfit(self._node)

    def _take_row(self, values: Syntax) -> None:
        done = self._members
        if self._before:
            raise unfit(self._node)
        if done is None:
            self._members = Members(MemberKind.ROW, values)
        elif done.kind is MemberKind.COLUMN:
            self._members = Members(MemberKind.OUTER, done.values, values)
        else:
            raise unfit(self._node)

    def product(self) -> Members:
        """Return the product of all factors. Raises E506 if it has none that the rules know."""
        node, done = self._node, self._members
        if self._before:
            raise unfit(node)
        members = done
        if self._numbers:
            numbers = tuple(self._numbers)
            weights = numbers[0] if len(numbers) == 1 else Syntax("hadamard", numbers, *node.span)
            members = Members(MemberKind.NUMBER, weights) if done is None else scaled(done, weights)
        assert members is not None  # a factor has the index
        if self._scalars:
            values = Syntax("mul", (*map(as_number, self._scalars), members.values), *node.span)
            members = members._replace(values=values)
        return members

    def _looks(self, factor: Syntax) -> str:
        """Return what a factor without the index looks like: a scalar, a vector, a row or a matrix."""
        match factor.op:
            case "name":
                return self._kind(factor)
            case "transpose":
                return {"vector": "row", "scalar": "row"}.get(self._looks(factor.args[0]), "matrix")
            case "add":
                kinds = [self._looks(arg) for arg in factor.args]
                return next((kind for kind in ("matrix", "vector", "row") if kind in kinds), "scalar")
            case "negate" | "quotient" | "hadamard" | "power":
                return self._looks(factor.args[0])
            case "mul":
                first, last = self._looks(factor.args[0]), self._looks(factor.args[-1])
                return "scalar" if (first, last) == ("row", "vector") else last
            case "call" if entries := BY_CALL.get(factor.data[0]):
                if any(entry.elementwise for entry in entries):
                    return self._looks(factor.args[0])
                rows, cols = signature_of(entries[0]).result
                return "scalar" if rows is cols else "vector" if cols is ONE else "matrix"
        return "scalar"
