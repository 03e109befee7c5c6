"""Printing: expressions as text that reads back, as Unicode and as LaTeX."""

from matcalc.printing.index_notation import Naming, axes_of, units_note, write_index_form, write_index_terms
from matcalc.printing.layout import write, write_definitions, write_named
from matcalc.printing.styles import LATEX, TEXT, UNICODE, Latex, Text

__all__ = [
    "LATEX",
    "TEXT",
    "UNICODE",
    "Latex",
    "Naming",
    "Text",
    "axes_of",
    "units_note",
    "write",
    "write_definitions",
    "write_index_form",
    "write_index_terms",
    "write_named",
]
