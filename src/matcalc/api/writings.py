"""What everything that is printed has in common: text, LaTeX and Unicode."""

from __future__ import annotations

from abc import ABC, abstractmethod

from matcalc.printing import LATEX, TEXT, UNICODE, Text

STYLES = {"text": TEXT, "unicode": UNICODE, "latex": LATEX}


class Written(ABC):
    """Something that can be written in each of the notations."""

    @abstractmethod
    def _write(self, style: Text) -> str:
        """Return it in a notation."""

    @abstractmethod
    def _written_names(self) -> set[str]:
        """Return the names of all variables, sizes and parts that may be written."""

    def _style(self, notation: str) -> Text:
        """Return a notation that tells these names apart."""
        return STYLES[notation].telling_apart(self._written_names())

    def __str__(self) -> str:
        """Return it in the input language; expressions, and derivatives that are some, read back."""
        return self._write(TEXT)

    def latex(self) -> str:
        """Return it in LaTeX."""
        return self._write(self._style("latex"))

    def unicode(self) -> str:
        """Return it with mathematical symbols; what reads back as text does so in this way too."""
        return self._write(UNICODE)
