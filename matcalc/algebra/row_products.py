"""Inner products of the rows of matrices and of columns, as written, for what is stacked.

Sums that have other indices are multiplied out, so that these can be summed over too: in ``||x_i - x_j||^2``
the products are ``x_i'*x_i``, ``x_i'*x_j`` and ``x_j'*x_j``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from matcalc.expression import ONE, SCALAR, Expr, Shape, number, ones
from matcalc.expression.binder import free_indices
from matcalc.functions import SUM
from matcalc.functions.table import ROWSUM


def turned(array: Expr) -> Expr:
    """Return the transpose, as written."""
    if array.op in ("transpose", "identity") or array.is_scalar:
        return array.args[0] if array.op == "transpose" else array
    return Expr("transpose", (array,), (array.shape[1], array.shape[0]))


def times(left: Expr, right: Expr) -> Expr:
    """Return the product of two arrays or scalars, as written; identities and the number 1 are left out."""
    if left is number(1) or left.op == "identity":
        return right
    if right is number(1) or right.op == "identity":
        return left
    shape: Shape = (left.shape[0], right.shape[1])
    if left.is_scalar or right.is_scalar:
        shape = right.shape if left.is_scalar else left.shape
    factors = left.args if left.op == "mul" and not left.is_scalar else (left,)
    return Expr("mul", (*factors, right), shape)


def entrywise_product(left: Expr, right: Expr) -> Expr:
    """Return the Hadamard product, as written."""
    factors = (*(left.args if left.op == "hadamard" else (left,)), right)
    return Expr("hadamard", factors, right.shape)


def added(terms: Sequence[Expr]) -> Expr:
    """Return the sum of arrays, as written."""
    return terms[0] if len(terms) == 1 else Expr("add", tuple(terms), terms[0].shape)


def total_of_entries(*factors: Expr) -> Expr:
    """Return the sum of the entries of a Hadamard product of columns, as an inner product."""
    scalars, columns = [number(1)], list(factors)
    flat: list[Expr] = []
    while columns:
        factor = columns.pop()
        if factor.op == "negate":
            scalars.append(number(-1))
            columns.append(factor.args[0])
        elif factor.op == "mul" and factor.args[0].is_scalar:
            scalars.append(factor.args[0])
            columns.append(reduce(times, factor.args[1:]))
        elif factor.op == "hadamard":
            columns += factor.args
        else:
            flat.append(factor)
    return times(reduce(times, scalars), _inner_product(flat[::-1]))


def _inner_product(factors: Sequence[Expr]) -> Expr:
    """Return the sum of the entries of a Hadamard product whose factors have no scalars in front."""
    bound = [factor for factor in factors if not free_indices(factor) and factor.op != "ones"]
    free = [factor for factor in factors if free_indices(factor)]
    if any(factor.op == "add" for factor in free):
        # A factor may occur twice.
        position = next(i for i, factor in enumerate(factors) if factor.op == "add" and factor in free)
        others = [*factors[:position], *factors[position + 1 :]]
        return added([total_of_entries(*others, term) for term in factors[position].args])
    if not bound and not free:
        return Expr(SUM, (factors[0],), SCALAR)
    left, right = (bound, free) if free else (bound[:1], bound[1:])
    if len(free) > 1:
        left, right = free[:1], [*bound, *free[1:]]
    if not left or not right:
        return Expr(SUM, (reduce(entrywise_product, left or right),), SCALAR)
    return times(turned(reduce(entrywise_product, left)), reduce(entrywise_product, right))


def row_products(left: Expr, right: Expr) -> Expr:
    """Return the inner products of the rows of two matrices with the same numbers of rows."""
    if not free_indices(left) and not free_indices(right):
        return _row_sums(left, right)
    return added([_row_sums(a, b) for a in _terms(left) for b in _terms(right)])


def squares_of_rows(rows: Expr) -> Expr:
    """Return the squared Euclidean norms of the rows of a matrix."""
    return row_products(rows, rows)


def _terms(rows: Expr) -> list[Expr]:
    """Return the terms of a sum of matrices, with signs inside."""
    if rows.op == "add":
        return [term for arg in rows.args for term in _terms(arg)]
    if rows.op == "negate":
        return [Expr("negate", (term,), term.shape) for term in _terms(rows.args[0])]
    return [rows]


def _row_sums(left: Expr, right: Expr) -> Expr:
    """Return the inner products of rows; those of a row that is repeated are a product with it."""
    left_sign, left_base = _split_sign(left)
    right_sign, right_base = _split_sign(right)
    row = _repeated_row(left_base)
    if row is None:
        left_base, right_base = right_base, left_base
        row = _repeated_row(left_base)
    if row is not None:
        other = _repeated_row(right_base)
        if other is None:
            product = times(right_base, turned(row))
        else:
            product = times(times(row, turned(other)), ones((left.shape[0], ONE)))
    else:
        if _split_sign(left)[1] is left_base:
            left_base, right_base = right_base, left_base
        products = entrywise_product(right_base, left_base)
        product = Expr(ROWSUM, (products,), (left.shape[0], ONE))
    return product if left_sign == right_sign else Expr("negate", (product,), product.shape)


def _split_sign(term: Expr) -> tuple[int, Expr]:
    sign = 1
    while term.op == "negate":
        sign, term = -sign, term.args[0]
    return sign, term


def _repeated_row(rows: Expr) -> Expr | None:
    """Return the row of which all rows of a product ``ones*row`` are copies."""
    is_repeated = rows.op == "mul" and len(rows.args) == 2 and rows.args[0].op == "ones"
    return rows.args[1] if is_repeated and rows.args[0].is_column and rows.args[1].is_row else None
