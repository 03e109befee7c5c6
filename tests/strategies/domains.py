"""Arguments that functions are defined for: each domain grows an expression that lies in it.

At least mostly: what lies outside has the value NaN, and is not compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.linalg

from tests.strategies import operations, values
from tests.strategies.nodes import PRODUCT, SUM, UNARY, Node, constant, identity, named
from tests.strategies.shapes import SCALAR, SIZES, Shape
from tests.strategies.variables import POSITIVE, SHAPES

if TYPE_CHECKING:
    from tests.strategies.grower import Grower

Domain = Callable[["Grower", Shape, int], Node]
Value = Callable[..., Any]

_POSITIVE: list[tuple[str, Value]] = [
    ("exp", np.exp), ("sigmoid", values.logistic), ("softplus", values.softplus), ("cosh", np.cosh),
]  # fmt: skip
#: With what they are multiplied so that they stay away from 1.
_BOUNDED: list[tuple[str, Value, float]] = [
    ("sin", np.sin, 0.9), ("tanh", np.tanh, 1), ("cos", np.cos, 0.5), ("sigmoid", values.logistic, 1),
]  # fmt: skip


def anything(grower: Grower, shape: Shape, depth: int) -> Node:
    return grower.any(shape, depth)


def spread(grower: Grower, shape: Shape, depth: int) -> Node:
    """Anything, or a number that is spread."""
    if shape != SCALAR and grower.chance(3):
        return operations.spread_number(grower)
    return grower.any(shape, depth)


def order(grower: Grower, _shape: Shape, _depth: int) -> Node:
    """The order of a norm."""
    text, number = grower.pick([("3", 3.0), ("1.5", 1.5), ("4", 4.0), ("2", 2.0), ("n", 4.0), ("p", 0.0)])
    return named("p", SCALAR, positive=True) if text == "p" else constant(text, number)


def positive(grower: Grower, shape: Shape, depth: int) -> Node:
    """A value whose entries are all positive."""
    choice = grower.pick(range(5)) if depth > 0 else 4
    if choice <= 1:
        name, function = grower.pick(_POSITIVE)
        arg = grower.any(shape, depth - 1)
        return grower.applied(name, shape, function, arg, positive=True, entrywise=True)
    if choice == 2:
        text = grower.pick(["1", "2", "0.1", "m"])
        number = constant(text, float(SIZES.get(text) or text), positive=True)
        return operations.added(shape, square(grower, shape, depth), number)
    if choice == 3:
        factors = (positive(grower, shape, depth - 1), positive(grower, shape, depth - 1))
        return operations.multiplied(grower, shape, *factors)
    there = [named(name, shape, True) for name in sorted(POSITIVE) if SHAPES[name] == shape]
    if there:
        return grower.pick(there)
    leaf = grower.leaf(shape)
    if leaf.positive:
        return leaf
    return grower.applied("exp", shape, np.exp, leaf, positive=True, entrywise=True)


def beyond(grower: Grower, shape: Shape, depth: int) -> Node:
    """A value whose entries are above 1."""
    return operations.added(shape, positive(grower, shape, depth), constant("1", 1.0, positive=True))


def square(grower: Grower, shape: Shape, depth: int) -> Node:
    return operations.powered(grower, grower.any(shape, depth - 1), "2", 2)._replace(positive=True)


def nonzero(grower: Grower, shape: Shape, depth: int) -> Node:
    """Mostly a positive value."""
    choice = grower.pick(range(6))
    if choice <= 1:
        return grower.any(shape, depth)
    return square(grower, shape, depth) if choice == 2 else positive(grower, shape, depth)


def unit(grower: Grower, shape: Shape, depth: int) -> Node:
    """Entries between -1 and 1."""
    name, function, factor = grower.pick(_BOUNDED)
    inside = grower.applied(name, shape, function, grower.any(shape, depth), entrywise=True)
    if factor == 1:
        return inside
    number = constant(str(factor), factor)
    return Node("#0*#1", PRODUCT, shape, np.multiply, (number, inside), (PRODUCT, UNARY), entrywise=True)


def _leaf_or(grower: Grower, shape: Shape, depth: int, names: list[str]) -> Node | None:
    """One of some variables where little depth is left, and sometimes otherwise."""
    there = [named(name, shape) for name in names if SHAPES[name] == shape]
    return grower.pick(there) if there and (depth <= 0 or grower.chance(4)) else None


def gram(grower: Grower, shape: Shape, depth: int) -> Node:
    """A product ``X'*X`` or ``X*X'``."""
    dim, other = shape[0], grower.dimension(shape, compound=False)
    if grower.chance(2):
        factor = grower.any((other, dim), depth - 1)
        return operations.times(grower, shape, grower.transposed(factor), factor)
    factor = grower.any((dim, other), depth - 1)
    return operations.times(grower, shape, factor, grower.transposed(factor))


def symmetric(grower: Grower, shape: Shape, depth: int) -> Node:
    """A matrix that is seen to be symmetric."""
    leaf = _leaf_or(grower, shape, depth, ["S", "T_2", "J", "P", "Sigma"])
    if leaf is not None:
        return leaf
    dim, choice = shape[0], grower.pick(range(8))
    if choice <= 1:
        return gram(grower, shape, depth)
    if choice == 2:
        return grower.applied("sym", shape, lambda x: (x + x.T) / 2, grower.any(shape, depth - 1))
    if choice == 3:
        arg = grower.any(shape, depth - 1)
        return operations.added(shape, arg, grower.transposed(arg))
    if choice == 4 and dim != "1":
        name, function = grower.pick([("toeplitz", values.toeplitz), ("diag", values.diagonal_matrix)])
        return grower.applied(name, shape, function, grower.any((dim, "1"), depth - 1))
    if choice == 5:
        name, function = grower.pick([("symL", values.lower_mirrored), ("sym", lambda x: (x + x.T) / 2)])
        return grower.applied(name, shape, function, grower.any(shape, depth - 1))
    if choice == 6:
        other = symmetric(grower, shape, depth - 1)
        return operations.added(shape, other, gram(grower, shape, depth - 1))
    return spd(grower, shape, depth - 1)


def separated(grower: Grower, shape: Shape, depth: int) -> Node:
    """A symmetric matrix whose eigenvalues mostly differ."""
    if grower.chance(4):
        return symmetric(grower, shape, depth)
    leaf = _leaf_or(grower, shape, 0, ["S", "T_2", "J", "P", "Sigma"])
    if leaf is None or grower.chance(2):
        arg = full_rank(grower, shape, depth - 1)
        return grower.applied("sym", shape, lambda x: (x + x.T) / 2, arg)
    return leaf if depth <= 0 else operations.added(shape, leaf, symmetric(grower, shape, depth - 1))


def full_rank(grower: Grower, shape: Shape, depth: int) -> Node:
    """A matrix whose rank is mostly as large as its shape allows."""
    if grower.chance(3):
        return grower.any(shape, depth)
    variable = grower.leaf(shape)
    return variable if depth <= 0 else operations.added(shape, grower.any(shape, depth - 1), variable)


def spd(grower: Grower, shape: Shape, depth: int) -> Node:
    """A symmetric positive definite matrix."""
    leaf = _leaf_or(grower, shape, depth, ["P", "Sigma"])
    if leaf is not None:
        return leaf
    dim, choice = shape[0], grower.pick(range(4)) if depth > 0 else 3
    if choice == 0:
        arg = symmetric(grower, shape, depth - 1)
        return grower.applied("expm", shape, scipy.linalg.expm, arg)
    if choice == 1:
        return grower.applied("inv", shape, values.inverse, spd(grower, shape, depth - 1))
    if choice == 2 and dim != "1":
        diagonal = positive(grower, (dim, "1"), depth - 1)
        return grower.applied("diag", shape, values.diagonal_matrix, diagonal)
    one = identity(dim, grower.pick([f"I({dim})", "I"]))
    return operations.added(shape, gram(grower, shape, depth), one)


def principal(grower: Grower, shape: Shape, depth: int) -> Node:
    """A matrix whose eigenvalues have positive real parts; mostly not symmetric."""
    if grower.chance(4):
        return spd(grower, shape, depth)
    if grower.chance(3):
        return grower.applied("expm", shape, scipy.linalg.expm, grower.any(shape, depth - 1))
    base, arg = spd(grower, shape, depth - 1), grower.any(shape, depth - 2)
    skew = Node("#0 - #1", SUM, shape, np.subtract, (arg, grower.transposed(arg)), (SUM, PRODUCT))
    return operations.added(shape, base, skew)


def invertible(grower: Grower, shape: Shape, depth: int) -> Node:
    """A square matrix whose determinant is mostly not zero."""
    leaf = _leaf_or(grower, shape, depth, ["M", "L", "G", "P", "Sigma", "Q"])
    if leaf is not None:
        return leaf
    if grower.chance(3):
        return principal(grower, shape, depth)
    dim = shape[0]
    one = identity(dim, grower.pick([f"I({dim})", f"I({dim})", "I"]))
    arg = grower.any(shape, depth - 1)
    if grower.chance(2):
        return operations.added(shape, arg, one)
    scale = grower.inside("positive", SCALAR, depth - 1)
    multiple = Node("#0*#1", PRODUCT, shape, np.multiply, (scale, one), (PRODUCT, UNARY), entrywise=True)
    return operations.added(shape, arg, multiple)


def orientation(grower: Grower, shape: Shape, depth: int) -> Node:
    """A matrix whose determinant is mostly positive."""
    choice = grower.pick(range(4))
    return (invertible if choice == 0 else spd if choice == 1 else principal)(grower, shape, depth)


DOMAINS: dict[str, Domain] = {
    "any": anything, "spread": spread, "order": order, "positive": positive, "nonzero": nonzero,
    "beyond": beyond,
    "unit": unit, "symmetric": symmetric, "spd": spd, "principal": principal, "invertible": invertible,
    "orientation": orientation, "separated": separated, "full-rank": full_rank,
}  # fmt: skip
