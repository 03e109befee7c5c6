r"""How wide formulas in LaTeX are, about, so that lines can be broken where they are too long for a page."""

from __future__ import annotations

import re
from functools import lru_cache

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
#: Commands whose argument is upright, functions that are, and accents, which add nothing.
_UPRIGHT_KINDS = frozenset(("mathrm", "operatorname", "mathbf", "mathbb", "textbf"))
_FUNCTIONS = frozenset(("log", "exp", "det", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min"))
_ACCENTS = frozenset(
    ("hat", "bar", "tilde", "dot", "ddot", "check", "breve", "acute", "grave", "mathring", "vec")
)
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
        elif token[0] == "\\" and word in _FUNCTIONS:
            self.top.add(3.7 + sum(_UPRIGHT[letter] for letter in word))
        elif token[0] == "\\":
            self.top.add(_SPACED.get(word, _SYMBOLS.get(word, 0.0 if word in _ACCENTS else _OTHER)))
        elif upright:
            self.top.add(_UPRIGHT.get(token, _OTHER))
        elif token != " ":
            self.top.add(_SPACED.get(token, _ITALIC.get(token, _OTHER)))
