"""Signs of products in LaTeX, which mean something else between two vectors than between other factors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from lark import Token

from matcalc.language.syntax import Syntax, fault

_DOTS = frozenset(("\\cdot", "·", "⋅"))
_OTHERS = frozenset(("\\times", "×", "\\ast"))
#: Families of products; after one of the second or third a factor is no product of another without brackets.
_FAMILIES = {"TIMES": 0, "OVER": -1, "ENTRYWISE": 1, "ENTRYWISE_OVER": 1, "KRONECKER": 2}


def refuse_mixed_products(factors: Sequence[Syntax], signs: Sequence[Token]) -> None:
    r"""Raise E102 for a product after one of entries, as in ``P \circ \gamma \gamma^T``."""
    for i, (left, right) in enumerate(pairwise(signs), 1):
        before, after = _FAMILIES[left.type], _FAMILIES[right.type]
        if before > 0 <= after != before:
            help_text = "put brackets around one of them: A \\circ (B C), or (A \\circ B) C"
            message, place = "two kinds of products need brackets", (factors[i - 1], factors[i + 1])
            raise fault("E102", message, place, "which product first?", help_text)


def written_signs(factors: Sequence[Syntax], signs: Sequence[Token]) -> dict[Syntax, str]:
    """Return the factors after a sign that has a meaning between vectors: ``cdot`` or ``other``.

    Next to a number it has none.
    """
    signed = {}
    for (left, right), sign in zip(pairwise(factors), signs, strict=True):
        written = sign.type == "TIMES" and sign.start_pos != sign.end_pos
        kind = "cdot" if sign in _DOTS else "other" if sign in _OTHERS else ""
        if written and kind and "number" not in (left.op, right.op):
            signed[right] = kind
    return signed


def with_signs(product: Syntax, factors: Collection[Syntax], signed: Mapping[Syntax, str]) -> Syntax:
    """Return the product, in which the parts that have such signs between factors are marked.

    ``factors`` are those that were written, ``signed`` those of them with a sign before them.
    """
    node = product
    while True:
        if node.op == "mul":
            signs = {i: signed[arg] for i, arg in enumerate(node.args) if i and arg in signed}
            if signs:
                node.op, node.data = "dotted", signs
        if node.args[0] in factors:
            return product
        node = node.args[0]
