"""The choice between alternatives for a value, and the values of a program that have instructions.

A value is lowered once, with all that it needs. Of its alternatives the one is kept that costs least beyond
what there is: a greedy extraction, see Willsey et al., egg: Fast and Extensible Equality Saturation (2021),
section 3. An alternative that leads back to a value that is being lowered is none. A program that is lowered
again has for free what the one before has for other values, as in the recovery of area in technology mapping,
see Mishchenko, Chatterjee and Brayton, Improvements to Technology Mapping for LUT-Based FPGAs (2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from matcalc.code.chains import Chains
from matcalc.code.factors import opened_factors, product_of
from matcalc.code.instructions import Operand, SizeEstimates, instruction_cost, raised
from matcalc.code.inverses import Inverses
from matcalc.code.target import Passes
from matcalc.expression import Expr, postorder, stages
from matcalc.expression.factored import Factored

#: So many alternatives are tried in one program.
MOST_TRIALS = 80

#: One way to compute a value: it returns the instruction, and what others pay for parts of it.
Alternative = Callable[[], tuple[Expr, float]]


class Before(NamedTuple):
    """The instructions of a program that has been lowered before.

    And those that were made for values, products and inverses, some of which were tried only.
    """

    roots: Sequence[Expr]
    values: Mapping[Expr, Expr]
    products: Mapping[tuple[Expr, ...], Expr]
    inverses: Mapping[Expr, Expr]

    def without(self, value: Expr | None) -> frozenset[Expr]:
        """Return the instructions that are there without one, and without what only this one needs."""
        needed: set[Expr] = set()
        pending = list(self.roots)
        while pending:
            node = pending.pop()
            if node not in needed and node is not value:
                needed.add(node)
                pending += node.args
        return frozenset(needed)


class _CircularError(Exception):
    """Pulling a factor out and multiplying it in again leads back to a sum that is being lowered."""

    def __init__(self, node: Expr):
        super().__init__()
        self.node = node


class Choices:
    """The values of a program that have instructions, and what they cost."""

    def __init__(
        self,
        roots: Sequence[Expr],
        sizes: SizeEstimates,
        passes: Passes,
        lowered: Callable[[Expr], Expr],
        *,
        explicit: bool,
        before: Before | None,
    ):
        """``lowered`` returns the instruction for a value that has none yet.

        ``explicit`` inverts all matrices whose inverse occurs, instead of solving for it. What was found
        ``before`` tells which values will be there for others, too.
        """
        self.sizes = sizes
        self.lowered = lowered
        self._before = before
        self._there: dict[Expr | None, frozenset[Expr]] = {}
        #: The instruction for which others are being tried.
        self._replaced: Expr | None = None
        self.passes = passes
        self.done: dict[Expr, Expr] = {}
        self._paid: set[Expr] = set()
        self._trials = 0
        self._open: set[Expr] = set()
        #: What is being lowered and could not be a part of what is lowered now.
        self._barred: set[Expr] = set()
        #: What was lowered without what was being lowered then, by this: later there may be a better way.
        self._provisional: dict[Expr, set[Expr]] = {}
        self.uses: dict[Expr, int] = {}
        for node in postorder(*roots):
            for arg in node.args:
                self.uses[arg] = self.uses.get(arg, 0) + 1
        self.inverses = Inverses(
            roots, self.factors, sizes, self.low, shared=passes.factorisations, explicit=explicit
        )
        if before is not None:
            there = before.without(None)
            for matrix, inverse in before.inverses.items():
                if inverse in there:
                    self.inverses.want_inverse(matrix)
        self.chain = Chains(sizes, self.low, self.inverses, self.cheapest_product, ordered=passes.order)

    def settled(self, root: Expr) -> Expr:
        """Return the instruction for the value of an expression, which later ones may share."""
        count = len(self.chain.products)
        for node in stages([root]):
            self.low(node)
        self.chain.taken_since(count)
        value = self.low(root)
        self._paid.update(postorder(value))
        return value

    def low(self, node: Expr) -> Expr:
        """Return the instruction for a value."""
        value = self.done.get(node)
        if value is not None:
            return value
        if node in self._open:
            raise _CircularError(node)
        replaced, barred = self._replaced, self._barred
        if self._before is not None:
            self._replaced = self._before.values.get(node, replaced)
        self._barred = set()
        self._open.add(node)
        try:
            value = self.done[node] = self.lowered(node)
        finally:
            self._replaced = replaced
            self._open.discard(node)
            self._barred.discard(node)
            for other in self._barred:
                self._provisional.setdefault(other, set()).add(node)
            self._barred |= barred
        for other in self._provisional.pop(node, ()):
            self.done.pop(other, None)
        return value

    def cheapest_product(self, chain: Sequence[Expr]) -> Expr:
        """Return the product of arrays in the way that costs least."""
        return self.low(product_of(chain, (chain[0].shape[0], chain[-1].shape[1])))

    def factors(self, node: Expr) -> Factored:
        """Return the factors of a product; products inside it that others use, too, stay."""
        return opened_factors(node, self._stays)

    def _stays(self, node: Expr) -> bool:
        return node.op in ("mul", "negate", "quotient") and self.uses.get(node, 0) > 1

    def scalars(self, factors: Factored) -> tuple[list[Operand], list[Operand]]:
        """Return the scalar factors of a product, and its divisors."""
        above = [Operand(self.low(factor)) for factor in factors.above]
        return above, [Operand(raised(self.low(base), exponent)) for base, exponent in factors.below]

    def cheapest(self, alternatives: Iterable[Alternative]) -> Expr:
        """Return the cheapest alternative for a value, the first if the difference is small."""
        best: Expr | None = None
        extra, lowest = 0.0, -1.0
        kept: dict[tuple[Expr, ...], Expr] = {}
        for make in alternatives:
            if best is not None:
                if self._trials >= MOST_TRIALS:
                    break
                self._trials += 1
                if lowest < 0:  # what a value costs is asked only where there is a choice
                    lowest = self.cost([best]) + extra
            count = len(self.chain.products)
            try:
                value, more = make()
            except _CircularError as error:
                self._barred.add(error.node)
                self.chain.taken_since(count)
                continue
            made = self.chain.taken_since(count)
            if best is None:
                best, extra, kept = value, more, made
                continue
            cost = self.cost([value]) + more
            if cost < 0.95 * lowest:
                best, lowest, kept = value, cost, made
        assert best is not None
        self.chain.products.update(kept)
        return best

    def cost(self, roots: Iterable[Expr]) -> float:
        """Return what values cost beyond those that are there, or will be for others."""
        there = self._there_for_others()
        return sum(
            instruction_cost(n, self.sizes)
            for n in postorder(*roots)
            if n not in self._paid and n not in there
        )

    def products_for_others(self) -> dict[tuple[Expr, ...], Expr]:
        """Return the stretches of products that will be there even if what is being replaced is not."""
        if self._before is None:
            return {}
        there = self._there_for_others()
        return {
            key: product
            for key, product in self._before.products.items()
            if (product.args[0] if product.op == "transpose" else product) in there
        }

    def _there_for_others(self) -> frozenset[Expr]:
        """Return what will be there even if what is being replaced is not."""
        if self._before is None:
            return frozenset()
        if self._replaced not in self._there:
            self._there[self._replaced] = self._before.without(self._replaced)
        return self._there[self._replaced]
