"""Conditions of domains: each has a test for numbers and a phrase."""

from __future__ import annotations

import numpy as np

from matcalc.functions import ENTRIES
from matcalc.functions.fields import CONDITION_WORDS, Domain
from matcalc.numeric.sample import ENTRY_CONDITIONS, MATRIX_CONDITIONS, inside


def test_every_condition_has_words() -> None:
    assert CONDITION_WORDS.keys() == {**ENTRY_CONDITIONS, **MATRIX_CONDITIONS}.keys()


def test_every_domain_can_be_said() -> None:
    domains = {entry.where for entry in ENTRIES if entry.where}
    assert {domain.condition for domain in domains} <= {**ENTRY_CONDITIONS, **MATRIX_CONDITIONS}.keys()
    for domain in domains:
        assert domain.argument in domain.in_words() and domain.other in domain.in_words()


def test_the_largest_magnitude_has_a_kink_at_zero_also_if_it_is_the_only_one() -> None:
    assert not inside(Domain("x", "single-peak"), {"x": np.array([[0.001]])})
    assert inside(Domain("x", "single-peak"), {"x": np.array([[-1.0]])})
    assert not inside(Domain("x", "single-peak"), {"x": np.array([[1.0], [-1.0]])})


def test_a_determinant_that_is_no_float_has_a_sign() -> None:
    for scale in (1e-3, 1e3):
        assert inside(Domain("X", "positive-determinant"), {"X": scale * np.eye(200)})
        assert not inside(Domain("X", "positive-determinant"), {"X": scale * np.diag([-1.0] + [1.0] * 199)})
