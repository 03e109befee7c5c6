"""Shapes of random expressions: dimensions as texts, and which signatures give which shapes."""

from __future__ import annotations

import re
from math import prod

Shape = tuple[str, str]

#: All differ, also from the literal 3, so that a lost transpose does not go unseen.
SIZES = {"m": 5, "n": 4, "k": 2}
DIMS = ("m", "n", "k")
SCALAR = ("1", "1")
#: Larger dimensions, as Kronecker products have them, are not made.
LARGEST_SIZE = 40
#: How many entries the lower triangle of a square matrix has.
TRIANGLE = re.compile(r"\((\w+)\*\1\+\1\)/2")


def size(dim: str) -> int:
    """The number that a dimension such as ``m*n`` or ``n+1`` stands for."""
    if TRIANGLE.fullmatch(dim):
        return size(dim[1:-3]) // 2
    return sum(prod(SIZES.get(f) or int(f) for f in term.split("*")) for term in dim.split("+"))


def terms_of(dim: str) -> list[str]:
    return [dim] if TRIANGLE.fullmatch(dim) else dim.split("+")


def factors_of(dim: str) -> list[str]:
    return [] if dim == "1" else [dim] if "+" in dim else dim.split("*")


def times(*dims: str) -> str:
    """The product of dimensions, written in one way only."""
    factors = [factor for dim in dims for factor in factors_of(dim)]
    return "*".join(sorted(factors)) or "1"


def divided(dim: str, by: str) -> str | None:
    remaining = factors_of(dim)
    for factor in factors_of(by):
        if factor not in remaining:
            return None
        remaining.remove(factor)
    return times(*remaining)


def is_small(shape: Shape) -> bool:
    """Whether a shape is not too large, and has no products of sums, which are not written here."""
    return all(
        (TRIANGLE.fullmatch(dim) or not ("+" in dim and "*" in dim)) and size(dim) <= LARGEST_SIZE
        for dim in shape
    )


def splits(dim: str) -> list[tuple[str, str]]:
    """The products that are ``dim``."""
    factors = factors_of(dim)
    pairs = {("1", dim), (dim, "1")}
    if len(factors) == 2:
        pairs |= {(factors[0], factors[1]), (factors[1], factors[0])}
    return sorted(pairs)


class Signature:
    """Argument shapes and result shape of a function, in the symbols of its signature."""

    def __init__(self, text: str):
        left, _, right = text.partition("->")
        found = re.findall(r"(\w+)\s*:\s*(\((?:[^()]|\([^()]*\))*\)|dim)", left)
        self.arguments = [None if shape == "dim" else _shape(shape) for _, shape in found]
        #: Which symbol of the signature a dimension among the arguments gives.
        self.names = [name for name, _ in found]
        self.result = _shape(right)
        symbols = {symbol for shape in (*self.arguments, self.result) for symbol in _symbols(shape)}
        self.symbols = sorted(symbols.union(name for name, shape in found if shape == "dim"))
        #: Symbols that are not 1: lengths of columns, and sizes of square matrices.
        self.proper = {
            name
            for rows, cols in filter(None, (*self.arguments, self.result))
            if cols == "1" or cols == rows
            for name in _symbols((rows, "1"))
        }

    def bindings(self, target: Shape) -> list[dict[str, str]]:
        """All that the symbols of the result may be if it has this shape."""
        found: list[dict[str, str]] = [{}]
        for wanted, actual in zip(self.result, target, strict=True):
            found = [more for bound in found for more in _bind(wanted, actual, bound)]
        return [b for b in found if not any(b.get(name) == "1" for name in self.proper)]

    def result_of(self, bound: dict[str, str]) -> Shape:
        return substitute(self.result, bound)

    def shapes(self, bound: dict[str, str]) -> list[Shape | None]:
        """The shapes of the arguments; ``None`` for one that is a dimension."""
        return [shape and substitute(shape, bound) for shape in self.arguments]


def substitute(shape: Shape, bound: dict[str, str]) -> Shape:
    rows, cols = (_substituted(dim, bound) for dim in shape)
    return rows, cols


def _substituted(dim: str, bound: dict[str, str]) -> str:
    if triangle := TRIANGLE.fullmatch(dim):
        side = bound.get(triangle[1], triangle[1])
        return f"({side}*{side}+{side})/2" if side != "1" else "1"
    return times(*(bound.get(f, f) for f in dim.split("*")))


def _shape(text: str) -> Shape:
    dims = [dim.strip() for dim in text.strip()[1:-1].split(",") if dim.strip()]
    rows, cols = (*dims, "1", "1")[:2]
    return rows, cols


def _symbols(shape: Shape | None) -> list[str]:
    return [f for dim in shape or () for f in re.findall(r"[A-Za-z]\w*", dim)]


def _bind(wanted: str, actual: str, bound: dict[str, str]) -> list[dict[str, str]]:
    if triangle := TRIANGLE.fullmatch(wanted):
        same = TRIANGLE.fullmatch(actual)
        return (
            [{**bound, triangle[1]: same[1]}] if same and bound.get(triangle[1], same[1]) == same[1] else []
        )
    unknown = [f for f in wanted.split("*") if f.isidentifier() and f not in bound]
    known = times(*(bound.get(f, f) for f in wanted.split("*") if f not in unknown))
    if not unknown:
        return [bound] if known == actual else []
    rest = divided(actual, known)
    if rest is None:
        return []
    if len(unknown) == 1:
        return [{**bound, unknown[0]: rest}]
    return [{**bound, unknown[0]: first, unknown[1]: second} for first, second in splits(rest)]
