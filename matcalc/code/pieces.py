"""Pieces of source, with their axes and precedence, and the names in a generated function."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import count
from math import inf, isfinite, isnan, nan
from typing import NamedTuple

from matcalc.code.instructions import axes_of
from matcalc.code.targets import Target, helpers_of
from matcalc.errors import MatcalcError
from matcalc.expression import MAX_EXACT, Dim, Expr, nearest_float

#: How tightly a piece of source binds.
ADD, MUL, UNARY, POWER, ATOM = range(5)

#: What Python reads as infinity.
INFINITE = "1e999"


class Piece(NamedTuple):
    """The source of a value, its precedence, and how many axes the value has.

    ``fresh`` says that the value is an array that nobody else holds, whose buffer may be reused. ``reads``
    are the temporaries in the source, one for each time they occur.
    """

    text: str
    level: int
    axes: int
    fresh: bool = False
    reads: tuple[str, ...] = ()

    def at(self, level: int) -> str:
        """Return the source for a place with this precedence."""
        return self.text if self.level >= level else f"({self.text})"

    @property
    def is_name(self) -> bool:
        """Whether the value has a name, and is not computed in place."""
        return self.text.isidentifier()


def number_piece(value: int | Fraction, exponent: int | Fraction = 1) -> Piece:
    """Return the source of an exact number, or of the float that is nearest to a long one or to its power."""
    if exponent != 1 or max(abs(value.numerator), value.denominator) > MAX_EXACT:
        rounded = _float_power(nearest_float(value), exponent)
        if isnan(rounded):
            return Piece(f"{INFINITE} - {INFINITE}", ADD, 0)
        text = repr(rounded) if isfinite(rounded) else "-" * (rounded < 0) + INFINITE
        return Piece(text, UNARY if text.startswith("-") else ATOM, 0)
    if value.denominator == 1:
        return Piece(str(value), ATOM if value >= 0 else UNARY, 0)
    exact = float(value)
    if Fraction(str(exact)) == value and len(str(exact)) < 8:
        return Piece(str(exact), ATOM if value >= 0 else UNARY, 0)
    return Piece(f"{value.numerator} / {value.denominator}", MUL, 0)


def _float_power(base: float, exponent: int | Fraction) -> float:
    """Return a power, infinite if it is too large for a float, NaN if it is not real."""
    try:
        power = base ** nearest_float(exponent)
        return power if isinstance(power, float) else nan
    except OverflowError:
        return -inf if base < 0 and exponent % 2 == 1 else inf
    except ZeroDivisionError:
        return inf


def as_float(text: str) -> str:
    """Return the source of a whole number as a float, which NumPy takes faster; any other stays.

    >>> as_float("-2"), as_float("0.5"), as_float("t1")
    ('-2.0', '0.5', 't1')
    """
    return f"{text}.0" if text.removeprefix("-").isdecimal() else text


def lifted(piece: Piece, kind: str, single: str) -> Piece:
    """Return an argument with two axes, as a function takes it that takes matrices.

    ``single`` is the source of the matrix with one entry.
    """
    if kind in ("", "size"):
        return piece
    if kind == "scalar":
        return piece._replace(text=single.replace("{}", piece.text), level=ATOM, axes=2)
    return piece._replace(
        text=piece.at(ATOM) + ("[:, None]" if kind == "column" else "[None, :]"), axes=2, level=ATOM
    )


#: What takes the only column, row or entry out of a matrix.
LOWERED = {"": "", "column": "[:, 0]", "row": "[0, :]", "scalar": "[0, 0]", "single": "[0]"}


#: Names that mean something in generated source: modules, and functions of Python itself.
RESERVED = frozenset(
    ("numpy", "np", "jax", "jnp", "torch", "xp", "scipy", "blas", "lapack", "getattr", "range", "len")
)


def python_names(names: Iterable[str], reserved: Collection[str]) -> dict[str, str]:
    """Return names that Python can have: underscores after keywords and reserved ones, no two equal.

    >>> python_names(["np", "np_", "x"], ["np"])
    {'np': 'np__', 'np_': 'np_', 'x': 'x'}
    """
    wanted = list(names)
    found: dict[str, str] = {}
    for name in wanted:
        safe = name
        while keyword.iskeyword(safe) or safe in reserved or (safe != name and safe in wanted):
            safe += "_"
        found[name] = safe
    return found


class Scope:
    """The names that are taken in a function, and which sizes and helpers it needs.

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
        self.helpers: set[str] = set()
        #: Whether numbers among the arguments have to be made arrays.
        self.as_arrays = False
        self.needed: dict[str, None] = {}
        reserved = RESERVED | helpers_of(target.libraries).keys()
        self._safe = python_names(variables, reserved)
        self._safe_sizes = python_names(sizes, reserved | set(self._safe.values()))
        self.taken = {*reserved, *keyword.kwlist, *self._safe.values(), *self._safe_sizes.values()}

    def safe(self, name: str) -> str:
        """Return the name of a variable as Python can have it."""
        return self._safe[name]

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
        if self.target.name == "numpy":
            return "float"
        names = [self.safe(name) for name in self.variables]
        if not names or self.target.name == "torch":
            return f"{self.target.prefix}.float64"
        self.as_arrays = True  # a number of Python has no type
        return f"{names[0]}.dtype"

    @property
    def floating_dtype(self) -> str:
        """The source of a floating type that all arrays fit into."""
        if self.floats or self.target.name != "numpy" or not self.array:
            return self.dtype
        arrays = [self.safe(name) for name, v in self.variables.items() if axes_of(v)]
        return f"np.result_type({', '.join(arrays)}, np.float32)"

    # SizeEstimates

    def size(self, dim: Dim) -> str:
        """Return the source of a dimension, of a sum or product of others as the size of what has it."""
        if not dim.name and not all(self._place(Dim.symbol(one)) for one in dim.symbols):
            place = self._place(dim)
            if place:
                return place
        for symbol in sorted(dim.symbols):
            self.needed[symbol] = None
        return str(dim.substitute({one: Dim.symbol(safe) for one, safe in self._safe_sizes.items()}))

    def sizes(self) -> list[str]:
        """Return the statements that read the sizes from the arguments."""
        found = []
        for symbol in self.needed:
            place = self._place(Dim.symbol(symbol))
            if not place:
                raise MatcalcError("E505", f"no variable has the size {symbol} alone")
            found.append(f"{self._safe_sizes[symbol]} = {place}")
        return found

    def _place(self, dim: Dim) -> str:
        """Return the source of the size of the first axis that has a dimension, empty if none has it."""
        return next(
            (
                f"{self.safe(name)}.shape[{axis if axes_of(v) == 2 else 0}]"
                for name, v in self.variables.items()
                for axis, one in enumerate(v.shape)
                if one is dim
            ),
            "",
        )
