"""From syntax with shapes to expressions as written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from matcalc.errors import Label, MatcalcError
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
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL
from matcalc.language.declarations import syntax_to_dim
from matcalc.language.shapes import Shapes
from matcalc.language.syntax import Syntax
from matcalc.language.token_kinds import FILLED, IDENTITIES, NUMBERS

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
    built: dict[Syntax, Expr] = {}
    for node in order:
        args = tuple(built[arg] for arg in node.args if arg in built)
        if node in shapes.chosen and node.op == "call":
            args = _arguments(node, shapes, built, final)
        built[node] = _assemble(node, args, shapes, variables, definitions, built, final)
    return built


def _assemble(
    node: Syntax,
    args: tuple[Expr, ...],
    shapes: Shapes,
    variables: Mapping[str, Expr],
    definitions: Mapping[str, Syntax],
    built: dict[Syntax, Expr],
    final: Final,
) -> Expr:
    op = node.op
    if op == "number":
        return number(node.data)
    if op == "name":
        if node.data in definitions:
            return built[definitions[node.data]]
        if node.data in variables:
            return variables[node.data]
        if node.data in NUMBERS:
            return Expr(node.data, (), SCALAR)
        if node in shapes.spreads:
            return dimension(Dim.symbol(node.data))
        return _constant(node, node.data, shapes, built, final)
    if op == "row":
        return number(0)
    if op == "block":
        return _block(node, shapes, built, final)
    if op in ("where", "definition", "entry", "entries", "single"):
        return args[0]
    if op == "mul":
        return product(args)
    if op == "dot":
        return _dot(args, shapes.dotted[node])
    if op == "add":
        return _sum(args)
    if op in ("hadamard", "hadamard_quotient"):
        return _entrywise(op, args)
    if op in ("power", "hadamard_power"):
        return _power(node, "hadamard_power" if node in shapes.entrywise else op, args)
    if op == "exponential" and node not in shapes.chosen:
        return Expr("exp", args, SCALAR)
    if op in ("negate", "transpose", "quotient"):
        shape = args[0].shape
        return Expr(op, args, (shape[1], shape[0]) if op == "transpose" else shape)
    if op == "call" and node not in shapes.chosen:
        return _constant(node, node.data[0], shapes, built, final)
    return Expr(shapes.chosen[node].name, args, final(shapes.of[node]))


@cache
def dimension_positions(name: str) -> frozenset[int]:
    """Return which arguments of a call are dimensions: all of a constant, some of ``unvec``."""
    if name not in BY_CALL:
        return frozenset() if name in FILLED else frozenset((0, 1, 2, 3))
    entries = [signature_of(entry).arguments for entry in BY_CALL[name]]
    return frozenset(i for arguments in entries for i, argument in enumerate(arguments) if argument.is_dim)


def _arguments(node: Syntax, shapes: Shapes, built: dict[Syntax, Expr], final: Final) -> tuple[Expr, ...]:
    """Return the arguments of a call: dimensions as such, scalars spread where arrays are wanted."""
    signature = signature_of(shapes.chosen[node])
    args = []
    for argument, arg in zip(signature.arguments, node.args, strict=True):
        if argument.is_dim:
            dim = syntax_to_dim(arg)
            assert dim is not None
            args.append(dimension(dim))
        elif signature.entrywise and built[arg].is_scalar and shapes.of[node] != SCALAR:
            args.append(spread(built[arg], final(shapes.of[node])))
        else:
            args.append(built[arg])
    return tuple(args)


def _constant(node: Syntax, name: str, shapes: Shapes, built: dict[Syntax, Expr], final: Final) -> Expr:
    if node.op == "call" and node.args and name not in FILLED:
        dims = [syntax_to_dim(arg) for arg in node.args]
        known = [dim for dim in dims if dim is not None]
        rows, cols = known[0], known[1] if len(known) == 2 else ONE
    else:
        rows, cols = final(shapes.of[node])
        if rows.symbols and any("?" in s for s in rows.symbols):
            raise shapes.errors.unsized(node, name)
        if any("?" in s for s in cols.symbols):
            cols = ONE
    if name in IDENTITIES:
        return identity(rows)
    if name in FILLED:
        return spread(built[node.args[0]], (rows, cols))
    return ones((rows, cols)) if name == "ones" else zeros((rows, cols))


def _block(node: Syntax, shapes: Shapes, built: dict[Syntax, Expr], final: Final) -> Expr:
    """Return a block matrix; a 0 among the blocks is a block of zeros."""
    cells = []
    for cell in (cell for row in node.args for cell in row.args):
        is_zero_block = cell.op == "number" and cell.data == 0
        shape = final(shapes.of[cell])
        if is_zero_block and any("?" in symbol for dim in shape for symbol in dim.symbols):
            raise shapes.errors.unsized_block(cell)
        cells.append(zeros(shape) if is_zero_block else built[cell])
    if len(cells) == 1:
        return cells[0]
    return Expr("block", tuple(cells), final(shapes.of[node]), (len(node.args), len(node.args[0].args)))


def spread(scalar: Expr, shape: Shape) -> Expr:
    """Return the array of this shape whose entries all are ``scalar``."""
    if scalar.is_number and scalar.data == 1:
        return ones(shape)
    return Expr("mul", (scalar, ones(shape)), shape)


def _sum(args: tuple[Expr, ...]) -> Expr:
    shape = next((arg.shape for arg in args if not arg.is_scalar), SCALAR)
    if shape != SCALAR:
        args = tuple(spread(arg, shape) if arg.is_scalar else arg for arg in args)
    return Expr("add", args, shape)


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


def _dot(args: tuple[Expr, ...], turned: Collection[int]) -> Expr:
    """Return the product in which what stands before the positions ``turned`` is transposed."""
    factors: list[Expr] = []
    for i, arg in enumerate(args):
        if i in turned:
            left = product(tuple(factors)) if len(factors) > 1 else factors[0]
            factors = [Expr("transpose", (left,), (left.shape[1], left.shape[0]))]
        factors.append(arg)
    return product(tuple(factors))


def _entrywise(op: str, args: tuple[Expr, ...]) -> Expr:
    shape = next((arg.shape for arg in args if not arg.is_scalar), SCALAR)
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
    if value is None:
        message = "the exponent of a matrix must be a literal integer"
        raise MatcalcError("E504", message, labels=[Label(node.args[1].span, "not a literal integer")])
    if abs(value) > MAX_POWER:
        message = f"powers of a matrix are supported up to {MAX_POWER}"
        raise MatcalcError("E504", message, labels=[Label(node.span, f"power {value}")])
    if value == 0:
        return identity(base.shape[0])
    if value < 0:
        base = Expr("inv", (base,), base.shape)
    return base if abs(value) == 1 else Expr("mul", (base,) * abs(value), base.shape)


def integer_value(expr: Expr) -> int | None:
    """Return the integer that the expression writes, ``None`` if it is something else."""
    if expr.op == "number":
        return expr.data if isinstance(expr.data, int) else None
    if expr.op == "negate" and expr.args[0].op == "number" and isinstance(expr.args[0].data, int):
        return -int(expr.args[0].data)
    return None
