"""Functions of SymPy as functions of the table, and operations entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from matcalc.algebra import read_template
from matcalc.expression import SCALAR, Expr, Shape, fold, number
from matcalc.expression.signatures import bind, result_shape, signature_of
from matcalc.functions import BY_OPERATION, Function
from matcalc.functions.fields import call_of
from matcalc.interop.writing import counterparts_called
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

    def of_arrays(node: Expr, args: list[Expr]) -> Expr:
        if node.op == "variable":
            return values[node.data[0]]
        if not args:
            return node
        if node.op == "negate":
            return Expr("negate", tuple(args), args[0].shape)
        if node.op == "quotient":
            return multiplied([args[0], raised(args[1], number(-1))])
        if node.op in ("add", "mul"):
            return (added if node.op == "add" else multiplied)(args)
        if node.op == "power":
            return raised(*args)
        value = applied(BY_OPERATION[node.op][0], args)
        assert value is not None, f"{node.op} is no function of scalars"
        return value

    return fold([template], of_arrays)[template]


TRANSLATIONS: tuple[tuple[str, str], ...] = (
    ("Exp1", "exp(1)"),
    ("GoldenRatio", "(1 + sqrt(5))/2"),
    ("Heaviside(X, 0)", "relu(sign(X))"),
    ("Heaviside(X, 1)", "1 - relu(sign(-X))"),
    ("sec(X)", "1/cos(X)"),
    ("csc(X)", "1/sin(X)"),
    ("cot(X)", "1/tan(X)"),
    ("sech(X)", "1/cosh(X)"),
    ("csch(X)", "1/sinh(X)"),
    ("coth(X)", "1/tanh(X)"),
    ("asinh(X)", "log(X + sqrt(X^2 + 1))"),
    ("acosh(X)", "log(X + sqrt(X^2 - 1))"),
    ("atanh(X)", "log((1 + X)/(1 - X))/2"),
    ("erfc(X)", "1 - erf(X)"),
    ("conjugate(X)", "X"),
    ("re(X)", "X"),
)


def called(node: Any, args: Sequence[Expr]) -> Expr | None:
    """Return the function that ``node`` applies, ``None`` if the table has none for these shapes."""
    name = type(node).__name__
    if isinstance(node, sympy.core.operations.LatticeOp):
        return _folded(name, sorted(args, key=lambda arg: arg.is_number))
    return _applied(name, args) or _translated(name, args)


def _folded(name: str, args: Sequence[Expr]) -> Expr | None:
    """Return a function of any number of arguments as one of two, from left to right."""
    value: Expr | None = args[0]
    for arg in args[1:]:
        value = value and _applied(name, [value, arg])
    return value


def _applied(name: str, args: Sequence[Expr]) -> Expr | None:
    for entry, part in counterparts_called(name):
        given = _fitting(part.arguments, args)
        if given is not None:
            value = applied(entry, [given[argument] for argument in entry.arguments])
            if value is not None:
                return value
    return None


def _fitting(pattern: Sequence[str | Fraction], args: Sequence[Expr]) -> dict[str, Expr] | None:
    """Return the arguments by their names, ``None`` if a number is not the one of the pattern."""
    if len(pattern) != len(args):
        return None
    named = {}
    for wanted, arg in zip(pattern, args, strict=True):
        if isinstance(wanted, str):
            named[wanted] = arg
        elif arg is not number(wanted):
            return None
    return named


def is_known(node: Any) -> bool:
    """Return whether a function of SymPy has a counterpart in the table, or a translation."""
    name = type(node).__name__
    return bool(counterparts_called(name)) or name in _translations()


@cache
def _translations() -> dict[str, tuple[tuple[tuple[str | Fraction, ...], Expr], ...]]:
    found: dict[str, tuple[tuple[tuple[str | Fraction, ...], Expr], ...]] = {}
    for left, right in TRANSLATIONS:
        name, pattern = call_of(left)
        kinds = tuple((word, "scalar") for word in pattern if isinstance(word, str))
        found[name] = (*found.get(name, ()), (pattern, read_template(right, kinds)))
    return found


def _translated(name: str, args: Sequence[Expr]) -> Expr | None:
    for pattern, template in _translations().get(name, ()):
        given = _fitting(pattern, args)
        if given is not None:
            return entry_by_entry(template, given)
    return None
