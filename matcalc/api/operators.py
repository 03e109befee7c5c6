"""Hessians as operators, as users get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from matcalc.calculus import structure_of
from matcalc.errors import MatcalcError
from matcalc.language import by_plain_name
from matcalc.numeric.arrays import HessianOperator

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.derivatives import Derivative


def hessian_operator(d: Derivative, values: Mapping[str, ArrayLike]) -> HessianOperator:
    """Return the Hessian that a second derivative is at some values; see :meth:`Derivative.operator`."""
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
