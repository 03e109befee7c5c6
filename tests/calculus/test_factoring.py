"""Pulling factors out of sums keeps the value, whatever the sums share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import matcalc as mc
from matcalc.algebra import normalise
from matcalc.calculus import factored
from matcalc.numeric.floats import evaluate_all
from tests.hunting import profile
from tests.numerical import distance

KINDS = dict.fromkeys("ABX", "matrix(n,n)") | dict.fromkeys("xyz", "vector(n)") | {"s": "scalar"}
#: Factors that several terms may share, with ``{}`` for the sum that they multiply.
FACTORS = (
    "s*{}",
    "A*{}",
    "A*s*{}",
    "x.*{}",
    "A'*B*{}",
    "{}",
    "diag(x)*{}",
    "s^2*{}",
    "({}).*y",
    "X*(A*{} + y)",
)


@st.composite
def sums(draw: st.DrawFn) -> str:
    """Sums of multiples of sums of a few vectors, of which many are the same."""
    terms = []
    for _ in range(draw(st.integers(2, 4))):
        parts = draw(st.lists(st.tuples(st.integers(-2, 2), st.sampled_from("xyz1")), min_size=1, max_size=4))
        inner = " + ".join(f"({k})*{v if v != '1' else 'ones(n)'}" for k, v in parts)
        terms.append(draw(st.sampled_from(FACTORS)).format(f"({inner})"))
    return " + ".join(terms)


@profile(300)
@given(sums())
def test_values_stay(text: str) -> None:
    expression = mc.parse(
        text, {name: kind for name, kind in KINDS.items() if name in text.replace("ones", "")}
    )
    node = normalise(expression._node)
    values = expression.sample(3, n=4)
    columns = {name: np.asarray(value, dtype=float) for name, value in values.items()}
    arrays = {name: one if one.ndim == 2 else one.reshape(-1, 1) for name, one in columns.items()}
    short = factored(node)
    found = evaluate_all([node, short], arrays, {"n": 4})
    assert distance(found[short], found[node]) < 1e-10, (text, str(expression))


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("-y*log(p) - (1 - y)*log(1 - p) where p = sigmoid(w'*x)", "(sigmoid(w'*x) - y)*x"),
        ("-y'*log(p) - (1 - y)'*log(1 - p) where p = sigmoid(X*w)", "X'*(sigmoid(X*w) - y)"),
        ("log(p/(1 - p)) where p = sigmoid(w'*x)", "x"),
    ],
)
def test_sums_are_multiplied_out_where_what_stands_beside_cancels(text: str, derivative: str) -> None:
    assert str(mc.diff(text, "w", {"y": "vector(n)" if "X" in text else "scalar"})) == derivative
