"""A bound on what a call may cost: expressions built, and seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time
from typing import NamedTuple

from matcalc.errors import MatcalcError

#: The clock is looked at each time so many nodes have been spent.
INTERVAL = 1000


class Budget(NamedTuple):
    """What a call may cost at most: ``nodes``, the steps in which expressions are built, and ``seconds``.

    A thousand nodes take some milliseconds and less than a megabyte. Seconds are those of the processor, so
    that a busy machine makes no difference. Going over either is E508.

    >>> import matcalc as mc
    >>> try:
    ...     mc.parse("A*x + B*y + c", budget=mc.Budget(nodes=5))
    ... except mc.MatcalcError as error:
    ...     print(error.code, error.message)
    E508 this takes more than 5 nodes
    """

    nodes: int = 2_000_000
    seconds: float = 120.0


class _Account:
    """What is left of a budget."""

    __slots__ = ("budget", "deadline", "left", "next_look")

    def __init__(self, budget: Budget):
        self.budget = budget
        self.left = budget.nodes
        self.deadline = thread_time() + budget.seconds
        self.next_look = self.left

    def look(self) -> None:
        """Raise E508 if nothing is left."""
        if self.left < 0:
            raise _exceeded(f"{self.budget.nodes:,} nodes")
        if thread_time() > self.deadline:
            raise _exceeded(f"{self.budget.seconds:g} seconds")
        self.next_look = max(self.left - INTERVAL, 0)


_current: ContextVar[_Account | None] = ContextVar("account", default=None)


def _exceeded(what: str, reason: str = "") -> MatcalcError:
    help_text = (
        "take a smaller expression, an order less, or more: budget=matcalc.Budget(nodes=..., seconds=...) "
        "in Python, --max-nodes and --max-seconds on the command line"
    )
    message = f"this takes more than {what}"
    return MatcalcError("E508", f"{message}: {reason}" if reason else message, help=help_text)


@contextmanager
def within(budget: Budget | None = None) -> Iterator[None]:
    """Bound what is done meanwhile by a budget; without one by that around it, or the usual one."""
    if budget is None and _current.get() is not None:
        yield
        return
    token = _current.set(_Account(budget or Budget()))
    try:
        yield
    finally:
        _current.reset(token)


def spend(nodes: int = 1) -> None:
    """Take nodes from the budget; raises E508 if there are not so many left, or no time."""
    account = _current.get()
    if account is not None:
        account.left -= nodes
        if account.left < account.next_look:
            account.look()


def foresee(nodes: int, reason: str) -> None:
    """Raise E508 with a reason if what is about to be done takes more nodes than there are."""
    account = _current.get() or _Account(Budget())
    if nodes > account.left:
        raise _exceeded(f"{account.budget.nodes:,} nodes", reason)
