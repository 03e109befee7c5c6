"""The value of a SymPy expression by NumPy, found from what SymPy says its classes are.

SymPy's own way, ``subs`` and ``doit``, does not work for all of them (``DiagonalOf`` of numbers fails,
``OneMatrix`` in a product stays), so it is compared where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy.codegen import cfunctions
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

Array = NDArray[np.float64]


def value_of(expression: Any, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> Array:
    """Return the value as a 2-D array, of a scalar too."""
    return np.atleast_2d(_value(expression, arrays, sizes))


def _value(node: Any, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> Any:
    def of(part: Any) -> Any:
        return _value(part, arrays, sizes)

    def size(part: Any) -> int:
        size = sympy.sympify(part)
        return int(size.subs({symbol: sizes[symbol.name] for symbol in size.free_symbols}))

    if isinstance(node, sympy.MatrixSymbol):
        value: Any = arrays[node.name]
    elif isinstance(node, sympy.Symbol):
        value = float(arrays[node.name][0, 0]) if node.name in arrays else float(sizes[node.name])
    elif isinstance(node, sympy.Number | sympy.NumberSymbol):
        value = float(node)
    elif isinstance(node, sympy.Identity | sympy.OneMatrix | sympy.ZeroMatrix):
        rows, cols = map(size, node.shape)
        value = (
            np.eye(rows) if isinstance(node, sympy.Identity) else np.full((rows, cols), float(_fill(node)))
        )
    elif isinstance(node, sympy.BlockMatrix):
        rows, cols = node.blockshape
        value = np.block([[np.atleast_2d(of(node.blocks[i, j])) for j in range(cols)] for i in range(rows)])
    elif isinstance(node, sympy.MatrixBase):
        value = np.array([[of(node[i, j]) for j in range(node.cols)] for i in range(node.rows)])
    elif isinstance(node, ElementwiseApplyFunction):
        [bound] = node.function.variables
        body = node.function.expr

        def at(entry: float) -> float:
            return float(_value(body, {**arrays, bound.name: np.array([[entry]])}, sizes))

        value = np.vectorize(at, otypes=[float])(of(node.expr))
    elif isinstance(node, sympy.Inverse):
        value = np.linalg.inv(of(node.arg))
    elif isinstance(node, sympy.MatPow):
        value = _matrix_power(of(node.base), node.exp)
    else:
        value = _VALUES[type(node)](*[of(arg) for arg in node.args])
    if isinstance(node, sympy.MatrixExpr):
        assert value.shape == tuple(map(size, node.shape)), f"{node} is {value.shape}"
    return value


def _fill(node: Any) -> bool:
    return isinstance(node, sympy.OneMatrix)


def _matrix_power(base: Array, exponent: Any) -> Array:
    if exponent == sympy.Rational(1, 2):
        values, vectors = np.linalg.eig(base)
        return np.asarray((vectors @ np.diag(np.sqrt(values.astype(complex))) @ np.linalg.inv(vectors)).real)
    return np.linalg.matrix_power(base, int(exponent))


def _product(*args: Any) -> Any:
    scale = reduce(lambda a, b: a * b, [arg for arg in args if np.ndim(arg) == 0], 1.0)
    return scale * reduce(np.matmul, [arg for arg in args if np.ndim(arg) == 2])


def _power(base: float, exponent: float) -> float:
    return float(np.power(base, exponent))


_VALUES: dict[Any, Callable[..., Any]] = {
    sympy.Add: lambda *args: sum(args),
    sympy.MatAdd: lambda *args: sum(args[1:], args[0]),
    sympy.Mul: lambda *args: reduce(lambda a, b: a * b, args),
    sympy.MatMul: _product,
    sympy.HadamardProduct: lambda *args: reduce(lambda a, b: a * b, args),
    sympy.Pow: _power,
    sympy.HadamardPower: lambda base, exponent: np.power(base, exponent),
    sympy.Transpose: lambda array: array.T,
    sympy.Trace: lambda array: float(np.trace(array)),
    sympy.Determinant: lambda array: float(np.linalg.det(array)),
    sympy.KroneckerProduct: np.kron,
    sympy.DiagMatrix: lambda array: np.diag(array.ravel()),
    sympy.DiagonalOf: lambda array: np.diag(array)[:, None],
    sympy.DiagonalMatrix: lambda array: np.diag(np.diag(array)),
    sympy.Heaviside: lambda value, at_zero: float(np.heaviside(value, at_zero)),
    sympy.Max: max,
    sympy.Min: min,
}


def _function_of_scalars(function: Any) -> Callable[[float], float]:
    symbol = sympy.Dummy()
    return sympy.lambdify(symbol, function(symbol), ["scipy", "numpy"])  # type: ignore[no-any-return]  # SymPy has no types


for _function in (
    sympy.exp, sympy.log, sympy.Abs, sympy.sign, sympy.sin, sympy.cos, sympy.tan, sympy.asin, sympy.acos,
    sympy.atan, sympy.sinh, sympy.cosh, sympy.tanh, sympy.erf, sympy.gamma,
    sympy.asinh, sympy.acosh, sympy.atanh, sympy.sec, sympy.csc, sympy.cot, sympy.sech, sympy.csch,
    sympy.coth, sympy.loggamma, sympy.digamma, sympy.trigamma, cfunctions.log1p, cfunctions.expm1,
):  # fmt: skip
    _VALUES[_function] = _function_of_scalars(_function)
