"""Near a singular matrix a value is right, or refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression import postorder
from matcalc.numeric.numpy_floats import NumpyFloats, reciprocal_condition
from tests.numerical import Array, distance
from tests.planting import check_gradient

SINGULAR = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])
SKEW = {"C": "skew(n)"}


def cofactors_of_second_order(matrix: Array) -> Array:
    """Return the second derivatives of a determinant: determinants with two rows replaced by unit vectors."""
    size = len(matrix)
    found = np.zeros((size,) * 4)
    for i, j, k, column in product(range(size), repeat=4):
        if i != k and j != column:
            changed = matrix.copy()
            changed[[i, k]] = np.eye(size)[[j, column]]
            found[i, j, k, column] = np.linalg.det(changed)
    return found


def refused(expression: Any, **values: Any) -> bool:
    """Return whether there is no value, as a matrix is singular or near a singular one."""
    try:
        expression.evaluate(**values)
    except mc.MatcalcError as error:
        assert error.code == "E304" and error.help
        return True
    return False


@pytest.mark.parametrize("form", [None, "index", "map"])
def test_second_derivative_of_a_determinant_is_right_or_refused(form: str | None) -> None:
    d = mc.diff("det(X)", "X", order=2)
    with pytest.raises(mc.MatcalcError, match="inv\\(X\\) is not defined") as caught:
        d.evaluate(form=form, X=SINGULAR)
    assert caught.value.code == "E304"


def test_derivatives_of_determinants_are_right_or_refused_at_any_distance_from_singular_matrices() -> None:
    rng = np.random.default_rng(3)
    second, third = (mc.diff("det(X)", "X", order=order) for order in (2, 3))
    wanted = third.evaluate(X=np.eye(3))  # the same everywhere
    for power in range(17):
        left, right = (np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(2))
        near = left @ np.diag([1, 0.5, 10.0**-power]) @ right
        given = (refused(second, X=near), refused(third, X=near))
        assert given == (power > 14, power > 5) or power in (5, 14)
        assert given[0] or distance(second.evaluate(X=near), cofactors_of_second_order(near)) < 0.03
        assert given[1] or distance(third.evaluate(X=near), wanted) < 1e-5


@pytest.mark.parametrize(
    "text", ["inv(X'*X)*X'*y", "logdet(X'*X)", "solve(X'*X, X'*y)", "y'*X*inv(X'*X)*X'*y", "det(inv(X'*X))"]
)
@pytest.mark.parametrize("rows", [3, 30])
def test_matrices_without_full_rank_have_no_inverse(text: str, rows: int) -> None:
    rng = np.random.default_rng(rows)
    expression = mc.parse(text)
    for _ in range(50):
        values = {"X": rng.standard_normal((rows, 2)) @ rng.standard_normal((2, 3))}
        assert refused(expression, **values, **({"y": rng.standard_normal(rows)} if "y" in text else {}))


@pytest.mark.parametrize(
    ("text", "values", "place"),
    [
        ("2 + logdet(X)", {"X": SINGULAR}, "logdet(X)"),
        ("log(det(X))", {"X": SINGULAR}, "log(det(X))"),
        ("tr(A*inv(X))", {"A": np.eye(3), "X": SINGULAR}, "inv(X)"),
        ("tr(inv(X))", {"X": np.zeros((2, 2))}, "inv(X)"),
        ("sylvester(A, B, C)", {"A": np.diag([1, 2]), "B": np.diag([-1, 3]), "C": np.ones((2, 2))}, ""),
    ],
)
def test_the_inverse_that_does_not_exist_is_named(text: str, values: dict[str, Any], place: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text).evaluate(**values)
    error = caught.value
    assert error.code == "E304" and error.span is not None
    assert text[slice(*error.span)] == (place or text)


def test_a_value_that_rounding_decides_is_refused_with_the_reason() -> None:
    near = SINGULAR + 1e-9 * np.eye(3)
    with pytest.raises(mc.MatcalcError, match="rounding: X is near a singular matrix") as caught:
        mc.diff("det(X)", "X", order=3).evaluate(X=near)
    assert "reciprocal condition number" in caught.value.help


@pytest.mark.parametrize("size", range(2, 10))
def test_ill_conditioned_matrices_have_inverses(size: int) -> None:
    hilbert = 1 / (np.arange(size)[:, None] + np.arange(size) + 1)
    for text in ("tr(inv(X))", "logdet(X)", "a'*inv(X)*a"):
        values = {"X": hilbert, "a": np.ones(size)} if "a'" in text else {"X": hilbert}
        assert np.isfinite(mc.parse(text).evaluate(**values))
        assert np.all(np.isfinite(mc.diff(text, "X", order=2).evaluate(**values)))


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e20])
def test_units_of_measurement_do_not_matter(size: float) -> None:
    scaled = np.diag([1.0, size]) @ np.array([[2.0, 1.0], [1.0, 2.0]])
    assert reciprocal_condition(scaled) > 0.1
    assert np.allclose(mc.parse("inv(X)*X").evaluate(X=scaled), np.eye(2))
    assert NumpyFloats({}).is_singular(np.diag([1.0, size]) @ np.array([[0.1, 0.3], [0.2, 0.6]]))


def test_what_was_written_is_the_value_where_its_simplification_needs_an_inverse() -> None:
    rng = np.random.default_rng(1)
    for size in (1, 2, 3, 4, 5):
        matrix = rng.standard_normal((size, size))
        value = mc.parse("adj(X)").evaluate(X=matrix)
        assert np.allclose(value @ matrix, np.linalg.det(matrix) * np.eye(size))
    u, v = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert np.allclose(mc.parse("adj(X)").evaluate(X=np.outer(u, v)), [[8, -4], [-6, 3]])


def odd_skew() -> Array:
    x = np.array([0.3, -0.7, 1.1])
    return np.array([[0, -x[2], x[1]], [x[2], 0, -x[0]], [-x[1], x[0], 0]])


def test_values_at_skew_matrices_of_odd_size_are_right_or_refused() -> None:
    matrix = odd_skew()
    assert np.isclose(mc.parse("tr(adj(C))", SKEW).evaluate(C=matrix), 0.09 + 0.49 + 1.21)
    values = {"C": matrix, "x": [1, 2, 3]}
    for text, wrt in [("tr(adj(C))", "C"), ("x'*adj(C)*x", "x"), ("det(C)", "C"), ("x'*inv(C)*x", "x")]:
        assert refused(mc.diff(text, wrt, SKEW), **(values if "x" in text else {"C": matrix}))


def test_skew_matrices_of_even_size_have_skew_inverses() -> None:
    even = {"C": "skew(2*n)"}
    assert str(mc.parse("tr(inv(C))", even)) == "0"
    assert str(mc.diff("det(C)", "C", even)) == "-det(C)*inv(C)"


@pytest.mark.parametrize("text", ["tr(adj(C))", "x'*adj(C)*x", "det(C)", "logdet(C)"])
def test_checks_of_skew_matrices_pass(text: str) -> None:
    wrt = "x" if "x" in text else "C"
    for seed in range(5):
        assert mc.diff(text, wrt, SKEW).check(seed=seed).passed


def test_checks_draw_odd_sizes_where_they_are_allowed() -> None:
    """A gradient that is right for even sizes alone does not pass."""
    value = mc.parse("x'*adj(C)*x", SKEW)._reading
    zero = mc.parse("0*x + 0*C*x", SKEW).node
    zero = next(node for node in postorder(zero) if node.op == "zeros")
    report = check_gradient(value.expr, value.variables["x"], zero, value.variables)
    assert not report.passed and not report.reason


def test_a_gradient_that_needs_the_inverse_of_a_singular_matrix_everywhere_is_not_checked() -> None:
    report = mc.diff("det(C)", "C", {"C": "skew(3)"}).check()
    assert not report.passed and "singular" in report.reason
