"""Building normal forms: of operations, of expressions as written, and of the formulas of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, reduce
from typing import Any

from matcalc.expression import (
    Budget,
    Dim,
    Expr,
    dimension,
    identity,
    is_zero,
    kind_of,
    number,
    ones,
    postorder,
    spend,
    within,
    zeros,
)
from matcalc.expression.signatures import signature_of, take_dimensions
from matcalc.expression.traversal import reduced_object
from matcalc.functions import Function
from matcalc.language import parse

Build = Callable[[Sequence[Expr]], Expr]

_BUILDERS: dict[str, Build] = {}
_FALLBACK: list[Callable[[str, Sequence[Expr]], Expr]] = []


def builds(*ops: str) -> Callable[[Build], Build]:
    """Return a decorator that makes a function the builder of the operations ``ops``."""

    def register(build: Build) -> Build:
        for op in ops:
            _BUILDERS[op] = build
        return build

    return register


def builds_the_rest(build: Callable[[str, Sequence[Expr]], Expr]) -> Callable[[str, Sequence[Expr]], Expr]:
    """Make ``build`` the builder of every operation that has none of its own."""
    _FALLBACK.append(build)
    return build


def build(op: str, *args: Expr) -> Expr:
    """Return ``op`` applied to ``args``, all in normal form, in normal form."""
    spend()
    builder = _BUILDERS.get(op)
    return builder(args) if builder is not None else _FALLBACK[0](op, args)


def added(exponent: Expr, more: Expr) -> Expr:
    """Return the sum of two exponents; numbers, which most are, need no builder."""
    if exponent.is_number and more.is_number:
        return number(exponent.data + more.data)
    return build("add", exponent, more)


def block_matrix(cells: Sequence[Expr], rows: int, cols: int) -> Expr:
    """Return the matrix of blocks, which are given row by row."""
    if rows == cols == 1:
        return cells[0]
    height = reduce(Dim.__add__, [cells[i * cols].shape[0] for i in range(rows)])
    width = reduce(Dim.__add__, [cells[j].shape[1] for j in range(cols)])
    if all(is_zero(cell) for cell in cells):
        return zeros((height, width))
    return Expr("block", tuple(cells), (height, width), (rows, cols))


class Writing:
    """The sums and bilinear forms that have turned up, and how."""

    def __init__(self) -> None:
        self.signs: dict[Expr, int] = {}
        self.forms: dict[Expr, Expr] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle expressions after their parts."""
        return reduced_object(self, vars(self))


_current: ContextVar[Writing | None] = ContextVar("writing", default=None)


@contextmanager
def as_written(writing: Writing | None) -> Iterator[None]:
    """Write things as they are in ``writing``, and add to it what turns up.

    ``None`` is for what is kept beyond one derivation: it must not depend on which one came first.
    """
    token = _current.set(writing)
    try:
        yield
    finally:
        _current.reset(token)


def written_sign(total: Expr, sign: int) -> int:
    """Return the sign in which a sum, which now turns up with ``sign``, is written."""
    writing = _current.get()
    return 1 if writing is None else writing.signs.setdefault(total, sign)


def written_form(form: Expr, transposed: Expr) -> Expr:
    """Return which of two equal forms, the first of which now turns up, is written."""
    writing = _current.get()
    if writing is None:
        return min(form, transposed, key=lambda expr: expr.key)
    written = writing.forms.get(form)
    if written is None:
        writing.forms[form] = writing.forms[transposed] = written = form
    return written


def written_rotation(canonical: Expr, now: Expr) -> Expr:
    """Return which rotation of the factors in a trace is written, ``now`` if it is the first."""
    writing = _current.get()
    return canonical if writing is None else writing.forms.setdefault(canonical, now)


def normal_forms(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the normal form of each subexpression of ``roots``."""
    done: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        done[node] = rebuilt(node, [done[arg] for arg in node.args])
    return done


def rebuilt(node: Expr, args: Sequence[Expr]) -> Expr:
    """Return the node with other arguments, in normal form; leaves stay."""
    if node.op == "block":
        return block_matrix(args, *node.data)
    return build(node.op, *args) if node.args else node


def replaced(root: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return an expression in normal form with some of its parts replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        value = values.get(node)
        done[node] = rebuilt(node, [done[arg] for arg in node.args]) if value is None else value
    return done[root]


def normalise(expr: Expr) -> Expr:
    """Return the expression in normal form: equal expressions mostly become the same object."""
    return normal_forms([expr])[expr]


_CONSTANTS = {"ones": ones, "zeros": zeros}


def argument_kinds(entry: Function) -> tuple[tuple[str, str], ...]:
    """Return the names of an entry's arguments with their declarations, as :func:`read_template` takes them.

    Those that are dimensions are left out. A function that is only named is called ``f``.
    """
    arguments = signature_of(entry).arguments
    kinds = [(argument.name, kind_of(argument.shape)) for argument in arguments if not argument.is_dim]
    return (*kinds, ("f", entry.named.declaration)) if entry.named else tuple(kinds)


@cache
def read_template(text: str, kinds: tuple[tuple[str, str], ...]) -> Expr:
    """Return the expression as written; ``kinds`` declares its names.

    It is read once for all calls, so no call pays for it.
    """
    with within(Budget()):
        return parse(text, dict(kinds)).expr


@cache
def definition_template(entry: Function) -> Expr:
    """Return the definition of an entry by others, as written; that of one entry if it is elementwise."""
    kinds = argument_kinds(entry)
    return read_template(
        entry.definition, tuple((name, "scalar") for name, _ in kinds) if entry.elementwise else kinds
    )


def instantiate(template: Expr, values: Mapping[str, Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the template with its variables and dimensions replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(template):
        op = node.op
        if op == "variable":
            done[node] = values[node.data[0]]
        elif op in ("number", "pi"):
            done[node] = node
        elif op == "identity":
            done[node] = identity(node.shape[0].substitute(dims))
        elif op in _CONSTANTS:
            rows, cols = node.shape
            done[node] = _CONSTANTS[op]((rows.substitute(dims), cols.substitute(dims)))
        elif op == "dimension":
            done[node] = dimension(node.data.substitute(dims))
        elif op in take_dimensions():
            done[node] = rebuilt(node, [done[arg] for arg in node.args])
        else:
            done[node] = rebuilt(node, [as_scalar(done[arg]) for arg in node.args])
    return as_scalar(done[template])


def as_scalar(expr: Expr) -> Expr:
    """Return the expression; a dimension such as ``k + n`` as it reads, a sum of two."""
    if expr.op != "dimension" or expr.data.name:
        return expr
    terms = [
        build("mul", number(coefficient), *[dimension(Dim.symbol(name)) for name in monomial])
        for monomial, coefficient in expr.data.terms
    ]
    return terms[0] if len(terms) == 1 else build("add", *terms)
