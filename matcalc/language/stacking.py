"""Sums over members, with the members of one index stacked into arrays."""

from __future__ import annotations

from collections.abc import Callable

from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL, SUM
from matcalc.functions.table import READ_AS
from matcalc.language.evidence import is_capital
from matcalc.language.member_products import MemberProduct
from matcalc.language.members import (
    TURNED,
    MemberKind,
    Members,
    applied,
    as_number,
    matrix_member,
    ones,
    repeated,
    row_sums,
    scaled,
    squared_norms,
    turned,
    unfit,
)
from matcalc.language.syntax import SUMMED, Syntax, fault, syntax_postorder

ROOT, ABSOLUTE = READ_AS["root"][0], READ_AS["bars"][0]


class Stacked:
    """What a sum over members is, with the members of one index stacked into arrays.

    ``entry`` returns what holds the values of a part with the index, nothing for another part, ``kind`` what
    kind a name without it has by default, ``below`` the parts of a node that may have the index.
    """

    def __init__(
        self,
        entry: Callable[[Syntax], Syntax | None],
        vectors: frozenset[str],
        kind: Callable[[Syntax], str],
        below: Callable[[Syntax], tuple[Syntax, ...]],
    ):
        self._entry = entry
        self._vectors = vectors
        self._kind = kind
        self._below = below
        self._parts: dict[Syntax, Members] = {}

    def total(self, body: Syntax, start: int) -> Syntax:
        """Return the sum of what ``body`` is for each value of the index. Raises E506 for what is no sum."""
        for node in syntax_postorder(body, self._below):
            self._parts[node] = self._stacked(node, [self._parts[arg] for arg in self._below(node)])
        kind, values, right = self._parts[body]
        if kind is MemberKind.FIXED:
            help_text = "write \\sum_i x_i for a vector x"
            raise fault("E506", "nothing in the sum has its index", body, "sum of what?", help_text)
        if kind is MemberKind.NUMBER:
            return Syntax("call", (values,), start, body.end, (SUM, body.end, SUMMED))
        match kind:
            case MemberKind.COLUMN:
                factors = turned(values), ones(body)
            case MemberKind.ROW:
                factors = turned(ones(body)), values
            case _:
                assert right is not None  # a sum of products of columns and rows
                factors = turned(values), right
        return Syntax("mul", factors, start, body.end)

    def _stacked(self, node: Syntax, args: list[Members]) -> Members:
        if (values := self._entry(node)) is not None:
            is_vector = node.op == "name" and node.data in self._vectors
            return Members(MemberKind.COLUMN if is_vector else MemberKind.NUMBER, values)
        if all(arg.kind is MemberKind.FIXED for arg in args):
            return Members(MemberKind.FIXED, node)
        if node.op in ("negate", "single"):
            kind, values, right = args[0]
            if node.op == "negate":
                values = Syntax("negate", (values,), *node.span)
            return Members(kind, values, right)
        if node.op == "transpose" and args[0].kind in TURNED:
            return args[0]._replace(kind=TURNED[args[0].kind])
        method = getattr(self, "_" + node.op, None)
        if method is None:
            raise unfit(node)
        members: Members = method(node, args)
        return members

    def _together(self, node: Syntax, args: list[Members]) -> tuple[MemberKind, tuple[Syntax, ...]]:
        """Return the kind that all have, and their values; what does not depend on the index is repeated."""
        kinds = {arg.kind for arg in args} - {MemberKind.FIXED}
        if len(kinds) > 1 or MemberKind.OUTER in kinds:
            raise unfit(node)
        [kind] = kinds
        return kind, tuple(a.values if a.kind is kind else repeated(a.values, kind) for a in args)

    def _add(self, node: Syntax, args: list[Members]) -> Members:
        kind, values = self._together(node, args)
        return Members(kind, Syntax(node.op, values, *node.span))

    _hadamard = _add

    def _mul(self, node: Syntax, args: list[Members]) -> Members:
        dots = (
            {i for i, sign in (node.data or {}).items() if sign == "cdot"} if node.op == "dotted" else set()
        )
        chain = MemberProduct(node, self._kind)
        for i, (arg, members) in enumerate(zip(node.args, args, strict=True)):
            chain.take(arg, members, dotted=i in dots)
        return chain.product()

    _dotted = _mul

    def _quotient(self, node: Syntax, args: list[Members]) -> Members:
        above, below = args
        if below.kind is MemberKind.FIXED:
            return above._replace(
                values=Syntax("quotient", (above.values, as_number(below.values)), *node.span)
            )
        if below.kind is not MemberKind.NUMBER or above.kind is MemberKind.OUTER:
            raise unfit(node)
        if above.kind is MemberKind.FIXED:
            above = Members(MemberKind.NUMBER, as_number(above.values))
        if above.kind is MemberKind.NUMBER:
            return Members(
                MemberKind.NUMBER, Syntax("hadamard_quotient", (above.values, below.values), *node.span)
            )
        one = Syntax("number", (), node.end, node.end, 1)
        return scaled(above, Syntax("hadamard_quotient", (one, below.values), *node.span))

    def _power(self, node: Syntax, args: list[Members]) -> Members:
        base, exponent = args
        written, power = node.args
        is_inverse = base.kind is MemberKind.NUMBER and power.op == "negate"
        if is_inverse and written.op == "name" and is_capital(written.data):
            raise matrix_member(written)
        if not {base.kind, exponent.kind} <= {MemberKind.NUMBER, MemberKind.FIXED}:
            raise unfit(node)
        if base.values.op == "call" and base.values.data[0] == ROOT and exponent.values.data == 2:
            # The square of a norm needs no root.
            return Members(MemberKind.NUMBER, base.values.args[0])
        powers = tuple(as_number(m.values) if m.kind is MemberKind.FIXED else m.values for m in args)
        return Members(MemberKind.NUMBER, Syntax("hadamard_power", powers, *node.span))

    def _norm(self, node: Syntax, args: list[Members]) -> Members:
        [of] = args
        if node.data == "1" and of.kind in (MemberKind.COLUMN, MemberKind.ROW):
            return Members(MemberKind.NUMBER, row_sums(applied(ABSOLUTE, of.values, node), node))
        squared = squared_norms(node, of)
        if squared is None:
            raise unfit(node)
        return Members(MemberKind.NUMBER, applied(ROOT, squared, node))

    def _bars(self, node: Syntax, args: list[Members]) -> Members:
        if args[0].kind is MemberKind.NUMBER:
            return Members(MemberKind.NUMBER, applied(ABSOLUTE, args[0].values, node))
        return self._norm(Syntax("norm", node.args, *node.span, "2"), args)

    def _call(self, node: Syntax, args: list[Members]) -> Members:
        if node.data[0] == SUM and args[0].kind in (MemberKind.COLUMN, MemberKind.ROW):
            return self._sum(node, args[0])
        entries = [e for e in BY_CALL.get(node.data[0], ()) if len(e.arguments) == len(args)]
        if not entries or not all(e.elementwise or signature_of(e).entrywise for e in entries):
            raise unfit(node, f"{node.data[0]} of")
        kind, values = self._together(node, args)
        return Members(kind, Syntax("call", values, *node.span, node.data))

    def _sum(self, node: Syntax, of: Members) -> Members:
        """Return the sum of the entries of a vector; one of products is an inner product."""
        products = node.args[0]
        if products.op != "hadamard" or len(products.args) != 2:
            return Members(MemberKind.NUMBER, row_sums(of.values, node))
        chain = MemberProduct(products, lambda name: "vector")
        left, right = products.args
        row = self._parts[left]
        chain.take(turned(left), row._replace(kind=TURNED[row.kind]), dotted=False)
        chain.take(right, self._parts[right], dotted=False)
        return chain.product()
