"""Sums over indices as ``np.einsum`` writes them, as products, traces, diagonals and sums of matrices.

Indices that are summed are eliminated one by one (Dechter, Bucket elimination, Artificial Intelligence 113,
1999), as long as what is left has two indices at most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from matcalc.errors import Span
from matcalc.functions import DIAG, SUM
from matcalc.functions.table import ROWSUM
from matcalc.language.python_arrays import (
    MATRIX,
    SCALAR,
    VECTOR,
    Array,
    call,
    entrywise,
    ones,
    product,
    refused,
    transposed,
)
from matcalc.language.syntax import Syntax

_SUBSCRIPTS = re.compile(r"[A-Za-z]{0,2}(?:,[A-Za-z]{0,2})*(?:->[A-Za-z]{0,2})?")
#: Arrays by their indices: none, one, or two in their order.
_Factors = dict[tuple[str, ...], Array]


def axes_written(subscripts: str) -> list[int]:
    """Return how many axes each operand has.

    >>> axes_written("ij, j -> i")
    [2, 1]
    """
    return [len(part) for part in subscripts.replace(" ", "").partition("->")[0].split(",")]


def einsum(subscripts: str, operands: Sequence[Array], span: Span) -> Array:
    """Return the sum over the indices that the output lacks. Raises E506 for what needs three indices."""
    text = subscripts.replace(" ", "")
    if not _SUBSCRIPTS.fullmatch(text) or len(axes_written(text)) != len(operands):
        raise _cannot(span, f"the subscripts {subscripts!r}")
    inputs, arrow, output = text.partition("->")
    if not arrow:
        output = "".join(sorted(c for c in set(inputs) if c.isalpha() and inputs.count(c) == 1))
    if len(set(output)) < len(output) or not set(output) <= set(inputs):
        raise _cannot(span, f"the output {output!r}")
    factors: _Factors = {}
    for indices, operand in zip(inputs.split(","), operands, strict=True):
        _include(factors, tuple(indices), operand, span)
    summed = list(dict.fromkeys(c for c in inputs if c.isalpha() and c not in output))
    while summed:
        index = next((i for i in summed if len(_others(factors, i)) <= 2), None)
        if index is None:
            raise _cannot(span, "a sum with three indices at once")
        summed.remove(index)
        _eliminate(factors, index, span)
    return _result(factors, tuple(output), span)


def _cannot(span: Span, what: str) -> Exception:
    return refused(f"{what} cannot be used", span, "no products of matrices", "write it with @, * and np.sum")


def _include(factors: _Factors, indices: tuple[str, ...], array: Array, span: Span) -> None:
    """Multiply an array to those with the same indices."""
    if len(indices) == 2 and indices[0] == indices[1]:
        indices, array = indices[:1], Array(call(DIAG, (array.node,), span), VECTOR)
    if indices[::-1] in factors and indices not in factors:
        indices, array = indices[::-1], Array(transposed(array.node), array.kind)
    kind = (SCALAR, VECTOR, MATRIX)[len(indices)]
    array = Array(array.node, kind)
    before = factors.get(indices)
    factors[indices] = entrywise("mul", before, array, span) if before is not None else array


def _others(factors: _Factors, index: str) -> set[str]:
    return set(chain.from_iterable(indices for indices in factors if index in indices)) - {index}


def _eliminate(factors: _Factors, index: str, span: Span) -> None:
    """Replace the arrays with an index by their sum over it."""
    vector = factors.pop((index,), None)
    matrices = [(indices, factors.pop(indices)) for indices in list(factors) if index in indices]
    # Each as a matrix with the index that is summed as its columns.
    rows = [
        (indices[0], array.node) if indices[1] == index else (indices[1], transposed(array.node))
        for indices, array in matrices
    ]
    if not rows:
        assert vector is not None
        _include(factors, (), Array(call(SUM, (vector.node,), span), SCALAR), span)
        return
    (left, node), *rest = rows
    if not rest:
        column = vector.node if vector is not None else None
        total = product(node, column, span) if column is not None else call(ROWSUM, (node,), span)
        _include(factors, (left,), Array(total, VECTOR), span)
        return
    if vector is not None:
        node = product(node, call(DIAG, (vector.node,), span), span)
    [(right, other)] = rest
    _include(factors, (left, right), Array(product(node, transposed(other), span), MATRIX), span)


def _result(factors: _Factors, output: tuple[str, ...], span: Span) -> Array:
    """Return the product of arrays that have the indices of the output alone."""
    scale = factors.pop((), None)
    if not output:
        assert scale is not None
        return scale
    result = factors[output] if len(output) == 1 else _matrix(factors, output, span)
    if scale is None:
        return result
    return Array(Syntax("mul", (scale.node, result.node), span.start, span.end), result.kind)


def _matrix(factors: _Factors, output: tuple[str, ...], span: Span) -> Array:
    array = factors.get(output)
    if array is None and output[::-1] in factors:
        array = Array(transposed(factors[output[::-1]].node), MATRIX)
    column, row = (factors.get((index,)) for index in output)
    node = array.node if array is not None else None
    if node is None:
        left = column.node if column is not None else ones(span)
        right = row.node if row is not None else ones(span)
        return Array(product(left, transposed(right), span), MATRIX)
    if column is not None:
        node = product(call(DIAG, (column.node,), span), node, span)
    if row is not None:
        node = product(node, call(DIAG, (row.node,), span), span)
    return Array(node, MATRIX)
