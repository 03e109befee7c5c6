r"""Derivations as text in LaTeX: equations that fit on a page, and the rules in words after them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from matcalc.algebra import sides_as_printed
from matcalc.explanation.letters import condition_of, law_letters, renaming
from matcalc.explanation.paper import abbreviations, heading, sheet
from matcalc.explanation.parts import FULL, WITH, Parts
from matcalc.explanation.prose import prose
from matcalc.explanation.reasons import Equation, Reason
from matcalc.explanation.steps import HEADINGS, Line, Remark, Steps, names_in
from matcalc.expression import axes, postorder, variables
from matcalc.functions import Law
from matcalc.printing import INDENT, Row, aligned, broken, fits, width, write

#: The space between columns of equations, and between an equation and words right behind it.
_GAP = 26.0
#: Equations in notes that are wider than this, in points, are called by their names.
_LONGEST_REMARK = 90.0
_GROUP = r"((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)"
_PARTIAL = re.compile(rf"\\frac\{{\\partial {_GROUP}\}}\{{\\partial {_GROUP}\}}")
_WORDS = re.compile(r"[^\s$]*\$[^$]*\$[^\s$]*|\S+")


def page(steps: Steps) -> str:
    """Return a derivation as LaTeX text, each part with a heading, the rules at the end."""
    return _Page(steps).written()


class _Page:
    """A derivation on its way to text; ``numbers`` are those of the rules and laws, by what they say."""

    def __init__(self, steps: Steps):
        self.short = abbreviations(names_in(steps.lines) | steps.taken)
        self.steps = steps._replace(taken=steps.taken.union(self.short.values()))
        self.style = steps.latex_style.abbreviating(self.short)
        self.parts = Parts([line.right for line in steps.lines], self.steps.taken, self.style)
        self.numbers: dict[str, int] = {}
        self.rules: list[Reason | Law] = []
        self.told: set[str] = set()

    def written(self) -> str:
        blocks = [
            f"{heading(HEADINGS[part])}\n{aligned(self._placed(list(lines)))}"
            for part, lines in groupby(self.steps.lines, key=lambda line: line.part)
        ]
        if self.numbers:
            blocks.append("\n".join([heading("rules") + r"\par\nobreak", *self._items()]))
        return sheet(blocks, self.short, self.style)

    # Equations

    def _placed(self, lines: Sequence[Line]) -> list[Row]:
        """Return the equations of a part, notes beside them if all fit, else where there is room."""
        lefts = [line.left(self.style, self.steps.whole) for line in lines]
        room = FULL - max(width(f"{left} =") for left in lefts)
        if not all(fits(broken(line.written(self.style), room), room) for line in lines):
            room = min(room, FULL - width(rf"{WITH} M_{{22}} ="))  # definitions will stand below
        rows: list[Row] = []
        about = ""
        for left, line in zip(lefts, lines, strict=True):
            about = left or about
            defining = bool(rows) and rows[-1].left.startswith(WITH)  # then it is said again what is equal
            rows += self._rows(about if defining else left, line, room)
        widest = max(width(one) + INDENT * (i > 0) for row in rows for i, one in enumerate(row.lines))
        notes = max(width(row.beside) for row in rows)
        if notes == 0 or widest + _GAP + notes <= room:
            return rows
        return [_with_note_below(row, room) for row in rows]

    def _rows(self, left: str, line: Line, room: float) -> Iterator[Row]:
        names = {node: name for node, name in line.names.items() if node is not line.right}
        first, *defining = self.parts.rows(left, line.right, names, room)
        yield first._replace(beside=self._note(line))
        for node in postorder(line.right):
            name = names.get(node, "")
            if name in line.told and name not in self.told:
                self.told.add(name)
                defining += self.parts.rows(f"{WITH} {self.style.name(name)}", node, names, room)
        yield from defining

    def _note(self, line: Line) -> str:
        """Return what stands beside an equation: the space of a value, why it holds, the numbers of rules."""
        found = [self.style.space(axes(line.right.shape))] if line.part == "value" else []
        words = " ".join(map(self._remark, line.note))
        numbers = list(dict.fromkeys(self._numbers(line))) if self._full else []
        if numbers:
            listed = " and ".join(filter(None, [", ".join(map(str, numbers[:-1])), str(numbers[-1])]))
            words += f"{', ' * bool(words)}rule{'s' * (len(numbers) > 1)}~{listed}"
        if words:
            found.append(rf"\text{{{', ' * bool(found)}{words}}}")
        return "".join(found)

    def _remark(self, remark: Remark) -> str:
        """Return a part of a note; of a long equation, which stands above, the name alone."""
        if isinstance(remark, str):
            return prose(remark, self.style, self.steps.taken)
        if isinstance(remark, tuple):
            name = self.style.name(remark[0])
            equation = f"{name} = {write(remark[1], self.style)}"
            return f"${equation if width(equation) <= _LONGEST_REMARK else name}$"
        return f"${write(remark, self.style)}$"

    # Rules

    @property
    def _full(self) -> bool:
        return self.steps.level == "full"

    def _numbers(self, line: Line) -> Iterator[int]:
        """Yield the numbers of the rules that a line follows from, but for mere changes of notation."""
        rules: list[Reason | Law] = [*line.reasons, *line.laws]
        for rule in rules:
            if isinstance(rule, Law) and len(set(self._sides(rule))) == 1:
                continue
            words = self._words(rule)
            if words not in self.numbers:
                self.numbers[words] = len(self.numbers) + 1
                self.rules.append(rule)
            yield self.numbers[words]

    def _words(self, rule: Reason | Law) -> str:
        return rule.name if isinstance(rule, Law) else self.steps.rule(rule)

    def _items(self) -> Iterator[str]:
        for number, rule in enumerate(self.rules, 1):
            words, source = prose(self._words(rule), self.style), prose(rule.source, self.style)
            formula = self._law(rule) if isinstance(rule, Law) else self._formula(rule)
            stop = "" if formula.endswith("\n") else ". "
            text = f"{words[0].upper()}{words[1:]}: {formula}{stop}[{source}]"
            yield rf"\noindent\hangindent=2em\makebox[2em][l]{{{number}.}}{text}\par"

    def _formula(self, reason: Reason) -> str:
        whole = self.style.name(self.steps.whole)
        if self.steps.style == "differential":
            return self._shown(reason.differential_equation(self.style, self.steps.taken))
        value, cotangent, pulled = reason.equations(self.style, whole, self.steps.taken)
        given = f"if {self._shown(value)} and ${_PARTIAL.sub(_in_a_line, cotangent)}$"
        return f"{given}, then {self._shown(pulled)}"

    def _law(self, law: Law) -> str:
        names = renaming(law_letters(law), self.steps.taken)
        left, right = sides_as_printed(law, names)
        conditions = [f"${self.style.name(name)}$ is {fact}" for name, fact in condition_of(law, names)]
        when = f" if {' and '.join(conditions)}" if conditions else ""
        return self._shown(Equation(write(left, self.style), right)) + when

    def _shown(self, equation: Equation) -> str:
        """Return an equation in a line of text, or on lines of its own if TeX could not break it."""
        room = FULL - 2 * INDENT
        formula = equation.written(self.style)
        if fits(broken(formula, room), room):
            return f"${_PARTIAL.sub(_in_a_line, formula)}$"
        letters = [*variables([equation.right]), *self.parts.taken]
        room -= max(width(f"{equation.left} ="), width(rf"{WITH} M_{{22}} ="))
        rows = Parts([equation.right], letters, self.style).rows(equation.left, equation.right, {}, room)
        return "\n" + aligned(rows) + "\n"

    def _sides(self, law: Law) -> tuple[str, ...]:
        names = renaming(law_letters(law), self.steps.taken)
        return tuple(write(side, self.style) for side in sides_as_printed(law, names))


def _in_a_line(partial: re.Match[str]) -> str:
    return rf"\partial {partial[1]} / \partial {partial[2]}"


def _with_note_below(row: Row, room: float) -> Row:
    """Return an equation with its note behind it if there is room, else on lines of its own."""
    *others, last = row.lines
    indent = INDENT * bool(others)
    if not row.beside:
        return row
    if width(last) + indent + _GAP + width(row.beside) <= room:
        return Row(row.left, [*others, rf"{last} \qquad {row.beside}"])
    return Row(row.left, [*row.lines, *_wrapped(row.beside, room - INDENT)])


def _wrapped(note: str, room: float) -> list[str]:
    """Return a note on as many lines as it needs."""
    before, _, words = note.partition(r"\text{")
    lines: list[str] = []
    for word in _WORDS.findall(words.removesuffix("}")):
        if lines and width(before + rf"\text{{{lines[-1]} {word}}}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    found = [rf"\text{{{line}}}" for line in lines]
    return [before + found[0], *found[1:]] if found else [before]
