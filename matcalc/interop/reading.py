"""From SymPy to expressions as written."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from matcalc.algebra import normalise
from matcalc.calculus import LARGEST_WITHOUT_NAMES, named_parts
from matcalc.errors import MatcalcError
from matcalc.expression import MAX_POWER, ONE, SCALAR, Dim, Expr, dimension, identity, number, ones, zeros
from matcalc.functions import DIAG, INV, TR
from matcalc.interop.index_sums import IndexSums
from matcalc.interop.recognition import (
    Pattern,
    Recogniser,
    added,
    called,
    is_known,
    multiplied,
    patterns_of,
    raised,
    spread_all,
)
from matcalc.interop.symbols import Symbols, distinct, refusal
from matcalc.interop.writing import tree_size
from matcalc.language import Reading
from matcalc.language.assemble import product
from matcalc.printing import TEXT, write


def reading_of(expression: Any, declared: Mapping[str, str]) -> Reading:
    """Return the SymPy expression with its variables, as if it had been read from text.

    Raises ``MatcalcError`` E506 for what is not supported, E402 for names, E209 for declarations
    that contradict SymPy's shapes, E108 for nesting that is too deep.
    """
    if isinstance(expression, sympy.MatrixBase):
        expression = expression.as_immutable()
    if not isinstance(expression, sympy.Basic):
        message = f"from_sympy takes an expression of SymPy, not {type(expression).__name__}"
        raise MatcalcError("E506", message)
    try:
        names = Symbols(_size_symbols(expression), declared)
        root = SymPyReader(names, Recogniser(_patterns())).read(expression)
    except RecursionError:
        raise MatcalcError("E108", "the SymPy expression is nested too deeply") from None
    variables = names.with_declared()
    return Reading(
        _text(root, {*variables, *names.sizes}), root, variables, dict.fromkeys(variables, "declared"), (), {}
    )


def _text(root: Expr, taken: set[str]) -> str:
    normal = normalise(root)
    large = tree_size(normal) > LARGEST_WITHOUT_NAMES
    return write(normal, TEXT, named_parts(normal, taken, {}) if large else ())


@cache
def _patterns() -> dict[str, tuple[Pattern, ...]]:
    return patterns_of(_read_again)


def _read_again(expression: Any, recogniser: Recogniser) -> Expr:
    return SymPyReader(Symbols(_size_symbols(expression), {}), recogniser).read(expression)


def _size_symbols(expression: Any) -> set[Any]:
    """Return the symbols that occur in shapes."""
    symbols: set[Any] = set()
    for node in distinct(expression):
        if isinstance(node, sympy.MatrixSymbol | sympy.Identity | sympy.OneMatrix | sympy.ZeroMatrix):
            for size in node.shape:
                symbols |= size.free_symbols
    return symbols


class SymPyReader:
    """Reads SymPy's expressions; each distinct part is read once."""

    def __init__(self, names: Symbols, recogniser: Recogniser):
        self._names = names
        self._recogniser = recogniser
        self._memo: dict[Any, Expr] = {}

    def read(self, root: Any) -> Expr:
        """Return the expression."""
        return self._read(root, self._memo)

    def _read(self, root: Any, done: dict[Any, Expr]) -> Expr:
        """Return the expression; ``done`` are the parts that were read, and what a ``Lambda`` binds."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [arg for arg in self._below(node) if arg not in done]
            if missing:
                stack.extend(reversed(missing))
            else:
                stack.pop()
                if node not in done:
                    done[node] = self._recogniser.recognised(self._build(node, done))
                    if isinstance(node, sympy.MatrixExpr) and done[node].shape != self._names.shape(node):
                        raise refusal(node)
        return done[root]

    def _below(self, node: Any) -> tuple[Any, ...]:
        """Return the parts that have to be read before ``node``. Raises E506 if it is not supported."""
        if _method_for(node) is None and not is_known(node):
            raise refusal(node)
        if isinstance(node, _WITHOUT_PARTS):
            return ()
        if isinstance(node, ElementwiseApplyFunction):
            return (node.expr,)
        if isinstance(node, sympy.Inverse):
            return (node.arg,)
        if isinstance(node, sympy.BlockMatrix):
            return tuple(node.blocks)
        if isinstance(node, sympy.MatrixBase):
            return tuple(node)
        return tuple(node.args)

    def _build(self, node: Any, done: dict[Any, Expr]) -> Expr:
        args = [done[arg] for arg in self._below(node)]
        if _is_of_scalars(node) and any(
            part.is_Matrix and not arg.is_scalar for part, arg in zip(node.args, args, strict=False)
        ):
            raise refusal(node, "a function of each entry is X.applyfunc(f)")
        method = _method_for(node)
        value = called(node, args) if method is None else method(self, node, args)
        if value is None:
            raise refusal(node)
        return value

    # One method for each notation.

    def _number(self, node: Any, args: list[Expr]) -> Expr:
        if isinstance(node, sympy.Float):
            return number(_exact(node))
        return number(Fraction(int(node.p), int(node.q)))

    def _pi(self, node: Any, args: list[Expr]) -> Expr:
        return Expr("pi", (), SCALAR)

    def _symbol(self, node: Any, args: list[Expr]) -> Expr:
        variable = self._names.scalar(node)
        return dimension(variable) if isinstance(variable, Dim) else variable

    def _matrix(self, node: Any, args: list[Expr]) -> Expr:
        return self._names.matrix(node)

    def _constant(self, node: Any, args: list[Expr]) -> Expr:
        shape = self._names.shape(node)
        if isinstance(node, sympy.Identity):
            return identity(shape[0])
        return ones(shape) if isinstance(node, sympy.OneMatrix) else zeros(shape)

    def _power(self, node: Any, args: list[Expr]) -> Expr:
        base, exponent = args
        if base.is_scalar and node.exp.is_Rational and node.exp.q == 2 and node.exp.p != 1:
            # SymPy makes one power of the inverse of a root; the root may be a norm.
            root = self._recogniser.recognised(raised(base, number(Fraction(1, 2))))
            return raised(root, number(int(node.exp.p)))
        return raised(base, exponent)

    def _sum(self, node: Any, args: list[Expr]) -> Expr:
        return added(args)

    def _entrywise_product(self, node: Any, args: list[Expr]) -> Expr:
        return multiplied(args)

    def _entrywise_power(self, node: Any, args: list[Expr]) -> Expr:
        return raised(*args)

    def _product(self, node: Any, args: list[Expr]) -> Expr:
        return args[0] if len(args) == 1 else product(tuple(args))

    def _transpose(self, node: Any, args: list[Expr]) -> Expr:
        [array] = args
        rows, cols = array.shape
        if array.op in ("ones", "zeros"):
            return Expr(array.op, (), (cols, rows))
        return array if array.is_scalar else Expr("transpose", (array,), (cols, rows))

    def _trace(self, node: Any, args: list[Expr]) -> Expr:
        return args[0] if args[0].is_scalar else Expr(TR, (args[0],), SCALAR)

    def _dot_product(self, node: Any, args: list[Expr]) -> Expr:
        left, right = args
        if left.is_column:
            left = Expr("transpose", (left,), (ONE, left.shape[0]))
        if right.is_row:
            right = Expr("transpose", (right,), (right.shape[1], ONE))
        return product((left, right))

    def _matrix_power(self, node: Any, args: list[Expr]) -> Expr | None:
        base, exponent = args[0], node.exp
        if base.is_scalar:
            return raised(base, number(-1) if len(args) == 1 else args[1])
        if not exponent.is_Integer:
            return called(node, args)
        if abs(exponent) > MAX_POWER:
            raise MatcalcError("E504", f"powers of a matrix are supported up to {MAX_POWER}")
        if exponent < 0:
            base = Expr(INV, (base,), base.shape)
        if exponent == 0:
            return identity(base.shape[0])
        return base if abs(exponent) == 1 else Expr("mul", (base,) * abs(int(exponent)), base.shape)

    def _blocks(self, node: Any, args: list[Expr]) -> Expr:
        rows, cols = node.shape if isinstance(node, sympy.MatrixBase) else node.blockshape
        if len(args) == 1:
            return args[0]
        if not args:
            raise refusal(node)
        return Expr("block", tuple(args), self._names.shape(node), (int(rows), int(cols)))

    def _entry_by_entry(self, node: Any, args: list[Expr]) -> Expr:
        [array] = args
        function = node.function
        if not isinstance(function, sympy.Lambda) or len(function.variables) != 1:
            raise refusal(function)
        [bound] = function.variables
        for part in distinct(function.expr):
            # There the symbol stands for an entry, here it is read as the array.
            if not _is_of_scalars(part) and bound in part.free_symbols:
                raise refusal(node)
        value = self._read(function.expr, {bound: array})
        return value if array.is_scalar else spread_all([array, value])[1]

    def _diagonal_part(self, node: Any, args: list[Expr]) -> Expr:
        rows, cols = args[0].shape
        if rows is not cols:
            raise refusal(node)
        return Expr(DIAG, (Expr(DIAG, tuple(args), (rows, ONE)),), (rows, rows))

    def _element(self, node: Any, args: list[Expr]) -> Expr:
        matrix, i, j = node.args
        if matrix.shape == (1, 1) and i == j == 0:
            return self.read(matrix)
        raise refusal(node, "products such as x.T*A*y are scalars; entries are not supported")

    def _index_sum(self, node: Any, args: list[Expr]) -> Expr:
        return IndexSums(self.read, self._names).total(node)


def _exact(value: Any) -> Fraction:
    """Return the number that a Float of SymPy is: the shortest decimal if it has double precision."""
    shown = float(value)
    if value._prec == 53 and math.isfinite(shown):
        return Fraction(repr(shown))
    ratio = sympy.Rational(value)
    return Fraction(int(ratio.p), int(ratio.q))


_WITHOUT_PARTS = (
    sympy.Symbol, sympy.MatrixSymbol, sympy.Number, sympy.Identity, sympy.OneMatrix, sympy.ZeroMatrix,
    MatrixElement, sympy.Sum,
)  # fmt: skip
#: What SymPy applies to scalars. Of these alone it is known what they are entry by entry.
_OF_SCALARS = (sympy.Atom, sympy.Add, sympy.Mul, sympy.Pow, sympy.core.function.Application)

_Method = Callable[[SymPyReader, Any, list[Expr]], Expr | None]
#: The notations, the special ones before those they are a kind of.
_METHODS: tuple[tuple[Any, _Method], ...] = (
    ((sympy.Rational, sympy.Float), SymPyReader._number),
    (type(sympy.pi), SymPyReader._pi),
    (sympy.Symbol, SymPyReader._symbol),
    (sympy.MatrixSymbol, SymPyReader._matrix),
    ((sympy.Identity, sympy.OneMatrix, sympy.ZeroMatrix), SymPyReader._constant),
    (sympy.MatMul, SymPyReader._product),
    ((sympy.Add, sympy.MatAdd), SymPyReader._sum),
    ((sympy.Mul, sympy.HadamardProduct), SymPyReader._entrywise_product),
    (sympy.Pow, SymPyReader._power),
    (sympy.HadamardPower, SymPyReader._entrywise_power),
    ((sympy.Transpose, sympy.Adjoint), SymPyReader._transpose),
    (sympy.Trace, SymPyReader._trace),
    (sympy.DotProduct, SymPyReader._dot_product),
    (sympy.MatPow, SymPyReader._matrix_power),
    (sympy.DiagonalMatrix, SymPyReader._diagonal_part),
    ((sympy.BlockMatrix, sympy.ImmutableMatrix, sympy.ImmutableSparseMatrix), SymPyReader._blocks),
    (ElementwiseApplyFunction, SymPyReader._entry_by_entry),
    (MatrixElement, SymPyReader._element),
    (sympy.Sum, SymPyReader._index_sum),
)


def _method_for(node: Any) -> _Method | None:
    return next((method for types, method in _METHODS if isinstance(node, types)), None)


def _is_of_scalars(node: Any) -> bool:
    return isinstance(node, _OF_SCALARS) and not isinstance(node, sympy.MatrixExpr)
