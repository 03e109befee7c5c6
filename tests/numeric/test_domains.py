"""Conditions of domains: each has a test for numbers and a phrase."""

from __future__ import annotations

import numpy as np

from matcalc.functions import ENTRIES
from matcalc.functions.table import CONDITION_WORDS, domain_in_words
from matcalc.numeric.sample import CONDITIONS, inside


def test_every_condition_has_words() -> None:
    assert CONDITION_WORDS.keys() == CONDITIONS.keys()


def test_every_domain_can_be_said() -> None:
    domains = {entry.domain for entry in ENTRIES if entry.domain}
    assert {domain.split()[1] for domain in domains} <= CONDITIONS.keys()
    for domain in domains:
        name, _, *others = domain.split()
        assert all(argument in domain_in_words(domain) for argument in (name, *others))


def test_the_largest_magnitude_has_a_kink_at_zero_also_if_it_is_the_only_one() -> None:
    assert not inside("x single-peak", {"x": np.array([[0.001]])})
    assert inside("x single-peak", {"x": np.array([[-1.0]])})
    assert not inside("x single-peak", {"x": np.array([[1.0], [-1.0]])})


def test_a_determinant_that_is_no_float_has_a_sign() -> None:
    for scale in (1e-3, 1e3):
        assert inside("X positive-determinant", {"X": scale * np.eye(200)})
        assert not inside("X positive-determinant", {"X": scale * np.diag([-1.0] + [1.0] * 199)})
