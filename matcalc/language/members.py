r"""Sums over vectors with an index, written with the matrix whose rows they are.

In ``\sum_i \log(1 + e^{-y_i x_i^\top w})`` the vectors ``x_i`` are the rows of a matrix ``x``: the inner
products are the entries of ``x*w``, and the sum is that of the entries of ``log(1 + exp(-y.*(x*w)))``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL, DIAG, SUM
from matcalc.functions.table import ROWSUM
from matcalc.language.evidence import is_capital
from matcalc.language.shape_errors import STACKED
from matcalc.language.syntax import Syntax, fault, name_nodes, syntax_postorder, unsigned


class MemberKind(Enum):
    """What a part is for each value of the index, and how all of them are held.

    ``NUMBER``: the entries of a column; ``COLUMN`` and ``ROW``: the rows of a matrix; ``OUTER``: products
    of a column and a row, held as two matrices; ``FIXED``: it does not depend on the index.
    """

    NUMBER = auto()
    COLUMN = auto()
    ROW = auto()
    OUTER = auto()
    FIXED = auto()


class Members(NamedTuple):
    """A part for all values of the index: its kind, and what holds its values."""

    kind: MemberKind
    values: Syntax
    right: Syntax | None = None


TURNED = {kind: kind for kind in (MemberKind.NUMBER, MemberKind.FIXED)} | {
    MemberKind.COLUMN: MemberKind.ROW,
    MemberKind.ROW: MemberKind.COLUMN,
}
PRODUCTS = frozenset(("mul", "dotted"))


def vector_members(
    body: Syntax,
    has_index: Callable[[Syntax], bool],
    is_bold: Callable[[Syntax], bool],
    is_vector: Callable[[Syntax], bool],
) -> frozenset[str]:
    """Return the names with the index that are written as vectors.

    These are in bold, transposed, in a norm, behind a row, or beside a dot and what ``is_vector``.
    """
    vectors: set[str] = set()

    def mark(node: Syntax) -> None:
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node.op == "name" and has_index(node):
                vectors.add(node.data)
            elif node.op in ("add", "negate", "transpose", "hadamard") or _is_elementwise(node):
                waiting.extend(node.args)
            elif node.op in ("mul", "quotient"):
                waiting.append(node.args[-1 if node.op == "mul" else 0])

    for node in syntax_postorder(body):
        if node.op in ("transpose", "norm") or (node.op == "call" and node.data[0] == SUM):
            mark(node.args[0])
        elif node.op == "name" and is_bold(node):
            mark(node)
        elif node.op in PRODUCTS:
            dots, behind_row = node.data or {}, False
            for i, (left, right) in enumerate(pairwise(node.args), 1):
                behind_row = unsigned(left).op == "transpose" or (behind_row and _is_matrix(left, has_index))
                if left.op == "name" and has_index(left) and is_capital(left.data) and is_vector(right):
                    raise matrix_member(left)
                if behind_row and has_index(right) and _is_in_front_of_small(right, node.args[i + 1 :]):
                    raise matrix_member(right)
                if behind_row or (dots.get(i) == "cdot" and is_vector(left)):
                    mark(right)
                elif dots.get(i) == "cdot" and is_vector(right):
                    mark(left)
    return frozenset(vectors)


def matrix_member(name: Syntax) -> MatcalcError:
    """Return E506 for a capital letter with an index that is written as a matrix."""
    message = f"{name.data} may be a matrix for each value of the index"
    help_text = "sums over matrices cannot be used; write out a few terms, as in x'*A_1*x + x'*A_2*x"
    return fault("E506", message, name, "a matrix?", help_text)


def _is_in_front_of_small(node: Syntax, following: Sequence[Syntax]) -> bool:
    """Return whether a capital letter is followed by a factor that begins with a small one."""
    names = name_nodes(following[0]) if following else []
    return node.op == "name" and is_capital(node.data) and bool(names) and not is_capital(names[0].data)


def _is_matrix(node: Syntax, has_index: Callable[[Syntax], bool]) -> bool:
    """Return whether a factor without the index is a capital letter, or its inverse or transpose."""
    names = name_nodes(node)
    return len(names) == 1 and is_capital(names[0].data) and not has_index(names[0])


def _is_elementwise(node: Syntax) -> bool:
    return node.op == "call" and any(entry.elementwise for entry in BY_CALL.get(node.data[0], ()))


def scaled(members: Members, weights: Syntax) -> Members:
    """Return the columns, rows or outer products, each multiplied by its number."""
    scale = applied(DIAG, weights, weights)
    if members.right is not None:
        return members._replace(right=Syntax("mul", (scale, members.right), *weights.span))
    return members._replace(values=Syntax("mul", (scale, members.values), *weights.span))


def squared_norms(norm: Syntax, of: Members) -> Syntax | None:
    """Return the squared Euclidean norms of columns or rows, nothing for another norm."""
    if norm.data not in ("2", "F", "") or of.kind not in (MemberKind.COLUMN, MemberKind.ROW):
        return None
    two = Syntax("number", (), norm.end, norm.end, 2)
    return row_sums(Syntax("hadamard_power", (of.values, two), *norm.span), norm)


def row_sums(values: Syntax, node: Syntax) -> Syntax:
    """Return the sums of the rows, with the place of ``node``."""
    return applied(ROWSUM, values, node)


def applied(function: str, values: Syntax, node: Syntax) -> Syntax:
    """Return the function of these values, with the place of ``node``."""
    return Syntax("call", (values,), *node.span, (function, node.end))


def turned(node: Syntax) -> Syntax:
    """Return the transpose."""
    return node.args[0] if node.op == "transpose" else Syntax("transpose", (node,), *node.span)


def ones(node: Syntax) -> Syntax:
    """Return ``ones`` without a size, behind ``node``."""
    return Syntax("name", (), node.end, node.end, "ones")


def as_number(node: Syntax) -> Syntax:
    """Return the node marked as a scalar."""
    return Syntax("single", (node,), *node.span) if name_nodes(node) else node


def repeated(node: Syntax, kind: MemberKind) -> Syntax:
    """Return what does not depend on the index, once for each value of it."""
    if kind is MemberKind.NUMBER:
        return Syntax("mul", (as_number(node), ones(node)), *node.span) if name_nodes(node) else node
    return Syntax("mul", (ones(node), turned(node) if kind is MemberKind.COLUMN else node), *node.span)


def unfit(node: Syntax, what: str = "this operation on") -> MatcalcError:
    """Return E506 for what is done with members and cannot be done with all of them at once."""
    message = f"{what} vectors with an index cannot be summed"
    return fault("E506", message, node, "not of members", STACKED)
