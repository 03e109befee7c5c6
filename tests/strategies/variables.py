"""The variables of random expressions: their declarations and random values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
#: There are no derivatives with respect to these yet: their entries are not independent.
CONSTRAINED = ("D", "Q", "K", "Lo", "y", "e_1")
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
NONNEGATIVE = frozenset(name for name, text in DECLARATIONS.items() if text.endswith("nonnegative"))


def random_values(names: Iterable[str], seed: int) -> dict[str, Array]:
    """Random values of the variables as matrices, of the kinds that they are declared."""
    rng = np.random.default_rng(seed)
    return {name: _random_value(name, rng) for name in sorted(names)}


def _random_value(name: str, rng: np.random.Generator) -> Array:
    rows, cols = (size(dim) for dim in SHAPES[name])
    value = 0.6 * rng.standard_normal((rows, cols))
    if name in POSITIVE | NONNEGATIVE:
        return np.asarray(np.abs(value) + 0.2)
    if DECLARATIONS[name].endswith("onehot"):
        return np.asarray(value == np.max(value), dtype=np.float64)
    if DECLARATIONS[name].endswith("simplex"):
        return np.asarray(np.abs(value) / np.sum(np.abs(value)))
    match kind_of(name):
        case "symmetric":
            return np.asarray((value + value.T) / 2)
        case "spd":
            return np.asarray(value @ value.T + 0.5 * np.eye(rows))
        case "diagonal":
            return np.diag(np.diag(value))
        case "orthogonal":
            return np.asarray(np.linalg.qr(value)[0])
        case "skew":
            return np.asarray((value - value.T) / 2)
        case "lower":
            return np.tril(value)
    return value


def plain(values: dict[str, Array]) -> dict[str, Any]:
    """The values as users give them: numbers, 1-D and 2-D arrays."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        out[name] = float(value[0, 0]) if value.size == 1 else value
        if value.size > 1 and "1" in SHAPES[name]:
            out[name] = value.reshape(-1)
    return out
