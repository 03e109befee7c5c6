"""What a derivation is made of: the question, and its lines, which are equations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matcalc.calculus import Assignment, Occurrence, Traced, formula_of
from matcalc.explanation.reasons import Reason
from matcalc.expression import Expr, variables
from matcalc.functions import Law
from matcalc.printing import TEXT, Text, write, write_named

STYLES = ("backprop", "differential")
#: How much is said: the lines alone, or also rules, sources and laws.
LEVELS = ("full", "brief")
#: Lines of more names, numbers and operators than this are left out if they only lead to shorter ones.
LARGEST = 120
#: What the parts of a derivation are called, in their order.
HEADINGS = {
    "value": "values",
    "derivative": "derivatives with respect to these values, from the last to the first",
    "differential": "differentials of these values, from the last to the first",
    "path": "contributions of the paths",
    "substitution": "differentials substituted into one another",
    "result": "result",
}


#: A part of a note: words, an expression, or a name and what it is equal to.
Remark = str | Expr | tuple[str, Expr]


class Question(NamedTuple):
    """What is explained: the gradient of a value with respect to a variable.

    ``trace`` is the evaluation trace. ``gradient`` is the result, in which ``names`` stand for parts;
    ``choice`` says how the gradient respects the structure of the variable, ``note`` says it in words. No
    new name is one of ``taken``. ``laws`` simplified the expression beforehand; ``presented`` says how the
    gradient was presented in the end.
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

    ``kind`` says what that is: the ``value`` of ``name``; the ``derivative`` with respect to it; a
    ``differential``; what the ``path`` with the numbers ``name`` contributes; or, without a name, the same
    as in the line before. ``through`` is the line whose contribution alone is meant. Later lines write
    ``symbol`` for it. In ``right``, which is as it is written, ``names`` stand for parts; those that are
    ``told`` are defined after it. ``note`` says how the line follows, in words, expressions and equations;
    ``reasons`` and ``laws`` are the rules it follows by.
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


def occurrence_text(one: Occurrence) -> str:
    """Return where a symbol stands: ``W' in N = W'*M``."""
    return f"{write(one.written, TEXT)} in {one.line.name} = {write(formula_of(one.line), TEXT)}"


def names_in(lines: Iterable[Line]) -> set[str]:
    """Return the names in some lines, and those of their sizes."""
    found = set()
    for line in lines:
        found |= {*variables([line.right]), line.name, line.symbol, line.through, *line.names.values()}
        found |= {name for dim in line.right.shape for name in dim.symbols}
    return found
