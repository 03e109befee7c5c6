"""Letters for the arguments of rules, other than those of the problem that is explained."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count

from matcalc.algebra import Writing, as_written, laws_recorded, replaced, sides_as_printed
from matcalc.expression import Expr, variable, variables
from matcalc.functions import Law

#: Letters that a scalar, a column or any other array may be called; Z is the value of an operation.
_POOLS = {"scalar": "stcpqkh", "column": "xyuvwzabcd", "array": "XYUVWABCDEFPQRS"}


def free_letter(wanted: str, pool: Iterable[str], taken: Collection[str]) -> str:
    """Return the wanted letter, or the first one that is not taken; with a number if all are."""
    words = chain([wanted], pool, (f"{wanted}{i}" for i in count(1)))
    return next(word for word in words if word not in taken)


def renaming(letters: Iterable[Expr], taken: Collection[str]) -> dict[str, str]:
    """Return new names for the variables that are called like something that is taken."""
    own = {str(letter.data[0]): letter for letter in letters}
    used, found = {*taken, *own}, {}
    for name, letter in own.items():
        if name in taken:
            kind = "scalar" if letter.is_scalar else "column" if letter.is_column else "array"
            found[name] = free_letter(name, _POOLS[kind], used)
            used.add(found[name])
    return found


def law_letters(law: Law) -> list[Expr]:
    """Return the variables of a law."""
    return list(variables(sides_as_printed(law)).values())


def condition_of(law: Law, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return under which conditions a law holds: a variable by its new name, and what it has to be."""
    pairs = [part.split() for part in law.when.split(",") if part.strip()]
    return [(names.get(name, name), fact) for name, fact in pairs]


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """Return an expression in normal form with other names for its variables."""
    new = {
        node: variable(names[name], node.shape, frozenset(node.data[1]))
        for name, node in variables([expr]).items()
        if name in names
    }
    with as_written(Writing()), laws_recorded(listed=False):
        return replaced(expr, new) if new else expr


def renamed_text(text: str, names: Mapping[str, str]) -> str:
    """Return a formula in the language with other names for its variables."""
    return re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), text)
