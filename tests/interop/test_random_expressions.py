"""Random expressions and gradients go to SymPy and come back, or are refused for a function."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
from hypothesis import note
from hypothesis import strategies as st

import matcalc as mc
from tests.hunting import hunted
from tests.interop.values import value_of
from tests.strategies import CONSTRAINED, Problem, problems
from tests.strategies.agreement import assert_same_values, instances, or_nan, usable
from tests.strategies.shapes import SIZES, size
from tests.strategies.variables import SHAPES


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
        assert not any(usable(or_nan(lambda v: ours.evaluate(**v), values)) for values in instances(problem))
        return
    again = mc.from_sympy(written, ours.variables)
    assert again.shape == ours.shape
    assert mc.parse(str(again), again.variables) == again

    def in_sympy_s_words(values: dict[str, Any]) -> Any:
        arrays = {name: matrix(name, value) for name, value in values.items()}
        with np.errstate(all="ignore"):
            found = np.asarray(value_of(written, arrays, SIZES))
        return found.reshape([SIZES[dim] if dim in SIZES else size(dim) for dim in ours.shape])

    assert_same_values(problem, lambda v: ours.evaluate(**v), in_sympy_s_words)
    assert_same_values(problem, lambda v: ours.evaluate(**v), lambda v: again.evaluate(**v))


def matrix(name: str, value: Any) -> Any:
    rows, cols = SHAPES[name]
    return np.asarray(value, dtype=float).reshape(size(rows), size(cols))


@hunted(15, 60, problems())
def test_expression_comes_back(problem: Problem) -> None:
    try:
        expression = mc.parse(problem.text, problem.variables)
    except mc.MatcalcError as error:
        assert error.code == "E304"
        return
    written = in_sympy(expression)
    if written is not None:
        assert_same(problem, expression, written)


@hunted(15, 60, problems(), st.integers(0, 10))
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
