"""Every law of the table meets every demand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matcalc.functions import CODE_LAWS, LAWS, Law
from tests.functions.checks import LAW_CHECKS


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("check", LAW_CHECKS, ids=lambda check: check.__name__)
def test_law(check: Callable[[Law], None], law: Law) -> None:
    check(law)


@pytest.mark.parametrize("law", CODE_LAWS, ids=lambda law: law.name)
def test_law_of_generated_code_can_be_read(law: Law) -> None:
    law.validate()


def test_no_two_laws_have_the_same_name() -> None:
    names = [law.name for law in LAWS]
    assert len(set(names)) == len(names)


def test_no_two_laws_have_the_same_left_side_and_condition() -> None:
    lefts = [(law.left, law.when) for law in LAWS]
    assert len(set(lefts)) == len(lefts)
