"""The computation graph of an expression, also as text for Mermaid and Graphviz."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matcalc.calculus import Assignment, Cotangent, Traced, formula_of
from matcalc.errors import write_lines
from matcalc.explanation.drawing import svg
from matcalc.expression import Expr, axes, number, postorder
from matcalc.expression.traversal import reduced
from matcalc.printing import (
    LATEX,
    NOTATIONS,
    TEXT,
    UNICODE,
    Text,
    below,
    write,
)

#: The numbers of more paths are not written beside an edge.
MOST_NUMBERS = 6


class Node(NamedTuple):
    """A value: an input, or what ``formula`` gives.

    ``cotangent`` is the derivative of the whole with respect to it, which others may call ``letter``.
    """

    symbol: Expr
    formula: Expr | None
    cotangent: Expr | None = None
    letter: str = ""

    def __repr__(self) -> str:
        """Return the value with its formula."""
        return f"<Node: {self.label(TEXT)}>"

    @property
    def name(self) -> str:
        """The name of the value."""
        return str(self.symbol.data[0])

    def label(self, style: Text) -> str:
        """Return the value with its formula."""
        name = style.name(self.name)
        return name if self.formula is None else f"{name} = {write(self.formula, style)}"

    def shape(self, style: Text) -> str:
        """Return the shape."""
        return style.shape(axes(self.symbol.shape))

    def equations(self, style: Text, whole: str) -> list[tuple[str, str]]:
        """Return both sides of the formula, and of the derivative if that is known."""
        name, sides = style.name(self.name), []
        if self.formula is not None:
            sides.append((name, write(self.formula, style)))
        if self.cotangent is not None:
            partial = style.partial(style.name(whole), name)
            left = f"{style.name(self.letter)} = {partial}" if self.letter else partial
            sides.append((left, write(self.cotangent, style)))
        return sides

    def derivative(self, style: Text, whole: str) -> str:
        """Return the derivative of the whole with respect to this, empty if it is not known."""
        return "" if self.cotangent is None else " = ".join(self.equations(style, whole)[-1])

    def box(self, whole: str) -> list[str]:
        """Return what stands in the box of the value: formula, shape, derivative."""
        texts = [self.label(UNICODE), self.shape(UNICODE), self.derivative(UNICODE, whole)]
        return [text for text in texts if text]


class Edge(NamedTuple):
    """One occurrence of a value in the formula of another.

    ``differential`` is the local derivative, if that is known: that of the target, called ``move``; ``paths``
    are the numbers of those that go along it.
    """

    source: int
    target: int
    differential: Expr | None = None
    paths: tuple[int, ...] = ()
    move: str = ""

    def __repr__(self) -> str:
        """Return the numbers of both nodes, and the local derivative."""
        return f"<Edge: {self.source} -> {self.target}" + f", {self.label(TEXT)}" * bool(self.move) + ">"

    def label(self, style: Text) -> str:
        """Return the local derivative as a differential, empty if it is not known."""
        if self.differential is None:
            return ""
        return f"{style.name(self.move)} = {write(self.differential, style)}"

    def numbered(self, style: Text) -> str:
        """Return the label with the numbers of the paths, if they are few."""
        numbers = ",".join(map(str, self.paths)) if len(self.paths) <= MOST_NUMBERS else ""
        return f"{self.label(style)}  ({numbers})" if numbers else self.label(style)


class Graph(NamedTuple):
    """A computation graph: inputs and values in the order of evaluation, and what goes into what.

    ``str()`` lists it, :meth:`written` does in each notation; :meth:`svg` draws it, and notebooks show that;
    :meth:`mermaid` and :meth:`dot` give texts for Mermaid and Graphviz.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def whole(self) -> str:
        """The name of the whole."""
        return self.nodes[-1].name

    def __str__(self) -> str:
        """Return a list of the values, with what goes into each."""
        return self._list(TEXT)

    def unicode(self) -> str:
        """Return the list with mathematical symbols."""
        return self._list(UNICODE)

    def _list(self, style: Text) -> str:
        labels = [node.label(style) for node in self.nodes]
        width = max(map(len, labels))
        out = []
        for i, node in enumerate(self.nodes):
            told = f"{labels[i]:<{width}}  {node.shape(style):<5}  {node.derivative(style, self.whole)}"
            out.append(told.rstrip())
            for edge in self.edges:
                if edge.target == i and edge.differential is not None:
                    source = style.name(self.nodes[edge.source].name)
                    out.append(f"  from {source}: {edge.label(style)}{_numbered(edge)}")
        return "\n".join(out)

    def written(self, notation: str) -> str:
        """Return the list in a notation by its name; where that is typeset, the equations alone."""
        style = NOTATIONS[notation].telling_apart([node.name for node in self.nodes])
        sides = [pair for node in self.nodes for pair in node.equations(style, self.whole)]
        return style.equations(sides) if style.typeset and sides else self._list(style)

    def svg(self) -> str:
        """Return the drawing as SVG, for light and dark backgrounds, with a title for each value."""
        return svg(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle expressions after their parts."""
        return reduced(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the text with IPython's printer; consoles call this."""
        write_lines(printer, str(self))

    def __repr__(self) -> str:
        """Return how many values there are, the last, and the derivatives with respect to inputs."""
        inputs = [node for node in self.nodes if node.formula is None]
        labels = [self.nodes[-1].label(TEXT), *(node.derivative(TEXT, self.whole) for node in inputs)]
        return f"<Graph: {len(self.nodes)} values, {', '.join(filter(None, labels))}>"

    def _repr_svg_(self) -> str:
        """Return the drawing; notebooks call this."""
        return self.svg()

    def _repr_html_(self) -> str:
        """Return the drawing for notebooks that would prefer LaTeX to it."""
        return self.svg()

    def _repr_latex_(self) -> str:
        """Return the values and their cotangents in LaTeX; notebooks call this for print."""
        style = LATEX.telling_apart([node.name for node in self.nodes])
        rows = [[node.label(style), node.derivative(style, self.whole)] for node in self.nodes]
        return below(r" && \quad ".join(filter(None, row)) for row in rows)

    def mermaid(self) -> str:
        """Return the graph as a flowchart for Mermaid."""
        return _mermaid(self)

    def dot(self) -> str:
        """Return the graph in the language of Graphviz."""
        return _dot(self)


def _numbered(edge: Edge) -> str:
    if not edge.paths:
        return ""
    return f"  (path{'s' * (len(edge.paths) > 1)} {', '.join(map(str, edge.paths))})"


def graph_of(
    lines: Sequence[Assignment], trace: Traced | None = None, cotangents: Sequence[Cotangent] = ()
) -> Graph:
    """Return the graph of an evaluation trace.

    If it is seen from a variable, as ``trace`` says, edges on the way from that have local derivatives and
    paths, and nodes the derivatives in ``cotangents``. Where there are more paths than are listed, they have
    no numbers.
    """
    derivatives = {of.symbol: (of.value, of.letter) for of in cotangents}
    moves: Mapping[Expr, Expr] = {} if trace is None else trace.moves
    if trace is not None:
        derivatives[lines[-1].symbol] = (number(1), "")
    nodes = [Node(symbol, None, *derivatives.get(symbol, ())) for symbol in _inputs(lines)]
    nodes += [Node(line.symbol, formula_of(line), *derivatives.get(line.symbol, ())) for line in lines]
    place = {node.symbol: i for i, node in enumerate(nodes)}
    numbers: dict[tuple[Expr, Expr, tuple[int, ...]], list[int]] = {}
    for walk_number, walk in trace.numbered_walks() if trace is not None else ():
        for occurrence in walk:
            numbers.setdefault(occurrence.place, []).append(walk_number)
    edges = []
    for line in lines:
        here = trace.occurrences.get(line.symbol, ()) if trace is not None else ()
        moving = {occurrence.symbol for occurrence in here}
        constants = [
            node for node in dict.fromkeys(postorder(line.formula)) if node in place and node not in moving
        ]
        edges += [Edge(place[node], place[line.symbol]) for node in constants]
        edges += [
            Edge(
                place[occurrence.symbol],
                place[line.symbol],
                occurrence.differential,
                tuple(numbers.get(occurrence.place, ())),
                str(moves[line.symbol].data[0]),
            )
            for occurrence in here
        ]
    return Graph(tuple(nodes), tuple(edges))


def _inputs(lines: Sequence[Assignment]) -> list[Expr]:
    """Return the variables that occur, in the order in which they are used."""
    symbols = {line.symbol for line in lines}
    used = [n for line in lines for n in postorder(line.formula) if n.op == "variable" and n not in symbols]
    return list(dict.fromkeys(used))


def _mermaid(graph: Graph) -> str:
    """Return a flowchart for Mermaid; inputs are rounded, and what lies on a path is thick."""
    lines = ["flowchart TD"]
    for i, node in enumerate(graph.nodes):
        text = "<br/>".join(_escaped(line) for line in node.box(graph.whole))
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


def _dot(graph: Graph) -> str:
    """Return a digraph for Graphviz; inputs are rounded, and what lies on a path is bold."""
    lines = ["digraph computation {", '  node [shape=box, fontname="monospace"];']
    for i, node in enumerate(graph.nodes):
        text = "\\n".join(_quoted(line) for line in node.box(graph.whole))
        style = ', style="rounded"' if node.formula is None else ""
        lines.append(f'  n{i} [label="{text}"{style}];')
    for edge in graph.edges:
        label = _quoted(edge.numbered(UNICODE))
        style = ', style="bold"' if edge.paths else ""
        lines.append(f'  n{edge.source} -> n{edge.target} [label="{label}"{style}];')
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
