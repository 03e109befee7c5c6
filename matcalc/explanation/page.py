"""Derivations and paths as text in LaTeX that fits on a page, with names for parts that are too wide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from matcalc.algebra import sides_as_printed
from matcalc.calculus import Route, Traced, formula_of
from matcalc.calculus.naming import argument_symbols, free_name, reserved, symbol
from matcalc.explanation.lines import (
    HEADINGS,
    Equation,
    Line,
    Reason,
    Remark,
    conditions_named,
    law_letters,
    names_in,
    prose,
    renaming,
)
from matcalc.expression import Expr, axes, postorder, variables
from matcalc.functions import Law
from matcalc.printing import INDENT, LATEX, LINE, Latex, Row, aligned, broken, fits, width, write, write_parts

if TYPE_CHECKING:
    from matcalc.explanation.steps import Steps


#: Words are not justified, equations may stand on two pages, with some space between them.
_OPENING = "{\\raggedright\\allowdisplaybreaks\\addtolength{\\jot}{2pt}\n"
#: Names that are wider than this, in points, are abbreviated, but not by letters that mean something.
_WIDEST_NAME = 80.0
_SPOKEN_FOR = frozenset("deITK")
#: Letters after which a long name may be broken.
_UNBROKEN = 12


def sheet(blocks: Sequence[str], short: Mapping[str, str], style: Latex) -> str:
    """Return the blocks of a page, after what the letters stand for that are ``short`` for names."""
    legend = [rf"\noindent Here {', '.join(_meaning(name, style) for name in short)}.\par"] if short else []
    return _OPENING + "\n\n".join([*legend, *blocks]) + "\n\\par}"


def _meaning(name: str, style: Latex) -> str:
    pieces = [style.prose(name[i : i + _UNBROKEN]) for i in range(0, len(name), _UNBROKEN)]
    return f"${style.name(name)}$ is " + r"\texttt{" + r"\allowbreak ".join(pieces) + "}"


def heading(text: str) -> str:
    """Return a heading, which begins with a capital letter."""
    return rf"\medskip\noindent\textbf{{{text[0].upper()}{text[1:]}}}"


def abbreviations(names: Iterable[str]) -> dict[str, str]:
    """Return short names for those that are too wide for equations on a page.

    >>> abbreviations(["x", "weights_of_the_hidden_layer"])
    {'weights_of_the_hidden_layer': 'w'}
    """
    names = sorted(filter(None, names))
    taken = set(names)
    wide = [name for name in names if width(LATEX.name(name)) > _WIDEST_NAME]
    return {name: free_name([name[0] if name[0] not in _SPOKEN_FOR else "v"], taken) for name in wide}


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


class PartNames:
    """The names of one derivation: the same part has the same name in each line, and is defined once."""

    def __init__(self, exprs: Iterable[Expr], taken: Iterable[str], style: Latex):
        """No name is one of ``taken``, or a word that means something where ``exprs`` occur."""
        self.taken = {*taken, *reserved(postorder(*exprs))}
        self.names: dict[Expr, str] = {}
        self.style = style

    def rows(self, left: str, expr: Expr, names: Mapping[Expr, str], room: float) -> list[Row]:
        """Return an equation with lines no wider than ``room``, and those that define new names in it."""
        every = {**self.names, **names}
        short = {node: every[node] for node in postorder(expr) if node in every and node is not expr}
        named: list[Expr] = []
        while True:
            texts = write_parts(expr, self.style, short)
            lines = broken(texts[expr], room)
            parts = [] if fits(lines, room) else self._wide(expr, texts, lines, room)
            if not parts:
                break
            for part in parts:
                self._give_name(part, texts)
                short[part] = self.names[part]
            named += parts
        finished = self.style.finished(texts[expr])
        lines = broken(finished, room)
        rows = [Row(left, lines if fits(lines, room) else broken(finished, room, anywhere=True))]
        for part in named:
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
        widest = []
        for i, line in enumerate(lines):
            if not fits([""] * (i > 0) + [line], room):
                inside = {node: text for node, text in candidates.items() if text in line}
                widest.append(_widest({n: t for n, t in inside.items() if len(t) < _LONGEST}, room))
                widest[-1] = widest[-1] or _widest(inside, float("inf"))
        return [part for part in dict.fromkeys(widest) if part is not None]

    def _give_name(self, part: Expr, nodes: Iterable[Expr]) -> None:
        letter = argument_symbols(nodes).get(part) or symbol(part)
        self.names[part] = free_name([letter], self.taken)


def _widest(texts: Mapping[Expr, str], room: float) -> Expr | None:
    """Return the widest part that fits into ``room`` and is worth a name."""
    widths = {node: width(text) for node, text in texts.items()}
    widths = {node: size for node, size in widths.items() if _NARROWEST < size <= room}
    return max(widths, key=widths.__getitem__, default=None)


#: The space between columns of equations, and between an equation and words right after it.
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
        self.parts = PartNames([line.right for line in steps.lines], self.steps.taken, self.style)
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
        widest = max(width(text) + INDENT * (i > 0) for row in rows for i, text in enumerate(row.lines))
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
        beside = [self.style.space(axes(line.right.shape))] if line.part == "value" else []
        words = " ".join(map(self._remark, line.note))
        numbers = list(dict.fromkeys(self._numbers(line))) if self._full else []
        if numbers:
            listed = " and ".join(filter(None, [", ".join(map(str, numbers[:-1])), str(numbers[-1])]))
            words += f"{', ' * bool(words)}rule{'s' * (len(numbers) > 1)}~{listed}"
        if words:
            beside.append(rf"\text{{{', ' * bool(beside)}{words}}}")
        return "".join(beside)

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
        conditions = [f"${self.style.name(name)}$ is {fact}" for name, fact in conditions_named(law, names)]
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
        rows = PartNames([equation.right], letters, self.style).rows(equation.left, equation.right, {}, room)
        return "\n" + aligned(rows) + "\n"

    def _sides(self, law: Law) -> tuple[str, ...]:
        names = renaming(law_letters(law), self.steps.taken)
        return tuple(write(side, self.style) for side in sides_as_printed(law, names))


def _in_a_line(partial: re.Match[str]) -> str:
    return rf"\partial {partial[1]} / \partial {partial[2]}"


def _with_note_below(row: Row, room: float) -> Row:
    """Return an equation with its note after it if there is room, else on lines of its own."""
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
    texts = [rf"\text{{{line}}}" for line in lines]
    return [before + texts[0], *texts[1:]] if texts else [before]


#: What stands before the name of a part of the sum, and before what a path adds to it.
_WHERE, _CONTRIBUTION = r"\text{where }", r"\text{contribution}"


def paths_page(
    paths: Sequence[Route],
    trace: Traced,
    gradient: Expr,
    definitions: Mapping[str, Expr],
    taken: Iterable[str],
) -> str:
    """Return the paths as LaTeX text, one after the other, and their sum.

    That is the ``gradient``, in which ``definitions`` are names for parts; ``taken`` are the user's names.
    """
    wrt, whole, move = (str(node.data[0]) for node in (trace.leaf, trace.whole, trace.move))
    values = [[(place.line.name, formula_of(place.line)) for place in path.occurrences] for path in paths]
    exprs = [gradient, *definitions.values(), *(formula for sides in values for _, formula in sides)]
    exprs += [expr for path in paths for expr in (path.product, path.contribution)]
    names = {*taken, *variables(exprs), *definitions, whole, *(name for sides in values for name, _ in sides)}
    names |= {move} if paths else set()
    short = abbreviations(names)
    style = LATEX.telling_apart(names).abbreviating(short)
    parts = PartNames(exprs, names | set(short.values()), style)
    blocks = []
    for number, (path, sides) in enumerate(zip(paths, values, strict=True), 1):
        way = style.to.join(style.name(name) for name in (wrt, *(name for name, _ in sides)))
        equations = [(style.name(name), expr) for name, expr in (*sides, (move, path.product))]
        rows = _rows([*equations, (_CONTRIBUTION, path.contribution)], {}, parts)
        blocks.append(f"{heading(f'path {number}')}: ${way}$\n{aligned(rows)}")
    equations = [(style.partial(style.name(whole), style.name(wrt)), gradient)]
    equations += [(f"{_WHERE} {style.name(name)}", value) for name, value in definitions.items()]
    rows = _rows(equations, {value: name for name, value in definitions.items()}, parts)
    return sheet([*blocks, f"{heading('sum')}\n{aligned(rows)}"], short, style)


def _rows(sides: Sequence[tuple[str, Expr]], names: Mapping[Expr, str], parts: PartNames) -> list[Row]:
    room = FULL - max(width(f"{left} =") for left, _ in [*sides, (rf"{WITH} M_{{22}}", None)])
    rows = []
    for left, expr in sides:
        others = {node: name for node, name in names.items() if node is not expr}
        rows += parts.rows(left, expr, others, room)
    return rows
