"""How far long work has come, for whoever wants to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
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


@contextmanager
def part(done: int, parts: int) -> Iterator[None]:
    """Count what is told meanwhile as one of equal parts of longer work, of which ``done`` are done."""
    listener = _current.get()
    if listener is None or parts == 1:
        yield
        return
    with progress_told(lambda what, k, total: listener(what, done * total + k, parts * total)):
        yield


def in_parts(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return what some work makes of items, each of which is a part of the whole.

    >>> with progress_told(print):
    ...     found = in_parts(lambda word: len(list(told("letters", word))), ["ab", "cd"])
    letters 0 4
    letters 1 4
    letters 2 4
    letters 3 4
    """
    results = []
    for done, item in enumerate(items):
        with part(done, len(items)):
            results.append(work(item))
    return results
