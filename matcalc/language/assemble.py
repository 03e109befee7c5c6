"""From syntax with shapes to expressions as written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import reduce

from matcalc.expression import (
    MAX_POWER,
    ONE,
    SCALAR,
    Dim,
    Expr,
    Shape,
    dimension,
    identity,
    number,
    ones,
    zeros,
)
from matcalc.expression.binder import SUM_OVER, sum_over, unit
from matcalc.expression.signatures import signature_of
from matcalc.functions import INV
from matcalc.functions.table import READ_AS
from matcalc.language.declarations import syntax_to_dim
from matcalc.language.named_calls import APPLIED
from matcalc.language.shape_errors import Misfit
from matcalc.language.shapes import Shapes
from matcalc.language.summation import MEMBER, SumIndex
from matcalc.language.syntax import FILLED, IDENTITIES, NUMBERS, Syntax, fault

Final = Callable[[Shape], Shape]


def assemble(
    order: list[Syntax],
    shapes: Shapes,
    variables: Mapping[str, Expr],
    definitions: Mapping[str, Syntax],
    final: Final,
) -> dict[Syntax, Expr]:
    """Return the expression of each node: what the user wrote, nothing rearranged.

    Constants get their sizes, a number next to an array becomes a multiple of ``ones``, a
    matrix power a product. Raises E205 for a constant without a size, E504 for a high power.
    """
    assembly = _Assembly(shapes, variables, definitions, final)
    for node in order:
        assembly.built[node] = assembly.build(node)
    return assembly.built


class _Assembly:
    """The expressions of the nodes so far; ``final`` gives a shape its last sizes."""

    def __init__(
        self,
        shapes: Shapes,
        variables: Mapping[str, Expr],
        definitions: Mapping[str, Syntax],
        final: Final,
    ):
        self.built: dict[Syntax, Expr] = {}
        self._shapes = shapes
        self._variables = variables
        self._definitions = definitions
        self._final = final
        self._functions = shapes.functions.signatures(final)

    def build(self, node: Syntax) -> Expr:
        """Return the expression of a node whose arguments have theirs."""
        op = node.op
        args = tuple(self.built[arg] for arg in node.args if arg in self.built)
        if op == "number":
            return number(node.data)
        if op == "name":
            return self._name(node)
        if op == "row":
            return number(0)
        if op == "block":
            return self._block(node)
        if op == APPLIED:
            function = self._functions[node.args[0].data].in_form(node.data)
            return Expr(function.operation, args[1:], self._final(self._shapes.of[node]))
        if op in ("where", "definition", "entry", "entries", "single"):
            return args[0]
        if op == MEMBER:
            return self._member(node, args[0])
        if op == SUM_OVER:
            units = map(self._unit, reversed(node.data))
            return reduce(lambda body, e: sum_over(e.data, e.shape[0], body), units, args[0])
        if op == "mul":
            return product(args)
        if op == "dotted":
            return _dotted(args, self._shapes.dotted[node])
        if op == "add":
            return _sum(args)
        if op in ("hadamard", "hadamard_quotient"):
            return _entrywise(op, args)
        if op in ("power", "hadamard_power"):
            return _power(node, "hadamard_power" if node in self._shapes.entrywise else op, args)
        if op in ("negate", "transpose", "quotient"):
            shape = args[0].shape
            return Expr(op, args, (shape[1], shape[0]) if op == "transpose" else shape)
        if node in self._shapes.chosen:
            args = self._arguments(node) if op == "call" else args
            return Expr(self._shapes.chosen[node].name, args, self._final(self._shapes.of[node]))
        if op == "call":
            return self._constant(node, node.data[0])
        return Expr(READ_AS[op][0], args, SCALAR)

    def _name(self, node: Syntax) -> Expr:
        name = node.data
        if name in self._definitions:
            return self.built[self._definitions[name]]
        if name in self._variables:
            return self._variables[name]
        if name in NUMBERS:
            return Expr(name, (), SCALAR)
        if node in self._shapes.spreads:
            return dimension(Dim.symbol(name))
        return self._constant(node, name)

    def _unit(self, index: SumIndex) -> Expr:
        [size, _] = self._final((self._shapes.size_of(index), ONE))
        return unit(index.letter, size)

    def _member(self, node: Syntax, family: Expr) -> Expr:
        """Return what indices pick, as products with the unit vectors that stand for these."""
        units = [self._unit(index) for index in node.data]
        if family.is_column:
            return product((_transpose(units[0]), family))
        if len(units) == 1:
            return product((_transpose(family), units[0]))
        return product((_transpose(units[0]), family, units[1]))

    def _arguments(self, node: Syntax) -> tuple[Expr, ...]:
        """Return the arguments of a call: dimensions as such, scalars spread where arrays are wanted."""
        signature = signature_of(self._shapes.chosen[node])
        shape = self._shapes.of[node]
        args = []
        for argument, arg in zip(signature.arguments, node.args, strict=True):
            if argument.is_dim:
                dim = syntax_to_dim(arg)
                assert dim is not None
                args.append(dimension(dim))
            elif signature.entrywise and self.built[arg].is_scalar and shape != SCALAR:
                args.append(spread(self.built[arg], self._final(shape)))
            else:
                args.append(self.built[arg])
        return tuple(args)

    def _constant(self, node: Syntax, name: str) -> Expr:
        if node.op == "call" and node.args and name not in FILLED:
            dims = [dim for dim in map(syntax_to_dim, node.args) if dim is not None]
            rows, cols = dims[0], dims[1] if len(dims) == 2 else ONE
        else:
            rows, cols = self._final(self._shapes.of[node])
            if _is_open(rows):
                raise self._shapes.errors.of(Misfit.SIZE, node, name=name)
            cols = ONE if _is_open(cols) else cols
        if name in IDENTITIES:
            return identity(rows)
        if name in FILLED:
            return spread(self.built[node.args[0]], (rows, cols))
        return ones((rows, cols)) if name == "ones" else zeros((rows, cols))

    def _block(self, node: Syntax) -> Expr:
        """Return a block matrix; a 0 among the blocks is a block of zeros."""
        cells = []
        for cell in (cell for row in node.args for cell in row.args):
            is_zero_block = cell.op == "number" and cell.data == 0
            shape = self._final(self._shapes.of[cell])
            if is_zero_block and any(map(_is_open, shape)):
                raise self._shapes.errors.of(Misfit.SIZE_OF_BLOCK, cell)
            cells.append(zeros(shape) if is_zero_block else self.built[cell])
        if len(cells) == 1:
            return cells[0]
        counts = len(node.args), len(node.args[0].args)
        return Expr("block", tuple(cells), self._final(self._shapes.of[node]), counts)


def _is_open(dim: Dim) -> bool:
    return any("?" in symbol for symbol in dim.symbols)


def spread(scalar: Expr, shape: Shape) -> Expr:
    """Return the array of this shape whose entries all are ``scalar``."""
    if scalar.is_number and scalar.data == 1:
        return ones(shape)
    return Expr("mul", (scalar, ones(shape)), shape)


def _sum(args: tuple[Expr, ...]) -> Expr:
    shape = _common_shape(args)
    if shape != SCALAR:
        args = tuple(spread(arg, shape) if arg.is_scalar else arg for arg in args)
    return Expr("add", args, shape)


def _common_shape(args: tuple[Expr, ...]) -> Shape:
    return next((arg.shape for arg in args if not arg.is_scalar), SCALAR)


def product(args: tuple[Expr, ...]) -> Expr:
    """Return the product from left to right, nested where a factor so far is a scalar.

    In the result the factors that are no scalars have matching inner dimensions.
    """
    factors: list[Expr] = [args[0]]
    shape = args[0].shape
    has_array = not args[0].is_scalar
    for arg in args[1:]:
        if arg.is_scalar:
            factors.append(arg)
            continue
        if shape == SCALAR and has_array:
            factors = [Expr("mul", tuple(factors), SCALAR)]
        shape = arg.shape if shape == SCALAR else (shape[0], arg.shape[1])
        has_array = True
        factors.append(arg)
    return Expr("mul", tuple(factors), shape)


def _transpose(value: Expr) -> Expr:
    return Expr("transpose", (value,), (value.shape[1], value.shape[0]))


def _dotted(args: tuple[Expr, ...], transposed: Collection[int]) -> Expr:
    """Return the product in which what stands before the positions ``transposed`` is transposed."""
    factors: list[Expr] = []
    for i, arg in enumerate(args):
        if i in transposed:
            left = product(tuple(factors)) if len(factors) > 1 else factors[0]
            factors = [_transpose(left)]
        factors.append(arg)
    return product(tuple(factors))


def _entrywise(op: str, args: tuple[Expr, ...]) -> Expr:
    shape = _common_shape(args)
    if op == "hadamard_quotient":
        left, right = args
        if right.is_scalar:
            return Expr("quotient", args, shape)
        return Expr(op, (spread(left, shape) if left.is_scalar else left, right), shape)
    scalars = tuple(arg for arg in args if arg.is_scalar)
    arrays = tuple(arg for arg in args if not arg.is_scalar)
    if not arrays or (scalars and len(arrays) == 1):
        return Expr("mul", (*scalars, *arrays), shape)
    entrywise = Expr("hadamard", arrays, shape)
    return Expr("mul", (*scalars, entrywise), shape) if scalars else entrywise


def _power(node: Syntax, op: str, args: tuple[Expr, ...]) -> Expr:
    base, exponent = args
    if base.is_scalar and exponent.is_scalar:
        return Expr("power", args, SCALAR)
    if op == "hadamard_power":
        return Expr(op, args, exponent.shape if base.is_scalar else base.shape)
    value = integer_value(exponent)
    if value is None and (halves := number_of_halves(exponent)):
        base, value = Expr(READ_AS["root"][1], (base,), base.shape), halves
    if value is None:
        message = "the exponent of a matrix must be a literal integer, or half of one"
        help_text = "for another power write expm(t*logm(A)), for those of the entries .^"
        raise fault("E504", message, node.args[1], "not a literal integer", help_text)
    if abs(value) > MAX_POWER:
        raise fault("E504", f"powers of a matrix are supported up to {MAX_POWER}", node, f"power {value}")
    if value == 0:
        return identity(base.shape[0])
    if value < 0:
        base = Expr(INV, (base,), base.shape)
    return base if abs(value) == 1 else Expr("mul", (base,) * abs(value), base.shape)


def number_of_halves(expr: Expr) -> int | None:
    """Return twice the number that the expression writes if that is an integer, ``None`` otherwise."""
    if expr.op == "negate":
        halves = number_of_halves(expr.args[0])
        return None if halves is None else -halves
    if expr.op == "quotient" and expr.args[1].op == "number" and expr.args[1].data == 2:
        return integer_value(expr.args[0])
    halved = 2 * expr.data if expr.op == "number" else None
    return int(halved) if halved is not None and halved == int(halved) else None


def integer_value(expr: Expr) -> int | None:
    """Return the integer that the expression writes, ``None`` if it is something else."""
    digits = expr.args[0] if expr.op == "negate" else expr
    if digits.op != "number" or not isinstance(digits.data, int):
        return None
    return -digits.data if expr.op == "negate" else digits.data
