"""The tables: functions, operations and laws. Nothing but data, unparsed."""

from matcalc.functions.cost_laws import CODE_LAWS, COST_LAWS, STABLE_LAWS, UPDATE_LAWS
from matcalc.functions.entry import Function, Law
from matcalc.functions.laws import LAWS
from matcalc.functions.properties import PROPERTIES, Property, implied, property_named, strongest
from matcalc.functions.table import BY_CALL, BY_LETTER, BY_OPERATION, ENTRIES, FUNCTIONS, OPERATION_NAMES

__all__ = [
    "BY_CALL",
    "BY_LETTER",
    "BY_OPERATION",
    "CODE_LAWS",
    "COST_LAWS",
    "ENTRIES",
    "FUNCTIONS",
    "LAWS",
    "OPERATION_NAMES",
    "PROPERTIES",
    "STABLE_LAWS",
    "UPDATE_LAWS",
    "Function",
    "Law",
    "Property",
    "implied",
    "property_named",
    "strongest",
]
