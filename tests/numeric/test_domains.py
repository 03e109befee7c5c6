"""Conditions of domains: each has a test for numbers and a phrase."""

from __future__ import annotations

from matcalc.functions import ENTRIES
from matcalc.functions.domains import CONDITION_WORDS, domain_in_words
from matcalc.numeric.domains import CONDITIONS


def test_every_condition_has_words() -> None:
    assert CONDITION_WORDS.keys() == CONDITIONS.keys()


def test_every_domain_can_be_said() -> None:
    domains = {entry.domain for entry in ENTRIES if entry.domain}
    assert {domain.split()[1] for domain in domains} <= CONDITIONS.keys()
    for domain in domains:
        name, _, *others = domain.split()
        assert all(argument in domain_in_words(domain) for argument in (name, *others))
