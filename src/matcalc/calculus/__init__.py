"""Calculus: the backward sweep, gradients, and how results are presented."""

from matcalc.calculus.factoring import DEMANDING, factored
from matcalc.calculus.gradient import gradients, structure_note
from matcalc.calculus.names import named_parts
from matcalc.calculus.pullbacks import pull_back, pullback
from matcalc.calculus.size import multiplied_out_size, size, size_of_multiple
from matcalc.calculus.sweep import cotangents

__all__ = [
    "DEMANDING",
    "cotangents",
    "factored",
    "gradients",
    "multiplied_out_size",
    "named_parts",
    "pull_back",
    "pullback",
    "size",
    "size_of_multiple",
    "structure_note",
]
