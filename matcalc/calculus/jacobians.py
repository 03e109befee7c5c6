"""The Jacobian of a vector by a vector, as a person writes it."""

from __future__ import annotations

from matcalc.algebra import build
from matcalc.calculus.contraction import Index, Term
from matcalc.calculus.factoring import factored
from matcalc.calculus.indices import IndexForm, index_form
from matcalc.calculus.size import size
from matcalc.calculus.vectorised import matrix_of_map
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Dim, Expr, ones, postorder


def jacobian(linear: Expr, argument: Expr) -> Expr:
    """Return the matrix of a map from vectors to vectors, with a row for each entry of the value.

    It is stripped off the map, ``v.*(A*dx)`` giving ``diag(v)*A``. Where that leads through stacked matrices,
    or fails, it is read off the index form, ``v[i]*A[i,j]*w[j]`` giving ``diag(v)*A*diag(w)``, if that is
    shorter. Raises E505 if there is neither.
    """
    try:
        stripped = factored(matrix_of_map(linear, argument))
    except MatcalcError as error:
        if error.code != "E505":
            raise
        found = _by_indices(linear, argument)
        if found is None:
            raise
        return factored(found)
    if _dimensions(stripped) <= _dimensions(linear):
        return stripped
    found = _by_indices(linear, argument)
    if found is None:
        return stripped
    other = factored(found)
    return other if size(other) < size(stripped) else stripped


def _dimensions(expr: Expr) -> set[Dim]:
    """Return the dimensions of all parts: stacked matrices have some that nothing else has."""
    return {dim for node in postorder(expr) for dim in node.shape}


def _by_indices(linear: Expr, argument: Expr) -> Expr | None:
    """Return the Jacobian by its index form, ``None`` if a sum over a third index is left in it."""
    try:
        form = index_form(linear, [argument])
    except MatcalcError:
        return None
    if len(form.axes) != 2:
        return None
    terms = [_matrix(term, form) for term in form.terms]
    if not terms or any(term is None for term in terms):
        return None
    matrices = [term for term in terms if term is not None]
    return matrices[0] if len(matrices) == 1 else build("add", *matrices)


def _matrix(term: Term, form: IndexForm) -> Expr | None:
    """Return the matrix with the entries of a term: ``v[i]*A[i,j]*w[j]``."""
    row, col = form.axes
    left: list[Expr] = []
    right: list[Expr] = []
    middle: list[Expr] = []
    for entry in term.entries:
        if entry.units:
            return None
        places: tuple[Index, ...] = entry.indices
        if places == (row,):
            left.append(entry.array)
        elif places == (col,):
            right.append(entry.array)
        elif places == (row, col):
            middle.append(entry.array)
        elif places == (col, row):
            middle.append(build("transpose", entry.array))
        else:
            return None
    if not middle:
        column = _product_of_entries(left or [ones((row.dim, ONE))])
        other = _product_of_entries(right or [ones((col.dim, ONE))])
        return build("mul", term.scalar, column, build("transpose", other))
    factors = [term.scalar]
    if left:
        factors.append(build("diag", _product_of_entries(left)))
    factors.append(_product_of_entries(middle))
    if right:
        factors.append(build("diag", _product_of_entries(right)))
    return build("mul", *factors)


def _product_of_entries(arrays: list[Expr]) -> Expr:
    return arrays[0] if len(arrays) == 1 else build("hadamard", *arrays)
