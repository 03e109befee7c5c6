"""Functions of ours that SymPy has not, recognised by their definitions.

``log(1 + exp(t))`` is the softplus. What has to be recognised is known from writing: each
definition is written to SymPy for variables and read back, which gives the pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from matcalc.algebra import definition_template, filled_in, normalise
from matcalc.algebra.matching import EMPTY, Match
from matcalc.expression import ONE, Expr, number, postorder
from matcalc.expression.signatures import bind, result_shape, signature_of
from matcalc.functions import FUNCTIONS, Function
from matcalc.interop.writing import arguments_for, expression_to_sympy
from matcalc.language.assemble import product

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
        found = self._recognised_once(node)
        while found is not node:
            # A square root is recognised before it turns out to be a norm.
            node, found = found, self._recognised_once(found)
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
        known = match.values.get(pattern.data[0])
        bound = match.with_value(pattern.data[0], node, pattern.shape) if known is None else match
        if bound is not None and (known is None or known is node or normalise(known) is normalise(node)):
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
    for first in _match_chain(_arrays(pattern), _arrays(node), match):
        for found, rest in _match_some(_scalars(pattern), _scalars(node), first):
            if partly or not rest:
                yield found, rest


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
            for found, _ in _matches(patterns[0], first, match):
                yield from _match_chain(patterns[1:], chain[count:], found)


def _scalars(product: Expr) -> tuple[Expr, ...]:
    return tuple(arg for arg in product.args if arg.is_scalar)


def _arrays(product: Expr) -> tuple[Expr, ...]:
    return tuple(arg for arg in product.args if not arg.is_scalar)


Reader = Callable[[Any, Recogniser], Expr]


def patterns_of(read: Reader) -> dict[str, tuple[Pattern, ...]]:
    """Return the patterns by their outermost operation; ``read`` reads SymPy's expressions.

    Definitions that others use come first, so that these are read with them recognised.
    """
    patterns: dict[str, tuple[Pattern, ...]] = {}
    for entry in _in_order_of_use():
        for pattern in list(_patterns(entry, read, Recogniser(dict(patterns)))):
            op = pattern.definition.op
            patterns[op] = (*patterns.get(op, ()), pattern)
    return patterns


def _patterns(entry: Function, read: Reader, known: Recogniser) -> Iterator[Pattern]:
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
                definition = read(expression_to_sympy(function), known)
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
