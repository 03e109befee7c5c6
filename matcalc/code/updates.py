"""Inverses and determinants of known matrices with a change of low rank, from those of the matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from matcalc.algebra import build, normal_forms, replaced
from matcalc.algebra.matching import matches
from matcalc.code.functions import is_finite_if_invertible
from matcalc.code.rewriting import variants
from matcalc.expression import Expr, postorder, variable
from matcalc.expression.facts import facts_of
from matcalc.functions import UPDATE_LAWS

_HEADS = frozenset(law.head for law in UPDATE_LAWS)
#: A matrix with these facts has an inverse that costs little.
_EASY = ({"orthogonal"}, {"diagonal", "spd"})


def updated(roots: Sequence[Expr], cost: Callable[[Expr], float]) -> tuple[Expr, ...]:
    """Return expressions with laws applied to what differs little from a known matrix, then in normal form.

    A matrix is known if its inverse or the logarithm of its determinant is computed elsewhere, or if it is
    easy to invert. Whether this is cheaper is for who asks to see: that depends on all that is computed.
    """
    forms = normal_forms(roots)
    plain = [forms[root] for root in roots]
    known = [node.args[0] for node in postorder(*plain) if is_finite_if_invertible(node)]
    values = {}
    for node in postorder(*plain):
        if node.op in _HEADS and node.args[0].op == "add":
            best = min(_forms(node, known), key=cost, default=None)
            if best is not None:
                values[node] = best
    return tuple(replaced(root, values) for root in plain) if values else tuple(roots)


def _forms(node: Expr, known: Iterable[Expr]) -> Iterator[Expr]:
    """Yield what the laws make of an inverse or a determinant of a sum, for the largest known part of it."""
    terms = node.args[0].args
    parts = [one for one in dict.fromkeys(known) if one is not node.args[0]]
    parts += [term for term in terms if any(easy <= facts_of(term) for easy in _EASY)]
    for part in sorted(parts, key=_count, reverse=True):
        inside = part.args if part.op == "add" else (part,)
        if _count(part) != len(terms) - 1 or not set(inside) < set(terms):
            continue
        symbol = variable("known matrix", part.shape, facts_of(part))
        [change] = [term for term in terms if term not in inside]
        sum_of_two = build(node.op, build("add", symbol, change))
        for variant in variants(node.op, UPDATE_LAWS):
            for match in matches(variant.left, sum_of_two):
                result = variant.apply(match) if match.values["A"] is symbol else None
                if result is not None:
                    yield replaced(result, {symbol: part})


def _count(matrix: Expr) -> int:
    """Return how many terms a matrix has."""
    return len(matrix.args) if matrix.op == "add" else 1
