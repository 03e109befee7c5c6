"""Turns expressions as written into normal form, and reads and fills in the formulas of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from matcalc.algebra.builders import build
from matcalc.algebra.transposes import block_matrix
from matcalc.expression import (
    ONE,
    SCALAR,
    Dim,
    Expr,
    Shape,
    dimension,
    identity,
    number,
    ones,
    postorder,
    zeros,
)
from matcalc.expression.signatures import signature_of, take_dimensions
from matcalc.functions import Function
from matcalc.language import parse


def normal_forms(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the normal form of each subexpression of ``roots``."""
    done: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        done[node] = rebuilt(node, [done[arg] for arg in node.args])
    return done


def rebuilt(node: Expr, args: Sequence[Expr]) -> Expr:
    """Return the node with other arguments, in normal form; leaves stay."""
    if node.op == "block":
        return block_matrix(args, *node.data)
    return build(node.op, *args) if node.args else node


def replaced(root: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return an expression in normal form with some of its parts replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        found = values.get(node)
        done[node] = rebuilt(node, [done[arg] for arg in node.args]) if found is None else found
    return done[root]


def normalise(expr: Expr) -> Expr:
    """Return the expression in normal form: equal expressions mostly become the same object."""
    return normal_forms([expr])[expr]


_CONSTANTS = {"ones": ones, "zeros": zeros}


def kind_of(shape: Shape) -> str:
    """Return the declaration of a variable of this shape."""
    if shape == SCALAR:
        return "scalar"
    return f"vector({shape[0]})" if shape[1] is ONE else f"matrix({shape[0]},{shape[1]})"


def argument_kinds(entry: Function) -> tuple[tuple[str, str], ...]:
    """Return the names of an entry's arguments with their declarations, as :func:`read_template` takes them.

    Those that are dimensions are left out.
    """
    arguments = signature_of(entry).arguments
    return tuple((argument.name, kind_of(argument.shape)) for argument in arguments if not argument.is_dim)


@cache
def read_template(text: str, kinds: tuple[tuple[str, str], ...]) -> Expr:
    """Return the expression as written; ``kinds`` declares its names."""
    return parse(text, dict(kinds)).expr


@cache
def definition_template(entry: Function) -> Expr:
    """Return the definition of an entry by others, as written; that of one entry if it is elementwise."""
    kinds = argument_kinds(entry)
    return read_template(
        entry.definition, tuple((name, "scalar") for name, _ in kinds) if entry.elementwise else kinds
    )


def instantiate(template: Expr, values: Mapping[str, Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the template with its variables and dimensions replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(template):
        op = node.op
        if op == "variable":
            done[node] = values[node.data[0]]
        elif op in ("number", "pi"):
            done[node] = node
        elif op == "identity":
            done[node] = identity(node.shape[0].substitute(dims))
        elif op in _CONSTANTS:
            rows, cols = node.shape
            done[node] = _CONSTANTS[op]((rows.substitute(dims), cols.substitute(dims)))
        elif op == "dimension":
            done[node] = dimension(node.data.substitute(dims))
        elif op in take_dimensions():
            done[node] = rebuilt(node, [done[arg] for arg in node.args])
        else:
            done[node] = rebuilt(node, [as_scalar(done[arg]) for arg in node.args])
    return as_scalar(done[template])


def as_scalar(expr: Expr) -> Expr:
    """Return the expression; a dimension such as ``k + n`` as it reads, a sum of two."""
    if expr.op != "dimension" or expr.data.name:
        return expr
    terms = [
        build("mul", number(coefficient), *[dimension(Dim.symbol(name)) for name in monomial])
        for monomial, coefficient in expr.data.terms
    ]
    return terms[0] if len(terms) == 1 else build("add", *terms)
