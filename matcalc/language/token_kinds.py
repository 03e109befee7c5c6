"""Kinds of tokens, and the names that mean something apart from functions."""

from __future__ import annotations

#: Types of tokens that end an operand.
ENDS_OPERAND = frozenset(
    [
        "NUMBER",
        "NAME",
        "RPAR",
        "RBRACE",
        "RSQB",
        "BAR_CLOSE",
        "NORM_CLOSE",
        "TRANSPOSE",
        "SUPERSCRIPT",
        "SUBSCRIPT",
        "PSEUDOINVERSE",
        "BLOCK_CLOSE",
    ]
)
#: Types of tokens that begin one.
STARTS_OPERAND = frozenset(["NUMBER", "NAME", "FUNCTION", "LPAR", "LSQB", "BAR_OPEN", "NORM_OPEN"])
#: What opens, with what closes it.
OPENS = {
    "LPAR": "RPAR",
    "LBRACE": "RBRACE",
    "LSQB": "RSQB",
    "BAR_OPEN": "BAR_CLOSE",
    "NORM_OPEN": "NORM_CLOSE",
    "BLOCK_OPEN": "BLOCK_CLOSE",
}
CLOSES = frozenset(OPENS.values())
#: What closes that which is opened with another sign.
PARTNERS = {
    "(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lVert": "\\rVert", "\\lvert": "\\rvert",
}  # fmt: skip

#: Constants that may be called with dimensions.
IDENTITIES = frozenset(("I", "eye", "identity"))
CONSTANTS = IDENTITIES | {"ones", "zeros"}
#: Constants that are called with what all their entries are.
FILLED = frozenset(("vector", "matrix"))
#: Names that are numbers unless they are declared.
NUMBERS = frozenset(("pi",))
