"""The variables of random expressions: their declarations and random values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcalc.functions import PROPERTIES, Property
from matcalc.numeric.declared_values import drawn
from tests.strategies.shapes import SCALAR, Shape, size

Array = NDArray[np.float64]

#: What the variables are declared. Some names tell a different kind, some have Greek letters.
DECLARATIONS = {
    "s": "scalar", "alpha": "scalar", "p": "scalar positive",
    "x": "vector(n)", "x_1": "vector(n)", "b": "vector(m)", "beta": "vector(k)", "w": "vector(n) positive",
    "v": "vector(m) nonnegative", "u": "vector(3)", "q": "vector(k*n)", "h": "vector(k+n)",
    "c": "rowvector(n)",
    "A": "matrix(m,n)", "B0": "matrix(n,k)", "C": "matrix(m,n) positive", "U": "matrix(3,n)",
    "W": "matrix(m,k)", "V0": "matrix(3,k)", "H": "matrix(n+1,n+1)", "R": "matrix(k*n,m)",
    "M": "matrix(n,n)", "L": "matrix(m,m)", "G": "matrix(k,k)",
    "S": "symmetric(n)", "T_2": "symmetric(m)", "J": "symmetric(k)", "P": "spd(n)", "Sigma": "spd(m)",
    "y": "vector(n) simplex", "e_1": "vector(m) onehot", "D": "diagonal(n)",
    "Q": "orthogonal(n)", "K": "skew(m)", "Lo": "lower(n)",
}  # fmt: skip
#: Draws of the most frequent properties that the package has no part in: if its own were special, all random
#: tests were weaker.
INDEPENDENT: dict[str, Callable[[Array], Array]] = {
    "symmetric": lambda x: (x + x.T) / 2,
    "spd": lambda x: x @ x.T + 0.5 * np.eye(len(x)),
    "orthogonal": lambda x: np.linalg.qr(x)[0],
    "lower": np.tril,
}


def property_of(name: str) -> Property | None:
    """The property that a variable is declared to have."""
    words = re.findall(r"[a-z]+", DECLARATIONS[name])
    return next((each for each in PROPERTIES if each.name in words), None)


def _declarations_of(properties: Iterable[Property]) -> dict[str, str]:
    """A variable for each property of a whole matrix or vector."""
    matrices = {f"Z_{each.name}": f"{each.name}(n)" for each in properties if each.declares == "matrix"}
    vectors = {f"z_{each.name}": f"vector(n) {each.name}" for each in properties if each.declares == "vector"}
    return matrices | vectors


_DRAWN = set(map(property_of, DECLARATIONS))
DECLARATIONS |= _declarations_of([each for each in PROPERTIES if each not in _DRAWN])
#: Gradients with respect to these are projected; they are tested apart.
CONSTRAINED = tuple(
    name
    for name in DECLARATIONS
    if (of := property_of(name)) and of.declares != "entries" and of.name not in ("symmetric", "spd")
)
#: Enough variables to declare all dimensions.
ONE_OF_EACH = {"n": "x", "m": "b", "k": "beta"}


def kind_of(name: str) -> str:
    return DECLARATIONS[name].partition("(")[0].split()[0]


def _declared_shape(name: str) -> Shape:
    kind = kind_of(name)
    inside = DECLARATIONS[name].partition("(")[2].partition(")")[0]
    dims = [dim.strip() for dim in inside.split(",")]
    if kind == "scalar":
        return SCALAR
    if kind == "vector":
        return dims[0], "1"
    return ("1", dims[0]) if kind == "rowvector" else (dims[0], dims[-1])


SHAPES = {name: _declared_shape(name) for name in DECLARATIONS}
POSITIVE = frozenset(name for name, text in DECLARATIONS.items() if text.endswith("positive"))


def random_values(names: Iterable[str], seed: int) -> dict[str, Array]:
    """Random values of the variables as matrices, of the kinds that they are declared."""
    rng = np.random.default_rng(seed)
    return {name: _random_value(name, rng) for name in sorted(names)}


def _random_value(name: str, rng: np.random.Generator) -> Array:
    value = 0.6 * rng.standard_normal([size(dim) for dim in SHAPES[name]])
    declared = property_of(name)
    if declared is None:
        return value
    return INDEPENDENT.get(declared.name, partial(drawn, declared))(value)


def plain(values: dict[str, Array]) -> dict[str, Any]:
    """The values as users give them: numbers, 1-D and 2-D arrays."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        out[name] = float(value[0, 0]) if value.size == 1 else value
        if value.size > 1 and "1" in SHAPES[name]:
            out[name] = value.reshape(-1)
    return out
