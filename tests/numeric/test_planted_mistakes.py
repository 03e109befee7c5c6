"""The checks catch every mistake that is planted in a right gradient and changes it.

Whether it does is decided by the reference values of the case, not by the checks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

import matcalc as mc
from matcalc.algebra import normalise
from matcalc.api import Expression
from matcalc.expression import Expr
from matcalc.numeric import CheckReport, prove_gradient
from matcalc.printing import TEXT, write
from tests.numerical import distance
from tests.planting import MISTAKES, check_gradient
from tests.test_cases import CASES, GRADIENTS, references

SEED = 5
#: From here on, relative to the largest entry, a gradient is another one.
CHANGED = 1e-5


class Planted(NamedTuple):
    """A gradient with a mistake, as text, and the reports of both checks."""

    mistake: str
    wrong: str
    numeric: CheckReport
    exact: CheckReport


def derivative(name: str, wrt: str) -> mc.Derivative:
    return mc.diff(CASES[name]["expr"], wrt, CASES[name]["variables"])


def reports(d: mc.Derivative, gradient: Expr) -> tuple[CheckReport, CheckReport]:
    """Return what both checks say of a gradient."""
    reading = d._reading
    claim = reading.expr, reading.variables[d.wrt], gradient, reading.variables
    return check_gradient(*claim, trials=3, seed=SEED), prove_gradient(*claim, trials=4, seed=SEED)


def changes(d: mc.Derivative, name: str, wrong: Expr) -> bool:
    """Return whether a gradient differs from a reference value of the case; one undefined there does."""
    if wrong.shape != d.expr.node.shape:
        return True
    expression = Expression(wrong, d._reading)
    try:
        return any(
            distance(expression.evaluate(**reference["inputs"]), reference["derivative"]) > CHANGED
            for reference in references(name, d.wrt)
        )
    except mc.MatcalcError as error:
        return error.code == "E304"


# No expressions in these caches: other tests put wrong entries into the tables and rely on it that
# expressions which remember the right ones are gone.


@cache
def is_proved(name: str, wrt: str) -> bool:
    d = derivative(name, wrt)
    return reports(d, d.expr.node)[1].passed


@cache
def planted(name: str, wrt: str) -> tuple[Planted, ...]:
    d = derivative(name, wrt)
    found = []
    for mistake, plant in MISTAKES.items():
        for wrong in dict.fromkeys(plant(d.expr.node)):
            if changes(d, name, wrong):
                found.append(Planted(mistake, write(normalise(wrong), TEXT), *reports(d, wrong)))
    return tuple(found)


@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_right_gradient_passes(name: str, wrt: str) -> None:
    d = derivative(name, wrt)
    numeric, exact = reports(d, d.expr.node)
    assert numeric.passed, numeric
    assert exact.passed or exact.reason, exact
    assert "at random points" not in exact.reason, exact


@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_every_mistake_is_caught(name: str, wrt: str) -> None:
    assert planted(name, wrt)
    for mistake, wrong, numeric, exact in planted(name, wrt):
        text = f"seed {SEED}: {mistake} passes: {wrong}"
        assert not numeric.passed and not numeric.reason, f"{text}: {numeric}"
        assert not exact.passed, f"{text}: {exact}"
        assert not exact.reason or not is_proved(name, wrt), f"{text}: {exact}"


def test_share_of_mistakes_that_are_caught(summary: Callable[[str], None]) -> None:
    everything = [one for run in GRADIENTS for one in planted(*run)]
    rational = [one for run in GRADIENTS if is_proved(*run) for one in planted(*run)]
    counts = {mistake: sum(one.mistake == mistake for one in everything) for mistake in MISTAKES}
    caught = sum(not one.numeric.passed and not one.numeric.reason for one in everything)
    disproved = sum(not one.exact.passed and not one.exact.reason for one in rational)
    kinds = ", ".join(f"{count} {mistake}" for mistake, count in counts.items())
    share = f"{caught} of {len(everything)} ({caught / len(everything):.1%})"
    summary(f"planted mistakes: {len(everything)} in {len(GRADIENTS)} gradients ({kinds})")
    summary(f"  caught by the numerical check: {share}")
    summary(f"  disproved exactly, where the gradient is rational: {disproved} of {len(rational)}")
    assert caught == len(everything) and disproved == len(rational)
    assert min(counts.values()) >= 30 and len(rational) >= len(everything) / 3


def test_gradient_of_the_wrong_shape_is_reported() -> None:
    d = mc.diff("tr(A*X*B)", "X")
    [turned] = MISTAKES["numerator layout"](d.expr.node)
    numeric, exact = reports(d, turned)
    assert not numeric.passed and not exact.passed and not exact.reason
    assert exact.note == "the gradient is k×n, but X is n×k"


def test_gradient_by_a_symmetric_variable_has_to_be_symmetric() -> None:
    d = mc.diff("tr(A*S)", "S", {"S": "symmetric(n)"})
    reading = mc.parse("A' + 0*S", {"S": "symmetric(n)", "A": "matrix(n,n)"})
    numeric, exact = reports(d, reading.node)
    assert str(reading) == "A'"
    assert not numeric.passed and not exact.passed and not exact.reason
