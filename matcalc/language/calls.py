"""Calls of the functions of the table: what they take, which entry is meant, and the shape of the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

from matcalc.expression import ONE, SCALAR, Dim, Shape
from matcalc.expression.binder import SUM_OVER
from matcalc.expression.signatures import signature_of
from matcalc.expression.unification import Sizes
from matcalc.functions import BY_CALL, BY_OPERATION, Function
from matcalc.language.declarations import syntax_to_dim
from matcalc.language.names import is_scalar_letter, stem
from matcalc.language.shape_errors import Conflict, ShapeErrors
from matcalc.language.syntax import FILLED, Syntax, fault, unsigned


class ArgumentShapes(Protocol):
    """What is known of the shapes of arguments, and of the sizes in them."""

    of: dict[Syntax, Shape]
    spreads: set[Syntax]
    sizes: Sizes
    errors: ShapeErrors

    def is_scalar(self, node: Syntax) -> bool:
        """Return whether the node's value is a single number."""


#: What functions demand of the values of their arguments.
_OF_VALUES = frozenset(("positive", "nonzero", "base-of-power"))


def offsets(order: Iterable[Syntax]) -> Iterator[Syntax]:
    """Yield the Greek letters that keep an argument where a function is defined, as in ``log(x + ε)``."""
    for node in order:
        for arg in node.args:
            if arg.op == "add":
                break
        else:
            continue
        name = node.data[0] if node.op == "call" else node.op
        for entry in (BY_CALL if node.op == "call" else BY_OPERATION).get(name, ()):
            domain = entry.where
            if domain is None or domain.condition not in _OF_VALUES:
                continue
            i = entry.arguments.index(domain.argument)
            if i < len(node.args) and node.args[i].op == "add" and not _is_positive_power(node):
                terms = map(unsigned, node.args[i].args)
                yield from (term for term in terms if term.op == "name" and is_scalar_letter(stem(term.data)))


def _is_positive_power(node: Syntax) -> bool:
    """Return whether a power is defined everywhere: its exponent is 1, 2, ..."""
    return (
        node.op in ("power", "hadamard_power")
        and node.args[1].op == "number"
        and "." not in str(node.args[1].data)
    )


@cache
def dimension_positions(name: str) -> frozenset[int]:
    """Return which arguments of a call are dimensions: all of a constant, some of ``unvec``."""
    if name not in BY_CALL:
        return frozenset() if name in FILLED else frozenset((0, 1, 2, 3))
    entries = [signature_of(entry).arguments for entry in BY_CALL[name]]
    return frozenset(i for arguments in entries for i, argument in enumerate(arguments) if argument.is_dim)


def sizes_written(node: Syntax) -> Iterator[tuple[Syntax, Dim]]:
    """Yield the sizes that a call or the limit of a sum writes, each with its place."""
    if node.op == SUM_OVER:
        yield from ((node, index.size) for index in node.data if index.size is not None)
    if node.op == "call":
        for i in dimension_positions(node.data[0]):
            dim = syntax_to_dim(node.args[i]) if i < len(node.args) else None
            if dim is not None:
                yield node.args[i], dim


def refuse_what_is_no_size(node: Syntax) -> None:
    """Raise E106 for a size that is not 1 or more whatever its names are, as in ``I(0)`` or ``I(n - m)``."""
    for place, dim in sizes_written(node):
        if not dim.is_size:
            message = f"{dim} is not a size: sizes are positive integers"
            label = "a difference may be 0 or less" if dim.symbols else "not 1 or more"
            name_it = f"; give {dim} a name of its own" if dim.symbols else ""
            raise fault("E106", message, place, label, "sizes are n, 3, n*p, m+n" + name_it)


def is_of_square_matrices(entry: Function | None) -> bool:
    """Return whether an entry is a function from square matrices to scalars, such as the trace."""
    if entry is None:
        return False
    signature = signature_of(entry)
    rows, cols = signature.arguments[0].shape
    return signature.result == SCALAR and rows is cols is not ONE


def wants_array(entry: Function, position: int) -> bool:
    """Return whether an argument is no scalar, nor of any shape, which then is that of the value."""
    signature = signature_of(entry)
    argument = signature.arguments[position]
    if signature.entrywise or argument.is_scalar:
        return False
    return argument.shape != signature.result or argument.shape[0] is argument.shape[1]


def applied(
    shapes: ArgumentShapes, node: Syntax, name: str, args: tuple[Syntax, ...]
) -> tuple[Function, Shape]:
    """Return the first entry of this name that takes the arguments, and the shape of its value.

    Raises ``Conflict`` if none does, E106 for a wrong number of arguments.
    """
    entries = BY_CALL[name]
    counts = {len(signature_of(entry).arguments) for entry in entries}
    if len(args) not in counts:
        raise shapes.errors.argument_count(node, name, min(counts))
    for entry in entries:
        if len(args) == len(signature_of(entry).arguments) and all(
            _kind_fits(shapes, entry, i, args) for i in range(len(args))
        ):
            return entry, _value_shape(shapes, node, entry, args)
    raise Conflict(node, shapes.errors.argument_shape(name, args, entries))


def _kind_fits(shapes: ArgumentShapes, entry: Function, position: int, args: tuple[Syntax, ...]) -> bool:
    """Return whether an argument is a scalar, a column or an array as the entry wants it."""
    signature = signature_of(entry)
    argument, arg = signature.arguments[position], args[position]
    if argument.is_dim:
        return syntax_to_dim(arg) is not None
    rows, cols = shapes.of[arg]
    if rows is ONE and cols is ONE:
        spreads = signature.entrywise and (arg in shapes.spreads or all(map(shapes.is_scalar, args)))
        return argument.is_scalar or (not argument.is_column and (not signature.entrywise or spreads))
    return not argument.is_scalar and (not argument.is_column or (rows is not ONE and cols is ONE))


def _value_shape(shapes: ArgumentShapes, node: Syntax, entry: Function, args: tuple[Syntax, ...]) -> Shape:
    """Return the shape of the value; the sizes of the arguments are made to fit the signature."""
    signature = signature_of(entry)
    bound: dict[str, Dim] = {}
    compound: list[tuple[Dim, Dim, Syntax]] = []
    for argument, arg in zip(signature.arguments, args, strict=True):
        shape = (syntax_to_dim(arg) or ONE, ONE) if argument.is_dim else shapes.of[arg]
        if signature.entrywise and shape == SCALAR:
            continue
        for wanted, actual in zip(argument.shape, shape, strict=True):
            if not wanted.name:
                compound.append((wanted, actual, arg))
            elif not shapes.sizes.unify(bound.setdefault(wanted.name, actual), actual):
                raise Conflict(node, shapes.errors.entry_shape(node, entry, arg))
    for wanted, actual, arg in compound:
        for name in wanted.symbols - bound.keys():
            bound[name] = shapes.sizes.unknown(may_be_one=True)
        if not shapes.sizes.unify(wanted.substitute(bound), actual):
            raise Conflict(node, shapes.errors.entry_shape(node, entry, arg))
    if signature.entrywise and not bound:
        return SCALAR
    rows, cols = signature.result
    return shapes.sizes.resolve_shape((rows.substitute(bound), cols.substitute(bound)))
