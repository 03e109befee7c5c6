"""From expressions to SymPy, by what the field ``sympy`` of an entry says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import sympy
from sympy.codegen import cfunctions
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from matcalc.algebra import definition_template, filled_in, normalise
from matcalc.errors import MatcalcError
from matcalc.expression import SCALAR, Dim, Expr, fold, variable
from matcalc.expression.facts import facts_of
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import FUNCTIONS, Function, property_named
from matcalc.functions.fields import Counterpart
from matcalc.functions.named import word_of
from matcalc.interop.symbols import size_to_sympy


def function_of_sympy(name: str) -> Any:
    """Return the function of SymPy, one of those of C among them, as ``log1p``."""
    return getattr(sympy, name, None) or getattr(cfunctions, name)


@cache
def counterparts_called(name: str) -> tuple[tuple[Function, Counterpart], ...]:
    """Return what the function ``name`` of SymPy may be, the most special first."""
    named = [(entry, part) for entry in FUNCTIONS for part in entry.counterparts if part.name == name]
    return tuple(sorted(named, key=lambda pair: sum(isinstance(word, str) for word in pair[1].arguments)))


def arguments_for(entry: Function, dims: Mapping[str, Dim]) -> tuple[Expr, ...]:
    """Return variables named and shaped like the entry's arguments, with some sizes replaced."""
    return tuple(
        variable(a.name, (a.shape[0].substitute(dims), a.shape[1].substitute(dims)))
        for a in signature_of(entry).arguments
    )


