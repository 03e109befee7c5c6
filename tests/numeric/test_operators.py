"""Hessians as operators are the Hessians."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.linalg import aslinearoperator, cg

import matcalc as mc
from tests.numerical import distance

CASES = [
    ("||T - U*V'||_F^2", "U", {"V": "matrix(n,k)"}),
    ("sum(softplus(X*w)) + lambda/2*w'*w", "w", {"X": "matrix(m,n)"}),
    ("1/2*||W'*W*x - x||^2", "W", {}),
    ("-m/2*logdet(S) - 1/2*tr(inv(S)*C)", "S", {"S": "spd(n)", "C": "symmetric(n)", "m": "scalar"}),
    ("1/2*||V*sigmoid(W*X) - Y||_F^2", "W", {}),
    ("a'*x", "x", {}),
    ("x'*x", "x", {}),
    ("tr(expm(A)*B)", "A", {"A": "matrix(n,n)"}),  # of which the whole has no source
]


@pytest.mark.parametrize(("text", "wrt", "kinds"), CASES)
def test_products_are_those_of_the_dense_hessian(text: str, wrt: str, kinds: dict[str, str]) -> None:
    d = mc.diff(text, wrt, kinds, order=2)
    assert isinstance(d, mc.Derivative)
    values = d.value.sample(4)
    operator = d.operator(**{name: values[name] for name in d.value.variables})
    rng = np.random.default_rng(0)
    direction = rng.normal(size=np.shape(values[wrt]))
    if wrt == "S":
        direction = direction + direction.T
    dense = operator.dense()
    assert distance(dense, d.evaluate(**values)) < 1e-10
    wanted = np.tensordot(dense, direction, direction.ndim)
    for _ in range(2):  # parts that are kept are not written over
        assert distance(operator.matvec(direction), wanted) < 1e-10
    assert distance(operator.matvec(direction.reshape(-1)), wanted.reshape(-1)) < 1e-10
    assert operator.shape == (direction.size, direction.size)


def test_large_operators_multiply_by_the_library_that_factorises() -> None:
    """The helper that does so is called product, and no function beside it may be."""
    rng, n = np.random.default_rng(2), 520
    S, V = np.eye(n) + np.diag(np.arange(n)), rng.normal(size=(n, n))
    d = mc.diff("logdet(S)", "S", {"S": "spd(n)"}, order=2)
    assert isinstance(d, mc.Derivative)
    inverse = np.linalg.inv(S)
    assert np.allclose(d.operator(S=S).matvec(V + V.T), -inverse @ (V + V.T) @ inverse)


def test_scipy_solves_with_it() -> None:
    rng = np.random.default_rng(1)
    X, w = rng.normal(size=(50, 4)), np.zeros(4)
    d = mc.diff("sum(softplus(X*w)) + 1/2*w'*w", "w", {"X": "matrix(m,n)"}, order=2)
    assert isinstance(d, mc.Derivative)
    operator = d.operator(X=X, w=w)
    right = rng.normal(size=4)
    solution, failed = cg(aslinearoperator(operator), right, rtol=1e-10)
    assert not failed and np.allclose(operator.dense() @ solution, right, atol=1e-6)


def test_what_does_not_depend_on_the_direction_is_computed_once() -> None:
    from matcalc.code import TARGETS, SizeEstimates, operator_sources

    d = mc.diff("||T - U*V'||_F^2", "U", {"V": "matrix(n,k)"}, order=2)
    assert isinstance(d, mc.Derivative)
    sizes = SizeEstimates({"m": 500, "n": 400, "k": 3})
    sources = operator_sources(d.hvp("v")._program, "v", TARGETS["numpy"], sizes)
    assert "V.T.dot(V)" in sources.parts and "V" not in sources.arguments


def test_errors() -> None:
    d = mc.diff("||T - U*V'||_F^2", "U", {"V": "matrix(n,k)"}, order=2)
    assert isinstance(d, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match="E301"):
        d.operator(U=np.ones((2, 1)))
    operator = d.operator(T=np.ones((2, 3)), U=np.ones((2, 1)), V=np.ones((3, 1)))
    with pytest.raises(mc.MatcalcError, match="E302"):
        operator.matvec(np.ones(3))
    first = mc.diff("x'*x", "x")
    assert isinstance(first, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match="E505"):
        first.operator(x=[1.0])
