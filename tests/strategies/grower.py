"""Grows random expressions from the top: what is asked for is a shape, and a domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from tests.strategies.domains import DOMAINS
from tests.strategies.nodes import ATOM, POSTFIX, PRODUCT, SUM, UNARY, Node, constant, identity, named
from tests.strategies.operations import operations
from tests.strategies.shapes import DIMS, SCALAR, Shape, is_small, size
from tests.strategies.table import ENTRYWISE, OTHERS, Call
from tests.strategies.variables import POSITIVE, SHAPES

T = TypeVar("T")
_NUMBERS = ("0", "2", "3", "0.5", "1e-1", "7", "10")
_COMPOUND = ("3", "k*n", "k+n", "n+1")
#: Shapes of arrays that are reduced to a scalar.
_ARRAYS: tuple[Shape, ...] = (
    ("n", "1"), ("n", "1"), ("m", "1"), ("k", "1"), ("1", "n"), ("1", "m"), ("m", "n"), ("m", "n"),
    ("n", "m"), ("n", "k"), ("n", "n"), ("m", "m"), ("k", "k"), ("3", "1"), ("k*n", "1"), ("k+n", "1"),
    ("n+1", "n+1"), ("m", "k+n"),
)  # fmt: skip


#: Functions that in MATLAB, of which a text may have the signs, are those of each column of a matrix.
COLUMNWISE = frozenset(("max", "min", "prod", "std", "var"))


class Grower:
    """Grows one expression; each choice is drawn, so that a failure shrinks to a short one."""

    def __init__(self, draw: st.DrawFn):
        self.draw = draw
        self.defined: dict[str, Node] = {}

    def pick(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def array_shape(self) -> Shape:
        return self.pick(_ARRAYS)

    def dimension(self, unlike: Sequence[str] = (), compound: bool = True) -> str:
        """A dimension that is not among others, so that they cannot be confused."""
        if compound and self.chance(10):
            return self.pick(_COMPOUND)
        return self.pick([dim for dim in DIMS if dim not in unlike] or DIMS)

    def any(self, shape: Shape, depth: int) -> Node:
        """Any expression of this shape."""
        if depth <= 0 or self.chance(10):
            return self.leaf(shape)
        choice = self.draw(st.integers(0, 9))
        if choice <= 5:
            return self.pick(operations(shape))(self, shape, depth - 1)
        if choice == 6:
            return self.call(self.pick(ENTRYWISE), shape, depth - 1) or self.leaf(shape)
        return self.function(shape, depth - 1)

    def inside(self, domain: str, shape: Shape, depth: int) -> Node:
        """An expression of this shape with values in a domain, at least mostly."""
        return DOMAINS[domain](self, shape, max(depth, 0))

    def function(self, shape: Shape, depth: int) -> Node:
        """A function that does not work entry by entry, if one has such values."""
        fitting = [call for call in OTHERS if call.signature.bindings(shape)]
        return (fitting and self.call(self.pick(fitting), shape, depth)) or self.leaf(shape)

    def call(self, call: Call, shape: Shape, depth: int) -> Node | None:
        """The function with a value of this shape, ``None`` if it has none that is small."""
        bindings = call.signature.bindings(shape)
        return self._call(call, shape, dict(self.pick(bindings)), depth) if bindings else None

    def free_call(self, call: Call, depth: int) -> Node:
        """The function with a value of some shape."""
        for _ in range(20):
            bound: dict[str, str] = {}
            for name in call.signature.symbols:
                bound[name] = self.dimension(list(bound.values()), compound=False)
            found = self._call(call, call.signature.result_of(bound), bound, depth)
            if found is not None:
                return found
        raise AssertionError(f"no shapes fit {call.label}")

    def _call(self, call: Call, shape: Shape, bound: dict[str, str], depth: int) -> Node | None:
        signature = call.signature
        for name in signature.symbols:
            if name not in bound:
                one = name not in signature.proper and self.chance(4)
                bound[name] = "1" if one else self.dimension([*shape, *bound.values()])
        if call.entry.name in COLUMNWISE and len(signature.names) == 1:
            bound[list(signature.symbols)[-1]] = "1"
        shapes = signature.shapes(bound)
        if not all(is_small(wanted) for wanted in shapes if wanted):
            return None
        args = [
            constant(bound[name], size(bound[name]))
            if wanted is None
            else self.inside(call.domain(i), wanted, depth)
            for i, (name, wanted) in enumerate(zip(signature.names, shapes, strict=True))
        ]
        return self.written(call, shape, args)

    def written(self, call: Call, shape: Shape, args: Sequence[Node]) -> Node:
        """The function in one of its notations."""
        marks = [mark for mark in call.line.marks if mark.fits(args[0].shape)]
        positive = call.line.positive or (call.entry.name == "sum" and args[0].positive)
        details: dict[str, Any] = {"positive": positive, "entrywise": call.entry.elementwise}
        if marks and self.chance(2):
            mark = self.pick(marks)
            return Node(mark.template, mark.level, shape, call.line.numpy, tuple(args), mark.needs, **details)
        name = self.pick(call.names) if self.chance(3) else call.names[0]
        return self.applied(name, shape, call.line.numpy, *args, **details)

    def applied(
        self, name: str, shape: Shape, function: Callable[..., Any], *args: Node, **details: Any
    ) -> Node:
        inside = ", ".join(f"#{i}" for i in range(len(args)))
        return Node(f"{name}({inside})", ATOM, shape, function, args, (SUM,) * len(args), **details)

    def leaf(self, shape: Shape, _depth: int = 0) -> Node:
        """A variable of this shape, a transposed one, a product of two, or a constant."""
        there = [node for node in self.defined.values() if node.shape == shape]
        if there and self.chance(2):
            return self.pick(there)
        if self.chance(3 if shape == SCALAR else 15):
            return self.pick(self._constants(shape))
        found = self._variables(shape)
        if not found:
            rows, cols = shape
            inner = [dim for dim in DIMS if self._variables((rows, dim)) and self._variables((dim, cols))]
            if inner and shape != SCALAR:
                dim = self.pick(inner)
                factors = self.pick(self._variables((rows, dim))), self.pick(self._variables((dim, cols)))
                return Node("#0*#1", PRODUCT, shape, np.matmul, factors, (PRODUCT, UNARY))
        return self.pick(found or self._constants(shape))

    def _variables(self, shape: Shape) -> list[Node]:
        rows, cols = shape
        found = [named(name, shape, name in POSITIVE) for name, own in SHAPES.items() if own == shape]
        if rows != cols:
            turned = [named(name, own) for name, own in SHAPES.items() if own == (cols, rows)]
            found += [
                Node("#0'", POSTFIX, shape, np.transpose, (node,), (POSTFIX,), entrywise=True)
                for node in turned
            ]
        return found

    def _constants(self, shape: Shape) -> list[Node]:
        rows, cols = shape
        if shape == SCALAR:
            numbers = [constant(text, float(text), positive=text != "0") for text in _NUMBERS]
            numbers += [constant(dim, float(size(dim)), positive=True) for dim in DIMS]
            return numbers
        if rows == "1":
            return [Node(f"ones({cols})'", POSTFIX, shape, lambda: 1.0, positive=True)]
        dims = rows if cols == "1" else f"{rows},{cols}"
        found = [constant(f"ones({dims})", 1.0, shape, positive=True), constant(f"zeros({dims})", 0.0, shape)]
        return [*found, identity(rows)] if rows == cols else found

    def transposed(self, node: Node) -> Node:
        mark = self.pick(["'", "'", "^T", ".T", "ᵀ", "^{T}", "^⊤"])
        rows, cols = node.shape
        return Node(
            f"#0{mark}", POSTFIX, (cols, rows), np.transpose, (node,), (ATOM,), positive=node.positive,
            entrywise=True,
        )  # fmt: skip  # two primes side by side are refused
