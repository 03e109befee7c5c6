"""The tables: functions, operations and laws. Nothing but data, unparsed."""

from matcalc.functions.structures import STRUCTURES, Structure
from matcalc.functions.table import (
    BY_CALL,
    BY_LETTER,
    BY_OPERATION,
    ENTRIES,
    FUNCTIONS,
    LAWS,
    OPERATION_NAMES,
    Function,
    Law,
)

__all__ = [
    "BY_CALL",
    "BY_LETTER",
    "BY_OPERATION",
    "ENTRIES",
    "FUNCTIONS",
    "LAWS",
    "OPERATION_NAMES",
    "STRUCTURES",
    "Function",
    "Law",
    "Structure",
]
