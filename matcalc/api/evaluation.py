"""The values of derivatives for arrays; loaded only then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from matcalc.calculus import is_turned
from matcalc.errors import MatcalcError
from matcalc.expression import ONE
from matcalc.language import by_plain_name
from matcalc.numeric import evaluate_map
from matcalc.numeric.arrays import evaluate_indices
from matcalc.numeric.values import numbers_in

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.derivatives import Derivative
    from matcalc.api.differentiated import Differentiated


#: Forms whose value is that of the printed expression.
_PLAIN = frozenset(["gradient", "derivative", "jacobian", "hessian"])


def evaluated(d: Derivative, of: Differentiated, form: Any, values: Mapping[str, ArrayLike]) -> Any:
    """Return the full array of a derivative, or its value in one form."""
    if form is not None and not isinstance(form, str):  # the value of a variable that is called so
        values, form = {**values, "form": form}, None
    given = by_plain_name(values)
    try:
        if form == "map":
            return _function(d, of, given)
        if form == "index":
            return _by_indices(d.in_form(form), of, given)
        if form is not None:
            return d.in_form(form).expr.evaluate(**given)
        if d.form in _PLAIN:
            return d.expr.evaluate(**given)
        return _laid_out(d, of, _full(of, given))
    except MatcalcError as error:
        raise error.with_source(of.reading.text) from None


def _full(of: Differentiated, given: Mapping[str, ArrayLike]) -> Any:
    last, reading = of.last, of.reading
    return evaluate_map(last.linear, last.arguments, reading.variables, given, reading.expr, reading.spans)


def _laid_out(d: Derivative, of: Differentiated, array: Any) -> Any:
    """Return the array with the axes of the variable first, if the layout has them there."""
    if d._form.node is None or not is_turned(of.last, d._form, d.layout):
        return array
    lead = sum(dim is not ONE for dim in of.last.linear.shape)
    return np.moveaxis(array, range(lead), range(array.ndim - lead, array.ndim))


def _by_indices(d: Derivative, of: Differentiated, given: Mapping[str, ArrayLike]) -> Any:
    last, reading, form = of.last, of.reading, d._form.indices
    assert form is not None
    return evaluate_indices(
        form, last.linear, last.arguments, reading.variables, given, reading.expr, reading.spans
    )


def _function(d: Derivative, of: Differentiated, given: Mapping[str, ArrayLike]) -> Callable[..., Any]:
    """Return the map as a function of arrays, one for each argument."""
    array = np.asarray(_full(of, given))
    if not of.last.arguments:
        raise MatcalcError("E505", f"there is no map here: {d.form}", help=f"forms: {', '.join(d.forms)}")
    own = [sum(dim is not ONE for dim in argument.shape) for argument in of.last.arguments]
    lead = array.ndim - sum(own)

    def applied(*moves: ArrayLike) -> Any:
        if len(moves) != len(own):
            raise MatcalcError("E302", f"the map takes {len(own)} arrays, not {len(moves)}")
        found, start = array, lead
        for count, move in zip(own, map(partial(numbers_in, "what the map takes"), moves), strict=True):
            wanted = found.shape[start : start + count]
            if move.shape != wanted:
                raise MatcalcError("E302", f"the map takes an array of shape {wanted}, not {move.shape}")
            found = np.tensordot(found, move, axes=(range(start, start + count), range(count)))
        return found if found.ndim else float(found)

    return applied
