"""Derivatives of every function of the tables, up to the third, for matrices and vectors of size 1 and 2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression import ONE, Expr, postorder
from matcalc.expression.signatures import signature_of
from matcalc.functions import ENTRIES, Function
from matcalc.numeric.evaluate import as_plain
from matcalc.numeric.interpreter import Sizes
from matcalc.numeric.sample import direction, draw, is_defined
from tests.functions.checks import SEED, call_text, kinds_of
from tests.functions.test_entries import label
from tests.numerical import Array

ORDERS = (1, 2, 3)
#: How many instances there are of each size; at size 1 it is a matter of luck whether rounding shows.
INSTANCES = {1: 4, 2: 1}
RNG = np.random.default_rng(SEED)
STEP = 2e-3
#: What is undefined at size 1, whatever the values are.
NOWHERE = {("std", 1), ("cov", 1)}


def problems(entry: Function) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the example of an entry, and calls with a sum, which brings rounding, for each argument."""
    text, wrt, _ = entry.shown
    yield text, wrt, {}
    kinds = kinds_of(entry)
    arguments = signature_of(entry).arguments
    for one in arguments:
        if not one.is_dim:
            named = [f"({a.name} + exp(b_1)/3)" if a is one else a.name for a in arguments]
            yield call_text(entry, *named), one.name, {**kinds, "b_1": kinds[one.name]}


def instances(expr: Expr, variables: dict[str, Expr], size: int) -> Iterator[tuple[dict[str, Array], Sizes]]:
    """Yield values inside the domains, all sizes being the same; single numbers are not near zero."""
    nodes = list(postorder(expr))
    shapes = [node.shape for node in (*variables.values(), *nodes)]
    shapes += [(node.data, ONE) for node in nodes if node.op == "dimension"]
    sizes = {symbol: size for shape in shapes for dim in shape for symbol in dim.symbols}
    rng = np.random.default_rng(SEED)
    for i in range(200):
        mode = ("mixed", "positive", "dominant", "small")[i % 4]
        arrays = {name: draw(variable, sizes, mode, rng) for name, variable in variables.items()}
        apart = size > 1 or all(np.all(np.abs(array) > 0.05) for array in arrays.values())
        if apart and is_defined(expr, arrays, sizes):
            yield arrays, sizes


def along(function: Callable[[Array], Any], at: Array, step: Array) -> tuple[Array, float]:
    """Return the derivative along a direction by central differences, extrapolated, and its error."""

    def central(h: float) -> Array:
        return np.asarray(function(at + h * step) - function(at - h * step), dtype=float) / (2 * h)

    first, second, third = (central(STEP / 2**i) for i in range(3))
    once = (4 * second - first) / 3, (4 * third - second) / 3
    twice = (16 * once[1] - once[0]) / 15
    return twice, float(np.max(np.abs(twice - once[1]), initial=0.0))


def contracted(array: Array, move: Array) -> Array:
    """Return the product of the last axes with a direction."""
    axes = np.ndim(move)
    return np.tensordot(array, move, axes=(range(array.ndim - axes, array.ndim), range(axes)))


@pytest.mark.parametrize("size", INSTANCES)
@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_derivatives_of_all_orders_are_right(entry: Function, size: int) -> None:
    for text, wrt, kinds in problems(entry) if (entry.name, size) not in NOWHERE else ():
        expression = mc.parse(text, kinds)
        variables = expression._reading.variables
        derivatives = [mc.diff(text, wrt, kinds, order=order) for order in ORDERS]
        count = 0
        for arrays, sizes in islice(instances(expression._reading.expr, variables, size), INSTANCES[size]):
            count += 1
            given = {name: as_plain(array, variables[name].shape) for name, array in arrays.items()}
            told = {dim.name for variable in variables.values() for dim in variable.shape}
            given |= dict.fromkeys(sizes.keys() - told, size)
            step = direction(variables[wrt], arrays[wrt], sizes, RNG)[1]
            for below, d in pairwise([expression, *derivatives]):
                compare(below, d, variables[wrt], given, step)
        assert count == INSTANCES[size], f"few instances of size {size} lie in the domain (seed {SEED})"


def compare(below: Any, d: mc.Derivative, by: Expr, given: dict[str, Any], step: Array) -> None:
    """Compare a derivative along a direction with differences of what it is the derivative of."""
    name = by.data[0]

    def value(at: Array) -> Array:
        return np.asarray(below.evaluate(**{**given, name: as_plain(at, by.shape)}), dtype=float)

    found = contracted(np.asarray(d.evaluate(**given)), np.asarray(as_plain(step, by.shape)))
    wanted, error = along(value, np.asarray(given[name], dtype=float).reshape(step.shape), step)
    allowed = 1e-5 * max(1e-2, float(np.max(np.abs(wanted), initial=0.0))) + 10 * error
    assert np.max(np.abs(found - wanted), initial=0.0) < allowed, f"{d!r} at {given}"
