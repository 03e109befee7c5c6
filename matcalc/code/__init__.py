"""Source code that computes expressions: readable, and without common subexpressions."""

from matcalc.code.indexed import with_entries_merged
from matcalc.code.instructions import SizeEstimates
from matcalc.code.lowering import Lowering
from matcalc.code.passes import ALL_PASSES, Passes
from matcalc.code.pieces import python_names
from matcalc.code.program import Program, Root, operator_sources, reverse_mode
from matcalc.code.targets import TARGETS, Target

__all__ = [
    "ALL_PASSES",
    "TARGETS",
    "Lowering",
    "Passes",
    "Program",
    "Root",
    "SizeEstimates",
    "Target",
    "operator_sources",
    "python_names",
    "reverse_mode",
    "with_entries_merged",
]
