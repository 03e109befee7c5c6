"""Names for parts of formulas that are too wide for a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.calculus.symbols import argument_symbols, free_name, reserved, symbol
from matcalc.expression import Expr, postorder
from matcalc.printing import LINE, Latex, Row, broken, fits, width, write_parts

#: What stands before the name of a part where that is defined.
WITH = r"\text{with }"
#: Parts that are narrower than this, in points, get no name.
_NARROWEST = 30.0
#: Texts that are longer than this do not fit on a line.
_LONGEST = 1000
#: Lines as wide as this part of a page are full: widths are estimates.
FULL = 0.93 * LINE
#: What is printed with its argument and gets no name of its own.
_MARKS = frozenset(("transpose", "negate"))


class Parts:
    """The names of one derivation: the same part has the same name in each line, and is defined once."""

    def __init__(self, exprs: Iterable[Expr], taken: Iterable[str], style: Latex):
        """No name is one of ``taken``, or a word that means something where ``exprs`` occur."""
        self.taken = {*taken, *reserved(postorder(*exprs))}
        self.names: dict[Expr, str] = {}
        self.style = style

    def rows(self, left: str, expr: Expr, names: Mapping[Expr, str], room: float) -> list[Row]:
        """Return an equation with lines no wider than ``room``, and those that define new names in it."""
        every = {**self.names, **names}
        known = {node: every[node] for node in postorder(expr) if node in every and node is not expr}
        found: list[Expr] = []
        while True:
            texts = write_parts(expr, self.style, known)
            lines = broken(texts[expr], room)
            parts = [] if fits(lines, room) else self._wide(expr, texts, lines, room)
            if not parts:
                break
            for part in parts:
                self._give_name(part, texts)
                known[part] = self.names[part]
            found += parts
        whole = self.style.finished(texts[expr])
        lines = broken(whole, room)
        rows = [Row(left, lines if fits(lines, room) else broken(whole, room, anywhere=True))]
        for part in found:
            name = f"{WITH} {self.style.name(self.names[part])}"
            rows += self.rows(name, part, names, min(room, FULL - width(f"{name} =")))
        return rows

    def _wide(self, expr: Expr, texts: Mapping[Expr, str], lines: Sequence[str], room: float) -> list[Expr]:
        """Return the widest part of each line that is too wide; one that fits on a line, if there is any."""
        candidates = {
            node: text
            for node, text in texts.items()
            if node.args and node is not expr and node.op not in _MARKS and node not in self.names
        }
        found = []
        for i, line in enumerate(lines):
            if not fits([""] * (i > 0) + [line], room):
                inside = {node: text for node, text in candidates.items() if text in line}
                found.append(_widest({n: t for n, t in inside.items() if len(t) < _LONGEST}, room))
                found[-1] = found[-1] or _widest(inside, float("inf"))
        return [part for part in dict.fromkeys(found) if part is not None]

    def _give_name(self, part: Expr, nodes: Iterable[Expr]) -> None:
        letter = argument_symbols(nodes).get(part) or symbol(part)
        self.names[part] = free_name([letter], self.taken)


def _widest(texts: Mapping[Expr, str], room: float) -> Expr | None:
    """Return the widest part that fits into ``room`` and is worth a name."""
    widths = {node: width(text) for node, text in texts.items()}
    widths = {node: size for node, size in widths.items() if _NARROWEST < size <= room}
    return max(widths, key=widths.__getitem__, default=None)
