"""The tables: functions, operations and laws. Nothing but data, unparsed."""

from matcalc.functions.cost_laws import CODE_LAWS, COST_LAWS, STABLE_LAWS, UPDATE_LAWS
from matcalc.functions.entry import Function, Law
from matcalc.functions.laws import LAWS
from matcalc.functions.notation import Fixity, Notation, Precedence
from matcalc.functions.structures import STRUCTURES, Structure
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
    "STABLE_LAWS",
    "STRUCTURES",
    "UPDATE_LAWS",
    "Fixity",
    "Function",
    "Law",
    "Notation",
    "Precedence",
    "Structure",
]
