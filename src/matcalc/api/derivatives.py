"""Derivatives as users handle them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matcalc.algebra import Writing, as_written, normal_forms, normalise
from matcalc.api.expressions import Expression
from matcalc.api.understanding import names_taken, understood
from matcalc.calculus import factored, gradients, named_parts, structure_note
from matcalc.errors import Label, MatcalcError, suggestion
from matcalc.expression import Expr
from matcalc.language import Reading, plain_name
from matcalc.printing import LATEX, TEXT, UNICODE, Text, write

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.numeric import CheckReport


class Derivative:
    """The derivative of an expression by one of its variables, in closed form.

    >>> import matcalc as mc
    >>> d = mc.diff("1/2*||W^T W x - x||^2", wrt="W")
    >>> print(d)
    W*(r*x' + x*r') where r = W'*W*x - x
    >>> d.shape, d.check().passed
    (('m', 'n'), True)
    """

    def __init__(self, reading: Reading, variable: Expr, gradient: Expr, writing: Writing):
        self._reading = reading
        self._variable = variable
        self._gradient = gradient
        self._writing = writing
        self._names: list[tuple[str, Expr]] | None = None

    @cached_property
    def _node(self) -> Expr:
        """The gradient as it is presented, with common factors pulled out."""
        with as_written(self._writing):
            return factored(self._gradient)

    @property
    def wrt(self) -> str:
        """The variable of differentiation."""
        return str(self._variable.data[0])

    @property
    def form(self) -> str:
        """The form of the derivative; so far always ``gradient``."""
        return "gradient"

    @property
    def expr(self) -> Expression:
        """The closed form as an expression."""
        return Expression(self._node, self._reading, self._definitions())

    @property
    def value(self) -> Expression:
        """The expression that was differentiated."""
        return Expression(normalise(self._reading.expr), self._reading, is_read=True)

    @property
    def shape(self) -> tuple[str, ...]:
        """The dimensions of the derivative, which for a gradient are those of the variable."""
        return self.expr.shape

    @property
    def variables(self) -> dict[str, str]:
        """The variables with their kinds, as ``variables=`` takes them."""
        return self.expr.variables

    @property
    def sources(self) -> dict[str, str]:
        """For each variable whether its kind was ``declared``, is the ``default``, or ``inferred``."""
        return dict(self._reading.sources)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, and what the derivative respects."""
        note = structure_note(self._variable)
        return (*self._reading.notes, note) if note else self._reading.notes

    def _definitions(self) -> list[tuple[str, Expr]]:
        """Return the names given to parts of the result, found when first asked for."""
        if self._names is None:
            reading = self._reading
            with as_written(self._writing):
                normal = normal_forms(reading.definitions.values())
                known = {normal[value]: name for name, value in reading.definitions.items()}
            self._names = named_parts(self._node, names_taken(reading), known)
        return self._names

    def _write(self, style: Text) -> str:
        return write(self._node, style, self._definitions())

    def __str__(self) -> str:
        """Return the closed form in the input language; it reads back."""
        return self._write(TEXT)

    def latex(self) -> str:
        """Return the closed form in LaTeX."""
        return self._write(LATEX)

    def unicode(self) -> str:
        """Return the closed form with mathematical symbols; it reads back too."""
        return self._write(UNICODE)

    def to_sympy(self) -> Any:
        """Return the closed form in SymPy, without names for its parts; see :meth:`Expression.to_sympy`.

        >>> import matcalc as mc
        >>> mc.diff("norm2(A*x - b)^2", wrt="x").to_sympy()
        2*A.T*(A*x - b)
        """
        return self.expr.to_sympy()

    def _sympy_(self) -> Any:
        """Return the closed form in SymPy; ``sympy.sympify`` calls this."""
        return self.to_sympy()

    def evaluate(self, /, **values: ArrayLike) -> Any:
        """Return the derivative for arrays: a float, a 1-D or a 2-D array.

        Raises ``MatcalcError`` E301 to E305 and E404 for values as :meth:`Expression.evaluate` does.

        >>> import matcalc as mc
        >>> mc.diff("x'*x", wrt="x").evaluate(x=[1, 2])
        array([2., 4.])
        """
        return self.expr.evaluate(**values)

    def check(self, trials: int = 5, seed: int = 0, *, exact: bool = False) -> CheckReport:
        """Return a report on the derivative against numerical differentiation, or a proof.

        ``trials`` random instances; ``passed``, ``max_rel_error``, ``trials``, ``seed``,
        ``sizes``, and ``reason`` if no check could be made. With ``exact`` the derivative is
        proved by exact arithmetic in a prime field, and ``false_pass_bound`` is the probability
        with which a wrong one would pass. That is possible where value and derivative are
        rational; otherwise the check is numerical, as ``method`` says, and ``note`` says why.

        >>> import matcalc as mc
        >>> mc.diff("logdet(X)", wrt="X").check(seed=1).passed
        True
        >>> mc.diff("logdet(X)", wrt="X").check(exact=True).note
        'not proved exactly: logdet is not rational'
        """
        from matcalc.numeric import check_gradient, prove_gradient

        for name, value, least in (("trials", trials, 1), ("seed", seed, 0)):
            if not isinstance(value, int) or value < least:
                raise MatcalcError("E403", f"{name} is a whole number, {least} or more, not {value!r}")
        reading = self._reading
        claim = reading.expr, self._variable, self._node, reading.variables
        if not exact:
            return check_gradient(*claim, trials, seed)
        report = prove_gradient(*claim, trials, seed)
        if not report.reason:
            return report
        numeric = check_gradient(*claim, trials, seed)
        notes = f"not proved exactly: {report.reason}", numeric.note
        return numeric._replace(note="; ".join(filter(None, notes)))

    def __repr__(self) -> str:
        """Return the call that makes this derivative."""
        return f"matcalc.diff({self._reading.text!r}, wrt={self.wrt!r})"


