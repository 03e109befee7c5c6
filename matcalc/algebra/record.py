"""Which laws are applied, for whoever wants to show it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from matcalc.functions import Law

_current: ContextVar[list[Law] | None] = ContextVar("laws", default=None)


@contextmanager
def laws_recorded(*, listed: bool = True) -> Iterator[list[Law]]:
    """Give the list of the laws that are applied meanwhile, each once, in their order.

    With ``listed`` false they are not added to any list: so what is made once and kept changes no list.
    """
    applied: list[Law] = []
    token = _current.set(applied if listed else None)
    try:
        yield applied
    finally:
        _current.reset(token)


def record(law: Law) -> None:
    """Add a law that has been applied to the list, if there is one."""
    applied = _current.get()
    if applied is not None and law not in applied:
        applied.append(law)
