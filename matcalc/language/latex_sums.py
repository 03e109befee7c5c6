r"""Sums over indices: ``\sum_i y_i \log p_i`` is the sum of the entries of ``y .* log(p)``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.expression import Dim
from matcalc.functions import BY_CALL
from matcalc.language.latex_names import SubscriptedName, fault, place
from matcalc.language.syntax import SUMMED, Syntax, syntax_postorder

#: Operations, by what becomes of them where an operand runs over the index.
_ENTRYWISE = {
    "add": "add", "negate": "negate", "mul": "hadamard", "dot": "hadamard", "hadamard": "hadamard",
    "quotient": "hadamard_quotient", "hadamard_quotient": "hadamard_quotient",
    "power": "hadamard_power", "hadamard_power": "hadamard_power", "bars": "call", "call": "call",
}  # fmt: skip
#: The operation of a sum whose entries have a second index, until the sum over that one is met.
WAITING = "waiting"


def summed(
    sign: Token,
    body: Syntax,
    indexed: Mapping[int, SubscriptedName],
    variables: Collection[str],
    declared: Collection[str],
) -> Syntax:
    """Return the sum of the entries that ``body`` stands for.

    In it names with the index are vectors, and the operations between them work entry by entry;
    everything else is a scalar. Over two indices, in one sum or in two, names with both are matrices,
    and names with one are repeated along the other. Raises E506 for what is no such sum.
    """
    indices, _, upper = sign.partition("=")
    indices = indices or _only_index(sign, body, indexed)
    if body.op == WAITING and len(indices) == 1:
        indices, upper, body = indices + body.data, "", body.args[0]
    if len(indices) == 1 and _has_others(body, indices, indexed):
        return Syntax(WAITING, (body,), place(sign)[0], body.end, indices)
    size = _size(upper, variables)
    running: dict[Syntax, Syntax] = {}
    for node in syntax_postorder(body, lambda n: () if _is_summed(n) else n.args):
        entry = _entry(node, indices, indexed, size) if node.op == "name" else None
        if entry is not None:
            _refuse_kronecker(node, indexed, declared)
            running[node] = entry
        elif node.op == "name" and node.data in indices:
            raise _refuse(node, f"the index {node.data} is no factor", "only in subscripts")
        elif _is_summed(node):
            raise _refuse(node, "a sum inside this sum cannot be used", "a sum in a sum")
        elif any(arg in running for arg in node.args):
            running[node] = _entrywise(node, indices, running)
    carried = {letter for name in running if name.op == "name" for letter in _letters(name, indexed)}
    for index in sorted(set(indices) - carried):
        message = f"nothing in the sum has the index {index}"
        raise fault("E506", message, *place(sign), "sum of what?", "write \\sum_i x_i for a vector x")
    start, end = place(sign)
    return Syntax("call", (running[body],), start, body.end, ("sum", end, SUMMED))


def _refuse_kronecker(
    name: Syntax, indexed: Mapping[int, SubscriptedName], declared: Collection[str]
) -> None:
    if indexed[name.start].base == "delta" and len(_letters(name, indexed)) == 2 and "delta" not in declared:
        help_text = "sum over one index alone; or declare delta, if it is a matrix"
        message = "a delta with two indices may be Kronecker's"
        raise fault("E506", message, name.start, name.end, "not a matrix?", help_text)


def refuse_waiting(root: Syntax, indexed: Mapping[int, SubscriptedName], declared: Collection[str]) -> None:
    r"""Raise E506 if entries have an index that no sum runs over, or stand outside the sum over theirs.

    So do entries of an array that is summed over: ``x_k`` beside ``\sum_i x_i`` is no variable of its own,
    unless it is declared; ``x_0`` is, as no sum begins there.
    """
    summed_over: dict[str, set[str]] = {}
    dimensions: dict[str, int] = {}
    for name in _names(root):
        if name.start in indexed and name.data == indexed[name.start].base:
            summed_over.setdefault(name.data, set()).update(_letters(name, indexed))
            dimensions[name.data] = len(_letters(name, indexed))
    indices = frozenset().union(*summed_over.values())
    for name in _names(root):
        if name.start not in indexed or name.data == indexed[name.start].base:
            continue
        letters, array = _letters(name, indexed), indexed[name.start].base
        if letters & indices and not _within_waiting(root, name):
            help_text = "put brackets around what is summed"
            raise fault("E506", f"{name.data} stands outside the sum over its index", name.start, name.end,
                        "not in the sum", help_text)  # fmt: skip
        if array in summed_over and letters != {"0"} and name.data not in declared:
            raise _entry_of(name, array, dimensions[array])
    for node in syntax_postorder(root, lambda n: n.args):
        if node.op == WAITING:
            for name in _names(node):
                if len(_letters(name, indexed)) > 1:
                    raise _refuse(name, f"no sum runs over all indices of {name.data}", "an index too many")


def _entry_of(name: Syntax, array: str, dimensions: int) -> MatcalcError:
    help_text = f'write u^\\top {array}{" v" * (dimensions > 1)} with a one-hot u, as in "u: onehot(n)"'
    help_text += f"; declare {name.data} if it is a variable of its own"
    message = f"{name.data} is an entry of {array}, which is summed over"
    return fault("E506", message, name.start, name.end, "a single entry", help_text)


def refuse_label_of_entries(label: Token, indexed: Mapping[int, SubscriptedName]) -> None:
    r"""Raise E506 for a label with indices, as in ``S_{ij} = ...``, which says what each entry is."""
    found = indexed.get(place(label)[0])
    letters = {letter for letter in found.letters if letter.isalpha()} if found else set()
    if len(letters) > 1:
        help_text = f"write what depends on {found.base if found else label}, and its entries there"
        raise fault(
            "E506", "the entries of an array cannot be defined", *place(label), "with indices", help_text
        )


def _within_waiting(root: Syntax, name: Syntax) -> bool:
    found = syntax_postorder(root, lambda n: n.args)
    return any(name in _names(node) for node in found if node.op == WAITING)


def _is_summed(node: Syntax) -> bool:
    return node.op == WAITING or (node.op == "call" and node.data[-1] == SUMMED)


def _names(root: Syntax) -> list[Syntax]:
    """Return the names that are written; what a sum adds has no length."""
    nodes = syntax_postorder(root, lambda n: n.args)
    return [node for node in nodes if node.op == "name" and node.end > node.start]


def _letters(name: Syntax, indexed: Mapping[int, SubscriptedName]) -> frozenset[str]:
    found = indexed.get(name.start)
    return frozenset() if found is None else found.letters


def _has_others(body: Syntax, index: str, indexed: Mapping[int, SubscriptedName]) -> bool:
    """Return whether a name has the index and one more letter, which may be another sum's index."""
    carrying = [letters for name in _names(body) if index in (letters := _letters(name, indexed))]
    return any(len(letters) == 2 for letters in carrying)