def diff(
    expression: str,
    wrt: str,
    variables: Mapping[str, str] | None = None,
    order: int = 1,
    *,
    latex: bool | None = None,
) -> Derivative:
    """Return the derivative of a scalar expression by the variable ``wrt``.

    The gradient has the shape of the variable. ``variables`` declares kinds and sizes, as in
    ``{"S": "symmetric(n)"}``; what is not declared is inferred, and ``notes`` say what was
    assumed. A text with a backslash is LaTeX; ``latex`` decides it for any text. Raises
    ``MatcalcError``: E1xx if the text cannot be read, E2xx if its dimensions do not fit, E401 if
    there is no such variable, E5xx for what is not supported, among it values that are no scalars
    and orders above 1.

    The method is that of Magnus and Neudecker, Matrix Differential Calculus: differentials,
    whose transposition gives the gradient.

    >>> import matcalc as mc
    >>> print(mc.diff("norm2(A*x - b)^2", wrt="x"))
    2*A'*(A*x - b)
    """
    return differentiate(understood(expression, variables, [wrt], scalar=True, latex=latex), wrt, order)


def differentiate(reading: Reading, wrt: str, order: int) -> Derivative:
    """Return the derivative of an expression that has been read."""
    if order != 1 or not isinstance(order, int):
        raise MatcalcError(
            "E502", f"derivatives of order {order} are not supported yet", help="order=1 is the gradient"
        )
    wrt = plain_name(wrt)
    if wrt not in reading.variables:
        raise _unknown_variable(reading, wrt)
    variable, writing = reading.variables[wrt], Writing()
    try:
        with as_written(writing):
            [gradient] = gradients(reading.expr, [variable])
            return Derivative(reading, variable, gradient, writing)
    except MatcalcError as error:
        raise _placed(error, reading, variable) from None


def _placed(error: MatcalcError, reading: Reading, variable: Expr) -> MatcalcError:
    """Return the error with a place in the text: the whole expression, or the variable."""
    about, label = (reading.expr, "this") if error.code == "E501" else (variable, "by this")
    place = reading.spans.get(about)
    if not error.labels and place is not None and error.code[:2] == "E5":
        error.labels = (Label(place, label),)
    return error.with_source(reading.text)


def _unknown_variable(reading: Reading, wrt: str) -> MatcalcError:
    known = list(reading.variables)
    close = suggestion(wrt, known)
    what = "it is defined by where" if wrt in reading.definitions else "there is no such variable"
    listed = f"did you mean {close}?" if close else "variables are " + (", ".join(known) or "none")
    message = f"cannot differentiate by {wrt}: {what}"
    about = reading.variables.get(close) or reading.definitions.get(wrt)
    place = reading.spans.get(about) if about is not None else None
    labels = (
        [] if place is None else [Label(place, "defined as this" if wrt in reading.definitions else "this?")]
    )
    return MatcalcError("E401", message, source=reading.text, labels=labels, help=listed)
