"""Laws that change what a value costs: they are true, and are applied where they make it cheaper."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.algebra.rules import law_sides, law_variables
from matcalc.functions import COST_LAWS, STABLE_LAWS, Law
from matcalc.numeric.evaluate import evaluate_all
from tests.numerical import distance

ALL = COST_LAWS + STABLE_LAWS


def both_sides(law: Law, seed: int, sizes: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of both sides for random arguments, positive where the law wants them so."""
    rng = np.random.default_rng(seed)
    left, right = law_sides(law)
    arrays = {}
    for side in (left, right):
        for node in mc.expression.postorder(side):
            if node.op == "variable" and node.data[0] not in arrays:
                shape = [dim.evaluate({**dict.fromkeys(dim.symbols, 3), **sizes}) for dim in node.shape]
                positive = node.data[0] in ("s", "t", "x")
                arrays[node.data[0]] = rng.uniform(0.5, 2, shape) if positive else rng.normal(size=shape)
    for name in ("A", "B"):
        if f"{name} spd" in law.when:
            arrays[name] = arrays[name] @ arrays[name].T + np.eye(len(arrays[name]))
    if "B" in arrays and "logdet" in law.left and not law.when.count("spd"):  # a positive determinant
        arrays["B"] = arrays["A"].T
    dims = {
        symbol: 3
        for node in (left, right)
        for n in mc.expression.postorder(node)
        for d in n.shape
        for symbol in d.symbols
    }
    values = evaluate_all([left, right], arrays, {**dims, **sizes})
    return np.asarray(values[left]), np.asarray(values[right])


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.name)
@pytest.mark.parametrize("seed", range(3))
def test_laws_are_true(law: Law, seed: int) -> None:
    assert law_variables(law)
    left, right = both_sides(law, seed, {"n": 5, "k": 2, "m": 4, "p": 3, "q": 2})
    assert distance(right.reshape(left.shape), left) < 1e-10


def test_a_wrong_law_is_noticed() -> None:
    law = next(law for law in COST_LAWS if law.name == "Woodbury identity")
    wrong = law._replace(right=law.right.replace("- s", "+ s"))
    left, right = both_sides(wrong, 0, {"n": 5, "k": 2})
    assert distance(right, left) > 1e-3


THIN, SQUARE = {"n": 1000, "k": 4, "p": 10}, {"n": 40, "k": 300, "p": 10}
KINDS = {
    "X": "matrix(n,k)",
    "Y": "matrix(n,p)",
    "a": "scalar positive",
    "b": "scalar positive",
    "d": "vector(n) positive",
}


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("tr(Y'*inv(a*X*X' + b*I)*Y)", "Y"),
        ("tr(Y'*inv(X*X' + I)*Y)", "Y"),
        ("tr(Y'*inv(X*X' + b*I)*Y)", "X"),
        ("logdet(a*X*X' + b*I)", "X"),
        ("tr(Y'*inv(a*X*X' + diag(d))*Y)", "Y"),
        ("logdet(a*X*X' + diag(d))", "X"),
    ],
)
def test_a_thin_factor_makes_a_small_inverse(text: str, wrt: str) -> None:
    """No array with n rows and n columns is left; where the factor is not thin, the law is not used."""
    kinds = {
        name: kind for name, kind in KINDS.items() if f"{name}" in text.replace("tr", "").replace("diag", "d")
    }
    for outputs in ("gradient", ("value", "gradient")):
        thin = mc.source(text, wrt, outputs, kinds, sizes=THIN)
        assert ".dot(X.T)" not in thin and "X.T" in thin, thin
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(3, n=30, k=2, **({"p": 4} if "Y" in text else {}))
    arguments = {name: values[name] for name in found.variables}
    assert distance(found.compile()(**arguments), found.evaluate(**values)) < 1e-9
    assert "X.dot(X.T)" in mc.source(text, wrt, "gradient", kinds, sizes=SQUARE)


def test_determinants_of_what_has_a_structure() -> None:
    for text, kinds in (
        ("logdet(diag(d))", {"d": "vector(n) positive"}),
        ("logdet(kron(S, R))", {"S": "spd(m)", "R": "spd(n)"}),
    ):
        source = mc.source(text, next(iter(kinds)), "value", kinds, sizes={"m": 20, "n": 30})
        body = source.rpartition('"""')[2]
        assert "kron" not in body and "np.diag" not in body and "slogdet" not in body, source
        expression = mc.parse(text, kinds)
        values = expression.sample(1)
        found = expression.compile()(**{name: values[name] for name in expression.variables})
        assert distance(found, expression.evaluate(**values)) < 1e-12


def test_a_kronecker_product_is_not_written_out() -> None:
    kinds = {"A": "matrix(m,n)", "B": "matrix(p,q)", "C": "matrix(q,n)", "y": "vector(m*p)"}
    text = "y'*kron(A, B)*vec(C)"
    source = mc.source(text, "y", "gradient", kinds, sizes={"m": 50, "n": 60, "p": 70, "q": 80})
    assert "kron" not in source.rpartition('"""')[2], source
    found = mc.diff(text, "y", kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(3)
    arguments = {name: values[name] for name in found.variables}
    assert distance(found.compile()(**arguments), found.evaluate(**values)) < 1e-12
