"""Functions that a law defines by others, and powers of matrices, written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from matcalc.algebra.matching import EMPTY
from matcalc.algebra.record import record
from matcalc.algebra.rules import law_sides
from matcalc.algebra.templates import argument_kinds, as_scalar
from matcalc.expression import Dim, Expr, Shape, dimension, identity, ones, postorder, zeros
from matcalc.functions import BY_OPERATION, LAWS, OPERATION_NAMES, Law

_SIZED: dict[str, Callable[[Shape], Expr]] = {
    "ones": ones,
    "zeros": zeros,
    "identity": lambda shape: identity(shape[0]),
}


@cache
def _definition(op: str) -> tuple[Law, Expr, Expr] | None:
    """Return the law that defines a function without differential or adjoint, and both sides of it.

    ``None`` for a function of dimensions alone, which is a constant.
    """
    entries = BY_OPERATION.get(op, ())
    if not entries or any(entry.d or entry.adjoint or not argument_kinds(entry) for entry in entries):
        return None
    return next(((law, *law_sides(law)) for law in LAWS if law.head == op), None)


@cache
def _law_of_scalars(op: str) -> tuple[Law, Expr, Expr] | None:
    """Return the law that says what a function of matrices is for any scalars, and both sides of it."""
    if op in OPERATION_NAMES or any(entry.elementwise for entry in BY_OPERATION.get(op, ())):
        return None
    for law in LAWS:
        if law.head == op:
            left, right = law_sides(law)
            if all(arg.op == "variable" and arg.is_scalar for arg in left.args):
                return law, left, right
    return None


def written_out(root: Expr) -> Expr:
    """Return an expression as written with each defined function replaced by its definition.

    So are functions of matrices where they get scalars: ``vec(s)`` is ``s``.
    """
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        args = tuple([done[arg] for arg in node.args])
        if node.op == "power" and not node.is_scalar:
            done[node] = Expr("mul", args[:1] * int(node.args[1].data), node.shape)
            continue
        found = _definition(node.op) if args else None
        if args and found is None and all(arg.is_scalar for arg in args):
            found = _law_of_scalars(node.op)
        if found is not None:
            law, left, right = found
            record(law)
            done[node] = written_out(_applied(left, right, args))
        else:
            done[node] = node.with_args(args)
    return done[root]


def _applied(left: Expr, right: Expr, args: tuple[Expr, ...]) -> Expr:
    """Return the right side of a definition for arguments as written."""
    match = EMPTY
    for pattern, arg in zip(left.args, args, strict=True):
        bound = match.with_value(pattern.data[0], arg, pattern.shape)
        assert bound is not None, f"the definition {left} does not take {arg.shape}"
        match = bound
    return filled_in(right, match.values, match.dims)


def filled_in(template: Expr, values: Mapping[str, Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the template with its variables and dimensions replaced, as written.

    :func:`matcalc.algebra.instantiate` returns the same in normal form.
    """
    done: dict[Expr, Expr] = {}
    for node in postorder(template):
        shape = node.shape[0].substitute(dims), node.shape[1].substitute(dims)
        if node.op == "variable":
            done[node] = values[node.data[0]]
        elif node.op == "dimension":
            done[node] = as_scalar(dimension(node.data.substitute(dims)))
        elif node.op in _SIZED:
            done[node] = _SIZED[node.op](shape)
        else:
            done[node] = Expr(node.op, tuple([done[arg] for arg in node.args]), shape, node.data)
    return done[template]
