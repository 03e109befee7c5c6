"""Functions that are only named: given as callables, and drawn for the checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.functions import NamedFunction
from matcalc.functions.named import CLASSES
from matcalc.numeric.named_values import Ridges, drawn_function, polynomial, sine_and_square

A, X = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]]), np.array([0.5, -1.0, 2.0])


def test_callables_are_called_with_plain_arrays() -> None:
    seen: list[Any] = []
    d = mc.diff("f(A*x)", "x")
    found = d.evaluate(A=A, x=X, grad_f=lambda z: (seen.append(z), 2 * z)[1])
    assert np.allclose(found, 2 * A.T @ A @ X)
    assert seen[0].shape == (2,)
    assert mc.parse("f(A*x)").evaluate(A=A, x=X, f=lambda z: float(z @ z)) == pytest.approx((A @ X) @ (A @ X))
    assert mc.diff("h(x'*x)", "x", {"h": "scalar -> scalar"}).evaluate(x=X, dh=lambda t: 1.0).shape == (3,)


@pytest.mark.parametrize("name", ["dphi", "phi'"])
def test_primes_have_names(name: str) -> None:
    d = mc.diff("sum(phi(x))", "x", {"phi": "entrywise"})
    assert np.allclose(d.evaluate(x=X, **{name: np.cos}), np.cos(X))
    second = mc.diff("sum(phi(x))", "x", {"phi": "entrywise"}, order=2)
    assert np.allclose(second.evaluate(x=X, d2phi=np.sin), np.diag(np.sin(X)))


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({}, "E301", "there is no value for grad_f"),
        ({"f": np.sum}, "E301", "there is no value for grad_f"),
        ({"grad_f": 3.0}, "E303", "grad_f is a function"),
        ({"grad_f": lambda z: z[:1]}, "E302", "the value of grad_f has shape"),
        ({"grad_k": np.sum}, "E404", "there is no variable grad_k"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_an_error(given: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(mc.MatcalcError, match=message) as failed:
        mc.diff("f(A*x)", "x").evaluate(A=A, x=X, **given)
    assert failed.value.code == code


def test_sizes_that_only_a_function_tells_are_found() -> None:
    path = mc.diff("logdet(A(t))", "t")
    found = path.evaluate(t=2.0, A=lambda t: np.diag([t, 3.0]), dA=lambda t: np.diag([1.0, 0.0]))
    assert found == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("text", "wrt", "wrong"),
    [
        ("f(A*x)", "x", "A'*grad_f(2*A*x)"),
        ("f(A*x)", "x", "2*A'*grad_f(A*x)"),
        ("sum(phi(A*x))", "x", "A'*phi(A*x)"),
        ("sum(phi(A*x))", "x", "A'*phi''(A*x)"),
        ("h(x'*x)", "x", "h'(x'*x)*x"),
        ("‖g(x) - y‖^2", "x", "J_g(x)'*(g(x) - y)"),
        ("tr(B'*F(X))", "X", "D_adj_F(2*X, B)"),
    ],
)
def test_wrong_answers_are_found(text: str, wrt: str, wrong: str) -> None:
    kinds = {
        "phi": "entrywise", "h": "scalar -> scalar", "g": "vector(n) -> vector(m)",
        "F": "matrix(m,n) -> matrix(p,q)", "B": "matrix(p,q)",
    }  # fmt: skip
    names = {name: kind for name, kind in kinds.items() if f"{name}(" in text or name in text.split("'")[0]}
    assert mc.check_answer(text, wrt, str(mc.diff(text, wrt, names)), names).correct
    assert not mc.check_answer(text, wrt, wrong, names).correct


def test_the_exact_check_proves_and_disproves() -> None:
    from matcalc.language import parse
    from matcalc.numeric.exact import prove_gradient

    kinds = {"f": "vector(m) -> scalar", "A": "matrix(m,n)", "x": "vector(n)"}
    value = parse("f(A*x)", kinds)
    x = value.variables["x"]
    for text, passed in [("A'*grad_f(A*x)", True), ("A'*grad_f(2*A*x)", False), ("2*A'*grad_f(A*x)", False)]:
        gradient = parse(text, kinds).expr
        report = prove_gradient(value.expr, x, gradient, value.variables)
        assert report.passed is passed, report
        assert not report.reason


@pytest.mark.parametrize("profile", [sine_and_square, polynomial])
def test_derivatives_of_random_functions_are_those_of_their_values(profile: Any) -> None:
    rng = np.random.default_rng(3)
    ridges = Ridges(*(rng.standard_normal(shape).tolist() for shape in [(2, 4), (4, 3), 4, 2]), profile)
    x, step, h = rng.standard_normal(3), rng.standard_normal(3), 1e-5

    def slope(of: Any) -> np.ndarray:
        return (np.asarray(of(x + h * step)) - np.asarray(of(x - h * step))) / (2 * h)

    close = {"rtol": 1e-4, "atol": 1e-6}
    jacobian = np.array(ridges.jacobian(x))
    assert np.allclose(slope(lambda z: ridges.values(z, 0)), jacobian @ step, **close)
    assert np.allclose(slope(ridges.jacobian), ridges.jacobian(x, step), **close)
    assert np.allclose(slope(lambda z: ridges.jacobian(z)[0]), np.array(ridges.hessian(x)) @ step, **close)
    weights = rng.standard_normal((2, 3))
    moved = np.sum(slope(ridges.jacobian) * weights)
    assert np.isclose(np.dot(ridges.contraction(x, weights.T.reshape(-1)), step), moved, **close)


def test_a_random_function_is_drawn_for_each_class() -> None:
    from matcalc.language import parse

    for domain, value in CLASSES:
        kinds = {"vector": "vector(n)", "array": "matrix(m,n)", "scalar": "scalar"}
        signature = f"{kinds[domain]} -> {'vector(m)' if value == 'vector' else kinds[value]}"
        argument = "x" if domain == "vector" else "X"
        leaf = parse(f"f({argument})", {"f": signature}).variables["f"]
        drawn = drawn_function(leaf, {"m": 3, "n": 2}, "mixed", lambda count: [1.0] * count)
        assert len(drawn.inner[0]) == (2 if domain == "vector" else 6)
        assert all(NamedFunction("f", signature, form).called for form in NamedFunction("f", signature).forms)
