"""Derivatives of any order: gradients of scalars, and linear maps of everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from matcalc.calculus.gradient import gradients
from matcalc.calculus.structured import facts_of_moves, moves_with, respecting
from matcalc.calculus.tangents import tangent
from matcalc.expression import SCALAR, Expr, number, variable


class Derivation(NamedTuple):
    """One order of a derivative.

    ``value`` was differentiated by ``variable``. ``linear`` is the result: multilinear in ``arguments``,
    which stand for moves of the variables. The last of them is ``move``, that of ``variable``; it is
    ``None`` where there is none to be named, as the derivative is a gradient, or by a scalar. In ``linear``
    moves may be any, in ``shown`` only those that the structure of the variables allows.
    """

    value: Expr
    variable: Expr
    linear: Expr
    arguments: tuple[Expr, ...]
    move: Expr | None
    shown: Expr

    @property
    def is_gradient(self) -> bool:
        """Whether a scalar was differentiated by an array."""
        return self.move is None and not self.variable.is_scalar


def derivations(
    expr: Expr, variables: Sequence[Expr], taken: Iterable[str], choice: str = "projected"
) -> list[Derivation]:
    """Return the derivatives of all orders up to the number of ``variables``, by one after another.

    A scalar has a gradient, shaped like the variable; anything else a linear map, in which one more move
    occurs: ``dX``, or ``H1``, ``H2``, ... if there are several, with names that are not ``taken``.
    Raises as :func:`matcalc.calculus.gradients` does.
    """
    moves = _moves(expr, variables, set(taken), choice)
    found: list[Derivation] = []
    value, shown = expr, expr
    arguments: tuple[Expr, ...] = ()
    for by, move in zip(variables, moves, strict=True):
        if by.is_scalar:
            linear, shown = (tangent(one, {by: number(1)}) for one in (value, shown))
        elif move is None:
            [linear] = gradients(value, [by], choice)
            shown = linear
        else:
            free, structured = move
            linear = tangent(value, {by: respecting(free, by, choice)})
            shown = tangent(shown, {by: structured})
            if found and found[-1].is_gradient and moves_with(found[-1].variable, choice):
                linear, shown = (respecting(one, found[-1].variable, choice) for one in (linear, shown))
            arguments = (*arguments, free)
            if len(arguments) > 1 and any(moves_with(one, choice) for one in variables):
                shown = linear  # which directions are allowed changes from one place to the next
        found.append(Derivation(value, by, linear, arguments, move[0] if move else None, shown))
        value = linear
    return found


def _moves(
    expr: Expr, variables: Sequence[Expr], taken: set[str], choice: str
) -> list[tuple[Expr, Expr] | None]:
    """Return for each variable its move, free and with the structure of the variable, or ``None``."""
    needed = []
    scalar = expr.shape == SCALAR
    for by in variables:
        needed.append(not by.is_scalar and not scalar)
        scalar = scalar and by.is_scalar
    several = sum(needed) > 1
    found: list[tuple[Expr, Expr] | None] = []
    numbers = count(1)
    for by, has_move in zip(variables, needed, strict=True):
        if not has_move:
            found.append(None)
            continue
        name = f"H{next(numbers)}" if several else f"d{by.data[0]}"
        while name in taken:
            name = f"H{next(numbers)}" if several else f"d{name}"
        taken.add(name)
        free = variable(name, by.shape)
        found.append((free, free if choice == "free" else variable(name, by.shape, facts_of_moves(by))))
    return found
