"""A bound on what a call may cost: expressions built, seconds, and entries of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from numbers import Integral, Real
from time import thread_time

from matcalc.errors import MatcalcError

#: The clock is looked at each time so many nodes have been spent.
INTERVAL = 1000


@dataclass(frozen=True)
class Budget:
    """What a call may cost at most: ``nodes``, the steps in which expressions are built, and ``seconds``.

    A thousand nodes take some milliseconds and less than a megabyte. Seconds are those of the processor, so
    that a busy machine makes no difference. ``entries`` are those of all arrays that one evaluation makes,
    eight bytes each. Going over any of them is E508. Raises
    E403 for nodes and entries that are no whole numbers, and for what is below zero or no number.

    >>> import matcalc as mc
    >>> try:
    ...     mc.parse("A*x + B*y + c", budget=mc.Budget(nodes=5))
    ... except mc.MatcalcError as error:
    ...     print(error.code, error.message)
    E508 this takes more than 5 nodes
    """

    nodes: int = 2_000_000
    seconds: float = 120.0
    entries: int = 500_000_000

    def __post_init__(self) -> None:
        """Raise E403 for limits that say nothing."""
        for name, kind, noun in _LIMITS:
            limit: object = getattr(self, name)
            if isinstance(limit, bool) or not isinstance(limit, kind) or not limit >= 0:  # type: ignore[operator]  # a number by now
                raise MatcalcError("E403", f"{name} of a budget is {noun}, 0 or more, not {limit!r}")


_LIMITS = (
    ("nodes", Integral, "a whole number"),
    ("seconds", Real, "a number"),
    ("entries", Integral, "a whole number"),
)


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
        self.look_at_clock()
        self.next_look = max(self.left - INTERVAL, 0)

    def look_at_clock(self) -> None:
        """Raise E508 if no time is left."""
        if thread_time() > self.deadline:
            raise _exceeded(f"{self.budget.seconds:g} seconds")


_current: ContextVar[_Account | None] = ContextVar("account", default=None)


def _exceeded(what: str, reason: str = "") -> MatcalcError:
    help_text = (
        "take a smaller expression or a lower order, or raise the budget: "
        "matcalc.Budget(nodes=..., seconds=...) in Python, --max-nodes and --max-seconds on the command line"
    )
    message = f"this takes more than {what}"
    return MatcalcError("E508", f"{message}: {reason}" if reason else message, help=help_text)


@contextmanager
def within(budget: Budget | None = None) -> Iterator[None]:
    """Bound what is done meanwhile by a budget; without one, or with the same, by what is left around it.

    Where there is none around it, that is the usual one.

    Raises E403 for what is no budget.
    """
    if budget is not None and not isinstance(budget, Budget):
        raise MatcalcError(
            "E403", f"a budget is no {type(budget).__name__}", help="give budget=matcalc.Budget(seconds=5)"
        )
    account = _current.get()
    if account is not None and (budget is None or budget is account.budget):
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


def look_at_clock() -> None:
    """Raise E508 if the budget leaves no time; for loops that build no expressions."""
    account = _current.get()
    if account is not None:
        account.look_at_clock()


@contextmanager
def lent() -> Iterator[None]:
    """Bound what is done meanwhile by what is left of the budget, and take nothing from it.

    What is stopped may then still be told.
    """
    account = _current.get()
    if account is None:
        yield
        return
    began, token = thread_time(), _current.set(copy(account))
    try:
        yield
    finally:
        _current.reset(token)
        account.deadline += thread_time() - began


def foresee(nodes: int, reason: str) -> None:
    """Raise E508 with a reason if what is about to be done takes more nodes than there are."""
    account = _current.get() or _Account(Budget())
    if nodes > account.left:
        raise _exceeded(f"{account.budget.nodes:,} nodes", reason)


def foresee_entries(entries: int, reason: str) -> None:
    """Raise E508 with a reason if the arrays that are about to be made have more entries than they may."""
    account = _current.get()
    limit = (account.budget if account else Budget()).entries
    if entries > limit:
        raise too_large(f"this takes arrays of more than {limit:,} entries: {reason}")


def too_large(message: str) -> MatcalcError:
    """Return the error for arrays that are too large, for the budget or for the memory."""
    help_text = (
        "evaluate at smaller sizes, or raise the budget: matcalc.Budget(entries=...) in Python, "
        "--max-entries on the command line; a product of a derivative with an array needs no such arrays"
    )
    return MatcalcError("E508", message, help=help_text)