def _only_index(sign: Token, body: Syntax, indexed: Mapping[int, SubscriptedName]) -> str:
    """Return the only letter that names in a sum without an index have as subscript. Raises E506."""
    letters = {letter for name in _names(body) for letter in _letters(name, indexed)}
    if len(letters) != 1:
        raise fault("E506", "a sum needs an index", *place(sign), "over what?",
                    "write \\sum_i x_i, or \\operatorname{sum}(x) for the sum of all entries")  # fmt: skip
    return letters.pop()


def _size(upper: str, variables: Collection[str]) -> Dim | None:
    """Return the length that the sum says its vectors have; none if it is a variable's name."""
    if not upper or upper in variables:
        return None
    return Dim.number(int(upper)) if upper.isdigit() and len(upper) < 10 else Dim.symbol(upper)


def _refuse(node: Syntax, message: str, label: str) -> MatcalcError:
    return fault("E506", message, node.start, node.end, label)


def _entry(
    node: Syntax, indices: str, indexed: Mapping[int, SubscriptedName], size: Dim | None
) -> Syntax | None:
    """Return what runs over the indices where a name has them as its subscript, else nothing.

    Raises E506 for a name that has other letters too.
    """
    found = indexed.get(node.start)
    if found is None or found.letters.isdisjoint(indices):
        return None
    subscript = node.data.removeprefix(found.base).replace("_", "")
    if not found.letters <= set(indices) or sorted(subscript) != sorted(found.letters):
        raise _refuse(node, "entries with other indices cannot be summed", f"more than the index {indices}")
    name = Syntax("name", (), node.start, node.end, found.base)
    if len(subscript) == 2:
        entry = Syntax("entries", (name,), node.start, node.end)
        return entry if subscript == indices else Syntax("transpose", (entry,), node.start, node.end)
    entry = Syntax("entry", (name,), node.start, node.end, size)
    if len(indices) == 1:
        return entry
    ones = Syntax("entry", (Syntax("name", (), node.end, node.end, "ones"),), node.end, node.end)
    along = (entry, ones) if subscript == indices[0] else (ones, entry)
    row = Syntax("transpose", along[1:], along[1].start, along[1].end)
    return Syntax("mul", (along[0], row), node.start, node.end)


