"""Derivations line by line, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any, NamedTuple

from matcalc.calculus import Assignment
from matcalc.errors import MatcalcError
from matcalc.explanation.backward import Traced
from matcalc.explanation.reasons import Reason, condition_of, law_letters, renamed_text, renaming
from matcalc.expression import Expr, axes, postorder, variables
from matcalc.expression.nodes import reduced
from matcalc.functions import Law
from matcalc.printing import LATEX, TEXT, UNICODE, Latex, Text, write, write_named
from matcalc.printing.notebooks import aligned_lines, write_lines

STYLES = ("backprop", "differential")
#: How much is said: the lines alone, or also rules, sources and laws.
LEVELS = ("full", "brief")
#: Lines that are longer than this do not push the columns beside them to the right.
WIDEST = 48
#: Lines of more names, numbers and operators than this are left out if they only lead to shorter ones.
LARGEST = 120
#: What the parts of a derivation are called, in their order.
HEADINGS = {
    "value": "values",
    "derivative": "derivatives with respect to these values, from the last to the first",
    "differential": "differentials of these values, from the last to the first",
    "path": "contributions of the paths",
    "substitution": "differentials put into one another",
    "result": "result",
}


#: A part of a note: words, an expression, or a name and what it is equal to.
Remark = str | Expr | tuple[str, Expr]


class Question(NamedTuple):
    """What is explained: the gradient of a value by a variable.

    ``trace`` is the evaluation trace. ``gradient`` is the result, in which ``names`` stand for parts;
    ``choice`` is what the structure of the variable makes of a gradient, in words ``note``. No new name is
    one of ``taken``. By ``laws`` the expression was made ready; ``presented``
    says what was done to the gradient in the end.
    """

    trace: Traced
    gradient: Expr
    names: Mapping[Expr, str]
    choice: str
    note: str
    taken: frozenset[str]
    laws: tuple[Law, ...] = ()
    presented: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Assignment, ...]:
        """The lines of the trace."""
        return self.trace.lines

    @property
    def variable(self) -> Expr:
        """The variable of differentiation."""
        return self.trace.leaf

    @property
    def whole(self) -> str:
        """The name of the value."""
        return self.lines[-1].name


class Line(NamedTuple):
    """One line of a derivation: something is equal to ``right``.

    ``kind`` says what that is: the ``value`` of ``name``; the ``derivative`` by it; a ``differential``;
    what the ``path`` with the numbers ``name`` contributes; or, without a name, that of the line before.
    ``through`` is the line of which it is the contribution alone. ``symbol`` is written for it in later
    lines. In ``right``, which is as it is written, ``names`` stand for parts; those that are ``told`` are
    defined behind it. ``note`` says how it follows, in words, expressions and equations, ``reasons`` and
    ``laws`` from what.
    """

    part: str
    kind: str
    name: str
    right: Expr
    note: tuple[Remark, ...] = ()
    reasons: tuple[Reason, ...] = ()
    laws: tuple[Law, ...] = ()
    symbol: str = ""
    names: Mapping[Expr, str] = {}
    told: frozenset[str] = frozenset()
    through: str = ""

    def __repr__(self) -> str:
        """Return what the line is about, and what that is equal to."""
        about = " ".join(filter(None, (self.kind, self.name, self.through and f"through {self.through}")))
        return f"<Line: {about} = {self.written(TEXT)}>"

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self.part, self.kind, self.name, self.right))

    def left(self, style: Text, whole: str) -> str:
        """Return what the line is about, empty if that is what the one before is about."""
        name = style.name(self.name)
        if self.kind == "path":
            text = style.words(f"path {self.name}" if self.name.isdigit() else f"paths {self.name}".strip())
        elif self.kind == "derivative":
            text = style.partial(style.name(whole), name)
        else:
            text = name
        if not self.name and self.kind != "path":
            return ""
        if self.through:
            return f"{text}{style.words(' through ')}{style.name(self.through)}"
        return f"{style.name(self.symbol)} = {text}" if self.symbol else text

    def written(self, style: Text) -> str:
        """Return the right side."""
        names = {node: name for node, name in self.names.items() if node is not self.right}
        return write_named(self.right, style, names, self.told)

    def said(self, style: Text) -> str:
        """Return the note: words, with spaces where they meet formulas."""
        found = ""
        for i, remark in enumerate(self.note):
            if isinstance(remark, str):
                found += style.words(" " * (i > 0) + remark + " " * (i < len(self.note) - 1))
            elif isinstance(remark, tuple):
                found += f"{style.name(remark[0])} = {write(remark[1], style)}"
            else:
                found += write(remark, style)
        return found


def names_in(lines: Iterable[Line]) -> set[str]:
    """Return the names in some lines, and those of their sizes."""
    found = set()
    for line in lines:
        found |= {*variables([line.right]), line.name, line.symbol, line.through, *line.names.values()}
        found |= {name for dim in line.right.shape for name in dim.symbols}
    return found


class Steps(NamedTuple):
    """A derivation in one of the styles, line by line; ``level`` says how much of it is written.

    Rules have letters that are none of the names that are ``taken``.

    ``str()`` gives text in columns, :meth:`unicode` the same with mathematical symbols, and :meth:`latex`
    text with ``align*``.
    """

    style: str
    whole: str
    lines: tuple[Line, ...]
    level: str = "full"
    taken: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle expressions after their parts."""
        return reduced(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the text with IPython's printer; consoles call this."""
        write_lines(printer, str(self))

    def __repr__(self) -> str:
        """Return how many lines there are, and the last."""
        count = f"{len(self.lines)} line{'s' * (len(self.lines) != 1)}"
        last = self.lines[-1:] and f": {self._equations(TEXT)[-1]}"
        return f"<Steps: {self.style}, {count}{last or ''}>"

    def _repr_latex_(self) -> str:
        """Return the lines alone in LaTeX; notebooks call this."""
        return aligned_lines(text.replace(" = ", " &= ", 1) for text in self._equations(self.latex_style))

    def _equations(self, style: Text) -> list[str]:
        """Return each line as an equation; what it says about is repeated where it goes on."""
        found: list[str] = []
        left = ""
        for line in self.lines:
            left = line.left(style, self.whole) or left
            found.append(f"{left} = {line.written(style)}")
        return found

    def __str__(self) -> str:
        """Return the derivation in columns, with a heading for each part."""
        return self._columns(TEXT)

    def unicode(self) -> str:
        """Return the derivation in columns, with mathematical symbols."""
        return self._columns(UNICODE)

    def _columns(self, style: Text) -> str:
        lefts: list[str] = []
        for line in self.lines:
            blank = " " * len(lefts[-1]) if lefts else ""
            lefts.append(line.left(style, self.whole) or blank)
        sides = [f"{left} = {line.written(style)}" for left, line in zip(lefts, self.lines, strict=True)]
        width = min(max(map(len, sides), default=0), WIDEST)
        out: list[str] = []
        for i, line in enumerate(self.lines):
            if i == 0 or line.part != self.lines[i - 1].part:
                out.append(HEADINGS[line.part])
            shape = style.shape(axes(line.right.shape))
            out.append(f"  {sides[i]:<{width}}  {shape}  {line.said(style)}".rstrip())
            out.extend(f"      {reason}" for reason in self._because(line, style))
        return "\n".join(out)

    def _because(self, line: Line, style: Text) -> list[str]:
        """Return what a line follows from, one text for each rule and law, if so much is to be said."""
        if self.level != "full":
            return []
        found = []
        for one in line.reasons:
            words, source = style.words(f"{self.rule(one)}: "), style.words(f"  [{one.source}]")
            found.append(words + self.formula(one, style) + source)
        for law in line.laws:
            names = renaming(law_letters(law), self.taken)
            left, right = renamed_text(law.left, names), renamed_text(law.right, names)
            conditions = [f"{name} is {fact}" for name, fact in condition_of(law, names)]
            when = f" if {' and '.join(conditions)}" if conditions else ""
            found.append(style.words(f"{law.name}: {left} => {right}{when}  [{law.source}]"))
        return list(dict.fromkeys(found))

    def rule(self, reason: Reason) -> str:
        """Return a rule in words, as this style has it."""
        return reason.described(self.taken) if self.style == "differential" else reason.words

    def formula(self, reason: Reason, style: Text) -> str:
        """Return a rule as a formula, as this style has it, with letters that the lines do not have."""
        if self.style == "differential":
            return reason.differential_equation(style, self.taken).written(style)
        return reason.formula(style, style.name(self.whole), self.taken)

    @property
    def latex_style(self) -> Latex:
        """LaTeX in which the names in all lines are told apart."""
        used = {
            node.data[0] for node in postorder(*(line.right for line in self.lines)) if node.op == "variable"
        }
        return LATEX.telling_apart(used.union(*((line.name, line.symbol) for line in self.lines)) - {""})

    def latex(self) -> str:
        """Return the derivation as text with equations, for a page of LaTeX with ``amsmath``."""
        from matcalc.explanation.page import page

        return page(self)

    def hint(self, done: int = 0) -> Steps:
        """Return the one line that comes after the first ``done``, for someone who wants to go on alone.

        Raises E403 for a ``done`` that is no whole number from 0 on.
        """
        if not isinstance(done, Integral) or done < 0:
            raise MatcalcError("E403", f"done is a whole number, 0 or more, not {done!r}")
        return self._replace(lines=self.lines[done : done + 1])
