"""Generated source of random derivatives has the values that they have."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from hypothesis import strategies as st

import matcalc as mc
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import TARGETS, Program, SizeEstimates
from matcalc.code.instructions import axes_of
from matcalc.expression import Expr
from matcalc.numeric.compiled import run
from tests.code.libraries import arrays_for
from tests.hunting import hunted
from tests.strategies import Problem, problems
from tests.strategies.agreement import gradient, instances, or_nan, steady, usable


@hunted(25, 100, problems(), st.integers(0, 9))
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
            with quiet():
                found_value = np.asarray(function(**arguments), dtype=float)
            assert found_value.shape == np.shape(value), found.code()
            # Where terms cancel, rounding errors are all that is left.
            assert np.allclose(found_value, value, rtol=1e-6, atol=1e-6 * np.max(np.abs(value)) + 1e-12), (
                found.code()
            )


@hunted(10, 40, problems(), st.integers(0, 9), st.sampled_from(["torch", "xp"]))
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


@hunted(15, 60, problems(), st.integers(0, 9))
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
            with quiet():
                one, other = function(*(values[name] for name in names))
            for mine, wanted in ((one, whole), (other, value)):
                scale = 1e-6 * np.max(np.abs(wanted)) + 1e-12
                assert np.allclose(np.asarray(mine, dtype=float), wanted, rtol=1e-6, atol=scale), names


@hunted(15, 60, problems(), st.integers(0, 9), st.integers(0, 999))
def test_what_is_cheapest_for_any_sizes_is_right_for_all(problem: Problem, choice: int, seed: int) -> None:
    """The choices between laws, orders and libraries depend on sizes, the values must not."""
    found = gradient(problem, choice)
    if found is None or not found._of.reading.expr.is_scalar:
        return
    try:
        program = program_of(problem.text, found.wrt, ("value", "gradient"), Options(problem.variables))
        source = program.source(TARGETS["numpy"], any_sizes(program, seed))
    except mc.MatcalcError as error:
        assert error.code in ("E505", "E402", "E304"), error
        return
    function = run(source, program.name)
    for values in instances(problem):
        value = or_nan(lambda values: found.evaluate(**values), values)
        whole = or_nan(lambda values: found.value.evaluate(**values), values)
        if usable(value) and usable(whole) and steady(lambda v: found.evaluate(**v), values, value):
            given = [flat_array(values[name], v) for name, v in program.variables.items()]
            with quiet():
                both = function(*given)
            for mine, wanted in zip(both, (whole, value), strict=True):
                scale = 1e-6 * np.max(np.abs(wanted)) + 1e-9  # where terms cancel, rounding errors are left
                assert np.allclose(np.asarray(mine, dtype=float), wanted, rtol=1e-6, atol=scale), source


@hunted(10, 40, problems(), st.integers(0, 9), st.integers(0, 999))
def test_second_derivatives_for_any_sizes(problem: Problem, choice: int, seed: int) -> None:
    """The Hessian as an array, and its product with a direction."""
    found = gradient(problem, choice)
    if found is None or not found._of.reading.expr.is_scalar:
        return
    try:
        second = mc.diff(problem.text, found.wrt, problem.variables, order=2)
        program = program_of(problem.text, found.wrt, ("hvp", "hessian"), Options(problem.variables))
        source = program.source(TARGETS["numpy"], any_sizes(program, seed))
    except mc.MatcalcError as error:
        assert error.code in ("E505", "E402", "E304", "E502"), error
        return
    assert isinstance(second, mc.Derivative)
    function = run(source, program.name)
    rng = np.random.default_rng(seed)
    for values in instances(problem):
        whole = or_nan(lambda values: second.evaluate(**values), values)
        if not usable(whole) or not steady(lambda v: second.evaluate(**v), values, whole):
            continue
        shape = np.shape(values[found.wrt])
        direction = rng.normal(size=shape)
        moved = np.tensordot(whole, direction, len(shape))
        given = [*(flat_array(values.get(name, direction), v) for name, v in program.variables.items())]
        with quiet():
            both = function(*given)
        for mine, wanted in zip(both, (moved, whole), strict=True):
            scale = 1e-6 * np.max(np.abs(whole)) + 1e-9  # where terms cancel, rounding errors are left
            close = np.allclose(np.asarray(mine, dtype=float), wanted, rtol=1e-6, atol=scale)
            assert close, source


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings of libraries that a value may be inaccurate."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def any_sizes(program: Program, seed: int) -> SizeEstimates:
    """Return sizes for the dimensions of a program, of which some are large."""
    rng = np.random.default_rng(seed)
    dims = sorted({symbol for v in program.variables.values() for dim in v.shape for symbol in dim.symbols})
    return SizeEstimates({dim: int(rng.choice([2, 30, 300, 20_000])) for dim in dims})


def flat_array(value: Any, variable: Expr) -> Any:
    """Return an array as generated code takes it."""
    array = np.asarray(value, dtype=float)
    return array.reshape(-1) if axes_of(variable) == 1 else array
