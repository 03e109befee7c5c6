"""Pieces of source: values with their axes, and how tightly they bind."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from matcalc.expression import Expr
from matcalc.expression.signatures import Argument

#: How tightly a piece of source binds.
ADD, MUL, UNARY, POWER, ATOM = range(5)


class Piece(NamedTuple):
    """The source of a value, how tightly it binds, and how many axes the value has."""

    text: str
    level: int
    axes: int

    def at(self, level: int) -> str:
        """Return the source where something at least as tight is needed."""
        return self.text if self.level >= level else f"({self.text})"


#: What takes the only column, row or entry out of a matrix.
LOWERED = {"matrix": "", "column": "[:, 0]", "row": "[0]", "scalar": "[0, 0]"}


def kind_of_value(expr: Expr) -> str:
    """Return ``scalar``, ``column``, ``row`` or ``matrix``."""
    if expr.is_scalar:
        return "scalar"
    return "column" if expr.is_column else "row" if expr.is_row else "matrix"


def as_matrix(piece: Piece, expr: Expr, argument: Argument, xp: str) -> Piece:
    """Return an argument with two axes, if the function takes matrices."""
    if argument.is_scalar or argument.is_dim or argument.is_column or piece.axes == 2:
        return piece
    if expr.is_scalar:
        return Piece(f"{xp}.array([[{piece.text}]])", ATOM, 2)
    return Piece(piece.at(ATOM) + ("[:, None]" if expr.is_column else "[None, :]"), ATOM, 2)


def number_piece(value: int | Fraction) -> Piece:
    """Return the source of an exact number."""
    if value.denominator == 1:
        return Piece(str(value), ATOM if value >= 0 else UNARY, 0)
    return Piece(f"{value.numerator} / {value.denominator}", MUL, 0)
