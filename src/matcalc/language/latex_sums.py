r"""Sums over an index: ``\sum_i y_i \log p_i`` is the sum of the entries of ``y .* log(p)``."""

from __future__ import annotations

from collections.abc import Mapping

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.expression import Dim
from matcalc.functions import BY_CALL
from matcalc.language.latex_names import Indexed, fault, place
from matcalc.language.syntax import Syntax, syntax_postorder

#: Operations, by what becomes of them where an operand runs over the index.
_ENTRYWISE = {
    "add": "add", "negate": "negate", "mul": "hadamard", "hadamard": "hadamard",
    "quotient": "hadamard_quotient", "hadamard_quotient": "hadamard_quotient",
    "power": "hadamard_power", "hadamard_power": "hadamard_power", "bars": "call", "call": "call",
}  # fmt: skip
#: Marks the call that a sum over an index becomes.
SUMMED = "summed"


def summed(sign: Token, body: Syntax, indexed: Mapping[int, Indexed], variables: frozenset[str]) -> Syntax:
    """Return the sum of the entries that ``body`` stands for.

    In it names with the index are vectors, and the operations between them work entry by entry;
    everything else is a scalar. Raises E506 for what is no such sum.
    """
    index, _, upper = sign.partition("=")
    size = _size(upper, variables)
    running: dict[Syntax, Syntax] = {}
    for node in syntax_postorder(body, lambda n: () if _is_summed(n) else n.args):
        if node.op == "name" and _carries(node, index, indexed):
            vector = Syntax("name", (), node.start, node.end, indexed[node.start].base)
            running[node] = Syntax("entry", (vector,), node.start, node.end, size)
        elif node.op == "name" and node.data == index:
            raise _refuse(node, f"the index {index} is no factor", "only in subscripts")
        elif _is_summed(node):
            raise _refuse(node, "sums over several indices cannot be used", "a sum in a sum")
        elif any(arg in running for arg in node.args):
            running[node] = _entrywise(node, index, running)
    if body not in running:
        message = f"nothing in the sum has the index {index}"
        raise fault("E506", message, *place(sign), "sum of what?", "write \\sum_i x_i for a vector x")
    start, end = place(sign)
    return Syntax("call", (running[body],), start, body.end, ("sum", end, SUMMED))


def _is_summed(node: Syntax) -> bool:
    return node.op == "call" and node.data[-1] == SUMMED


def _size(upper: str, variables: frozenset[str]) -> Dim | None:
    """Return the length that the sum says its vectors have; none if it is a variable's name."""
    if not upper or upper in variables:
        return None
    return Dim.number(int(upper)) if upper.isdigit() and len(upper) < 10 else Dim.symbol(upper)


def _refuse(node: Syntax, message: str, label: str) -> MatcalcError:
    return fault("E506", message, node.start, node.end, label)


def _carries(node: Syntax, index: str, indexed: Mapping[int, Indexed]) -> bool:
    """Return whether a name has the index as its subscript. Raises E506 if it has others too."""
    found = indexed.get(node.start)
    if found is None or index not in found.letters:
        return False
    if found.letters != {index} or node.data.rpartition("_")[2] != index:
        raise _refuse(node, "entries with several indices cannot be summed", f"more than the index {index}")
    return True


def _entrywise(node: Syntax, index: str, running: Mapping[Syntax, Syntax]) -> Syntax:
    """Return the operation on entries, where at least one operand runs over the index."""
    op = _ENTRYWISE.get(node.op, "")
    args, data = _grouped(node, running) if node.op == "mul" else node.args, node.data
    if node.op == "bars":
        data = ("abs", node.start)
    entries = BY_CALL.get(data[0], ()) if op == "call" else ()
    elementwise = all(entry.elementwise for entry in entries)
    if not op or not elementwise or (op == "call" and len(args) != 1):
        what = f"{data[0]} of" if node.op == "call" else "this operation on"
        message = f"{what} what has the index {index} cannot be summed"
        raise _refuse(node, message, "not entry by entry")
    if op == "hadamard_quotient" and args[1] not in running:
        op = "quotient"
    new = tuple(running.get(arg) or _single(arg, spread=op == "add") for arg in args)
    return Syntax(op, new, node.start, node.end, data if op == "call" else None)


def _grouped(node: Syntax, running: Mapping[Syntax, Syntax]) -> tuple[Syntax, ...]:
    """Return the factors, those without the index that stand side by side as one product."""
    groups: list[list[Syntax]] = []
    for arg in node.args:
        if groups and arg not in running and groups[-1][0] not in running:
            groups[-1].append(arg)
        else:
            groups.append([arg])
    return tuple(
        group[0] if len(group) == 1 else Syntax("mul", tuple(group), group[0].start, group[-1].end)
        for group in groups
    )


def _single(node: Syntax, *, spread: bool) -> Syntax:
    """Return the node marked as a scalar; next to entries in a sum it is added to each."""
    if all(part.op != "name" for part in syntax_postorder(node, lambda n: n.args)):
        return node
    single = Syntax("single", (node,), node.start, node.end)
    if not spread:
        return single
    ones = Syntax("name", (), node.end, node.end, "ones")
    return Syntax("mul", (single, ones), node.start, node.end)
