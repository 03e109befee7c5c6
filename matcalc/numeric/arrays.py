"""Derivatives as arrays, an axis for each of the value, then of each variable, and Hessians as operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matcalc.calculus import Index, IndexForm, Term
from matcalc.code import TARGETS, Program, SizeEstimates, operator_sources
from matcalc.errors import MatcalcError, Span
from matcalc.expression import ONE, Expr, Shape, axes, depends_on, foresee_entries, postorder
from matcalc.numeric.compiled import factorising, run
from matcalc.numeric.evaluate import (
    foresee_arrays,
    given_values,
    refuse_rounded,
    refuse_undefined,
    refusing_large_arrays,
)
from matcalc.numeric.floats import evaluate_all
from matcalc.numeric.interpreter import size_of
from matcalc.numeric.values import Array, Sizes, Values, numbers_in, sizes_of_arrays


@refusing_large_arrays()
def evaluate_map(
    linear: Expr,
    arguments: Sequence[Expr],
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    written: Expr,
    spans: Mapping[Expr, Span] = MappingProxyType({}),
) -> Any:
    """Return the array of a map that is linear in each of ``arguments``; a float if it has no axes.

    ``values`` are those of ``variables``, not of the arguments: each of these runs through all unit
    matrices. Raises ``MatcalcError`` as :func:`matcalc.numeric.evaluate` does.
    """
    given = values_for_map(linear, arguments, variables, values, written, spans)
    _foresee_full_array(linear, arguments, given.sizes)
    done = known_parts(linear, arguments, given, written, spans)
    array = full_array(linear, arguments, given.arrays, given.sizes, done)

    def moved(known: Mapping[Expr, Any]) -> Array:
        others = evaluate_all([linear], given.arrays, given.sizes, known)
        moved = {**done, **{node: value for node, value in others.items() if node in done}}
        return full_array(linear, arguments, given.arrays, given.sizes, moved)

    refuse_rounded(array, linear, done, moved, spans, written)
    return array if array.ndim else float(array)


@refusing_large_arrays()
def evaluate_indices(
    form: IndexForm,
    linear: Expr,
    arguments: Sequence[Expr],
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    written: Expr,
    spans: Mapping[Expr, Span] = MappingProxyType({}),
) -> Any:
    """Return the array that the index form of a map writes; :func:`evaluate_map` says what is raised."""
    given = values_for_map(linear, arguments, variables, values, written, spans)
    _foresee_full_array(linear, arguments, given.sizes)
    done = known_parts(linear, arguments, given, written, spans)
    array = index_array(form, given.arrays, given.sizes)

    def moved(known: Mapping[Expr, Any]) -> Array:
        return index_array(form, given.arrays, given.sizes, known)

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
    zeros = {a.data[0]: np.zeros([size_of(dim, given.sizes) for dim in a.shape]) for a in arguments}
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
    own = [_axes(argument.shape, sizes) for argument in arguments]
    found = np.empty([*_axes(linear.shape, sizes), *(size for lengths in own for size in lengths)])
    lead = found.ndim - sum(map(len, own))
    for place in product(*(np.ndindex(*lengths) for lengths in own)):
        moves = {a.data[0]: unit(a.shape, at, sizes) for a, at in zip(arguments, place, strict=True)}
        value = evaluate_all([linear], {**arrays, **moves}, sizes, known)[linear]
        where = (slice(None),) * lead + tuple(i for at in place for i in at)
        found[where] = np.asarray(value).reshape(found.shape[:lead])
    return found


def _axes(shape: Shape, sizes: Sizes) -> tuple[int, ...]:
    return tuple(size_of(dim, sizes) for dim in shape if dim is not ONE)


def unit(shape: Shape, place: Sequence[int], sizes: Sizes) -> Array:
    """Return the matrix with a single 1, at a place that has an index for each axis."""
    found = np.zeros([size_of(dim, sizes) for dim in shape])
    found.reshape(_axes(shape, sizes))[tuple(place)] = 1.0
    return found


def index_array(
    form: IndexForm,
    arrays: Mapping[str, Array],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> Array:
    """Return the array that index notation writes, by sums over products of entries.

    Parts that are ``known`` are not evaluated.
    """
    total = np.zeros([size_of(index.dim, sizes) for index in form.axes])
    for term in form.terms:
        total += _term(term, form.axes, arrays, sizes, known)
    return total


def _term(
    term: Term, axes: Sequence[Index], arrays: Mapping[str, Array], sizes: Sizes, known: Mapping[Expr, Any]
) -> Array:
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
    return np.asarray(np.einsum(*operands, [labels[index] for index in axes], optimize="greedy"))


class HessianOperator:
    """A Hessian at one point, as what it does to arrays that are shaped like the variable.

    What does not depend on the array is computed once.
    """

    def __init__(
        self,
        program: Program,
        direction: str,
        values: Mapping[str, ArrayLike],
        dense: Callable[[], Array | None],
        of: Any = None,
    ):
        """``program`` computes the product with the variable ``direction``, ``dense`` the whole Hessian.

        Where there is no source for the whole, ``dense`` returns ``None``. ``of`` is the second derivative
        whose method ``operator`` makes this again.
        """
        known = {name: v for name, v in program.variables.items() if name != direction}
        missing = [name for name in known if name not in values]
        if missing:
            raise MatcalcError("E301", f"there is no value for {', '.join(missing)}")
        arrays = {name: numbers_in(f"the value of {name}", values[name]) for name in known}
        sizes = sizes_of_arrays(known, arrays)
        given = {
            name: array.item() if not axes(known[name].shape) else array for name, array in arrays.items()
        }
        sources = operator_sources(program, direction, TARGETS["numpy"], SizeEstimates(sizes))
        parts = factorising(run(sources.parts, "parts"), given.values())
        held = {**given, **dict(zip(sources.names, parts, strict=True))}
        self._product = run(sources.product, "product")
        self._arguments = [held.get(name) for name in sources.arguments]
        self._place = sources.arguments.index(direction)
        self._dense = dense
        self._of = of
        self._values = arrays
        shape = program.variables[direction].shape
        self.variable_shape = tuple(size_of(dim, sizes) for dim in axes(shape))

    def __eq__(self, other: object) -> bool:
        """Return whether both are the Hessian of the same expression at the same point."""
        return (
            isinstance(other, HessianOperator)
            and (self is other or (self._of is not None and self._of == other._of))
            and all(np.array_equal(a, other._values[name]) for name, a in self._values.items())
        )

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self._of, self.variable_shape))

    def __copy__(self) -> HessianOperator:
        """Return the same object, which never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> HessianOperator:
        """Return the same object, which never changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the second derivative and the point: the code is made anew."""
        return _made_again, (self._of, self._values)

    def __repr__(self) -> str:
        """Return the closed form of the Hessian, and the size it has here."""
        rows, cols = self.shape
        return f"<HessianOperator: {self._of}, {rows}×{cols}>"

    def _repr_latex_(self) -> str:
        """Return the closed form of the Hessian in LaTeX; notebooks call this."""
        return str(self._of._repr_latex_())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write ``repr`` with IPython's printer; consoles call this."""
        printer.text(repr(self))

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the Hessian as a matrix that takes flat arrays to flat arrays."""
        size = prod(self.variable_shape)
        return size, size

    def matvec(self, direction: ArrayLike) -> Array:
        """Return the product with an array; a flat one has a flat product.

        Raises E302 for an array that is neither flat nor shaped like the variable, E303 for what is none.
        """
        array = numbers_in("the direction", direction)
        if array.shape not in (self.variable_shape, (self.shape[0],)):
            message = f"the Hessian takes an array of shape {self.variable_shape}, not {array.shape}"
            raise MatcalcError("E302", message)
        arguments = list(self._arguments)
        arguments[self._place] = array.reshape(self.variable_shape)
        return np.asarray(factorising(self._product, arguments)).reshape(array.shape)

    def dense(self) -> Array:
        """Return the Hessian as an array, with the axes of the variable twice; raises E508 if too large."""
        size = prod(self.variable_shape)
        foresee_entries(size**2, f"the Hessian has {size**2:,}")
        found = self._dense()
        if found is not None:
            return found
        columns = [self.matvec(unit) for unit in np.eye(size)]
        return np.stack(columns, axis=-1).reshape(*self.variable_shape, *self.variable_shape)


def _made_again(of: Any, values: Mapping[str, Array]) -> Any:
    return of.operator(**values)
