"""What everything that is printed has in common: the notations, and how notebooks show it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from matcalc.api.results import Bounded, bounded, refuse_unknown
from matcalc.printing import NOTATIONS, TEXT, UNICODE, Text
from matcalc.printing.notebooks import mathematics, write_lines


class Written(Bounded, ABC):
    """Something that can be written in each of the notations."""

    @abstractmethod
    def _write(self, style: Text) -> str:
        """Return it in a notation."""

    @abstractmethod
    def _written_names(self) -> set[str]:
        """Return the names of all variables, sizes and parts that may be written."""

    def _style(self, notation: str) -> Text:
        """Return a notation that tells these names apart."""
        refuse_unknown("notation", notation, tuple(NOTATIONS))
        return NOTATIONS[notation].telling_apart(self._written_names())

    def _shown(self, style: Text) -> str:
        """Return it as it is shown to people, which need not read back."""
        return self._write(style)

    def _called(self) -> str:
        """Return what it is, in the words with which ``repr`` begins."""
        return type(self).__name__

    @bounded
    def __str__(self) -> str:
        """Return it in the input language; expressions, and derivatives that are some, read back."""
        return self._write(TEXT)

    @bounded
    def latex(self) -> str:
        """Return it in LaTeX."""
        return self._write(self._style("latex"))

    @bounded
    def typst(self) -> str:
        """Return it in Typst, as it stands between dollar signs.

        >>> import matcalc as mc
        >>> mc.diff("1/2*||A*x - b||^2", wrt="x").typst()
        'A^top (A x - b)'
        """
        return self._write(self._style("typst"))

    @bounded
    def unicode(self) -> str:
        """Return it with mathematical symbols; what reads back as text does so in this way too."""
        return self._write(UNICODE)

    @bounded
    def written(self, notation: str) -> str:
        """Return it in a notation by its name: ``text``, ``unicode``, ``latex`` or ``typst``.

        >>> import matcalc as mc
        >>> mc.parse("A'*x").written("unicode")
        'Aᵀ x'
        """
        return self._write(self._style(notation))

    @bounded
    def __repr__(self) -> str:
        """Return what it is, and the result.

        >>> import matcalc as mc
        >>> mc.diff("||A*x - b||^2", wrt="x")
        <Derivative by x: 2*A'*(A*x - b)>
        """
        return self._represented()

    def _represented(self) -> str:
        return f"<{self._called()}: {'; '.join(self._shown(TEXT).splitlines())}>"

    @bounded
    def _repr_latex_(self) -> str:
        """Return the result in LaTeX; notebooks call this."""
        return mathematics(self._shown(self._style("latex")))

    @bounded
    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the result with IPython's printer; consoles call this."""
        write_lines(printer, self._shown(TEXT))
