"""What instructions cost: operations, memory traffic and calls, in nanoseconds of a usual core.

The figures need not be right for a machine, only their ratios roughly; ``python -m benchmarks.rates``
measures them.
"""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.code.instructions import axes_of
from matcalc.code.sizes import Sizes
from matcalc.expression import Expr, postorder

#: One call of a library.
CALL = 450.0
#: One multiplication and addition in a product of matrices, and in a product with a vector.
MULTIPLICATION = 0.025
STREAMED = 0.12
#: One entry that is read or written by an entrywise operation.
ENTRY = 0.12
#: One entry of a diagonal matrix that is written out, and of a matrix whose rows or columns are added up.
DIAGONAL = 0.25
SUMMED = 0.3
#: From so many rows on a matrix times its transpose is half of a product; this part of one with weights.
SYMMETRIC_FROM = 512
WEIGHTED = 0.6
#: One entry of a function such as exp.
FUNCTION = 1.0
#: One multiplication in a factorisation or a triangular solve, for which less of the machine can be used.
FACTORED = 0.08

_FREE = frozenset(["variable", "number", "pi", "dimension", "transpose"])
#: Multiplications of a factorisation and what is made of it, as multiples of n^3.
_CUBIC = {
    "lu": 1 / 3,
    "lu_inverse": 2 / 3,
    "cholesky": 1 / 6,
    "cholesky_inverse": 1 / 3,
    "lower_inverse": 1 / 6,
    "inverse": 1.0,
    "det": 1 / 3,
    "logdet": 1 / 3,
}


def product_cost(rows: float, inner: float, cols: float) -> float:
    """Return the cost of a product of arrays."""
    count = rows * inner * cols
    thinnest = min(rows, inner, cols)
    if thinnest == 1:
        return CALL + STREAMED * count
    # Thin matrices leave less to do for each number that is loaded.
    return (
        CALL
        + MULTIPLICATION * (1 + 8 / thinnest) * count
        + ENTRY * (rows * inner + inner * cols + rows * cols)
    )


def entrywise_cost(entries: float, operands: float) -> float:
    """Return the cost of one pass over the entries of so many arrays, and of writing another."""
    return CALL + ENTRY * entries * (operands + 1)


def solve_cost(size: float, cols: float) -> float:
    """Return the cost of two triangular solves."""
    return CALL * 3 + FACTORED * size * size * cols


def instruction_cost(node: Expr, sizes: Sizes) -> float:
    """Return the cost of one instruction, its arguments not included."""
    found = sizes.costs.get(node)
    if found is None:
        found = sizes.costs[node] = _instruction_cost(node, sizes)
    return found


def _instruction_cost(node: Expr, sizes: Sizes) -> float:
    op = node.op
    if op in _FREE or (not axes_of(node) and op in ("plus", "times", "raised")):
        return CALL / 6 if node.args and op != "transpose" else 0.0
    entries = sizes.entries(node.shape)
    largest = max([entries, *(sizes.entries(arg.shape) for arg in node.args)])
    if op == "dot":
        left, right = node.args
        count = product_cost(sizes[left.shape[0]], sizes[left.shape[1]], sizes[right.shape[1]])
        symmetric = left.op == "transpose" and left.args[0] is right
        return count / 2 if symmetric and sizes[right.shape[1]] >= SYMMETRIC_FROM else count
    if op == "inner":
        return CALL + STREAMED * largest
    if op in ("plus", "times"):
        passes = max(1, len(node.args) - 1)
        whole = sum(arg.shape == node.shape for arg in node.args)  # the others are small
        return passes * CALL + ENTRY * entries * (passes + whole)
    if op in _CUBIC:
        return CALL * 4 + FACTORED * _CUBIC[op] * sizes[node.args[0].shape[0]] ** 3
    if op == "solve":
        size = sizes[node.args[0].shape[0]]
        return CALL * 6 + FACTORED * size**3 / 3 + solve_cost(size, sizes[node.shape[1]])
    if op in ("lu_solve", "cholesky_solve"):
        return solve_cost(sizes[node.args[0].shape[0]], sizes[node.shape[1]])
    if op == "lower_solve":
        return solve_cost(sizes[node.args[0].shape[0]], sizes[node.shape[1]]) / 2
    if op == "weighted_gram":
        rows, cols = (sizes[dim] for dim in node.args[0].shape)
        return CALL * 4 + entrywise_cost(rows * cols, 1) + product_cost(cols, rows, cols) * WEIGHTED
    if op == "outers":
        rows, cols = (sizes[dim] for dim in node.shape)
        return 2 * CALL + product_cost(rows, len(node.args) / 2, cols)
    if op == "function":
        return CALL + FUNCTION * largest
    return CALL + ENTRY * 3 * largest


def program_cost(roots: Iterable[Expr], sizes: Sizes) -> float:
    """Return the cost of computing some values, each part once."""
    return sum(instruction_cost(node, sizes) for node in postorder(*roots))
