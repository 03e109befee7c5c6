"""Printing: expressions as text that reads back, as Unicode and as LaTeX."""

from matcalc.printing.index_notation import Naming, axes_of, units_note, write_index_form, write_index_terms
from matcalc.printing.latex_lines import INDENT, LINE, Row, aligned, broken, fits, width
from matcalc.printing.layout import write, write_definitions, write_named, write_parts
from matcalc.printing.styles import LATEX, TEXT, UNICODE, Latex, Text

__all__ = [
    "INDENT",
    "LATEX",
    "LINE",
    "TEXT",
    "UNICODE",
    "Latex",
    "Naming",
    "Row",
    "Text",
    "aligned",
    "axes_of",
    "broken",
    "fits",
    "units_note",
    "width",
    "write",
    "write_definitions",
    "write_index_form",
    "write_index_terms",
    "write_named",
    "write_parts",
]
