"""The sign ``×`` between arrays, which may be that of a cross product and is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.declarations import Declaration
from matcalc.language.shape_errors import names_below
from matcalc.language.syntax import Syntax, syntax_postorder
from matcalc.language.token_kinds import CONSTANTS, NUMBERS

_SIGNS = ("×", "\\times")
#: Operations that are a number if all of what they are made of is one.
_OF_NUMBERS = frozenset(("add", "negate", "mul", "dot", "quotient", "power"))


def refuse_crosses(
    text: str, root: Syntax, declared: Mapping[str, Declaration], sizes: Collection[str]
) -> None:
    """Raise E102 for ``a × b`` if neither is surely a number; of declared names the shapes decide."""
    if not any(sign in text for sign in _SIGNS):
        return
    nodes = syntax_postorder(root, lambda node: node.args)
    scalars = {name for name, declaration in declared.items() if declaration.kind == "scalar"}.union(sizes)
    defined = {node.data for node in root.args[1:]} if root.op == "where" else set()
    known = declared.keys() | sizes | defined | CONSTANTS | NUMBERS
    numbers: set[Syntax] = set()
    for node in nodes:
        if _is_number(node, scalars) or (node.op in _OF_NUMBERS and numbers.issuperset(node.args)):
            numbers.add(node)
    for node in nodes:
        for left, right in pairwise(node.args) if node.op in ("mul", "dot") else ():
            crossed = any(sign in text[left.end : right.start] for sign in _SIGNS)
            settled = names_below(left) | names_below(right) <= known
            if crossed and not settled and numbers.isdisjoint((left, right)):
                label = Label(Span(left.start, right.end), "a cross product?")
                help_text = "write cross(a, b) for that of two vectors, * for another product"
                raise MatcalcError("E102", "this sign may be a cross product", labels=[label], help=help_text)


def _is_number(node: Syntax, scalars: Collection[str]) -> bool:
    if node.op == "name":
        return node.data in scalars or node.data in NUMBERS
    if node.op == "call":
        entries = BY_CALL.get(node.data[0], ())
        return bool(entries) and all(entry.signature.endswith("-> ()") for entry in entries)
    return node.op in ("number", "norm", "bars")
