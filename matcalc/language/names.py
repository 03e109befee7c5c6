"""Spellings of names: Greek letters, subscripts, superscripts; which name a spelling stands for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from matcalc.errors import MatcalcError

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
#: Capitals and one letter that look like Latin ones: they are read, but written as words.
LIKE_LATIN = frozenset(
    (
        "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau",
        "Upsilon", "Chi", "omicron",
    )
)  # fmt: skip
#: Names that are written as one letter, with that letter.
LETTERS: dict[str, str] = {
    name: letter for name, letter in (GREEK | {"ell": "ℓ", "varpi": "ϖ"}).items() if name not in LIKE_LATIN
}
#: Letters that are another form of one in ``GREEK``.
VARIANTS = {"ϵ": "ε", "ϑ": "θ", "ϕ": "φ", "ς": "σ", "ϱ": "ρ", "ϰ": "κ", "ϐ": "β", "µ": "μ"}
_FROM_LETTER = {letter: name for name, letter in (GREEK | LETTERS).items()}
_FROM_LETTER |= {variant: _FROM_LETTER[letter] for variant, letter in VARIANTS.items()}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def plain_name(text: str) -> str:
    """Return the name in plain letters: Greek letters by their names, subscripts lowered.

    What else is a variant of a letter becomes that letter, as Python does with its own names (NFKC,
    Unicode Standard Annex 15 and 31): bold or wide letters are plain ones.

    >>> plain_name("α"), plain_name("λ1"), plain_name("W_1"), plain_name("xᵢ"), plain_name("𝐀")
    ('alpha', 'lambda1', 'W_1', 'x_i', 'A')
    """
    if text.isascii():
        return str(text)
    return unicodedata.normalize("NFKC", "".join(_plain_parts(spelled_name(text))))


def spelled_name(text: str) -> str:
    """Return the name with Greek letters by their names and subscripts as digits, all else as it stands."""
    text = unicodedata.normalize("NFC", text).translate(_SUBSCRIPTS)
    return "".join(_FROM_LETTER.get(letter, letter) for letter in text)


def _plain_parts(text: str) -> Iterator[str]:
    """Yield the letters of a name in plain form, with ``_`` before those that are lowered."""
    before = ""
    for letter in text:
        lowered = unicodedata.decomposition(letter).startswith("<sub>")
        if lowered and before not in ("_", "lowered"):
            yield "_"
        before = "lowered" if lowered else letter
        yield from (_FROM_LETTER.get(one, one) for one in unicodedata.normalize("NFKC", letter))


def by_plain_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping by plain names; raises E111 if two of its names are one.

    >>> by_plain_name({"α": 1, "x": 2})
    {'alpha': 1, 'x': 2}
    """
    spelled: dict[str, str] = {}
    for name in values:
        other = spelled.setdefault(plain_name(name), name)
        if other != name:
            raise MatcalcError("E111", f"{other} and {name} are one name", help="give it once")
    return {plain: values[name] for plain, name in spelled.items()}


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
