"""The order in which a product of several factors is computed with the fewest operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Factor(NamedTuple):
    """A factor of a product: its numbers of rows and columns, and what it is.

    That is ``dense``, ``diag`` or ``inv``: a diagonal matrix scales what it meets, an inverse solves for it.
    """

    rows: int
    cols: int
    kind: str = "dense"


#: How the factors from one to another are multiplied: a factor alone, or two such orders.
Order = int | tuple["Order", "Order"]


def best_order(factors: Sequence[Factor]) -> tuple[float, Order]:
    """Return the number of operations of the cheapest order, and that order.

    By dynamic programming over all stretches of the product; see Cormen et al., Introduction to Algorithms
    (2009), section 15.2. Of equally cheap ones it is the one from the left, from the right if the product
    ends in a column.
    """
    count = len(factors)
    best: dict[tuple[int, int], tuple[float, Order]] = {(i, i): (0.0, i) for i in range(count)}
    tie = 1 if factors[-1].cols == 1 else -1
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            choices = []
            for k in range(i, j):
                (left, first), (right, second) = best[i, k], best[k + 1, j]
                cost = left + right + _cost(factors, i, k, j)
                choices.append((cost, tie * k, (first, second)))
            cost, _, order = min(choices, key=lambda choice: choice[:2])
            best[i, j] = cost, order
    return best[0, count - 1]


def _cost(factors: Sequence[Factor], i: int, k: int, j: int) -> float:
    """Return the operations of multiplying the factors ``i`` to ``k`` with those up to ``j``."""
    rows, inner, cols = factors[i].rows, factors[k].cols, factors[j].cols
    for alone, kind, across in ((i == k, factors[i].kind, cols), (k + 1 == j, factors[j].kind, rows)):
        if alone and kind == "diag":
            return float(rows * cols)
        if alone and kind == "inv":
            return 2 * inner**3 / 3 + 2.0 * inner**2 * across
    return 2.0 * rows * inner * cols
