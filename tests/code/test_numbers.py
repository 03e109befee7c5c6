"""Kinds of numbers in generated code: whole, of single precision, long, infinite."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special

import matcalc as mc
from matcalc.code import TARGETS
from matcalc.functions import Function
from matcalc.functions.spectral import SPECTRAL
from tests.code.libraries import arrays_for
from tests.numerical import distance

#: Expressions whose derivatives have constants, factorisations, blocks, diagonals and helpers in them.
TEXTS: list[tuple[str, str, dict[str, str]]] = [
    ("1/2*||A*x - b||^2", "x", {}),
    ("norm2(A*x - b)^4 + sum(x)/3", "x", {}),
    ("sum(softplus(A*x)) + logsumexp(x)", "x", {}),
    ("sum(rowlogsumexp(X)) + norm1(X)", "X", {}),
    ("logdet(S) + x'*inv(S)*x", "S", {"S": "spd(n)"}),
    ("x'*inv(A)*b + det(A)", "A", {}),
    ("tr(X'*X)^2 + norminf(x)*tr(X)", "X", {"X": "matrix(n,n)"}),
    ("softmax(A*x)", "x", {}),
    ("x*x'", "x", {"x": "vector(n)"}),
    ("sqrt(2)*x", "x", {"x": "vector(n)"}),
    ("sin(1)*norm2(x)^2 + erf(norm2(x))", "x", {"x": "vector(n)"}),
    ("s*sum(abs(x).^sqrt(2)) + sum(log(3)*x.^2)", "x", {"x": "vector(n)", "s": "scalar"}),
    ("sinh(sqrt(2))^3*sum(2.^x)/sqrt(n)", "x", {"x": "vector(n)"}),
    ("x'*A*x*exp(1) + 2^(1/3)*sum(x)", "x", {"x": "vector(n)"}),
    ("X*X'", "X", {}),
    ("lambda_max(S) + nucnorm(S)", "S", {"S": "symmetric(n)"}),
    ("tr(B*expm(X)) + tr(pinv(X))", "X", {}),
    ("s^2*exp(s)*x'*x", "s", {"s": "scalar", "x": "vector(n)"}),
    ("sum([x; s]) + norm2([x; s; 2])^2", "x", {"s": "scalar", "x": "vector(n)"}),
    ("norminf(x) + sigmoid(x'*y)", "x", {"x": "vector(n)", "y": "vector(n)"}),
    ("sum(cumsum(x).^2) + x'*toeplitz(x)*y", "x", {"x": "vector(n)", "y": "vector(n)"}),
    ("norm2(x)^2", "x", {"x": "vector(m+n)"}),
]


def derivative(text: str, wrt: str, kinds: dict[str, str]) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found.index if found.form == "map" else found


def pasted(found: mc.Derivative, target: str = "numpy") -> Any:
    """Return the function that the source defines."""
    return defined(found.code(target), found.form)


def defined(source: str, name: str) -> Any:
    """Return a function of a module."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace[name]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("text", "wrt", "kinds"), TEXTS)
def test_single_precision_is_kept(text: str, wrt: str, kinds: dict[str, str], target: str) -> None:
    arrays, found = arrays_for(target), derivative(text, wrt, kinds)
    values = {
        name: value for name, value in mc.parse(text, kinds).sample(3).items() if name in found.variables
    }
    wanted = np.asarray(found.evaluate(**values))
    given = {
        name: arrays.given(value, "float32") if np.ndim(value) else np.float32(value) if target == "numpy"
        else arrays.given(value, "float32")
        for name, value in values.items()
    }  # fmt: skip
    for function in (found.compile(target), pasted(found, target)):
        value = function(*(given[name] for name in found.variables))
        assert "float32" in str(value.dtype), found.code(target)
        assert np.allclose(np.asarray(value), wanted, rtol=1e-3, atol=1e-3 * np.max(np.abs(wanted)))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("entry", SPECTRAL, ids=lambda entry: entry.name)
