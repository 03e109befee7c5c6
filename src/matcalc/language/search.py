"""The search for kinds: the smallest change from the defaults with which everything fits."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError
from matcalc.expression import SCALAR
from matcalc.language.declarations import Declaration
from matcalc.language.kinds import alternatives, default_kind, is_capital
from matcalc.language.shape_errors import names_below
from matcalc.language.shapes import Conflict, Shapes
from matcalc.language.syntax import Syntax

#: How many sets of kinds are tried before giving up.
MAX_READINGS = 2000
#: So many capital letters may stand for something else than matrices in one expression.
MAX_CAPITALS = 2


class Text(NamedTuple):
    """An expression that waits for its kinds: its nodes in order, and what is known of its names."""

    text: str
    root: Syntax
    order: list[Syntax]
    definitions: Mapping[str, Syntax]
    declared: Mapping[str, Declaration]
    dims: frozenset[str]
    undeclared: tuple[str, ...]
    wrt: frozenset[str]
    bold: frozenset[str]


class Fit(NamedTuple):
    """Kinds with which the shapes fit, and those of them that are changes from the defaults."""

    kinds: dict[str, Declaration]
    shapes: Shapes
    changes: dict[str, str]


def smallest_change(text: Text, *, scalar: bool) -> Fit:
    """Return the kinds that fit with the cheapest set of changes from the defaults.

    Best first: a set of changes that fails is extended by changes of the names that occur where
    it failed. If the value should be a ``scalar``, one change more may be made for that, of a name that
    is no variable of differentiation: ``inv(X)`` by X is about matrices. By scalars anything has a
    derivative of its own shape, so nothing is changed. If that does not help, the cheapest
    reading is taken all the same. Raises E206 if two sets are
    equally cheap, the first error if none fits.
    """
    first: MatcalcError | None = None
    fitting: list[Fit] = []
    others: list[Fit] = []
    best = 0
    heap: list[tuple[int, int, dict[str, str]]] = [(0, 0, {})]
    seen: set[frozenset[tuple[str, str]]] = {frozenset()}
    tries = 0
    while heap and tries < MAX_READINGS:
        cost, _, changes = heapq.heappop(heap)
        if (fitting and cost > best) or (others and len(changes) > len(others[0].changes) + 1):
            break
        tries += 1
        fit, error, suspects = _attempt(text, changes)
        first = first or error
        if fit is not None and others and text.wrt & changes.keys() - others[0].changes.keys():
            continue
        if fit is not None and (not scalar or fit.shapes.of[text.root] == SCALAR or _by_scalars(text, fit)):
            fitting.append(fit)
            best = cost
            continue
        if fit is not None:
            others.append(fit)
        for price, extended in _extensions(text, changes, suspects):
            mark = frozenset(extended.items())
            if mark not in seen:
                seen.add(mark)
                heapq.heappush(heap, (cost + price, len(seen), extended))
    if not fitting and not others:
        assert first is not None
        raise first
    if len(fitting) > 1:
        raise _several_readings(fitting, text)
    return (fitting or others)[0]


def _by_scalars(text: Text, fit: Fit) -> bool:
    """Return whether all variables of differentiation are scalars."""
    kinds = [fit.kinds[name].kind for name in text.wrt if name in fit.kinds]
    return bool(kinds) and all(kind == "scalar" for kind in kinds)


def _attempt(text: Text, changes: dict[str, str]) -> tuple[Fit | None, MatcalcError | None, set[str]]:
    """Return the fit with these changes, or the error, and the names whose change may help."""
    kinds = {name: default_kind(name, text.bold) for name in text.undeclared}
    kinds |= {name: Declaration(kind, source="inferred") for name, kind in changes.items()}
    kinds = {**text.declared, **kinds}
    try:
        shapes = Shapes(text.order, text.definitions, kinds, text.dims, text.text)
    except Conflict as conflict:
        return None, conflict.error, _suspects(conflict.node, text.definitions)
    return Fit(kinds, shapes, changes), None, set(text.undeclared)


def _extensions(text: Text, changes: dict[str, str], suspects: set[str]) -> list[tuple[int, dict[str, str]]]:
    capitals = sum(map(is_capital, changes))
    return [
        (price, {**changes, name: kind})
        for name in text.undeclared
        if name in suspects and name not in changes and capitals + is_capital(name) <= MAX_CAPITALS
        for price, kind in alternatives(name, text.wrt, text.bold)
    ]


def _suspects(node: Syntax, definitions: Mapping[str, Syntax]) -> set[str]:
    """Return the names under a node, those in definitions that it uses included."""
    names: set[str] = set()
    pending = [node]
    followed: set[str] = set()
    while pending:
        found = names_below(pending.pop())
        names |= found
        for name in found & definitions.keys() - followed:
            followed.add(name)
            pending.append(definitions[name])
    return names


def _several_readings(readings: list[Fit], text: Text) -> MatcalcError:
    lines: list[str] = []
    first = {node.data: node for node in reversed(text.order) if node.op == "name"}
    names = [name for fit in readings for name, kind in fit.kinds.items() if kind.source == "inferred"]
    labels = [Label(first[name].span, f"what is {name}?") for name in dict.fromkeys(names)]
    for reading in readings:
        changed = [
            f"{name} a {kind.kind}" for name, kind in reading.kinds.items() if kind.source == "inferred"
        ]
        lines.append("with " + " and ".join(changed))
    return MatcalcError(
        "E206",
        "several readings fit equally well",
        labels=labels,
        notes=lines,
        help="declare one of these names, for example as a scalar",
    )
