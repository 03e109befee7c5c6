"""Traversals: loops in topological order, with memos, as expressions are deep and share their parts."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from matcalc.expression.nodes import Expr

Value = TypeVar("Value")


def postorder(*roots: Expr, closed: Container[Expr] = ()) -> Iterator[Expr]:
    """Yield each distinct subexpression once, in topological order: arguments come first.

    The arguments of nodes in ``closed`` are left out.

    >>> from matcalc.expression import SCALAR, variable
    >>> x = variable("x", SCALAR)
    >>> [e.op for e in postorder(Expr("exp", (x,), SCALAR))]
    ['variable', 'exp']
    """
    seen: set[Expr] = set()
    stack: list[Expr | None] = list(reversed(roots))
    path: list[Expr] = []
    while stack:
        node = stack.pop()
        if node is None:
            yield path.pop()
        elif node not in seen:
            seen.add(node)
            if node.args and node not in closed:
                path.append(node)
                stack.append(None)
                stack.extend(reversed(node.args))
            else:
                yield node


def fold(
    roots: Iterable[Expr], value: Callable[[Expr, list[Value]], Value], memo: dict[Expr, Value] | None = None
) -> dict[Expr, Value]:
    """Return the values of all subexpressions: that of a node is ``value(node, values of its arguments)``.

    Nodes in ``memo`` keep the values that they have there, and what only they are made of gets none. The memo
    is what is returned, so a caller may keep it for other expressions.

    >>> from matcalc.expression import SCALAR, variable
    >>> x = variable("x", SCALAR)
    >>> heights = fold([Expr("exp", (x,), SCALAR)], lambda node, below: 1 + max(below, default=0))
    >>> list(heights.values())
    [1, 2]
    """
    values = {} if memo is None else memo
    for node in postorder(*roots, closed=values):
        if node not in values:
            values[node] = value(node, [values[arg] for arg in node.args])
    return values


def attribute(root: Expr, name: str, value: Callable[[Expr, list[Value]], Value]) -> Value:
    """Return the value that :func:`fold` has for ``root``, kept with each node under a name.

    In the words of attribute grammars (Knuth 1968) it is a synthesized attribute.
    """
    pending = [] if name in root.memo else [root]
    while pending:
        node = pending.pop()
        if name not in node.memo:
            missing = [arg for arg in node.args if name not in arg.memo]
            if missing:
                pending += [node, *missing]
            else:
                node.memo[name] = value(node, [arg.memo[name] for arg in node.args])
    kept: Value = root.memo[name]
    return kept


def rebuild(roots: Iterable[Expr], build: Callable[[Expr, Expr], Expr]) -> dict[Expr, Expr]:
    """Return what becomes of each part of ``roots``, from the leaves up, as written.

    That is ``build(part, part with what became of its arguments)``.
    """
    return fold(roots, lambda node, args: build(node, node.with_args(args)))


def fill(root: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return an expression with values in place of some of its parts, as written."""
    return fold([root], Expr.with_args, dict(values))[root]


def variables(roots: Iterable[Expr]) -> dict[str, Expr]:
    """Return the variables that occur, by name, in the order of their first occurrence."""
    return {node.data[0]: node for node in postorder(*roots) if node.op == "variable"}


#: Deeper expressions are walked in stages where each step calls itself for what is below.
DEEP, STAGE = 50, 10


def stages(roots: Iterable[Expr]) -> list[Expr]:
    """Return nodes at which to stop on the way up, those below first; none if the expressions are not deep.

    Between one and the next, and below the first, lie about ``STAGE`` nodes.
    """
    heights = fold(roots, lambda node, below: 1 + max(below, default=0))
    if max(heights.values(), default=0) <= DEEP:
        return []
    return [
        node
        for node, height in heights.items()
        if any(heights[arg] >= STAGE and heights[arg] // STAGE < height // STAGE for arg in node.args)
    ]


def depends_on(root: Expr, leaves: Iterable[Expr]) -> set[Expr]:
    """Return the subexpressions of ``root`` in which one of ``leaves`` occurs."""
    active = set(leaves)
    for node in postorder(root):
        for arg in node.args:
            if arg in active:
                active.add(node)
                break
    return active


def reduced(self: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return how a named tuple is pickled, for the method ``__reduce__`` of its class."""
    return _restored_tuple, (nodes_in(self), type(self), tuple(self))


def reduced_object(self: object, state: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return how an object with these attributes is pickled, for the same method."""
    return _restored_object, (nodes_in(state), type(self), dict(state))


def nodes_in(value: object) -> list[Expr]:
    """Return all nodes in tuples, lists, sets and mappings, each after its arguments.

    An object that is pickled after them finds them in pickle's memo. So nothing is nested deeper than the
    tuple of the arguments of one node, and pickle's recursion ends there.

    >>> from matcalc.expression import SCALAR, variable
    >>> x = variable("x", SCALAR)
    >>> nodes_in({"f": (Expr("exp", (x,), SCALAR), "text")})
    [x, exp(variable)]
    """
    roots: dict[Expr, None] = {}
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Expr):
            roots[item] = None
        elif isinstance(item, Mapping):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, tuple | list | set | frozenset):
            waiting += item
    return list(postorder(*roots))


def _restored_tuple(nodes: Iterable[Expr], kind: type[tuple[Any, ...]], fields: tuple[Any, ...]) -> Any:
    return kind(*fields)


def _restored_object(nodes: Iterable[Expr], kind: type, state: Mapping[str, Any]) -> Any:
    restored: object = object.__new__(kind)
    vars(restored).update(state)
    return restored
