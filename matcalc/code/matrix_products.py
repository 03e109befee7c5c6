"""Products in matrix-chain order, multiplied out where that is cheaper; numbers scale the smallest part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from matcalc.algebra import is_bilinear
from matcalc.code.chains import MAX_ORDERED
from matcalc.code.choices import Alternative, Choices
from matcalc.code.factors import FEW_FACTORS, MOST_FACTORS, multiplied_out, ones_opened, weights_between
from matcalc.code.instructions import Number, Operand, instruction, times
from matcalc.expression import ONE, Expr
from matcalc.expression.factored import power_factors

#: Longer sums are not multiplied out.
MOST_TERMS = 4


class Products:
    """Instructions for products."""

    def __init__(self, choices: Choices):
        self.choices = choices

    def product(self, node: Expr) -> Expr:
        """Return a product of scalars and arrays."""
        if is_bilinear(node):
            chain, sizes = ones_opened(
                [factor for arg in node.args for factor in power_factors(arg, FEW_FACTORS) or (arg,)]
            )
            value = [Operand(self.chain_product(chain))] if chain else []
            return times(1, [*(Operand(self.choices.low(size)) for size in sizes), *value], [])
        factors = self.choices.factors(node)
        above, below = self.choices.scalars(factors)
        if not factors.chain:
            return times(factors.coefficient, above, below)
        return self.scaled(factors.coefficient, above, below, self.chain_product(factors.chain))

    def scaled(
        self, coefficient: Number, above: Sequence[Operand], below: Sequence[Operand], array: Expr
    ) -> Expr:
        """Return a multiple of an array; of a product its smaller factor is multiplied, if that is small."""
        if coefficient == 1 and not above and not below:
            return array
        if array.op == "dot":
            left, right = array.args
            entries = self.choices.sizes.entries
            size, _, i = min((entries(left.shape), 1, 0), (entries(right.shape), 0, 1))
            if size * 4 <= entries(array.shape) and array.args[i].args and array.args[i].op != "transpose":
                args = [left, right]
                args[i] = self.scaled(coefficient, above, below, args[i])
                return Expr("dot", tuple(args), array.shape)
        if array.op == "times":
            data = array.data
            pairs = list(zip(array.args, data.exponents, data.lies, strict=True))
            above = [*above, *(Operand(a, lies) for a, exponent, lies in pairs if exponent == 1)]
            below = [*below, *(Operand(a, lies) for a, exponent, lies in pairs if exponent == -1)]
            return times(coefficient * data.coefficient, above, below, array.shape)
        return times(coefficient, [*above, Operand(array)], below, array.shape)

    def chain_product(self, chain: Sequence[Expr]) -> Expr:
        """Return a product of arrays, multiplied out if that is cheaper."""
        if len(chain) == 1:
            return self.choices.low(chain[0])
        return self.choices.cheapest(self._alternatives(chain))

    def _alternatives(self, chain: Sequence[Expr]) -> Iterator[Alternative]:
        yield lambda: (self.choices.chain(chain), 0.0)
        if len(chain) > MAX_ORDERED:
            return
        opened = [array for factor in chain for array in power_factors(factor, MOST_FACTORS) or (factor,)]
        if (
            len(opened) > len(chain)
            and len({self.choices.sizes[dim] for array in chain for dim in array.shape}) > 1
        ):
            yield lambda: (self.choices.chain(opened), 0.0)
        weights = weights_between(chain, self.choices.inverses.flipped)
        if self.choices.passes.fuse and weights is not None:
            yield partial(self._gram, chain, weights)
        for_others = self.choices.products_for_others()
        if for_others and self.choices.chain.has_stretch_in(chain, for_others):
            yield lambda: (self.choices.chain(chain, for_others), 0.0)
        yield from self._multiplied_out(chain)

    def _gram(self, chain: Sequence[Expr], weights: Expr) -> tuple[Expr, float]:
        """Return ``X'*diag(w)*X`` as one symmetric product."""
        array = chain[2]
        shape = (array.shape[1], array.shape[1])
        gram = instruction("weighted_gram", self.choices.low(array), self.choices.low(weights), shape=shape)
        self.choices.chain.remember(chain, gram)
        return gram, 0.0

    def _multiplied_out(self, chain: Sequence[Expr]) -> Iterator[Alternative]:
        for i, factor in enumerate(chain) if self.choices.passes.multiply_out else ():
            inner = factor.args[0] if factor.op == "transpose" else factor
            if inner.op == "add" and len(inner.args) <= MOST_TERMS:
                yield partial(self._without_sum, chain, i)

    def _without_sum(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return a product with one of its factors multiplied out, and what others pay of that factor."""
        factor, shape = chain[i], (chain[0].shape[0], chain[-1].shape[1])
        if factor.op == "transpose":
            terms = tuple([self.choices.inverses.flipped(term) for term in factor.args[0].args])
            chain = [*chain[:i], Expr("add", terms, factor.shape), *chain[i + 1 :]]
        value = self.choices.low(Expr("add", multiplied_out(chain, i), shape))
        uses = self.choices.uses.get(factor, 1)
        if uses < 2 or ONE in factor.shape:
            return value, 0.0
        return value, self.choices.cost([self.choices.low(factor)]) * (1 - 1 / uses)
