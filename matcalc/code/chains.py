"""Matrix-chain order: products of arrays in the cheapest order, also with structured factors."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from matcalc.code.factors import diagonal_entries, triangle_of_ones, weights_between
from matcalc.code.instructions import (
    ALONG,
    CALL,
    DOWN,
    SUMMED,
    WHOLE,
    Operand,
    SizeEstimates,
    axes_of,
    dot,
    entrywise_cost,
    instruction,
    outer,
    product_cost,
    solve_cost,
    times,
    turned,
)
from matcalc.code.inverses import Inverses
from matcalc.expression import ONE, SCALAR, Expr, in_matrix_chain_order, spend

#: How the factors from one to another are multiplied: a factor alone, or two such orders.
Order = int | tuple["Order", "Order"]
#: For longer products not all orders are compared.
MAX_ORDERED = 16
#: Orders deeper than this are built in stages, as each step calls itself for what is inside.
STAGE = 40


class Factor(NamedTuple):
    """A factor of a product: its numbers of rows and columns, and what it is.

    That is ``dense``, ``diagonal``, ``inverse``, ``ones`` or ``running``: a diagonal matrix scales what it
    meets, an inverse solves for it, ones add it up, a triangle of ones does so step by step. ``alone`` is
    what it costs to have it as an array.
    """

    rows: int
    cols: int
    kind: str = "dense"
    alone: float = 0.0


def best_order(
    factors: Sequence[Factor],
    keys: tuple[Expr, ...] = (),
    available: Container[tuple[Expr, ...]] = (),
    first: int = 0,
) -> tuple[float, Order]:
    """Return the cost of the cheapest matrix-chain order, and that order, which counts from ``first``.

    Of equally cheap ones it is the one from the left, from the right if the product ends in a column, see
    :func:`in_matrix_chain_order`. Stretches whose keys are ``available`` cost nothing, nor does the second of
    two equal ones. A product of many factors is split first, see :func:`_split`.
    """
    begin, end, cost = 0, len(factors), 0.0
    ends: list[tuple[bool, Order]] = []  # what is split off, outermost first, and whether on the left
    while end - begin > MAX_ORDERED:
        k = begin + _split(factors[begin:end])
        cost += _cost(factors, begin, k - 1, end - 1)
        is_left = k - begin <= end - k
        start, stop = (begin, k) if is_left else (k, end)
        more, order = best_order(factors[start:stop], keys[start:stop], available, first + start)
        cost += more
        ends.append((is_left, order))
        begin, end = (k, end) if is_left else (begin, k)
    more, order = _cheapest_order(factors[begin:end], keys[begin:end], available, first + begin)
    for is_left, other in reversed(ends):
        order = (other, order) if is_left else (order, other)
    return cost + more, order


def _cheapest_order(
    factors: Sequence[Factor], keys: tuple[Expr, ...], available: Container[tuple[Expr, ...]], first: int
) -> tuple[float, Order]:
    """Return the cost of the cheapest order of a product of few factors, and that order."""

    def comes_twice(i: int, k: int, j: int) -> bool:
        return bool(keys) and 2 * (k - i) + 1 == j - i and keys[i : k + 1] == keys[k + 1 : j + 1]

    numbers: list[Order] = list(range(first, first + len(factors)))
    return in_matrix_chain_order(
        numbers,
        lambda left, right: (left, right),
        partial(_cost, factors),
        lambda _: factors[-1].cols == 1,
        comes_twice,
        lambda i, j: keys[i : j + 1] in available,
    )


def _split(factors: Sequence[Factor]) -> int:
    """Return where to split a long product: a column is multiplied by one factor after another, as is a row.

    What is neither is split where it is thinnest.
    """
    if factors[-1].cols == 1:
        return 1
    if factors[0].rows == 1:
        return len(factors) - 1
    return min(range(1, len(factors)), key=lambda k: (factors[k].rows, -k))


def special_side(factors: Sequence[Factor], i: int, k: int, j: int) -> str:
    """Return which of the two stretches is a factor that is special: ``left``, ``right`` or none."""
    left = factors[i].kind if i == k else "dense"
    right = factors[j].kind if k + 1 == j else "dense"
    if left != "dense" and not (left == "ones" and right in ("diagonal", "inverse", "running")):
        return "left"
    return "right" if right != "dense" else ""


def _cost(factors: Sequence[Factor], i: int, k: int, j: int) -> float:
    """Return the cost of multiplying the factors ``i`` to ``k`` with those up to ``j``."""
    rows, inner, cols = factors[i].rows, factors[k].cols, factors[j].cols
    side = special_side(factors, i, k, j)
    if side:
        special, other = (i, j) if side == "left" else (j, i)
        across = cols if side == "left" else rows
        single = k + 1 == j if side == "left" else i == k
        cost = factors[other].alone if single else 0.0
        kind = factors[special].kind
        if kind in ("diagonal", "running"):
            return cost + entrywise_cost(rows * cols, 1)
        if kind == "inverse":
            return cost + solve_cost(inner, across)
        if inner == 1:  # spread over a matrix, which no entrywise operation needs written out
            return cost + (0.0 if j - i + 1 == len(factors) else entrywise_cost(rows * cols, 0))
        return cost + CALL + SUMMED * inner * across
    alone = (factors[i].alone if i == k else 0.0) + (factors[j].alone if k + 1 == j else 0.0)
    return alone + (entrywise_cost(rows * cols, 0) if inner == 1 else product_cost(rows, inner, cols))


class _Stretches(NamedTuple):
    """A product of arrays, with the keys of its factors, and those of the factors of its transpose."""

    chain: Sequence[Expr]
    keys: tuple[Expr, ...]
    flipped: tuple[Expr, ...]


class Chains:
    """Builds products of arrays, each stretch once.

    ``lower`` returns the array that an expression is, ``cheapest`` a product in the cheapest way, which need
    not be one product after the other.
    """

    def __init__(
        self,
        sizes: SizeEstimates,
        lower: Callable[[Expr], Expr],
        inverses: Inverses,
        cheapest: Callable[[Sequence[Expr]], Expr],
        *,
        ordered: bool = True,
    ):
        self.sizes = sizes
        self.lower = lower
        self.inverses = inverses
        self.cheapest = cheapest
        self.ordered = ordered
        #: The stretches that have been built, by their factors; those that are arrays as they will be used.
        self.products: dict[tuple[Expr, ...], Expr] = {}
        self._arrays: dict[Expr, bool] = {}

    def taken_since(self, count: int) -> dict[tuple[Expr, ...], Expr]:
        """Return the stretches that have been built since there were so many, and forget them.

        What is built on trial is not there for others, unless it is added again.
        """
        return {key: self.products.pop(key) for key in list(self.products)[count:]}

    def factors(self, chain: Sequence[Expr]) -> list[Factor]:
        """Return what is to be known of the factors of a product to put it in order."""
        return [
            Factor(self.sizes[array.shape[0]], self.sizes[array.shape[1]], *self.inverses.kind(array))
            for array in chain
        ]

    def __call__(self, chain: Sequence[Expr], free: dict[tuple[Expr, ...], Expr] | None = None) -> Expr:
        """Return the product of arrays, which is a scalar if it goes from a row to a column.

        Stretches whose keys are in ``free`` will be there, as what they are mapped to.
        """
        factors = self.factors(chain)
        stretches = self._stretches(chain)
        available = ChainMap(self.products, free) if free else self.products
        if self.ordered:
            order: Order = best_order(factors, stretches.keys, available)[1]
        else:
            order = 0
            for i in range(1, len(chain)):
                order = (order, i)
        for part in _staged(order):
            self._built(stretches, factors, part, available)
        return self._built(stretches, factors, order, available)

    def has_stretch_in(self, chain: Sequence[Expr], products: Container[tuple[Expr, ...]]) -> bool:
        """Return whether a stretch of a product of arrays, or all of it, is one of some products."""
        keys = self.keys(chain)
        lengths = range(2, len(keys) + 1)
        return any(keys[i : i + k] in products for k in lengths for i in range(len(keys) - k + 1))

    def remember(self, stretch: Sequence[Expr], product: Expr) -> None:
        """Note that the product of a stretch has been built, and its transpose with it."""
        self._note(self._stretches(stretch), 0, len(stretch), product)

    def _note(self, stretches: _Stretches, start: int, end: int, product: Expr) -> None:
        self.products[stretches.keys[start:end]] = product
        count = len(stretches.keys)
        self.products.setdefault(stretches.flipped[count - end : count - start], turned(product))

    def _stretches(self, chain: Sequence[Expr]) -> _Stretches:
        return _Stretches(
            chain, self.keys(chain), self.keys([self.inverses.flipped(factor) for factor in reversed(chain)])
        )

    def keys(self, chain: Sequence[Expr]) -> tuple[Expr, ...]:
        """Return what tells the factors of products apart: arrays as computed, expressions if special."""
        spend(len(chain) // 4)
        return tuple([self.lower(factor) if self._is_array(factor) else factor for factor in chain])

    def _is_array(self, factor: Expr) -> bool:
        """Return whether a factor is a matrix of which nothing special is known."""
        dense = self._arrays.get(factor)
        if dense is None:
            dense = self._arrays[factor] = axes_of(factor) == 2 and self.inverses.kind(factor)[0] == "dense"
        return dense

    def _built(
        self,
        stretches: _Stretches,
        factors: Sequence[Factor],
        order: Order,
        available: Mapping[tuple[Expr, ...], Expr],
    ) -> Expr:
        """Return the product of a stretch of a chain in some order."""
        chain, keys = stretches.chain, stretches.keys
        if isinstance(order, int):
            return self.lower(chain[order])
        i, k, j = _ends(order[0])[0], _ends(order[0])[1], _ends(order[1])[1]
        stretch = chain[i : j + 1]
        side = special_side(factors, i, k, j)
        if not side and len(stretch) < len(chain) and self._has_alternatives(stretch):
            return self.products.get(keys[i : j + 1]) or self.cheapest(stretch)  # one choice for all products
        product = available.get(keys[i : j + 1])
        if product is None:
            if side:
                other = self._built(stretches, factors, order[1 if side == "left" else 0], available)
                kind = factors[i if side == "left" else j].kind
                product = self._special(chain[i if side == "left" else j], kind, other, side == "left")
            else:
                left, right = (self._built(stretches, factors, part, available) for part in order)
                if axes_of(left) == 1 and k + 1 == j and self.inverses.flipped(chain[j]) is chain[j]:
                    left, right = right, left  # x'*S is (S*x)', which may be there
                is_outer = chain[k].shape[1] is ONE
                product = (
                    outer(left, right, chain[i].shape[0], chain[j].shape[1]) if is_outer else dot(left, right)
                )
        if keys[i : j + 1] not in self.products:
            self._note(stretches, i, j + 1, product)
        return product

    def _has_alternatives(self, stretch: Sequence[Expr]) -> bool:
        """Return whether a stretch may be multiplied out, or is one symmetric product."""
        if len(stretch) == 2:
            return any(map(_has_terms, stretch))
        return weights_between(stretch, self.inverses.flipped) is not None

    def _special(self, factor: Expr, kind: str, other: Expr, first: bool) -> Expr:
        """Return a factor of some kind times an array, or the array times the factor."""
        if kind == "inverse":
            return self.inverses.solve(factor, other, first)
        if kind == "diagonal":
            lies = WHOLE if axes_of(other) < 2 else DOWN if first else ALONG
            entries = diagonal_entries(factor)
            assert entries is not None
            vector = self.lower(entries)
            return times(1, [Operand(vector, lies), Operand(other)], [], other.shape)
        if kind == "running":
            value = other if first else turned(other)
            forwards = (triangle_of_ones(factor) == "lower") == first
            running = instruction("running", value, shape=value.shape, data="" if forwards else "reversed")
            return running if first else turned(running)
        if axes_of(other) == 0:
            return times(1, [Operand(other)], [], factor.shape)
        if factor.shape[1 if first else 0] is ONE:
            rows, cols = (factor.shape[0], other.shape[0]) if first else (other.shape[0], factor.shape[1])
            return times(1, [Operand(other, ALONG if first else DOWN)], [], (rows, cols))
        if axes_of(other) == 1:
            return instruction("total", other, shape=SCALAR)
        size = other.shape[1 if first else 0]
        return instruction("columnsums" if first else "rowsums", other, shape=(size, ONE))


def _has_terms(factor: Expr) -> bool:
    """Return whether a factor is a sum, or the transpose of one."""
    return (factor.args[0] if factor.op == "transpose" else factor).op == "add"


def _staged(order: Order) -> list[Order]:
    """Return parts of a deep order, inner ones first, between which lie ``STAGE`` others."""
    orders: list[Order] = []
    pending = [(order, 0)]
    while pending:
        part, depth = pending.pop()
        if not isinstance(part, int):
            if depth and depth % STAGE == 0:
                orders.append(part)
            pending += [(inner, depth + 1) for inner in part]
    return orders[::-1]


def _ends(order: Order) -> tuple[int, int]:
    """Return the first and the last factor of a stretch."""
    first = last = order
    while not isinstance(first, int):
        first = first[0]
    while not isinstance(last, int):
        last = last[1]
    return first, last
