"""Pieces of source: values with their axes, how tightly they bind, and which temporaries they read."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isfinite, isnan, nan
from typing import NamedTuple

from matcalc.expression import MAX_EXACT, nearest_float

#: How tightly a piece of source binds.
ADD, MUL, UNARY, POWER, ATOM = range(5)

#: What Python reads as infinity.
INFINITE = "1e999"


class Piece(NamedTuple):
    """The source of a value, how tightly it binds, and how many axes the value has.

    ``fresh`` says that the value is an array that nobody else holds, which may be written over. ``reads``
    are the temporaries in the source, one for each time they occur.
    """

    text: str
    level: int
    axes: int
    fresh: bool = False
    reads: tuple[str, ...] = ()

    def at(self, level: int) -> str:
        """Return the source where something at least as tight is needed."""
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