def _entrywise(node: Syntax, index: str, running: Mapping[Syntax, Syntax]) -> Syntax:
    """Return the operation on entries, where at least one operand runs over the index."""
    op = _ENTRYWISE.get(node.op, "")
    args, data = _grouped(node, running) if node.op in ("mul", "dot") else node.args, node.data
    if op == "hadamard_power" and _is_inverse_of_entries(node, running):
        help_text = "write \\frac{1}{X_{ij}} for reciprocals, or M_{ij} ... \\text{where } M = X^{-1}"
        message = "this may be the reciprocal of an entry or an entry of the inverse"
        raise fault("E102", message, node.start, node.end, "which?", help_text)
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


def _is_inverse_of_entries(power: Syntax, running: Mapping[Syntax, Syntax]) -> bool:
    """Return whether an entry with two indices has the exponent -1."""
    base, exponent = power.args
    entry = running.get(base)
    minus_one = exponent.op == "negate" and exponent.args[0].op == "number" and exponent.args[0].data == 1
    return minus_one and base.op == "name" and entry is not None and entry.op in ("entries", "transpose")


def _grouped(node: Syntax, running: Mapping[Syntax, Syntax]) -> tuple[Syntax, ...]:
    """Return the factors, those without the index that stand side by side as one product."""
    groups: list[list[Syntax]] = []
    for arg in node.args:
        if groups and arg not in running and groups[-1][0] not in running:
            groups[-1].append(arg)
        else:
            groups.append([arg])
    signs = dict(zip(node.args, map((node.data or {}).get, range(len(node.args))), strict=True))
    return tuple(group[0] if len(group) == 1 else _product(group, signs) for group in groups)


def _product(factors: list[Syntax], signs: Mapping[Syntax, str | None]) -> Syntax:
    """Return the product of factors, with the signs that stand before them."""
    dots = {i: sign for i, factor in enumerate(factors) if i and (sign := signs[factor])}
    return Syntax("dot" if dots else "mul", tuple(factors), factors[0].start, factors[-1].end, dots or None)


def _single(node: Syntax, *, spread: bool) -> Syntax:
    """Return the node marked as a scalar; next to entries in a sum it is added to each."""
    if all(part.op != "name" for part in syntax_postorder(node, lambda n: n.args)):
        return node
    single = Syntax("single", (node,), node.start, node.end)
    if not spread:
        return single
    ones = Syntax("name", (), node.end, node.end, "ones")
    return Syntax("mul", (single, ones), node.start, node.end)
