"""Random instances: as declared, otherwise as general as can be."""

from __future__ import annotations

from itertools import islice
from time import process_time

import numpy as np
import pytest

import matcalc as mc
from matcalc.language import parse
from matcalc.numeric import samples
from tests.functions.checks import FACTS

SEED = 3


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("symmetric(n)", "symmetric"),
        ("spd(n)", "spd"),
        ("diagonal(n)", "diagonal"),
        ("orthogonal(n)", "orthogonal"),
        ("skew(n)", "skew"),
        ("matrix(m,n) positive", "positive"),
        ("matrix(m,n) nonnegative", "nonnegative"),
        ("lower(n)", "lower"),
        ("spd(n) positive", "positive"),
        ("diagonal(n) nonnegative", "nonnegative"),
        ("vector(n) simplex", "simplex"),
        ("onehot(n)", "onehot"),
    ],
)
def test_instances_have_the_declared_facts(kind: str, fact: str) -> None:
    reading = parse("sum(X)", {"X": kind})
    drawn = list(islice(samples(reading.expr, reading.variables, SEED), 8))
    assert len(drawn) == 8
    for arrays, _ in drawn:
        assert FACTS[fact](arrays["X"])
    assert mc.parse("X", {"X": kind}).variables["X"].split("(")[0] in (kind.split("(")[0], "vector")


def test_instances_have_no_other_structure() -> None:
    reading = parse("x'*A*B*C*y + tr(M)")
    drawn = list(islice(samples(reading.expr, reading.variables, SEED), 12))
    for arrays, sizes in drawn:
        assert len(set(sizes.values())) == len(sizes)
        assert arrays["A"].shape[0] != arrays["A"].shape[1]
        assert not np.allclose(arrays["M"], arrays["M"].T)
    assert any(np.min(arrays["A"]) < 0 for arrays, _ in drawn)


def test_instances_are_reproducible() -> None:
    reading = parse("x'*A*y")
    one, two = ([arrays["A"] for arrays, _ in samples(reading.expr, reading.variables, 9)] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


# Some values given


@pytest.mark.parametrize("seed", range(3))
def test_given_values_and_sizes_stay_and_the_others_fit(seed: int) -> None:
    expr = mc.parse("logdet(S) + x'*S*log(y) + tr(I(k))", {"S": "spd(n)"})
    values = expr.sample(seed, x=[1.0, 2.0, 3.0, 4.0, 5.0], k=2)
    assert values["x"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0] and values["k"] == 2
    assert values["S"].shape == (5, 5) and FACTS["spd"](values["S"])
    assert np.min(values["y"]) > 0
    assert np.isfinite(expr.evaluate(**values))


def test_same_seed_same_values() -> None:
    expr = mc.parse("A*x")
    one, two, other = (expr.sample(seed) for seed in (4, 4, 5))
    assert np.array_equal(one["A"], two["A"]) and not np.array_equal(one["A"], other["A"])


@pytest.mark.parametrize("size", [6, 7, 1, 202])
def test_sizes_whose_product_is_given(size: int) -> None:
    expr = mc.parse("x + kron(y, z)", {"x": "vector(n*p)", "y": "vector(n)", "z": "vector(p)"})
    values = expr.sample(0, x=np.ones(size))
    assert len(values["y"]) * len(values["z"]) == size == len(expr.evaluate(**values))


def test_sizes_that_do_not_exist_are_not_looked_for_forever() -> None:
    kinds = {"x": f"vector({'+'.join(f'2*p_{i}' for i in range(6))})"}
    kinds |= {f"a_{i}": f"vector(p_{i})" for i in range(6)}
    expr = mc.parse("sum(x) + " + " + ".join(f"sum(a_{i})" for i in range(6)), kinds)
    began = process_time()
    with pytest.raises(mc.MatcalcError, match="no sizes are found"):
        expr.sample(0, x=np.ones(201))
    assert process_time() - began < 10


def test_values_outside_a_domain_leave_the_error_to_the_evaluation() -> None:
    expr = mc.parse("log(s) + sum(x)", {"s": "scalar"})
    values = expr.sample(0, s=-1.0)
    with pytest.raises(mc.MatcalcError) as failed:
        expr.evaluate(**values)
    assert failed.value.code == "E304"


@pytest.mark.parametrize("kind", ["vector(99999999999)", "matrix(10000000,k)"])
def test_what_is_too_large_is_not_drawn(kind: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("sum(X)", {"X": kind}).sample(0)
    assert failed.value.code == "E301"


@pytest.mark.parametrize(
    ("text", "wrt"), [("sqrt(s - 10)", "s"), ("sum(log(x - 50))", "x"), ("log(s/90 - 1)", "s")]
)
def test_values_get_larger_where_no_small_ones_fit(text: str, wrt: str) -> None:
    reading = parse(text, {"s": "scalar", "x": "vector(n)"})
    assert len(list(samples(reading.expr, reading.variables, SEED))) >= 5
    assert mc.diff(text, wrt, {"s": "scalar"}).check().passed
