"""``Steps``: derivations line by line, as text, Unicode and LaTeX."""

from __future__ import annotations

from numbers import Integral
from typing import Any, NamedTuple

from matcalc.errors import MatcalcError, write_lines
from matcalc.explanation.lines import (
    HEADINGS,
    Line,
    Reason,
    conditions_named,
    law_letters,
    renamed_text,
    renaming,
)
from matcalc.explanation.page import page
from matcalc.expression import axes, postorder
from matcalc.expression.traversal import reduced
from matcalc.printing import (
    LATEX,
    NOTATIONS,
    TEXT,
    UNICODE,
    Latex,
    Text,
    aligned_lines,
)

#: Lines that are longer than this do not push the columns beside them to the right.
WIDEST = 48


class Steps(NamedTuple):
    """A derivation in one of the styles, line by line; ``level`` says how much of it is written.

    Rules have letters that are none of the names that are ``taken``.

    ``str()`` gives text in columns, :meth:`unicode` the same with mathematical symbols, :meth:`latex` text
    with ``align*``, and :meth:`typst` the equations alone.
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
        equations: list[str] = []
        left = ""
        for line in self.lines:
            left = line.left(style, self.whole) or left
            equations.append(f"{left} = {line.written(style)}")
        return equations

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
        texts = []
        for reason in line.reasons:
            words, source = style.words(f"{self.rule(reason)}: "), style.words(f"  [{reason.source}]")
            texts.append(words + self.formula(reason, style) + source)
        for law in line.laws:
            names = renaming(law_letters(law), self.taken)
            left, right = renamed_text(law.left, names), renamed_text(law.right, names)
            conditions = [f"{name} is {fact}" for name, fact in conditions_named(law, names)]
            when = f" if {' and '.join(conditions)}" if conditions else ""
            texts.append(style.words(f"{law.name}: {left} => {right}{when}  [{law.source}]"))
        return list(dict.fromkeys(texts))

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
        return LATEX.telling_apart(self._names())

    def style_named(self, notation: str) -> Text:
        """Return a notation in which the names in all lines are told apart."""
        return NOTATIONS[notation].telling_apart(self._names())

    def _names(self) -> set[str]:
        used = {
            node.data[0] for node in postorder(*(line.right for line in self.lines)) if node.op == "variable"
        }
        return used.union(*((line.name, line.symbol) for line in self.lines)) - {""}

    def latex(self) -> str:
        """Return the derivation as text with equations, for a page of LaTeX with ``amsmath``."""
        return page(self)

    def typst(self) -> str:
        """Return the equations below each other in Typst, as they stand between dollar signs."""
        return self.written("typst")

    def written(self, notation: str) -> str:
        """Return the derivation in a notation by its name: in columns, or as it is typeset."""
        style = self.style_named(notation)
        if not style.typeset:
            return self._columns(style)
        if notation == "latex":
            return page(self)
        return style.equations([(line.left(style, self.whole), line.written(style)) for line in self.lines])

    def hint(self, done: int = 0) -> Steps:
        """Return the one line that comes after the first ``done``, for someone who wants to go on alone.

        Raises E403 for a ``done`` that is no whole number from 0 on.
        """
        if not isinstance(done, Integral) or isinstance(done, bool) or done < 0:
            raise MatcalcError("E403", f"done is a whole number, 0 or more, not {done!r}")
        return self._replace(lines=self.lines[done : done + 1])
