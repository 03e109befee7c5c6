"""All entries together, by name and by alias."""

from __future__ import annotations

from matcalc.functions.arrangement import DEFINED, STRUCTURE, VECTORISED
from matcalc.functions.elementwise import ELEMENTWISE
from matcalc.functions.entry import Function
from matcalc.functions.operations import OPERATIONS
from matcalc.functions.reductions import REDUCTIONS
from matcalc.functions.spectral import SPECTRAL

FUNCTIONS: tuple[Function, ...] = ELEMENTWISE + REDUCTIONS + STRUCTURE + VECTORISED + SPECTRAL + DEFINED
ENTRIES: tuple[Function, ...] = OPERATIONS + FUNCTIONS

OPERATION_NAMES = frozenset(entry.name for entry in OPERATIONS)


def _by_name(entries: tuple[Function, ...], *, aliases: bool) -> dict[str, tuple[Function, ...]]:
    found: dict[str, tuple[Function, ...]] = {}
    for entry in entries:
        found[entry.name] = (*found.get(entry.name, ()), entry)
    if aliases:
        for entry in entries:
            for alias in entry.aliases:
                found[alias] = (*found.get(alias, ()), entry)
    return found


#: Entries by the name of the operation that an expression carries; several differ in shape.
BY_OPERATION = _by_name(ENTRIES, aliases=False)
#: Entries by what may be called, in the order in which their signatures are tried.
BY_CALL = _by_name(FUNCTIONS, aliases=True)
#: Functions that the engine builds itself, by what their entries say they are.
INV, DIAG, TR, SUM, KRON, VEC, COMMUTATION = [
    name
    for role in ("inverse", "diagonal", "trace", "total", "kronecker", "stacked", "commutation")
    for name in dict.fromkeys(entry.name for entry in FUNCTIONS if role in (entry.role, entry.instruction))
]
#: Functions by the letter that calls them where more than one argument follows.
BY_LETTER = {entry.short: entry for entry in FUNCTIONS if entry.short}
