"""How one builder calls another: by the name of the operation, without importing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcalc.expression import Expr, spend

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
