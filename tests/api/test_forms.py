"""Forms, orders, layouts and several variables in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from tests.numerical import distance

TOLERANCE = 1e-10


def values(**shapes: tuple[int, ...]) -> dict[str, Any]:
    return {name: np.random.default_rng(i).standard_normal(s) for i, (name, s) in enumerate(shapes.items())}


def test_full_array_has_the_axes_of_the_value_first() -> None:
    given = values(A=(2, 3), X=(3, 4), B=(4, 5))
    d = mc.diff("A*X*B", "X", {"A": "matrix(k,m)", "X": "matrix(m,n)", "B": "matrix(n,p)"})
    wanted = np.einsum("ik,lj->ijkl", given["A"], given["B"])
    for form in ("map", "kron", "index"):
        assert distance(d.in_form(form).evaluate(**given), wanted) < TOLERANCE
    move = np.random.default_rng(9).standard_normal((3, 4))
    applied = d.evaluate(**given, form="map")(move)
    assert distance(applied, given["A"] @ move @ given["B"]) < TOLERANCE
    stacked = d.evaluate(**given, form="kron") @ move.reshape(-1, order="F")
    assert distance(stacked, applied.reshape(-1, order="F")) < TOLERANCE
    with pytest.raises(mc.MatcalcError, match="shape"):
        d.evaluate(**given, form="map")(move.T)


@pytest.mark.parametrize(
    ("text", "wrt", "order", "form"),
    [
        ("A*x", "x", 1, "gradient"),
        ("x'*x", "x", 1, "jacobian"),
        ("x'*x", "x", 1, "map"),
        ("x'*x", "x", 1, "kron"),
        ("A*X*B", "X", 1, "hessian"),
        ("tr(X^3)", "X", 3, "kron"),
        ("expm(X)", "X", 1, "kron"),
    ],
)
def test_a_form_that_does_not_exist_names_those_that_do(text: str, wrt: str, order: int, form: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff(text, wrt, order=order, form=form)
    assert failed.value.code == "E505"
    assert failed.value.help.startswith("forms: ")
    for other in failed.value.help.removeprefix("forms: ").split(", "):
        assert mc.diff(text, wrt, order=order, form=other).check(trials=1).passed


@pytest.mark.parametrize(("option", "value"), [("form", "x"), ("layout", "x"), ("symmetric", "x")])
def test_unknown_options(option: str, value: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("x'*x", "x", **{option: value})  # type: ignore[arg-type]  # a wrong option is the point
    assert failed.value.code == "E403"


@pytest.mark.parametrize(
    ("text", "wrt", "order"),
    [("tr(X^4)", "X", 4), ("logsumexp(x)", "x", 3), ("a'*inv(X)*b", "X", 3), ("(x'*A*x)^2", "x", 4)],
)
def test_higher_orders(text: str, wrt: str, order: int) -> None:
    d = mc.diff(text, wrt, order=order)
    assert d.form == "map" and len(d.arguments) == order - 1
    assert d.check(trials=2).passed
    assert d.index.check(trials=1).passed


def test_third_derivative_is_symmetric() -> None:
    found = mc.diff("logsumexp(x)", "x", order=3).evaluate(x=[0.3, -1.0, 0.5, 2.0])
    for axes in ((0, 2, 1), (1, 0, 2), (2, 1, 0)):
        assert distance(np.transpose(found, axes), found) < TOLERANCE


def test_mixed_derivative_is_a_block_of_the_hessian() -> None:
    text, given = "x'*A*y*sum(x) + t*y'*y", values(x=(3,), A=(3, 4), y=(4,), t=())
    kinds = {"x": "vector(m)", "A": "matrix(m,n)", "y": "vector(n)", "t": "scalar"}
    whole = mc.hessian(text, ["x", "y", "t"], kinds)
    found = whole.evaluate(**given)
    assert found.shape == (8, 8) and distance(found, found.T) < TOLERANCE
    cross = mc.diff(text, ("x", "y"), kinds, order=2)
    assert distance(cross.evaluate(**given), found[:3, 3:7]) < TOLERANCE
    assert all(report.passed for report in whole.check(trials=1).values())
    assert mc.parse(str(whole), kinds).shape == whole.shape


def test_hessian_of_matrices_is_that_of_stacked_columns() -> None:
    given = values(X=(2, 3), A=(2, 2), x=(3,))
    kinds = {"X": "matrix(m,n)", "A": "matrix(m,m)", "x": "vector(n)"}
    found = mc.hessian("tr(X'*A*X) + sum(X*x)", ["X", "x"], kinds).evaluate(**given)
    second = np.kron(np.eye(3), given["A"] + given["A"].T)
    assert distance(found[:6, :6], second) < TOLERANCE and distance(found, found.T) < TOLERANCE


def test_product_with_the_hessian() -> None:
    given = values(A=(3, 3), x=(3,), v=(3,))
    d = mc.diff("(x'*A*x)^2", "x", order=2)
    product = d.hvp("v")
    wanted = d.evaluate(A=given["A"], x=given["x"]) @ given["v"]
    assert distance(product.evaluate(**given), wanted) < TOLERANCE
    with pytest.raises(mc.MatcalcError):
        d.hvp("A")
    with pytest.raises(mc.MatcalcError):
        mc.diff("x'*x", "x").hvp("v")


@pytest.mark.parametrize("layout", ["mixed", "numerator", "denominator"])
def test_layouts(layout: str) -> None:
    given = values(A=(2, 3), x=(3,), X=(3, 2))
    jacobian = mc.diff("A*x", "x", layout=layout)
    turned = layout == "denominator"
    assert (
        distance(jacobian.evaluate(A=given["A"], x=given["x"]), given["A"].T if turned else given["A"]) == 0
    )
    gradient = mc.diff("tr(A*X)", "X", layout=layout)
    turned = layout == "numerator"
    wanted = given["A"] if turned else given["A"].T
    assert distance(gradient.evaluate(A=given["A"], X=given["X"]), wanted) == 0
    assert jacobian.check(trials=2).passed and gradient.check(trials=2).passed


def test_several_variables_share_names() -> None:
    both = mc.diff("1/2*||W*x + b - y||^2", ["W", "b", "x"])
    assert str(both) == "W: r*x'\nb: r\nx: W'*r\nwhere r = W*x + b - y"
    assert [d.wrt for d in both] == ["W", "b", "x"] and both["b"] is both[1]
    assert str(both["x"]) == "W'*r where r = W*x + b - y"
    assert all(report.passed for report in both.check(trials=1).values())


def test_names_are_left_out_on_request() -> None:
    assert "where" not in str(mc.diff("1/2*||W^T W x - x||^2", "W", names=False))


def test_a_name_that_is_taken_is_not_used_for_the_move() -> None:
    d = mc.diff("X*dX", "X", {"X": "matrix(m,n)", "dX": "matrix(n,m)"})
    assert d.arguments == ("ddX",) and str(d) == "ddX*dX"
