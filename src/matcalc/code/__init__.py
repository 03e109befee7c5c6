"""Source code that computes expressions: readable, with nothing computed twice."""

from matcalc.code.compiled import compiled
from matcalc.code.emitter import source_of
from matcalc.code.lowering import Lowering, Passes
from matcalc.code.sizes import Sizes
from matcalc.code.targets import TARGETS, Target

__all__ = ["TARGETS", "Lowering", "Passes", "Sizes", "Target", "compiled", "source_of"]