def test_functions_of_eigenvalues_take_single_precision(entry: Function, target: str) -> None:
    text, wrt, _ = entry.shown
    arrays, found = arrays_for(target), derivative(text, wrt, {})
    values = mc.parse(text).sample(3)
    wanted = np.asarray(found.evaluate(**values))
    try:
        function = found.compile(target)
        value = function(**{name: arrays.given(values[name], "float32") for name in found.variables})
    except mc.MatcalcError as error:
        assert error.code == "E505"
        pytest.skip(str(error))
    assert "float32" in str(value.dtype)
    assert np.allclose(np.asarray(value), wanted, rtol=1e-3, atol=1e-3 * (1 + np.max(np.abs(wanted))))


@pytest.mark.parametrize("target", TARGETS)
def test_pseudoinverses_of_singular_matrices_take_single_precision(target: str) -> None:
    arrays, function = arrays_for(target), mc.parse("pinv(B)").compile(target)
    rng = np.random.default_rng(1)
    for rank, rows, cols in [(2, 5, 3), (1, 4, 7), (3, 8, 8), (20, 90, 60)]:
        B = rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, cols))
        assert np.allclose(np.asarray(function(arrays.given(B, "float32"))), np.linalg.pinv(B), atol=1e-3)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_matrix_functions_take_numbers_of_any_size(scale: float) -> None:
    A = np.array([[2.0, -5.0, 0.0], [4.0, 3.0, 0.2], [0.1, 0.5, 4.0]])
    logarithm, root = mc.parse("logm(A)"), mc.parse("sqrtm(A)")
    expected = scipy.linalg.logm(A) + np.log(scale) * np.eye(3)
    for value in (logarithm.evaluate(A=scale * A), logarithm.compile()(scale * A)):
        assert np.allclose(value, expected, rtol=1e-12)
    for value in (root.evaluate(A=scale * A), root.compile()(scale * A)):
        assert np.allclose(value / np.sqrt(scale), scipy.linalg.sqrtm(A), rtol=1e-12)


@pytest.mark.parametrize("name", ["logm", "sqrtm"])
def test_matrix_functions_of_single_precision_are_real(name: str) -> None:
    function, rng = mc.parse(f"tr({name}(A))").compile(), np.random.default_rng(0)
    for size in (2, 3, 5, 9):
        A = rng.normal(size=(size, size)) / np.sqrt(size) + 2 * np.eye(size)
        value = function(A.astype(np.float32))
        assert np.isclose(value, np.trace(getattr(scipy.linalg, name)(A)), rtol=1e-4)


@pytest.mark.parametrize(
    ("text", "wrt", "kinds", "target"),
    [(*one, "numpy") for one in TEXTS] + [(*one, target) for one in TEXTS[1:5] for target in TARGETS],
)
def test_whole_numbers_are_taken(text: str, wrt: str, kinds: dict[str, str], target: str) -> None:
    arrays, found = arrays_for(target), derivative(text, wrt, kinds)
    rng = np.random.default_rng(4)
    values: dict[str, Any] = {}
    for name, value in mc.parse(text, kinds).sample(3).items():
        drawn = rng.integers(1, 4, size=np.shape(value))
        square = drawn.ndim == 2 and drawn.shape[0] == drawn.shape[1]
        values[name] = drawn @ drawn.T + 3 * np.eye(len(drawn), dtype=int) if square else drawn
    wanted = found.evaluate(**values)
    given = [arrays.given(values[name], "int64") for name in found.variables]
    assert distance(np.asarray(found.compile(target)(*given)), wanted) < 1e-8
    if target == "numpy":
        plain = [values[name] if np.ndim(values[name]) else int(values[name]) for name in found.variables]
        assert distance(np.asarray(pasted(found)(*plain)), wanted) < 1e-8, found.code()


def test_arrays_of_different_types_are_one_type() -> None:
    found = derivative("1/2*||A*x - b||^2", "x", {})
    A, x, b = np.eye(2, dtype=np.float32), np.array([1, 2]), np.array([1e-9, 0.0])
    wanted = np.array([1 - 1e-9, 2.0])
    assert np.array_equal(found.compile()(A=A, x=x, b=b), wanted)
    assert np.array_equal(pasted(found)(A, x, b), wanted)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1/s", {"s": 0.0}),
        ("exp(t)/s", {"s": 0.0, "t": 1.0}),
        ("s^5", {"s": 1e200}),
        ("s^4*t", {"s": -1e200, "t": -1.0}),
        ("s^t", {"s": 1e200, "t": 3.0}),
        ("2^200*1e300*s", {"s": 1.0}),
        ("2^(10^9)*s", {"s": 1.0}),
        ("2^(-10^9)*s", {"s": 1.0}),
    ],
)
@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_compiled_scalars_are_infinite_where_the_value_is(
    text: str, values: dict[str, float], target: str
) -> None:
    arrays_for(target)
    found = mc.parse(text, dict.fromkeys(values, "scalar"))
    with np.errstate(all="ignore"):
        assert float(found.compile(target)(**values)) == found.evaluate(**values)


