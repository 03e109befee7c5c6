"""The names in a generated function: arguments, temporaries, sizes, helpers."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from itertools import count

from matcalc.code.instructions import axes_of
from matcalc.code.library import helpers_of
from matcalc.code.targets import Target
from matcalc.errors import MatcalcError
from matcalc.expression import Dim, Expr


class Scope:
    """The names that are taken in a function, and which sizes and helpers it needs.

    Raises E402 for a name that is no identifier: nothing else may get into the source.
    """

    def __init__(self, variables: Mapping[str, Expr], target: Target):
        for name in [*variables, *(s for v in variables.values() for dim in v.shape for s in dim.symbols)]:
            if not name.isidentifier():
                raise MatcalcError("E402", f"{name!r} is no name that source code can have")
        self.variables = variables
        self.target = target
        self.helpers: set[str] = set()
        #: Whether numbers among the arguments have to be made arrays.
        self.as_arrays = False
        self.needed: dict[str, None] = {}
        self.taken = {*self._reserved(), *keyword.kwlist}
        self.taken |= {self.safe(one) for one in variables}
        self.taken |= {symbol for v in variables.values() for dim in v.shape for symbol in dim.symbols}

    def safe(self, name: str) -> str:
        """Return the name of a variable as Python can have it."""
        reserved = keyword.iskeyword(name) or name in self._reserved()
        return f"{name}_" if reserved else name

    def _reserved(self) -> frozenset[str]:
        """Return the names of libraries and helpers."""
        return frozenset(
            [
                "numpy",
                "np",
                "jax",
                "jnp",
                "torch",
                "xp",
                "scipy",
                "blas",
                "lapack",
                *helpers_of(self.target.libraries),
            ]
        )

    def fresh(self, name: str) -> str:
        """Return a name for a temporary that nothing else has, and take it."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def temporary(self) -> str:
        """Return a name for a part that has none, and take it."""
        name = next(f"t{i}" for i in count(1) if f"t{i}" not in self.taken)
        self.taken.add(name)
        return name

    # Arrays

    @property
    def array(self) -> str:
        """The name of an argument that is an array, empty if all are scalars."""
        found = (name for name, v in self.variables.items() if axes_of(v))
        return self.safe(next(found, "")) if any(map(axes_of, self.variables.values())) else ""

    @property
    def dtype(self) -> str:
        """The source of the type of entries, and of the device where a library wants that."""
        if self.array:
            device = f", device={self.array}.device" if self.target.devices else ""
            return f"{self.array}.dtype{device}"
        names = [self.safe(name) for name in self.variables]
        return (
            f"{self.target.prefix}.float64"
            if not names or self.target.name == "torch"
            else f"{names[0]}.dtype"
        )

    # Sizes

    def size(self, dim: Dim) -> str:
        """Return the source of a dimension."""
        for symbol in dim.symbols:
            self.needed[symbol] = None
        return str(dim)

    def sizes(self) -> list[str]:
        """Return the statements that read the sizes from the arguments."""
        found = []
        for symbol in self.needed:
            place = next(
                (
                    (name, axis if axes_of(v) == 2 else 0)
                    for name, v in self.variables.items()
                    for axis, dim in enumerate(v.shape)
                    if dim.name == symbol
                ),
                None,
            )
            if place is None:
                raise MatcalcError("E505", f"no variable has the size {symbol} alone")
            found.append(f"{symbol} = {self.safe(place[0])}.shape[{place[1]}]")
        return found
