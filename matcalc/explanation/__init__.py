"""How a derivative comes about: steps in two styles, and the computation graph."""

from matcalc.explanation.backward import (
    Route,
    Traced,
    cotangents_by_line,
    formula_of,
    listed,
    occurrence_text,
    routes,
    traced,
)
from matcalc.explanation.derivations import backprop_steps, differential_steps
from matcalc.explanation.graph import Graph, graph_of
from matcalc.explanation.lines import LEVELS, STYLES, Line, Question
from matcalc.explanation.steps import Steps

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
