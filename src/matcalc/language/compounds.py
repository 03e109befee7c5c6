"""Names that look like several written side by side: ``Ax``, ``AXB``, ``λx``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from matcalc.errors import Label, MatcalcError
from matcalc.language.names import GREEK, plain_name
from matcalc.language.notation import is_numpy
from matcalc.language.syntax import Syntax

#: Longer names are words.
LONGEST = 4
#: Letters in front that say what the rest is, as in ``Δt``.
_PREFIXES = "Δδ∂"


def refuse_names_side_by_side(
    text: str, undeclared: Mapping[str, Syntax], names: Collection[str], wrt: Collection[str]
) -> None:
    """Raise E102 for an undeclared name that may be a product of names of one letter.

    That is one with a Greek letter and others, and a short one with a letter that is a name elsewhere.
    ``names`` are all names, ``wrt`` those differentiated by, which are names for sure. In code for NumPy
    names have several letters and products a sign.
    """
    if is_numpy(text):
        return
    for name, node in undeclared.items():
        raw = text[node.start : node.end]
        if name not in wrt and raw.isalpha() and _may_be_several(raw, names):
            help_text = f"write {'*'.join(raw)}, or declare {name}"
            message = f"{raw} may be one name or a product"
            raise MatcalcError("E102", message, labels=[Label(node.span, "which?")], help=help_text)


def _may_be_several(raw: str, names: Collection[str]) -> bool:
    if len(raw) == 1 or plain_name(raw) in GREEK or raw[0] in _PREFIXES:
        return False
    if any(plain_name(letter) in GREEK for letter in raw if not letter.isascii()):
        return True
    known = any(letter in names for letter in raw)
    if len(raw) == 2:
        return known or raw[0] == raw[1]
    # Words, such as Cov and lam, have small letters side by side.
    word = any(one.islower() and other.islower() for one, other in pairwise(raw))
    return len(raw) <= LONGEST and not word and known
