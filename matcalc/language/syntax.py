"""What the parser returns: the text as a tree, each node with its place; and errors that point at places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from operator import attrgetter
from typing import Any
from unicodedata import numeric

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import MAX_NUMBER_BITS

#: Most digits of a number that is read, and how long its text may be.
MAX_DIGITS, MAX_CHARACTERS = 4200, 4300

#: Marks the call that a sum over an index becomes.
SUMMED = "summed"
#: Marks bars around what is written as a vector, which are a norm if it is one.
VECTOR = "vector"


class Syntax:
    """A node of the syntax: ``op`` applied to ``args``; leaves carry ``data``.

    Operations are those of the tables (``add``, ``mul``, ``negate``, ...) and ``number``,
    ``name``, ``call``, ``bars``, ``norm``, ``block``, ``where``, ``exponential``, ``kronecker``,
    ``left_quotient``, ``dotted`` (a product with a sign that is a scalar product between vectors);
    ``entry`` marks a column, ``entries`` a matrix, ``single`` a scalar, where the notation tells.
    """

    __slots__ = ("args", "data", "end", "op", "start")

    def __init__(self, op: str, args: tuple[Syntax, ...], start: int, end: int, data: Any = None):
        self.op = op
        self.args = args
        self.data = data
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """The place in the text."""
        return Span(self.start, self.end)

    def become(self, op: str, args: tuple[Syntax, ...], data: Any = None) -> None:
        """Turn this node into another one at its place."""
        self.op, self.args, self.data = op, args, data

    def __repr__(self) -> str:
        """Return a short description for the debugger."""
        return f"{self.op}({self.data if self.data is not None else len(self.args)})"


#: What has a place in the text: it, or from the first of two to the end of the last.
Place = Token | Syntax | Span | tuple["Token | Syntax | Span", "Token | Syntax | Span"]


def span_of(place: Place) -> Span:
    """Return the place of a token or node, or from the first of two to the end of the last."""
    if isinstance(place, Token):
        return Span(place.start_pos or 0, place.end_pos or 0)
    if isinstance(place, Syntax | Span):
        return place if isinstance(place, Span) else place.span
    first, last = place
    return Span(span_of(first).start, span_of(last).end)


def fault(
    code: str, message: str, place: Place, label: str, help_text: str = "", *others: Label
) -> MatcalcError:
    """Return the error with a label at its place, and ``others`` elsewhere."""
    return MatcalcError(code, message, labels=[Label(span_of(place), label), *others], help=help_text)


def syntax_postorder(
    root: Syntax, below: Callable[[Syntax], Iterable[Syntax]] = attrgetter("args")
) -> list[Syntax]:
    """Return the nodes under ``root`` once each, those ``below`` a node before the node.

    Raises ``RecursionError`` with the node as its argument if a node is below itself.
    """
    out: list[Syntax] = []
    open_nodes: set[Syntax] = set()
    done: set[Syntax] = set()
    stack: list[tuple[Syntax, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            open_nodes.remove(node)
            done.add(node)
            out.append(node)
        elif node in open_nodes:
            raise RecursionError(node)
        elif node not in done:
            open_nodes.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(tuple(below(node))) if child not in done)
    return out


def name_nodes(root: Syntax) -> list[Syntax]:
    """Return the nodes under ``root`` that are names."""
    return [node for node in syntax_postorder(root) if node.op == "name"]


def names_below(root: Syntax) -> set[str]:
    """Return the names that occur under a node."""
    return {node.data for node in name_nodes(root)}


def defined_below(root: Syntax) -> list[str]:
    """Return the names that ``where`` defines, in order."""
    return [node.data for node in root.args[1:]] if root.op == "where" else []


def unsigned(node: Syntax) -> Syntax:
    """Return what stands behind a minus, or the node itself."""
    return node.args[0] if node.op == "negate" else node


def is_sensible(text: str) -> bool:
    """Return whether a number has so few digits, its exponent written out, that it can be printed."""
    mantissa, _, exponent = text.lower().partition("e")
    if max(len(mantissa), len(exponent)) > MAX_CHARACTERS or abs(int(exponent or 0)) > MAX_DIGITS:
        return False
    value = exact(text)
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_NUMBER_BITS


def exact(text: str) -> int | Fraction:
    """Return the number that ``text`` writes, exactly.

    >>> exact("0.5"), exact("1e-3"), exact("3"), exact("¾"), exact("2½")
    (Fraction(1, 2), Fraction(1, 1000), 3, Fraction(3, 4), Fraction(5, 2))
    """
    if text[-1].isnumeric() and not text[-1].isdigit():
        return int(text[:-1] or 0) + Fraction(numeric(text[-1])).limit_denominator(10)
    return int(text) if text.isdigit() else Fraction(text)
