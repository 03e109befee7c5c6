"""The checks bite: every entry and law that is wrong on purpose is refused, by the check meant to."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from matcalc.algebra.rules import Laws, in_force
from matcalc.expression import nodes
from matcalc.functions import BY_CALL, BY_OPERATION, ENTRIES, LAWS, Function, Law
from tests.functions.checks import ENTRY_CHECKS, LAW_CHECKS
from tests.functions.wrong_entries import (
    ENTRIES_REFUSED,
    LAWS_REFUSED,
    WRONG_ENTRIES,
    WRONG_LAWS,
    WrongEntry,
    WrongLaw,
)


def forget_entries() -> None:
    """Empty the caches, in which is what entries say, and what expressions remember of facts.

    Some expressions live on, in the traceback of the check that refused.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("matcalc."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
    gc.collect()
    for reference in list(nodes._interned.values()):
        expr = reference()
        if expr is not None:
            # How a product is taken apart is a matter of what it is.
            expr.memo = {key: kept for key, kept in expr.memo.items() if key == "factors"}


@pytest.fixture(autouse=True, scope="module")
def what_was_there_before_stays() -> Iterator[None]:
    """Collecting looks at what these tests make alone; other tests may have left a lot."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@contextmanager
def in_place_of(right: Function, wrong: Function) -> Iterator[None]:
    """Put a wrong entry into the tables where the right one was."""
    saved = [(table, dict(table)) for table in (BY_OPERATION, BY_CALL)]
    for table, _ in saved:
        for name, entries in table.items():
            table[name] = tuple(wrong if entry is right else entry for entry in entries)
    for alias in wrong.aliases:
        BY_CALL[alias] = tuple(dict.fromkeys((*BY_CALL.get(alias, ()), wrong)))
    forget_entries()
    try:
        with in_force(Laws(LAWS)):  # those that were read before are in the normal form of then
            yield
    finally:
        for table, content in saved:
            table.clear()
            table.update(content)
        forget_entries()


@pytest.mark.parametrize("wrong", WRONG_ENTRIES, ids=lambda wrong: f"{wrong.right.name}: {wrong.mistake}")
def test_wrong_entry_is_refused(wrong: WrongEntry) -> None:
    assert wrong.right in ENTRIES and wrong.check in ENTRY_CHECKS and wrong.entry != wrong.right
    with in_place_of(wrong.right, wrong.entry), pytest.raises(Exception, match=wrong.message):
        wrong.check(wrong.entry)


@pytest.mark.parametrize(("name", "changes", "message"), ENTRIES_REFUSED)
def test_an_entry_that_cannot_be_made_is_refused_by_name(
    name: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"the entry {name}: {message}"):
        replace(BY_OPERATION[name][0], **changes).validate()


@pytest.mark.parametrize("wrong", WRONG_LAWS, ids=lambda wrong: f"{wrong.law.name}: {wrong.mistake}")
def test_wrong_law_is_refused(wrong: WrongLaw) -> None:
    """Put into force where the right one was, or before all others."""
    assert wrong.check in LAW_CHECKS and wrong.law not in LAWS
    changed = tuple(wrong.law if law is wrong.right else law for law in LAWS)
    laws = Laws(changed if wrong.right else (wrong.law, *LAWS))
    with in_force(laws), pytest.raises(Exception, match=wrong.message):
        wrong.check(wrong.law)


@pytest.mark.parametrize(("texts", "message"), LAWS_REFUSED)
def test_a_law_that_cannot_be_made_is_refused_by_name(texts: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=f"'{texts[0]}'.*{message}"):
        Laws([Law(*texts)])


@pytest.mark.parametrize("wrong", [WRONG_ENTRIES[0], WRONG_LAWS[0]], ids=["entry", "law"])
def test_the_right_ones_are_back(wrong: WrongEntry | WrongLaw) -> None:
    """Comes after those above; of each right one ``test_entries.py`` and ``test_laws.py`` demand the same."""
    assert wrong.right
    wrong.check(wrong.right)


def test_every_check_refuses_something() -> None:
    assert {wrong.check for wrong in WRONG_ENTRIES} == set(ENTRY_CHECKS)
    assert {wrong.check for wrong in WRONG_LAWS} == set(LAW_CHECKS)
