"""Printing: expressions as text that reads back, as Unicode, LaTeX and Typst."""

from matcalc.printing.latex_layout import (
    INDENT,
    LINE,
    Row,
    aligned,
    aligned_lines,
    below,
    broken,
    fits,
    mathematics,
    width,
)
from matcalc.printing.latex_style import LATEX, Latex, worded
from matcalc.printing.styles import TEXT, UNICODE, Text
from matcalc.printing.texts import (
    Naming,
    axis_letters,
    units_note,
    write,
    write_definitions,
    write_index_form,
    write_index_terms,
    write_named,
    write_parts,
)
from matcalc.printing.typst_style import TYPST

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
    "aligned_lines",
    "axis_letters",
    "below",
    "broken",
    "fits",
    "mathematics",
    "units_note",
    "width",
    "worded",
    "write",
    "write_definitions",
    "write_index_form",
    "write_index_terms",
    "write_named",
    "write_parts",
]
