"""Nodes of random expressions: their texts, and their values found without matcalc."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np

from tests.strategies.shapes import SIZES, Shape, size
from tests.strategies.variables import DECLARATIONS, ONE_OF_EACH, SHAPES, Array

#: How tightly a text binds.
SUM, PRODUCT, UNARY, POSTFIX, ATOM = range(5)

#: What is added at random to intermediate values, to find out what rounding errors do to a value.
NOISE = 1e-12
#: Change of a value by such noise from which on the value tells nothing.
SENSITIVE = 1e-8
_BARS = ("|", "‖")


class Node(NamedTuple):
    """An operation: its text around those of the arguments, and how its value is found.

    ``needs`` says how tightly each argument must bind; ``shuffles`` says that the order of the
    arguments does not matter, and then ``template`` is what stands between them. ``entrywise``
    says that each entry of the value depends on the same entries of the arguments alone, and
    that none of them cancel.
    """

    template: str
    level: int
    shape: Shape
    function: Callable[..., Any]
    args: tuple[Node, ...] = ()
    needs: tuple[int, ...] = ()
    shuffles: bool = False
    positive: bool = False
    name: str = ""
    entrywise: bool = False

    def text(self) -> str:
        texts = [
            arg.text() if arg.level >= need else f"({arg.text()})"
            for arg, need in zip(self.args, self.needs, strict=True)
        ]
        if self.shuffles:
            return self.template.join(texts)
        if any(bar in self.template for bar in _BARS):  # bars next to bars are read in pairs
            texts = [
                f"({text})" if text.startswith(_BARS) or text.endswith(_BARS) else text for text in texts
            ]
        if self.template == "#0 #1" and texts[1].startswith(_BARS):  # it would close what is open
            texts[1] = f"({texts[1]})"
        if self.template.startswith("["):  # a space may separate two blocks
            texts = [f"({text})" if " " in text else text for text in texts]
        out = self.template
        for i, text in enumerate(texts):
            out = out.replace(f"#{i}", text)
        return out

    def value(self, values: dict[str, Array], noise: np.random.Generator | None = None) -> Array:
        """The value as a matrix, also of a scalar; with noise as rounding errors would add it."""
        if self.name:
            value, args = values[self.name], []
        else:
            args = [arg.value(values, noise) for arg in self.args]
            value = self.function(*args)
        value = np.broadcast_to(value, (size(self.shape[0]), size(self.shape[1])))
        if noise is None or not (self.args or self.name):
            return value
        scale = np.abs(value)
        if not self.entrywise:
            scale = np.max([np.max(x, initial=0.0) for x in (scale, *map(np.abs, args))])
        return np.asarray(value + NOISE * scale * noise.standard_normal(value.shape))

    def names(self) -> set[str]:
        return {self.name} - {""} | {name for arg in self.args for name in arg.names()}

    def shuffled(self, random: Random) -> Node:
        args = [arg.shuffled(random) for arg in self.args]
        if self.shuffles:
            random.shuffle(args)
        return self._replace(args=tuple(args))


def named(name: str, shape: Shape, positive: bool = False) -> Node:
    return Node(name, ATOM, shape, lambda: None, name=name, positive=positive)


def constant(text: str, value: Any, shape: Shape = ("1", "1"), positive: bool = False) -> Node:
    return Node(text, ATOM, shape, lambda: value, positive=positive)


def identity(dim: str, text: str = "") -> Node:
    return constant(text or f"I({dim})", np.eye(size(dim)), (dim, dim))


class Problem(NamedTuple):
    """An expression with its declarations, and definitions given by ``where``."""

    root: Node
    definitions: tuple[tuple[str, Node], ...] = ()

    @property
    def text(self) -> str:
        text = self.root.text()
        listed = ", ".join(f"{name} = {node.text()}" for name, node in self.definitions)
        return f"{text} where {listed}" if listed else text

    @property
    def names(self) -> list[str]:
        nodes = [self.root, *(node for _, node in self.definitions)]
        return sorted({name for node in nodes for name in node.names()} & DECLARATIONS.keys())

    @property
    def variables(self) -> dict[str, str]:
        """Declarations of the variables that occur, and of enough others to declare all dimensions."""
        names = set(self.names)
        used = {dim for name in names for dim in SHAPES[name]}
        names |= {ONE_OF_EACH[dim] for dim in SIZES if dim not in used}
        return {name: DECLARATIONS[name] for name in sorted(names)}

    def value(self, values: dict[str, Array], noise: np.random.Generator | None = None) -> Any:
        """The value, a number if it is a scalar; NaN where something is not defined.

        There NumPy may go on with infinity.
        """
        values = dict(values)
        try:
            with np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore"):
                for name, node in self.definitions:
                    values[name] = node.value(values, noise)
                found = self.root.value(values, noise)
                return float(found[0, 0]) if found.size == 1 else found
        except (FloatingPointError, np.linalg.LinAlgError):
            return float("nan")
        except ValueError as error:  # SciPy refuses them
            if "infs or NaNs" not in str(error):
                raise
            return float("nan")

    def safe_value(self, values: dict[str, Array], seed: int = 0) -> Any:
        """The value; NaN also where rounding errors would change it: at kinks, where terms cancel.

        That is found out by evaluating with noise, which is discrete stochastic arithmetic
        (Vignes, 1993), and knows nothing of matcalc.
        """
        value = self.value(values)
        for i in range(2):
            other = self.value(values, np.random.default_rng((seed, i)))
            if not np.all(np.isfinite(value)) or not np.max(np.abs(value - other)) <= SENSITIVE * (
                1 + np.max(np.abs(value))
            ):
                return float("nan")
        return value

    def shuffled(self, random: Random) -> Problem:
        definitions = tuple((name, node.shuffled(random)) for name, node in self.definitions)
        return Problem(self.root.shuffled(random), definitions)

    def __repr__(self) -> str:
        return f"Problem({self.text!r}, {self.variables})"
