"""Graphs as SVG, in a layered layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from matcalc.printing import UNICODE

if TYPE_CHECKING:
    from matcalc.explanation.graph import Edge, Graph

#: Sweeps over the rows, for the order in them and for the places.
SWEEPS = 12
#: Distance between neighbours in a row.
GAP = 16.0
#: How much more straight edges and what they join keep their places.
STRAIGHT = 50.0


class Item(NamedTuple):
    """Something in a row: what it needs to the left and to the right of its middle line."""

    left: float
    right: float


class Layout(NamedTuple):
    """Where everything is: ``x`` of the middle line of each item, and the items of each row, from the left.

    The first items are the nodes; ``lanes`` are the items that each edge passes, from its source down.
    """

    x: list[float]
    items: list[Item]
    rows: list[list[int]]
    lanes: list[list[int]]


class Link(NamedTuple):
    """An edge from one node to another: half its own width, and that of the label to the right of it.

    One that is ``straight`` is so rather than others, and what it joins keeps its place.
    """

    source: int
    target: int
    half: float
    label: float
    straight: bool


def placed(widths: Sequence[float], edges: Sequence[Link]) -> Layout:
    """Return a layout for nodes with these widths and edges between them.

    Nodes are given in the order of evaluation: edges go from earlier ones to later ones.
    """
    ranks = _ranks(len(widths), edges)
    items = [Item(width / 2, width / 2) for width in widths]
    rows: list[list[int]] = [[] for _ in range(2 * max(ranks) + 1)]
    for node, rank in enumerate(ranks):
        rows[2 * rank].append(node)
    lanes: list[list[int]] = []
    links: list[tuple[int, int]] = []
    for source, target, half, label, _ in edges:
        lane = []
        for row in range(2 * ranks[source] + 1, 2 * ranks[target]):
            labelled = row == 2 * ranks[target] - 1
            items.append(Item(half, half + label if labelled else half))
            rows[row].append(len(items) - 1)
            lane.append(len(items) - 1)
        lanes.append(lane)
        stops = [source, *lane, target]
        links += pairwise(stops)
    above, below = _neighbours(len(items), links)
    _order(rows, above, below)
    weights = [1.0] * len(items)
    for edge, lane in zip(edges, lanes, strict=True):
        for item in (edge.source, edge.target, *lane) if edge.straight else ():
            weights[item] = STRAIGHT
    x = _coordinates(items, weights, rows, above, below)
    shift = min(x[i] - items[i].left for row in rows for i in row)
    return Layout([middle - shift for middle in x], items, rows, lanes)


def _ranks(count: int, edges: Sequence[Link]) -> list[int]:
    """Return the row of each node: below all that goes into it, an input just above what it goes into."""
    ranks = [0] * count
    for edge in sorted(edges, key=lambda edge: edge.target):
        ranks[edge.target] = max(ranks[edge.target], ranks[edge.source] + 1)
    targets = {edge.target for edge in edges}
    for node in range(count):
        into = [ranks[edge.target] for edge in edges if edge.source == node]
        if node not in targets and into:
            ranks[node] = min(into) - 1
    return ranks


def _neighbours(count: int, links: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for upper, lower in links:
        above[lower].append(upper)
        below[upper].append(lower)
    return above, below


def _order(rows: list[list[int]], above: list[list[int]], below: list[list[int]]) -> None:
    """Sort each row by the mean place of its neighbours, keeping the order with the fewest crossings."""
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows[1:] if down else rows[-2::-1]:
            near = above if down else below
            place = {item: i for other in rows for i, item in enumerate(other)}
            key = {i: sum(place[j] for j in near[i]) / len(near[i]) if near[i] else place[i] for i in row}
            row.sort(key=key.__getitem__)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _crossings(rows: list[list[int]], below: list[list[int]]) -> int:
    place = {item: i for row in rows for i, item in enumerate(row)}
    count = 0
    for row in rows:
        ends = [place[lower] for item in row for lower in sorted(below[item], key=place.__getitem__)]
        count += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return count


def _coordinates(
    items: list[Item],
    weights: list[float],
    rows: list[list[int]],
    above: list[list[int]],
    below: list[list[int]],
) -> list[float]:
    """Return places near the mean of the neighbours', with the distances that the items need."""
    x = [0.0] * len(items)

    def mean(near: list[int]) -> float:
        return sum(weights[j] * x[j] for j in near) / sum(weights[j] for j in near)

    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else below
        if sweep == SWEEPS - 1:
            near = [[*a, *b] for a, b in zip(above, below, strict=True)]
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [mean(near[i]) if near[i] else x[i] for i in row]
            places = _apart([items[i] for i in row], wanted, [weights[i] for i in row])
            for i, place in zip(row, places, strict=True):
                x[i] = place
    return x


