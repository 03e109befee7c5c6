"""Random expressions: gradients, printed forms and normal forms, against values found without matcalc.

``MATCALC_EXAMPLES=50000`` runs so many examples of each property instead of a few.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import matcalc as mc
from matcalc.language import parse as read
from matcalc.numeric import evaluate
from tests.strategies import CONSTRAINED, Problem, plain, problems, random_values

EXAMPLES = int(os.environ.get("MATCALC_EXAMPLES", "250"))
PROFILE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
#: Instances that two forms of one expression are compared on, and how many may differ: where values
#: cancel or a matrix is nearly singular, rounding errors are all that is left.
INSTANCES = 4
MAY_DIFFER = 1
TOLERANCE = 1e-7
#: Values above this tell nothing: differences of them are rounding errors.
LARGEST = 1e6


def agree(left: Any, right: Any) -> bool:
    left, right = np.asarray(left), np.asarray(right)
    if left.shape != right.shape:
        return False
    scale = 1 + np.max(np.abs(left), initial=0.0)
    return bool(np.all(np.abs(left - right) <= TOLERANCE * scale))


def usable(value: Any) -> bool:
    return bool(np.all(np.isfinite(value)) and np.max(np.abs(value), initial=0.0) < LARGEST)


def or_nan(function: Any, values: dict[str, Any]) -> Any:
    """The value of the function, NaN where it is not defined."""
    try:
        return function(values)
    except mc.MatcalcError as error:
        if error.code != "E304":
            raise
        return np.nan


def assert_same_values(problem: Problem, left: Any, right: Any) -> None:
    """Both take values of the variables; where the left is defined the right is, and they agree."""
    different = []
    for seed in range(INSTANCES):
        values = plain(random_values(problem.variables, seed))
        expected = or_nan(left, values)
        if usable(expected):
            found = or_nan(right, values)
            assert np.shape(found) == np.shape(expected) or np.isnan(found)
            if not agree(expected, found):
                different.append((seed, expected, found))
    assert len(different) <= MAY_DIFFER, different


def differentiable(problem: Problem) -> list[str]:
    return [name for name in problem.names if name not in CONSTRAINED]


def gradient(problem: Problem, choice: int) -> mc.Derivative | None:
    """The gradient by one of the variables, ``None`` if there is none that is defined anywhere."""
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
        values = [problem.value(random_values(problem.variables, seed)) for seed in range(INSTANCES)]
        assert sum(usable(value) for value in values) <= MAY_DIFFER
        return None


class Tally:
    """How many derivatives were checked, and how many could not be."""

    checked = 0
    unchecked = 0


@pytest.fixture(scope="module", autouse=True)
def most_derivatives_are_checked() -> Any:
    yield
    total = Tally.checked + Tally.unchecked
    assert total < 100 or Tally.unchecked < 0.2 * total, (Tally.unchecked, total)


@PROFILE
@given(problems(), st.integers(0, 9))
def test_gradients_agree_with_numerical_differentiation(problem: Problem, choice: int) -> None:
    derivative = gradient(problem, choice)
    if derivative is None:
        return
    note(f"by {derivative.wrt}: {derivative}")
    report = derivative.check(trials=2)
    if report.reason:
        Tally.unchecked += 1
    else:
        Tally.checked += 1
        assert report.passed, report


@PROFILE
@given(problems(), st.integers(0, 9))
def test_printed_gradients_read_back(problem: Problem, choice: int) -> None:
    derivative = gradient(problem, choice)
    if derivative is None:
        return
    derivative.latex()
    for text in (str(derivative), derivative.unicode()):
        note(f"by {derivative.wrt}: {text}")
        back = mc.parse(text, derivative.variables)
        assert back.shape == derivative.shape
        assert_same_values(
            problem, lambda v: derivative.evaluate(**v), lambda v, back=back: back.evaluate(**v)
        )


@PROFILE
@given(problems())
def test_reading_and_normal_form_keep_the_value(problem: Problem) -> None:
    reading = read(problem.text, problem.variables)
    expression = simplified(problem)
    if expression is None:
        return
    note(f"normal form: {expression}")

    def independent(values: dict[str, Any]) -> float:
        return problem.value({name: _matrix(problem, name, value) for name, value in values.items()})

    def as_written(values: dict[str, Any]) -> Any:
        if not usable(independent(values)):
            return float("nan")
        return evaluate(reading.expr, reading.variables, values)

    assert_same_values(problem, independent, as_written)
    assert_same_values(problem, as_written, lambda v: expression.evaluate(**v))


def _matrix(problem: Problem, name: str, value: Any) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 2:
        return array
    return array.reshape((1, -1) if problem.variables[name].startswith("rowvector") else (-1, 1))


@PROFILE
@given(problems())
def test_the_normal_form_of_a_normal_form_is_itself(problem: Problem) -> None:
    expression = simplified(problem)
    if expression is None:
        return
    for text in (str(expression), expression.unicode()):
        note(text)
        assert mc.parse(text, problem.variables) == expression


@PROFILE
@given(problems(), st.integers(0, 2**32))
def test_the_order_of_terms_and_factors_does_not_matter(problem: Problem, seed: int) -> None:
    shuffled = problem.shuffled(Random(seed))
    note(f"shuffled: {shuffled.text}")
    here, there = simplified(problem), simplified(shuffled)
    note(f"{here}   and   {there}")
    assert here == there


@PROFILE
@given(problems(), st.integers(0, 9))
def test_inferred_kinds_give_right_gradients_too(problem: Problem, choice: int) -> None:
    names = differentiable(problem)
    if not names:
        return
    try:
        derivative = mc.diff(problem.text, wrt=names[choice % len(names)])
    except mc.MatcalcError as error:
        assert error.code[:2] in ("E2", "E4", "E5") or error.code == "E304"
        return
    note(f"by {derivative.wrt}: {derivative} with {derivative.variables}")
    report = derivative.check(trials=1)
    assert report.passed or report.reason, report


@PROFILE
@given(problems())
def test_a_variable_with_dependent_entries_is_refused(problem: Problem) -> None:
    for name in problem.names:
        if name in CONSTRAINED:
            with pytest.raises(mc.MatcalcError) as caught:
                mc.diff(problem.text, wrt=name, variables=problem.variables)
            assert caught.value.code == "E506"
