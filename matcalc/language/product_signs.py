"""Signs of products that mean something else between two vectors than between other factors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from lark import Token

from matcalc.expression import SCALAR
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL
from matcalc.language.syntax import Syntax, fault
from matcalc.language.tokens import OF_R

#: Signs with a meaning between vectors. The matrix product is that of R, where a vector has one axis.
_KINDS = {
    **dict.fromkeys(("\\cdot", "·", "⋅"), "cdot"), **dict.fromkeys(("\\times", "×", "\\ast"), "other"),
    OF_R: "matrix",
}  # fmt: skip
#: What is a number for sure; beside it signs have no such meaning.
_NUMBERS = frozenset(("number", "norm"))
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


def is_scalar_call(node: Syntax) -> bool:
    """Return whether a node calls a function whose value is a scalar whatever the arguments are."""
    called = BY_CALL.get(node.data[0], ()) if node.op == "call" else ()
    entries = [entry for entry in called if len(entry.arguments) == len(node.args)]
    return bool(entries) and all(signature_of(entry).result == SCALAR for entry in entries)


def written_signs(factors: Sequence[Syntax], signs: Sequence[Token]) -> dict[Syntax, str]:
    """Return the factors after a sign that has a meaning between vectors, each with its kind."""
    signed = {}
    for (left, right), sign in zip(pairwise(factors), signs, strict=True):
        numbers = any(side.op in _NUMBERS or is_scalar_call(side) for side in (left, right))
        if sign in _KINDS and sign.type == "TIMES" and not numbers:
            signed[right] = _KINDS[sign]
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
