"""Random expressions of any shape, and second derivatives of scalars, in all forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

import numpy as np
from hypothesis import note
from hypothesis import strategies as st

import matcalc as mc
from matcalc.numeric.declared_values import with_structure
from tests.hunting import hunted
from tests.numerical import distance
from tests.strategies import Problem, arrays, problems
from tests.strategies.agreement import agree, differentiable, instances, or_nan, steady, usable
from tests.strategies.shapes import SIZES
from tests.test_random_expressions import valued

#: What became of the derivatives, in words.
OUTCOMES: Counter[str] = Counter()
#: A derivative with more entries is not compared in all forms.
MOST_ENTRIES = 3000
#: Index notation that applies functions to more unit matrices than these is not evaluated.
MOST_UNITS = 150
#: Forms of one derivative are sums in different orders.
TOLERANCE = 1e-7


@hunted(50, 1000, arrays(), st.integers(0, 9))
def test_derivatives_of_vectors_and_matrices(problem: Problem, choice: int) -> None:
    assert_forms(problem, choice, 1)


@hunted(50, 1000, problems(3), st.integers(0, 9))
def test_second_derivatives_of_scalars(problem: Problem, choice: int) -> None:
    assert_forms(problem, choice, 2)


@hunted(8, 60, problems(2), st.integers(0, 9))
def test_third_derivatives_of_scalars(problem: Problem, choice: int) -> None:
    assert_forms(problem, choice, 3)


def assert_forms(problem: Problem, choice: int, order: int) -> None:
    """The derivative passes the check, its forms evaluate to one array, and what is printed reads back."""
    names = differentiable(problem)
    if not names:
        return
    try:
        derivative = mc.diff(problem.text, names[choice % len(names)], problem.variables, order)
    except mc.MatcalcError as error:
        if error.code != "E304":
            raise
        return
    assert isinstance(derivative, mc.Derivative)
    note(f"by {derivative.wrt}: {derivative.display()}")
    report = derivative.check(trials=1)
    OUTCOMES["could not be checked" if report.reason else "checked"] += 1
    assert report.passed or report.reason, report
    for values in instances(problem)[:1]:
        assert_forms_agree(derivative, values)
        assert_reads_back(derivative, values)


def assert_forms_agree(derivative: mc.Derivative, values: dict[str, Any]) -> None:
    def value(values: dict[str, Any]) -> Any:
        return derivative.evaluate(**values)

    whole = or_nan(value, values)
    if not usable(whole) or np.size(whole) > MOST_ENTRIES or not steady(value, values, whole):
        OUTCOMES["forms not compared"] += 1
        return
    for form in derivative.forms:
        try:
            other = derivative.in_form(form)
        except mc.MatcalcError as error:
            assert error.code == "E505" and form in ("jacobian", "hessian", "kron", "index")
            OUTCOMES[f"no {form}"] += 1
            continue
        note(f"{form}: {other}")
        OUTCOMES[form] += 1
        if form == "index" and unit_matrices(other) > MOST_UNITS:
            OUTCOMES["index form not evaluated"] += 1
        elif form == "index":
            assert close(other.evaluate(**values, form=form), whole)
        elif form == "kron":
            stacked = np.asarray(other.evaluate(**values, form=form))
            assert close(stacked, stacked_columns(derivative, whole, stacked.shape))
        else:
            assert close(other.evaluate(**values), whole)


def unit_matrices(derivative: mc.Derivative) -> int:
    """How often functions in index notation are evaluated, for unit matrices in their place."""
    form = derivative._form.indices
    assert form is not None
    places = [[i.dim.evaluate(SIZES) for _, own in entry.units for i in own]
              for term in form.terms for entry in term.entries]  # fmt: skip
    return sum(prod(sizes) for sizes in places if sizes)


def close(found: Any, wanted: Any) -> bool:
    return agree(wanted, found, TOLERANCE) or distance(found, wanted) < TOLERANCE


def stacked_columns(derivative: mc.Derivative, whole: Any, shape: tuple[int, ...]) -> Any:
    """The full array as a matrix on stacked columns."""
    array = np.asarray(whole)
    lead = len(derivative.map.expr.shape)
    order = [*range(lead)[::-1], *range(lead, array.ndim)[::-1]]
    return np.transpose(array, order).reshape(shape)


def assert_reads_back(derivative: mc.Derivative, values: dict[str, Any]) -> None:
    moves = {name: move_for(derivative, name, values) for name in derivative.arguments}
    for text, latex in ((str(derivative), False), (derivative.unicode(), False), (derivative.latex(), True)):
        note(text)
        back = mc.parse(text, derivative.variables, latex=latex)
        assert back.shape == derivative.expr.shape
        if back != derivative.expr:
            wanted = or_nan(lambda values: derivative.expr.evaluate(**values), {**values, **moves})
            found = or_nan(partial(valued, back), {**values, **moves})
            assert not usable(wanted) or close(found, wanted)


def move_for(derivative: mc.Derivative, name: str, values: dict[str, Any]) -> Any:
    """A random move of the variable, with the structure that the derivative takes moves to have."""
    variable = np.asarray(values[derivative.wrt])
    move = np.random.default_rng(len(name)).standard_normal(variable.shape)
    known = derivative._reading.variables[name]
    return with_structure(known, move) if move.ndim == 2 else move


def test_most_derivatives_could_be_checked(summary: Callable[[str], None]) -> None:
    """Comes last: it judges the examples above."""
    checked, unchecked = OUTCOMES["checked"], OUTCOMES["could not be checked"]
    summary("random forms: " + ", ".join(f"{n} {what}" for what, n in OUTCOMES.items()))
    assert checked + unchecked < 100 or unchecked < 0.25 * (checked + unchecked)
