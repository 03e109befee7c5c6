"""Hessians as operators: what they do to arrays, without being written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matcalc.code import TARGETS, Program, SizeEstimates, operator_sources
from matcalc.errors import MatcalcError, show_in_console
from matcalc.expression import axes, foresee_entries, itself
from matcalc.numeric.compiled import factorising, run
from matcalc.numeric.interpreter import Array, size_of
from matcalc.numeric.values import numbers_in, sizes_of_arrays


class HessianOperator:
    """A Hessian at one point, as what it does to arrays that are shaped like the variable.

    What does not depend on the array is computed once.
    """

    def __init__(
        self,
        program: Program,
        direction: str,
        values: Mapping[str, ArrayLike],
        dense: Callable[[], Array | None],
        of: Any = None,
    ):
        """``program`` computes the product with the variable ``direction``, ``dense`` the whole Hessian.

        Where there is no source for the whole, ``dense`` returns ``None``. ``of`` is the second derivative
        whose method ``operator`` makes this again.
        """
        fixed = {name: v for name, v in program.variables.items() if name != direction}
        missing = [name for name in fixed if name not in values]
        if missing:
            raise MatcalcError("E301", f"there is no value for {', '.join(missing)}")
        arrays = {name: numbers_in(f"the value of {name}", values[name]) for name in fixed}
        sizes = sizes_of_arrays(fixed, arrays)
        given = {
            name: array.item() if not axes(fixed[name].shape) else array for name, array in arrays.items()
        }
        sources = operator_sources(program, direction, TARGETS["numpy"], SizeEstimates(sizes))
        parts = factorising(run(sources.parts, "parts"), given.values())
        held = {**given, **dict(zip(sources.names, parts, strict=True))}
        self._product = run(sources.product, "apply")
        self._arguments = [held.get(name) for name in sources.arguments]
        self._place = sources.arguments.index(direction)
        self._dense = dense
        self._of = of
        self._values = arrays
        shape = program.variables[direction].shape
        self.variable_shape = tuple(size_of(dim, sizes) for dim in axes(shape))

    def __eq__(self, other: object) -> bool:
        """Return whether both are the Hessian of the same expression at the same point."""
        return (
            isinstance(other, HessianOperator)
            and (self is other or (self._of is not None and self._of == other._of))
            and all(np.array_equal(a, other._values[name]) for name, a in self._values.items())
        )

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self._of, self.variable_shape))

    __copy__ = __deepcopy__ = itself

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the second derivative and the point: the code is made anew."""
        return _made_again, (self._of, self._values)

    def __repr__(self) -> str:
        """Return the closed form of the Hessian, and the size it has here."""
        rows, cols = self.shape
        return f"<HessianOperator: {self._of}, {rows}×{cols}>"

    def _repr_latex_(self) -> str:
        """Return the closed form of the Hessian in LaTeX; notebooks call this."""
        return str(self._of._repr_latex_())

    _repr_pretty_ = show_in_console

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the Hessian as a matrix that takes flat arrays to flat arrays."""
        size = prod(self.variable_shape)
        return size, size

    def matvec(self, direction: ArrayLike) -> Array:
        """Return the product with an array; a flat one has a flat product.

        Raises E302 for an array that is neither flat nor shaped like the variable, E303 for what is none.
        """
        array = numbers_in("the direction", direction)
        if array.shape not in (self.variable_shape, (self.shape[0],)):
            message = f"the Hessian takes an array of shape {self.variable_shape}, not {array.shape}"
            raise MatcalcError("E302", message)
        arguments = list(self._arguments)
        arguments[self._place] = array.reshape(self.variable_shape)
        return np.asarray(factorising(self._product, arguments)).reshape(array.shape)

    def dense(self) -> Array:
        """Return the Hessian as an array, with the axes of the variable twice; raises E508 if too large."""
        size = prod(self.variable_shape)
        foresee_entries(size**2, f"the Hessian has {size**2:,}")
        array = self._dense()
        if array is not None:
            return array
        columns = [self.matvec(unit) for unit in np.eye(size)]
        return np.stack(columns, axis=-1).reshape(*self.variable_shape, *self.variable_shape)


def _made_again(of: Any, values: Mapping[str, Array]) -> Any:
    return of.operator(**values)
