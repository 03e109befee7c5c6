"""Random instances: as declared, otherwise as general as can be."""

from __future__ import annotations

from itertools import islice

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
