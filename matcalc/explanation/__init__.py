"""How a derivative comes about: steps in two styles, and the computation graph."""

from matcalc.explanation.backprop import backprop_steps
from matcalc.explanation.backward import cotangents_by_line
from matcalc.explanation.differentials import differential_steps
from matcalc.explanation.graph import Graph, graph_of
from matcalc.explanation.occurrences import Traced, formula_of, occurrence_text, traced
from matcalc.explanation.routes import Route, listed, routes
from matcalc.explanation.steps import LEVELS, STYLES, Line, Question, Steps

__all__ = [
    "LEVELS",
    "STYLES",
    "Graph",
    "Line",
    "Question",
    "Route",
    "Steps",
    "Traced",
    "backprop_steps",
    "cotangents_by_line",
    "differential_steps",
    "formula_of",
    "graph_of",
    "listed",
    "occurrence_text",
    "routes",
    "traced",
]
