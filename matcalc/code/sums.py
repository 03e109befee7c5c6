"""Sums: spread and diagonal terms by themselves, outer products together, factors pulled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from matcalc.code.chains import MAX_ORDERED
from matcalc.code.choices import Alternative, Choices
from matcalc.code.factors import column_and_row, is_ones, without_factor
from matcalc.code.instructions import (
    ALONG,
    DOWN,
    WHOLE,
    Number,
    Operand,
    axes_of,
    coefficient_and_rest,
    instruction,
    outer,
    plus,
    times,
)
from matcalc.code.matrix_products import Products
from matcalc.expression import ONE, SCALAR, Expr, Shape, number, ones
from matcalc.expression.factored import Factored
from matcalc.functions import DIAG

#: Outer products of shorter vectors are added up one by one.
LEAST_STACKED = 16


class Sums:
    """Instructions for sums."""

    def __init__(self, choices: Choices, products: Products):
        self.choices = choices
        self.products = products

    def sum(self, node: Expr) -> Expr:
        """Return a sum, common factors pulled out where that is cheaper."""
        alternatives: list[Alternative] = [lambda: (self._terms(node), 0.0)]
        if self.choices.passes.multiply_out and axes_of(node):
            alternatives += [partial(self._pulled_out, node, *group) for group in self._groups(node)]
        return self.choices.cheapest(alternatives)

    def _groups(self, node: Expr) -> Iterator[tuple[int, tuple[Expr, ...]]]:
        """Yield the terms of a sum with a common first (0) or last (-1) factor."""
        chains = [(arg, self.choices.factors(arg).chain) for arg in node.args]  # of which some may be equal
        for side in (0, -1):
            groups: dict[Expr, list[Expr]] = {}
            for arg, chain in chains:
                if 1 < len(chain) <= MAX_ORDERED and self.choices.uses.get(arg, 0) < 2:
                    groups.setdefault(chain[side], []).append(arg)
            yield from ((side, tuple(group)) for group in groups.values() if len(group) > 1)

    def _pulled_out(self, node: Expr, side: int, group: tuple[Expr, ...]) -> tuple[Expr, float]:
        """Return a sum in which some terms are one product with their common factor."""
        factors = [self.choices.factors(term) for term in group]
        factor, rests = factors[0].chain[side], [without_factor(summand, side) for summand in factors]
        rest = Expr("add", tuple(rests), rests[0].shape)
        product = Expr("mul", (factor, rest) if side == 0 else (rest, factor), node.shape)
        others = tuple([arg for arg in node.args if arg not in group])
        if not others:
            return self.choices.low(product), 0.0
        return self.choices.low(Expr("add", (*others, product), node.shape)), 0.0

    def _terms(self, node: Expr) -> Expr:
        """Return a sum, term by term."""
        terms: list[tuple[int, Operand]] = []
        diagonal: list[tuple[int, Operand]] = []
        outers: list[tuple[int, Expr]] = []
        for arg in node.args:
            factors = self.choices.factors(arg)
            if _is_on_diagonal(factors):
                diagonal.append(self._on_diagonal_alone(factors))
                continue
            sign, operand = self._spread(factors) or self._plain(arg)
            if _is_outer(operand.node) and operand.lies == WHOLE:
                outers.append((sign, operand.node))
            else:
                terms.append((sign, operand))
        terms = self._merged([*terms, *self._outers(outers, node.shape)])
        return self._on_diagonal(terms, diagonal, node.shape)

    def _merged(self, terms: Sequence[tuple[int, Operand]]) -> list[tuple[int, Operand]]:
        """Return terms of which no two are the same."""
        counts: dict[Operand, int] = {}
        for sign, operand in terms:
            counts[operand] = counts.get(operand, 0) + sign
        if all(abs(count) == 1 for count in counts.values()):
            return [(count, operand) for operand, count in counts.items()]
        merged = []
        for operand, count in counts.items():
            if count:
                value = self.products.scaled(abs(count), [], [], operand.node)
                merged.append((1 if count > 0 else -1, operand._replace(node=value)))
        return merged or [(1, Operand(number(0)))]

    def _on_diagonal_alone(self, factors: Factored) -> tuple[int, Operand]:
        """Return the sign and the entries of a diagonal term."""
        above, below = self.choices.scalars(factors)
        [matrix] = factors.chain
        vector = [Operand(self.choices.low(matrix.args[0]))] if matrix.op == DIAG else []
        shape = vector[0].node.shape if vector else SCALAR
        sign, size = _split(factors.coefficient)
        return sign, Operand(times(size, [*above, *vector], below, shape))

    def _spread(self, factors: Factored) -> tuple[int, Operand] | None:
        """Return the sign and the value of a term that is spread over an array, ``None`` if it is not."""
        chain = factors.chain
        sides = column_and_row(chain)
        alone = bool(chain) and all(array.op == "ones" for array in chain)
        if not alone and not (sides and any(map(is_ones, sides))):
            return None
        above, below = self.choices.scalars(factors)
        sign, size = _split(factors.coefficient)
        if alone:
            return sign, Operand(times(size, above, below))
        assert sides is not None
        column, row = sides
        value, lies = (
            (self.products.chain_product(row), ALONG)
            if is_ones(column)
            else (self.products.chain_product(column), DOWN)
        )
        return sign, Operand(times(size, [*above, Operand(value)], below, value.shape), lies)

    def _plain(self, term: Expr) -> tuple[int, Operand]:
        """Return the sign and the value of any other term."""
        value = self.choices.low(term)
        coefficient, rest = coefficient_and_rest(value)
        if coefficient >= 0:
            return 1, Operand(value)
        return -1, Operand(self.products.scaled(-coefficient, [], [], rest))

    def _outers(self, outers: Sequence[tuple[int, Expr]], shape: Shape) -> list[tuple[int, Operand]]:
        """Return terms that are outer products, several as one product of two thin matrices."""
        if (
            len(outers) < 2
            or not self.choices.passes.fuse
            or min(self.choices.sizes[dim] for dim in shape) < LEAST_STACKED
        ):
            return [(sign, Operand(value)) for sign, value in outers]
        columns, rows = [], []
        for sign, value in outers:
            (column, row), data = value.args[-2:], value.data
            if data.lies[-2] == ALONG:
                column, row = row, column
            scalars = [Operand(a) for a in value.args[:-2]]
            above = [a for a, e in zip(scalars, data.exponents, strict=False) if e == 1]
            below = [a for a, e in zip(scalars, data.exponents, strict=False) if e == -1]
            columns.append(times(sign * data.coefficient, [*above, Operand(column)], below, column.shape))
            rows.append(row)
        rows, columns = _added_where_equal(rows, columns)
        columns, rows = _added_where_equal(columns, rows)
        if len(rows) == 1:
            return [(1, Operand(outer(columns[0], rows[0], *shape)))]
        return [(1, Operand(Expr("outers", (*columns, *rows), shape)))]

    def _on_diagonal(
        self, terms: Sequence[tuple[int, Operand]], diagonal: Sequence[tuple[int, Operand]], shape: Shape
    ) -> Expr:
        """Return the sum of terms, and of what stands on the diagonal."""
        if not diagonal:
            return plus(terms, shape)
        vectors = [operand.node.shape for _, operand in diagonal if axes_of(operand.node)]
        added = plus(diagonal, vectors[0] if vectors else SCALAR)
        if not terms:
            column = (shape[0], ONE)
            entries = added if vectors else times(1, [Operand(added), Operand(ones(column))], [], column)
            return instruction("diagonal_matrix", entries, shape=shape)
        return instruction("add_diagonal", plus(terms, shape), added, shape=shape)


def _added_where_equal(these: Sequence[Expr], those: Sequence[Expr]) -> tuple[list[Expr], list[Expr]]:
    """Return pairs of vectors, those that are paired with equal ones added up."""
    paired: dict[Expr, list[Expr]] = {}
    for vector, other in zip(these, those, strict=True):
        paired.setdefault(vector, []).append(other)
    return list(paired), [
        plus([(1, Operand(vector)) for vector in others], others[0].shape) for others in paired.values()
    ]


def _split(coefficient: Number) -> tuple[int, Number]:
    """Return the sign of a number, and its size."""
    return (-1, -coefficient) if coefficient < 0 else (1, coefficient)


def _is_on_diagonal(factors: Factored) -> bool:
    """Return whether a product is a multiple of a diagonal matrix."""
    chain = factors.chain
    return len(chain) == 1 and chain[0].op in ("identity", DIAG) and axes_of(chain[0]) == 2


def _is_outer(value: Expr) -> bool:
    """Return whether a value is an outer product of two vectors, with scalars before it."""
    if value.op != "times" or axes_of(value) < 2 or len(value.args) < 2:
        return False
    data = value.data
    vectors = [a for a in value.args if axes_of(a)]
    return len(vectors) == 2 and {*data.lies[-2:]} == {DOWN, ALONG} and data.exponents[-2:] == (1, 1)
