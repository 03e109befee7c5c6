"""Names for parts of formulas that are too wide for a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.calculus.symbols import argument_symbols, free_name, reserved, symbol
from matcalc.expression import Expr, postorder
from matcalc.printing import LATEX, LINE, Row, broken, fits, width, write_parts

#: Parts that are narrower than this, in points, get no name.
_NARROWEST = 30.0
#: Lines as wide as this part of a page are full: widths are estimates.
FULL = 0.95 * LINE
#: What is printed with its argument and gets no name of its own.
_MARKS = frozenset(("transpose", "negate"))


class Parts:
    """The names of one derivation: the same part has the same name in each line, and is defined once."""

    def __init__(self, exprs: Iterable[Expr], taken: Iterable[str]):
        """No name is one of ``taken``, or a word that means something where ``exprs`` occur."""
        self.taken = {*taken, *reserved(postorder(*exprs))}
        self.names: dict[Expr, str] = {}

    def rows(self, left: str, expr: Expr, names: Mapping[Expr, str], room: float) -> list[Row]:
        """Return an equation with lines no wider than ``room``, and those that define new names in it."""
        known = {node: name for node, name in {**self.names, **names}.items() if node is not expr}
        found: list[Expr] = []
        while True:
            texts = write_parts(expr, LATEX, known)
            lines = broken(texts[expr], room)
            part = None if fits(lines, room) else self._part(expr, texts, lines, room)
            if part is None:
                break
            self._give_name(part, texts)
            known[part] = self.names[part]
            found.append(part)
        if not fits(lines, room):
            lines = broken(texts[expr], room, anywhere=True)
        rows = [Row(left, lines)]
        for part in found:
            name = LATEX.name(self.names[part])
            rows += self.rows(name, part, names, FULL - width(f"{name} ="))
        return rows

    def _part(self, expr: Expr, texts: Mapping[Expr, str], lines: Sequence[str], room: float) -> Expr | None:
        """Return the widest part that fits on a line and makes another one shorter, if there is one."""
        wide = [line for i, line in enumerate(lines) if not fits([""] * (i > 0) + [line], room)]
        widths = {
            node: width(text)
            for node, text in texts.items()
            if node.args and node is not expr and node.op not in _MARKS and any(text in one for one in wide)
        }
        widths = {node: size for node, size in widths.items() if size > _NARROWEST and node not in self.names}
        fitting = {node: size for node, size in widths.items() if size <= room}
        return max(fitting or widths, key=widths.__getitem__, default=None)

    def _give_name(self, part: Expr, nodes: Iterable[Expr]) -> None:
        letter = argument_symbols(nodes).get(part) or symbol(part)
        self.names[part] = free_name([letter], self.taken)
