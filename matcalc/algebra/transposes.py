"""Transposes, which stand on leaves, and which way round an array is written."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.builders import block_matrix, build, builds
from matcalc.expression import ONE, Expr, ones, zeros
from matcalc.expression.factored import factors_of, join, scaled, split_coefficient
from matcalc.expression.facts import has_fact
from matcalc.expression.signatures import entry_for_node
from matcalc.functions import OPERATION_NAMES


@builds("transpose")
def _build_transpose(args: Sequence[Expr]) -> Expr:
    return transpose(args[0])


def transpose(expr: Expr) -> Expr:
    """Return the transpose: on a product it moves to the factors, on a sum it stays outside."""
    if expr.is_scalar:
        return expr
    result = expr.memo.get("transpose")
    if result is None:
        result = _transpose(expr)
        expr.memo["transpose"] = result
        result.memo["transpose"] = expr
    return result


def _transpose(expr: Expr) -> Expr:
    op, (rows, cols) = expr.op, expr.shape
    if op == "transpose":
        return expr.args[0]
    if op == "mul":
        coefficient, scalars, chain = factors_of(expr)
        if len(chain) == 1:
            return scaled(coefficient, build("mul", *scalars, transpose(chain[0])))
        sign, transposed = transposed_chain(chain)
        return join(sign * coefficient, scalars, transposed)
    if op == "block":
        high, wide = expr.data
        cells = [transpose(expr.args[i * wide + j]) for j in range(wide) for i in range(high)]
        return block_matrix(cells, wide, high)
    if op == "ones":
        return ones((cols, rows))
    if op == "zeros":
        return zeros((cols, rows))
    if rows is cols and is_symmetric(expr):
        return expr
    if has_fact(expr, "skew"):
        return scaled(-1, expr)
    if (swapped := _swapped(expr)) is not None:
        return swapped
    if _transposes_arguments(expr):
        return build(op, *[transpose(arg) for arg in expr.args])
    return Expr("transpose", (expr,), (cols, rows))


def transposed_chain(chain: Sequence[Expr]) -> tuple[int, tuple[Expr, ...]]:
    """Return the factors of the transposed product, and its sign: skew factors change theirs."""
    transposed = [split_coefficient(transpose(array)) for array in reversed(chain)]
    negative = sum(coefficient < 0 for coefficient, _ in transposed) % 2
    return -1 if negative else 1, tuple(unit for _, unit in transposed)


def _swapped(expr: Expr) -> Expr | None:
    """Return the transpose of a function that is the same with its arguments the other way round."""
    entry = entry_for_node(expr) if len(expr.args) == 2 else None
    if entry is None or entry.transpose != "swapped":
        return None
    return Expr(expr.op, expr.args[::-1], (expr.shape[1], expr.shape[0]))


def _transposes_arguments(expr: Expr) -> bool:
    """Return whether a transpose goes to the arguments: where it makes them neither longer nor shorter."""
    if len(expr.args) < 2 or ONE in expr.shape or expr.op in OPERATION_NAMES:
        return False
    entry = entry_for_node(expr)
    return entry is not None and entry.transpose == "equivariant" and _total_weight(expr.args) == 0


def _total_weight(args: Sequence[Expr]) -> int:
    return sum(_weight(arg) for arg in args if not arg.is_scalar)


def is_symmetric(expr: Expr) -> bool:
    """Return whether a square array is known to equal its transpose."""
    if has_fact(expr, "symmetric"):
        return True
    if expr.op in ("add", "hadamard"):
        return {transpose(arg) for arg in expr.args} == set(expr.args)
    if expr.op in ("ones", "zeros"):
        return True
    if expr.op in ("power", "hadamard_power"):
        return all(transpose(arg) is arg for arg in expr.args)
    if expr.op in ("mul", "block"):
        return transpose(expr) is expr
    entry = entry_for_node(expr)
    equivariant = entry is not None and entry.transpose == "equivariant"
    return equivariant and all(transpose(arg) is arg for arg in expr.args)


def _weight(expr: Expr) -> int:
    """Return how many more transposes the expression shows than its transpose would."""
    weight = 0
    for factor in factors_of(expr).chain:
        if factor.op == "transpose":
            weight += 1
        elif not (factor.shape[0] is factor.shape[1] and split_coefficient(transpose(factor))[1] is factor):
            weight -= 1
    return weight


def prefers_transpose(terms: Sequence[Expr]) -> bool:
    """Return whether an array built of ``terms`` is better written as a transpose.

    A row is written as a transposed column, otherwise the way with fewer transposes is taken,
    and if both have as many, a fixed one of the two.
    """
    if terms[0].is_column:
        return False
    if terms[0].is_row:
        return True
    weight = sum(_weight(term) for term in terms)
    if weight:
        return weight > 0
    here = sorted(split_coefficient(term)[1].key for term in terms)
    there = sorted(split_coefficient(transpose(term))[1].key for term in terms)
    return there < here


def oriented(expr: Expr) -> tuple[Expr, bool]:
    """Return the expression or its transpose, whichever is written, and whether it was transposed."""
    if expr.is_scalar:
        return expr, False
    if expr.op == "transpose" and not expr.is_column:
        return expr.args[0], True
    if expr.op == "mul" or expr.is_row:
        transposed = prefers_transpose((expr,))
        return (transpose(expr), True) if transposed else (expr, False)
    return expr, False


def all_oriented(args: Sequence[Expr]) -> tuple[list[Expr], bool]:
    """Return the arguments or all their transposes, whichever are written, and whether transposed.

    Several that are as long either way stay: a transpose of the value goes to them then.
    """
    if len(args) == 1:
        transposed, was_transposed = oriented(args[0])
        return [transposed], was_transposed
    arrays = [arg for arg in args if not arg.is_scalar]
    if not arrays or all(arg.is_column for arg in arrays):
        return list(args), False
    if all(arg.is_row for arg in arrays) or _total_weight(arrays) > 0:
        return [transpose(arg) for arg in args], True
    return list(args), False
