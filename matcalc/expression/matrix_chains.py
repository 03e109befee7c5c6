"""Matrix-chain order: in which order the factors of a product are multiplied, two at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_matrix_chain_order(
    factors: Sequence[T],
    pair: Callable[[T, T], T],
    cost: Callable[[int, int, int], float],
    is_column: Callable[[int], bool],
    comes_twice: Callable[[int, int, int], bool] = lambda i, k, j: False,
    is_free: Callable[[int, int], bool] = lambda i, j: False,
) -> tuple[float, T]:
    """Return the cost of the cheapest order of some factors, and these, paired in that order.

    By dynamic programming over all stretches of the product; see Cormen et al., Introduction to Algorithms
    (2009), section 15.2. ``cost(i, k, j)`` is that of multiplying the product of the factors ``i`` to ``k``
    with that of those up to ``j``, which costs nothing itself if it ``comes_twice``. Of equally cheap orders
    it is the one from the left, but from the right if the last factor ``is_column``.

    >>> sizes = [100, 10, 100, 1]
    >>> in_matrix_chain_order(
    ...     "ABx", "({} {})".format, lambda i, k, j: sizes[i] * sizes[k + 1] * sizes[j + 1], lambda j: j == 2
    ... )
    (2000.0, '(A (B x))')
    """
    best = {(i, i): (0.0, factor) for i, factor in enumerate(factors)}
    for length in range(1, len(factors)):
        for i in range(len(factors) - length):
            j = i + length
            tie = 1 if is_column(j) else -1
            costs = []
            for k in range(i, j):
                second = 0.0 if comes_twice(i, k, j) else best[k + 1, j][0]
                costs.append((best[i, k][0] + second + cost(i, k, j), tie * k, k))
            lowest, _, k = min(costs)
            best[i, j] = 0.0 if is_free(i, j) else lowest, pair(best[i, k][1], best[k + 1, j][1])
    return best[0, len(factors) - 1]
