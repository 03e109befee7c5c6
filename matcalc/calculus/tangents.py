"""The forward sweep: how the value moves when a variable does, as a linear expression."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from matcalc.algebra import (
    Writing,
    argument_kinds,
    as_written,
    build,
    differentiable,
    instantiate,
    laws_recorded,
    normal_forms,
    normalise,
    read_template,
    rebuilt,
)
from matcalc.calculus.sweep import occurrences, refuse_long_products
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, depends_on, is_zero, number, postorder, zeros
from matcalc.expression.signatures import adjoint_of, entry_of, signature_of
from matcalc.functions import Function

#: Operations with any number of arguments, linear in each.
_MULTILINEAR = frozenset(["mul", "hadamard"])


def tangent(root: Expr, moves: Mapping[Expr, Expr]) -> Expr:
    """Return the differential of ``root``, where each variable in ``moves`` moves as that says.

    It is linear in the moves together. Each node is visited once: its tangent is the sum of what
    those of its arguments contribute. Raises E503 for an operation whose derivative is not known.
    """
    root = differentiable(root)
    values = normal_forms([root])
    active = depends_on(root, moves)
    refuse_long_products(root, active)
    found: dict[Expr, Expr] = dict(moves)
    for node in postorder(root):
        if node in active and node not in found:
            found[node] = _tangent(node, [found.get(arg) for arg in node.args], values)
    return found.get(root, zeros(root.shape))


def _tangent(node: Expr, tangents: list[Expr | None], values: Mapping[Expr, Expr]) -> Expr:
    if node.op == "block":
        cells = [zeros(a.shape) if t is None else t for a, t in zip(node.args, tangents, strict=True)]
        return rebuilt(node, cells)
    shares = []
    for position, count in occurrences(node):
        moved = tangents[position]
        if moved is not None and not is_zero(moved):
            share = _push_forward(node, position, moved, values)
            shares.append(share if count == 1 else build("mul", number(count), share))
    if not shares:
        return zeros(node.shape)
    return shares[0] if len(shares) == 1 else build("add", *shares)


def _push_forward(node: Expr, position: int, moved: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return what the tangent of one argument contributes to that of the node."""
    op, args = node.op, node.args
    if op == "add":
        return moved
    others = [values[arg] for arg in args]
    if op in _MULTILINEAR:
        others[position] = moved
        return build(op, *others)
    found = entry_of(op, args)
    if found is None or not (found[0].d or found[0].adjoint):
        raise MatcalcError("E503", f"the derivative of {op} is not known")
    entry, dims = found
    if adjoint_of(entry, position):  # linear in this argument
        others[position] = moved
        return rebuilt(node, others)
    arguments = signature_of(entry).arguments
    bound = {a.name: value for a, value in zip(arguments, others, strict=True) if not a.is_dim}
    return instantiate(differential(entry, position), {**bound, f"d{arguments[position].name}": moved}, dims)


@cache
def differential(entry: Function, position: int) -> Expr:
    """Return the differential of an entry where only the argument at ``position`` moves."""
    kinds = argument_kinds(entry)
    template = read_template(entry.d, (*kinds, *((f"d{name}", kind) for name, kind in kinds)))
    moving = f"d{signature_of(entry).arguments[position].name}"
    others = {f"d{name}" for name, _ in kinds} - {moving}
    done: dict[Expr, Expr] = {}
    with as_written(Writing()), laws_recorded(listed=False):
        for node in postorder(template):
            if node.op == "variable" and node.data[0] in others:
                done[node] = zeros(node.shape)
            else:
                done[node] = rebuilt(node, [done[arg] for arg in node.args])
        return normalise(done[template])
