"""Generated source of random derivatives has the values that they have.

``MATCALC_EXAMPLES=5000`` runs so many examples instead of a few; then ``--hypothesis-seed=7`` says which.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import matcalc as mc
from matcalc.api.programs import program_of
from matcalc.code import TARGETS, Sizes
from matcalc.code.instructions import axes_of
from matcalc.numeric.compiled import run
from tests.code.libraries import arrays_for
from tests.strategies import Problem, problems
from tests.strategies.agreement import gradient, instances, or_nan, steady, usable
from tests.test_random_expressions import profile


@profile(100)
@given(problems(), st.integers(0, 9))
def test_source_has_the_value_of_the_gradient(problem: Problem, choice: int) -> None:
    found = gradient(problem, choice)
    if found is None:
        return
    try:
        function = found.compile()
    except mc.MatcalcError as error:
        assert error.code == "E505" and (
            "no source for" in error.message or "no variable has" in error.message
        )
        return
    for values in instances(problem):
        value = or_nan(lambda values: found.evaluate(**values), values)
        if usable(value) and steady(lambda v: found.evaluate(**v), values, value):
            arguments = {name: values[name] for name in found.variables}
            with np.errstate(all="ignore"):
                found_value = np.asarray(function(**arguments), dtype=float)
            assert found_value.shape == np.shape(value), found.code()
            # Where terms cancel, rounding errors are all that is left.
            assert np.allclose(found_value, value, rtol=1e-6, atol=1e-6 * np.max(np.abs(value)) + 1e-12), (
                found.code()
            )


@profile(40)
@given(problems(), st.integers(0, 9), st.sampled_from(["torch", "xp"]))
def test_source_for_other_libraries_has_it_too(problem: Problem, choice: int, target: str) -> None:
    found = gradient(problem, choice)
    if found is None:
        return
    arrays = arrays_for(target)
    try:
        function = found.compile(target)
    except mc.MatcalcError as error:
        assert error.code == "E505", error
        return
    for values in instances(problem):
        value = or_nan(lambda values: found.evaluate(**values), values)
        if usable(value) and steady(lambda v: found.evaluate(**v), values, value):
            try:
                given_values = {name: arrays.given(values[name]) for name in found.variables}
                found_value = np.asarray(function(**given_values), dtype=float)
            except mc.MatcalcError as error:  # some functions lack with some libraries
                assert error.code == "E505", error
                return
            assert found_value.shape == np.shape(value), found.code(target)
            close = np.allclose(found_value, value, rtol=1e-6, atol=1e-6 * np.max(np.abs(value)) + 1e-12)
            assert close, found.code(target)


@profile(60)
@given(problems(), st.integers(0, 9))
def test_value_and_gradient_in_one_function(problem: Problem, choice: int) -> None:
    found = gradient(problem, choice)
    if found is None or not found._of.reading.expr.is_scalar:
        return
    try:
        function = mc.compile(problem.text, found.wrt, variables=problem.variables)
    except mc.MatcalcError as error:
        assert error.code in ("E505", "E402"), error
        return
    for values in instances(problem):
        value = or_nan(lambda values: found.evaluate(**values), values)
        whole = or_nan(lambda values: found.value.evaluate(**values), values)
        if usable(value) and usable(whole) and steady(lambda v: found.evaluate(**v), values, value):
            names = vars(function)["arguments"]
            with np.errstate(all="ignore"):
                one, other = function(*(values[name] for name in names))
            for mine, wanted in ((one, whole), (other, value)):
                scale = 1e-6 * np.max(np.abs(wanted)) + 1e-12
                assert np.allclose(np.asarray(mine, dtype=float), wanted, rtol=1e-6, atol=scale), names


@profile(60)
@given(problems(), st.integers(0, 9), st.integers(0, 999))
def test_what_is_cheapest_for_any_sizes_is_right_for_all(problem: Problem, choice: int, seed: int) -> None:
    """The choices between laws, orders and libraries depend on sizes, the values must not."""
    found = gradient(problem, choice)
    if found is None or not found._of.reading.expr.is_scalar:
        return
    try:
        program = program_of(
            problem.text, found.wrt, ("value", "gradient"), problem.variables, "projected", None
        )
        dims = sorted(
            {symbol for v in program.variables.values() for dim in v.shape for symbol in dim.symbols}
        )
        rng = np.random.default_rng(seed)
        sizes = {dim: int(rng.choice([2, 30, 300, 2000])) for dim in dims}
        source = program.source(TARGETS["numpy"], Sizes(sizes))
    except mc.MatcalcError as error:
        assert error.code in ("E505", "E402"), error
        return
    function = run(source, program.name)
    for values in instances(problem):
        value = or_nan(lambda values: found.evaluate(**values), values)
        whole = or_nan(lambda values: found.value.evaluate(**values), values)
        if usable(value) and usable(whole) and steady(lambda v: found.evaluate(**v), values, value):
            given = [
                np.asarray(values[name], dtype=float).reshape(-1)
                if axes_of(v) == 1
                else np.asarray(values[name], dtype=float)
                for name, v in program.variables.items()
            ]
            with np.errstate(all="ignore"):
                both = function(*given)
            for mine, wanted in zip(both, (whole, value), strict=True):
                scale = 1e-6 * np.max(np.abs(wanted)) + 1e-12
                assert np.allclose(np.asarray(mine, dtype=float), wanted, rtol=1e-6, atol=scale), source
