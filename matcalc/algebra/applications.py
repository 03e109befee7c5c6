"""Functions of the table applied to normal forms: scalars taken out, transposes, laws."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.builders import build, builds_the_rest, written_rotation
from matcalc.algebra.laws import rewrite
from matcalc.algebra.parts import join, parts, scaled, split_coefficient, split_scalars
from matcalc.algebra.transposes import all_oriented, transpose, turned_chain
from matcalc.expression import ONE, Expr, is_zero, number, zeros
from matcalc.expression.signatures import entry_of, result_shape


@builds_the_rest
def apply(op: str, args: Sequence[Expr]) -> Expr:
    """Return the function ``op`` of ``args``.

    What the entry states is used: a linear function lets scalars out, one that works entry by
    entry does so once if all entries are equal, one that is invariant or
    equivariant under transposition has its argument turned the shorter way, an even or odd one has no minus
    sign in front of it, a cyclic one has
    the factors of its argument rotated. Then the laws are tried.
    """
    found = entry_of(op, args)
    assert found is not None, f"{op} does not take {[arg.shape for arg in args]}"
    entry, bound = found
    if entry.adjoint:
        linear = [bool(adjoint) for adjoint in entry.adjoints]
        if any(is_zero(arg) for arg, is_linear in zip(args, linear, strict=True) if is_linear):
            return zeros(result_shape(entry, bound))
        split = [split_scalars(a) if yes else (number(1), a) for a, yes in zip(args, linear, strict=True)]
        outside = [scalar for scalar, _ in split if not (scalar.is_number and scalar.data == 1)]
        if outside and not all(arg.is_scalar for arg in args):
            return build("mul", *outside, build(op, *[array for _, array in split]))
    if entry.elementwise and len(parts(args[0]).chain) == 1 and parts(args[0]).chain[0].op == "ones":
        scalar, equal_entries = split_scalars(args[0])
        return build("mul", build(op, scalar), equal_entries)
    if entry.parity and split_coefficient(args[0])[0] < 0:
        value = build(op, scaled(-1, args[0]))
        return scaled(-1, value) if entry.parity == "odd" else value
    if entry.cyclic:
        args = [_rotated(args[0])]
        if args[0].is_scalar:
            return rewrite(op, args) or Expr(op, tuple(args), args[0].shape)
        if is_zero(args[0]) or split_coefficient(args[0])[0] != 1:
            return build(op, *args)
    rotated = entry.cyclic and len(parts(args[0]).chain) > 1
    if entry.transpose and not rotated:
        turned, was_turned = all_oriented(args)
        if was_turned:
            value = build(op, *turned)
            return transpose(value) if entry.transpose == "equivariant" else value
    rewritten = rewrite(op, args)
    if rewritten is None and len(args) == 1 and args[0].op == "power" and not args[0].is_scalar:
        rewritten = rewrite(op, [_as_product(args[0])])
    return Expr(op, tuple(args), result_shape(entry, bound)) if rewritten is None else rewritten


def _as_product(matrix_power: Expr) -> Expr:
    """Return the power of a matrix as a product of two, for laws about products."""
    base, exponent = matrix_power.args
    half = exponent.data // 2
    halves = [build("power", base, number(count)) for count in (exponent.data - half, half)]
    return join(1, (), tuple(halves))


def _rotated(arg: Expr) -> Expr:
    """Return the product with its factors rotated to the one order in which a trace is written.

    A row or column among the factors makes it a scalar.
    """
    coefficient, scalars, chain = parts(arg)
    if len(chain) < 2:
        return arg
    for i, array in enumerate(chain):
        if array.shape[0] is ONE:
            return build("mul", number(coefficient), *scalars, *chain[i:], *chain[:i])
    if len(build("mul", chain[-1], chain[0]).args) != 2:
        return _rotated(build("mul", number(coefficient), *scalars, chain[-1], *chain[:-1]))
    sign, turned = turned_chain(chain)
    here, there = _rotations(chain), _rotations(turned)
    best = min(here + there, key=_written_order)
    if best in here:
        sign = 0 if sign < 0 and best in there else 1
    written = join(1, (), best)
    if _written_order(chain)[0] == _written_order(best)[0] and sign > 0:
        written = written_rotation(written, join(1, (), chain))
    return join(sign * coefficient, scalars, parts(written).chain)


def _rotations(chain: tuple[Expr, ...]) -> list[tuple[Expr, ...]]:
    return [chain[i:] + chain[:i] for i in range(len(chain))]


def _written_order(chain: tuple[Expr, ...]) -> tuple[int, list[int]]:
    return sum(array.op == "transpose" for array in chain), [array.key for array in chain]
