"""Values of functions that are only named: given as callables, or random smooth functions.

A random function is a sum of ridge functions ``a*s(b'*x + c)`` with random coefficients, of which every
derivative is known. Over the reals ``s`` is a sine and a square, over a prime field a polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import cos, pi, prod, sin
from typing import Any, NamedTuple

from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Expr, is_function, postorder
from matcalc.expression.signatures import shapes_of
from matcalc.functions import NamedFunction, named_function
from matcalc.functions.named import PRIME
from matcalc.numeric.degrees import POLYNOMIAL_DEGREE
from matcalc.numeric.floats import evaluate_all, floats

#: So many ridge functions are added.
RIDGES = 4


class GivenFunction:
    """A function of which the values, and those of its derivatives, are given as callables."""

    def __init__(self, name: str):
        self.name = name
        self.given: dict[str, Callable[..., Any]] = {}

    def called(self, function: NamedFunction, node: Expr, args: list[Any]) -> Any:
        """Return what the callable returns for plain arrays, as an array; raises E301 if there is none."""
        call = self.given.get(function.form)
        if call is None:
            help_text = f"give a function of Python, as {function.identifier}=..."
            raise MatcalcError("E301", f"there is no value for {function.identifier}", help=help_text)
        axes = [[dim is not ONE for dim in part.shape] for part in node.args]
        return floats.array(call(*(floats.as_plain(a, each) for a, each in zip(args, axes, strict=True))))

    def applied(self, function: NamedFunction, node: Expr, args: list[Any], algebra: Any) -> Any:
        """Return the value that the callable has; raises E301 if there is none, E302 for a wrong shape."""
        value = self.called(function, node, args)
        wanted = algebra.shape_of(node)
        if [size for size in value.shape if size != 1] != [size for size in wanted if size != 1]:
            shape = tuple(value.shape)
            raise MatcalcError("E302", f"the value of {function.identifier} has shape {shape}, not {wanted}")
        array = value.reshape(wanted)
        return algebra.scalar(array) if node.is_scalar else array


def function_given(name: str, variables: Mapping[str, Expr]) -> NamedFunction | None:
    """Return the function, in the form of its derivative, whose values have this name, if there is one."""
    for leaf in filter(is_function, variables.values()):
        function = function_of(leaf)
        forms = [PRIME * order for order in range(LARGEST_ORDER)] if function.has_primes else function.forms
        for form in forms:
            if name in (function.in_form(form).called, function.in_form(form).identifier):
                return function.in_form(form)
    return None


#: Derivatives of higher orders are not given as callables.
LARGEST_ORDER = 10


def function_of(leaf: Expr) -> NamedFunction:
    """Return the function that a leaf among variables stands for."""
    name, (signature,) = leaf.data
    return NamedFunction(name, signature)


def sizes_from_functions(
    nodes: Iterable[Expr], arrays: Mapping[str, Any], sizes: Mapping[str, int]
) -> dict[str, int]:
    """Return the sizes, with those that only the values of functions tell, which are called for that."""
    sizes = dict(sizes)
    for node in nodes:
        unknown = {symbol for dim in node.shape for symbol in dim.symbols} - sizes.keys()
        function = named_function(node.op) if unknown else None
        given = arrays.get(function.name) if function else None
        inner = {symbol for part in postorder(*node.args) for dim in part.shape for symbol in dim.symbols}
        if function and isinstance(given, GivenFunction) and inner <= sizes.keys():
            values = evaluate_all(node.args, arrays, sizes)
            shape = given.called(function, node, [values[arg] for arg in node.args]).shape
            dims = [dim for dim in node.shape if dim is not ONE]
            sizes |= {dim.name: size for dim, size in zip(dims, shape, strict=False) if dim.name in unknown}
    return sizes


class Ridges(NamedTuple):
    """A random function in coefficients, which are lists of numbers, with the derivatives of ``s``.

    The value ``i`` for entries ``x`` is ``offset[i] + sum_k outer[i][k]*s(inner[k]'*x + shift[k])``.
    """

    outer: Sequence[Sequence[Any]]
    inner: Sequence[Sequence[Any]]
    shift: Sequence[Any]
    offset: Sequence[Any]
    profile: Callable[[int, Any], Any]

    def applied(self, function: NamedFunction, node: Expr, args: list[Any], algebra: Any) -> Any:
        """Return the value of the function, or of its derivative."""
        rows, cols = algebra.shape_of(node)
        entries = [_stacked(algebra.matrix(arg)) for arg in args]
        if function.domain == "":
            value = [self.values([entry], function.order)[0] for entry in entries[0]]
        elif function.has_primes:
            value = self.values(entries[0], function.order)
        elif function.form == "":
            value = self.values(entries[0], 0)
        elif function.form == "D":
            value = [_sum(map(_product, row, entries[1])) for row in self.jacobian(entries[0])]
        elif function.form == "D_adj":
            value = [
                _sum(map(_product, column, entries[1]))
                for column in zip(*self.jacobian(entries[0]), strict=True)
            ]
        elif function.form == "DJ":
            value = _joined(zip(*self.jacobian(entries[0], entries[1]), strict=True))
        elif function.form == "DJ_adj":
            value = self.contraction(entries[0], entries[1])
        elif function.form == "hess":
            hessian = self.hessian(entries[0])
            value = (
                [_sum(map(_product, row, entries[1])) for row in hessian] if args[1:] else _joined(hessian)
            )
        else:  # a gradient is the only row of the Jacobian
            value = _joined(zip(*self.jacobian(entries[0]), strict=True))
        matrix = algebra.matrix([[value[j * rows + i] for j in range(cols)] for i in range(rows)])
        return algebra.scalar(matrix) if node.is_scalar else matrix

    def _profiles(self, x: Sequence[Any], order: int) -> list[Any]:
        at = [_sum(map(_product, row, x)) + shift for row, shift in zip(self.inner, self.shift, strict=True)]
        return [self.profile(order, each) for each in at]

    def values(self, x: Sequence[Any], order: int) -> list[Any]:
        """Return the values, or the derivatives of some order with respect to the only entry."""
        profiles = self._profiles(x, order)
        for _ in range(order):
            profiles = [each * row[0] for each, row in zip(profiles, self.inner, strict=True)]
        offsets = [0 * each if order else each for each in self.offset]
        return [
            _sum(map(_product, row, profiles)) + each for row, each in zip(self.outer, offsets, strict=True)
        ]

    def jacobian(self, x: Sequence[Any], along: Sequence[Any] | None = None) -> list[list[Any]]:
        """Return the derivatives of each value with respect to each entry, or their own along a vector."""
        profiles = self._profiles(x, 1 if along is None else 2)
        if along is not None:
            moves = [_sum(map(_product, row, along)) for row in self.inner]
            profiles = list(map(_product, profiles, moves))
        return [
            [
                _sum(a * s * b[j] for a, s, b in zip(row, profiles, self.inner, strict=True))
                for j in range(len(x))
            ]
            for row in self.outer
        ]

    def contraction(self, x: Sequence[Any], weights: Sequence[Any]) -> list[Any]:
        """Return the derivative of the inner product of the Jacobian with weights, these column by column."""
        units = [[0 * each + (i == j) for j, each in enumerate(x)] for i in range(len(x))]
        moved = [_joined(zip(*self.jacobian(x, unit), strict=True)) for unit in units]
        return [_sum(map(_product, each, weights)) for each in moved]

    def hessian(self, x: Sequence[Any]) -> list[list[Any]]:
        """Return the second derivatives of the first value."""
        weighted = list(map(_product, self.outer[0], self._profiles(x, 2)))
        rows = list(zip(weighted, self.inner, strict=True))
        return [[_sum(w * b[i] * b[j] for w, b in rows) for j in range(len(x))] for i in range(len(x))]


def _product(left: Any, right: Any) -> Any:
    return left * right


def _sum(numbers: Iterator[Any]) -> Any:
    total = next(numbers)
    for each in numbers:
        total = total + each
    return total


def _joined(rows: Any) -> list[Any]:
    return [entry for row in rows for entry in row]


def _stacked(matrix: Any) -> list[Any]:
    """Return the entries of a matrix, column by column."""
    rows, cols = matrix.shape
    return [matrix[i, j] for j in range(cols) for i in range(rows)]


def sine_and_square(order: int, z: Any) -> float:
    """Return a derivative of ``sin(z) + z^2/4 + 3/2``, which is positive; as a float."""
    z = float(z)
    wave = (sin(z), cos(z), -sin(z), -cos(z))[order % 4]
    return wave + (z * z / 4 + 1.5, z / 2, 0.5)[order] if order < 3 else wave


#: The coefficients of the polynomial in a prime field, from the constant on.
_POLYNOMIAL = (1,) * (POLYNOMIAL_DEGREE + 1)


def polynomial(order: int, z: Any) -> Any:
    """Return a derivative of a polynomial.

    >>> polynomial(0, 2), polynomial(1, 1), polynomial(6, 1)
    (63, 15, 0)
    """
    coefficients = list(_POLYNOMIAL)
    for _ in range(order):
        coefficients = [k * each for k, each in enumerate(coefficients)][1:]
    value = 0 * z
    for each in reversed(coefficients):
        value = value * z + each
    return value


def drawn_function(
    leaf: Expr, sizes: Mapping[str, int], mode: str, normal: Callable[[int], list[float]]
) -> Ridges:
    """Return a random smooth function; ``normal`` draws so many numbers.

    In some modes its values are positive, or matrices with large diagonals.
    """
    entries, rows, cols = _sizes(leaf, sizes)
    outer = [normal(RIDGES) for _ in range(rows * cols)]
    if mode in ("positive", "small"):
        outer = [[abs(each) / 2 for each in row] for row in outer]
    elif mode == "dominant":
        outer = [[each / 4 for each in row] for row in outer]
    inner = [[each / (0.5 + entries**0.5) for each in normal(entries)] for _ in range(RIDGES)]
    dominant = 2.0 * rows * (mode == "dominant" and rows == cols > 1)
    offset = [dominant * (i == j) for j in range(cols) for i in range(rows)]
    return Ridges(outer, inner, [each * pi / 2 for each in normal(RIDGES)], offset, sine_and_square)


def function_over_field(leaf: Expr, sizes: Mapping[str, int], draw: Callable[[], Any]) -> Ridges:
    """Return a random polynomial over a prime field; ``draw`` returns a random element."""
    entries, rows, cols = _sizes(leaf, sizes)
    outer = [[draw() for _ in range(RIDGES)] for _ in range(rows * cols)]
    inner = [[draw() for _ in range(entries)] for _ in range(RIDGES)]
    offset = [draw() for _ in range(rows * cols)]
    return Ridges(outer, inner, [draw() for _ in range(RIDGES)], offset, polynomial)


def _sizes(leaf: Expr, sizes: Mapping[str, int]) -> tuple[int, int, int]:
    """Return how many entries the arguments of a function have, and the rows and columns of its values."""
    shapes = [[dim.evaluate(sizes) for dim in shape] for shape in shapes_of(leaf)] or [[1, 1]] * 2
    rows, cols = shapes[1]
    return prod(shapes[0]), rows, cols
