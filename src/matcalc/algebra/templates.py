"""Expressions in the engine's notation, read once and put to use with arguments of any shape."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from matcalc.algebra.normal import rebuilt
from matcalc.expression import Dim, Expr, dimension, identity, ones, postorder, zeros
from matcalc.language import parse

_CONSTANTS = {"ones": ones, "zeros": zeros}


@cache
def read_template(text: str, kinds: tuple[tuple[str, str], ...]) -> Expr:
    """Return the expression as written; ``kinds`` declares its names."""
    return parse(text, dict(kinds)).expr


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
        else:
            done[node] = rebuilt(node, [done[arg] for arg in node.args])
    return done[template]
