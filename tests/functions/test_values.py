"""Values of functions are those of NumPy, of SciPy and of tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_OPERATION, FUNCTIONS, Function
from matcalc.functions.spectral import SPECTRAL
from tests.functions.checks import call as called
from tests.functions.checks import instances, value_of
from tests.numerical import distance
from tests.strategies.table import CALLS, Call

#: Apéry's constant, OEIS A002117.
APERY = 1.2020569031595942854
#: Values with the digits of the NIST Digital Library of Mathematical Functions and of the OEIS.
KNOWN = [
    ("lgamma(1/2)", math.log(math.pi) / 2),
    ("tgamma(5)", 24.0),
    ("tgamma(-1/2)", -2 * math.sqrt(math.pi)),
    ("digamma(1)", -0.57721566490153286061),
    ("trigamma(1)", math.pi**2 / 6),
    ("polygamma(2, 1)", -2 * APERY),
    ("polygamma(3, 1)", math.pi**4 / 15),
    ("normcdf(1)", 0.84134474606854294859),
    ("normcdf(-10)", 7.6198530241605260660e-24),
    ("normpdf(0)", 0.39894228040143267794),
    ("log1p(1e-12)", 9.999999999995e-13),
    ("expm1(1e-12)", 1.0000000000005e-12),
    ("logaddexp(1000, 1000)", 1000 + math.log(2)),
    ("logsigmoid(-1000)", -1000),
]


@pytest.mark.parametrize(("text", "value"), KNOWN)
def test_values_are_those_of_tables(text: str, value: float) -> None:
    assert mc.parse(text).evaluate() == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.label)
def test_values_are_those_of_numpy(function: Call) -> None:
    expr, names = called(function.entry)
    arguments = signature_of(function.entry).arguments
    for arrays, sizes in instances(expr, names):
        given = [np.full((1, 1), sizes[a.name]) if a.is_dim else arrays[a.name] for a in arguments]
        expected = np.asarray(function.line.numpy(*given))
        value = value_of(expr, arrays, sizes)
        assert distance(value.reshape(expected.shape), expected) < 1e-9


def test_the_largest_entry_is_shared_where_there_are_several() -> None:
    gradient = mc.diff("max(x)", "x")
    assert gradient.evaluate(x=[1.0, 3.0, 3.0]).tolist() == [0.0, 0.5, 0.5]


def test_the_covariance_of_numpy_has_observations_in_columns() -> None:
    array = np.random.default_rng(1).standard_normal((3, 5))
    assert distance(mc.parse("tr(np.cov(X))").evaluate(X=array), np.trace(np.cov(array))) < 1e-12


@pytest.mark.parametrize(
    ("text", "function"),
    [("a'Γ(x)", "tgamma"), ("w'Φ(A*x)", "normcdf"), ("ψ(x)", "digamma"), ("φ(x)", "normpdf")],
)
def test_a_greek_letter_before_a_bracket_is_refused_with_the_function(text: str, function: str) -> None:
    with pytest.raises(mc.MatcalcError, match=f"may be the function {function} or a factor") as caught:
        mc.parse(text)
    assert f"write {function}(...)" in str(caught.value.help)


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_nothing_finite_is_computed_of_a_nan(entry: Function) -> None:
    expr, names = called(entry)
    arrays, sizes = instances(expr, names)[0]
    if not arrays:
        pytest.skip("it has no array for an argument")
    undefined = {name: array * np.nan for name, array in arrays.items()}
    try:
        value = value_of(expr, undefined, sizes)
    except (ArithmeticError, mc.MatcalcError):
        return
    assert not np.all(np.isfinite(value))


def test_what_takes_a_decomposition_takes_finite_arguments() -> None:
    assert all(entry.finite_arguments for entry in (*SPECTRAL, *BY_OPERATION["pinv"]))
