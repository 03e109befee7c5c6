"""Source code that computes expressions: readable, with nothing computed twice."""

from matcalc.code.lowering import Lowering
from matcalc.code.passes import ALL_PASSES, Passes
from matcalc.code.program import Program, Root
from matcalc.code.reverse import reverse_mode
from matcalc.code.sizes import Sizes
from matcalc.code.targets import TARGETS, Target
from matcalc.code.tensors import with_entries_merged

__all__ = [
    "ALL_PASSES",
    "TARGETS",
    "Lowering",
    "Passes",
    "Program",
    "Root",
    "Sizes",
    "Target",
    "reverse_mode",
    "with_entries_merged",
]
