"""Source code that computes expressions: readable, with nothing computed twice."""

from matcalc.code.lowering import Lowering, Passes
from matcalc.code.program import Program
from matcalc.code.reverse import reverse_mode
from matcalc.code.sizes import Sizes
from matcalc.code.targets import TARGETS, Target

__all__ = ["TARGETS", "Lowering", "Passes", "Program", "Sizes", "Target", "reverse_mode"]
