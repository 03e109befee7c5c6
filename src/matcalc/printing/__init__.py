"""Printing: expressions as text that reads back, as Unicode and as LaTeX."""

from matcalc.printing.layout import write
from matcalc.printing.styles import LATEX, TEXT, UNICODE, Text

__all__ = ["LATEX", "TEXT", "UNICODE", "Text", "write"]
