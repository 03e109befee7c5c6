"""How the user wrote things that can be written in two ways equally well.

``x - y`` and ``y - x`` differ by a sign that the product around them takes; ``a'*x`` and ``x'*a``
are equal. Inside one derivation each is written as it first turned up, which is how the user
wrote it; elsewhere one of the two is taken by a rule of no meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from matcalc.expression import Expr
from matcalc.expression.pickling import reduced_object


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
