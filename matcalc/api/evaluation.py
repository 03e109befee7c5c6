"""What needs arrays: values of derivatives, checks, products with Hessians; loaded only then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from matcalc.algebra import transpose
from matcalc.api.options import refuse_named_functions
from matcalc.api.presentation import Differentiated
from matcalc.calculus import IndexForm, is_transposed, structure_of
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, lent
from matcalc.language import by_plain_name
from matcalc.numeric import CheckReport, check_derivations, evaluate_map, prove_gradient
from matcalc.numeric.floats import numpy_for
from matcalc.numeric.values import numbers_in

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.derivatives import Derivative
    from matcalc.numeric.operators import HessianOperator


#: Forms whose value is that of the printed expression.
_PLAIN = frozenset(["gradient", "derivative", "jacobian", "hessian"])


def evaluated(d: Derivative, form: Any, values: Mapping[str, ArrayLike]) -> Any:
    """Return the full array of a derivative, or its value in one form."""
    if form is not None and not isinstance(form, str):  # the value of a variable that is called so
        values, form = {**values, "form": form}, None
    given = by_plain_name(values)
    try:
        if form == "map":
            return _function(d, given)
        if form == "index":
            return _full(d._of, given, d.in_form(form)._form.indices)
        if form is not None:
            return d.in_form(form).expr.evaluate(**given)
        if d.form in _PLAIN:
            return d.expr.evaluate(**given)
        return _laid_out(d, _full(d._of, given))
    except MatcalcError as error:
        raise error.with_source(d._of.reading.text) from None


def _full(of: Differentiated, given: Mapping[str, ArrayLike], form: IndexForm | None = None) -> Any:
    last, reading = of.last, of.reading
    return evaluate_map(
        last.linear, last.arguments, reading.variables, given, reading.expr, reading.spans, form
    )


def _laid_out(d: Derivative, array: Any) -> Any:
    """Return the array with the axes of the variable first, if the layout has them there."""
    if d._form.node is None or not is_transposed(d._form, d.layout):
        return array
    lead = sum(dim is not ONE for dim in d._of.last.linear.shape)
    return numpy_for("a layout").moveaxis(array, range(lead), range(array.ndim - lead, array.ndim))


def _function(d: Derivative, given: Mapping[str, ArrayLike]) -> Callable[..., Any]:
    """Return the map as a function of arrays, one for each argument."""
    np = numpy_for("a map")
    array = np.asarray(_full(d._of, given))
    arguments = d._of.last.arguments
    if not arguments:
        raise MatcalcError("E505", f"there is no map here: {d.form}", help=f"forms: {', '.join(d.forms)}")
    counts = [sum(dim is not ONE for dim in argument.shape) for argument in arguments]
    lead = array.ndim - sum(counts)

    def applied(*moves: ArrayLike) -> Any:
        if len(moves) != len(counts):
            raise MatcalcError("E302", f"the map takes {len(counts)} arrays, not {len(moves)}")
        value, start = array, lead
        for count, move in zip(counts, map(partial(numbers_in, "what the map takes"), moves), strict=True):
            wanted = value.shape[start : start + count]
            if move.shape != wanted:
                raise MatcalcError("E302", f"the map takes an array of shape {wanted}, not {move.shape}")
            value = np.tensordot(value, move, axes=(range(start, start + count), range(count)))
        return value if value.ndim else float(value)

    return applied


def checked(d: Derivative, trials: int, seed: int, *, exact: bool) -> CheckReport:
    """Return the report on a derivative in the form in which it is printed; see :meth:`Derivative.check`."""
    try:
        with lent():
            return _checked(d, trials, seed, exact=exact)
    except MatcalcError as error:
        if error.code not in ("E508", "E509"):
            raise
        stopped = "the check was stopped by the budget: " if error.code == "E508" else ""
        reason = f"{stopped}{error.message}"
        return CheckReport(False, float("nan"), 0, seed, reason)


def _checked(d: Derivative, trials: int, seed: int, *, exact: bool) -> CheckReport:
    if not exact:
        return _compared(d, trials, seed)
    report = _proved(d, trials, seed)
    if not report.reason:
        return report
    numeric = _compared(d, trials, seed)
    notes = f"not proved exactly: {report.reason}", numeric.note
    return numeric._replace(note="; ".join(filter(None, notes)))


def _compared(d: Derivative, trials: int, seed: int) -> CheckReport:
    of, form = d._of, d._form
    if form.node is not None and is_transposed(form, d.layout):
        form = form._replace(node=transpose(form.node))
    return check_derivations(of.derivations, form, of.reading.variables, trials, seed, of.choice)


def _proved(d: Derivative, trials: int, seed: int) -> CheckReport:
    of = d._of
    is_gradient = d.order == 1 and of.is_of_scalar and d.form in ("gradient", "derivative")
    if not is_gradient or d.layout != "mixed" or of.choice not in ("projected", "symmetrised"):
        reason = "only projected gradients of scalars in mixed layout can be"
        return CheckReport(False, float("nan"), 0, seed, reason)
    claim = of.reading.expr, of.last.variable, d._node, of.reading.variables
    return prove_gradient(*claim, trials, seed)


def hessian_operator(d: Derivative, values: Mapping[str, ArrayLike]) -> HessianOperator:
    """Return the Hessian that a second derivative is at some values; see :meth:`Derivative.operator`."""
    np = numpy_for("a Hessian as an operator")
    from matcalc.numeric.operators import HessianOperator  # it takes NumPy

    refuse_named_functions(d._of.reading, "an operator", "compile the output hvp")
    given = by_plain_name(values)
    direction = "v"
    while direction in d.value.variables or direction in d.value.sizes:
        direction += "v"
    program = d.hvp(direction)._program

    def dense() -> Any:
        form = "hessian" if "hessian" in d.forms else "index"
        try:
            function = d.in_form(form).compile()
        except MatcalcError as error:
            if error.code != "E505" or structure_of(d._of.last.variable) is not None:
                raise
            return None
        return np.asarray(function(**{name: given[name] for name in vars(function)["arguments"]}))

    return HessianOperator(program, direction, given, dense, d)
