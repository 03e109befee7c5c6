"""Kinds of tokens, names that are no functions, and names such as ``np.log``."""

from __future__ import annotations

from lark import Token

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL

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


#: The operator that only Python has, and those that are inner products between vectors.
MATRIX_PRODUCT = "@"
DOTS = frozenset("·⋅")
#: What operators of NumPy are here.
_ENTRYWISE = {"*": "ENTRYWISE", "/": "ENTRYWISE_OVER", "**": "ENTRYWISE_CARET"}


def as_from_numpy(tokens: list[Token]) -> list[Token]:
    """Return the tokens with names such as ``np.log`` replaced by the functions they are.

    If there are any, ``*``, ``/`` and ``**`` work entry by entry. Raises E105 for a name that is none
    of ours, E109 for one without arguments.
    """
    modules = [i for i, token in enumerate(tokens) if token.type == "NAME" and "." in token]
    if not modules:
        return tokens
    for token in tokens:
        token.type = _ENTRYWISE.get(token, token.type)
    for i in modules:
        token = tokens[i]
        name = token.rpartition(".")[2]
        called = i + 1 < len(tokens) and tokens[i + 1].type == "LPAR"
        known = name in BY_CALL or name in CONSTANTS if called else name in NUMBERS
        if not known:
            raise _no_such_function(token, name, called)
        kind = "FUNCTION" if called else "NAME"
        tokens[i] = Token(kind, name, start_pos=token.start_pos, end_pos=token.end_pos)
    return tokens


def _no_such_function(token: Token, name: str, called: bool) -> MatcalcError:
    span = Span(token.start_pos or 0, token.end_pos or 0)
    if name in BY_CALL and not called:
        label, help_text = Label(span, "a function"), f"write {token}(...)"
        return MatcalcError(
            "E109", f"{token} is a function and needs arguments", labels=[label], help=help_text
        )
    close = suggestion(name, BY_CALL, 0.75)
    help_text = f"did you mean {close}?" if close else "only functions of the table can be used"
    return MatcalcError(
        "E105", f"unknown function {token}", labels=[Label(span, "not known")], help=help_text
    )
