"""Sums over indices, which SymPy makes of the entry of a product: ``(x.T*A*y)[0, 0]``.

An entry ``A[i,j]`` is the matrix ``A`` with its axes called ``i`` and ``j``. Factors with the same axes
are multiplied entry by entry; a sum over an index that two matrices share is their product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import sympy

from matcalc.expression import ONE, SCALAR, Dim, Expr, ones
from matcalc.functions import DIAG, TR
from matcalc.interop.recognition import added, called, multiplied, raised
from matcalc.interop.symbols import Symbols, refusal
from matcalc.language.assemble import product

Axis = Any


class IndexedMatrix(NamedTuple):
    """An array whose rows and columns are called by indices, ``None`` where there is but one."""

    rows: Axis
    cols: Axis
    value: Expr

    @property
    def axes(self) -> frozenset[Axis]:
        """The indices."""
        return frozenset(axis for axis in (self.rows, self.cols) if axis is not None)

    def transposed(self) -> IndexedMatrix:
        """Return the same with rows and columns exchanged."""
        if self.value.is_scalar:
            return self
        rows, cols = self.value.shape
        value = self.value
        value = value.args[0] if value.op == "transpose" else Expr("transpose", (value,), (cols, rows))
        return IndexedMatrix(self.cols, self.rows, value)

    def with_rows(self, axis: Axis) -> IndexedMatrix:
        """Return the same with ``axis`` as its rows."""
        return self if self.rows == axis else self.transposed()


class IndexSums:
    """Reads sums of products of entries; ``read`` reads what has no indices."""

    def __init__(self, read: Callable[[Any], Expr], names: Symbols):
        self._read = read
        self._names = names
        self._sizes: dict[Axis, Dim] = {}

    def total(self, node: Any) -> Expr:
        """Return the value of a ``Sum`` without free indices."""
        indexed = self._indexed(node)
        if indexed.axes:
            raise refusal(node)
        return indexed.value

    def _indexed(self, node: Any) -> IndexedMatrix:
        if not node.free_symbols.intersection(self._sizes) and not isinstance(node, sympy.Sum):
            return IndexedMatrix(None, None, self._read(node))
        if isinstance(node, sympy.Sum):
            return self._summed(node)
        if isinstance(node, sympy.matrices.expressions.matexpr.MatrixElement):
            return self._element(node)
        if isinstance(node, sympy.Mul):
            factors = self._merged([self._indexed(arg) for arg in node.args])
            if len(factors) == 1:
                return factors[0]
        elif isinstance(node, sympy.Add):
            return self._aligned(node, added, node.args)
        elif isinstance(node, sympy.Pow):
            return self._aligned(node, lambda args: raised(*args), node.args)
        elif isinstance(node, sympy.core.function.Application):
            return self._aligned(node, lambda args: called(node, args), node.args)
        raise refusal(node)

    def _element(self, node: Any) -> IndexedMatrix:
        matrix, *places = node.args
        value = self._read(matrix)
        axes: list[Axis] = []
        for place, dim in zip(places, value.shape, strict=True):
            if dim is ONE and place == 0:
                axes.append(None)
            elif self._sizes.get(place) is dim and place not in axes:
                axes.append(place)
            else:
                raise refusal(node)
        return IndexedMatrix(axes[0], axes[1], value)

    def _aligned(
        self, node: Any, combine: Callable[[list[Expr]], Expr | None], args: Iterable[Any]
    ) -> IndexedMatrix:
        """Return an operation on each entry of arguments with the same indices, or none."""
        parts = [self._indexed(arg) for arg in args]
        first = next(part for part in parts if part.axes)
        transposed = [part if part.rows == first.rows else part.transposed() for part in parts]
        for part in transposed:
            if part.axes and (part.rows != first.rows or part.cols != first.cols):
                raise refusal(node)
        value = combine([part.value for part in transposed])
        if value is None:
            raise refusal(node)
        return IndexedMatrix(first.rows, first.cols, value)

    def _merged(self, factors: list[IndexedMatrix]) -> list[IndexedMatrix]:
        """Return one factor for each set of indices; a factor without indices goes with the first."""
        merged: dict[frozenset[Axis], list[IndexedMatrix]] = {}
        for factor in factors:
            merged.setdefault(factor.axes, []).append(factor)
        loose = [factor.value for factor in merged.pop(frozenset(), [])]
        products = []
        for same in merged.values():
            rows, cols = same[0].rows, same[0].cols
            values = [(f if f.rows == rows else f.transposed()).value for f in same]
            products.append(IndexedMatrix(rows, cols, multiplied([*loose, *values])))
            loose = []
        return products or [IndexedMatrix(None, None, multiplied(loose))]

    def _summed(self, node: Any) -> IndexedMatrix:
        """Sum over one index after the other: those that connect matrices give products of these."""
        body, *limits = node.args
        indices = []
        for limit in limits:
            index, *bounds = limit
            if len(bounds) != 2 or bounds[0] != 0 or index in self._sizes:
                raise refusal(node)
            self._sizes[index] = self._names.size(bounds[1] + 1)
            indices.append(index)
        parts = body.args if isinstance(body, sympy.Mul) else (body,)
        factors: list[IndexedMatrix] = []
        for part in parts:
            count = 1
            if isinstance(part, sympy.Pow) and part.exp == 2:
                part, count = part.base, 2
            factors += [self._indexed(part)] * count
        for index in sorted(indices, key=lambda index: self._is_end(index, factors)):
            factors = self._without(node, index, factors)
        for index in indices:
            del self._sizes[index]
        merged = self._merged(factors)
        if len(merged) != 1:
            raise refusal(node)
        return merged[0]

    def _is_end(self, index: Axis, factors: list[IndexedMatrix]) -> bool:
        """Return whether fewer than two matrices have the index, so that it ends a chain."""
        return sum(index in f.axes and len(f.axes) == 2 for f in factors) < 2

    def _without(self, node: Any, index: Axis, factors: list[IndexedMatrix]) -> list[IndexedMatrix]:
        """Return the factors with the sum over ``index`` carried out."""
        concerned = [factor.with_rows(index) for factor in factors if index in factor.axes]
        others = [factor for factor in factors if index not in factor.axes]
        matrices = [factor for factor in concerned if factor.cols is not None]
        vectors = [factor for factor in concerned if factor.cols is None]
        if len(matrices) > 2:
            matrices = self._merged(matrices)
        size = self._sizes[index]
        if len(matrices) > 2:
            raise refusal(node)
        if not matrices and len(vectors) == 1 and vectors[0].value.op == DIAG:
            return [*others, IndexedMatrix(None, None, Expr(TR, vectors[0].value.args, SCALAR))]
        if not matrices and len(vectors) == 2:
            left, right = vectors[0], vectors[1]
        elif len(matrices) == 2:
            left, right = self._weighted(matrices[0], vectors), matrices[1]
        else:
            weights = [factor.value for factor in vectors] or [ones((size, ONE))]
            left = IndexedMatrix(index, None, multiplied(weights))
            right = matrices[0] if matrices else IndexedMatrix(index, None, ones((size, ONE)))
        transposed = left.transposed()
        value = product((transposed.value, right.value))
        if transposed.rows is not None and transposed.rows == right.cols:
            # Both indices of the product are the same: these are its diagonal entries.
            diagonal = Expr(DIAG, (value,), (value.shape[0], ONE))
            return [*others, IndexedMatrix(transposed.rows, None, diagonal)]
        return [*others, IndexedMatrix(transposed.rows, right.cols, value)]

    def _weighted(self, matrix: IndexedMatrix, vectors: list[IndexedMatrix]) -> IndexedMatrix:
        """Return the matrix with its rows multiplied by the entries of vectors."""
        if not vectors:
            return matrix
        weights = multiplied([factor.value for factor in vectors])
        diagonal = Expr(DIAG, (weights,), (weights.shape[0], weights.shape[0]))
        return IndexedMatrix(matrix.rows, matrix.cols, product((diagonal, matrix.value)))
