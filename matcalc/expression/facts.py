"""What is known of values: declared of variables, stated by entries, or plain to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from matcalc.expression.nodes import Expr
from matcalc.expression.signatures import entry_for_node
from matcalc.expression.traversal import attribute
from matcalc.functions import (
    BY_OPERATION,
    Function,
    entries_of,
    implied,
    property_named,
)

Facts = frozenset[str]

_ASSOCIATIVE = ("add", "mul", "hadamard")
_ENTRYWISE = ("hadamard", "hadamard_power")
_FORMS: dict[str, Callable[[Expr], bool]] = {
    "square": lambda expr: expr.shape[0] is expr.shape[1],
    "even-size": lambda expr: expr.shape[0].parity == 0,
    "entrywise": lambda expr: expr.op in _ENTRYWISE,
    "plain": lambda expr: expr.op not in _ENTRYWISE,
}
_NONE: Facts = frozenset()


def has_fact(expr: Expr, fact: str) -> bool:
    """Return whether ``fact`` is known of the value: declared, or following from its parts.

    ``square`` and ``even-size``, an even number of rows, are a matter of shape, ``entrywise`` and ``plain``
    of form: a Hadamard product or power, or not. The other facts are the names of properties; for anything
    else ``LookupError`` is raised.
    """
    if fact in _FORMS:
        return _FORMS[fact](expr)
    if fact in facts_of(expr):
        return True
    property_named(fact)  # an unknown one is a mistake, and not just one that does not hold
    return False


def facts_of(expr: Expr) -> Facts:
    """Return all facts that are known of the value, but for those of :func:`has_fact` about its form."""
    return attribute(expr, "facts", _facts_of)


def _facts_of(node: Expr, held: list[Facts]) -> Facts:
    if not node.args:
        return implied(_facts_of_leaf(node))
    if node.op == "mul":
        return _facts_of_product(node, held)
    entry = _entry(node)
    return _NONE if entry is None else _stated(entry, held, node.args)


def _facts_of_leaf(node: Expr) -> tuple[str, ...]:
    if node.op == "variable":
        return tuple(node.data[1])
    if node.op == "number":
        parity = ("even",) if node.data % 2 == 0 else ("odd",) if node.data % 2 == 1 else ()
        if node.data == 0:
            return ("nonnegative", "nonpositive", *parity)
        return ("positive" if node.data > 0 else "nonpositive", *parity)
    if node.op in ("ones", "dimension", "pi"):
        return ("positive",)
    if node.op == "identity":
        return ("diagonal", "orthogonal", "spd", "nonnegative")
    return ("nonnegative", "nonpositive") if node.op == "zeros" else ()


def _entry(node: Expr) -> Function | None:
    """Return the entry of an operation; sums and Hadamard products of several have that of two.

    A power of a matrix has none: what is stated of powers is about scalars.
    """
    entries = entries_of(node.op)
    if len(entries) < 2 and (node.op != "power" or node.is_scalar):
        return entries[0] if entries else None
    return entry_for_node(node)


def _facts_of_product(node: Expr, held: Sequence[Facts]) -> Facts:
    """Return what is known of a product, in which scalars and arrays may stand in any order."""
    [product], [scale] = BY_OPERATION["mul"], BY_OPERATION["scale"]
    factors = [arg for arg in node.args if not arg.is_scalar]
    arrays = [facts for arg, facts in zip(node.args, held, strict=True) if not arg.is_scalar]
    scalars = [facts for arg, facts in zip(node.args, held, strict=True) if arg.is_scalar]
    # Of a product with a factor of which nothing is known nothing is known either.
    result = (_stated(product, arrays) if all(arrays) else _NONE) if arrays else scalars.pop()
    if len(factors) > 1 and not node.is_scalar and _is_congruence(factors, arrays[len(arrays) // 2]):
        result |= implied(["psd"])
    for scalar in scalars if result else ():
        result = _stated(scale, (scalar, result))
    return result


def _is_congruence(factors: Sequence[Expr], middle: Facts) -> bool:
    """Return whether a product is ``A*A'``, or ``A*P*A'`` with a positive semidefinite matrix between."""
    pairs = zip(factors[: len(factors) // 2], reversed(factors), strict=False)
    return (len(factors) % 2 == 0 or "psd" in middle) and all(_are_transposes(*pair) for pair in pairs)


def _are_transposes(left: Expr, right: Expr) -> bool:
    """Return whether one factor is plainly the transpose of the other."""
    if left is right:
        return "symmetric" in left.memo["facts"]
    return any(
        first.op == "transpose" and first.args[0] is second
        for first, second in ((left, right), (right, left))
    )


def _stated(entry: Function, held: Sequence[Facts], args: Sequence[Expr] = ()) -> Facts:
    """Return what an entry says of its value, when so much is known of its arguments.

    For more operands than the entry has, as in a long sum, two at a time. ``args`` tell the sizes.
    """
    if not any(held):
        return entry.always
    if entry.name in _ASSOCIATIVE and len(held) != 2:
        return reduce(lambda left, right: _stated(entry, (left, right)), held)
    result: set[str] = set()
    if entry.kept:
        result.update(frozenset.intersection(*held).intersection(entry.kept))
    for clause in entry.clauses:
        if all(_holds(entry, name, fact, held, args) for name, fact in clause.conditions):
            result |= clause.facts
    return implied(result) if result else _NONE


def _holds(entry: Function, name: str, fact: str, held: Sequence[Facts], args: Sequence[Expr]) -> bool:
    if name in ("all", "any"):
        return (all if name == "all" else any)(fact in facts for facts in held)
    place = entry.arguments.index(name)
    return _FORMS[fact](args[place]) if fact in _FORMS else fact in held[place]
