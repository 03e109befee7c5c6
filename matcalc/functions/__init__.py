"""The tables: functions, operations and laws. Nothing but data."""

from matcalc.functions.cost_laws import CODE_LAWS, COST_LAWS, STABLE_LAWS, UPDATE_LAWS
from matcalc.functions.entry import (
    Function,
    Law,
)
from matcalc.functions.fields import Fixity, Notation, Precedence
from matcalc.functions.laws import LAWS
from matcalc.functions.named import NamedFunction, entries_of, named_function
from matcalc.functions.properties import PROPERTIES, Property, implied, property_named, strongest
from matcalc.functions.table import (
    BY_CALL,
    BY_LETTER,
    BY_OPERATION,
    COMMUTATION,
    DIAG,
    ENTRIES,
    FUNCTIONS,
    INV,
    KRON,
    OPERATION_NAMES,
    SQRT,
    SUM,
    TR,
    VEC,
)

__all__ = [
    "BY_CALL",
    "BY_LETTER",
    "BY_OPERATION",
    "CODE_LAWS",
    "COMMUTATION",
    "COST_LAWS",
    "DIAG",
    "ENTRIES",
    "FUNCTIONS",
    "INV",
    "KRON",
    "LAWS",
    "OPERATION_NAMES",
    "PROPERTIES",
    "SQRT",
    "STABLE_LAWS",
    "SUM",
    "TR",
    "UPDATE_LAWS",
    "VEC",
    "Fixity",
    "Function",
    "Law",
    "NamedFunction",
    "Notation",
    "Precedence",
    "Property",
    "entries_of",
    "implied",
    "named_function",
    "property_named",
    "strongest",
]
