"""The forms of a derivative: gradient, Jacobian, Hessian, linear map, Kronecker matrix, index notation."""

from __future__ import annotations

from typing import NamedTuple

from matcalc.algebra import transpose
from matcalc.calculus.derivation import Derivation
from matcalc.calculus.factoring import factored
from matcalc.calculus.indices import IndexForm, index_form
from matcalc.calculus.jacobians import jacobian, matrix_of_map
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, SCALAR, Expr, describe_shape

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


def is_turned(of: Derivation, form: Form, layout: str) -> bool:
    """Return whether a layout shows the transpose of the closed form.

    Numerator layout gives gradients of scalars the shape of the transposed variable; denominator layout puts
    variables in rows.
    """
    if form.name == "gradient":
        return layout == "numerator"
    return layout == "denominator" and form.name in ("derivative", "jacobian", "hessian", "kron")


def laid_out(of: Derivation, form: Form, layout: str) -> Form:
    """Return the form in a layout."""
    if form.node is None or not is_turned(of, form, layout):
        return form
    return form._replace(node=transpose(form.node))
