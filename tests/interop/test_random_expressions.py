"""Random expressions and gradients go to SymPy and come back, or are refused for a function."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import sympy
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import matcalc as mc
from tests.interop.values import value_of
from tests.strategies import CONSTRAINED, SIZES, Problem, plain, problems, random_values

PROFILE = settings(
    max_examples=int(os.environ.get("MATCALC_EXAMPLES", "60")),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TOLERANCE = 1e-7
LARGEST = 1e6
INSTANCES = 3
#: Rounding errors are all that is left where values cancel.
MAY_DIFFER = 1


def in_sympy(expression: mc.Expression | mc.Derivative) -> Any:
    """Return the expression in SymPy, ``None`` if a function has no counterpart there."""
    try:
        return expression.to_sympy()
    except mc.MatcalcError as error:
        if error.code != "E505":
            raise
        return None


def assert_same(problem: Problem, ours: mc.Expression, written: Any) -> None:
    """SymPy's expression and what is read of it have our values where ours are defined."""
    note(f"{problem!r}: {ours} in SymPy: {written}")
    if written.has(sympy.I):
        # A root that is real nowhere, such as that of -p with a positive p.
        values = [ours.evaluate(**plain(random_values(problem.variables, seed))) for seed in range(INSTANCES)]
        assert not np.any(np.isfinite(values))
        return
    again = mc.from_sympy(written, ours.variables)
    assert again.shape == ours.shape
    assert mc.parse(str(again), again.variables) == again
    different = []
    for seed in range(INSTANCES):
        arrays = random_values(problem.variables, seed)
        expected = np.asarray(ours.evaluate(**plain(arrays)))
        # Not finite either where a sign or a step would be one of rounding errors.
        defined = np.isfinite(problem.value(arrays)) and np.all(np.isfinite(expected))
        if defined and np.max(np.abs(expected), initial=0.0) < LARGEST:
            with np.errstate(all="ignore"):
                found = value_of(written, arrays, SIZES).reshape(expected.shape)
            back = np.asarray(again.evaluate(**plain(arrays)))
            if not (close(found, expected) and close(back, expected)):
                different.append((seed, expected, found, back))
    assert len(different) <= MAY_DIFFER, different


def close(found: Any, expected: Any) -> bool:
    scale = 1 + np.max(np.abs(expected), initial=0.0)
    return bool(np.all(np.abs(found - expected) <= TOLERANCE * scale))


@PROFILE
@given(problems())
def test_expression_comes_back(problem: Problem) -> None:
    try:
        expression = mc.parse(problem.text, problem.variables)
    except mc.MatcalcError as error:
        assert error.code == "E304"
        return
    written = in_sympy(expression)
    if written is not None:
        assert_same(problem, expression, written)


@PROFILE
@given(problems(), st.integers(0, 10))
def test_gradient_comes_back(problem: Problem, choice: int) -> None:
    names = [name for name in problem.names if name not in CONSTRAINED]
    if not names:
        return
    try:
        derivative = mc.diff(problem.text, names[choice % len(names)], problem.variables)
    except mc.MatcalcError as error:
        assert error.code == "E304"
        return
    written = in_sympy(derivative)
    if written is not None:
        assert_same(problem, derivative.expr, written)
