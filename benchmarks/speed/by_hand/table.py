"""What is written by hand, by problem and quantity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Array = Any

#: The functions by problem and quantity; products with Hessians take the direction as ``v``.
BY_HAND: dict[tuple[str, str], Callable[..., Any]] = {}


def of(problem: str, quantity: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that puts a function into the table."""

    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        BY_HAND[problem, quantity] = function
        return function

    return put
