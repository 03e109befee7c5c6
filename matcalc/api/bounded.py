"""Calls that may cost no more than a budget, and results that remember it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from matcalc.api.arguments import arguments_checked
from matcalc.expression import Budget, within

P = ParamSpec("P")
R = TypeVar("R")


class Bounded:
    """Something made within a budget, which also bounds each of its methods."""

    budget: Budget | None = None


def bounded(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, bounded by its argument ``budget``, or that of the object whose method it is.

    What it returns remembers a budget that was given. Arguments are looked at first.
    """

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        budget: Any = kwargs.get("budget")
        if budget is None and args and isinstance(args[0], Bounded):
            budget = args[0].budget
        with within(budget):
            found = function(*args, **kwargs)
        if budget is not None:
            _remember(found, budget)
        return found

    return arguments_checked(inside)


def _remember(found: object, budget: Budget) -> None:
    if isinstance(found, Bounded):
        found.budget = budget
        for one in found if isinstance(found, Sequence) else ():
            _remember(one, budget)
