"""``diff`` and ``hessian``: from text to derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.algebra import Writing, as_written
from matcalc.api.derivatives import Derivative
from matcalc.api.expressions import Expression
from matcalc.api.options import (
    Options,
    distinct,
    is_whole,
    names_taken,
    variables_called,
    variables_listed,
)
from matcalc.api.presentation import Differentiated
from matcalc.api.results import bounded
from matcalc.api.several import BlockHessian, Derivatives
from matcalc.calculus import derivations, gradients
from matcalc.calculus.derivation import Derivation
from matcalc.errors import Label, MatcalcError
from matcalc.expression import Budget, Expr
from matcalc.language import Reading

#: Derivatives of higher orders are not made.
MAX_ORDER = 8


@bounded
def diff(
    expression: str,
    wrt: str | Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    order: int = 1,
    *,
    form: str | None = None,
    layout: str = "mixed",
    symmetric: str = "projected",
    names: bool = True,
    latex: bool | None = None,
    budget: Budget | None = None,
) -> Derivative | Derivatives:
    """Return the derivative of an expression with respect to the variable ``wrt``.

    It may be left out where the text names it, as ``d/dx (x'*A*x)`` does. The derivative of a scalar is
    the gradient, shaped like the variable; that of a vector with respect to a vector is the Jacobian, with a
    row for each entry of the value; that of a matrix is a linear map.
    ``order`` is the order of the derivative. If ``wrt`` lists several names, order 1 gives
    :class:`Derivatives`, one for each name, and an order equal to their number the mixed derivative.

    ``form`` asks for ``gradient``, ``jacobian``, ``hessian``, ``map``, ``kron`` or ``index``, ``layout`` for
    ``numerator`` or ``denominator``. The derivative respects the structure of the variable, such as symmetry;
    ``symmetric`` says how: ``projected``, ``entrywise``, or ``free``, which ignores it. With
    ``names=False`` common subexpressions are written out. ``budget`` bounds the cost of this call, and of
    each method of the result.

    ``variables`` declares kinds and sizes, as in ``{"S": "symmetric(n)"}``; what is not declared is
    inferred, and ``notes`` say what was assumed. A text with a backslash is LaTeX, unless ``latex`` says
    otherwise. Raises ``MatcalcError``: E1xx if the text cannot be read, E2xx if its dimensions do not fit,
    E401 if there is no such variable, E403 for an option that does not exist, E5xx for what is not supported,
    E508 for what costs more than the budget.

    The method is that of Magnus and Neudecker, Matrix Differential Calculus: take the differential, and
    transpose it to get the gradient.

    >>> import matcalc as mc
    >>> print(mc.diff("norm2(A*x - b)^2", wrt="x"))
    2*A'*(A*x - b)
    >>> print(mc.diff("∂/∂x ‖A*x - b‖²"))
    2*A'*(A*x - b)
    >>> print(mc.diff("U*tanh(W*x)", wrt="x"))
    U*diag(1 - tanh(W*x).^2)*W
    >>> print(mc.diff("x'*A*x", wrt="x", order=2))
    A + A'
    """
    options = Options(variables, form, layout, symmetric, names, latex)
    reading = options.read(expression, variables_listed(wrt))
    return differentiate(reading, wrt or reading.wrt, order, options)


@bounded
def hessian(
    expression: str,
    wrt: str | Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    *,
    symmetric: str = "projected",
    names: bool = True,
    latex: bool | None = None,
    budget: Budget | None = None,
) -> Derivative | BlockHessian:
    """Return the Hessian of a scalar expression with respect to one variable, or to several together.

    For several variables it is the symmetric matrix of all blocks; a matrix among them is stacked by columns.
    Options and errors are those of :func:`diff`; E501 if the value is no scalar.

    >>> import matcalc as mc
    >>> print(mc.hessian("x'*A*y", wrt=["x", "y"]))
    [zeros(n,n), A; A', zeros(m,m)]
    """
    options = Options(variables=variables, symmetric=symmetric, names=names, latex=latex)
    reading = options.read(expression, distinct(variables_listed(wrt)))
    by = list(reading.wrt)
    if not reading.expr.is_scalar:
        help_text = "diff(..., order=2) takes any value"
        raise MatcalcError("E501", "only a scalar has a Hessian", source=reading.text, help=help_text)
    variables_called(reading, by)
    if len(by) == 1:
        return _mixed(reading, by * 2, options)
    writing = Writing()
    return BlockHessian(
        [[_mixed(reading, (first, second), options, writing) for second in by] for first in by]
    )


def differentiate(
    reading: Reading, wrt: str | Sequence[str], order: int, options: Options
) -> Derivative | Derivatives:
    """Return the derivative of an expression that has been read."""
    if not is_whole(order, 1) or order > MAX_ORDER:
        raise MatcalcError(
            "E502",
            f"there is no derivative of order {order}",
            help=f"order is a whole number from 1 to {MAX_ORDER}",
        )
    by = variables_listed(wrt)
    if len(by) == 1:
        return _mixed(reading, by * int(order), options)
    if order == 1 or not by:
        return _by_each(reading, by, options)
    if len(by) != order:
        message = f"a mixed derivative of order {order} takes {order} variables, not {len(by)}"
        raise MatcalcError("E502", message)
    return _mixed(reading, by, options)


Expression._differentiate = staticmethod(differentiate)


def _mixed(
    reading: Reading, wrt: Sequence[str], options: Options, writing: Writing | None = None
) -> Derivative:
    """Return the derivative with respect to one variable after another."""
    by, writing = variables_called(reading, wrt), writing or Writing()
    try:
        with as_written(writing):
            each = derivations(reading.expr, by, names_taken(reading), options.symmetric)
            of = Differentiated(reading, tuple(each), options.symmetric, writing)
            return Derivative(of, options)
    except MatcalcError as error:
        raise _placed(error, reading, by[0]) from None


def _by_each(reading: Reading, wrt: Sequence[str], options: Options) -> Derivatives:
    """Return the derivatives with respect to several variables; for a scalar one sweep gives all."""
    names = distinct(wrt, "for a second derivative give order=2")
    by, writing, expr = variables_called(reading, names), Writing(), reading.expr
    try:
        with as_written(writing):
            if expr.is_scalar:
                swept = gradients(expr, by, options.symmetric)
                each = [Derivation(expr, v, g, (), None, g) for v, g in zip(by, swept, strict=True)]
            else:
                taken = names_taken(reading)
                each = [derivations(expr, [v], taken, options.symmetric)[-1] for v in by]
            several = [Differentiated(reading, (d,), options.symmetric, writing) for d in each]
            return Derivatives.of(several, options)
    except MatcalcError as error:
        raise _placed(error, reading, by[0]) from None


def _placed(error: MatcalcError, reading: Reading, variable: Expr) -> MatcalcError:
    """Return the error with a place in the text: the variable."""
    place = reading.spans.get(variable)
    if not error.labels and place is not None and error.code in ("E503", "E506"):
        error.labels = (Label(place, "with respect to this"),)
    return error.with_source(reading.text)
