"""The names in a generated function: its variables, the sizes of these, and temporaries."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import count
from operator import mul

from matcalc.code.instructions import axes_of
from matcalc.code.target import Target
from matcalc.code.tree import Attribute, Global, Keyword, Name, Subscript, Tree, filled, integer, operation
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Dim, Expr, Shape


def python_names(names: Iterable[str], reserved: Collection[str]) -> dict[str, str]:
    """Return names that Python can have: underscores after keywords and reserved ones, no two equal.

    >>> python_names(["np", "np_", "x"], ["np"])
    {'np': 'np__', 'np_': 'np_', 'x': 'x'}
    """
    wanted = list(names)
    safe_names: dict[str, str] = {}
    for name in wanted:
        safe = name
        while keyword.iskeyword(safe) or safe in reserved or (safe != name and safe in wanted):
            safe += "_"
        safe_names[name] = safe
    return safe_names


class Scope:
    """The names that are taken in a function, and which sizes it needs.

    Raises E402 for a name that is no identifier: nothing else may get into the source.
    """

    def __init__(self, variables: Mapping[str, Expr], target: Target, *, floats: bool = True):
        """``floats`` says that all arrays have entries of one floating type."""
        sizes = dict.fromkeys(s for v in variables.values() for dim in v.shape for s in sorted(dim.symbols))
        for name in [*variables, *sizes]:
            if not name.isidentifier():
                raise MatcalcError("E402", f"{name!r} is no name that source code can have")
        self.variables = variables
        self.target = target
        self.floats = floats
        #: Whether numbers among the arguments have to be made arrays.
        self.as_arrays = False
        self.needed: dict[str, None] = {}
        self._safe = python_names(variables, target.reserved)
        self._safe_sizes = python_names(sizes, target.reserved | set(self._safe.values()))
        self.taken = {*target.reserved, *keyword.kwlist, *self._safe.values(), *self._safe_sizes.values()}

    def variable(self, name: str) -> Name:
        """Return a variable, with a name that Python can have."""
        return Name(self._safe[name])

    def fresh(self, name: str) -> Name:
        """Return a temporary with a name that nothing else has, and take it."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return Name(name)

    def temporary(self) -> Name:
        """Return a temporary for a part that has no name."""
        return self.fresh(next(f"t{i}" for i in count(1) if f"t{i}" not in self.taken))

    # Arrays

    @property
    def arrays(self) -> list[Name]:
        """The arguments that are arrays."""
        return [self.variable(name) for name, v in self.variables.items() if axes_of(v)]

    @property
    def scalars(self) -> list[Name]:
        """The arguments that are numbers."""
        return [self.variable(name) for name, v in self.variables.items() if not axes_of(v)]

    @property
    def dtype(self) -> Tree:
        """The type of entries."""
        if self.arrays:
            return Attribute(self.arrays[0], "dtype")
        if self.target.number_type or not self.variables:
            return Global(self.target.number_type or f"{self.target.prefix}.float64")
        self.as_arrays = True  # a number of Python has no type
        return Attribute(self.scalars[0], "dtype")

    def typed(self, *, floating: bool = False) -> tuple[Tree, ...]:
        """Return the arguments that give a new array its type, and its device where a library wants that.

        A ``floating`` type is one that all arrays fit into.
        """
        if floating and not self.floats and self.arrays and "common_type" in self.target.templates:
            common = filled(self.target.template("common_type"), {"0": tuple(self.arrays)})
            return (Keyword("dtype", common),)
        if self.target.devices and self.arrays:
            device = Keyword("device", Attribute(self.arrays[0], "device"))
            return (Keyword("dtype", self.dtype), device)
        return (Keyword("dtype", self.dtype),)

    # Sizes

    def size(self, dim: Dim) -> Tree:
        """Return the size that a dimension is, of a sum or product of others that of what has it."""
        if not dim.name and not all(self._place(Dim.symbol(symbol)) for symbol in dim.symbols):
            place = self._place(dim)
            if place:
                return place
        if any(coefficient.denominator > 1 for _, coefficient in dim.terms):
            return operation(self.size(dim + dim), "//", integer(2))
        self.needed |= dict.fromkeys(sorted(dim.symbols))
        total: Tree | None = None
        for monomial, coefficient in sorted(dim.terms, key=lambda term: (-len(term[0]), term[0])):
            factors: list[Tree] = [Name(self._safe_sizes[symbol]) for symbol in monomial]
            if abs(coefficient) != 1 or not factors:
                factors.insert(0, integer(abs(coefficient.numerator)))
            term = reduce(mul, factors)
            if total is None:
                total = term if coefficient > 0 else -term
            else:
                total = total + term if coefficient > 0 else total - term
        return total or integer(0)

    def shape(self, shape: Shape) -> tuple[Tree, ...]:
        """Return the sizes of the axes of an array."""
        return tuple(self.size(dim) for dim in shape if dim is not ONE)

    def sizes(self) -> dict[Name, Tree]:
        """Return where the sizes stand that are needed; raises E505 if a size stands nowhere."""
        places = {}
        for symbol in self.needed:
            place = self._place(Dim.symbol(symbol))
            if not place:
                raise MatcalcError("E505", f"no variable has the size {symbol} alone")
            places[Name(self._safe_sizes[symbol])] = place
        return places

    def _place(self, dim: Dim) -> Tree | None:
        """Return the size of the first axis that has a dimension, ``None`` if none has it."""
        for name, v in self.variables.items():
            for axis, length in enumerate(v.shape):
                if length is dim:
                    shape = Attribute(self.variable(name), "shape")
                    return Subscript(shape, (integer(axis if axes_of(v) == 2 else 0),))
        return None
