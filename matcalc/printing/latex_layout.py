"""Formulas in LaTeX: how wide they are, how they are broken over several lines, and set in notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from matcalc.printing.typeset import ABOVE, ACCENTS, OPERATORS

#: Points on a line of an article at 11 pt on A4.
LINE = 360.0

#: Widths in points at 11 pt, by symbol; those in italics, those upright, and commands.
_ITALIC = {
    letter: size
    for size, letters in {
        3.5: "l", 4: "it", 5: "bce", 5.5: "0123456789ojqrs", 6: "adgpvyzI", 6.5: "hkux", 7: "fnJ", 8: "LST",
        8.5: "wAEFPRUZBCGOQVY", 9.5: "D", 10: "mHNKX", 12: "MW",
    }.items()
    for letter in letters
}  # fmt: skip
_UPRIGHT = {
    letter: size
    for size, letters in {3.5: "il,.:;'I ", 4: "ftjrs()[]-", 5: "ce", 6: "bdhknpuqvxyago0123456789",
                          8: "wPEFLTSZBCJ", 10: "mW", 11: "M"}.items()
    for letter in letters
}  # fmt: skip
_SYMBOLS = {
    **dict.fromkeys(("alpha", "beta", "mu", "sigma", "pi", "chi", "psi", "omega", "Gamma", "Xi"), 7.5),
    **dict.fromkeys(("Delta", "Theta", "Lambda", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"), 9.0),
    **dict.fromkeys(("quad", "mapsto"), 17.0), "qquad": 22.0, ",": 2.0, "partial": 6.5, "rVert": 5.5,
    "lVert": 5.5, "lvert": 3.5, "rvert": 3.5, "infty": 11.0, "top": 9.0, "in": 13.4,
}  # fmt: skip
_SPACED = {"+": 13.4, "-": 13.4, "=": 14.6, ",": 5.0, "odot": 13.4, "oslash": 13.4, "otimes": 13.4,
           "circ": 10.5, "cdot": 8.0, "times": 13.4, "(": 4.5, ")": 4.5}  # fmt: skip
#: Commands whose argument is upright, and accents, which add nothing.
_UPRIGHT_KINDS = frozenset(("mathrm", "operatorname", "mathbf", "mathbb", "textbf"))
_ACCENTS = ACCENTS.union(ABOVE.values())
#: What scripts are scaled by; the width of brackets around what is tall or not; any other symbol.
_SCRIPT, _TALL, _SHORT, _OTHER = 0.74, 8.5, 6.0, 7.0
_TOKENS = re.compile(r"\\(?:begin|end)\{\w+\*?\}|\\[A-Za-z]+|\\.|\S| ", re.DOTALL)


class _Group:
    """What is open, ``kind`` says what for, and what braces are ``awaited`` in it.

    ``total`` is the width so far, ``script`` that of the last one, ``above`` that of a numerator.
    """

    def __init__(self, kind: str, scale: float):
        self.kind = kind
        self.scale = scale
        self.total = self.script = self.above = 0.0
        self.tall = False
        self.columns: list[float] = []
        self.column = 0
        self.awaited: list[str] = []

    def add(self, size: float) -> None:
        self.total += size * self.scale
        self.script = 0.0

    def add_script(self, size: float) -> None:
        """Add a superscript or subscript; one above the other counts once."""
        self.total += max(0.0, size - self.script)
        self.script = max(size, self.script)

    def end_cell(self) -> None:
        """End a cell of a matrix: a column is as wide as its widest cell."""
        self.columns += [0.0] * (self.column + 1 - len(self.columns))
        self.columns[self.column] = max(self.columns[self.column], self.total)
        self.total, self.column = 0.0, self.column + 1


@lru_cache(maxsize=4096)
def width(latex: str) -> float:
    r"""Return about how many points wide a formula in display style is at 11 pt.

    >>> width("A") < width("A^{2} A") < width(r"\frac{A^{2} A}{2} + 1") < 60
    True
    """
    measure = _Measure()
    for token in _TOKENS.findall(latex):
        measure.read(token)
    while len(measure.groups) > 1:  # of a piece of a formula
        measure.read("}")
    return measure.groups[0].total


class _Measure:
    """A walk over the tokens of a formula, with a stack of what is open."""

    def __init__(self) -> None:
        self.groups = [_Group("group", 1.0)]

    @property
    def top(self) -> _Group:
        return self.groups[-1]

    def read(self, token: str) -> None:
        awaited = self.top.awaited[-1] if self.top.awaited else ""
        if awaited in ("left", "right"):
            self._delimiter(self.top.awaited.pop(), token)
        elif token == "{":
            self._open(self.top.awaited.pop() if self.top.awaited else "group")
        elif token == "}":
            if len(self.groups) > 1:
                self._close(self.groups.pop())
        elif token in ("_", "^"):
            self.top.awaited.append("script")
        elif token.startswith(r"\begin") or token.startswith(r"\end"):
            self._environment(token)
        elif token in ("&", r"\\"):
            self.top.end_cell()
            self.top.column *= token == "&"
        elif awaited and token != " ":
            self._open(self.top.awaited.pop())
            self._symbol(token)
            self._close(self.groups.pop())
        else:
            self._symbol(token)

    def _open(self, kind: str) -> None:
        inner = kind == "script" or (
            kind in ("above", "below") and any(g.kind == "above" for g in self.groups)
        )
        self.groups.append(_Group(kind, self.top.scale * (_SCRIPT if inner else 1.0)))

    def _close(self, group: _Group) -> None:
        self.top.tall = self.top.tall or group.tall or group.kind == "below"
        if group.kind == "above":
            self.top.above = group.total
        elif group.kind == "below":
            self.top.add(3.0 + max(self.top.above, group.total) / self.top.scale)
        elif group.kind == "script":
            self.top.add_script(group.total + 0.5)
        else:
            extra = {"root": 9.5, "operatorname": 3.7}.get(group.kind, 0.0)
            self.top.add(extra + group.total / self.top.scale)

    def _delimiter(self, side: str, token: str) -> None:
        if side == "left":
            self._open("left")
            return
        group = self.groups.pop()
        self.top.tall = self.top.tall or group.tall
        self.top.add(2 * (_TALL if group.tall else _SHORT) + 2.0 + group.total / self.top.scale)

    def _environment(self, token: str) -> None:
        if token.startswith(r"\begin"):
            self._open("matrix")
            return
        group = self.groups.pop()
        group.end_cell()
        self.top.tall = True
        self.top.add(2.0 + 11.0 * len(group.columns) + sum(group.columns) / self.top.scale)

    def _symbol(self, token: str) -> None:
        word = token.removeprefix("\\")
        upright = self.top.kind in _UPRIGHT_KINDS
        if token in (r"\left", r"\right"):
            self.top.awaited.append(word)
        elif token == r"\frac":
            self.top.awaited += ["below", "above"]
        elif token == r"\sqrt":
            self.top.awaited.append("root")
        elif token[0] == "\\" and word in _UPRIGHT_KINDS:
            self.top.awaited.append(word)
        elif token == r"\text":
            self.top.awaited.append("mathrm")
        elif token[0] == "\\" and word in OPERATORS:
            self.top.add(3.7 + sum(_UPRIGHT[letter] for letter in word))
        elif token[0] == "\\":
            self.top.add(_SPACED.get(word, _SYMBOLS.get(word, 0.0 if word in _ACCENTS else _OTHER)))
        elif upright:
            self.top.add(_UPRIGHT.get(token, _OTHER))
        elif token != " ":
            self.top.add(_SPACED.get(token, _ITALIC.get(token, _OTHER)))


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
    for match in _OPERATORS[level].finditer(text):
        if match["place"] is None:
            depth += 1 if match["open"] else -1
        elif depth == 0 and match.start():
            yield match.start()


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


def mathematics(latex: str) -> str:
    r"""Return LaTeX as a notebook typesets it: displayed, several lines below each other.

    >>> mathematics("A x"), mathematics("W: r\nb: r")
    ('$\\displaystyle A x$', '$\\begin{aligned}\n& W: r \\\\\n& b: r\n\\end{aligned}$')
    """
    if "\n" not in latex:
        return rf"$\displaystyle {latex}$"
    if latex.startswith(("$", r"\begin{align*}")):
        return latex
    return f"${latex}$" if r"\begin{" in latex else below(latex.splitlines())


def below(lines: Iterable[str]) -> str:
    r"""Return lines of LaTeX below each other, as a notebook typesets them."""
    return aligned_lines(f"& {line}" for line in lines)


def aligned_lines(lines: Iterable[str]) -> str:
    r"""Return lines of LaTeX below each other, aligned at ``&``, as a notebook typesets them."""
    rows = " \\\\\n".join(lines)
    return f"$\\begin{{aligned}}\n{rows}\n\\end{{aligned}}$"
