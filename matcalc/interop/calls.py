"""Functions of SymPy as functions of the table."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from matcalc.algebra import read_template
from matcalc.expression import Expr, number
from matcalc.expression.signatures import signature_of
from matcalc.interop import pointwise
from matcalc.interop.counterparts import counterparts_called
from matcalc.interop.translations import TRANSLATIONS


def called(node: Any, args: Sequence[Expr]) -> Expr | None:
    """Return the function that ``node`` applies, ``None`` if the table has none for these shapes."""
    name = type(node).__name__
    if isinstance(node, sympy.core.operations.LatticeOp):
        return _folded(name, sorted(args, key=lambda arg: arg.is_number))
    return _applied(name, args) or _translated(name, args)


def _folded(name: str, args: Sequence[Expr]) -> Expr | None:
    """Return a function of any number of arguments as one of two, from left to right."""
    value: Expr | None = args[0]
    for arg in args[1:]:
        value = value and _applied(name, [value, arg])
    return value


def _applied(name: str, args: Sequence[Expr]) -> Expr | None:
    for part in counterparts_called(name):
        given = _fitting(part.arguments, args)
        if given is not None:
            names = [argument.name for argument in signature_of(part.entry).arguments]
            value = pointwise.applied(part.entry, [given[name] for name in names])
            if value is not None:
                return value
    return None


def _fitting(pattern: Sequence[str | Fraction], args: Sequence[Expr]) -> dict[str, Expr] | None:
    """Return the arguments by their names, ``None`` if a number is not the one of the pattern."""
    if len(pattern) != len(args):
        return None
    named = {}
    for wanted, arg in zip(pattern, args, strict=True):
        if isinstance(wanted, str):
            named[wanted] = arg
        elif arg is not number(wanted):
            return None
    return named


def is_known(node: Any) -> bool:
    """Return whether a function of SymPy has a counterpart in the table, or a translation."""
    name = type(node).__name__
    return bool(counterparts_called(name)) or name in _translations()


@cache
def _translations() -> dict[str, tuple[tuple[tuple[str | Fraction, ...], Expr], ...]]:
    found: dict[str, tuple[tuple[tuple[str | Fraction, ...], Expr], ...]] = {}
    for left, right in TRANSLATIONS:
        name, _, inner = left.rstrip(")").partition("(")
        words = [word.strip() for word in inner.split(",") if word.strip()]
        pattern = tuple(word if word.isidentifier() else Fraction(word) for word in words)
        kinds = tuple((word, "scalar") for word in words if word.isidentifier())
        found[name] = (*found.get(name, ()), (pattern, read_template(right, kinds)))
    return found


def _translated(name: str, args: Sequence[Expr]) -> Expr | None:
    for pattern, template in _translations().get(name, ()):
        given = _fitting(pattern, args)
        if given is not None:
            return pointwise.entry_by_entry(template, given)
    return None
