"""Random values for variables: of the declared kind, inside the domains of all functions used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice, permutations

import numpy as np
from numpy.typing import NDArray

from matcalc.expression import Expr, Shape, postorder
from matcalc.expression.facts import has_fact
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.numeric.domains import inside
from matcalc.numeric.evaluate import evaluate_all

Array = NDArray[np.float64]
Sizes = dict[str, int]

#: Matrices with more entries, of sizes declared as numbers, are not drawn.
MAX_SAMPLED = 10**7
_SIZES = (3, 4, 2, 5, 6, 7, 8, 9, 10, 11, 12)
_MODES = ("mixed", "positive", "dominant", "small")


def size_choices(shapes: list[Shape], limit: int = 16) -> Iterator[Sizes]:
    """Yield sizes for the symbols of some shapes, all different, in several orders and their reverses.

    >>> from matcalc.expression import Dim
    >>> next(size_choices([(Dim.symbol("m"), Dim.symbol("n"))]))
    {'m': 3, 'n': 4}
    """
    symbols = sorted({s for shape in shapes for dim in shape for s in dim.symbols})
    orders = permutations(_SIZES[: max(len(symbols), 2)], len(symbols))
    more = permutations(_SIZES[: len(symbols) + 1], len(symbols))
    both_ways = ((order, order[::-1]) for order in islice(chain(orders, more), 4 * limit))
    for chosen in islice(dict.fromkeys(chain.from_iterable(both_ways)), limit):
        yield dict(zip(symbols, chosen, strict=True))
    if len(symbols) > len(_SIZES):
        yield {symbol: 2 + i for i, symbol in enumerate(symbols)}


def draw(variable: Expr, sizes: Sizes, mode: str, rng: np.random.Generator) -> Array:
    """Return a random value of the variable that has all declared facts."""
    rows, cols = (dim.evaluate(sizes) for dim in variable.shape)
    value = rng.standard_normal((rows, cols))
    if mode == "positive" or has_fact(variable, "nonnegative"):
        value = np.abs(value) + 0.2
    elif mode == "small":
        value = 0.3 * value
    if mode == "dominant" and rows == cols:
        value = 0.4 * value + rows * np.eye(rows)
    return with_structure(variable, value)


def with_structure(variable: Expr, value: Array) -> Array:
    """Return the value made symmetric, positive definite, and so on, as declared."""
    if has_fact(variable, "onehot"):
        return np.asarray(value == np.max(value), dtype=np.float64)
    if has_fact(variable, "simplex"):
        return np.asarray(np.abs(value) / np.sum(np.abs(value)))
    if has_fact(variable, "spd"):
        return np.asarray(value @ value.T / len(value) + 0.5 * np.eye(len(value)))
    if has_fact(variable, "diagonal"):
        return np.diag(np.diag(value))
    if has_fact(variable, "symmetric"):
        return np.asarray((value + value.T) / 2)
    if has_fact(variable, "orthogonal"):
        return np.asarray(np.linalg.qr(value)[0])
    if has_fact(variable, "skew"):
        return np.asarray((value - value.T) / 2)
    if has_fact(variable, "lower"):
        return np.tril(value)
    return value


def direction(variable: Expr, value: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a random direction of length 1, and its part in which the variable may vary.

    Along both, the gradient has the same inner product if it has the structure of the variable.
    """
    free = rng.standard_normal(value.shape)
    free = free / np.linalg.norm(free)
    return free, (free + free.T) / 2 if has_fact(variable, "symmetric") else free


def samples(
    expr: Expr, variables: Mapping[str, Expr], seed: int, draws: int = 60
) -> Iterator[tuple[dict[str, Array], Sizes]]:
    """Yield values for the variables for which the expression is defined, away from kinks.

    Sizes and kinds of draw alternate, so that one that fits is found for most expressions.
    """
    rng = np.random.default_rng(seed)
    shapes = [v.shape for v in variables.values()] + [node.shape for node in postorder(expr)]
    choices = [sizes for sizes in size_choices(shapes) if _largest(shapes, sizes) <= MAX_SAMPLED]
    if not choices:
        return
    good: list[tuple[Sizes, str]] = []
    for i in range(draws):
        mode = _MODES[i % len(_MODES)]
        sizes = choices[(i // len(_MODES) + i) % len(choices)]
        if good and i % 2:
            sizes, mode = good[i // 2 % len(good)]
        arrays = {name: draw(v, sizes, mode, rng) for name, v in variables.items()}
        if is_defined(expr, arrays, sizes):
            if (sizes, mode) not in good:
                good.append((sizes, mode))
            yield arrays, sizes


def _largest(shapes: list[Shape], sizes: Sizes) -> int:
    return max((rows.evaluate(sizes) * cols.evaluate(sizes) for rows, cols in shapes), default=1)


def is_defined(expr: Expr, arrays: Mapping[str, Array], sizes: Sizes) -> bool:
    """Return whether every function gets an argument inside its domain."""
    values = evaluate_all([expr], arrays, sizes)
    if not all(np.all(np.isfinite(value)) and np.max(np.abs(value)) < 1e8 for value in values.values()):
        return False
    for node in values:
        found = entry_of(node.op, node.args) if node.args else None
        if found is None or not found[0].domain:
            continue
        names = [argument.name for argument in signature_of(found[0]).arguments]
        args = dict(zip(names, (values[arg] for arg in node.args), strict=True))
        if not inside(found[0].domain, args):
            return False
    return True
