"""Derivatives with respect to structured variables, against differentiation along curves in the set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import matcalc as mc
from matcalc.functions import PROPERTIES, property_named
from tests.numerical import Array, differentiate, distance
from tests.strategies.values import cyclicsum

SIZE = 4
SEED = 7
TOLERANCE = 1e-7


def rng(seed: int = SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


def drawn(seed: int = SEED) -> Array:
    return rng(seed).standard_normal((SIZE, SIZE))


def shares() -> Array:
    found = rng().random(SIZE) + 0.2
    return np.asarray(found / found.sum())


#: By structure: a value, and where a curve with given free parameters leads from it.
CURVES: dict[str, tuple[Any, Callable[[Array, Array], Array]]] = {
    "symmetric": (drawn() + drawn().T, lambda X, W: X + W + W.T),
    "diagonal": (np.diag(np.diag(drawn())), lambda X, W: X + np.diag(np.diag(W))),
    "skew": (drawn() - drawn().T, lambda X, W: X + W - W.T),
    "lower": (np.tril(drawn()), lambda X, W: X + np.tril(W)),
    "orthogonal": (scipy.linalg.qr(drawn())[0], lambda X, W: X @ scipy.linalg.expm(W - W.T)),
    "circulant": (scipy.linalg.circulant(drawn()[0]), lambda X, W: X + cyclicsum(W)),
    "stochastic": (
        np.array([np.roll(shares(), k) for k in (0, 1, 3, 3)]),
        lambda X, W: X + W - np.mean(W, axis=1, keepdims=True),
    ),
    "simplex": (shares(), lambda x, w: x + w - np.mean(w)),
}
#: What is differentiated; none of it treats the structure in a special way.
FUNCTIONS = {
    "matrix": ("tr(A*X*B*X') + a'*X*X*b + sum((X + A).^3)", {"A": (4, 4), "B": (4, 4), "a": (4,), "b": (4,)}),
    "vector": ("a'*exp(A*x) + (x'*B*x)^2", {"A": (4, 4), "B": (4, 4), "a": (4,)}),
}


def problem(fact: str) -> tuple[str, str, dict[str, str], dict[str, Array]]:
    """The text, the variable, the declarations, and the values."""
    kind = property_named(fact).declares
    text, shapes = FUNCTIONS[kind]
    name = "x" if kind == "vector" else "X"
    kinds = {n: f"vector({SIZE})" if len(s) == 1 else f"matrix({SIZE},{SIZE})" for n, s in shapes.items()}
    kinds[name] = f"vector({SIZE}) {fact}" if kind == "vector" else f"{fact}({SIZE})"
    values = {n: rng(i).standard_normal(s) for i, (n, s) in enumerate(shapes.items())}
    return text, name, kinds, {**values, name: CURVES[fact][0]}


def along(fact: str, function: Callable[[Array], Any]) -> Callable[[Array], Any]:
    """The function of the free parameters of a curve."""
    start, curve = CURVES[fact]
    return lambda free: function(curve(start, free))


def tangent_of(fact: str, free: Array) -> Array:
    """The direction in which a curve starts."""
    start, curve = CURVES[fact]
    step = 1e-6
    return np.asarray((curve(start, step * free) - curve(start, -step * free)) / (2 * step))


def test_every_structure_is_here() -> None:
    assert {one.name for one in PROPERTIES if one.projected} == set(CURVES)


@pytest.mark.parametrize("fact", CURVES)
def test_gradient_is_that_along_the_constraint(fact: str) -> None:
    text, name, kinds, values = problem(fact)
    value = mc.parse(text, free_kinds(kinds, name))
    gradient = mc.diff(text, name, kinds).evaluate(**values)
    function = along(fact, lambda X: value.evaluate(**{**values, name: X}))
    measured = differentiate(function, np.zeros(values[name].shape))
    # By the chain rule: for each free parameter the inner product with the direction it moves X in.
    claimed = np.zeros(measured.shape)
    for place in np.ndindex(measured.shape):
        unit = np.zeros(measured.shape)
        unit[place] = 1.0
        claimed[place] = np.sum(gradient * tangent_of(fact, unit))
    assert distance(claimed, measured) < TOLERANCE


def free_kinds(kinds: dict[str, str], name: str) -> dict[str, str]:
    return {**kinds, name: f"vector({SIZE})" if name == "x" else f"matrix({SIZE},{SIZE})"}


@pytest.mark.parametrize("fact", CURVES)
def test_gradient_lies_in_the_directions_that_the_structure_allows(fact: str) -> None:
    text, name, kinds, values = problem(fact)
    gradient = mc.diff(text, name, kinds).evaluate(**values)
    units = np.eye(gradient.size).reshape(-1, *gradient.shape)
    directions = np.array([tangent_of(fact, unit).reshape(-1) for unit in units])
    rest = np.linalg.lstsq(directions.T, gradient.reshape(-1), rcond=None)[0]
    assert distance(directions.T @ rest, gradient.reshape(-1)) < TOLERANCE


@pytest.mark.parametrize("fact", [fact for fact in CURVES if property_named(fact).entrywise])
def test_entrywise_gradient_is_by_each_independent_entry(fact: str) -> None:
    text, name, kinds, values = problem(fact)
    value = mc.parse(text, free_kinds(kinds, name))
    found = mc.diff(text, name, kinds, symmetric="entrywise").evaluate(**values)
    for i, j in np.ndindex(SIZE, SIZE):
        # What moves with an entry: of all that is allowed what has 1 there and is nearest to 0.
        move = np.zeros((SIZE, SIZE))
        move[i, j] = 1.0
        unit = tangent_of(fact, move)
        if abs(unit[i, j]) < 1e-9:
            assert abs(found[i, j]) < 1e-12
            continue
        unit = unit / unit[i, j]

        def moved(t: Array, unit: Array = unit) -> float:
            return float(value.evaluate(**{**values, name: values[name] + float(t) * unit}))

        assert distance(found[i, j], differentiate(moved, np.array(0.0))) < TOLERANCE


@pytest.mark.parametrize("fact", CURVES)
def test_free_gradient_ignores_the_structure(fact: str) -> None:
    text, name, kinds, values = problem(fact)
    plain = mc.diff(text, name, free_kinds(kinds, name)).evaluate(**values)
    assert distance(mc.diff(text, name, kinds, symmetric="free").evaluate(**values), plain) < 1e-12


@pytest.mark.parametrize("fact", CURVES)
def test_second_derivative_is_that_of_the_gradient_along_the_constraint(fact: str) -> None:
    """The Riemannian Hessian: the gradient along a curve, projected."""
    text, name, kinds, values = problem(fact)
    d = mc.diff(text, name, kinds, order=2)
    gradient = mc.diff(text, name, kinds)
    move = rng(3).standard_normal(values[name].shape)
    step = 1e-5

    def at(t: float) -> Array:
        X = CURVES[fact][1](values[name], t * move)
        return np.asarray(gradient.evaluate(**{**values, name: X}))

    measured = (at(step) - at(-step)) / (2 * step)
    units = np.eye(measured.size).reshape(-1, *measured.shape)
    directions = np.array([tangent_of(fact, unit).reshape(-1) for unit in units])
    projected = directions.T @ np.linalg.lstsq(directions.T, measured.reshape(-1), rcond=None)[0]
    found = d.evaluate(**values, form="map")(tangent_of(fact, move))
    assert distance(found.reshape(-1), projected) < 1e-6


@pytest.mark.parametrize("fact", CURVES)
@pytest.mark.parametrize("choice", ["projected", "free", "entrywise"])
def test_check_respects_the_choice(fact: str, choice: str) -> None:
    text, name, kinds, _ = problem(fact)
    if choice == "entrywise" and not property_named(fact).entrywise:
        with pytest.raises(mc.MatcalcError, match="no independent entries"):
            mc.diff(text, name, kinds, symmetric=choice)
        return
    d = mc.diff(text, name, kinds, symmetric=choice)
    assert d.check(trials=2).passed
    assert any(fact in note for note in d.notes)


def test_a_unit_vector_cannot_move() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("y'*x", "y", {"y": "vector(n) onehot"})
    assert failed.value.code == "E506"