@pytest.mark.parametrize("target", TARGETS)
def test_exponentials_of_infinite_matrices_come_to_an_end(target: str) -> None:
    arrays = arrays_for(target)
    function = defined(mc.parse("expm(A)").code(target), "value")
    with np.errstate(all="ignore"):
        value = np.asarray(function(arrays.given([[np.inf, 1.0], [0.0, 1.0]])))
    assert not np.isfinite(value[0, 0])


@pytest.mark.parametrize("target", ["numpy", "jax", "torch"])
def test_the_gamma_function_has_its_sign(target: str) -> None:
    x = np.array([-0.5, -1.5, -2.5, -7.25, 0.5, 5.0])
    value = mc.parse("tgamma(x)", {"x": "vector"}).compile(target)(arrays_for(target).given(x))
    assert np.allclose(np.asarray(value), scipy.special.gamma(x), rtol=1e-12)


@pytest.mark.parametrize("text", ["s^(1/3)", "s^t", "2*s^(-3/5)"])
def test_what_is_not_real_is_not_a_complex_number(text: str) -> None:
    found = mc.parse(text, {"s": "scalar", "t": "scalar"})
    with np.errstate(all="ignore"):
        value = found.compile()(**{"s": -8.0, "t": 0.5} if "t" in found.variables else {"s": -8.0})
    assert math.isnan(value)


@pytest.mark.parametrize(
    "text", ["2^(-10^{k})*s", "(1/3)^(10^{k})*s*x", "(-2)^(10^{k}+1)*s", "2^(10^{k}+1/2)*s"]
)
def test_powers_with_huge_exponents_are_written_at_once(text: str) -> None:
    start = time.process_time()
    found = mc.diff(text.replace("{k}", "12"), "s", {"s": "scalar"})
    assert isinstance(found, mc.Derivative)
    assert len(found.code()) < 500
    assert time.process_time() - start < 5


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "text", ["s^(10^17 + {k})*t", "s^(-10^17 - {k})*t", "s^(3^(10^6) + 1 - {k})*t", "sum(x.^(10^17 + {k}))*t"]
)
@pytest.mark.parametrize("k", [1, 2])
def test_code_knows_the_parity_of_exponents_that_are_no_floats(text: str, k: int, target: str) -> None:
    arrays = arrays_for(target)
    found = derivative(text.replace("{k}", str(k)), "t", {"s": "scalar", "t": "scalar", "x": "vector"})
    given = [arrays.given([-1.0] if name == "x" else -1.0) for name in found.variables]
    for function in (found.compile(target), pasted(found, target)):
        with np.errstate(all="ignore"):
            assert float(function(*given)) == (-1) ** k


def test_long_numbers_are_the_nearest_floats() -> None:
    source = mc.diff(
        "1e50*s/3^150 + 123456789012345678901234567890*s*t", "s", {"s": "scalar", "t": "scalar"}
    ).code()
    numbers = [word for word in source.partition("return")[2].split() if word[0].isdigit()]
    assert numbers and all(len(word) < 26 for word in numbers)


@pytest.mark.parametrize("depth", [40, 80])
def test_deep_nets_become_code(depth: int) -> None:
    text = "x"
    for i in range(1, depth + 1):
        text = f"tanh(W_{i}*{text} + b_{i})"
    kinds = {f"W_{i}": "matrix(n,n)" for i in range(1, depth + 1)} | {"x": "vector(n)"}
    found = mc.diff(f"norm2({text} - y)^2", "W_1", kinds)
    assert isinstance(found, mc.Derivative)
    values = mc.parse(f"norm2({text} - y)^2", kinds).sample(1)
    values = {name: value / 2 for name, value in values.items()}
    assert distance(found.compile()(**values), found.evaluate(**values)) < 1e-8
