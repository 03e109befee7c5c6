"""Spellings of names: Greek letters, subscripts, superscripts."""

from __future__ import annotations

import unicodedata

_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]
_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"

GREEK: dict[str, str] = dict(zip(_GREEK, _LETTERS, strict=True))
GREEK.update({name.capitalize(): letter.upper() for name, letter in list(GREEK.items())})
_FROM_LETTER = {letter: name for name, letter in GREEK.items()} | {
    "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ς": "sigma", "ϱ": "rho", "ϰ": "kappa",
    "µ": "mu",
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def plain_name(text: str) -> str:
    """Return the name in plain letters: Greek letters by their names, subscripts as digits.

    >>> plain_name("α"), plain_name("λ1"), plain_name("W_1")
    ('alpha', 'lambda1', 'W_1')
    """
    if text.isascii():
        return str(text)
    text = unicodedata.normalize("NFC", text).translate(_SUBSCRIPTS)
    return "".join(_FROM_LETTER.get(letter, letter) for letter in text)


def superscript_number(text: str) -> str:
    """Return the digits of a superscript.

    >>> superscript_number("⁻¹")
    '-1'
    """
    return str(text).translate(_SUPERSCRIPTS)


def stem(name: str) -> str:
    """Return the name without subscript: what says which kind of value it is.

    >>> stem("alpha_1"), stem("W12"), stem("covmat")
    ('alpha', 'W', 'covmat')
    """
    return name.split("_")[0].rstrip("0123456789") or name
