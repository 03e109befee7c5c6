"""Index notation as printed, evaluated from the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

import matcalc as mc

_ENTRY = re.compile(r"(?P<array>.+)\[(?P<indices>[\w,]+)\](?:\^(?P<power>\d+))?")
_SUM = re.compile(r"sum_\{[\w,]+\} ")


def evaluate_index_text(derivative: mc.Derivative, values: Mapping[str, Any], shape: tuple[int, ...]) -> Any:
    """Return the full array of this shape that the text of a derivative in index notation means.

    Each array in it is read as an expression of its own and evaluated; sums and products are NumPy's.
    """
    body, _, where = str(derivative).partition(" where ")
    sizes = dict(zip(derivative.axes, shape, strict=True))

    def value(text: str) -> Any:
        whole = f"{text} where {where}" if where else text
        return mc.parse(whole, derivative.variables).evaluate(**values)

    total = np.zeros(shape)
    for mark, text in pieces(body, (" + ", " - ")):
        negative = (mark == " - ") != text.startswith("-")
        product = _SUM.sub("", text.removeprefix("-"))
        total = total + (-1.0 if negative else 1.0) * _product(product, sizes, value)
    return total


def has_units(derivative: mc.Derivative) -> bool:
    """Whether unit matrices occur, which are no expressions."""
    return any("elsewhere" in note for note in derivative.notes)


def _product(text: str, sizes: Mapping[str, int], value: Any) -> Any:
    """Return the product of all factors, summed over the indices that are no axes."""
    scalars, operands = [], []
    letters: dict[str, int] = {letter: place for place, letter in enumerate(sizes)}
    for _, factor in pieces(text, ("*",)):
        entry = _ENTRY.fullmatch(factor)
        if entry is None:
            scalars.append(factor)
            continue
        own = entry["indices"].split(",")
        array = np.eye(sizes[own[0]]) if entry["array"] == "I" else np.squeeze(value(entry["array"]))
        places = [letters.setdefault(letter, len(letters)) for letter in own]
        operands += [array ** int(entry["power"] or 1), places]
    for letter, size in sizes.items():  # an axis that no entry has
        operands += [np.ones(size), [letters[letter]]]
    factor = value("*".join(scalars)) if scalars else 1.0
    if not operands:
        return factor
    return factor * np.einsum(*operands, [letters[letter] for letter in sizes])


def pieces(text: str, marks: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what stands between marks outside of all brackets, each with the mark before it."""
    depth, start, last, i = 0, 0, "", 0
    while i < len(text):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        mark = next((m for m in marks if text.startswith(m, i)), "") if depth == 0 else ""
        if mark and text[i - 1] != ".":
            yield last, text[start:i]
            last, start = mark, i + len(mark)
        i += len(mark) or 1
    yield last, text[start:]
