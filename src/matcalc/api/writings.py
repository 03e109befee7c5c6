"""What everything that is printed has in common: text, LaTeX and Unicode."""

from __future__ import annotations

from abc import ABC, abstractmethod

from matcalc.api.bounded import Bounded, bounded
from matcalc.printing import LATEX, TEXT, UNICODE, Text

STYLES = {"text": TEXT, "unicode": UNICODE, "latex": LATEX}


class Written(Bounded, ABC):
    """Something that can be written in each of the notations."""

    @abstractmethod
    def _write(self, style: Text) -> str:
        """Return it in a notation."""

    @bounded
    def __str__(self) -> str:
        """Return it in the input language; expressions, and derivatives that are some, read back."""
        return self._write(TEXT)

    @bounded
    def latex(self) -> str:
        """Return it in LaTeX."""
        return self._write(LATEX)

    @bounded
    def unicode(self) -> str:
        """Return it with mathematical symbols; what reads back as text does so in this way too."""
        return self._write(UNICODE)
