"""The one family of errors: a code, a message, labelled places in the text, notes and help."""

from matcalc.errors.codes import CODES, Code
from matcalc.errors.error import MatcalcError
from matcalc.errors.render import render, show_in_console, visible, write_lines
from matcalc.errors.span import Label, Span
from matcalc.errors.suggest import suggestion

__all__ = [
    "CODES",
    "Code",
    "Label",
    "MatcalcError",
    "Span",
    "render",
    "show_in_console",
    "suggestion",
    "visible",
    "write_lines",
]
