"""One interpreter of expressions, over an algebra of values: floats, a prime field, degrees."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import cache, partial, reduce
from importlib import import_module
from math import nan, pi
from sys import float_info
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from matcalc.algebra import argument_kinds, definition_template, read_template, written_out
from matcalc.errors import MatcalcError
from matcalc.expression import Dim, Expr, fold, look_at_clock, nearest_float, postorder
from matcalc.expression.binder import SUM_OVER, unit
from matcalc.expression.signatures import entry_for_node, signature_of
from matcalc.functions import Function

#: Helpers of generated source for any library, which they are given.
PORTABLE = "portable_library"
#: Modules in which implementations stand, with their packages.
PLACES = {
    **dict.fromkeys(("decompositions", "rational", "degrees", "plain", "declared_values"), __package__),
    **dict.fromkeys((PORTABLE, "numpy_library", "scipy_library"), "matcalc.code"),
}
#: A matrix with n rows counts as singular if its reciprocal condition number is below n times this.
SINGULAR = 10 * float_info.epsilon
Value = TypeVar("Value")
Sizes = dict[str, int]
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: A 2-D array of floats; where NumPy is not installed, a matrix of plain floats.
    Array = NDArray[np.float64]
else:
    Array = Any


class Algebra(Generic[Value]):
    """What numbers, operations and functions are for values of one kind, where symbols have these sizes.

    Values add and multiply by operators, entry by entry.
    """

    def __init__(self, sizes: Sizes):
        self.sizes = sizes

    def number(self, value: int | Fraction) -> Value:
        """Return an exact number."""
        raise NotImplementedError

    @property
    def pi(self) -> Value:
        """The number pi."""
        raise NotImplementedError

    def variable(self, node: Expr, leaves: Mapping[str, Value]) -> Value:
        """Return the value of a variable; raises E301 if there is none."""
        if node.data[0] not in leaves:
            raise MatcalcError("E301", f"there is no value for {node.data[0]}")
        return leaves[node.data[0]]

    def constant(self, op: str, rows: int, cols: int) -> Value:
        """Return the array of zeros, of ones, or the identity."""
        raise NotImplementedError

    def transpose(self, value: Value) -> Value:
        """Return the transpose of a matrix or a scalar."""
        raise NotImplementedError

    def product(self, node: Expr, args: list[Value]) -> Value:
        """Return the product of scalars and matrices."""
        raise NotImplementedError

    def quotient(self, node: Expr, above: Value, below: Value) -> Value:
        """Return a quotient, entry by entry."""
        raise NotImplementedError

    def power(self, node: Expr, base: Value, exponent: Value) -> Value:
        """Return a power of a scalar, of a matrix or of each entry."""
        raise NotImplementedError

    def block(self, node: Expr, cells: list[list[Value]]) -> Value:
        """Return a block matrix, from its rows of blocks."""
        raise NotImplementedError

    def call(self, entry: Function, node: Expr, args: list[Value]) -> Value:
        """Return the value of a function of the table."""
        raise NotImplementedError

    def checked(self, node: Expr, value: Value) -> Value:
        """Return a value, unless it is not one of this algebra."""
        return value

    def quiet(self) -> AbstractContextManager[Any]:
        """Keep a library from warning of values that are not finite."""
        return nullcontext()

    def shape_of(self, node: Expr) -> tuple[int, int]:
        """Return the numbers of rows and columns; raises E301 if they are not known."""
        rows, cols = node.shape
        return size_of(rows, self.sizes), size_of(cols, self.sizes)


def interpreted(
    roots: Iterable[Expr],
    leaves: Mapping[str, Value],
    algebra: Algebra[Value],
    known: Mapping[Expr, Value] = MappingProxyType({}),
) -> dict[Expr, Value]:
    """Return the values of all subexpressions, from ``leaves``, those of the variables.

    Those that are ``known`` are taken, and what only they are made of is left out. Raises E508 if the budget
    leaves no time.
    """
    look_at_clock()

    def value(node: Expr, args: list[Value]) -> Value:
        if node.op == "variable":
            return algebra.checked(node, algebra.variable(node, leaves))
        return algebra.checked(node, _OPERATIONS.get(node.op, _call)(algebra, node, args))

    with algebra.quiet():
        values = dict(known)
        for total in _outer_sums(roots, values):
            values[total] = _summed(total, leaves, algebra, values)
        return fold(roots, value, values)


def _outer_sums(roots: Iterable[Expr], known: Mapping[Expr, Value]) -> list[Expr]:
    """Return the sums over an index that are in no other such sum."""
    sums = {node for node in postorder(*roots, closed=known) if node.op == SUM_OVER and node not in known}
    inner = {node for total in sums for node in postorder(*total.args, closed=known) if node in sums}
    return [node for node in sums if node not in inner]


def _summed(
    total: Expr, leaves: Mapping[str, Value], algebra: Algebra[Value], known: Mapping[Expr, Value]
) -> Value:
    """Return the value of a sum over an index, term by term."""
    index, [body] = unit(*total.data), total.args
    size = size_of(index.shape[0], algebra.sizes)
    zero, one = algebra.number(0), algebra.number(1)
    terms = []
    for k in range(size):
        entries = [[one if row == k else zero] for row in range(size)]
        known_here = {**known, index: algebra.block(index, entries)}
        terms.append(interpreted([body], leaves, algebra, known_here)[body])
    return reduce(operator.add, terms)


def _block(algebra: Algebra[Any], node: Expr, args: list[Any]) -> Any:
    rows, cols = node.data
    return algebra.block(node, [args[i * cols : (i + 1) * cols] for i in range(rows)])


def _call(algebra: Algebra[Any], node: Expr, args: list[Any]) -> Any:
    entry = entry_for_node(node)
    assert entry is not None, f"{node.op} is not in the table"
    return algebra.call(entry, node, args)


_OPERATIONS: dict[str, Callable[[Algebra[Any], Expr, list[Any]], Any]] = {
    "number": lambda algebra, node, args: algebra.number(node.data),
    "pi": lambda algebra, node, args: algebra.pi,
    "dimension": lambda algebra, node, args: algebra.number(size_of(node.data, algebra.sizes)),
    **dict.fromkeys(
        ("identity", "ones", "zeros"),
        lambda algebra, node, args: algebra.constant(node.op, *algebra.shape_of(node)),
    ),
    "add": lambda algebra, node, args: reduce(operator.add, args),
    "negate": lambda algebra, node, args: -args[0],
    "transpose": lambda algebra, node, args: algebra.transpose(args[0]),
    "mul": lambda algebra, node, args: algebra.product(node, args),
    "hadamard": lambda algebra, node, args: reduce(operator.mul, args),
    **dict.fromkeys(
        ("quotient", "hadamard_quotient"), lambda algebra, node, args: algebra.quotient(node, *args)
    ),
    **dict.fromkeys(("power", "hadamard_power"), lambda algebra, node, args: algebra.power(node, *args)),
    "block": _block,
}


class Matrices(Algebra[Any]):
    """An algebra of numbers and matrices of them; a scalar is a number, all else has rows and columns."""

    def matrix(self, value: Any) -> Any:
        """Return the matrix that a value is, with one entry if it is a number."""
        raise NotImplementedError

    def scalar(self, value: Any) -> Any:
        """Return the number that a value is, or the only entry of a matrix."""
        raise NotImplementedError

    def variable(self, node: Expr, leaves: Mapping[str, Any]) -> Any:
        """Return the value of a variable; ``leaves`` are matrices."""
        value = super().variable(node, leaves)
        return self.scalar(value) if node.is_scalar else value

    def transpose(self, value: Any) -> Any:
        """Return the transpose; that of a number is itself."""
        return getattr(value, "T", value)

    def product(self, node: Expr, args: list[Any]) -> Any:
        """Return the product of numbers and matrices; from the right if it ends in a column."""
        numbers = [value for arg, value in zip(node.args, args, strict=True) if arg.is_scalar]
        chain = [value for arg, value in zip(node.args, args, strict=True) if not arg.is_scalar]
        if len(chain) > 1 and chain[-1].shape[1] == 1:
            chain = [reduce(lambda right, left: left @ right, reversed(chain))]
        if chain:
            value = reduce(operator.matmul, chain)
            chain = [self.scalar(value) if node.is_scalar else value]
        return reduce(operator.mul, numbers + chain)

    def arguments(self, entry: Function, node: Expr, args: list[Any]) -> list[Any]:
        """Return what an implementation takes: matrices, numbers, and sizes for dimensions."""
        if entry.elementwise:
            return args
        return [
            size_of(part.data, self.sizes) if argument.is_dim and part.op == "dimension"
            else part.data if argument.is_dim
            else value if argument.is_scalar
            else self.matrix(value)
            for argument, part, value in zip(signature_of(entry).arguments, node.args, args, strict=True)
        ]  # fmt: skip

    def checked(self, node: Expr, value: Any) -> Any:
        """Return a value; its shape must be the inferred one: broadcasting must not hide an error."""
        if node.is_scalar:
            return value
        wanted = self.shape_of(node)
        assert value.shape == wanted, f"{node.op} gave {value.shape}, not {wanted}"
        return value


class FloatMatrices(Matrices):
    """An algebra of floats and matrices of them, which may be infinite or NaN."""

    def number(self, value: int | Fraction) -> float:
        """Return the nearest float."""
        return nearest_float(value)

    @property
    def pi(self) -> float:
        """The float that is nearest to pi."""
        return pi

    def condition(self, matrix: Any) -> float:
        """Return the reciprocal condition number of a matrix."""
        raise NotImplementedError

    def called(self, entry: Function, args: list[Any]) -> Any:
        """Return the value of a function; raises ``ArithmeticError`` where it has none."""
        raise NotImplementedError

    def call(self, entry: Function, node: Expr, args: list[Any]) -> Any:
        """Return the value of a function, NaN where it has none."""
        arguments = self.arguments(entry, node, args)
        try:
            if entry.finite_if_invertible and self.is_singular(arguments[0]):
                raise ZeroDivisionError
            value = self.called(entry, arguments)
        except ArithmeticError:
            value = nan if node.is_scalar else self.constant("ones", *self.shape_of(node)) * nan
        return self.scalar(value) if node.is_scalar else self.matrix(value)

    def by_definition(self, entry: Function, *args: Any) -> Any:
        """Return the value of a function that others define; raises E509 if none do."""
        template = definition_of(entry)
        matrices = list(map(self.matrix, args))
        dims = [dim for argument in signature_of(entry).arguments for dim in argument.shape]
        actual = [size for matrix in matrices for size in matrix.shape]
        sizes = {dim.name: size for dim, size in zip(dims, actual, strict=True) if dim.name}
        leaves = dict(zip(entry.arguments, matrices, strict=True))
        return interpreted([template], leaves, type(self)(sizes))[template]

    def is_singular(self, matrix: Any) -> bool:
        """Return whether a matrix is singular but for rounding."""
        return self.condition(matrix) < SINGULAR * len(self.matrix(matrix))


@cache
def definition_of(entry: Function) -> Expr:
    """Return what a function is written out to, by its entry or by a law; raises E509 if there is nothing."""
    if entry.stable:
        return read_template(entry.stable, argument_kinds(entry))
    if entry.definition:
        return definition_template(entry)
    call = f"{entry.name}({', '.join(entry.arguments)})"
    template = written_out(read_template(call, argument_kinds(entry)))
    if template.op == entry.name and len(template.args) == len(entry.arguments):
        raise MatcalcError(
            "E509",
            f"{entry.name} is not computed without NumPy",
            help="install NumPy, as by pip install numpy, or write the expression in other functions",
        )
    return template


def size_of(dim: Dim, sizes: Sizes) -> int:
    """Return the number that a dimension is; raises E301 if it is not known."""
    missing = sorted(dim.symbols.difference(sizes))
    if missing:
        help_text = "give a value to a variable that has this size"
        raise MatcalcError("E301", f"the size {missing[0]} is not known", help=help_text)
    return dim.evaluate(sizes)


@cache
def named(place: str) -> Callable[..., Any]:
    """Return the function in a place such as ``numpy.linalg:inv`` or, in this package, ``plain:norm``.

    Functions for any library get NumPy.
    """
    module, _, name = place.partition(":")
    path = f"{PLACES[module]}.{module}" if module in PLACES else module
    function: Callable[..., Any] = getattr(import_module(path), name)
    return partial(function, import_module("numpy")) if module == PORTABLE else function
