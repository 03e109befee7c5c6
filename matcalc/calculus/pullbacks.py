"""How a cotangent goes back through one operation, read off the entry of that operation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from matcalc.algebra import (
    Writing,
    argument_kinds,
    as_written,
    build,
    instantiate,
    kind_of,
    laws_recorded,
    normalise,
    pull_back_block,
    read_template,
    transpose,
)
from matcalc.calculus.sweep import cotangents
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, zeros
from matcalc.expression.signatures import adjoint_of, entry_of, signature_of
from matcalc.functions import BY_OPERATION, Function


@cache
def pullback(entry: Function, position: int) -> Expr:
    """Return what a cotangent ``G`` contributes to the argument at ``position``.

    A formula in the entry's arguments and ``G``: the adjoint as the entry states it, or the
    transpose of its differential, which is linear in ``dX``.
    """
    signature = signature_of(entry)
    kinds = argument_kinds(entry)
    cotangent = (("G", kind_of(signature.result)),)
    if text := adjoint_of(entry, position):
        return read_template(text, (*kinds, *cotangent))
    differentials = tuple((f"d{name}", kind) for name, kind in kinds)
    argument = signature.arguments[position]
    tangent = read_template(f"d{argument.name}", differentials)
    start = read_template("G", cotangent)
    # Kept for all derivations, so not written as the first one happens to write things.
    with as_written(Writing()), laws_recorded(listed=False):
        linear = normalise(read_template(entry.d, (*kinds, *differentials)))
        return cotangents(linear, [tangent], start, pull_back).get(tangent, zeros(tangent.shape))


def pull_back(node: Expr, position: int, cotangent: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return what the cotangent of ``node`` contributes to its argument at ``position``.

    ``values`` holds the normal forms of the arguments. Raises E503 for an operation whose
    derivative is not known.
    """
    op, args = node.op, node.args
    if op == "add":
        return cotangent
    others = [values[arg] for i, arg in enumerate(args) if i != position]
    if op == "hadamard":
        return build("hadamard", cotangent, *others)
    if op == "mul":
        return _pull_back_product(node, position, cotangent, values)
    if op == "block":
        return pull_back_block(node, position, cotangent)
    found = entry_of(op, args)
    if found is None or not (found[0].d or found[0].adjoint):
        raise MatcalcError("E503", f"the derivative of {op} is not known")
    entry, dims = found
    arguments = signature_of(entry).arguments
    bound = {a.name: values[arg] for a, arg in zip(arguments, args, strict=True) if not a.is_dim}
    return instantiate(pullback(entry, position), {**bound, "G": cotangent}, dims)


def entry_used(node: Expr, position: int) -> tuple[Function, int] | None:
    """Return the entry by which :func:`pull_back` goes to an argument, and which argument it is there.

    ``None`` for block matrices, which have none. Sums and products of several operands have that of two.
    """
    if node.op == "block":
        return None
    arrays = [i for i, arg in enumerate(node.args) if not arg.is_scalar]
    if node.op == "mul" and (len(arrays) < 2 or position not in arrays):
        [scale] = BY_OPERATION["scale"]
        return scale, int(not arrays or position in arrays)
    if node.op in ("add", "mul", "hadamard"):
        [entry] = BY_OPERATION[node.op]
        return entry, int(position > (arrays or [0])[0])
    found = entry_of(node.op, node.args)
    return None if found is None else (found[0], position)


def _pull_back_product(node: Expr, position: int, cotangent: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return the contribution to one factor: the entries of two factors, used from both sides.

    ``s*P*X*S`` sends ``G`` to ``X`` as ``s*P'*G*S'``, and to ``s`` as ``tr((P*X*S)'*G)``.
    """
    factors = [values[arg] for arg in node.args]
    others = factors[:position] + factors[position + 1 :]
    if factors[position].is_scalar:
        if node.is_scalar:
            return build("mul", cotangent, *others)
        rest = build("mul", *others)
        return build("tr", build("mul", transpose(rest), cotangent))
    scalars = [f for f in others if f.is_scalar]
    before = [transpose(f) for f in reversed(factors[:position]) if not f.is_scalar]
    after = [transpose(f) for f in reversed(factors[position + 1 :]) if not f.is_scalar]
    return build("mul", *scalars, *before, cotangent, *after)
