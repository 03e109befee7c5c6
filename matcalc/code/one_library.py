"""Linear algebra by one library: by that which factorises, where a large matrix is factorised.

The threads of two libraries wait for each other: a product of 256 rows by NumPy after a factorisation by
SciPy takes ten times as long with two threads (``python -m benchmarks.rates``).
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.code.instructions import ALONG, Operand, instruction, times, turned
from matcalc.code.sizes import Sizes
from matcalc.expression import ONE, Expr, postorder, rebuild

#: Linear algebra with fewer numbers in all matrices uses one thread anyway.
LARGE = 96 * 96
_FACTORISED = frozenset(["lu", "cholesky", "lower_solve", "lower_inverse"])
#: What is computed by a factorisation instead, and what that is called.
_BY_LU = {"solve": "lu_solve", "inverse": "lu_inverse", "det": "lu_det", "logdet": "lu_logdet"}


def factorises(roots: Sequence[Expr], sizes: Sizes) -> bool:
    """Return whether a large matrix is factorised."""
    return any(
        node.op in _FACTORISED and sizes.entries(node.args[0].shape) >= LARGE for node in postorder(*roots)
    )


def with_one_library(roots: Sequence[Expr], sizes: Sizes) -> dict[Expr, Expr]:
    """Return instructions by those for which they stand: by the library that factorises."""

    def by_one(node: Expr, new: Expr) -> Expr:
        if max([sizes.entries(one.shape) for one in (node, *node.args)]) < LARGE:
            return new
        if node.op in _BY_LU:
            matrix, *others = new.args
            factors = instruction("lu", matrix, shape=matrix.shape)
            return instruction(_BY_LU[node.op], factors, *others, shape=node.shape)
        if node.op == "weighted_gram":
            matrix, weights = new.args
            scaled = times(1, [Operand(turned(matrix)), Operand(weights, ALONG)], [], turned(matrix).shape)
            return instruction("product", scaled, matrix, shape=node.shape)
        if node.op == "outers":
            return instruction("outers", *new.args, shape=node.shape, data="product")
        if node.op != "dot":
            return new
        left, right = new.args
        if left is turned(right) and right.shape[1] is not ONE:
            return instruction("gram", right, shape=node.shape)
        return instruction("product", left, right, shape=node.shape)

    return rebuild(roots, by_one)
