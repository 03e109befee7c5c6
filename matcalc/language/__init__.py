"""The language: text to expressions as written."""

from matcalc.language.declarations import SHAPES, Declaration, parse_declaration
from matcalc.language.names import GREEK, LETTERS, by_plain_name, plain_name
from matcalc.language.resolve import Reading, parse, variable_name

__all__ = [
    "GREEK",
    "LETTERS",
    "SHAPES",
    "Declaration",
    "Reading",
    "by_plain_name",
    "parse",
    "parse_declaration",
    "plain_name",
    "variable_name",
]
