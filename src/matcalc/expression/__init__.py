"""Expressions: interned nodes with symbolic shapes, and what is known of their values."""

from matcalc.expression.budget import Budget, foresee, spend, within
from matcalc.expression.dimensions import ONE, SCALAR, Dim, Shape, axes, describe_shape
from matcalc.expression.nodes import (
    Expr,
    depends_on,
    dimension,
    fill,
    identity,
    is_zero,
    number,
    ones,
    postorder,
    rebuild,
    variable,
    variables,
    zeros,
)

__all__ = [
    "ONE",
    "SCALAR",
    "Budget",
    "Dim",
    "Expr",
    "Shape",
    "axes",
    "depends_on",
    "describe_shape",
    "dimension",
    "fill",
    "foresee",
    "identity",
    "is_zero",
    "number",
    "ones",
    "postorder",
    "rebuild",
    "spend",
    "variable",
    "variables",
    "within",
    "zeros",
]
