"""Random expressions: gradients, printed forms and normal forms, against values found without matcalc."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from numpy.typing import NDArray

import matcalc as mc
from matcalc.language import parse as read
from matcalc.numeric import evaluate
from tests.hunting import hunted, profile
from tests.strategies import ADVICE, CALLS, CONSTRAINED, Call, Problem, missing, problems, problems_with
from tests.strategies.agreement import (
    assert_same_values,
    differentiable,
    gradient,
    simplified,
)
from tests.strategies.variables import property_of

#: What became of the derivatives, in words.
OUTCOMES: Counter[str] = Counter()


def test_every_function_occurs_in_random_expressions() -> None:
    assert not missing(), f"{missing()} cannot occur in random expressions: {ADVICE}"


@hunted(200, 2000, problems(), st.integers(0, 9))
def test_everything_that_is_claimed_of_a_derivative(problem: Problem, choice: int) -> None:
    assert_claims(problem, choice)


@pytest.mark.parametrize("examples", [3, pytest.param(8, marks=pytest.mark.hunt)])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.label)
def test_everything_that_is_claimed_of_each_function(call: Call, examples: int) -> None:
    @profile(examples)
    @given(problems_with(call), st.integers(0, 9))
    def claims(problem: Problem, choice: int) -> None:
        assert_claims(problem, choice)

    claims()


def assert_claims(problem: Problem, choice: int) -> None:
    """The value as written is right, so is the derivative, and all its printed forms read back."""
    assert_value_as_written(problem)
    derivative = gradient(problem, choice)
    if derivative is None:
        OUTCOMES["no variable, or not defined"] += 1
        return
    note(f"by {derivative.wrt}: {derivative}")
    report = derivative.check(trials=2)
    OUTCOMES["could not be checked" if report.reason else "checked"] += 1
    assert report.passed or report.reason, report
    for text, latex in ((str(derivative), False), (derivative.unicode(), False), (derivative.latex(), True)):
        note(text)
        back = mc.parse(text, derivative.variables, latex=latex)
        assert back.shape == derivative.shape
        if back != derivative.expr:
            assert_same_values(problem, partial(valued, derivative), partial(valued, back))


def valued(expression: mc.Expression | mc.Derivative, values: dict[str, Any]) -> Any:
    return expression.evaluate(**values)


def assert_value_as_written(problem: Problem) -> None:
    reading = read(problem.text, problem.variables)
    assert_same_values(
        problem,
        lambda values: problem.value(as_matrices(problem, values)),
        lambda values: evaluate(reading.expr, reading.variables, values),
    )


def as_matrices(problem: Problem, values: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
    matrices = {}
    for name, value in values.items():
        array = np.asarray(value, dtype=np.float64)
        row = problem.variables[name].startswith("rowvector")
        matrices[name] = array if array.ndim == 2 else array.reshape((1, -1) if row else (-1, 1))
    return matrices


@hunted(40, 250, problems())
def test_the_normal_form_keeps_the_value(problem: Problem) -> None:
    expression = simplified(problem)
    if expression is None:
        return
    note(f"normal form: {expression}")
    assert_same_values(
        problem,
        lambda values: problem.value(as_matrices(problem, values)),
        lambda values: expression.evaluate(**values),
    )


@hunted(40, 250, problems())
def test_the_normal_form_of_a_normal_form_is_itself(problem: Problem) -> None:
    expression = simplified(problem)
    if expression is None:
        return
    for text in (str(expression), expression.unicode()):
        note(text)
        assert mc.parse(text, problem.variables) == expression


@hunted(40, 250, problems(), st.integers(0, 2**32))
def test_the_order_of_terms_and_factors_does_not_matter(problem: Problem, seed: int) -> None:
    shuffled = problem.shuffled(Random(seed))
    note(f"shuffled: {shuffled.text}")
    here, there = simplified(problem), simplified(shuffled)
    note(f"{here}   and   {there}")
    assert here == there


@hunted(40, 250, problems(), st.integers(0, 9))
def test_inferred_kinds_give_right_gradients_too(problem: Problem, choice: int) -> None:
    names = differentiable(problem)
    if not names:
        return
    try:
        derivative = mc.diff(problem.text, wrt=names[choice % len(names)])
    except mc.MatcalcError as error:
        assert error.code[:2] in ("E1", "E2", "E4", "E5") or error.code == "E304"
        return
    note(f"by {derivative.wrt}: {derivative} with {derivative.variables}")
    report = derivative.check(trials=1)
    assert report.passed or report.reason, report


@hunted(40, 250, problems())
def test_derivatives_by_variables_with_a_structure(problem: Problem) -> None:
    for name in sorted(set(CONSTRAINED).intersection(problem.names)):
        try:
            derivative = mc.diff(problem.text, wrt=name, variables=problem.variables)
        except mc.MatcalcError as error:
            of = property_of(name)
            assert error.code == "E304" or (error.code == "E506" and of is not None and of.discrete)
            continue
        note(f"by {name}: {derivative}")
        report = derivative.check(trials=1)
        assert report.passed or report.reason, report


def test_most_derivatives_could_be_checked(summary: Callable[[str], None]) -> None:
    """Comes last: it judges the examples above."""
    checked, unchecked = OUTCOMES["checked"], OUTCOMES["could not be checked"]
    summary("random derivatives: " + ", ".join(f"{n} {what}" for what, n in OUTCOMES.items()))
    assert checked + unchecked < 100 or unchecked < 0.2 * (checked + unchecked)
