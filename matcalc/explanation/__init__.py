"""How a derivative comes about: steps in two styles, and the computation graph."""

from matcalc.explanation.derivations import backprop_steps, differential_steps
from matcalc.explanation.graph import Graph, graph_of
from matcalc.explanation.lines import LEVELS, STYLES, Line, Question, occurrence_text
from matcalc.explanation.steps import Steps

__all__ = [
    "LEVELS",
    "STYLES",
    "Graph",
    "Line",
    "Question",
    "Steps",
    "backprop_steps",
    "differential_steps",
    "graph_of",
    "occurrence_text",
]
