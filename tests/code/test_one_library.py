"""Where a large matrix is factorised, the library that does it computes all large products, too."""

from __future__ import annotations

import re

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import ALL_PASSES, SizeEstimates
from matcalc.code.instructions import axes_of
from matcalc.expression import postorder
from tests.numerical import distance

SQUARE = {"S": "spd(n)", "Q": "matrix(n,n)", "R": "matrix(n,n)"}
KINDS = {
    **SQUARE,
    "A": "matrix(m,n)",
    "B": "matrix(n,n)",
    "w": "vector(m)",
    "x": "vector(n)",
    "b": "vector(n)",
    "y": "vector(m)",
}
#: Each with a factorisation that two values share, and what else has to be done by its library.
EXAMPLES = (
    ("logdet(S) + tr(inv(S)*B)", "S", "product"),
    ("logdet(S) + x'*inv(S)*A'*y", "S", "product"),
    ("logdet(S) + x'*inv(S)*A'*A*x + tr(B*A'*A)", "S", "gram"),
    ("logdet(S) + tr(inv(S)*A'*A) + tr(B*A'*A)", "S", "gram"),
    ("logdet(S) + tr(inv(S)*(S + B*B'))", "S", "gram"),
    ("logdet(S) + tr(inv(S)*A'*diag(w.^2)*A)", "S", "product"),
    ("logdet(S) + x'*inv(S)*x + b'*A'*diag(w.^2)*A*b + tr(B*A'*diag(w.^2)*A)", "S", "product"),
    ("logdet(S) + tr(inv(S)*B*B)", "S", "product"),
    ("logdet(S) + x'*inv(S)*x + det(Q/n)*x'*inv(R)*x", "S", "lu_det"),
    ("logdet(S) + x'*inv(S)*x + log(det(R)^2)", "S", "lu"),
    ("x'*inv(R)*x + sum(inv(R)'*B*A'*y)", "R", "lu_solve"),
    ("logdet(S) + x'*inv(S)*x + sum(inv(Q)*A')", "S", "lu_solve"),
)
SIZES = {"m": 131, "n": 103}
#: Instructions that NumPy carries out.
NUMPY = ("dot", "outers", "weighted_gram", "solve", "inverse", "det", "logdet")


@pytest.mark.parametrize(("text", "wrt", "used"), EXAMPLES)
def test_values_agree_and_nothing_large_is_left_to_numpy(text: str, wrt: str, used: str) -> None:
    kinds = {name: kind for name, kind in KINDS.items() if re.search(rf"\b{name}\b", text)}
    expression = mc.parse(text, kinds)
    sizes = {name: size for name, size in SIZES.items() if any(name in kind[6:] for kind in kinds.values())}
    values = expression.sample(3, **sizes)
    function = mc.compile(text, wrt, ("value", "gradient"), kinds)
    value, gradient = function(**values)
    expected = mc.diff(text, wrt, kinds)
    assert isinstance(expected, mc.Derivative)
    assert distance(value, expression.evaluate(**values)) < 1e-9
    assert distance(gradient, expected.evaluate(**values)) < 1e-9
    body = mc.source(text, wrt, ("value", "gradient"), kinds, sizes=sizes).rpartition('"""')[2]
    assert re.search(rf"\b{used}\(", body), body
    program = program_of(text, wrt, ("value", "gradient"), Options(kinds))
    roots, _ = program.instructions(SizeEstimates(SIZES), ALL_PASSES)
    left = [
        node for node in postorder(*roots) if node.op in NUMPY and max(map(axes_of, (node, *node.args))) == 2
    ]
    assert not [node for node in left if node.op != "outers" or not node.data], body


def test_arrays_may_lie_in_any_order() -> None:
    rng = np.random.default_rng(0)
    n = 103
    A, B = rng.normal(size=(n, n)), rng.normal(size=(n, n))
    S = A @ A.T + n * np.eye(n)
    function = mc.compile("logdet(S) + tr(inv(S)*B*A)", "S", "gradient", {"S": "spd(n)", "B": "matrix(n,n)"})
    expected = function(S=S, A=A, B=B)
    wide = np.zeros((2 * n, 3 * n))
    wide[::2, ::3] = A
    for other in (np.asfortranarray(A), wide[::2, ::3], A[::-1][::-1]):
        assert distance(function(S=np.asfortranarray(S), A=other, B=np.asfortranarray(B)), expected) < 1e-12


def test_small_matrices_and_one_factorisation_stay_with_numpy() -> None:
    small = mc.source("logdet(S) + tr(inv(S)*B)", "S", "gradient", {"S": "spd(n)"}, sizes={"n": 20})
    assert "product(" not in small
    single = mc.source("sum(inv(R)*B)", "B", "gradient", {"R": "matrix(n,n)"}, sizes={"n": 500})
    assert "lapack" not in single


def test_variables_may_be_called_like_libraries_and_helpers() -> None:
    kinds = {"blas": "spd(n)", "lapack": "matrix(n,n)", "scipy": "vector(n)", "product": "matrix(n,n)"}
    text = "logdet(blas) + scipy'*inv(blas)*lapack*product*scipy"
    found = mc.diff(text, "blas", kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(1, n=100)
    value, gradient = mc.compile(text, "blas", ("value", "gradient"), kinds)(**values)
    assert distance(value, found.value.evaluate(**values)) < 1e-9
    assert distance(gradient, found.evaluate(**values)) < 1e-9


def test_the_determinant_of_a_singular_matrix_is_zero() -> None:
    kinds = {"S": "spd(n)", "A": "matrix(n,n)", "x": "vector(n)"}
    function = mc.compile("logdet(S) + x'*inv(S)*x + det(A)", "x", "value", kinds)
    n = 100
    found = function(S=2 * np.eye(n), A=np.diag(np.arange(float(n))), x=np.ones(n))
    assert abs(found - (n * np.log(2) + n / 2)) < 1e-9
    solution = mc.compile("logdet(A*A) + x'*inv(A)*x + x'*inv(A)'*x", "x", "gradient", {"A": "matrix(n,n)"})
    with pytest.raises(mc.MatcalcError, match="E304"):
        solution(A=np.diag(np.arange(float(n))), x=np.ones(n))


def test_the_logarithm_of_a_negative_determinant_is_nan_by_a_factorisation_too() -> None:
    function = mc.compile("logdet(R) + x'*inv(R)*x", "x", "value", {"R": "matrix(n,n)"})
    n = 100
    R, x = np.eye(n), np.ones(n)
    assert abs(function(R=R, x=x) - n) < 1e-9
    R[0, 0] = -1.0
    assert np.isnan(function(R=R, x=x))
