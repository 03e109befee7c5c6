"""Generated source of random derivatives has the values that they have.

``MATCALC_EXAMPLES=5000`` runs so many examples instead of a few; then ``--hypothesis-seed=7`` says which.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import matcalc as mc
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
