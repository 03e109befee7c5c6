"""Derivatives as arrays: an axis for each of the value, then of each variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matcalc.calculus import Index, IndexForm, Term
from matcalc.errors import Span
from matcalc.expression import ONE, Expr, Shape, depends_on, postorder
from matcalc.numeric.evaluate import (
    foresee_arrays,
    given_values,
    refuse_rounded,
    refuse_undefined,
    refusing_large_arrays,
)
from matcalc.numeric.floats import Floats, evaluate_all, numpy_for
from matcalc.numeric.interpreter import Array, Sizes, size_of
from matcalc.numeric.values import Values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@refusing_large_arrays()
def evaluate_map(
    linear: Expr,
    arguments: Sequence[Expr],
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    written: Expr,
    spans: Mapping[Expr, Span] = MappingProxyType({}),
    form: IndexForm | None = None,
) -> Any:
    """Return the array of a map that is linear in each of ``arguments``; a float if it has no axes.

    ``values`` are those of ``variables``, not of the arguments: each of these runs through all unit
    matrices, unless there is an index ``form`` of the map. Raises ``MatcalcError`` as
    :func:`matcalc.numeric.evaluate` does.
    """
    given = values_for_map(linear, arguments, variables, values, written, spans)
    _foresee_full_array(linear, arguments, given.sizes)
    done = known_parts(linear, arguments, given, written, spans)

    def array_with(known: Mapping[Expr, Any]) -> Array:
        if form is not None:
            return index_array(form, given.arrays, given.sizes, known)
        return full_array(linear, arguments, given.arrays, given.sizes, known)

    def moved(known: Mapping[Expr, Any]) -> Array:
        others = evaluate_all([linear], given.arrays, given.sizes, known)
        return array_with({**done, **{node: value for node, value in others.items() if node in done}})

    array = array_with(done)
    refuse_rounded(array, linear, done, moved, spans, written)
    return array if array.ndim else float(array)


def _foresee_full_array(linear: Expr, arguments: Sequence[Expr], sizes: Sizes) -> None:
    """Raise E508 if the array of a map is too large, together with what it is made of."""
    shapes = [linear.shape, *(argument.shape for argument in arguments)]
    foresee_arrays([linear], sizes, prod(size for shape in shapes for size in _axes(shape, sizes)))


def values_for_map(
    linear: Expr,
    arguments: Sequence[Expr],
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    written: Expr,
    spans: Mapping[Expr, Span],
) -> Values:
    """Return the values read; those of the arguments are zero."""
    names = {argument.data[0] for argument in arguments}
    needed = [n for n in postorder(linear) if n.op == "variable" and n.data[0] not in names]
    root = Expr("needed", tuple(needed), linear.shape)
    given = given_values(root, [linear, written], variables, values, spans)
    algebra = Floats(given.sizes)
    zeros = {a.data[0]: algebra.constant("zeros", *algebra.shape_of(a)) for a in arguments}
    return given._replace(arrays={**given.arrays, **zeros})


def known_parts(
    linear: Expr, arguments: Sequence[Expr], given: Values, written: Expr, spans: Mapping[Expr, Span]
) -> dict[Expr, Any]:
    """Return the values of all parts in which no argument occurs; raises E304 for what is undefined."""
    done = evaluate_all([linear], given.arrays, given.sizes)
    refuse_undefined(done, written, spans)
    active = depends_on(linear, arguments)
    return {node: value for node, value in done.items() if node not in active and node not in arguments}


def full_array(
    linear: Expr,
    arguments: Sequence[Expr],
    arrays: Mapping[str, Array],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> Array:
    """Return the array of a multilinear map, by applying it to unit matrices."""
    np = numpy_for("the full array of a derivative")
    extents = [_axes(argument.shape, sizes) for argument in arguments]
    array: Array = np.empty([*_axes(linear.shape, sizes), *(size for lengths in extents for size in lengths)])
    lead = array.ndim - sum(map(len, extents))
    for place in product(*(np.ndindex(*lengths) for lengths in extents)):
        moves = {a.data[0]: unit(a.shape, at, sizes) for a, at in zip(arguments, place, strict=True)}
        value = evaluate_all([linear], {**arrays, **moves}, sizes, known)[linear]
        where = (slice(None),) * lead + tuple(i for at in place for i in at)
        array[where] = np.asarray(value).reshape(array.shape[:lead])
    return array


def _axes(shape: Shape, sizes: Sizes) -> tuple[int, ...]:
    return tuple(size_of(dim, sizes) for dim in shape if dim is not ONE)


def unit(shape: Shape, place: Sequence[int], sizes: Sizes) -> Array:
    """Return the matrix with a single 1, at a place that has an index for each axis."""
    np = numpy_for("a unit matrix")
    matrix: Array = np.zeros([size_of(dim, sizes) for dim in shape])
    matrix.reshape(_axes(shape, sizes))[tuple(place)] = 1.0
    return matrix


def index_array(
    form: IndexForm,
    arrays: Mapping[str, Array],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> Array:
    """Return the array that index notation writes, by sums over products of entries.

    Parts that are ``known`` are not evaluated.
    """
    np = numpy_for("an index form")
    total: Array = np.zeros([size_of(index.dim, sizes) for index in form.axes])
    for term in form.terms:
        total += _term(term, form.axes, arrays, sizes, known)
    return total


def _term(
    term: Term, axes: Sequence[Index], arrays: Mapping[str, Array], sizes: Sizes, known: Mapping[Expr, Any]
) -> Array:
    np = numpy_for("an index form")
    inside = [index for entry in term.entries for index in entry.all_indices()]
    labels = {index: label for label, index in enumerate(dict.fromkeys((*axes, *inside)))}
    scale = float(evaluate_all([term.scalar], arrays, sizes, known)[term.scalar])
    operands: list[Any] = [np.asarray(scale), []]
    for entry in term.entries:
        # Functions of unit matrices have axes for the places of these, as a map has for its arguments.
        values = full_array(entry.array, [matrix for matrix, _ in entry.units], arrays, sizes, known)
        operands += [values, [labels[index] for index in entry.all_indices()]]
    for index in axes:
        if index not in inside:
            operands += [np.ones(size_of(index.dim, sizes)), [labels[index]]]
    value: Array = np.asarray(np.einsum(*operands, [labels[index] for index in axes], optimize="greedy"))
    return value
