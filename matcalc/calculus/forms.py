"""The forms of a derivative: gradient, Jacobian, Hessian, linear map, Kronecker matrix, index notation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matcalc.algebra import block_matrix, build, instantiate, placed_by, read_template, transpose
from matcalc.algebra.builders import argument_kinds
from matcalc.calculus.contraction import Index, Term
from matcalc.calculus.derivation import Derivation
from matcalc.calculus.factoring import factored
from matcalc.calculus.indices import IndexForm, index_form
from matcalc.calculus.naming import size
from matcalc.errors import MatcalcError
from matcalc.expression import (
    ONE,
    SCALAR,
    Dim,
    Expr,
    depends_on,
    describe_shape,
    dimension,
    fold,
    identity,
    ones,
    postorder,
    zeros,
)
from matcalc.expression.factored import beside
from matcalc.expression.signatures import arguments_by_name, entry_of
from matcalc.functions import COMMUTATION, DIAG, KRON, VEC
from matcalc.functions.named import word_of


def matrix_of_map(linear: Expr, argument: Expr) -> Expr:
    """Return the matrix by which a linear expression acts on its stacked ``argument``.

    Columns are stacked, of the argument and of the value: ``A*X*B`` has the matrix
    ``kron(B', A)`` (Magnus and Neudecker, section 2.4), and ``v.*(A*x)`` has ``diag(v)*A``. A row or a
    column is its own stack. Raises E505 if a function in it has no matrix in closed form.
    """
    active = depends_on(linear, [argument])

    def matrix(node: Expr, matrices: list[Expr | None]) -> Expr | None:
        inner = {i: each for i, each in enumerate(matrices) if each is not None}
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
    scalars, before, after = beside(args, position)
    if middle.is_scalar:
        arrays = before + after
        return (*scalars, *([_stacked(build("mul", *arrays))] if arrays else []), inner)
    # A column is its own stack; of a matrix, each column is multiplied.
    left = build("mul", *before) if before else identity(middle.shape[0])
    right = transpose(build("mul", *after)) if after else identity(middle.shape[1])
    return (*scalars, build(KRON, right, left), inner)


def _block(node: Expr, position: int, inner: Expr) -> Sequence[Expr]:
    """Return the matrix that puts a block into its place: the blocks lie side by side or above each other."""
    above, beside = placed_by(node, position)
    return build(KRON, beside, above), inner


def _function(node: Expr, position: int, inner: Expr) -> Sequence[Expr]:
    reading = entry_of(node.op, node.args)
    text = reading[0].matrices[position] if reading is not None else ""
    if reading is None or not text:
        raise MatcalcError("E505", f"{word_of(node.op)} has no matrix in closed form")
    entry, dims = reading
    bound = arguments_by_name(entry, node.args)
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
        by_indices = _by_indices(linear, argument)
        if by_indices is None:
            raise
        return factored(by_indices)
    if _dimensions(stripped) <= _dimensions(linear):
        return stripped
    by_indices = _by_indices(linear, argument)
    if by_indices is None:
        return stripped
    other = factored(by_indices)
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
        column = build("hadamard", *(left or [ones((row.dim, ONE))]))
        other = build("hadamard", *(right or [ones((col.dim, ONE))]))
        return build("mul", term.scalar, column, build("transpose", other))
    factors = [term.scalar]
    if left:
        factors.append(build(DIAG, build("hadamard", *left)))
    factors.append(build("hadamard", *middle))
    if right:
        factors.append(build(DIAG, build("hadamard", *right)))
    return build("mul", *factors)


#: The names of all forms; :func:`possible_forms` says which a derivative has.
FORMS = ("gradient", "derivative", "hessian", "jacobian", "map", "kron", "index")
LAYOUTS = ("mixed", "numerator", "denominator")


class Form(NamedTuple):
    """A derivative in one form.

    ``node`` is the closed form and ``arguments`` are what it is a map of; ``indices`` is there instead of the
    node in index notation.
    """

    name: str
    node: Expr | None
    arguments: tuple[Expr, ...] = ()
    indices: IndexForm | None = None

    @property
    def whole(self) -> Expr:
        """The node, or a node of all scalars and arrays in index notation that are no unit matrices' own."""
        if self.node is not None:
            return self.node
        terms = self.indices.terms if self.indices is not None else ()
        arrays = [entry.array for term in terms for entry in term.entries if not entry.units]
        return Expr("results", (*(term.scalar for term in terms), *arrays), SCALAR)


def _is_vector(expr: Expr) -> bool:
    return ONE in expr.shape


def possible_forms(of: Derivation, order: int, *, scalar: bool) -> tuple[str, ...]:
    """Return the names of the forms that a derivative of these shapes has, the preferred one first.

    ``scalar`` says that what was differentiated ``order`` times is a scalar.
    """
    if not of.arguments:
        name = "derivative" if of.variable.is_scalar else "gradient"
        return (name, "index")
    if len(of.arguments) > 1:
        return ("map", "index")
    if _is_vector(of.linear) and _is_vector(of.arguments[0]):
        return ("hessian" if scalar and order == 2 else "jacobian", "map", "kron", "index")
    return ("map", "kron", "index")


def in_form(of: Derivation, name: str | None, order: int, *, scalar: bool) -> Form:
    """Return the derivative in the form of this name, or in the one that a person would want.

    Without a name that is the first of :func:`possible_forms` that has a closed form. Raises E505 for one
    that does not exist, saying which do.
    """
    names = possible_forms(of, order, scalar=scalar)
    if name is None:
        try:
            return _form(of, names[0])
        except MatcalcError as error:
            if error.code != "E505" or len(names) == 1:
                raise
            return _form(of, names[1])
    if name not in names:
        raise MatcalcError(
            "E505", f"there is no {name} here: {_why_not(of, name)}", help=f"forms: {', '.join(names)}"
        )
    try:
        return _form(of, name)
    except MatcalcError as error:
        if error.code != "E505":
            raise
        others = ", ".join(other for other in names if other not in (name, "kron", "jacobian", "hessian"))
        message = f"there is no {name} form: {error.message}"
        raise MatcalcError("E505", message, help=f"forms: {others}") from None


def _form(of: Derivation, name: str) -> Form:
    if name == "index":
        return Form(name, None, (), index_form(of.linear, of.arguments))
    if name == "map":
        return Form(name, factored(of.shown), of.arguments)
    if name in ("gradient", "derivative"):
        return Form(name, factored(of.linear))
    if name in ("jacobian", "hessian"):
        return Form(name, jacobian(of.linear, of.arguments[0]))
    return Form(name, factored(matrix_of_map(of.linear, of.arguments[0])))


def _why_not(of: Derivation, name: str) -> str:
    value = describe_shape(of.linear.shape if of.arguments else of.value.shape)
    if name in ("gradient", "derivative"):
        return f"a value that is {value} has a linear map as its derivative"
    if not of.arguments:
        return f"the derivative is shaped like the {'value' if of.variable.is_scalar else 'variable'}"
    if len(of.arguments) > 1:
        return f"the derivative is linear in {len(of.arguments)} arguments"
    if name == "hessian":
        return "it is the second derivative of a scalar with respect to vectors"
    variable = describe_shape(of.variable.shape)
    return f"it takes a value and a variable that are vectors, not {value} and {variable}"


def is_transposed(form: Form, layout: str) -> bool:
    """Return whether a layout shows the transpose of the closed form.

    Numerator layout gives gradients of scalars the shape of the transposed variable; denominator layout puts
    variables in rows.
    """
    if form.name == "gradient":
        return layout == "numerator"
    return layout == "denominator" and form.name in ("derivative", "jacobian", "hessian", "kron")


def laid_out(form: Form, layout: str) -> Form:
    """Return the form in a layout."""
    if form.node is None or not is_transposed(form, layout):
        return form
    return form._replace(node=transpose(form.node))
