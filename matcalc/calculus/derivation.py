"""Derivatives of any order: gradients of scalars, and linear maps of everything else by the forward sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import NamedTuple

from matcalc.algebra import (
    Writing,
    argument_kinds,
    as_written,
    build,
    differentiable,
    instantiate,
    laws_recorded,
    normal_forms,
    normalise,
    read_template,
    rebuilt,
    replaced,
)
from matcalc.calculus.sweep import (
    differentiable_entry,
    facts_of_moves,
    gradients,
    moves_with,
    occurrences,
    refuse_long_products,
    respecting,
)
from matcalc.errors import MatcalcError
from matcalc.expression import (
    SCALAR,
    Expr,
    depends_on,
    fold,
    is_zero,
    number,
    variable,
    variables,
    zeros,
)
from matcalc.expression.signatures import arguments_by_name
from matcalc.functions import Function

#: Operations with any number of arguments, linear in each.
_MULTILINEAR = frozenset(["mul", "hadamard"])


def tangent(root: Expr, moves: Mapping[Expr, Expr]) -> Expr:
    """Return the differential of ``root``; ``moves`` has those of the variables, all others are constant.

    It is linear in these together. Each node is visited once: its tangent is the sum of what
    those of its arguments contribute. Raises E503 for an operation whose derivative is not known.
    """
    root = differentiable(root)
    values = normal_forms([root])
    active = depends_on(root, moves)
    refuse_long_products(root, active)

    def moved(node: Expr, tangents: list[Expr | None]) -> Expr | None:
        return _tangent(node, tangents, values) if node in active else None

    memo: dict[Expr, Expr | None] = dict(moves)
    return fold([root], moved, memo)[root] or zeros(root.shape)


def _tangent(node: Expr, tangents: list[Expr | None], values: Mapping[Expr, Expr]) -> Expr:
    if node.op == "block":
        cells = [zeros(a.shape) if t is None else t for a, t in zip(node.args, tangents, strict=True)]
        return rebuilt(node, cells)
    shares = []
    for position, times in occurrences(node):
        moved = tangents[position]
        if moved is not None and not is_zero(moved):
            share = _push_forward(node, position, moved, values)
            shares.append(share if times == 1 else build("mul", number(times), share))
    if not shares:
        return zeros(node.shape)
    # Beside others a transpose may go to the terms of a sum; alone it stays where it was.
    return shares[0] if len(shares) == 1 else build("add", *shares)


def _push_forward(node: Expr, position: int, moved: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return what the tangent of one argument contributes to that of the node."""
    op, args = node.op, node.args
    if op == "add":
        return moved
    others = [values[arg] for arg in args]
    if op in _MULTILINEAR:
        others[position] = moved
        return build(op, *others)
    entry, dims = differentiable_entry(node, position)
    if entry.adjoints[position]:  # linear in this argument
        others[position] = moved
        return rebuilt(node, others)
    bound = {**arguments_by_name(entry, others), f"d{entry.arguments[position]}": moved}
    return instantiate(differential(entry, position), bound, dims)


@cache
def differential(entry: Function, position: int) -> Expr:
    """Return the differential of an entry where only the argument at ``position`` varies."""
    kinds = argument_kinds(entry)
    template = read_template(entry.d, (*kinds, *((f"d{name}", kind) for name, kind in kinds)))
    moving = f"d{entry.arguments[position]}"
    others = {f"d{name}" for name, _ in kinds} - {moving}
    constant = {v: zeros(v.shape) for name, v in variables([template]).items() if name in others}
    with as_written(Writing()), laws_recorded(listed=False):
        return normalise(replaced(template, constant))


class Derivation(NamedTuple):
    """One order of a derivative.

    ``value`` was differentiated with respect to ``variable``. ``linear`` is the result: multilinear in
    ``arguments``, which are directions, one for each variable. The last of them is ``move``, that of
    ``variable``; it is ``None`` if the derivative needs none, as it is a gradient or one with respect to a
    scalar. ``linear`` takes any directions, ``shown`` only those that the structure of the variables allows.
    The derivative is projected on the tangent space of the variable ``projected_by``, if there is one.
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
        """Whether a scalar was differentiated with respect to an array."""
        return self.move is None and not self.variable.is_scalar


def derivations(
    expr: Expr, variables: Sequence[Expr], taken: Iterable[str], choice: str = "projected"
) -> list[Derivation]:
    """Return the derivatives of all orders up to the number of ``variables``, one variable after another.

    A scalar has a gradient, shaped like the variable; anything else a linear map, in which one more direction
    occurs: ``dX``, or ``H1``, ``H2``, ... if there are several, with names that are not ``taken``.
    Raises as :func:`matcalc.calculus.gradients` does, and E502 for an order that is not defined.
    """
    _refuse_third_order(variables, choice)
    moves = _moves(expr, variables, set(taken), choice)
    orders: list[Derivation] = []
    value, shown = expr, expr
    arguments: tuple[Expr, ...] = ()
    for wrt, move in zip(variables, moves, strict=True):
        projected_by = None
        if wrt.is_scalar:
            linear, shown = (tangent(each, {wrt: number(1)}) for each in (value, shown))
        elif move is None:
            [linear] = gradients(value, [wrt], choice)
            shown = linear
        else:
            free, structured = move
            if orders and orders[-1].is_gradient and moves_with(orders[-1].variable, choice):
                projected_by = orders[-1].variable
            linear = tangent(value, {wrt: respecting(free, wrt, choice)})
            shown = tangent(shown, {wrt: structured})
            if projected_by is not None:
                linear, shown = (respecting(each, projected_by, choice) for each in (linear, shown))
            arguments = (*arguments, free)
        named = move[0] if move else None
        orders.append(Derivation(value, wrt, linear, arguments, named, shown, projected_by))
        value = linear
    return orders


def _refuse_third_order(variables: Sequence[Expr], choice: str) -> None:
    """Raise E502 for a third derivative where the tangent space depends on the point."""
    curved = next((each for each in variables if moves_with(each, choice)), None)
    if curved is not None and len(variables) > 2:
        name = curved.data[0]
        message = f"derivatives with respect to {name}, whose values form a curved set, end with order 2"
        help_text = "with symmetric='free' (--symmetric free) its entries are independent"
        raise MatcalcError("E502", message, help=help_text)


def _moves(
    expr: Expr, variables: Sequence[Expr], taken: set[str], choice: str
) -> list[tuple[Expr, Expr] | None]:
    """Return for each variable its direction, free and with the structure of the variable, or ``None``."""
    needed = []
    scalar = expr.shape == SCALAR
    for wrt in variables:
        needed.append(not wrt.is_scalar and not scalar)
        scalar = scalar and wrt.is_scalar
    several = sum(needed) > 1
    moves: list[tuple[Expr, Expr] | None] = []
    numbers = count(1)
    for wrt, has_move in zip(variables, needed, strict=True):
        if not has_move:
            moves.append(None)
            continue
        name = f"H{next(numbers)}" if several else f"d{wrt.data[0]}"
        while name in taken:
            name = f"H{next(numbers)}" if several else f"d{name}"
        taken.add(name)
        free = variable(name, wrt.shape)
        moves.append((free, free if choice == "free" else variable(name, wrt.shape, facts_of_moves(wrt))))
    return moves
