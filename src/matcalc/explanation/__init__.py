"""How a derivative comes about: steps in two styles, and the computation graph."""

from matcalc.explanation.backprop import backprop_steps
from matcalc.explanation.differentials import differential_steps
from matcalc.explanation.steps import LEVELS, STYLES, Line, Question, Steps

__all__ = [
    "LEVELS",
    "STYLES",
    "Line",
    "Question",
    "Steps",
    "backprop_steps",
    "differential_steps",
]
