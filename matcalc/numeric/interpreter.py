"""The values of all parts of an expression for arrays of floats."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import cache, reduce
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np

from matcalc.errors import MatcalcError
from matcalc.expression import (
    Dim,
    Expr,
    foresee_entries,
    look_at_clock,
    nearest_float,
    postorder,
    sign_if_odd_beyond_floats,
)
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import Function
from matcalc.numeric.undefined import is_singular
from matcalc.numeric.values import Array, Sizes

_MODULES = {
    "kernels": "matcalc.numeric.kernels",
    "spectral": "matcalc.numeric.spectral",
    "field": "matcalc.numeric.field",
}


def evaluate_all(
    roots: Iterable[Expr],
    arrays: Mapping[str, Array],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> dict[Expr, Any]:
    """Return the values of all subexpressions: 2-D arrays, floats for scalars.

    The shape of each value is compared with the inferred one: broadcasting must not hide an error.
    Those that are ``known`` are not found again. Raises E508 if the budget leaves no time.
    """
    look_at_clock()
    done: dict[Expr, Any] = dict(known)
    with np.errstate(all="ignore"):
        for node in postorder(*roots):
            if node in known:
                continue
            value = _value(node, [done[arg] for arg in node.args], arrays, sizes)
            if not node.is_scalar:
                wanted = tuple(size_of(dim, sizes) for dim in node.shape)
                assert value.shape == wanted, f"{node.op} gave {value.shape}, not {wanted}"
            done[node] = value
    return done


def size_of(dim: Dim, sizes: Sizes) -> int:
    """Return the number that a dimension is; raises E301 if it is not known."""
    missing = sorted(dim.symbols.difference(sizes))
    if missing:
        raise MatcalcError(
            "E301",
            f"the size {missing[0]} is not known",
            help="give a value to a variable that has this size",
        )
    return dim.evaluate(sizes)


def _value(node: Expr, args: list[Any], arrays: Mapping[str, Array], sizes: Sizes) -> Any:
    op = node.op
    if op == "mul":
        return _product(args, node.is_scalar)
    if op == "block":
        rows, cols = node.data
        cells = [np.atleast_2d(arg) for arg in args]
        return np.block([cells[i * cols : (i + 1) * cols] for i in range(rows)])
    if op in ("power", "hadamard_power"):
        return _power(node, *args)
    if op in _STRUCTURAL:
        return _STRUCTURAL[op](args)
    if op == "number":
        return nearest_float(node.data)
    if op == "variable":
        name = node.data[0]
        if name not in arrays:
            raise MatcalcError("E301", f"there is no value for {name}")
        return float(arrays[name][0, 0]) if node.is_scalar else arrays[name]
    if op == "pi":
        return float(np.pi)
    if op == "dimension":
        return float(size_of(node.data, sizes))
    if not node.args:
        rows, cols = (size_of(dim, sizes) for dim in node.shape)
        foresee_entries(rows * cols, f"one of them has {rows * cols:,}")
        return np.eye(rows) if op == "identity" else np.full((rows, cols), float(op == "ones"))
    found = entry_of(op, node.args)
    assert found is not None and found[0].evaluate, f"{op} has no numerical implementation"
    return _call(found[0], args, node, sizes)


def _call(entry: Function, args: list[Any], node: Expr, sizes: Sizes) -> Any:
    if entry.finite_if_invertible and is_singular(args[0]):
        return _not_a_number(node, sizes)
    if not entry.elementwise:
        arguments = signature_of(entry).arguments
        args = [
            arg if argument.is_scalar or argument.is_dim else np.atleast_2d(arg)
            for arg, argument in zip(args, arguments, strict=True)
        ]
    try:
        value = implementation(entry)(*args)
    except ValueError as error:
        # SciPy has an error of its own for what is not finite, or becomes so under way.
        if not isinstance(error, np.linalg.LinAlgError) and "infs or NaNs" not in str(error):
            raise
        return _not_a_number(node, sizes)
    return float(np.asarray(value).reshape(())) if node.is_scalar else value


def _not_a_number(node: Expr, sizes: Sizes) -> Any:
    nothing = np.full(tuple(size_of(dim, sizes) for dim in node.shape), np.nan)
    return float(nothing[0, 0]) if node.is_scalar else nothing


def implementation(entry: Function) -> Callable[..., Any]:
    """Return the numerical implementation that an entry names."""
    return named(entry.evaluate)


@cache
def named(place: str) -> Callable[..., Any]:
    """Return the function that stands in a place such as ``numpy.linalg:inv``."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(_MODULES.get(module, module)), name)
    return found


def _product(args: list[Any], scalar: bool) -> Any:
    """Return the product of numbers and matrices; from the right if it ends in a column."""
    scale = 1.0
    chain = []
    for arg in args:
        if isinstance(arg, float):
            scale *= arg
        else:
            chain.append(arg)
    if not chain:
        return scale
    if chain[-1].shape[1] == 1:
        value = reduce(lambda right, left: left @ right, reversed(chain))
    else:
        value = reduce(np.matmul, chain)
    if scalar:
        return scale * float(value[0, 0])
    return value if scale == 1.0 else scale * value


def _power(node: Expr, base: Any, exponent: Any) -> Any:
    """Return a power of a scalar, of a matrix or of each entry; the parity of the exponent is exact."""
    if node.op == "power" and not node.is_scalar:
        return np.linalg.matrix_power(base, int(node.args[1].data))
    if sign_if_odd_beyond_floats(node.args[1]):
        value = np.copysign(np.power(np.abs(base), exponent), base)
    else:
        value = np.power(base, exponent)
    return float(value) if node.is_scalar else value


_STRUCTURAL: dict[str, Callable[[list[Any]], Any]] = {
    "add": lambda args: reduce(operator.add, args),
    "negate": lambda args: -args[0],
    "hadamard": lambda args: reduce(operator.mul, args),
    "transpose": lambda args: args[0] if isinstance(args[0], float) else args[0].T,
    "quotient": lambda args: args[0] / args[1] if not isinstance(args[0], float) else float(np.divide(*args)),
    "hadamard_quotient": lambda args: args[0] / args[1],
}
