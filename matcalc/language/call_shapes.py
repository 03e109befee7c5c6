"""Functions of the table applied to arguments whose shapes are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.expression import ONE, SCALAR, Dim, Shape
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL, Function
from matcalc.language.declarations import syntax_to_dim
from matcalc.language.shape_errors import Conflict
from matcalc.language.syntax import Syntax

if TYPE_CHECKING:
    from matcalc.language.shapes import Shapes


def applied(shapes: Shapes, node: Syntax, name: str, args: tuple[Syntax, ...]) -> tuple[Function, Shape]:
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
    raise Conflict(node, shapes.errors.argument_shape(node, name, args, entries))


def _kind_fits(shapes: Shapes, entry: Function, position: int, args: tuple[Syntax, ...]) -> bool:
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


def _value_shape(shapes: Shapes, node: Syntax, entry: Function, args: tuple[Syntax, ...]) -> Shape:
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
