"""The factors of products for generated code: a number, scalars above and below, and the arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcalc.algebra import is_bilinear
from matcalc.expression import ONE, SCALAR, Expr, Shape, dimension, number, ones
from matcalc.expression.factored import Factored, Number, factors_as_written
from matcalc.expression.facts import has_fact
from matcalc.expression.signatures import entry_for_node
from matcalc.functions import DIAG, INV

#: So many factors powers have that are opened, and those that are opened where they meet something thin.
FEW_FACTORS = 12
MOST_FACTORS = 32
#: Powers of numbers are multiplied out up to so many bits; floats have 1,024 before the point.
MOST_BITS = 4096


def opened_factors(root: Expr, stays: Callable[[Expr], bool]) -> Factored:
    """Return the factors of an expression, as written or in normal form.

    Inner products are opened but for those that ``stays`` holds of, and powers of matrices. A matrix of ones
    is a column of ones times a row of ones, and a row of ones times a column of ones is a dimension.
    """
    product = factors_as_written(root, stays, FEW_FACTORS)
    chain, sizes = ones_opened(product.chain)
    scalars = list(product.scalars)
    for size in sizes:
        divisor = Expr("power", (size, number(-1)), SCALAR)
        if divisor in scalars:
            scalars.remove(divisor)
        else:
            scalars.append(size)
    coefficient = product.coefficient
    for base, exponent in product.below:
        scale = _power(base.data, -exponent) if base.is_number else None
        if scale is not None:
            coefficient *= scale
            scalars.remove(Expr("power", (base, number(-exponent)), SCALAR))
    return Factored(coefficient, tuple(scalars), tuple(chain))


def halves(power: Expr) -> tuple[Expr, ...]:
    """Return two equal powers of which a power of a matrix is the product, and the matrix if it is odd."""
    base, exponent = power.args[0], power.args[1].data
    if exponent < 0:
        base = Expr(INV, (base,), base.shape)
    half = Expr("power", (base, number(abs(exponent) // 2)), power.shape)
    return (half, half, base) if exponent % 2 else (half, half)


def weights_between(chain: Sequence[Expr], flipped: Callable[[Expr], Expr]) -> Expr | None:
    """Return the weights ``w`` of a product ``X'*diag(w)*X``, as written, ``None`` if it is none."""
    if len(chain) != 3 or ONE in chain[2].shape or flipped(chain[2]) is not chain[0]:
        return None
    return diagonal_entries(chain[1])


def ones_opened(chain: Sequence[Expr]) -> tuple[list[Expr], list[Expr]]:
    """Return a product of arrays without matrices of ones and inner products of ones, and what these are.

    A matrix of ones is a column of ones times a row of ones, a row times a column of ones a dimension.
    """
    opened: list[Expr] = []
    sizes: list[Expr] = []
    for factor in chain:
        rows, cols = factor.shape
        is_matrix = factor.op == "ones" and ONE not in factor.shape
        for part in (ones((rows, ONE)), ones((ONE, cols))) if is_matrix else (factor,):
            if opened and part.op == opened[-1].op == "ones" and part.is_column and opened[-1].is_row:
                opened.pop()
                sizes.append(dimension(part.shape[0]))
            else:
                opened.append(part)
    return opened, sizes


def _power(base: Number, exponent: Number) -> Fraction | None:
    """Return an exact power, ``None`` if it is not rational or far from all floats."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent != int(exponent) or bits * abs(int(exponent)) > MOST_BITS:
        return None
    return Fraction(base) ** int(exponent)


def inverted(factor: Expr) -> Expr | None:
    """Return the matrix of which a factor is the inverse, or the transpose of the inverse."""
    inner = factor.args[0] if factor.op == "transpose" else factor
    return inner.args[0] if inner.op == INV else None


def diagonal_entries(factor: Expr) -> Expr | None:
    """Return the diagonal of a factor that is a diagonal matrix, as written, ``None`` if it is none."""
    rows, cols = factor.shape
    if rows is not cols or rows is ONE or factor.op == "identity" or not has_fact(factor, "diagonal"):
        return None
    column = (rows, ONE)
    matrix = inverted(factor)
    if matrix is not None:
        entries = diagonal_entries(matrix) or Expr(DIAG, (matrix,), column)
        return Expr("hadamard_power", (entries, number(-1)), column)
    return factor.args[0] if factor.op == DIAG else Expr(DIAG, (factor,), column)


def triangle_of_ones(factor: Expr) -> str:
    """Return ``lower`` or ``upper`` if a factor is such a triangle of ones, nothing otherwise."""
    rows, cols = factor.shape
    if factor.op == "transpose":
        return {"lower": "upper", "upper": "lower", "": ""}[triangle_of_ones(factor.args[0])]
    if rows is not cols or not factor.args or factor.args[0].op != "ones":
        return ""
    entry = entry_for_node(factor)
    return entry.triangle if entry else ""


def product_of(factors: Sequence[Expr], shape: Shape) -> Expr:
    """Return a product of factors as written, without unit matrices."""
    scalars = [factor for factor in factors if factor.is_scalar]
    arrays = [factor for factor in factors if not factor.is_scalar and factor.op != "identity"]
    if not arrays:
        arrays = [factor for factor in factors if factor.op == "identity"][:1]
    args = (*scalars, *arrays)
    return args[0] if len(args) == 1 else Expr("mul", args, shape)


def column_and_row(chain: Sequence[Expr]) -> tuple[Sequence[Expr], Sequence[Expr]] | None:
    """Return a product as a column times a row, ``None`` if it is none; either may be ones alone."""
    cut = next((i for i, factor in enumerate(chain[:-1], 1) if factor.shape[1] is ONE), 0)
    if not cut or chain[0].shape[0] is ONE or chain[-1].shape[1] is ONE:
        return None
    return chain[:cut], chain[cut:]


def is_ones(chain: Sequence[Expr]) -> bool:
    """Return whether a product of arrays is one vector of ones."""
    return len(chain) == 1 and chain[0].op == "ones"


def opened(term: Expr) -> tuple[Expr, ...]:
    """Return the factors of a term."""
    return term.args if term.op == "mul" and not is_bilinear(term) else (term,)


def without_factor(factors: Factored, side: int) -> Expr:
    """Return the product of all factors but the first (0) or last (-1) array, as written."""
    arrays = list(factors.chain)
    arrays.pop(side)
    divisors = [Expr("power", (base, number(-exponent)), SCALAR) for base, exponent in factors.below]
    coefficient = [number(factors.coefficient)] if factors.coefficient != 1 else []
    shape = arrays[0].shape[0], arrays[-1].shape[1]
    return product_of((*coefficient, *factors.above, *divisors, *arrays), shape)


def multiplied_out(chain: Sequence[Expr], i: int) -> tuple[Expr, ...]:
    """Return the terms of a product of arrays, one of which is a sum that is multiplied out."""
    shape = (chain[0].shape[0], chain[-1].shape[1])
    terms = chain[i].args
    return tuple([product_of((*chain[:i], *opened(term), *chain[i + 1 :]), shape) for term in terms])
