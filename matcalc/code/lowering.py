"""Lowering, from expressions to instructions: Hadamard products, reductions, and all other operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from matcalc.code.choices import Alternative, Before, Choices
from matcalc.code.factors import (
    FEW_FACTORS,
    column_and_row,
    diagonal_entries,
    halves,
    is_ones,
    multiplied_out,
    ones_opened,
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
    SizeEstimates,
    axes_of,
    flat,
    inner_product,
    instruction,
    raised,
    times,
    turned,
)
from matcalc.code.matrix_products import Products
from matcalc.code.sums import Sums
from matcalc.code.target import ALL_PASSES, Passes
from matcalc.expression import ONE, SCALAR, Expr, number, sign_if_odd_beyond_floats, variable
from matcalc.expression.factored import Factored, power_factors
from matcalc.functions import DIAG, TR

_RECIPROCAL = Product(1, (-1,), (WHOLE,))


class Hadamards:
    """Instructions for what is computed entry by entry, but for sums and functions."""

    def __init__(self, choices: Choices, products: Products):
        self.choices = choices
        self.products = products

    def hadamard(self, node: Expr) -> Expr:
        """Return a Hadamard product or quotient; outer products in it are not written out."""
        above: list[Operand] = []
        below: list[Operand] = []
        coefficient: Number = 1
        for factor, exponent in _entrywise_factors(node):
            if exponent:
                below.append(Operand(raised(self.choices.low(factor), exponent)))
                continue
            factors = self.choices.factors(factor)
            sides = column_and_row(factors.chain) if axes_of(factor) == 2 else None
            if sides or (factors.chain and all(array.op == "ones" for array in factors.chain)):
                scalars, divisors = self.choices.scalars(factors)
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
        node = self.products.chain_product(chain)
        if node.op == "times" and node.data == _RECIPROCAL and self.choices.uses.get(chain[0], 0) < 2:
            below.append(Operand(node.args[0], lies))
        else:
            above.append(Operand(node, lies))

    def power(self, node: Expr) -> Expr:
        """Return a power of a scalar, of a matrix or of each entry."""
        base, exponent = node.args
        if node.op == "power" and not node.is_scalar:
            if exponent.data == -1:
                return self.choices.inverses.inverse(base)
            if power_factors(node, FEW_FACTORS):
                return self.products.product(node)
            return self.products.chain_product(halves(node))
        if exponent.is_number:
            return raised(self.choices.low(base), exponent.data)
        value, sign = self.choices.low(base), sign_if_odd_beyond_floats(exponent)
        power = instruction("to_power", value, self.choices.low(exponent), shape=node.shape)
        if not sign:
            return power
        # The float near the exponent is even, or infinite.
        above, below = ([Operand(value)], []) if sign > 0 else ([], [Operand(value)])
        return times(1, [*above, Operand(power)], below, node.shape)


def _entrywise_factors(node: Expr) -> list[tuple[Expr, Number]]:
    """Return the factors of a Hadamard product or quotient, with 0; divisors with their exponents."""
    factors: list[tuple[Expr, Number]] = []
    pending: list[tuple[Expr, Number]] = [(node, 0)]
    while pending:
        factor, exponent = pending.pop()
        if exponent:
            factors.append((factor, exponent))
        elif factor.op == "hadamard":
            pending += [(arg, 0) for arg in reversed(factor.args)]
        elif factor.op == "hadamard_quotient":
            pending += [(factor.args[1], 1), (factor.args[0], 0)]
        elif (
            factor.op in ("power", "hadamard_power") and factor.args[1].is_number and factor.args[1].data < 0
        ):
            factors.append((factor.args[0], -factor.args[1].data))
        else:
            factors.append((factor, 0))
    return factors


class Reductions:
    """Instructions for what has fewer axes than its argument."""

    def __init__(self, choices: Choices, products: Products):
        self.choices = choices
        self.products = products

    def trace(self, node: Expr) -> Expr:
        """Return a trace, that of a product as the sum of products of entries."""
        [argument] = node.args
        factors = self.choices.factors(argument)
        chain = factors.chain
        if argument.op == "add" or len(chain) < 2 or not self.choices.passes.fuse:
            return instruction("trace", self.choices.low(argument), shape=SCALAR)
        above, below = self.choices.scalars(factors)
        return times(
            factors.coefficient, [*above, Operand(self.choices.cheapest(self._traces(chain)))], below
        )

    def _traces(self, chain: Sequence[Expr]) -> Iterator[Alternative]:
        yield partial(self._split_trace, chain, 1)
        for_others = self.choices.products_for_others()
        for i in range(len(chain)) if for_others and len(chain) > 2 else ():
            rotated = (*chain[i:], *chain[:i])
            if self.choices.chain.keys(rotated[1:]) in for_others:
                yield partial(self._split_trace, rotated, 1)
        yield from (partial(self._split_trace, chain, i) for i in range(2, len(chain)))
        yield from (partial(self._trace_without_sum, chain, i) for i, f in enumerate(chain) if f.op == "add")

    def _split_trace(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the trace of a product as the inner product of two of its stretches."""
        rest = [self.choices.inverses.flipped(factor) for factor in reversed(chain[i:])]
        return inner_product(self.products.chain_product(chain[:i]), self.products.chain_product(rest)), 0.0

    def _trace_without_sum(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the trace of a product with one of its factors multiplied out."""
        traces = tuple([Expr(TR, (term,), SCALAR) for term in multiplied_out(chain, i)])
        return self.choices.low(Expr("add", traces, SCALAR)), 0.0

    def total(self, node: Expr) -> Expr:
        """Return the sum of all entries, that of a product as a product with ones."""
        [argument] = node.args
        if not self.choices.passes.fuse or self.choices.uses.get(argument, 0) > 1:
            return instruction("total", self.choices.low(argument), shape=SCALAR)
        if argument.op == "mul":
            factors = self.choices.factors(argument)
            above, below = self.choices.scalars(factors)
            rows, cols = argument.shape
            before = () if rows is ONE else (Expr("ones", (), (ONE, rows)),)
            after = () if cols is ONE else (Expr("ones", (), (cols, ONE)),)
            chain, sizes = ones_opened((*before, *factors.chain, *after))
            above += [Operand(self.choices.low(size)) for size in sizes]
            above += [Operand(self.products.chain_product(chain))] if chain else []
            return times(factors.coefficient, above, below)
        return self.choices.cheapest(self._totals(argument))

    def _totals(self, argument: Expr) -> Iterator[Alternative]:
        """Yield alternatives for the sum of all entries, of a Hadamard product of two matrices a trace."""
        yield lambda: (_total(self.choices.low(argument)), 0.0)
        if argument.op == "hadamard" and len(argument.args) == 2 and self.choices.products_for_others():
            left, right = argument.args  # of which a product comes second
            product = product_of(
                (self.choices.inverses.flipped(left), right), (left.shape[1], right.shape[1])
            )
            if ONE not in left.shape:
                yield lambda: (self.choices.low(Expr(TR, (product,), SCALAR)), 0.0)

    def norm(self, node: Expr) -> Expr:
        """Return the root of the sum of squares."""
        argument = self.choices.low(node.args[0])
        return raised(inner_product(argument, argument), Fraction(1, 2))

    def diagonal(self, node: Expr) -> Expr:
        """Return a diagonal matrix, or the diagonal of a matrix, that of a product without the product."""
        [argument] = node.args
        if axes_of(argument) < 2:
            return instruction("diagonal_matrix", self.choices.low(argument), shape=node.shape)
        if not self.choices.passes.fuse:
            return instruction("diagonal", self.choices.low(argument), shape=node.shape)
        if argument.op == "add":
            terms = tuple([Expr(DIAG, (term,), node.shape) for term in argument.args])
            diagonal_of = partial(instruction, "diagonal", shape=node.shape)
            one_by_one = Expr("add", terms, node.shape)
            return self.choices.cheapest(
                [
                    lambda: (diagonal_of(self.choices.low(argument)), 0.0),
                    lambda: (self.choices.low(one_by_one), 0.0),
                ]
            )
        return self._diagonal_of_product(node, self.choices.factors(argument))

    def _diagonal_of_product(self, node: Expr, factors: Factored) -> Expr:
        """Return the diagonal of a product without the product; diagonal matrices at its ends scale it."""
        above, below = self.choices.scalars(factors)
        chain = list(factors.chain)
        while len(chain) > 1 and (entries := diagonal_entries(chain[0])) is not None:
            above.append(Operand(self.choices.low(entries)))
            del chain[0]
        while len(chain) > 1 and (entries := diagonal_entries(chain[-1])) is not None:
            above.append(Operand(self.choices.low(entries)))
            del chain[-1]
        if len(chain) > 1:
            alternatives: list[Alternative] = [
                partial(self._split_diagonal, chain, i) for i in range(1, len(chain))
            ]
            diagonal = self.choices.cheapest(alternatives)
        else:
            entries = diagonal_entries(chain[0])
            if entries is None or entries.op == DIAG:
                diagonal = instruction("diagonal", self.choices.low(chain[0]), shape=node.shape)
            else:
                diagonal = self.choices.low(entries)
        return times(factors.coefficient, [*above, Operand(diagonal)], below, node.shape)

    def _split_diagonal(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the diagonal of a product by the products of the entries of two of its stretches."""
        left = self.products.chain_product(chain[:i])
        right = self.products.chain_product(
            [self.choices.inverses.flipped(factor) for factor in reversed(chain[i:])]
        )
        both = times(1, [Operand(left), Operand(right)], [], left.shape)
        size = (left.shape[0], ONE)
        return both if axes_of(both) == 1 else instruction("rowsums", both, shape=size), 0.0


def _total(value: Expr) -> Expr:
    """Return the sum of the entries of a value, of a product of entries as an inner product."""
    if value.op == "raised" and value.data == 2:
        return inner_product(value.args[0], value.args[0])
    if value.op != "times" or any(lies != WHOLE for lies in value.data.lies):
        return instruction("total", value, shape=SCALAR)
    data = value.data
    pairs = list(zip(value.args, data.exponents, strict=True))
    full = [k for k, (a, exponent) in enumerate(pairs) if a.shape == value.shape and exponent == 1]
    if not full or sum(axes_of(a) > 0 for a in value.args) < 2:
        return instruction("total", value, shape=SCALAR)
    first, _ = pairs.pop(full[0])
    above = [Operand(a) for a, exponent in pairs if exponent == 1]
    below = [Operand(a) for a, exponent in pairs if exponent == -1]
    return inner_product(first, times(data.coefficient, above, below, value.shape))


class Lowering:
    """Lowers the expressions of one program, in normal form or as written, to instructions."""

    def __init__(
        self,
        roots: Sequence[Expr],
        sizes: SizeEstimates,
        passes: Passes = ALL_PASSES,
        *,
        explicit: bool = False,
        before: Before | None = None,
    ):
        """``explicit`` inverts all matrices whose inverse occurs, instead of solving for it.

        What was found ``before`` tells which values will be there for others, too.
        """
        self.choices = Choices(roots, sizes, passes, self.lowered, explicit=explicit, before=before)
        self.products = Products(self.choices)
        self.sums = Sums(self.choices, self.products)
        self.hadamards = Hadamards(self.choices, self.products)
        self.reductions = Reductions(self.choices, self.products)
        #: How operations are lowered, and functions whose entries name an instruction; others are calls.
        self._operations: dict[str, Callable[[Expr], Expr]] = {
            "transpose": self._transpose,
            **dict.fromkeys(("mul", "negate", "quotient"), self.products.product),
            "add": self.sums.sum,
            **dict.fromkeys(("hadamard", "hadamard_quotient"), self.hadamards.hadamard),
            **dict.fromkeys(("power", "hadamard_power"), self.hadamards.power),
            "block": self._block,
        }
        self._instructions: dict[str, Callable[[Expr], Expr]] = {
            "trace": self.reductions.trace,
            "total": self.reductions.total,
            "norm": self.reductions.norm,
            "diagonal": self.reductions.diagonal,
            "inverse": self._inverse,
            "determinant": self.choices.inverses.determinant,
        }

    def __call__(self, root: Expr) -> Expr:
        """Return the instruction for the value of an expression, which later ones may share."""
        return self.choices.settled(root)

    def lowered(self, node: Expr) -> Expr:
        """Return the instruction for a value that has none yet."""
        op = node.op
        if op == "variable":
            return variable(node.data[0], flat(node.shape), frozenset(node.data[1]))
        if op in ("number", "pi", "dimension", "identity"):
            return node
        if op in ("ones", "zeros"):
            return Expr(op, (), flat(node.shape))
        lower = self._operations.get(op) or self._instructions.get(instruction_of(node))
        if lower is not None:
            return lower(node)
        stable = stable_form(node)
        if stable is not None:
            return self.choices.low(stable)
        return function_instruction(node, self._arguments(node))

    def _arguments(self, node: Expr) -> list[Expr]:
        """Return the arguments of a function; a number in all entries stays one number."""
        arguments = []
        spread = is_entrywise(node)
        for arg in node.args:
            factors = self.choices.factors(arg)
            if spread and arg.op == "zeros":
                arguments.append(number(0))
            elif spread and factors.chain and all(argument.op == "ones" for argument in factors.chain):
                arguments.append(times(factors.coefficient, *self.choices.scalars(factors)))
            else:
                arguments.append(self.choices.low(arg))
        return (
            arguments
            if any(axes_of(argument) for argument in arguments)
            else [self.choices.low(arg) for arg in node.args]
        )

    def _block(self, node: Expr) -> Expr:
        kinds = tuple(kind_of(arg) for arg in node.args)
        return instruction(
            "block", *map(self.choices.low, node.args), shape=node.shape, data=(node.data, kinds)
        )

    def _transpose(self, node: Expr) -> Expr:
        return turned(self.choices.low(node.args[0]))

    def _inverse(self, node: Expr) -> Expr:
        return self.choices.inverses.inverse(node.args[0])
