"""Block matrices: their transposes, and products of them that pick or cancel blocks."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.registry import build
from matcalc.algebra.transposes import block_matrix, transpose
from matcalc.expression import Dim, Expr, identity, is_zero, zeros


def multiply_blocks(left: Expr, right: Expr) -> Expr | None:
    """Return the product of two block matrices block by block, if one of them picks blocks.

    ``None`` if the partitions differ or if both are full: a product is multiplied out only
    where blocks of zeros and identities make it shorter.
    """
    if left.op != "block" or right.op != "block":
        return None
    rows, inner = left.data
    also_inner, cols = right.data
    inner_left = [left.args[k].shape[1] for k in range(inner)]
    inner_right = [right.args[k * cols].shape[0] for k in range(also_inner)]
    if inner_left != inner_right or not (_picks(left) or _picks(right)):
        return None
    cells = [
        build(
            "add", *[build("mul", left.args[i * inner + k], right.args[k * cols + j]) for k in range(inner)]
        )
        for i in range(rows)
        for j in range(cols)
    ]
    return block_matrix(cells, rows, cols)


def _picks(block: Expr) -> bool:
    return all(is_zero(cell) or cell.op == "identity" for cell in block.args)


def placed_by(node: Expr, position: int) -> tuple[Expr, Expr]:
    """Return the ``P`` and ``Q`` with which ``P*Z*Q'`` has the block ``Z`` in its place, and zeros."""
    rows, cols = node.data
    heights = [node.args[i * cols].shape[0] for i in range(rows)]
    widths = [node.args[j].shape[1] for j in range(cols)]
    return _selector(heights, position // cols), _selector(widths, position % cols)


def _selector(sizes: Sequence[Dim], position: int) -> Expr:
    """Return the column of blocks that is the identity at ``position`` and zero elsewhere."""
    width = sizes[position]
    cells = [identity(size) if i == position else zeros((size, width)) for i, size in enumerate(sizes)]
    return block_matrix(cells, len(sizes), 1)


def pull_back_block(node: Expr, position: int, cotangent: Expr) -> Expr:
    """Return what the cotangent of a block matrix contributes to one block: that block of it."""
    above, beside = placed_by(node, position)
    return build("mul", transpose(above), cotangent, beside)
