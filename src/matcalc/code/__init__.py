"""Source code that computes expressions: readable, with nothing computed twice."""

from matcalc.code.compiled import compiled
from matcalc.code.emitter import source_of
from matcalc.code.targets import TARGETS, Target

__all__ = ["TARGETS", "Target", "compiled", "source_of"]
