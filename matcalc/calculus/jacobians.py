"""Linear maps as matrices: on stacked columns, and the Jacobian of a vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.algebra import block_matrix, build, instantiate, placed_by, read_template, transpose
from matcalc.algebra.templates import argument_kinds
from matcalc.calculus.contraction import Index, Term
from matcalc.calculus.factoring import factored
from matcalc.calculus.indices import IndexForm, index_form
from matcalc.calculus.size import size
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Dim, Expr, depends_on, dimension, fold, identity, ones, postorder, zeros
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import COMMUTATION, DIAG, KRON, VEC


def matrix_of_map(linear: Expr, argument: Expr) -> Expr:
    """Return the matrix by which a linear expression acts on its stacked ``argument``.

    Columns are stacked, of the argument and of the value: ``A*X*B`` has the matrix
    ``kron(B', A)`` (Magnus and Neudecker, section 2.4), and ``v.*(A*x)`` has ``diag(v)*A``. A row or a
    column is its own stack. Raises E505 if a function in it has no matrix in closed form.
    """
    active = depends_on(linear, [argument])

    def matrix(node: Expr, matrices: list[Expr | None]) -> Expr | None:
        inner = {i: of_arg for i, of_arg in enumerate(matrices) if of_arg is not None}
        return _stacked_matrix(node, inner) if node in active else None

    memo: dict[Expr, Expr | None] = {argument: identity(_length(argument))}
    return fold([linear], matrix, memo)[linear] or zeros((_length(linear), _length(argument)))


def _length(array: Expr) -> Dim:
    return array.shape[0] * array.shape[1]


def _stacked_matrix(node: Expr, inner: Mapping[int, Expr]) -> Expr:
    """Return the matrix of a node; ``inner`` holds those of its arguments by position."""
    if node.op == "block" and (node.data[0] == 1 or node.is_column):
        width = next(iter(inner.values())).shape[1]
        cells = [inner.get(i, zeros((_length(arg), width))) for i, arg in enumerate(node.args)]
        return block_matrix(cells, len(cells), 1)
    shares = [build("mul", *_factors(node, i, matrix)) for i, matrix in inner.items()]
    return shares[0] if len(shares) == 1 else build("add", *shares)


def _factors(node: Expr, position: int, inner: Expr) -> Sequence[Expr]:
    """Return the matrix by which a node acts on one of its arguments, and that of the argument."""
    op, argument = node.op, node.args[position]
    if op == "add":
        return (inner,)
    if op == "mul":
        return _product(node.args, position, inner)
    if op == "hadamard":
        others = build("hadamard", *[arg for i, arg in enumerate(node.args) if i != position])
        return _diagonal(others), inner
    if op == "transpose":
        return _transposition(argument, inner)
    if op == "block":
        return _block(node, position, inner)
    return _function(node, position, inner)


def _diagonal(array: Expr) -> Expr:
    """Return the matrix that multiplies stacked entries by those of an array."""
    return build(DIAG, _stacked(array))


def _stacked(array: Expr) -> Expr:
    return transpose(array) if array.is_row else build(VEC, array)


def _transposition(argument: Expr, inner: Expr) -> Sequence[Expr]:
    rows, cols = argument.shape
    if rows is ONE or cols is ONE:
        return (inner,)
    return build(COMMUTATION, dimension(rows), dimension(cols)), inner


def _product(args: Sequence[Expr], position: int, inner: Expr) -> Sequence[Expr]:
    """Return the matrix of ``Z`` in ``s*P*Z*Q``: ``s*kron(Q', P)``, or what it is for rows and columns."""
    middle = args[position]
    scalars = [arg for i, arg in enumerate(args) if arg.is_scalar and i != position]
    if middle.is_scalar:
        arrays = [arg for arg in args if not arg.is_scalar]
        return (*scalars, *([_stacked(build("mul", *arrays))] if arrays else []), inner)
    before = [arg for arg in args[:position] if not arg.is_scalar]
    after = [arg for arg in args[position + 1 :] if not arg.is_scalar]
    left = build("mul", *before) if before else None
    right = transpose(build("mul", *after)) if after else None
    if right is None:
        # A column is its own stack; of a matrix, each column is multiplied.
        right = identity(middle.shape[1])
    if left is None:
        left = identity(middle.shape[0])
    return (*scalars, build(KRON, right, left), inner)


def _block(node: Expr, position: int, inner: Expr) -> Sequence[Expr]:
    """Return the matrix that puts a block into its place: the blocks lie side by side or above each other."""
    above, beside = placed_by(node, position)
    return build(KRON, beside, above), inner


def _function(node: Expr, position: int, inner: Expr) -> Sequence[Expr]:
    found = entry_of(node.op, node.args)
    text = found[0].matrices[position] if found is not None else ""
    if found is None or not text:
        raise MatcalcError("E505", f"{node.op} has no matrix in closed form")
    entry, dims = found
    arguments = signature_of(entry).arguments
    bound = {a.name: arg for a, arg in zip(arguments, node.args, strict=True) if not a.is_dim}
    return instantiate(read_template(text, argument_kinds(entry)), bound, dims), inner


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
        factors.append(build(DIAG, _product_of_entries(left)))
    factors.append(_product_of_entries(middle))
    if right:
        factors.append(build(DIAG, _product_of_entries(right)))
    return build("mul", *factors)


def _product_of_entries(arrays: list[Expr]) -> Expr:
    return arrays[0] if len(arrays) == 1 else build("hadamard", *arrays)
