"""Layered layout: boxes in rows, so that edges go down and nothing overlaps.

Rows of values alternate with rows of labels on the edges; where an edge passes a row, a place is kept for it
(Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System Structures, 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

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
    return Layout([one - shift for one in x], items, rows, lanes)


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
            place = {item: i for one in rows for i, item in enumerate(one)}
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
            found = _apart([items[i] for i in row], wanted, [weights[i] for i in row])
            for i, place in zip(row, found, strict=True):
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
