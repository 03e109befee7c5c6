"""Steps and computation graphs as parts of the JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matcalc.expression import axes
from matcalc.printing import LATEX, TEXT

if TYPE_CHECKING:
    from matcalc.explanation import Graph, Line, Steps


def steps_content(steps: Steps) -> Mapping[str, Any]:
    """Return a derivation, line by line."""
    return {"style": steps.style, "lines": [_line(steps, line) for line in steps.lines]}


def _line(steps: Steps, line: Line) -> Mapping[str, Any]:
    rules = [
        {"words": steps.rule(one), "formula": steps.formula(one, TEXT), "source": one.source}
        for one in line.reasons
    ]
    keys, style = ("name", "left", "right", "source"), steps.latex_style
    return {
        "part": line.part,
        "left": line.left(TEXT, steps.whole),
        "text": line.written(TEXT),
        "latex": f"{line.left(style, steps.whole)} = {line.written(style)}",
        "shape": [str(dim) for dim in axes(line.right.shape)],
        "note": line.said(TEXT),
        "rules": rules,
        "laws": [{key: getattr(law, key) for key in keys} for law in line.laws],
    }


def graph_content(graph: Graph) -> Mapping[str, Any]:
    """Return a computation graph: its values, and what goes into what."""
    style = LATEX.telling_apart([node.name for node in graph.nodes])
    nodes = [
        {
            "name": node.name,
            "text": node.label(TEXT),
            "latex": node.label(style),
            "shape": [str(dim) for dim in axes(node.symbol.shape)],
            "operation": "input" if node.formula is None else node.formula.op,
            "derivative": node.derivative(TEXT, graph.whole),
        }
        for node in graph.nodes
    ]
    edges = [
        {
            "source": graph.nodes[edge.source].name,
            "target": graph.nodes[edge.target].name,
            "differential": edge.label(TEXT),
            "paths": list(edge.paths),
        }
        for edge in graph.edges
    ]
    return {"nodes": nodes, "edges": edges}
