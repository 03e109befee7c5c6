"""Computation graphs as texts for other programs: Mermaid and Graphviz."""

from __future__ import annotations

from matcalc.explanation.graph import Graph, Node
from matcalc.printing import UNICODE


def mermaid(graph: Graph) -> str:
    """Return a flowchart for Mermaid; inputs are rounded, and what lies on a path is thick."""
    lines = ["flowchart TD"]
    for i, node in enumerate(graph.nodes):
        text = "<br/>".join(_escaped(one) for one in lines_of(node, graph.whole))
        lines.append(f'  n{i}("{text}")' if node.formula is None else f'  n{i}["{text}"]')
    for edge in graph.edges:
        label = _escaped(edge.numbered(UNICODE))
        arrow = "==>" if edge.paths else "-->"
        lines.append(f"  n{edge.source} {arrow}" + (f'|"{label}"|' if label else "") + f" n{edge.target}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Return a text that stands between quotation marks in Mermaid."""
    for mark, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(mark, code)
    return text


def dot(graph: Graph) -> str:
    """Return a digraph for Graphviz; inputs are rounded, and what lies on a path is bold."""
    lines = ["digraph computation {", '  node [shape=box, fontname="monospace"];']
    for i, node in enumerate(graph.nodes):
        text = "\\n".join(_quoted(one) for one in lines_of(node, graph.whole))
        style = ', style="rounded"' if node.formula is None else ""
        lines.append(f'  n{i} [label="{text}"{style}];')
    for edge in graph.edges:
        label = _quoted(edge.numbered(UNICODE))
        style = ', style="bold"' if edge.paths else ""
        lines.append(f'  n{edge.source} -> n{edge.target} [label="{label}"{style}];')
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def lines_of(node: Node, whole: str) -> list[str]:
    """Return what stands in the box of a value: formula, shape, derivative."""
    found = [node.label(UNICODE), node.shape(UNICODE), node.derivative(UNICODE, whole)]
    return [text for text in found if text]
