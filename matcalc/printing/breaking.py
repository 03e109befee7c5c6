r"""Formulas in LaTeX over several lines, broken at operators that stand outside of all brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matcalc.printing.widths import width

#: What opens and closes; a line is not broken inside.
_OPENING = r"(?<!\\)\{|\\left(?![A-Za-z])|\\begin\b"
_CLOSING = r"(?<!\\)\}|\\right(?![A-Za-z])|\\end\b"
#: Operators before which a line may be broken: of sums, of products of entries, and between factors.
_OPERATORS = [
    re.compile(f"(?P<open>{_OPENING})|(?P<close>{_CLOSING})|(?P<place>{place})")
    for place in (r" [+-] ", r" \\(?:odot|oslash|otimes) ", r" (?=[^\s+\\-]|\\[^,o])")
]
_SUMS, _FACTORS = 0, 2
#: How much a line that goes on is indented, in points.
INDENT = 22.0


def broken(text: str, room: float, *, anywhere: bool = False) -> list[str]:
    r"""Return a formula in lines, each no wider than ``room`` points if there are operators to break at.

    Lines that go on begin with ``{}`` and the operator, which so keeps its spaces. ``anywhere`` breaks also
    products between their factors, where there is nothing else.

    >>> broken("a + b - c", 40)
    ['a + b', '{} - c']
    """
    if width(text) <= room:
        return [text]
    lines: list[str] = []
    for piece, level in _pieces(text, room - INDENT, _SUMS, _FACTORS if anywhere else _FACTORS - 1, _SUMS):
        free = room - INDENT * (len(lines) > 1)
        if lines and width(lines[-1] + piece) <= free:
            lines[-1] += piece
        elif lines:
            lines.append("{}" + (r" \cdot" if level == _FACTORS else "") + piece)
        else:
            lines.append(piece)
    return lines


def fits(lines: Sequence[str], room: float) -> bool:
    """Return whether each line is no wider than ``room``; those that go on are indented."""
    return all(width(line) <= room - INDENT * (i > 0) for i, line in enumerate(lines))


def is_product(text: str) -> bool:
    """Return whether outside of all brackets a formula has no operator but products without a sign."""
    outside = [place for level in (_SUMS, _SUMS + 1) for place in _places(text, level)]
    return not outside and not text.startswith("-")


def _pieces(text: str, room: float, level: int, last: int, at: int) -> Iterator[tuple[str, int]]:
    """Yield the terms of a formula, or factors of those that are too wide, with the level of the break."""
    if level > last or width(text) <= room:
        yield text, at
        return
    start = 0
    for end in [*_places(text, level), len(text)]:
        yield from _pieces(text[start:end], room, level + 1, last, level if start else at)
        start = end


def _places(text: str, level: int) -> Iterator[int]:
    """Yield where operators of a level stand outside of all brackets, but for the beginning."""
    depth = 0
    for found in _OPERATORS[level].finditer(text):
        if found["place"] is None:
            depth += 1 if found["open"] else -1
        elif depth == 0 and found.start():
            yield found.start()


class Row(NamedTuple):
    """An equation: its left side, the lines of its right side, and a formula or words beside it."""

    left: str
    lines: Sequence[str]
    beside: str = ""


def aligned(rows: Sequence[Row]) -> str:
    r"""Return equations below each other as ``align*``; lines that go on are indented."""
    out = []
    for row in rows:
        first, *rest = row.lines
        beside = f" && {row.beside}" if row.beside else ""
        out.append(f"{row.left} &= {first}{beside}".lstrip())
        out += [rf"&\qquad {line}" for line in rest]
    return "\\begin{align*}\n" + " \\\\\n".join(out) + "\n\\end{align*}"
