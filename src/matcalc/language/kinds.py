"""Kinds of undeclared names: the defaults, and which change is the smallest."""

from __future__ import annotations

from matcalc.language.declarations import Declaration
from matcalc.language.names import GREEK, stem

#: Other kinds a name may turn out to have, by its default, with what the change costs.
_ALTERNATIVES: dict[str, tuple[tuple[str, int], ...]] = {
    "greek": (("vector", 0), ("matrix", 9)),
    "capital": (("scalar", 0), ("vector", 8)),
    "small": (("scalar", 0), ("matrix", 9)),
}
_DEFAULTS = {"greek": "scalar", "capital": "matrix", "small": "vector"}
_CHANGE = 100
_VARIABLE_OF_DIFFERENTIATION = 6


def _family(name: str, bold: frozenset[str]) -> str:
    word = stem(name)
    if word in GREEK and word.islower():
        return "small" if name in bold else "greek"
    return "capital" if is_capital(name) else "small"


def is_capital(name: str) -> bool:
    """Return whether a name is that of a matrix by default; ``dX`` is, the move of a matrix."""
    word = stem(name)
    return word[0].isupper() or (word[0] == "d" and word[1:2].isupper())


def default_kind(name: str, bold: frozenset[str] = frozenset()) -> Declaration:
    """Return the kind of a name of which nothing was said; small ``bold`` letters are vectors.

    >>> default_kind("W").kind, default_kind("x0").kind, default_kind("alpha").kind
    ('matrix', 'vector', 'scalar')
    """
    return Declaration(_DEFAULTS[_family(name, bold)], source="default")


def alternatives(name: str, wrt: frozenset[str], bold: frozenset[str] = frozenset()) -> list[tuple[int, str]]:
    """Return the other kinds a name may have and what each change costs, cheapest first.

    One change costs more than any preference among changes. Among names, ``a`` to ``g`` change
    before Greek letters, these before ``i`` to ``n``, ``s`` and ``t``, the rest after them, and
    variables of differentiation last.
    """
    family = _family(name, bold)
    letter = name[0].lower()
    if family == "greek":
        rank = 1
    elif letter in "abcdefg":
        rank = 0
    else:
        rank = 2 if letter in "ijklmnst" else 3
    if name in wrt:
        rank += _VARIABLE_OF_DIFFERENTIATION
    kinds = [(cost, kind) for kind, cost in _ALTERNATIVES[family] if kind != "scalar" or name not in bold]
    return [(_CHANGE + rank + cost, kind) for cost, kind in kinds]
