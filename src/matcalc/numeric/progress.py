"""How far long work has come, for whoever wants to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
#: What is told how far work has come: what is counted, how many are done, and how many there are.
Listener = Callable[[str, int, int], None]

_current: ContextVar[Listener | None] = ContextVar("progress", default=None)


@contextmanager
def progress_told(listener: Listener) -> Iterator[None]:
    """Tell a listener how far work comes meanwhile."""
    token = _current.set(listener)
    try:
        yield
    finally:
        _current.reset(token)


def tell(what: str, done: int, total: int) -> None:
    """Tell the listener, if there is one, how many of ``total`` are done."""
    listener = _current.get()
    if listener is not None:
        listener(what, done, total)


def told(what: str, items: Sequence[Item]) -> Iterator[Item]:
    """Yield items, and tell before each how many were before it.

    >>> with progress_told(print):
    ...     sizes = [len(word) for word in told("words", ["one", "three"])]
    words 0 2
    words 1 2
    """
    for done, item in enumerate(items):
        tell(what, done, len(items))
        yield item
