"""The language: text to expressions as written."""

from matcalc.language.declarations import FACTS, Declaration, parse_declaration
from matcalc.language.names import GREEK, plain_name
from matcalc.language.resolve import Reading, parse

__all__ = ["FACTS", "GREEK", "Declaration", "Reading", "parse", "parse_declaration", "plain_name"]
