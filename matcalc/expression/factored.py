"""The factored view of a product: a number, scalar factors and divisors with exponents, a chain of arrays.

Also matrix-chain order: in which order the factors of a chain are multiplied, two at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from matcalc.expression.dimensions import SCALAR
from matcalc.expression.nodes import Expr, identity, number, zeros
from matcalc.functions import INV

Number = int | Fraction


class Factored(NamedTuple):
    """``coefficient * product(scalars) * product(chain)``.

    ``scalars`` are the scalar factors, divisors among them as powers with negative exponents; a bilinear form
    such as ``x'*A*y`` is one of them. ``chain`` holds the arrays in order; it is empty for a scalar.
    """

    coefficient: Number
    scalars: tuple[Expr, ...]
    chain: tuple[Expr, ...]

    @property
    def powers(self) -> tuple[tuple[Expr, Number], ...]:
        """The scalar factors as bases with exponents."""
        return tuple([numeric_power(scalar) for scalar in self.scalars])

    @property
    def above(self) -> tuple[Expr, ...]:
        """The scalar factors that are no divisors."""
        return tuple([scalar for scalar in self.scalars if numeric_power(scalar)[1] >= 0])

    @property
    def below(self) -> tuple[tuple[Expr, Number], ...]:
        """The divisors, with their exponents as divisors."""
        return tuple([(base, -exponent) for base, exponent in self.powers if exponent < 0])

    @property
    def outside(self) -> Expr:
        """The number times the scalar factors."""
        return join(self.coefficient, self.scalars, ())

    @property
    def array(self) -> Expr:
        """The product of the chain alone."""
        return join(1, (), self.chain)


def factors_of(expr: Expr) -> Factored:
    """Return the factors of an expression in normal form."""
    factors = expr.memo.get("factors")
    if factors is None:
        if expr.op == "number":
            factors = Factored(expr.data, (), ())
        elif expr.is_scalar:
            factors = Factored(1, (expr,), ())
        else:
            factors = Factored(1, (), (expr,))
        expr.memo["factors"] = factors
    return factors


def factors_as_written(root: Expr, stays: Callable[[Expr], bool], largest_power: int = 1) -> Factored:
    """Return the factors of an expression as written.

    Products, negatives and quotients inside are opened but for those that ``stays`` holds of; powers of
    matrices are where they have no more than ``largest_power`` factors.
    """
    coefficient: Number = 1
    scalars: list[Expr] = []
    chain: list[Expr] = []
    pending = [root]
    while pending:
        node = pending.pop()
        stay = node is not root and stays(node)
        if node.is_number:
            coefficient *= node.data
        elif node.op == "negate" and not stay:
            coefficient = -coefficient
            pending.append(node.args[0])
        elif node.op == "quotient" and not stay:
            scalars += [
                Expr("power", (base, number(-exponent)), SCALAR) for base, exponent in _divisors(node.args[1])
            ]
            pending.append(node.args[0])
        elif node.op == "mul" and not stay and not is_bilinear(node):
            pending.extend(reversed(node.args))
        elif not stay and (factors := power_factors(node, largest_power)):
            pending.extend(reversed(factors))
        else:
            (scalars if node.is_scalar else chain).append(node)
    return Factored(coefficient, tuple(scalars), tuple(chain))


def _divisors(scalar: Expr) -> Iterator[tuple[Expr, Number]]:
    if scalar.op == "mul" and not is_bilinear(scalar):
        for arg in scalar.args:
            yield from _divisors(arg)
    else:
        base, exponent = numeric_power(scalar)
        yield (base, exponent) if exponent > 0 else (scalar, 1)


def power_factors(array: Expr, largest: int) -> tuple[Expr, ...]:
    """Return the factors of a power of a matrix, or of the transpose of one, none if there are too many."""
    transposed = array.op == "transpose"
    power = array.args[0] if transposed else array
    if power.op != "power" or power.is_scalar:
        return ()
    base, count = power.args[0], int(power.args[1].data)
    if abs(count) > largest:
        return ()
    if count == 0:
        return (identity(base.shape[0]),)
    if count < 0:
        base = Expr(INV, (base,), base.shape)
    if transposed:
        base = base.args[0] if base.op == "transpose" else Expr("transpose", (base,), base.shape)
    return (base,) * abs(count)


def opened(product: Expr, opens: Callable[[Expr], bool]) -> Iterator[Expr]:
    """Yield the arguments of a product as written, those of inner products instead where ``opens`` holds."""
    for arg in product.args:
        if arg.op == "mul" and opens(arg):
            yield from opened(arg, opens)
        else:
            yield arg


def scalars_and_arrays(factors: Iterable[Expr]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """Return the scalars among some factors, and the others, in order."""
    scalars: list[Expr] = []
    arrays: list[Expr] = []
    for factor in factors:
        (scalars if factor.is_scalar else arrays).append(factor)
    return tuple(scalars), tuple(arrays)


def beside(
    factors: Sequence[Expr], position: int
) -> tuple[tuple[Expr, ...], tuple[Expr, ...], tuple[Expr, ...]]:
    """Return what stands beside one factor: the scalars, and the arrays before it and after it."""
    scalars, before = scalars_and_arrays(factors[:position])
    more, after = scalars_and_arrays(factors[position + 1 :])
    return scalars + more, before, after


def join(coefficient: Number, scalars: Iterable[Expr], chain: tuple[Expr, ...]) -> Expr:
    """Return the product of these factors, which are taken as they are, in normal form.

    Scalars are put in order. An empty chain makes a scalar.
    """
    ordered = tuple(sorted(scalars, key=_key))
    shape = (chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR
    if coefficient == 0:
        return zeros(shape)
    args = ordered + chain
    if coefficient != 1 or not args:
        args = (number(coefficient), *args)
    if len(args) == 1:
        return args[0]
    expr = Expr("mul", args, shape)
    expr.memo["factors"] = Factored(coefficient, ordered, chain)
    return expr


def _key(expr: Expr) -> int:
    return expr.key


def bilinear(chain: tuple[Expr, ...]) -> Expr:
    """Return the scalar ``row * ... * column`` as one factor."""
    expr = Expr("mul", chain, SCALAR)
    expr.memo["factors"] = Factored(1, (expr,), ())
    return expr


def is_bilinear(expr: Expr) -> bool:
    """Return whether the expression is a bilinear form."""
    return expr.op == "mul" and expr.is_scalar and not expr.args[0].is_scalar


def split_coefficient(expr: Expr) -> tuple[Number, Expr]:
    """Return the numerical factor of an expression in normal form, and the expression without it."""
    if expr.op == "number":
        return expr.data, number(1)
    if expr.op != "mul":
        return 1, expr
    split: tuple[Number, Expr] | None = expr.memo.get("unit")
    if split is None:
        coefficient, scalars, chain = factors_of(expr)
        split = (coefficient, expr if coefficient == 1 else join(1, scalars, chain))
        expr.memo["unit"] = split
    return split


def scaled(coefficient: Number, expr: Expr) -> Expr:
    """Return a number times an expression in normal form."""
    if coefficient == 1:
        return expr
    factor, scalars, chain = factors_of(expr)
    if chain and chain[0].op == "zeros":
        return expr
    return join(coefficient * factor, scalars, chain)


def divided(value: Number, divisor: Number) -> Number:
    """Return a quotient of numbers, whole if it is."""
    if divisor == 1:
        return value
    result = Fraction(value) / divisor
    return result.numerator if result.denominator == 1 else result


def numeric_power(factor: Expr) -> tuple[Expr, Number]:
    """Return the base and the exponent of a scalar or entrywise power with a number as its exponent.

    Anything else is its own first power.
    """
    entrywise = factor.op == "hadamard_power" or (factor.op == "power" and factor.is_scalar)
    if entrywise and factor.args[1].is_number:
        return factor.args[0], factor.args[1].data
    return factor, 1


def base_and_exponent(factor: Expr) -> tuple[Expr, Expr]:
    """Return a scalar or a square matrix as a power; an inverse has exponent -1."""
    if factor.op == "power":
        base, exponent = base_and_exponent(factor.args[0])
        if base is factor.args[0] or not exponent.is_number or not factor.args[1].is_number:
            return factor.args[0], factor.args[1]
        return base, number(exponent.data * factor.args[1].data)
    if factor.op == INV:
        return factor.args[0], number(-1)
    return factor, number(1)


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
