"""Which brackets hold sizes, where a letter may be a constant or function of sizes: ``I(n)``, ``K(m, n)``."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.functions import BY_LETTER
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.token_kinds import CLOSES, CONSTANTS, OPENS

#: What sizes are made of.
_IN_SIZES = frozenset(("LPAR", "RPAR", "COMMA", "NAME", "NUMBER", "TIMES", "PLUS", "MINUS"))
#: The usual letters of sizes, and those of vectors and matrices, which are no sizes.
_SIZES = frozenset("dijklmnpqrstDKMN")
_NO_SIZES = frozenset((*"uvwxyzABCEFGHJOUVWXYZ", *GREEK))


def has_sizes(tokens: Sequence[Token], i: int, sizes: frozenset[str], operands: frozenset[str]) -> bool:
    """Return whether brackets follow that hold what may be sizes.

    The letters of vectors and matrices are none unless they are ``sizes`` in declarations, nor is a name
    that occurs elsewhere, except for the usual letters of sizes.
    """
    inside = _in_brackets(tokens, i + 1)
    if any(token.type not in _IN_SIZES for token in inside):
        return False
    names = [plain_name(token) for token in inside if token.type == "NAME"]
    return all(
        name in sizes or (stem(name) not in _NO_SIZES and (name not in operands or stem(name) in _SIZES))
        for name in names
    )


def is_identity(tokens: Sequence[Token], i: int, sizes: frozenset[str], operands: frozenset[str]) -> bool:
    """Return whether ``I`` is not applied to a single name that is no size, as the Fisher information is."""
    return len(_in_brackets(tokens, i + 1)) != 3 or has_sizes(tokens, i, sizes, operands)


def operands_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names outside the brackets of constants and of functions called by a letter."""
    names = set()
    depth = 0
    for i, token in enumerate(tokens):
        sized = i > 0 and token.type == "LPAR" and (tokens[i - 1] in BY_LETTER or tokens[i - 1] in CONSTANTS)
        if depth or sized:
            depth += (token.type in OPENS) - (token.type in CLOSES)
        elif token.type == "NAME":
            names.add(plain_name(token))
    return frozenset(names)


def has_arguments(tokens: Sequence[Token], i: int) -> bool:
    """Return whether brackets follow that hold more than one argument."""
    depth = 0
    for token in _in_brackets(tokens, i + 1):
        depth += (token.type in OPENS) - (token.type in CLOSES)
        if token.type == "COMMA" and depth == 1:
            return True
    return False


def _in_brackets(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    """Return the tokens in the brackets that begin at ``opening``, these included; if any."""
    depth = 0
    for j in range(opening, len(tokens)):
        if j == opening and tokens[j].type != "LPAR":
            break
        depth += (tokens[j].type in OPENS) - (tokens[j].type in CLOSES)
        if not depth:
            return tokens[opening : j + 1]
    return ()
