"""Letters for intermediate values: those that values of their kind usually have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count

from matcalc.algebra import split_coefficient
from matcalc.expression import Expr
from matcalc.expression.signatures import entry_of
from matcalc.functions import BY_CALL, BY_LETTER, Function

_RESERVED = frozenset((*BY_CALL, "I", "eye", "T", "where", "zeros", "ones"))
#: What the value of the whole is called, and one after another what is a product or anything else.
_WHOLE = {"scalar": "Lfy", "column": "fyu", "array": "FYU"}
_PRODUCTS = "MNPQST"


def reserved(order: Iterable[Expr]) -> set[str]:
    """Return the words that name no value where these expressions occur."""
    # K next to K(m,n) would read back, but not to a person.
    letters = {letter for letter, entry in BY_LETTER.items() if any(node.op == entry.name for node in order)}
    return letters | _RESERVED


def free_name(words: Iterable[str], taken: set[str]) -> str:
    """Return the first of the words that is not taken, or the last with a number, and take it."""
    listed = list(words)
    numbered = (f"{listed[-1]}{i}" for i in count(2))
    name = next(word for word in chain(listed, numbered) if word not in taken)
    taken.add(name)
    return name


def names_in_trace(
    order: Sequence[Expr], values: Mapping[Expr, Expr], known: Mapping[Expr, str], taken: Iterable[str]
) -> dict[Expr, str]:
    """Return names for the lines of an evaluation trace, the whole last; see :func:`trace`.

    The terms of a whole that is a sum of scalars are called ``L1``, ``L2``, ...
    """
    root = order[-1]
    used = set(taken) | reserved(values) | set(known.values())
    used |= {name[1:] for name in used if name[:1] == "d"}  # the differential of M is dM
    symbols = argument_symbols(values)
    found: dict[Expr, str] = {}
    for node in order:
        name = known.get(values[node])
        if name is not None and name not in found.values():
            found[node] = name
    whole = "scalar" if root.is_scalar else "column" if root.is_column else "array"
    if root not in found:
        found[root] = free_name(_WHOLE[whole], used)
    numbers = count(1)
    for node in order:
        if node in found:
            continue
        if root.op == "add" and node.is_scalar and node in root.args:
            between = "_" * found[root][-1].isdigit()
            found[node] = free_name((f"{found[root]}{between}{next(numbers)}",), used)
        else:
            found[node] = free_name(_letters(node, values[node], symbols), used)
    return found


def _letters(node: Expr, value: Expr, symbols: Mapping[Expr, str]) -> Iterator[str]:
    entry = entry_for_node(node)
    if node in symbols:
        yield symbols[node]
    elif node.op == "mul" or node.op == "transpose":
        yield from "c" if node.is_scalar else _PRODUCTS
    elif entry is not None and entry.elementwise and not entry.symbol:
        yield "c" if node.is_scalar else "h" if node.is_column else "H"
    elif entry is None or node.op == "add" or entry.symbol or node.is_scalar:
        yield symbol(value)
    else:
        yield from _PRODUCTS


def entry_for_node(node: Expr) -> Function | None:
    """Return the entry of the operation of a node, ``None`` for a leaf."""
    found = entry_of(node.op, node.args) if node.args else None
    return found[0] if found is not None else None


def argument_symbols(order: Iterable[Expr]) -> dict[Expr, str]:
    """Return letters that say what a function makes of a node: ``K`` for what is inverted."""
    symbols = {}
    for node in order:
        entry = entry_for_node(node)
        if entry is not None and entry.argument_symbol:
            symbols[node.args[0]] = entry.argument_symbol
    return symbols


def symbol(node: Expr) -> str:
    """Return the letter that a value of this kind usually has."""
    entry = entry_for_node(node)
    if entry is not None and entry.symbol:
        return entry.symbol
    if node.is_scalar:
        return "c"
    if node.op == "add":
        residual = any(split_coefficient(arg)[0] < 0 for arg in node.args)
        if node.is_column:
            return "r" if residual else "z"
        return "R" if residual and node.shape[0] is not node.shape[1] else "M"
    return "v" if node.is_column else "M"
