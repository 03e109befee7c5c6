"""Several arrays as one flat vector, as optimisers want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from matcalc.errors import MatcalcError
from matcalc.numeric.interpreter import Array
from matcalc.numeric.values import numbers_in


class Flattening:
    """The places of arrays in a flat vector, one after another, each row by row.

    >>> flattening = Flattening({"W": (2, 1), "b": ()})
    >>> flattening.flat({"W": [[1], [2]], "b": 3})
    array([1., 2., 3.])
    >>> flattening.arrays(np.array([1.0, 2.0, 3.0]))[0].shape
    (2, 1)
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]):
        self.shapes = dict(shapes)
        ends = np.cumsum([prod(shape) for shape in shapes.values()])
        self.slices = [
            slice(int(end) - prod(shape), int(end)) for end, shape in zip(ends, shapes.values(), strict=True)
        ]
        self.size = int(ends[-1])

    def flat(self, values: Mapping[str, ArrayLike]) -> Array:
        """Return the flat vector of arrays by their names; raises E302 for one of another shape."""
        found = np.empty(self.size)
        for place, (name, shape) in zip(self.slices, self.shapes.items(), strict=True):
            if name not in values:
                raise MatcalcError("E301", f"there is no value for {name}")
            array = numbers_in(name, values[name])
            if array.shape != shape:
                raise MatcalcError("E302", f"{name} has shape {array.shape}, not {shape}")
            found[place] = array.reshape(-1)
        return found

    def joined(self, values: Sequence[ArrayLike]) -> Array:
        """Return the flat vector of arrays in their order."""
        return np.concatenate([np.asarray(value, dtype=np.float64).reshape(-1) for value in values])

    def arrays(self, flat: ArrayLike) -> list[Array]:
        """Return the arrays as views of a flat vector; scalars have no axes.

        Raises E302 for a vector of another length, E303 for what is no array of numbers.
        """
        vector = numbers_in("the flat vector", flat)
        if vector.shape != (self.size,):
            message = f"the flat vector has shape {vector.shape}, not {(self.size,)}"
            raise MatcalcError("E302", message, help="flat(...) makes it of arrays")
        places = zip(self.slices, self.shapes.values(), strict=True)
        return [vector[place].reshape(shape) for place, shape in places]
