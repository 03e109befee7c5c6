"""The value of an expression over a field, and random matrices with the declared structure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from random import Random
from typing import Any, NamedTuple

import numpy as np

from matcalc.expression import Expr, postorder
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.numeric.degrees import LINEAR, Degree, NotRational, Sizes, exponent_of
from matcalc.numeric.field import PRIME, Dual, inverse, lifted
from matcalc.numeric.interpreter import named


class Structure(NamedTuple):
    """How matrices of one structure are drawn.

    ``impose`` turns a matrix of free entries into one that has it, where the set has several
    ``components``, one in the component with the number given. ``degree`` is that of the entries
    in the parameters, for a number of rows. ``project`` turns a direction into one in which a
    variable of differentiation may vary, ``None`` if it is not known how.
    """

    impose: Callable[[Any, int], Any]
    components: int = 1
    degree: Callable[[int], Degree] = lambda rows: LINEAR
    project: Callable[[Any], Any] | None = None


def _orthogonal(free: Any, component: int) -> Any:
    """Return the Cayley transform (I - K)*inv(I + K) of a skew matrix; reflected in component 1."""
    skew = free - free.T
    unit = lifted(np.eye(len(skew), dtype=object).astype(int))
    rotation = (unit - skew) @ inverse(unit + skew)
    if component:
        rotation[:, 0] = -rotation[:, 0]
    return rotation


def _simplex(free: Any, _: int) -> Any:
    """Return the entries divided by their sum."""
    return free * sum(free[:, 0], Dual(0)).inverse()


def _symmetric_part(direction: Any) -> Any:
    return (direction + direction.T) * Dual(2).inverse()


def _diagonal(free: Any) -> Any:
    return lifted(np.diag(np.diag(free)))


def _lower(free: Any) -> Any:
    return lifted(np.tril(free))


_SYMMETRIC = Structure(lambda free, _: free + free.T, project=_symmetric_part)

#: By the facts that are more than bounds. Facts that are not here are a reason not to prove.
STRUCTURES: dict[frozenset[str], Structure] = {
    frozenset(): Structure(lambda free, _: free, project=lambda direction: direction),
    frozenset({"symmetric"}): _SYMMETRIC,
    frozenset({"symmetric", "spd"}): _SYMMETRIC,
    frozenset({"symmetric", "diagonal"}): Structure(lambda free, _: _diagonal(free), project=_diagonal),
    frozenset({"skew"}): Structure(
        lambda free, _: free - free.T, project=lambda direction: (direction - direction.T) * Dual(2).inverse()
    ),
    frozenset({"simplex"}): Structure(_simplex, degree=lambda rows: Degree(1, 1)),
    frozenset({"lower"}): Structure(lambda free, _: _lower(free), project=_lower),
    frozenset({"orthogonal"}): Structure(_orthogonal, components=2, degree=lambda rows: Degree(rows, rows)),
}
#: Facts that only bound values.
BOUNDS = frozenset({"positive", "nonnegative", "nonpositive"})


def structure_of(variable: Expr) -> Structure:
    """Return how a variable is drawn; raises ``NotRational`` if that is not known."""
    name, facts = variable.data
    structure = STRUCTURES.get(frozenset(facts) - BOUNDS)
    if structure is None:
        raise NotRational(f"it is not known how to draw {name}, which is {' and '.join(facts)}, from a field")
    return structure


def free_entries(shape: tuple[int, int], rng: Random) -> Any:
    """Return an array of dual numbers with values that are uniform in the field, and no slope."""
    rows, cols = shape
    return np.array([[Dual(rng.randrange(PRIME)) for _ in range(cols)] for _ in range(rows)], dtype=object)


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
