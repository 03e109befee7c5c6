"""Functions of SymPy as functions of the table: counterparts, translations, and definitions recognised.

What SymPy lacks has a definition: ``log(1 + exp(t))`` is the softplus. Each definition is written to SymPy
for variables and read back, which gives the pattern by which it is recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import sympy

from matcalc.algebra import definition_template, filled_in, normalise, read_template
from matcalc.algebra.matching import EMPTY, Match
from matcalc.expression import ONE, SCALAR, Expr, Shape, fold, number, postorder
from matcalc.expression.factored import scalars_and_arrays
from matcalc.expression.signatures import bind, result_shape, signature_of
from matcalc.functions import BY_OPERATION, FUNCTIONS, Function
from matcalc.functions.fields import call_of
from matcalc.interop.writing import (
    arguments_for,
    counterparts_called,
    expression_to_sympy,
)
from matcalc.language.assemble import product, spread


def shape_of(args: Sequence[Expr]) -> Shape:
    """Return the shape of the arrays among the arguments, that of a scalar if there are none."""
    return next((arg.shape for arg in args if not arg.is_scalar), SCALAR)


def spread_all(args: Sequence[Expr]) -> tuple[Expr, ...]:
    """Return the arguments with scalars spread over the shape of the arrays, if there are any."""
    shape = shape_of(args)
    if shape == SCALAR:
        return tuple(args)
    return tuple(spread(arg, shape) if arg.is_scalar else arg for arg in args)


def added(args: Sequence[Expr]) -> Expr:
    """Return the sum."""
    return args[0] if len(args) == 1 else Expr("add", spread_all(args), shape_of(args))


def multiplied(args: Sequence[Expr]) -> Expr:
    """Return the product of the scalars and the Hadamard product of the arrays."""
    factors, arrays = scalars_and_arrays(args)
    if arrays:
        factors += (arrays[0] if len(arrays) == 1 else Expr("hadamard", arrays, arrays[0].shape),)
    return factors[0] if len(factors) == 1 else Expr("mul", factors, shape_of(args))


def raised(base: Expr, exponent: Expr) -> Expr:
    """Return the power of each entry."""
    if base.is_scalar and exponent.is_scalar:
        return Expr("power", (base, exponent), SCALAR)
    if base.is_scalar:
        base = spread(base, exponent.shape)
    return Expr("hadamard_power", (base, exponent), base.shape)


def applied(entry: Function, args: Sequence[Expr]) -> Expr | None:
    """Return the entry of the table applied, ``None`` if the shapes do not fit."""
    signature = signature_of(entry)
    if signature.entrywise:
        args = spread_all(args)
    dims = bind(signature, tuple(arg.shape for arg in args))
    return None if dims is None else Expr(entry.name, tuple(args), result_shape(entry, dims))


def entry_by_entry(template: Expr, values: Mapping[str, Expr]) -> Expr:
    """Return a formula for scalars, as written, applied to each entry of arrays."""

    def of_arrays(node: Expr, args: list[Expr]) -> Expr:
        if node.op == "variable":
            return values[node.data[0]]
        if not args:
            return node
        if node.op == "negate":
            return Expr("negate", tuple(args), args[0].shape)
        if node.op == "quotient":
            return multiplied([args[0], raised(args[1], number(-1))])
        if node.op in ("add", "mul"):
            return (added if node.op == "add" else multiplied)(args)
        if node.op == "power":
            return raised(*args)
        value = applied(BY_OPERATION[node.op][0], args)
        assert value is not None, f"{node.op} is no function of scalars"
        return value

    return fold([template], of_arrays)[template]


TRANSLATIONS: tuple[tuple[str, str], ...] = (
    ("Exp1", "exp(1)"),
    ("GoldenRatio", "(1 + sqrt(5))/2"),
    ("Heaviside(X, 0)", "relu(sign(X))"),
    ("Heaviside(X, 1)", "1 - relu(sign(-X))"),
    ("erfc(X)", "1 - erf(X)"),
    ("conjugate(X)", "X"),
    ("re(X)", "X"),
)


def called(node: Any, args: Sequence[Expr]) -> Expr | None:
    """Return the function that ``node`` applies, ``None`` if the table has none for these shapes."""
    name = type(node).__name__
    if isinstance(node, sympy.core.operations.LatticeOp):
        return _folded(name, sorted(args, key=lambda arg: arg.is_number))
    return _applied(name, args) or _translated(name, args)


def _folded(name: str, args: Sequence[Expr]) -> Expr | None:
    """Return a function of any number of arguments as one of two, from left to right."""
    value: Expr | None = args[0]
    for arg in args[1:]:
        value = value and _applied(name, [value, arg])
    return value


def _applied(name: str, args: Sequence[Expr]) -> Expr | None:
    for entry, part in counterparts_called(name):
        given = _fitting(part.arguments, args)
        if given is not None:
            value = applied(entry, [given[argument] for argument in entry.arguments])
            if value is not None:
                return value
    return None


def _fitting(pattern: Sequence[str | Fraction], args: Sequence[Expr]) -> dict[str, Expr] | None:
    """Return the arguments by their names, ``None`` if a number is not the one of the pattern."""
    if len(pattern) != len(args):
        return None
    named = {}
    for wanted, arg in zip(pattern, args, strict=True):
        if isinstance(wanted, str):
            named[wanted] = arg
        elif arg is not number(wanted):
            return None
    return named


def is_known(node: Any) -> bool:
    """Return whether a function of SymPy has a counterpart in the table, or a translation."""
    name = type(node).__name__
    return bool(counterparts_called(name)) or name in _translations()


@cache
def _translations() -> dict[str, tuple[tuple[tuple[str | Fraction, ...], Expr], ...]]:
    by_name: dict[str, tuple[tuple[tuple[str | Fraction, ...], Expr], ...]] = {}
    for left, right in TRANSLATIONS:
        name, pattern = call_of(left)
        kinds = tuple((word, "scalar") for word in pattern if isinstance(word, str))
        by_name[name] = (*by_name.get(name, ()), (pattern, read_template(right, kinds)))
    return by_name


def _translated(name: str, args: Sequence[Expr]) -> Expr | None:
    for pattern, template in _translations().get(name, ()):
        given = _fitting(pattern, args)
        if given is not None:
            return entry_by_entry(template, given)
    return None


#: In longer products nothing is recognised.
MAX_CHAIN = 16
_UNORDERED = ("add", "hadamard")


class Pattern(NamedTuple):
    """The definition of a function as it is read from SymPy, and the function itself."""

    definition: Expr
    function: Expr


class Recogniser:
    """Replaces definitions by the functions they define, those of ``patterns``."""

    def __init__(self, patterns: Mapping[str, tuple[Pattern, ...]]):
        self._patterns = patterns

    def recognised(self, node: Expr) -> Expr:
        """Return the function whose definition ``node`` is, else ``node`` itself.

        Of a product, the factors that are part of no definition remain.
        """
        replacement = self._recognised_once(node)
        while replacement is not node:
            # A square root is recognised before it turns out to be a norm.
            node, replacement = replacement, self._recognised_once(replacement)
        return node

    def _recognised_once(self, node: Expr) -> Expr:
        for pattern in self._patterns.get(node.op, ()):
            for match, rest in _matches(pattern.definition, node, EMPTY, partly=True):
                value = filled_in(pattern.function, match.values, match.dims)
                return Expr("mul", (*rest, value), node.shape) if rest else value
        return node


def _matches(
    pattern: Expr, node: Expr, match: Match, *, partly: bool = False
) -> Iterator[tuple[Match, tuple[Expr, ...]]]:
    """Yield the ways in which ``node`` is the pattern, and which scalar factors are left of it."""
    if pattern.op == "variable":
        value = match.values.get(pattern.data[0])
        bound = match.with_value(pattern.data[0], node, pattern.shape) if value is None else match
        if bound is not None and (value is None or value is node or normalise(value) is normalise(node)):
            yield bound, ()
    elif _is_negative(pattern):
        # Whatever it is, it is minus something; SymPy writes -(a - b) as b - a.
        yield from _matches(pattern.args[1], _negated(node), match)
    elif pattern.op == "transpose":
        # SymPy writes (A*x)' as x'*A' and (x - y)' as x' - y'.
        yield from _matches(pattern.args[0], _transposed(node), match)
    elif pattern.op != node.op:
        return
    elif pattern.op == "dimension":
        bound = match.with_shape((pattern.data, ONE), (node.data, ONE))
        if bound is not None:
            yield bound, ()
    elif not pattern.args:
        bound = match.with_shape(pattern.shape, node.shape)
        if bound is not None and pattern.data == node.data:
            yield bound, ()
    elif pattern.op == "mul":
        yield from _match_products(pattern, node, match, partly)
    elif len(pattern.args) == len(node.args) and pattern.data == node.data:
        match_all = _match_some if pattern.op in _UNORDERED else _match_in_order
        yield from match_all(pattern.args, node.args, match)


def _is_negative(pattern: Expr) -> bool:
    return pattern.op == "mul" and pattern.args[0] is number(-1) and pattern.args[1:2] == pattern.args[-1:]


def _negated(node: Expr) -> Expr:
    if _is_negative(node):
        return node.args[1]
    return Expr("negate", (node,), node.shape)


def _transposed(node: Expr) -> Expr:
    if node.op == "transpose":
        return node.args[0]
    return Expr("transpose", (node,), (node.shape[1], node.shape[0]))


def _match_in_order(
    patterns: tuple[Expr, ...], nodes: tuple[Expr, ...], match: Match
) -> Iterator[tuple[Match, tuple[Expr, ...]]]:
    if not patterns:
        yield match, ()
        return
    for first, _ in _matches(patterns[0], nodes[0], match):
        yield from _match_in_order(patterns[1:], nodes[1:], first)


def _match_some(
    patterns: tuple[Expr, ...], nodes: tuple[Expr, ...], match: Match
) -> Iterator[tuple[Match, tuple[Expr, ...]]]:
    """Yield the ways in which the patterns are some of the nodes, in any order, and the others."""
    if not patterns:
        yield match, nodes
        return
    # What is no variable leaves less to choose from.
    k = next((k for k, pattern in enumerate(patterns) if pattern.op != "variable"), 0)
    for i, node in enumerate(nodes):
        for first, _ in _matches(patterns[k], node, match):
            yield from _match_some(patterns[:k] + patterns[k + 1 :], nodes[:i] + nodes[i + 1 :], first)


def _match_products(
    pattern: Expr, node: Expr, match: Match, partly: bool
) -> Iterator[tuple[Match, tuple[Expr, ...]]]:
    scalars, arrays = scalars_and_arrays(node.args)
    wanted_scalars, wanted_arrays = scalars_and_arrays(pattern.args)
    for first in _match_chain(wanted_arrays, arrays, match):
        for complete, rest in _match_some(wanted_scalars, scalars, first):
            if partly or not rest:
                yield complete, rest


def _match_chain(patterns: tuple[Expr, ...], chain: tuple[Expr, ...], match: Match) -> Iterator[Match]:
    """Yield the ways in which the patterns are the chain; a variable may be several factors of it."""
    if not len(patterns) <= len(chain) <= MAX_CHAIN:
        return
    if not patterns:
        if not chain:
            yield match
        return
    longest = len(chain) - len(patterns) + 1 if patterns[0].op in ("variable", "transpose") else 1
    for count in range(1, longest + 1):
        if len(patterns) > 1 or count == len(chain):
            first = chain[0] if count == 1 else product(chain[:count])
            for start, _ in _matches(patterns[0], first, match):
                yield from _match_chain(patterns[1:], chain[count:], start)


ReadSymPy = Callable[[Any, Recogniser], Expr]


def patterns_of(read: ReadSymPy) -> dict[str, tuple[Pattern, ...]]:
    """Return the patterns by their outermost operation; ``read`` reads SymPy's expressions.

    Definitions that others use come first, so that these are read with them recognised.
    """
    patterns: dict[str, tuple[Pattern, ...]] = {}
    for entry in _in_order_of_use():
        for pattern in list(_patterns(entry, read, Recogniser(dict(patterns)))):
            op = pattern.definition.op
            patterns[op] = (*patterns.get(op, ()), pattern)
    return patterns


def _patterns(entry: Function, read: ReadSymPy, recogniser: Recogniser) -> Iterator[Pattern]:
    """Yield the patterns of an entry for arrays, and for vectors and scalars if it takes them."""
    signature = signature_of(entry)
    symbols = sorted({s for argument in signature.arguments for dim in argument.shape for s in dim.symbols})
    for count in range(len(symbols) + 1):
        for single in combinations(symbols, count):
            args = arguments_for(entry, dict.fromkeys(single, ONE))
            dims = bind(signature, tuple(arg.shape for arg in args))
            # Of scalars, sum and norm are no more than the scalar or its absolute value.
            of_scalars = all(arg.is_scalar for arg in args) and not (entry.elementwise or signature.entrywise)
            if dims is not None and not of_scalars:
                function = Expr(entry.name, args, result_shape(entry, dims))
                definition = read(expression_to_sympy(function), recogniser)
                if definition is not function and definition.args:
                    yield Pattern(definition, function)


def _in_order_of_use() -> list[Function]:
    """Return the entries with definitions, each after those that its definition uses."""
    waiting = [entry for entry in FUNCTIONS if entry.definition]
    ordered: list[Function] = []
    while waiting:
        names = {entry.name for entry in waiting}
        ready = [entry for entry in waiting if not (_used(entry) - {entry.name}) & names]
        assert ready, f"definitions in a circle: {names}"
        ordered += ready
        waiting = [entry for entry in waiting if entry not in ready]
    return ordered


def _used(entry: Function) -> set[str]:
    return {node.op for node in postorder(definition_template(entry))}
