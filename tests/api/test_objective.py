"""Objectives for SciPy's optimisers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

import matcalc as mc


@pytest.fixture
def data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    return {"X": X, "y": (X @ [1.0, -2.0, 0.5] + rng.normal(size=40) > 0.3) * 1.0}


TEXT = "sum(softplus(X*w + b*ones(m))) - y'*(X*w + b*ones(m)) + lambda/2*w'*w"
KINDS = {"X": "matrix(m,n)", "b": "scalar"}


def logistic(data: dict[str, np.ndarray]) -> mc.Objective:
    return mc.objective(TEXT, ["w", "b"], {**data, "lambda": 0.1}, KINDS)


def test_flat_vectors_and_arrays(data: dict[str, np.ndarray]) -> None:
    f = logistic(data)
    assert f.shapes == {"w": (3,), "b": ()} and f.size == 4
    flat = f.flat(w=[1, 2, 3], b=4)
    assert np.array_equal(flat, [1, 2, 3, 4])
    arrays = f.arrays(flat)
    assert np.array_equal(arrays["w"], [1, 2, 3]) and float(arrays["b"]) == 4


def test_derivatives_agree_with_differences(data: dict[str, np.ndarray]) -> None:
    f = logistic(data)
    rng = np.random.default_rng(1)
    x, p = rng.normal(size=4), rng.normal(size=4)
    value, gradient = f.fun_and_jac(x)
    assert value == pytest.approx(f.fun(x)) and np.allclose(gradient, f.jac(x))
    assert np.allclose(gradient, approx_fprime(x, f.fun), rtol=1e-4, atol=1e-4)
    assert np.allclose(f.hess(x), approx_fprime(x, f.jac), rtol=1e-4, atol=1e-4)
    assert np.allclose(f.hessp(x, p), f.hess(x) @ p)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "Newton-CG", "trust-ncg", "trust-exact"])
def test_optimisers_find_the_same_minimum(method: str, data: dict[str, np.ndarray]) -> None:
    f = logistic(data)
    second = {
        "trust-exact": {"hess": f.hess},
        "trust-ncg": {"hessp": f.hessp},
        "Newton-CG": {"hessp": f.hessp},
    }
    found = minimize(f.fun_and_jac, np.zeros(f.size), jac=True, method=method, **second.get(method, {}))
    assert np.max(np.abs(f.jac(found.x))) < 1e-3
    wanted = minimize(f.fun_and_jac, np.zeros(f.size), jac=True, hess=f.hess, method="trust-exact").x
    assert np.allclose(found.x, wanted, atol=1e-3)


def test_matrices_of_a_rank_that_no_data_tell() -> None:
    rng = np.random.default_rng(2)
    T = rng.normal(size=(6, 2)) @ rng.normal(size=(2, 5))
    text, kinds = "||T - U*V'||_F^2", {"U": "matrix(m,k)", "V": "matrix(n,k)"}
    with pytest.raises(mc.MatcalcError, match="data do not determine"):
        mc.objective(text, ["U", "V"], {"T": T}, kinds)
    f = mc.objective(text, ["U", "V"], {"T": T}, kinds, sizes={"k": 2})
    found = minimize(f.fun_and_jac, rng.normal(size=f.size), jac=True)
    arrays = f.arrays(found.x)
    assert np.allclose(arrays["U"] @ arrays["V"].T, T, atol=1e-3)
    x, p = rng.normal(size=f.size), rng.normal(size=f.size)
    assert np.allclose(f.hessp(x, p), f.hess(x) @ p)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"A": np.eye(2)}, "E301"),
        ({"A": np.eye(2), "b": np.ones(3)}, "E302"),
        ({"A": np.eye(2), "b": np.ones(2), "c": 1.0}, "E404"),
        ({"A": np.eye(2), "b": np.ones(2), "x": np.ones(2)}, "E404"),
    ],
)
def test_data_that_do_not_fit(data: dict[str, object], code: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.objective("||A*x - b||^2", "x", data)
    assert caught.value.code == code


def test_values_that_do_not_fit(data: dict[str, np.ndarray]) -> None:
    f = logistic(data)
    with pytest.raises(mc.MatcalcError, match="E301"):
        f.flat(w=[1, 2, 3])
    with pytest.raises(mc.MatcalcError, match="E302"):
        f.flat(w=[1, 2], b=1)


def test_options_are_those_of_compile() -> None:
    text, kinds, C = "logdet(S) + tr(C*S)", {"S": "spd(n)"}, np.array([[1.0, 3.0], [0.0, 2.0]])
    S = np.array([[2.0, 0.5], [0.5, 1.0]])
    for symmetric in ("projected", "entrywise", "free"):
        f = mc.objective(text, "S", {"C": C}, kinds, symmetric=symmetric)
        gradient = mc.compile(text, "S", "gradient", kinds, symmetric=symmetric)
        assert np.allclose(f.jac(f.flat(S=S)), gradient(S=S, C=C).reshape(-1))
    assert f != mc.objective(text, "S", {"C": C}, kinds)


def test_what_becomes_of_declarations_later_changes_nothing() -> None:
    kinds = {"S": "symmetric(n)"}
    f = mc.objective("tr(C*S)", "S", {"C": np.array([[1.0, 3.0], [0.0, 2.0]])}, kinds)
    kinds["S"] = "diagonal(n)"
    assert np.allclose(f.jac(np.ones(4)), [1, 1.5, 1.5, 2])