def _apart(row: Sequence[Item], wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the places nearest to those wanted, weighted least squares, at which the items do not touch.

    Taken off the widths before them, places have only to ascend: neighbours that do not are put together
    at their mean (the algorithm of pooled adjacent violators).
    """
    offsets = [0.0]
    for before, item in pairwise(row):
        offsets.append(offsets[-1] + before.right + GAP + item.left)
    pools: list[tuple[float, float, int]] = []
    for place, offset, weight in zip(wanted, offsets, weights, strict=True):
        pools.append((place - offset, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m, first), (b, n, second) = pools[-2:]
            pools[-2:] = [((a * m + b * n) / (m + n), m + n, first + second)]
    levels = [level for level, _, count in pools for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


#: Sizes in pixels: a letter, a line, the space inside a box, between rows, around the whole.
LETTER, LINE, INSIDE, BETWEEN, MARGIN = 7.6, 17.0, 9.0, 26.0, 16.0
#: Half of what an edge takes, the distance of parallel strokes, one for each path, and the length of a tip.
LANE, STROKES, TIP = 8.0, 3.5, 7.0
_LIGHT = ("#0b62c4", "#c2410c", "#15803d", "#a21caf", "#b45309", "#0e7490", "#be123c", "#4d7c0f")
_DARK = ("#7cb7ff", "#ff9a62", "#6ee08f", "#f0a3ff", "#fcc74e", "#67e0f2", "#ff9db0", "#bfe26b")
_STYLE = """
.{id} text {{ font: 12.5px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }}
.{id} rect {{ fill: #ffffff; stroke: #57606a; }} .{id} .input rect {{ fill: #eef1f4; }}
.{id} text.dim {{ fill: #57606a; }} .{id} path {{ fill: none; stroke: #8c959f; stroke-width: 1.4; }}
.{id} .tip {{ fill: #8c959f; stroke: none; }} {light}
@media (prefers-color-scheme: dark) {{
.{id} text {{ fill: #e6edf3; }} .{id} rect {{ fill: #161b22; stroke: #8b949e; }}
.{id} .input rect {{ fill: #262c36; }} .{id} text.dim {{ fill: #9da7b1; }} {dark} }}
"""


def svg(graph: Graph) -> str:
    """Return the graph as SVG: values in boxes, local derivatives at the edges, a colour for each path."""
    drawing = _Picture(graph)
    name = f"g{crc32(repr((drawing.texts, drawing.labels)).encode()):08x}"
    light, dark = (" ".join(_colour(name, n, c) for n, c in enumerate(of, 1)) for of in (_LIGHT, _DARK))
    title = f"Computation graph of {graph.nodes[-1].label(UNICODE)}"
    described = "; ".join(", ".join(lines) for lines in drawing.texts)
    width, height = drawing.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" role="img" '
        f'aria-labelledby="{name}t {name}d" '
        f'viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
        f'<title id="{name}t">{escape(title)}</title><desc id="{name}d">{escape(described)}</desc>'
        f"<style>{_STYLE.format(id=name, light=light, dark=dark)}</style>{''.join(drawing.parts())}</svg>"
    )


def _colour(name: str, number: int, colour: str) -> str:
    return (
        f".{name} path.p{number} {{ stroke: {colour}; stroke-width: 2.2; }} "
        f".{name} path.t{number} {{ fill: {colour}; }} .{name} text.t{number} {{ fill: {colour}; }}"
    )


class _Picture:
    """The parts of a drawing, and where they are."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.texts = [node.box(graph.whole) for node in graph.nodes]
        self.labels = [edge.numbered(UNICODE) for edge in graph.edges]
        self.widths = [max(map(_width, lines)) + 2 * INSIDE for lines in self.texts]
        self.half = [LANE + STROKES * (len(_strokes(edge)) - 1) / 2 for edge in graph.edges]
        links = [
            Link(
                edge.source, edge.target, half, _width(label), bool(label) or not self._is_input(edge.source)
            )
            for edge, half, label in zip(graph.edges, self.half, self.labels, strict=True)
        ]
        self.layout = placed(self.widths, links)
        self.row = {item: number for number, row in enumerate(self.layout.rows) for item in row}
        self.heights = [max([self._height(i) for i in row], default=0.0) for row in self.layout.rows]
        self.tops = [sum(self.heights[:n]) + n * BETWEEN for n in range(len(self.heights))]
        self.ports = self._ports()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, with the margins."""
        layout = self.layout
        width = max(layout.x[i] + layout.items[i].right for row in layout.rows for i in row)
        return width + 2 * MARGIN, self.tops[-1] + self.heights[-1] + 2 * MARGIN

    def parts(self) -> Iterator[str]:
        """Yield the edges, then what they are labelled with, then the boxes."""
        numbers = range(len(self.graph.edges))
        yield from (self._edge(i) for i in numbers)
        yield from (self._label(i) for i in numbers if self.labels[i])
        yield from (self._box(i) for i in range(len(self.texts)))

    def _is_input(self, node: int) -> bool:
        return self.graph.nodes[node].formula is None

    def _height(self, item: int) -> float:
        return len(self.texts[item]) * LINE + INSIDE if item < len(self.texts) else LINE

    def _ports(self) -> list[tuple[float, float]]:
        """Return where each edge leaves its source and reaches its target, apart from all others."""
        x, lanes, edges = self.layout.x, self.layout.lanes, self.graph.edges
        ends: list[list[float]] = [[0.0, 0.0] for _ in edges]
        for node in range(len(self.texts)):
            for side in (0, 1):
                here = [i for i, edge in enumerate(edges) if (edge.source, edge.target)[side] == node]
                here.sort(key=lambda i: x[lanes[i][-side]])
                for place, i in enumerate(here, 1):
                    ends[i][side] = x[node] + self.widths[node] * (place / (len(here) + 1) - 0.5)
        return [(start, end) for start, end in ends]

    def _edge(self, number: int) -> str:
        edge, (start, end) = self.graph.edges[number], self.ports[number]
        paths = _strokes(edge)
        strokes = []
        for place, path in enumerate(paths):
            aside = STROKES * (place - (len(paths) - 1) / 2)
            strokes.append(self._stroke(number, start + aside, end + aside, aside, path))
        what = f"{self.graph.nodes[edge.source].name} to {self.graph.nodes[edge.target].name}"
        told = f": path {', '.join(map(str, edge.paths))}" if edge.paths else ""
        return f"<g><title>{escape(what + told)}</title>{''.join(strokes)}</g>"

    def _stroke(self, number: int, start: float, end: float, aside: float, path: int) -> str:
        """Return one line from source to target, straight past each row and curved between them."""
        edge, top = self.graph.edges[number], self.tops[self.row[self.graph.edges[number].target]]
        source_row = self.row[edge.source]
        x, y = start, self.tops[source_row] + self.heights[source_row]
        line = f"M{x:.1f} {self.tops[source_row] + self._height(edge.source):.1f}V{y:.1f}"
        for item in self.layout.lanes[number]:
            row = self.row[item]
            x, y, line = self._curve(line, x, y, self.layout.x[item] + aside, self.tops[row])
            y += self.heights[row]
            line += f"V{y:.1f}"
        x, y, line = self._curve(line, x, y, end, top - TIP)
        tip = f"M{end - 3.5:.1f} {top - TIP:.1f}h7l-3.5 {TIP}z"
        return f'<path class="p{path}" d="{line}"/><path class="tip t{path}" d="{tip}"/>'

    def _curve(self, line: str, x: float, y: float, to: float, down: float) -> tuple[float, float, str]:
        middle = (y + down) / 2
        return to, down, f"{line}C{x:.1f} {middle:.1f} {to:.1f} {middle:.1f} {to:.1f} {down:.1f}"

    def _label(self, number: int) -> str:
        item, edge = self.layout.lanes[number][-1], self.graph.edges[number]
        x = self.layout.x[item] + self.half[number] - 2
        colour = f"t{_strokes(edge)[0]}" if len(edge.paths) == 1 else "dim"
        return _text(self.labels[number], x, self.tops[self.row[item]] + LINE - 5, colour)

    def _box(self, number: int) -> str:
        lines, width = self.texts[number], self.widths[number]
        x, y = self.layout.x[number] - width / 2, self.tops[self.row[number]]
        kind = "input" if self._is_input(number) else "value"
        rect = (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{self._height(number):.1f}" rx="5"/>'
        )
        texts = [
            _text(line, x + INSIDE, y + INSIDE / 2 + LINE * (i + 1) - 5, "dim" if i == 1 else "")
            for i, line in enumerate(lines)
        ]
        return f'<g class="{kind}"><title>{escape(", ".join(lines))}</title>{rect}{"".join(texts)}</g>'


def _strokes(edge: Edge) -> list[int]:
    """Return the numbers of the colours of an edge: one for each path, unless there are too many."""
    if not 0 < len(edge.paths) <= len(_LIGHT):
        return [0]
    return [(path - 1) % len(_LIGHT) + 1 for path in edge.paths]


def _width(text: str) -> float:
    return len(text) * LETTER


def _text(text: str, x: float, y: float, kind: str) -> str:
    """Return a text that is as wide as was reckoned with, whatever the font."""
    style = f' class="{kind}"' if kind else ""
    return (
        f'<text{style} x="{x:.1f}" y="{y:.1f}" textLength="{_width(text):.1f}" '
        f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(text)}</text>'
    )
