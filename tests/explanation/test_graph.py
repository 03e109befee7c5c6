"""Computation graphs: what is in them agrees with numbers, and nothing in a drawing overlaps."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from lark import Lark
from lark.exceptions import LarkError

import matcalc as mc
from matcalc.explanation import Graph
from matcalc.explanation.graph import Edge, Node
from matcalc.expression import SCALAR, variable
from tests.explanation.derivations import Derivation, instances, number
from tests.explanation.pictures import Box, picture
from tests.numerical import distance
from tests.test_cases import CASES, GRADIENTS

TIED = "1/2*||W^T W x - x||^2"
GP = "-D/2*log|K| - 1/2*tr(inv(K)*Y*Y') where K = alpha*X*X' + beta^-1*I"
#: The flowcharts of Mermaid, as far as they are used; see its documentation of flowcharts.
MERMAID = Lark(
    r"""
    start: "flowchart TD" (_LINE NODE (box | edge))*
    box: "[" TEXT "]" | "(" TEXT ")"
    edge: (_ARROW | _OPEN TEXT "| ") NODE
    TEXT: /"(?:[^"#<>]|#(?:quot|lt|gt|35);|<br\/>)+"/
    NODE: /n\d+/
    _LINE: "\n  "
    _ARROW: " --> " | " ==> "
    _OPEN: " -->|" | " ==>|"
    """,
    parser="lalr",
)

#: The language of Graphviz, as its documentation gives it, without subgraphs, ports and HTML.
GRAPHVIZ = Lark(
    r"""
    start: "digraph" ID "{" (statement ";"?)* "}"
    ?statement: node | edge | attributes
    attributes: ("graph" | "node" | "edge") list+
    node: ID list*
    edge: ID ("->" ID)+ list*
    list: "[" (ID "=" ID (";" | ",")?)* "]"
    ID: /[A-Za-z_][A-Za-z_0-9]*/ | /-?(\.[0-9]+|[0-9]+(\.[0-9]*)?)/ | /"(?:[^"\\]|\\.)*"/
    %ignore /\s+/
    """,
    parser="lalr",
)


def network(layers: int) -> str:
    text = "x"
    for i in range(1, layers + 1):
        text = f"tanh(W{i}*({text}) + b{i})"
    return f"1/2*||{text} - y||^2"


def derivative(text: str, wrt: str, kinds: dict[str, str] | None = None) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found


def graphs() -> list[tuple[str, Graph]]:
    """Graphs of 2 to 60 nodes, with paths and without."""
    found = [
        (f"{name} by {wrt}", derivative(CASES[name]["expr"], wrt, CASES[name]["variables"]).graph())
        for name, wrt in GRADIENTS
    ]
    for layers in (1, 3, 6, 9, 12):
        found.append((f"{layers} layers by W1", derivative(network(layers), "W1").graph()))
        found.append((f"{layers} layers", mc.parse(network(layers)).graph()))
    for text in (TIED, GP, "A*X*B + C", "x"):
        found.append((text, mc.parse(text, {"D": "scalar"} if "D/2" in text else {}).graph()))
    many = "x'*x"
    for _ in range(3):
        many = f"({many})*({many})"
    return [*found, ("16 paths", derivative(f"exp({many})", "x").graph())]


GRAPHS = graphs()
IDS = [name for name, _ in GRAPHS]


@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_edges_and_nodes_agree_with_numbers(name: str, wrt: str) -> None:
    """The differentials on the edges into a value add up to its own; derivatives are slopes."""
    of = derivative(CASES[name]["expr"], wrt, CASES[name]["variables"])
    graph, steps = of.graph(), of.steps()
    for instance in instances(of, 2):
        known = Derivation(steps, of, instance)
        moves = known.moves()
        values: dict[str, Any] = {**known.known, **moves}
        for node in graph.nodes:
            if node.letter:
                assert node.cotangent is not None
                pending = {one.letter: one.cotangent for one in graph.nodes if one.letter}
                values[node.letter] = _letter(node.letter, pending, values, instance.sizes)
        arrived: dict[int, Any] = defaultdict(float)
        for edge in graph.edges:
            if edge.differential is not None:
                arrived[edge.target] = arrived[edge.target] + number(
                    edge.differential, values, instance.sizes
                )
        for target, total in arrived.items():
            wanted = moves[f"d{graph.nodes[target].name}"]
            assert distance(total, np.reshape(wanted, np.shape(total))) < 1e-6, graph
        for node in graph.nodes[:-1]:
            if node.cotangent is not None:
                towards = known.direction(node.name)
                found = float(np.sum(number(node.cotangent, values, instance.sizes) * towards))
                assert found == pytest.approx(known.slope(node.name, towards), rel=1e-5, abs=1e-6), graph


def _letter(letter: str, pending: dict[str, Any], values: dict[str, Any], sizes: Any) -> Any:
    """The value of a derivative that has a letter, in which others may occur."""
    if letter not in values:
        from matcalc.expression import variables

        for other in variables([pending[letter]]):
            if other in pending:
                values[other] = _letter(other, pending, values, sizes)
        values[letter] = number(pending[letter], values, sizes)
    return values[letter]


def test_paths_have_the_numbers_that_they_are_listed_with() -> None:
    of = derivative(TIED, "W")
    graph, paths = of.graph(), of.paths()
    for i, path in enumerate(paths, 1):
        along = [edge for edge in graph.edges if i in edge.paths]
        names = [graph.nodes[edge.source].name for edge in along] + [graph.whole]
        assert sorted(names) == sorted(value.name for value in path.values)
    assert max(n for edge in derivative(GP, "X", {"D": "scalar"}).graph().edges for n in edge.paths) == 4


def test_a_list_with_and_without_a_variable() -> None:
    assert str(mc.parse(TIED).graph()).splitlines() == [
        "W                 (m,n)",
        "x                 (n)",
        "M = W*x           (m)",
        "N = W'*M          (n)",
        "r = N - x         (n)",
        "L = norm2(r)^2/2  ()",
    ]
    assert derivative(TIED, "W").graph().unicode().splitlines()[:4] == [
        "W           m×n    ∂L/∂W = W r xᵀ + M rᵀ",
        "x           n",
        "M = W x     m      ∂L/∂M = W r",
        "  from W: dM = dW x  (path 2)",
    ]


def too_close(boxes: list[Box]) -> list[tuple[str, str]]:
    return [(one.what, other.what) for one, other in combinations(boxes, 2) if one.overlaps(other)]


@pytest.mark.parametrize(("name", "graph"), GRAPHS, ids=IDS)
def test_nothing_in_a_drawing_overlaps(name: str, graph: Graph) -> None:
    seen = picture(graph.svg())
    assert len(seen.boxes) == len(graph.nodes)
    assert len(seen.labels) == sum(edge.differential is not None for edge in graph.edges)
    assert not too_close([*seen.boxes, *seen.labels])
    for box, text in seen.texts:
        assert box.left < text.left and text.right < box.right, text
        assert box.top < text.top and text.bottom < box.bottom, text
    width, height = seen.size
    for part in (*seen.boxes, *seen.labels):
        assert part.left >= 0 and part.top >= 0 and part.right <= width and part.bottom <= height
    for points in seen.edges:
        for x, y in points:
            assert not any(part.holds(x, y) for part in (*seen.boxes, *seen.labels))


def test_what_overlaps_is_noticed() -> None:
    seen = picture(derivative(TIED, "W").graph().svg())
    moved = seen.boxes[2]._replace(left=seen.boxes[0].left + 1, top=seen.boxes[0].top + 1)
    assert too_close([*seen.boxes[:2], moved])


def test_each_path_has_a_colour_on_light_and_on_dark() -> None:
    svg = derivative(GP, "X", {"D": "scalar"}).graph().svg()
    assert picture(svg).colours == {"p0", "p1", "p2", "p3", "p4"}
    light, dark = svg.split("@media (prefers-color-scheme: dark)")
    for colour in range(1, 9):
        assert f"path.p{colour} {{ stroke: #" in light and f"path.p{colour} {{ stroke: #" in dark


def test_a_drawing_says_what_it_is() -> None:
    svg = derivative(TIED, "W").graph().svg()
    assert "<title" in svg and "Computation graph of L = ‖r‖²/2" in svg
    assert "<title>M = W x, m, ∂L/∂M = W r</title>" in svg
    assert "<title>M to N: path 2</title>" in svg
    assert 'role="img"' in svg and svg.count('aria-labelledby="') == 1
    assert derivative(TIED, "W").graph()._repr_svg_() == svg
    other = derivative("x'*x", "x").graph().svg()
    assert svg.split('class="')[1][:9] != other.split('class="')[1][:9], (
        "two in one page must not share styles"
    )


@pytest.mark.parametrize(("name", "graph"), GRAPHS, ids=IDS)
def test_graphviz_and_mermaid_read_their_texts(name: str, graph: Graph) -> None:
    parsed = GRAPHVIZ.parse(graph.dot())
    assert len(list(parsed.find_data("node"))) == len(graph.nodes)
    edges = [tuple(map(str, edge.children[:2])) for edge in parsed.find_data("edge")]
    assert sorted(edges) == sorted((f"n{edge.source}", f"n{edge.target}") for edge in graph.edges)
    tree = MERMAID.parse(graph.mermaid())
    assert len(list(tree.find_data("box"))) == len(graph.nodes)
    assert len(list(tree.find_data("edge"))) == len(graph.edges)


def test_broken_texts_are_not_read() -> None:
    text = derivative(TIED, "W").graph().mermaid()
    for broken in (text.replace('"]', "]", 1), text.replace("-->", "->", 1), text.replace("W<br/>", 'W"', 1)):
        with pytest.raises(LarkError):
            MERMAID.parse(broken)
    text = derivative(TIED, "W").graph().dot()
    for broken in (text.replace('"];', "];", 1), text.replace("->", "--", 1), text.replace("\\n", '"', 1)):
        with pytest.raises(LarkError):
            GRAPHVIZ.parse(broken)


def test_marks_that_mean_something_elsewhere_are_escaped() -> None:
    odd = Node(variable('a<b>"&#\\', SCALAR), None)
    graph = Graph((odd, odd), (Edge(0, 1),))
    assert [box.what for box in picture(graph.svg()).boxes] == ['a<b>"&#\\, scalar'] * 2
    assert len(list(MERMAID.parse(graph.mermaid()).find_data("box"))) == 2
    assert len(list(GRAPHVIZ.parse(graph.dot()).find_data("edge"))) == 1


def test_graphs_of_what_has_no_gradient() -> None:
    assert mc.parse("A*X*B").graph().whole == "F"
    with pytest.raises(mc.MatcalcError, match="gradient of a scalar"):
        mc.diff("A*X*B", "X").graph()
