"""When two ways to a value agree, and where values tell nothing because rounding errors decide them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import matcalc as mc
from tests.strategies.nodes import Problem
from tests.strategies.variables import CONSTRAINED, plain, random_values

Values = dict[str, Any]
#: Random instances that two forms of one expression are compared on.
INSTANCES = 3
TOLERANCE = 1e-7
#: Relative change of the variables, and of a value by it from which on that value is not compared.
CHANGE = 1e-12
SENSITIVE = 1e-9
#: Values above this tell nothing: differences of them are rounding errors.
LARGEST = 1e6


def agree(left: Any, right: Any, tolerance: float = TOLERANCE) -> bool:
    left, right = np.asarray(left), np.asarray(right)
    if left.shape != right.shape:
        return False
    scale = 1 + np.max(np.abs(left), initial=0.0)
    return bool(np.all(np.abs(left - right) <= tolerance * scale))


def usable(value: Any) -> bool:
    return bool(np.all(np.isfinite(value)) and np.max(np.abs(value), initial=0.0) < LARGEST)


def instances(problem: Problem) -> list[Values]:
    """Values of the variables for which the expression is defined and rounding errors are small."""
    drawn = [random_values(problem.variables, seed) for seed in range(INSTANCES)]
    return [plain(values) for values in drawn if usable(problem.safe_value(values))]


def or_nan(function: Callable[[Values], Any], values: Values) -> Any:
    """The value of the function, NaN where it is not defined."""
    try:
        return function(values)
    except mc.MatcalcError as error:
        if error.code != "E304":
            raise
        return np.nan


def nudged(values: Values, rng: np.random.Generator) -> Values:
    """The values with rounding errors in them, those apart that have to keep a fact."""
    return {name: value if name in CONSTRAINED else value * (1 + CHANGE * rng.standard_normal())
            for name, value in values.items()}  # fmt: skip


def steady(function: Callable[[Values], Any], values: Values, expected: Any) -> bool:
    """Whether rounding errors in the values leave the function's value as it is."""
    return agree(expected, or_nan(function, nudged(values, np.random.default_rng(1))), SENSITIVE)


def assert_same_values(
    problem: Problem, left: Callable[[Values], Any], right: Callable[[Values], Any]
) -> None:
    """Both take values of the variables; where the left is defined the right is, and they agree."""
    for values in instances(problem):
        expected = or_nan(left, values)
        if not usable(expected):
            continue
        found = or_nan(right, values)
        if agree(expected, found):
            continue
        if steady(left, values, expected) and steady(right, values, found):
            raise AssertionError((values, expected, found))


def differentiable(problem: Problem) -> list[str]:
    return [name for name in problem.names if name not in CONSTRAINED]


def gradient(problem: Problem, choice: int) -> mc.Derivative | None:
    """The gradient with respect to a variable, ``None`` if there is none that is defined anywhere."""
    names = differentiable(problem)
    if not names:
        return None
    name = names[choice % len(names)]
    try:
        return mc.diff(problem.text, wrt=name, variables=problem.variables)
    except mc.MatcalcError as error:
        if error.code != "E304":
            raise
        return None


def simplified(problem: Problem) -> mc.Expression | None:
    """The expression, ``None`` if it divides by zero whatever the values of its variables are."""
    try:
        return mc.parse(problem.text, problem.variables)
    except mc.MatcalcError as error:
        if error.code != "E304":
            raise
        assert not instances(problem), error
        return None
