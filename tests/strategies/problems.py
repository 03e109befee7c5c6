"""Strategies for whole problems: scalar expressions, sometimes with definitions."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tests.strategies.grower import Grower
from tests.strategies.nodes import Node, Problem, named
from tests.strategies.operations import times
from tests.strategies.shapes import SCALAR
from tests.strategies.table import CALLS, Call


@st.composite
def problems(draw: st.DrawFn, depth: int = 4) -> Problem:
    """A scalar expression over all operations and functions of the language."""
    grower = Grower(draw)
    definitions = []
    for name in draw(st.sampled_from([(), (), (), ("r",), ("r", "G_1")])):
        shape = grower.array_shape()
        node = grower.any(shape, depth - 2)
        definitions.append((name, node))
        grower.defined[name] = named(name, shape, node.positive)
    depth = draw(st.integers(2, depth))
    choice = draw(st.integers(0, 2))
    if choice == 0:
        root = grower.any(SCALAR, depth)
    elif choice == 1:
        root = grower.function(SCALAR, depth)
    else:
        root = to_scalar(grower, grower.free_call(grower.pick(CALLS), depth - 1), depth - 2)
    if definitions and not root.names() & {name for name, _ in definitions}:
        used = grower.defined[definitions[-1][0]]
        total = grower.applied("sum", SCALAR, np.sum, used)
        root = times(grower, SCALAR, root, total, function=np.multiply, entrywise=True)
    return Problem(root, tuple(definitions))


@st.composite
def arrays(draw: st.DrawFn, depth: int = 3) -> Problem:
    """An expression of a vector or a matrix."""
    grower = Grower(draw)
    if draw(st.booleans()):
        return Problem(grower.any(grower.array_shape(), draw(st.integers(1, depth))))
    return Problem(grower.free_call(grower.pick(CALLS), draw(st.integers(1, depth))))


@st.composite
def problems_with(draw: st.DrawFn, call: Call, depth: int = 3) -> Problem:
    """A scalar expression in which a function occurs outermost, or nearly so."""
    grower = Grower(draw)
    return Problem(to_scalar(grower, grower.free_call(call, draw(st.integers(1, depth))), depth - 2))


def to_scalar(grower: Grower, node: Node, depth: int) -> Node:
    """A scalar that depends on every entry of a value."""
    rows, cols = node.shape
    if node.shape == SCALAR:
        return node
    if cols == "1" or rows == "1":
        other = grower.any((rows, cols), depth)
        left, right = (grower.transposed(other), node) if cols == "1" else (node, grower.transposed(other))
        return times(grower, SCALAR, left, right)
    if grower.chance(3):
        left, right = grower.any(("1", rows), depth), grower.any((cols, "1"), depth)
        return times(grower, SCALAR, times(grower, ("1", cols), left, node), right)
    if grower.chance(2):
        inner = times(grower, (rows, rows), node, grower.any((cols, rows), depth))
        return grower.applied("tr", SCALAR, np.trace, inner)
    return grower.applied("sum", SCALAR, np.sum, node)
