"""Derivatives of any order: gradients of scalars, and linear maps of everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from matcalc.calculus.gradient import gradients
from matcalc.calculus.structured import facts_of_moves, moves_with, respecting
from matcalc.calculus.tangents import tangent
from matcalc.errors import MatcalcError
from matcalc.expression import SCALAR, Expr, number, variable


class Derivation(NamedTuple):
    """One order of a derivative.

    ``value`` was differentiated by ``variable``. ``linear`` is the result: multilinear in ``arguments``,
    which stand for moves of the variables. The last of them is ``move``, that of ``variable``; it is
    ``None`` where there is none to be named, as the derivative is a gradient, or by a scalar. In ``linear``
    moves may be any, in ``shown`` only those that the structure of the variables allows. The derivative
    is projected on the directions that the variable ``projected_by`` may move in, if there is one.
    """

    value: Expr
    variable: Expr
    linear: Expr
    arguments: tuple[Expr, ...]
    move: Expr | None
    shown: Expr
    projected_by: Expr | None = None

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
    Raises as :func:`matcalc.calculus.gradients` does, and E502 for an order that is not defined.
    """
    _refuse_third_order(variables, choice)
    moves = _moves(expr, variables, set(taken), choice)
    found: list[Derivation] = []
    value, shown = expr, expr
    arguments: tuple[Expr, ...] = ()
    for by, move in zip(variables, moves, strict=True):
        projected_by = None
        if by.is_scalar:
            linear, shown = (tangent(one, {by: number(1)}) for one in (value, shown))
        elif move is None:
            [linear] = gradients(value, [by], choice)
            shown = linear
        else:
            free, structured = move
            if found and found[-1].is_gradient and moves_with(found[-1].variable, choice):
                projected_by = found[-1].variable
            linear = tangent(value, {by: respecting(free, by, choice)})
            shown = tangent(shown, {by: structured})
            if projected_by is not None:
                linear, shown = (respecting(one, projected_by, choice) for one in (linear, shown))
            arguments = (*arguments, free)
        named = move[0] if move else None
        found.append(Derivation(value, by, linear, arguments, named, shown, projected_by))
        value = linear
    return found


def _refuse_third_order(variables: Sequence[Expr], choice: str) -> None:
    """Raise E502 for a third derivative where the directions that are allowed change with the place."""
    curved = next((one for one in variables if moves_with(one, choice)), None)
    if curved is not None and len(variables) > 2:
        message = f"derivatives by {curved.data[0]}, whose values form a curved set, end with order 2"
        help_text = "with symmetric='free' (--symmetric free) its entries are independent"
        raise MatcalcError("E502", message, help=help_text)


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
