"""Letters for the arguments of rules, other than those of the problem that is explained."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count

from matcalc.algebra import Writing, as_written, laws_recorded, replaced, sides_as_printed
from matcalc.expression import Expr, variable, variables
from matcalc.functions import Law

#: Letters that a scalar, a column or any other array may be called instead.
_POOLS = {"scalar": "stcpqkh", "column": "uvwpqabcd", "array": "UVWPQRSABCDEF"}


def free_letter(last: str, pool: Iterable[str], taken: Collection[str]) -> str:
    """Return the first letter that is not taken, else the last resort, with underscores if it has to be."""
    words = chain(pool, (last + "_" * i for i in count()))
    return next(word for word in words if word not in taken)


def renaming(letters: Iterable[Expr], taken: Collection[str]) -> dict[str, str]:
    """Return new names for variables, if one of their kind is called like something that is taken."""
    own = {str(letter.data[0]): _kind(letter) for letter in letters}
    clashing = {kind for name, kind in own.items() if name in taken}
    used = {*taken, *own}
    found = {}
    for name, kind in own.items():
        if kind in clashing:
            found[name] = free_letter(f"{name}1", _POOLS[kind], used)
            used.add(found[name])
    return found


def _kind(letter: Expr) -> str:
    return "scalar" if letter.is_scalar else "column" if letter.is_column else "array"


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
