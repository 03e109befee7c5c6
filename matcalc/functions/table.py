"""All entries together, by name and by alias, and the conditions in domains in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from matcalc.functions.arrangement import DEFINED, STRUCTURE, VECTORISED
from matcalc.functions.elementwise import ELEMENTWISE
from matcalc.functions.entry import Function
from matcalc.functions.operations import OPERATIONS
from matcalc.functions.reductions import REDUCTIONS
from matcalc.functions.spectral import SPECTRAL

#: What a condition says; ``{0}`` is the argument, ``{1}`` the other one.
CONDITION_WORDS: dict[str, str] = {
    "positive": "{0} is positive",
    "no-kink": "no entry of {0} is zero, or where it always is",
    "nonzero": "{0} is not zero",
    "inside-unit": "{0} lies between -1 and 1",
    "invertible": "{0} is invertible",
    "positive-determinant": "{0} has a positive determinant",
    "full-rank": "{0} has full rank",
    "base-of-power": "{0} is positive, or {1} is an integer, not negative where {0} is zero",
    "differs-from": "{0} and {1} differ in each entry, or are always equal there",
    "single-peak": "only one entry of {0} has the largest absolute value, and it is not zero",
    "varied": "the entries of {0} are not all the same",
    "all-different": "the entries of {0} all differ",
    "simple-spectrum": "the eigenvalues of {0} all differ",
    "simple-largest": "the largest eigenvalue of {0} is not repeated",
    "simple-smallest": "the smallest eigenvalue of {0} is not repeated",
    "simple-singular-values": "the largest singular value of {0} is not zero, and the only one of its size",
    "principal": "the eigenvalues of {0} have positive real parts",
    "sylvester": "no eigenvalue of {0} is the negative of one of {1}",
}


#: What the condition on a power says where the exponent is a number, by whether that is whole and positive.
POWER_WORDS = {
    (True, True): "{0} is finite",
    (True, False): "{0} is not zero",
    (False, True): "{0} is not negative",
    (False, False): "{0} is positive",
}


def domain_in_words(
    domain: str, texts: dict[str, str] | None = None, numbers: Mapping[str, int | Fraction] | None = None
) -> str:
    """Return what a domain says; ``texts`` are what to call the arguments, ``numbers`` those that are known.

    >>> domain_in_words("X positive"), domain_in_words("X positive", {"X": "A*x"})
    ('X is positive', 'A*x is positive')
    >>> domain_in_words("s base-of-power t", numbers={"t": -1})
    's is not zero'
    """
    name, condition, *others = domain.split()
    called = [(texts or {}).get(argument, argument) for argument in (name, *others)]
    exponent = (numbers or {}).get(others[0]) if condition == "base-of-power" else None
    if exponent is not None:
        return POWER_WORDS[exponent.denominator == 1, exponent >= 0].format(*called)
    return CONDITION_WORDS[condition].format(*called)


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
#: Functions by the letter that calls them where more than one argument follows.
BY_LETTER = {entry.short: entry for entry in FUNCTIONS if entry.short}
