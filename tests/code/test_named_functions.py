"""Generated code takes functions that are only named, and their derivatives, as arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

RNG = np.random.default_rng(5)
A, X, B = RNG.standard_normal((3, 2)), RNG.standard_normal(2), RNG.standard_normal(3)
KINDS = {"phi": "entrywise"}


def test_arguments_are_those_that_occur_in_the_order_of_their_derivatives() -> None:
    source = mc.source("f(A*x) + sum(phi(A*x))", "x", ["value", "gradient", "hessian"], KINDS)
    assert "(A, x, phi, dphi, d2phi, f, grad_f, hess_f):" in source
    assert mc.diff("f(A*x)", "x").code().startswith("def gradient(A, x, grad_f):")


@pytest.mark.parametrize("target", ["numpy", "torch", "jax", "xp"])
def test_code_runs(target: str) -> None:
    module: Any = np
    if target in ("torch", "jax"):
        module = pytest.importorskip("torch" if target == "torch" else "jax.numpy")
    array = {"torch": lambda a: module.tensor(a), "jax": lambda a: module.asarray(a)}.get(target, np.asarray)
    d = mc.diff("1/2*||phi(A*x) - b||^2", "x", KINDS)
    function = d.compile(target)
    found = function(A=array(A), x=array(X), b=array(B), phi=module.sin, dphi=module.cos)
    z = A @ X
    assert np.allclose(np.asarray(found), A.T @ (np.cos(z) * (np.sin(z) - B)), rtol=1e-5)


def test_what_a_function_returns_is_not_written_to() -> None:
    kept = np.array([1.0, 2.0, 3.0])
    before, arrays = kept.copy(), (A.copy(), X.copy())
    function = mc.diff("f(A*x)*g(A*x)", "A").compile()
    for _ in range(2):
        function(A=A, x=X, f=np.sum, g=np.sum, grad_f=lambda z: kept, grad_g=lambda z: z)
        mc.compile("sum(phi(A*x) + 3*phi(A*x).^2)", "x", variables=KINDS)(A, X, lambda z: z, lambda z: kept)
    assert np.array_equal(kept, before)
    assert np.array_equal(arrays[0], A) and np.array_equal(arrays[1], X)


def test_objectives_take_callables() -> None:
    data = {
        "A": A, "f": lambda z: np.sum(z**4), "grad_f": lambda z: 4 * z**3,
        "hess_f": lambda z: np.diag(12 * z**2),
    }  # fmt: skip
    o = mc.objective("f(A*x) + x'*x", "x", data)
    z = A @ X
    assert o.fun(X) == pytest.approx(np.sum(z**4) + X @ X)
    assert np.allclose(o.jac(X), A.T @ (4 * z**3) + 2 * X)
    hessian = A.T @ np.diag(12 * z**2) @ A + 2 * np.eye(2)
    assert np.allclose(o.hess(X), hessian)
    assert np.allclose(o.hessp(X, X), hessian @ X)
    with pytest.raises(mc.MatcalcError) as failed:
        mc.objective("f(A*x)", "x", {"A": A})
    assert failed.value.code == "E301"


def test_what_takes_no_callables_says_so() -> None:
    second = mc.diff("f(A*x)", "x", order=2)
    with pytest.raises(mc.MatcalcError, match="an operator cannot have functions") as failed:
        second.operator(A=A, x=X, hess_f=np.diag)
    assert failed.value.code == "E505" and "hvp" in str(failed.value.help)
