"""Traces, sums of entries, norms and diagonals, without the arrays that are added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial

from matcalc.code.factors import Factors, diagonal_entries, multiplied_out, ones_opened, product_of
from matcalc.code.instructions import WHOLE, Operand, axes_of, inner, instruction, raised, times
from matcalc.code.products import Products
from matcalc.code.ways import Way
from matcalc.expression import ONE, SCALAR, Expr


class Reductions(Products):
    """Instructions for what has fewer axes than its argument."""

    def trace(self, node: Expr) -> Expr:
        """Return a trace, that of a product as the sum of products of entries."""
        [argument] = node.args
        factors = self.factors(argument)
        chain = factors.chain
        if argument.op == "add" or len(chain) < 2 or not self.passes.fuse:
            return instruction("trace", self.low(argument), shape=SCALAR)
        above, below = self.scalars(factors)
        return times(factors.coefficient, [*above, Operand(self.cheapest(self._traces(chain)))], below)

    def _traces(self, chain: Sequence[Expr]) -> Iterator[Way]:
        yield partial(self._split_trace, chain, 1)
        for_others = self.products_for_others()
        for i in range(len(chain)) if for_others and len(chain) > 2 else ():
            rotated = (*chain[i:], *chain[:i])
            if self.chain.keys(rotated[1:]) in for_others:
                yield partial(self._split_trace, rotated, 1)
        yield from (partial(self._split_trace, chain, i) for i in range(2, len(chain)))
        yield from (partial(self._trace_without_sum, chain, i) for i, f in enumerate(chain) if f.op == "add")

    def _split_trace(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the trace of a product as the inner product of two of its stretches."""
        rest = [self.flipped(one) for one in reversed(chain[i:])]
        return inner(self.chain_product(chain[:i]), self.chain_product(rest)), 0.0

    def _trace_without_sum(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the trace of a product with one of its factors multiplied out."""
        traces = tuple([Expr("tr", (term,), SCALAR) for term in multiplied_out(chain, i)])
        return self.low(Expr("add", traces, SCALAR)), 0.0

    def total(self, node: Expr) -> Expr:
        """Return the sum of all entries, that of a product as a product with ones."""
        [argument] = node.args
        if not self.passes.fuse or self.uses.get(argument, 0) > 1:
            return instruction("total", self.low(argument), shape=SCALAR)
        if argument.op == "mul":
            factors = self.factors(argument)
            above, below = self.scalars(factors)
            rows, cols = argument.shape
            before = () if rows is ONE else (Expr("ones", (), (ONE, rows)),)
            after = () if cols is ONE else (Expr("ones", (), (cols, ONE)),)
            chain, sizes = ones_opened((*before, *factors.chain, *after))
            above += [Operand(self.low(size)) for size in sizes]
            above += [Operand(self.chain_product(chain))] if chain else []
            return times(factors.coefficient, above, below)
        return self.cheapest(self._totals(argument))

    def _totals(self, argument: Expr) -> Iterator[Way]:
        """Yield ways to add up all entries; those of a Hadamard product of two matrices are a trace."""
        yield lambda: (_total(self.low(argument)), 0.0)
        if argument.op == "hadamard" and len(argument.args) == 2 and self.products_for_others():
            left, right = argument.args  # of which a product comes second
            product = product_of((self.flipped(left), right), (left.shape[1], right.shape[1]))
            if ONE not in left.shape:
                yield lambda: (self.low(Expr("tr", (product,), SCALAR)), 0.0)

    def norm(self, node: Expr) -> Expr:
        """Return the root of the sum of squares."""
        argument = self.low(node.args[0])
        return raised(inner(argument, argument), Fraction(1, 2))

    def diagonal(self, node: Expr) -> Expr:
        """Return a diagonal matrix, or the diagonal of a matrix, that of a product without the product."""
        [argument] = node.args
        if axes_of(argument) < 2:
            return instruction("diagonal_matrix", self.low(argument), shape=node.shape)
        if not self.passes.fuse:
            return instruction("diagonal", self.low(argument), shape=node.shape)
        if argument.op == "add":
            terms = tuple([Expr("diag", (term,), node.shape) for term in argument.args])
            whole = partial(instruction, "diagonal", shape=node.shape)
            one_by_one = Expr("add", terms, node.shape)
            return self.cheapest(
                [lambda: (whole(self.low(argument)), 0.0), lambda: (self.low(one_by_one), 0.0)]
            )
        return self._diagonal_of_product(node, self.factors(argument))

    def _diagonal_of_product(self, node: Expr, factors: Factors) -> Expr:
        """Return the diagonal of a product without the product; diagonal matrices at its ends scale it."""
        above, below = self.scalars(factors)
        chain = list(factors.chain)
        while len(chain) > 1 and (entries := diagonal_entries(chain[0])) is not None:
            above.append(Operand(self.low(entries)))
            del chain[0]
        while len(chain) > 1 and (entries := diagonal_entries(chain[-1])) is not None:
            above.append(Operand(self.low(entries)))
            del chain[-1]
        if len(chain) > 1:
            ways: list[Way] = [partial(self._split_diagonal, chain, i) for i in range(1, len(chain))]
            found = self.cheapest(ways)
        else:
            entries = diagonal_entries(chain[0])
            if entries is None or entries.op == "diag":
                found = instruction("diagonal", self.low(chain[0]), shape=node.shape)
            else:
                found = self.low(entries)
        return times(factors.coefficient, [*above, Operand(found)], below, node.shape)

    def _split_diagonal(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the diagonal of a product by the products of the entries of two of its stretches."""
        left = self.chain_product(chain[:i])
        right = self.chain_product([self.flipped(one) for one in reversed(chain[i:])])
        both = times(1, [Operand(left), Operand(right)], [], left.shape)
        size = (left.shape[0], ONE)
        return both if axes_of(both) == 1 else instruction("rowsums", both, shape=size), 0.0


def _total(value: Expr) -> Expr:
    """Return the sum of the entries of a value, of a product of entries as an inner product."""
    if value.op == "raised" and value.data == 2:
        return inner(value.args[0], value.args[0])
    if value.op != "times" or any(lies != WHOLE for lies in value.data.lies):
        return instruction("total", value, shape=SCALAR)
    data = value.data
    pairs = list(zip(value.args, data.exponents, strict=True))
    whole = [k for k, (a, exponent) in enumerate(pairs) if a.shape == value.shape and exponent == 1]
    if not whole or sum(axes_of(a) > 0 for a in value.args) < 2:
        return instruction("total", value, shape=SCALAR)
    first, _ = pairs.pop(whole[0])
    above = [Operand(a) for a, exponent in pairs if exponent == 1]
    below = [Operand(a) for a, exponent in pairs if exponent == -1]
    return inner(first, times(data.coefficient, above, below, value.shape))
