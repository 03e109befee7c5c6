"""The checks of derivatives; NumPy is loaded only with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.algebra import transpose
from matcalc.calculus import is_turned
from matcalc.errors import MatcalcError
from matcalc.expression import lent
from matcalc.numeric import CheckReport, check_derivations, prove_gradient

if TYPE_CHECKING:
    from matcalc.api.derivatives import Derivative
    from matcalc.api.differentiated import Differentiated


def checked(d: Derivative, of: Differentiated, trials: int, seed: int, *, exact: bool) -> CheckReport:
    """Return the report on a derivative in the form in which it is printed; see :meth:`Derivative.check`."""
    try:
        with lent():
            return _checked(d, of, trials, seed, exact=exact)
    except MatcalcError as error:
        if error.code != "E508":
            raise
        reason = f"the check was stopped by the budget: {error.message}"
        return CheckReport(False, float("nan"), 0, seed, reason)


def _checked(d: Derivative, of: Differentiated, trials: int, seed: int, *, exact: bool) -> CheckReport:
    if not exact:
        return _compared(d, of, trials, seed)
    report = _proved(d, of, trials, seed)
    if not report.reason:
        return report
    numeric = _compared(d, of, trials, seed)
    notes = f"not proved exactly: {report.reason}", numeric.note
    return numeric._replace(note="; ".join(filter(None, notes)))


def _compared(d: Derivative, of: Differentiated, trials: int, seed: int) -> CheckReport:
    form = d._form
    if form.node is not None and is_turned(of.last, form, d.layout):
        form = form._replace(node=transpose(form.node))
    return check_derivations(of.derivations, form, of.reading.variables, trials, seed, of.choice)


def _proved(d: Derivative, of: Differentiated, trials: int, seed: int) -> CheckReport:
    is_gradient = d.order == 1 and of.reading.expr.is_scalar and d.form in ("gradient", "derivative")
    if not is_gradient or d.layout != "mixed" or of.choice not in ("projected", "symmetrised"):
        reason = "only projected gradients of scalars in mixed layout can be"
        return CheckReport(False, float("nan"), 0, seed, reason)
    claim = of.reading.expr, of.last.variable, d._node, of.reading.variables
    return prove_gradient(*claim, trials, seed)
