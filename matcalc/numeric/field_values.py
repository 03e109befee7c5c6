"""The value of an expression over a field: the same formulas, with exact entries."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from matcalc.expression import Expr, postorder
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.numeric.degrees import Sizes, exponent_of
from matcalc.numeric.evaluate import named
from matcalc.numeric.field import Dual, lifted


def field_values(roots: Iterable[Expr], arrays: Mapping[str, Any], sizes: Sizes, pi: Dual) -> dict[Expr, Any]:
    """Return the values of all subexpressions as written out: 2-D arrays of dual numbers.

    A scalar is an array with one entry. ``pi`` is what stands for that number. Raises
    ``ZeroDivisionError`` where a function is not defined.
    """
    done: dict[Expr, Any] = {}
    for node in postorder(*roots):
        value = _value(node, [done[arg] for arg in node.args], arrays, sizes, pi)
        wanted = node.shape[0].evaluate(sizes), node.shape[1].evaluate(sizes)
        assert value.shape == wanted, f"{node.op} gave {value.shape}, not {wanted}"
        done[node] = value
    return done


def _value(node: Expr, args: list[Any], arrays: Mapping[str, Any], sizes: Sizes, pi: Dual) -> Any:
    op = node.op
    if op == "variable":
        return arrays[node.data[0]]
    if op == "mul":
        return _product(args, [arg.is_scalar for arg in node.args])
    if op in ("power", "hadamard_power"):
        return args[0] ** exponent_of(node, sizes)
    if op == "block":
        rows, cols = node.data
        return np.block([args[i * cols : (i + 1) * cols] for i in range(rows)])
    if op in _OPERATIONS:
        return _OPERATIONS[op](args)
    if not args:
        return _constant(node, sizes, pi)
    return _call(node, args, sizes)


def _constant(node: Expr, sizes: Sizes, pi: Dual) -> Any:
    if node.op == "number":
        return lifted(Dual(node.data.numerator) / node.data.denominator)
    if node.op == "pi":
        return lifted(pi)
    if node.op == "dimension":
        return lifted(node.data.evaluate(sizes))
    rows, cols = (dim.evaluate(sizes) for dim in node.shape)
    if node.op == "identity":
        return lifted([[int(i == j) for j in range(cols)] for i in range(rows)])
    return lifted([[int(node.op == "ones")] * cols] * rows)


def _product(args: list[Any], scalars: list[bool]) -> Any:
    numbers = [arg for arg, scalar in zip(args, scalars, strict=True) if scalar]
    chain = [arg for arg, scalar in zip(args, scalars, strict=True) if not scalar]
    return reduce(operator.mul, numbers + ([reduce(np.matmul, chain)] if chain else []))


def _call(node: Expr, args: list[Any], sizes: Sizes) -> Any:
    found = entry_of(node.op, node.args)
    assert found is not None and found[0].exact, f"{node.op} has no exact implementation"
    entry = found[0]
    given = [
        node.args[i].data.evaluate(sizes) if argument.is_dim and node.args[i].op == "dimension"
        else node.args[i].data if argument.is_dim else args[i]
        for i, argument in enumerate(signature_of(entry).arguments)
    ]  # fmt: skip
    return lifted(named(entry.exact)(*given))


_OPERATIONS: dict[str, Callable[[list[Any]], Any]] = {
    "add": lambda args: reduce(operator.add, args),
    "negate": lambda args: -args[0],
    "transpose": lambda args: args[0].T,
    "hadamard": lambda args: reduce(operator.mul, args),
    "quotient": lambda args: args[0] / args[1],
    "hadamard_quotient": lambda args: args[0] / args[1],
}
