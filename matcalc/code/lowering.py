"""From expressions to instructions: Hadamard products, reductions, and everything else by its operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from matcalc.code.factors import (
    Factors,
    column_and_row,
    diagonal_entries,
    halves,
    is_ones,
    multiplied_out,
    ones_opened,
    power_factors,
    product_of,
)
from matcalc.code.functions import function_instruction, instruction_of, is_entrywise, kind_of, stable_form
from matcalc.code.instructions import (
    ALONG,
    DOWN,
    WHOLE,
    Number,
    Operand,
    Product,
    axes_of,
    flat,
    inner,
    instruction,
    raised,
    times,
    turned,
)
from matcalc.code.matrix_products import Products
from matcalc.code.sums import Sums
from matcalc.code.ways import Way
from matcalc.expression import ONE, SCALAR, Expr, number, sign_if_odd_beyond_floats, variable
from matcalc.functions import DIAG, TR

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
        traces = tuple([Expr(TR, (term,), SCALAR) for term in multiplied_out(chain, i)])
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
                yield lambda: (self.low(Expr(TR, (product,), SCALAR)), 0.0)

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
            terms = tuple([Expr(DIAG, (term,), node.shape) for term in argument.args])
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
            if entries is None or entries.op == DIAG:
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


class Lowering(Sums, Hadamards, Reductions):
    """Makes instructions of expressions that belong to one program, in normal form or as written."""

    def lowered(self, node: Expr) -> Expr:
        """Return the instruction for a value that has none yet."""
        op = node.op
        if op == "variable":
            return variable(node.data[0], flat(node.shape), frozenset(node.data[1]))
        if op in ("number", "pi", "dimension", "identity"):
            return node
        if op in ("ones", "zeros"):
            return Expr(op, (), flat(node.shape))
        own = _OPERATIONS.get(op) or _INSTRUCTIONS.get(instruction_of(node))
        if own is not None:
            return own(self, node)
        stable = stable_form(node)
        if stable is not None:
            return self.low(stable)
        return function_instruction(node, self._arguments(node))

    def _arguments(self, node: Expr) -> list[Expr]:
        """Return the arguments of a function; a number in all entries stays one number."""
        found = []
        spread = is_entrywise(node)
        for arg in node.args:
            factors = self.factors(arg)
            if spread and arg.op == "zeros":
                found.append(number(0))
            elif spread and factors.chain and all(one.op == "ones" for one in factors.chain):
                found.append(times(factors.coefficient, *self.scalars(factors)))
            else:
                found.append(self.low(arg))
        return found if any(axes_of(one) for one in found) else [self.low(arg) for arg in node.args]

    def _block(self, node: Expr) -> Expr:
        kinds = tuple(kind_of(arg) for arg in node.args)
        return instruction("block", *map(self.low, node.args), shape=node.shape, data=(node.data, kinds))

    def _transpose(self, node: Expr) -> Expr:
        return turned(self.low(node.args[0]))

    def _inverse(self, node: Expr) -> Expr:
        return self.inverses.inverse(node.args[0])

    def _determinant(self, node: Expr) -> Expr:
        return self.inverses.determinant(node)


#: How operations are lowered.
_OPERATIONS: dict[str, Callable[[Lowering, Expr], Expr]] = {
    "transpose": Lowering._transpose,
    "mul": Lowering.product,
    "negate": Lowering.product,
    "quotient": Lowering.product,
    "add": Lowering.sum,
    "hadamard": Lowering.hadamard,
    "hadamard_quotient": Lowering.hadamard,
    "power": Lowering.power,
    "hadamard_power": Lowering.power,
    "block": Lowering._block,
}

#: How functions are lowered whose entries name an instruction; all others are calls.
_INSTRUCTIONS: dict[str, Callable[[Lowering, Expr], Expr]] = {
    "trace": Lowering.trace,
    "total": Lowering.total,
    "norm": Lowering.norm,
    "diagonal": Lowering.diagonal,
    "inverse": Lowering._inverse,
    "determinant": Lowering._determinant,
}
