"""Source code that computes expressions: readable, and without common subexpressions."""

from matcalc.code.indexed import with_entries_merged
from matcalc.code.instructions import SizeEstimates
from matcalc.code.program import Program, Root, operator_sources, reverse_mode, with_functions
from matcalc.code.scope import python_names
from matcalc.code.source_text import joined
from matcalc.code.target import ALL_PASSES, Passes, Target
from matcalc.code.targets import TARGETS

__all__ = [
    "ALL_PASSES",
    "TARGETS",
    "Passes",
    "Program",
    "Root",
    "SizeEstimates",
    "Target",
    "joined",
    "operator_sources",
    "python_names",
    "reverse_mode",
    "with_entries_merged",
    "with_functions",
]
