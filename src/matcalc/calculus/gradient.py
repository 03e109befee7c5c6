"""The gradient of a scalar expression."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import build, transpose
from matcalc.calculus.pullbacks import pull_back
from matcalc.calculus.sweep import cotangents
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, describe_shape, number, zeros
from matcalc.expression.facts import has_fact

#: Structures whose entries are not independent, apart from symmetric matrices.
_CONSTRAINED = ("diagonal", "orthogonal", "skew", "lower", "onehot", "simplex")


def gradients(expr: Expr, variables: Sequence[Expr]) -> list[Expr]:
    """Return the gradient of a scalar expression by each of ``variables``, shaped like it.

    By a symmetric variable it is the symmetrised gradient ``(G + G')/2``. Raises E501 if the
    value is no scalar, E503 if the derivative of a function is not known, E506 for a variable
    with another structure.
    """
    if not expr.is_scalar:
        raise MatcalcError(
            "E501",
            f"the value is {describe_shape(expr.shape)}, not a scalar, and has no gradient",
            help="derivatives of vectors and matrices are not supported yet; "
            "take a scalar of it, such as sum(...)",
        )
    for variable in variables:
        _refuse_structure(variable)
    found = cotangents(expr, variables, number(1), pull_back)
    return [_respecting_symmetry(found.get(v, zeros(v.shape)), v) for v in variables]


def _refuse_structure(variable: Expr) -> None:
    array = "vector" if variable.is_column else "matrix"
    for fact in _CONSTRAINED:
        if has_fact(variable, fact):
            raise MatcalcError(
                "E506",
                f"derivatives by the {fact} variable {variable.data[0]} are not supported yet",
                help=f"declared as a {array} its entries are independent",
            )


def _respecting_symmetry(gradient: Expr, variable: Expr) -> Expr:
    if not has_fact(variable, "symmetric"):
        return gradient
    both = build("add", gradient, transpose(gradient))
    return build("quotient", both, number(2))


def structure_note(variable: Expr) -> str:
    """Return what is to be said of a gradient by a variable with structure; empty if nothing."""
    if has_fact(variable, "symmetric"):
        return f"{variable.data[0]} is symmetric: this is the symmetrised gradient, (G + G')/2"
    return ""
