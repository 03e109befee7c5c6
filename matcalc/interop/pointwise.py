"""Operations entry by entry: on scalars, on arrays of one shape, and on both together.

In ``Lambda(d, 1 + t*d**2)``, applied to each entry of a matrix, ``d`` stands for the matrix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.expression import SCALAR, Expr, Shape, number, postorder
from matcalc.expression.signatures import bind, result_shape, signature_of
from matcalc.functions import BY_OPERATION, Function
from matcalc.language.assemble import spread


def shape_of(args: Sequence[Expr]) -> Shape:
    """Return the shape of the arrays among the arguments, that of a scalar if there are none."""
    return next((arg.shape for arg in args if not arg.is_scalar), SCALAR)


def spread_all(args: Sequence[Expr]) -> tuple[Expr, ...]:
    """Return the arguments with scalars spread over the shape of the arrays, if there are any."""
    shape = shape_of(args)
    if shape == SCALAR:
        return tuple(args)
    return tuple(spread(arg, shape) if arg.is_scalar else arg for arg in args)


def added(args: Sequence[Expr]) -> Expr:
    """Return the sum."""
    return args[0] if len(args) == 1 else Expr("add", spread_all(args), shape_of(args))


def multiplied(args: Sequence[Expr]) -> Expr:
    """Return the product of the scalars and the Hadamard product of the arrays."""
    scalars = [arg for arg in args if arg.is_scalar]
    arrays = tuple(arg for arg in args if not arg.is_scalar)
    if arrays:
        scalars.append(arrays[0] if len(arrays) == 1 else Expr("hadamard", arrays, arrays[0].shape))
    return scalars[0] if len(scalars) == 1 else Expr("mul", tuple(scalars), shape_of(args))


def raised(base: Expr, exponent: Expr) -> Expr:
    """Return the power of each entry."""
    if base.is_scalar and exponent.is_scalar:
        return Expr("power", (base, exponent), SCALAR)
    if base.is_scalar:
        base = spread(base, exponent.shape)
    return Expr("hadamard_power", (base, exponent), base.shape)


def applied(entry: Function, args: Sequence[Expr]) -> Expr | None:
    """Return the entry of the table applied, ``None`` if the shapes do not fit."""
    signature = signature_of(entry)
    if signature.entrywise:
        args = spread_all(args)
    dims = bind(signature, tuple(arg.shape for arg in args))
    return None if dims is None else Expr(entry.name, tuple(args), result_shape(entry, dims))


def entry_by_entry(template: Expr, values: Mapping[str, Expr]) -> Expr:
    """Return a formula for scalars, as written, applied to each entry of arrays."""
    done: dict[Expr, Expr] = {}
    for node in postorder(template):
        args = [done[arg] for arg in node.args]
        if node.op == "variable":
            done[node] = values[node.data[0]]
        elif not args:
            done[node] = node
        elif node.op == "negate":
            done[node] = Expr("negate", tuple(args), args[0].shape)
        elif node.op == "quotient":
            done[node] = multiplied([args[0], raised(args[1], number(-1))])
        elif node.op in ("add", "mul"):
            done[node] = (added if node.op == "add" else multiplied)(args)
        elif node.op == "power":
            done[node] = raised(*args)
        else:
            value = applied(BY_OPERATION[node.op][0], args)
            assert value is not None, f"{node.op} is no function of scalars"
            done[node] = value
    return done[template]
