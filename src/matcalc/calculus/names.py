"""Presentation, second step: names for subexpressions that are used more than once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count

from matcalc.algebra import split_coefficient
from matcalc.calculus.size import size
from matcalc.expression import Expr, postorder
from matcalc.expression.signatures import entry_of
from matcalc.functions import BY_CALL, BY_LETTER, Function

#: A name pays if it makes the printed form shorter by at least so much.
MIN_SAVING = 3
_UNNAMED = frozenset(["pi", "number", "variable", "dimension", "identity", "ones", "zeros", "transpose"])
_RESERVED = frozenset((*BY_CALL, "I", "eye", "T", "where", "zeros", "ones"))


def named_parts(root: Expr, taken: Iterable[str], known: Mapping[Expr, str]) -> list[tuple[str, Expr]]:
    """Return names for parts of ``root``, each after those that it uses.

    A part of size ``k`` that is printed ``u`` times is named if that saves at least
    ``MIN_SAVING``: without a name it takes ``u*k``, with one ``k + u``. ``known`` holds names
    that the user gave; no other name is one of ``taken``.
    """
    order = list(postorder(root))
    uses: dict[Expr, int] = dict.fromkeys(order, 0)
    uses[root] = 1
    chosen: list[Expr] = []
    for node in reversed(order):
        used = uses[node]
        if _may_be_named(node) and node is not root:
            saving = (used - 1) * size(node) - used
            if used > 1 and (saving >= MIN_SAVING or (node in known and saving > 0)):
                chosen.append(node)
                used = 1
        for arg in node.args:
            uses[arg] += used
    chosen.reverse()
    # K next to K(m,n) would read back, but not to a person.
    letters = {letter for letter, entry in BY_LETTER.items() if any(node.op == entry.name for node in order)}
    return _names(chosen, set(taken) | _RESERVED | letters, known)


def _may_be_named(node: Expr) -> bool:
    """Return whether a name may stand for the node; for an inverse, what is inverted gets it."""
    if node.op in _UNNAMED or split_coefficient(node)[0] != 1:
        return False
    entry = _entry(node)
    return entry is None or not entry.latex.startswith("#1")


def _entry(node: Expr) -> Function | None:
    found = entry_of(node.op, node.args) if node.args else None
    return found[0] if found is not None else None


def _names(chosen: list[Expr], taken: set[str], known: Mapping[Expr, str]) -> list[tuple[str, Expr]]:
    taken |= {known[node] for node in chosen if node in known}
    named = []
    for node in chosen:
        name = known.get(node)
        if name is None:
            word = _symbol(node)
            name = next(n for n in (word if i == 1 else f"{word}{i}" for i in count(1)) if n not in taken)
            taken.add(name)
        named.append((name, node))
    return named


def _symbol(node: Expr) -> str:
    """Return the letter that a value of this kind usually has."""
    entry = _entry(node)
    if entry is not None and entry.symbol:
        return entry.symbol
    if node.is_scalar:
        return "c"
    if node.op == "add":
        residual = any(split_coefficient(arg)[0] < 0 for arg in node.args)
        if node.is_column:
            return "r" if residual else "z"
        return "R" if residual and node.shape[0] is not node.shape[1] else "K"
    if node.is_column:
        return "v"
    return "K" if node.shape[0] is node.shape[1] and node.op == "mul" else "M"
