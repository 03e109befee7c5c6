"""What is drawn in an SVG, read back from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

NAMESPACE = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
#: Height of the letters above and below the line that a text stands on.
ASCENT, DESCENT = 10.0, 3.0


class Box(NamedTuple):
    """A rectangle, and what it is."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom


class Picture(NamedTuple):
    """Boxes with their texts, labels beside edges, and edges as points along them."""

    boxes: list[Box]
    texts: list[tuple[Box, Box]]
    labels: list[Box]
    edges: list[list[tuple[float, float]]]
    colours: set[str]
    size: tuple[float, float]


def picture(svg: str) -> Picture:
    """Return what an SVG shows."""
    root = ElementTree.fromstring(svg)
    boxes, texts, labels, edges, colours = [], [], [], [], set()
    for group in root.iter(f"{NAMESPACE}g"):
        rect = group.find(f"{NAMESPACE}rect")
        if rect is not None:
            x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
            box = Box(x, y, x + w, y + h, group.findtext(f"{NAMESPACE}title") or "")
            boxes.append(box)
            texts += [(box, _text_box(text)) for text in group.iter(f"{NAMESPACE}text")]
        for path in group.iter(f"{NAMESPACE}path"):
            if not path.attrib["class"].startswith("tip"):
                edges.append(list(_points(path.attrib["d"])))
                colours.add(path.attrib["class"])
    labels = [_text_box(text) for text in root.findall(f"{NAMESPACE}text")]
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    return Picture(boxes, texts, labels, edges, colours, (left + width, top + height))


def _text_box(text: ElementTree.Element) -> Box:
    x, y, width = (float(text.attrib[key]) for key in ("x", "y", "textLength"))
    return Box(x, y - ASCENT, x + width, y + DESCENT, text.text or "")


def _points(d: str) -> Iterator[tuple[float, float]]:
    """Yield points along a path of lines down and curves."""
    x = y = 0.0
    for command, rest in re.findall(r"([MVC])([^MVC]*)", d):
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        if command == "M":
            x, y = numbers
        elif command == "V":
            yield from ((x, y + (numbers[0] - y) * i / 10) for i in range(11))
            y = numbers[0]
        else:
            ends = [(x, y), *zip(numbers[::2], numbers[1::2], strict=True)]
            for i in range(21):
                t = i / 20
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
                yield (
                    sum(w * p[0] for w, p in zip(weights, ends, strict=True)),
                    sum(w * p[1] for w, p in zip(weights, ends, strict=True)),
                )
            x, y = ends[-1]
