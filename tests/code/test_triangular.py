"""Triangular and diagonal matrices are their own factorisations."""

from __future__ import annotations

import re

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import TARGETS, SizeEstimates
from matcalc.numeric.compiled import run
from tests.code.libraries import arrays_for
from tests.numerical import distance

VECTORS = {"x": "vector(n)", "y": "vector(n)"}
KINDS = {"L": "lower(n)", "D": "diagonal(n)", "A": "matrix(n,n)", "B": "matrix(n,n)", **VECTORS}
#: Expressions, and their variables of differentiation.
EXAMPLES = (
    ("x'*inv(L)*y", "x"),
    ("x'*inv(L)*y", "L"),
    ("||inv(L)*(y - A*x)||^2 + logdet(L)", "x"),
    ("||inv(L)'*(y - A*x)||^2 + log(det(L)^2)", "L"),
    ("tr(inv(L)*A*inv(L)')", "L"),
    ("tr(A*inv(L)) + det(L)", "L"),
    ("x'*inv(L*L' + D^2)*x", "L"),
    ("x'*inv(D)*y + det(D)", "D"),
    ("tr(A*D*B*inv(D))", "D"),
    ("x'*D*A*D*y + sum(inv(D)*A)", "D"),
    ("tr(A'*D*A)", "A"),
    ("logdet(D) + tr(A*inv(D)*B)", "D"),
    ("sum(diag(D*A*B - 2*B*A*D).*x)", "A"),
    ("diag(inv(D)*A*inv(D))'*x", "D"),
)


def kinds_of(text: str) -> dict[str, str]:
    return {name: kind for name, kind in KINDS.items() if re.search(rf"\b{name}\b", text)}


def inputs_of(text: str, size: int, *, positive: bool) -> dict[str, np.ndarray]:
    """Return well conditioned arguments; the determinants are negative if the last entries are."""
    rng = np.random.default_rng(size)
    diagonal = rng.uniform(1, 2, size) * np.append(np.ones(size - 1), 1.0 if positive else -1.0)
    found = {
        "L": np.tril(rng.normal(size=(size, size)), -1) / size + np.diag(diagonal),
        "D": np.diag(diagonal[::-1]),
        **{name: rng.normal(size=(size, size)) for name in "AB"},
        **{name: rng.normal(size=size) for name in "xy"},
    }
    return {name: found[name] for name in kinds_of(text)}


@pytest.mark.parametrize(("text", "wrt"), EXAMPLES)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("size", [7, 101])
def test_values_and_gradients_agree(text: str, wrt: str, target: str, size: int) -> None:
    arrays = arrays_for(target)
    inputs = inputs_of(text, size, positive="logdet" in text)
    kinds = kinds_of(text)
    expected = mc.diff(text, wrt, kinds)
    assert isinstance(expected, mc.Derivative)
    given = {name: arrays.given(value) for name, value in inputs.items()}
    value, gradient = mc.compile(text, wrt, ("value", "gradient"), kinds, target=target)(**given)
    assert distance(np.asarray(value), mc.parse(text, kinds).evaluate(**inputs)) < 1e-9
    assert distance(np.asarray(gradient), expected.evaluate(**inputs)) < 1e-9


@pytest.mark.parametrize(("text", "wrt"), EXAMPLES)
def test_nothing_is_factorised_or_inverted(text: str, wrt: str) -> None:
    """But for the one of them that has the inverse of a sum."""
    if "+ D^2" in text:
        return
    kinds = kinds_of(text)
    body = mc.source(text, wrt, ("value", "gradient"), kinds, sizes={"n": 300}).rpartition('"""')[2]
    assert not re.search(r"linalg|\blu|cholesky", body), body
    assert not re.search(r"\bdot\(D|D\.dot|product\(D|, D\)|diag\(\w+\)\.diagonal", body), body


@pytest.mark.parametrize("target", ["numpy", "jax", "torch"])
def test_the_logarithm_of_a_negative_determinant_is_nan(target: str) -> None:
    arrays = arrays_for(target)
    function = mc.parse("logdet(L)", {"L": "lower(n)"}).compile(target)
    for positive in (True, False):
        inputs = inputs_of("logdet(L)", 6, positive=positive)
        value = float(function(L=arrays.given(inputs["L"])))
        assert np.isnan(value) != positive


def test_a_singular_triangle_is_an_error() -> None:
    function = mc.parse("inv(L)*x", {"L": "lower(n)"}).compile()
    with pytest.raises(mc.MatcalcError, match="E304"):
        function(L=np.zeros((3, 3)), x=np.ones(3))


@pytest.mark.parametrize("size", [5, 3000, 10**6])
def test_weights_between_a_vector_and_itself_are_no_matrix(size: int) -> None:
    """Whatever size the code is for."""
    kinds = {"w": "vector(n)", "x": "vector(n)", "z": "vector(n) positive"}
    for text in ("x'*diag(w)*x", "logdet(diag(z) + x*x')"):
        used = {name: kind for name, kind in kinds.items() if re.search(rf"\b{name}\b", text)}
        made = program_of(text, "x", ("value", "gradient"), Options(used))
        function = run(made.source(TARGETS["numpy"], SizeEstimates({"n": size})), made.name)
        values = mc.parse(text, used).sample(1, n=4)
        value, gradient = function(*(values[name] for name in made.variables))
        expected = mc.diff(text, "x", used)
        assert isinstance(expected, mc.Derivative)
        assert distance(np.asarray(value), mc.parse(text, used).evaluate(**values)) < 1e-10
        assert distance(np.asarray(gradient), expected.evaluate(**values)) < 1e-10


def test_a_rectangular_triangle_is_an_array_like_others() -> None:
    text, kinds = "sum(triu(tril(X))*B)", {"X": "matrix(m,n)", "B": "matrix(n,k)"}
    found = mc.diff(text, "B", kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(1, m=3, n=4, k=2)
    arguments = {name: values[name] for name in found.variables}
    assert distance(found.compile()(**arguments), found.evaluate(**arguments)) < 1e-12