def defined(entry: Function, args: Sequence[Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the definition of the entry for some arguments, as written.

    ``dims`` are the sizes that the symbols of the signature stand for.
    """
    return filled_in(definition_template(entry), dict(zip(entry.arguments, args, strict=True)), dims)


#: Larger expressions are refused: SymPy writes shared parts out again and again.
MAX_SIZE = 20_000


def expression_to_sympy(root: Expr) -> Any:
    """Return the expression in SymPy.

    A product that is a scalar, such as ``x'*A*y``, is the trace of the 1×1 matrix. Raises
    ``MatcalcError`` E505 for a function that SymPy has not, E108 for an expression that is too
    large for it.
    """
    spelled_out = _spelled_out(root, {})
    if tree_size(spelled_out) > MAX_SIZE:
        raise MatcalcError(
            "E108", "the expression is too large for SymPy", help="SymPy does not share subexpressions"
        )
    try:
        return _written(spelled_out)
    except RecursionError:
        raise MatcalcError("E108", "the expression is nested too deeply for SymPy") from None
    except TypeError as error:
        # SymPy has such errors of its own where it simplifies what it is given.
        raise MatcalcError("E505", f"SymPy does not take the expression: {error}") from None


def tree_size(root: Expr) -> int:
    """Return how many operations and leaves the expression has, shared ones counted again and again."""
    return fold([root], lambda node, sizes: 1 + sum(sizes))[root]


def _spelled_out(root: Expr, done: dict[Expr, Expr]) -> Expr:
    """Return the expression with definitions in place of functions that SymPy has not."""

    def spelled_out(node: Expr, args: list[Expr]) -> Expr:
        same = node.with_args(args)
        other = None if not args or same.op in _NOTATION else _in_other_words(same)
        done.update((arg, arg) for arg in args)
        return same if other is None else _spelled_out(other, done)

    return fold([root], spelled_out, done)[root]


def _in_other_words(node: Expr) -> Expr | None:
    """Return what a function is in terms of others, ``None`` if SymPy has it. Raises E505."""
    entry, dims = _entry_of(node)
    of_entries = entry.elementwise or signature_of(entry).entrywise
    if not of_entries and any(arg.is_scalar for arg in node.args):
        # SymPy has no functions of matrices for scalars; laws say what these are.
        normal = normalise(node)
        if normal.op != node.op:  # else only its arguments are written as they were before
            return normal
    if _counterpart(entry, node) is not None or (entry.elementwise and not node.is_scalar):
        return None
    if not entry.definition:
        raise MatcalcError("E505", f"{word_of(node.op)} has no counterpart in SymPy")
    return defined(entry, node.args, dims)


def _entry_of(node: Expr) -> tuple[Function, dict[str, Dim]]:
    reading = entry_of(node.op, node.args)
    assert reading is not None, f"{node.op} is not in the table"
    return reading


def _counterpart(entry: Function, node: Expr) -> Counterpart | None:
    """Return the function of SymPy that takes these arguments, ``None`` if there is none."""
    of_scalars = entry.elementwise or all(arg.is_scalar for arg in node.args)
    return next((part for part in entry.counterparts if of_scalars or not _is_of_scalars(part)), None)


def _is_of_scalars(part: Counterpart) -> bool:
    return issubclass(function_of_sympy(part.name), sympy.core.function.Application)


def _written(root: Expr) -> Any:
    return fold([root], lambda node, args: _NOTATION.get(node.op, _function)(node, args))[root]


def _number(node: Expr, args: Sequence[Any]) -> Any:
    return sympy.Rational(node.data.numerator, node.data.denominator)


def _pi(node: Expr, args: Sequence[Any]) -> Any:
    return sympy.pi


def _variable(node: Expr, args: Sequence[Any]) -> Any:
    name = node.data[0]
    if not node.is_scalar:
        return sympy.MatrixSymbol(name, *map(size_to_sympy, node.shape))
    stated = [property_named(fact).sympy for fact in facts_of(node)]
    return sympy.Symbol(name, real=True, **{assumption: True for assumption in stated if assumption})


def _constant(name: str) -> Callable[[Expr, Sequence[Any]], Any]:
    def build(node: Expr, args: Sequence[Any]) -> Any:
        sizes = [size_to_sympy(dim) for dim in node.shape]
        return getattr(sympy, name)(*(sizes[:1] if name == "Identity" else sizes))

    return build


def _sum(node: Expr, args: Sequence[Any]) -> Any:
    return sympy.Add(*args) if node.is_scalar else sympy.MatAdd(*args)


def _product(node: Expr, args: Sequence[Any]) -> Any:
    """Return the product of the scalars with that of the arrays, which is a trace if it is 1×1."""
    pairs = list(zip(node.args, args, strict=True))
    scalar = sympy.Mul(*[value for arg, value in pairs if arg.is_scalar])
    arrays = [value for arg, value in pairs if not arg.is_scalar]
    if not arrays:
        return scalar
    if node.is_scalar:
        return scalar * sympy.Trace(sympy.MatMul(*arrays))
    factors = arrays if scalar == 1 else [scalar, *arrays]
    return factors[0] if len(factors) == 1 else sympy.MatMul(*factors)


def _negative(node: Expr, args: Sequence[Any]) -> Any:
    return sympy.Mul(-1, args[0]) if node.is_scalar else sympy.MatMul(-1, args[0])


def _transpose(node: Expr, args: Sequence[Any]) -> Any:
    return args[0] if node.is_scalar else sympy.Transpose(args[0])


def _quotient(node: Expr, args: Sequence[Any]) -> Any:
    inverse = sympy.Pow(args[1], -1)
    return sympy.Mul(args[0], inverse) if node.is_scalar else sympy.MatMul(inverse, args[0])


def _hadamard(node: Expr, args: Sequence[Any]) -> Any:
    return sympy.HadamardProduct(*args)


def _hadamard_quotient(node: Expr, args: Sequence[Any]) -> Any:
    return sympy.HadamardProduct(args[0], sympy.HadamardPower(args[1], -1))


def _power(node: Expr, args: Sequence[Any]) -> Any:
    if node.is_scalar:
        return sympy.Pow(*args)
    return (sympy.HadamardPower if node.op == "hadamard_power" else sympy.MatPow)(*args)


def _block(node: Expr, args: Sequence[Any]) -> Any:
    rows, cols = node.data
    cells = [args[i * cols : (i + 1) * cols] for i in range(rows)]
    if all(arg.is_scalar for arg in node.args):
        return sympy.ImmutableMatrix(cells)
    # A scalar among arrays is a block of one row and one column.
    return sympy.BlockMatrix(
        [[cell if cell.is_Matrix else sympy.ImmutableMatrix([[cell]]) for cell in row] for row in cells]
    )


_NOTATION: dict[str, Callable[[Expr, Sequence[Any]], Any]] = {
    "number": _number,
    "pi": _pi,
    "variable": _variable,
    "dimension": lambda node, args: size_to_sympy(node.data),
    "identity": _constant("Identity"),
    "ones": _constant("OneMatrix"),
    "zeros": _constant("ZeroMatrix"),
    "add": _sum,
    "negate": _negative,
    "mul": _product,
    "quotient": _quotient,
    "transpose": _transpose,
    "hadamard": _hadamard,
    "hadamard_quotient": _hadamard_quotient,
    "power": _power,
    "hadamard_power": _power,
    "block": _block,
}


def _function(node: Expr, args: Sequence[Any]) -> Any:
    entry, _ = _entry_of(node)
    part = _counterpart(entry, node)
    if part is None:
        return _entry_by_entry(lambda entry_symbol: _defined_for(entry, entry_symbol), args[0])
    if node.is_scalar or not _is_of_scalars(part):
        return _called(entry, part, args)
    return _entry_by_entry(lambda entry_symbol: _called(entry, part, [entry_symbol]), args[0])


def _called(entry: Function, part: Counterpart, args: Sequence[Any]) -> Any:
    given = dict(zip(entry.arguments, args, strict=True))
    arguments = [given[a] if isinstance(a, str) else sympy.Rational(a) for a in part.arguments]
    function = function_of_sympy(part.name)
    # Kept as it is: SymPy would write the absolute value of a trace with conjugates, for example.
    return function(*arguments, evaluate=False) if _is_of_scalars(part) else function(*arguments)


def _entry_by_entry(function: Callable[[Any], Any], array: Any) -> Any:
    entry = sympy.Dummy("d", real=True)
    return ElementwiseApplyFunction(sympy.Lambda(entry, function(entry)), array)


def _defined_for(entry: Function, entry_symbol: Any) -> Any:
    """Return the definition of an elementwise function for the symbol ``entry_symbol``."""
    stand_in = variable("d", SCALAR)
    definition = _spelled_out(defined(entry, (stand_in,), {}), {})
    return _written(definition).xreplace({_variable(stand_in, ()): entry_symbol})
