"""Printing: expressions as text that reads back, as Unicode, LaTeX and Typst."""

from matcalc.printing.index_notation import Naming, axes_of, units_note, write_index_form, write_index_terms
from matcalc.printing.latex import LATEX, Latex
from matcalc.printing.latex_lines import INDENT, LINE, Row, aligned, broken, fits, width
from matcalc.printing.layout import write, write_definitions, write_named, write_parts
from matcalc.printing.styles import TEXT, UNICODE, Text
from matcalc.printing.typst import TYPST

#: The notations by their names.
NOTATIONS: dict[str, Text] = {"text": TEXT, "unicode": UNICODE, "latex": LATEX, "typst": TYPST}

__all__ = [
    "INDENT",
    "LATEX",
    "LINE",
    "NOTATIONS",
    "TEXT",
    "TYPST",
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
