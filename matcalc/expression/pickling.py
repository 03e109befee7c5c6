"""Pickling of what holds expressions, however deep these are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matcalc.expression.nodes import Expr, postorder


def reduced(self: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return how a named tuple is pickled, for the method ``__reduce__`` of its class."""
    return _restored_tuple, (nodes_in(self), type(self), tuple(self))


def reduced_object(self: object, state: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return how an object with these attributes is pickled, for the same method."""
    return _restored_object, (nodes_in(state), type(self), dict(state))


def nodes_in(value: object) -> list[Expr]:
    """Return all nodes in tuples, lists, sets and mappings, each after its arguments.

    An object that is pickled after them finds them in pickle's memo. So nothing is nested deeper than the
    tuple of the arguments of one node, and pickle's recursion ends there.

    >>> from matcalc.expression import SCALAR, variable
    >>> x = variable("x", SCALAR)
    >>> nodes_in({"f": (Expr("exp", (x,), SCALAR), "text")})
    [x, exp(variable)]
    """
    roots: dict[Expr, None] = {}
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Expr):
            roots[one] = None
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, tuple | list | set | frozenset):
            waiting += one
    return list(postorder(*roots))


def _restored_tuple(nodes: Iterable[Expr], kind: type[tuple[Any, ...]], fields: tuple[Any, ...]) -> Any:
    return kind(*fields)


def _restored_object(nodes: Iterable[Expr], kind: type, state: Mapping[str, Any]) -> Any:
    found: object = object.__new__(kind)
    vars(found).update(state)
    return found
