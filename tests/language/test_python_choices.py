"""Choices by a condition, ``np.where``: the value is that of NumPy, also beside what is not taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.functions import FUNCTIONS, Function
from matcalc.numeric.interpreter import named
from tests.numerical import distance

INPUTS: dict[str, Any] = {
    "x": np.array([-2000.0, -1.0, 0.0, 1.0, 2000.0]),
    "y": np.array([3.0, -1.0, 0.5, 1.0, -2.0]),
    "d": np.array(1.0),
    "X": np.array([[1.0, -2.0, 0.0], [-0.5, 2.0, 1.0]]),
}
CHOICES = [
    "np.where(x > 0, x**2, 0)",
    "np.where(x >= 0, 1, 0)",
    "np.where(x > 0, 1.0, -1.0) @ y",
    "np.where(x <= y, x * y, -x)",
    "np.where(y < x, y, 2 * x + 1)",
    "np.where(x > 0, x, np.exp(x) - 1)",
    "np.where(1 <= x, x, np.exp(x - 1))",
    "np.where(np.abs(x) <= d, x**2 / 2, d * (np.abs(x) - d / 2))",
    "np.where(x > 0, np.log(np.maximum(x, 1e-9)), 0)",
    "np.where(x > y, np.sqrt(x**2 + 1), 1 / (1 + y**2))",
    "np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))",
    "np.where(X > 0, X, 0).sum()",
    "np.where(X > 1, X, X * X)",
    "z = 2 * x - 1\nnp.where(z > 0, z, np.tanh(z))",
    "(x >= y) @ y",
]
KINDS = {name: ("scalar", "vector(n)", "matrix(m,p)")[array.ndim] for name, array in INPUTS.items()}


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.parametrize("code", CHOICES)
def test_the_value_is_that_of_numpy(code: str) -> None:
    scope: dict[str, Any] = {"np": np, **INPUTS}
    *lines, last = code.split("\n")
    exec("\n".join(lines), scope)
    expected = np.asarray(eval(last, scope))
    for library in ("np", "torch"):
        expr = mc.parse(code.replace("np.where", f"{library}.where"), KINDS)
        value = expr.evaluate(**{name: INPUTS[name] for name in expr.variables})
        assert distance(np.asarray(value), expected) < 1e-12


REFUSED = [
    "np.where(x > 0, np.log(x), 0)",
    "np.where(x > 0, 1 / x, 0)",
    "np.where(x > 0, x ** 0.5, 0)",
    "np.where(x < 1, 0, np.arccosh(x))",
    "np.where(x > y, np.exp(x - y), 1)",
    "np.where(x > 0, np.log(np.maximum(x, -1)), 0)",
    "e = 1 / z\nnp.where(z > 0, e, 0)",
    "z = x - y\nnp.where(z > 0, np.exp(x), 0)",
]


@pytest.mark.parametrize("code", REFUSED)
def test_what_may_be_infinite_where_it_is_not_taken_is_refused(code: str) -> None:
    with pytest.raises(mc.MatcalcError, match="may be infinite or not a number") as caught:
        mc.parse(code, {"x": "vector(n)", "y": "vector(n)"})
    assert "np.maximum" in str(caught.value.help)


@pytest.mark.parametrize(
    "code", ["np.where(y, x, 0)", "np.where(x == 0, 1, x)", "np.where(0 < x < 1, x, 0)", "np.where(x > 0)"]
)
def test_only_comparisons_of_two_values_are_conditions(code: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(code)
    assert caught.value.code == "E506" and caught.value.help


def test_what_does_not_depend_on_the_condition_may_be_anything() -> None:
    code = "np.where(y > 0.5, np.log(p), np.log(1 - p)).sum()"
    gradient = mc.diff(code, "p").evaluate(p=[0.2, 0.6], y=[1.0, 0.0])
    assert distance(np.asarray(gradient), np.array([1 / 0.2, -1 / 0.4])) < 1e-12


@pytest.mark.parametrize(
    "entry",
    [entry for entry in FUNCTIONS if entry.elementwise and entry.evaluate],
    ids=lambda entry: entry.name,
)
def test_entries_say_which_functions_overflow(entry: Function) -> None:
    if entry.where is None or entry.where.condition == "no-kink":
        with np.errstate(all="ignore"):
            values = named(entry.evaluate)(np.array([-2000.0, 2000.0]))
        assert entry.overflows == bool(np.any(np.isinf(values)))
