"""Instructions, of which generated code is made, as inert expressions, and the cost model for given sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from matcalc.expression import (
    MAX_EXACT,
    ONE,
    SCALAR,
    USUAL_SIZE,
    Dim,
    Expr,
    Shape,
    number,
    postorder,
    sizes_given,
)


class SizeEstimates:
    """Numbers for dimensions: those that are given, and one usual size for all others.

    Raises E302 for what is given and no size.

    >>> from matcalc.expression import Dim
    >>> sizes = SizeEstimates({"n": 3})
    >>> n, p = Dim.symbol("n"), Dim.symbol("p")
    >>> sizes[n], sizes[p], sizes[n * p]
    (3, 100, 300)
    """

    def __init__(self, given: Mapping[str, int] | None = None):
        self.given = sizes_given(given or {})
        #: What instructions cost for these sizes, as far as it has been asked.
        self.costs: dict[Expr, float] = {}

    def __getitem__(self, dim: Dim) -> int:
        """Return the number that a dimension is taken for."""
        if dim.value is not None:
            return dim.value
        for symbol in dim.symbols:
            self.given.setdefault(symbol, USUAL_SIZE)
        return dim.evaluate(self.given)

    def entries(self, shape: Shape) -> int:
        """Return how many entries an array of this shape has."""
        return self[shape[0]] * self[shape[1]]


Number = int | Fraction

#: How an operand lies in a matrix: it has its shape or is a scalar, or is a vector along its rows or columns.
WHOLE, DOWN, ALONG = "", "down", "along"


class Operand(NamedTuple):
    """An operand of an entrywise operation, with how it lies in the result.

    A vector with one entry for each row lies ``DOWN`` a matrix, one with an entry for each column ``ALONG``.
    """

    node: Expr
    lies: str = WHOLE


class Sum(NamedTuple):
    """The data of an instruction ``plus``: signs, and how the operands lie."""

    signs: tuple[int, ...]
    lies: tuple[str, ...]


class Product(NamedTuple):
    """The data of an instruction ``times``: a number, exponents 1 and -1, and how the operands lie."""

    coefficient: Number
    exponents: tuple[int, ...]
    lies: tuple[str, ...]


def axes_of(node: Expr) -> int:
    """Return how many axes a value has: none for a scalar, one for a column or a row."""
    return sum(dim is not ONE for dim in node.shape)


def flat(shape: Shape) -> Shape:
    """Return a shape with that of a column for a row."""
    return (shape[1], ONE) if shape[0] is ONE else shape


def plus(terms: Sequence[tuple[int, Operand]], shape: Shape) -> Expr:
    """Return the sum of operands with signs."""
    signs = tuple(sign for sign, _ in terms)
    lies = tuple(operand.lies for _, operand in terms)
    if len(terms) == 1 and signs == (1,) and lies == (WHOLE,) and terms[0][1].node.shape == flat(shape):
        return terms[0][1].node
    return Expr("plus", tuple(operand.node for _, operand in terms), flat(shape), Sum(signs, lies))


def times(
    coefficient: Number, above: Iterable[Operand], below: Iterable[Operand], shape: Shape = SCALAR
) -> Expr:
    """Return a number times operands, divided by others, entry by entry; scalars come first."""
    pairs = [(operand, 1) for operand in above] + [(operand, -1) for operand in below]
    opened: list[tuple[Operand, int]] = []
    for operand, exponent in pairs:
        inner = operand.node.data if operand.node.op == "times" and operand.node.shape == SCALAR else None
        if operand.node.is_number:
            coefficient = coefficient * Fraction(operand.node.data) ** exponent
        elif isinstance(inner, Product):
            coefficient = coefficient * Fraction(inner.coefficient) ** exponent
            opened += [
                (Operand(a), e * exponent) for a, e in zip(operand.node.args, inner.exponents, strict=True)
            ]
        else:
            opened.append((operand, exponent))
    opened.sort(key=lambda pair: axes_of(pair[0].node) > 0)
    if isinstance(coefficient, Fraction) and coefficient.denominator == 1:
        coefficient = coefficient.numerator
    shape = flat(shape)
    if not opened:
        return number(coefficient)
    first, exponent = opened[0]
    if len(opened) == 1 and coefficient == exponent == 1 and first.node.shape == shape:
        return first.node
    data = Product(coefficient, tuple(e for _, e in opened), tuple(operand.lies for operand, _ in opened))
    return Expr("times", tuple(operand.node for operand, _ in opened), shape, data)


def coefficient_and_rest(node: Expr) -> tuple[Number, Expr]:
    """Return the numerical factor of an instruction, and the instruction without it."""
    if node.is_number:
        return node.data, number(1)
    if node.op != "times":
        return 1, node
    data: Product = node.data
    if data.coefficient == 1:
        return 1, node
    if len(node.args) == 1 and data.exponents == (1,) and node.args[0].shape == node.shape:
        return data.coefficient, node.args[0]
    return data.coefficient, Expr("times", node.args, node.shape, data._replace(coefficient=1))


def is_view(node: Expr) -> bool:
    """Return whether a value may be a view of its first argument, so that its buffer must not be reused."""
    return node.op in ("transpose", "diagonal") or (node.op == "function" and node.data.view)


#: Instructions whose values are floating numbers also for arguments of whole ones.
_FLOATING = ("inverse", "solve", "solved", "det", "logdet", "cholesky", "lu", "lower")


def floating_in(roots: Iterable[Expr]) -> frozenset[Expr]:
    """Return the instructions whose values are floating numbers, whatever the arguments are."""
    floating: set[Expr] = set()
    for node in postorder(*roots):
        data = node.data
        made = (
            node.op in _FLOATING
            or node.op.startswith(("cholesky_", "lu_", "lower_"))
            or (node.op == "times" and (data.coefficient.denominator > 1 or -1 in data.exponents))
            or (node.op == "raised" and not isinstance(data, int))
            or (node.op == "function" and (data.floating or data.module == "linalg"))
        )
        if made or not floating.isdisjoint(node.args):
            floating.add(node)
    return frozenset(floating)


def computed_constants(roots: Sequence[Expr]) -> frozenset[Expr]:
    """Return the scalars that functions of a library make of numbers and sizes, for use in anything else."""
    called: dict[Expr, bool] = {}  # whether a library computes a constant, and not Python
    used = set(roots)
    for node in postorder(*roots):
        if node.op == "variable" or axes_of(node) or not all(arg in called for arg in node.args):
            used.update(node.args)
            continue
        made = bool(node.args) and not _is_arithmetic(node)
        called[node] = made or any(called[arg] for arg in node.args)
    used = {node for node in used if called.get(node)}
    return frozenset(
        node
        for node in used
        if not _is_arithmetic(node) or any(called[arg] and arg not in used for arg in node.args)
    )


def _is_arithmetic(node: Expr) -> bool:
    """Return whether Python computes a value of numbers itself."""
    if node.op == "raised" and node.data != Fraction(1, 2) and node.args[0].is_number:
        return True  # which is written out
    return node.op in ("times", "plus") or (node.op == "raised" and isinstance(node.data, int))


def turned(node: Expr) -> Expr:
    """Return a transpose, which costs nothing."""
    if axes_of(node) < 2:
        return node
    if node.op == "transpose":
        return node.args[0]
    return Expr("transpose", (node,), (node.shape[1], node.shape[0]))


def dot(left: Expr, right: Expr) -> Expr:
    """Return a product of arrays; a vector in front is put after the transpose."""
    if axes_of(left) == 1 and axes_of(right) == 1:
        return inner_product(left, right)
    if axes_of(left) == 1:
        return Expr("dot", (turned(right), left), (right.shape[1], ONE))
    if left.op == right.op == "transpose":
        return turned(dot(right.args[0], left.args[0]))  # which libraries are faster at
    return Expr("dot", (left, right), (left.shape[0], right.shape[1]))


def inner_product(left: Expr, right: Expr) -> Expr:
    """Return the sum of the products of the entries of two arrays."""
    if left.op == right.op == "transpose":
        left, right = left.args[0], right.args[0]
    if right.key < left.key:
        left, right = right, left
    return Expr("inner", (left, right), SCALAR)


def outer(left: Expr, right: Expr, rows: Dim, cols: Dim) -> Expr:
    """Return the products of each entry of one vector with each of another."""
    return times(1, [Operand(left, DOWN), Operand(right, ALONG)], [], (rows, cols))


def instruction(op: str, *args: Expr, shape: Shape, data: object = None) -> Expr:
    """Return any other instruction."""
    return Expr(op, args, flat(shape), data)


def raised(base: Expr, exponent: Number) -> Expr:
    """Return a power of each entry; roots of what is a square are powers of it."""
    if base.op == "raised" and base.args[0].op == "inner" and len(set(base.args[0].args)) == 1:
        base, exponent = base.args[0], base.data * exponent
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    if exponent == 1:
        return base
    if exponent == -1:
        return times(1, [], [Operand(base)], base.shape)
    if exponent < 0:
        return times(1, [], [Operand(raised(base, -exponent))], base.shape)
    if exponent > MAX_EXACT and exponent % 2 == 1:  # the float near it is even
        return times(1, [Operand(base), Operand(raised(base, exponent - 1))], [], base.shape)
    return Expr("raised", (base,), base.shape, exponent)


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


def instruction_cost(node: Expr, sizes: SizeEstimates) -> float:
    """Return the cost of one instruction, its arguments not included."""
    cost = sizes.costs.get(node)
    if cost is None:
        cost = sizes.costs[node] = _instruction_cost(node, sizes)
    return cost


def _instruction_cost(node: Expr, sizes: SizeEstimates) -> float:
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
        full = sum(arg.shape == node.shape for arg in node.args)  # the others are small
        return passes * CALL + ENTRY * entries * (passes + full)
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


def program_cost(roots: Iterable[Expr], sizes: SizeEstimates) -> float:
    """Return the cost of computing some values, with common subexpressions computed once."""
    return sum(instruction_cost(node, sizes) for node in postorder(*roots))
