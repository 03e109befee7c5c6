"""Every entry of the tables meets every demand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matcalc.functions import ENTRIES, FUNCTIONS, OPERATION_NAMES, Function
from tests.functions.checks import ENTRY_CHECKS, NOTATION


def label(entry: Function) -> str:
    return f"{entry.name}: {entry.signature}"


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
@pytest.mark.parametrize("check", ENTRY_CHECKS, ids=lambda check: check.__name__)
def test_entry(check: Callable[[Function], None], entry: Function) -> None:
    check(entry)


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_entry_can_be_read(entry: Function) -> None:
    """All of it: in use an entry is read field by field, and a run of few functions has to start fast."""
    entry.validate()


def test_every_operation_is_tested_in_its_notation() -> None:
    assert set(NOTATION) == OPERATION_NAMES


def test_no_two_entries_take_the_same_arguments() -> None:
    labels = [label(entry) for entry in ENTRIES]
    assert len(set(labels)) == len(labels)


def test_no_function_is_called_like_an_operation() -> None:
    assert not OPERATION_NAMES & {entry.name for entry in FUNCTIONS}
