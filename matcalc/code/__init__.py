"""Source code that computes expressions: readable, with nothing computed twice."""

from matcalc.code.index_forms import with_entries_merged
from matcalc.code.lowering import Lowering
from matcalc.code.operators import operator_sources
from matcalc.code.passes import ALL_PASSES, Passes
from matcalc.code.program import Program, Root
from matcalc.code.reverse import reverse_mode
from matcalc.code.scope import python_names
from matcalc.code.sizes import Sizes
from matcalc.code.targets import TARGETS, Target

__all__ = [
    "ALL_PASSES",
    "TARGETS",
    "Lowering",
    "Passes",
    "Program",
    "Root",
    "Sizes",
    "Target",
    "operator_sources",
    "python_names",
    "reverse_mode",
    "with_entries_merged",
]
