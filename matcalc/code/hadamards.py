"""Hadamard products, quotients and powers."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.code.factors import column_and_row, halves, is_ones, power_factors
from matcalc.code.instructions import (
    ALONG,
    DOWN,
    WHOLE,
    Number,
    Operand,
    Product,
    axes_of,
    instruction,
    raised,
    times,
)
from matcalc.code.products import Products
from matcalc.expression import Expr, sign_if_odd_beyond_floats

_RECIPROCAL = Product(1, (-1,), (WHOLE,))


class Hadamards(Products):
    """Instructions for what is computed entry by entry, but for sums and functions."""

    def hadamard(self, node: Expr) -> Expr:
        """Return a Hadamard product or quotient; outer products in it are not written out."""
        above: list[Operand] = []
        below: list[Operand] = []
        coefficient: Number = 1
        for factor, exponent in _entrywise_factors(node):
            if exponent:
                below.append(Operand(raised(self.low(factor), exponent)))
                continue
            factors = self.factors(factor)
            sides = column_and_row(factors.chain) if axes_of(factor) == 2 else None
            if sides or (factors.chain and all(one.op == "ones" for one in factors.chain)):
                scalars, divisors = self.scalars(factors)
                coefficient *= factors.coefficient
                above += scalars
                below += divisors
                for side, lies in zip(sides or (), (DOWN, ALONG), strict=False):
                    if not is_ones(side):
                        self._place(side, lies, above, below)
            else:
                self._place((factor,), WHOLE, above, below)
        return times(coefficient, above, below, node.shape)

    def _place(self, chain: Sequence[Expr], lies: str, above: list[Operand], below: list[Operand]) -> None:
        """Add a product to the factors above, or below what it is the reciprocal of."""
        node = self.chain_product(chain)
        if node.op == "times" and node.data == _RECIPROCAL and self.uses.get(chain[0], 0) < 2:
            below.append(Operand(node.args[0], lies))
        else:
            above.append(Operand(node, lies))

    def power(self, node: Expr) -> Expr:
        """Return a power of a scalar, of a matrix or of each entry."""
        base, exponent = node.args
        if node.op == "power" and not node.is_scalar:
            if exponent.data == -1:
                return self.inverses.inverse(base)
            return self.product(node) if power_factors(node) else self.chain_product(halves(node))
        if exponent.is_number:
            return raised(self.low(base), exponent.data)
        value, sign = self.low(base), sign_if_odd_beyond_floats(exponent)
        power = instruction("to_power", value, self.low(exponent), shape=node.shape)
        if not sign:
            return power
        # The float near the exponent is even, or infinite.
        above, below = ([Operand(value)], []) if sign > 0 else ([], [Operand(value)])
        return times(1, [*above, Operand(power)], below, node.shape)


def _entrywise_factors(node: Expr) -> list[tuple[Expr, Number]]:
    """Return the factors of a Hadamard product or quotient, with 0; divisors with their exponents."""
    found: list[tuple[Expr, Number]] = []
    pending: list[tuple[Expr, Number]] = [(node, 0)]
    while pending:
        one, exponent = pending.pop()
        if exponent:
            found.append((one, exponent))
        elif one.op == "hadamard":
            pending += [(arg, 0) for arg in reversed(one.args)]
        elif one.op == "hadamard_quotient":
            pending += [(one.args[1], 1), (one.args[0], 0)]
        elif one.op in ("power", "hadamard_power") and one.args[1].is_number and one.args[1].data < 0:
            found.append((one.args[0], -one.args[1].data))
        else:
            found.append((one, 0))
    return found
