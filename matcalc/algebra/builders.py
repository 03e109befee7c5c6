"""How builders of normal form call one another, and how the user wrote what can be written in two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import Any

from matcalc.expression import Expr, spend
from matcalc.expression.traversal import reduced_object

Number = int | Fraction
Build = Callable[[Sequence[Expr]], Expr]

_BUILDERS: dict[str, Build] = {}
_FALLBACK: list[Callable[[str, Sequence[Expr]], Expr]] = []


def builds(*ops: str) -> Callable[[Build], Build]:
    """Return a decorator that makes a function the builder of the operations ``ops``."""

    def register(build: Build) -> Build:
        for op in ops:
            _BUILDERS[op] = build
        return build

    return register


def builds_the_rest(build: Callable[[str, Sequence[Expr]], Expr]) -> Callable[[str, Sequence[Expr]], Expr]:
    """Make ``build`` the builder of every operation that has none of its own."""
    _FALLBACK.append(build)
    return build


def build(op: str, *args: Expr) -> Expr:
    """Return ``op`` applied to ``args``, all in normal form, in normal form."""
    spend()
    builder = _BUILDERS.get(op)
    return builder(args) if builder is not None else _FALLBACK[0](op, args)


class Writing:
    """The sums and bilinear forms that have turned up, and how."""

    def __init__(self) -> None:
        self.signs: dict[Expr, int] = {}
        self.forms: dict[Expr, Expr] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle expressions after their parts."""
        return reduced_object(self, vars(self))


_current: ContextVar[Writing | None] = ContextVar("writing", default=None)


@contextmanager
def as_written(writing: Writing | None) -> Iterator[None]:
    """Write things as they are in ``writing``, and add to it what turns up.

    ``None`` is for what is kept beyond one derivation: it must not depend on which one came first.
    """
    token = _current.set(writing)
    try:
        yield
    finally:
        _current.reset(token)


def written_sign(total: Expr, sign: int) -> int:
    """Return the sign in which a sum, which now turns up with ``sign``, is written."""
    writing = _current.get()
    return 1 if writing is None else writing.signs.setdefault(total, sign)


def written_form(form: Expr, turned: Expr) -> Expr:
    """Return which of two equal forms, the first of which now turns up, is written."""
    writing = _current.get()
    if writing is None:
        return min(form, turned, key=lambda expr: expr.key)
    known = writing.forms.get(form)
    if known is None:
        writing.forms[form] = writing.forms[turned] = known = form
    return known


def written_rotation(canonical: Expr, now: Expr) -> Expr:
    """Return which rotation of the factors in a trace is written, ``now`` if it is the first."""
    writing = _current.get()
    return canonical if writing is None else writing.forms.setdefault(canonical, now)
