"""The values given for variables: numbers of the right shape that agree about sizes; and as a flat vector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.expression import ONE, Dim, Expr, Shape, axes, describe_shape, sizes_given, solved
from matcalc.numeric.floats import floats
from matcalc.numeric.interpreter import Array, Sizes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: So many sizes with a given sum or product are compared, in so many tries, the first of them up to this.
MOST_FITTING, MOST_TRIED, LARGEST_GUESS = 20, 20_000, 100


class SizeEquation(NamedTuple):
    """That a dimension of a variable has the size that its value has there."""

    name: str
    dim: Dim
    size: int


class Values(NamedTuple):
    """Values as 2-D arrays, the sizes that they tell, and what they tell of further sizes."""

    arrays: dict[str, Array]
    sizes: Sizes
    open: tuple[SizeEquation, ...]


def dimension_names(variables: Mapping[str, Expr], nodes: Iterable[Expr]) -> frozenset[str]:
    """Return the names of the sizes of variables and expressions, without those of variables."""
    nodes = [*variables.values(), *nodes]
    dims = [node.data for node in nodes if node.op == "dimension"]
    symbols = {s for dim in dims for s in dim.symbols}
    symbols |= {s for node in nodes for dim in node.shape for s in dim.symbols}
    return frozenset(symbols.difference(variables))


def read_values(
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    dims: frozenset[str],
    spans: Mapping[Expr, Span],
) -> Values:
    """Return the values of variables and sizes.

    Raises ``MatcalcError``: E302 for a value of the wrong shape, E303 for one that is no array of
    real numbers, E404 for an unknown name. The labels are at ``spans``.
    """
    reader = _Reader(variables, spans)
    for name, value in values.items():
        if name in variables:
            reader.add(name, value)
        elif name in dims:
            reader.add_size(name, value)
        else:
            raise _unknown(name, [*variables, *sorted(dims)])
    left = reader.solve()
    return Values(reader.arrays, reader.sizes, tuple(left))


def sizes_of_arrays(variables: Mapping[str, Expr], arrays: Mapping[str, Any]) -> Sizes:
    """Return the sizes that the shapes of arrays tell; raises E302 for shapes that do not fit together."""
    reader = _Reader(variables, {})
    for name, array in arrays.items():
        reader.add_array(name, array)
    return sizes_that_fit(reader.sizes, reader.solve(), variables.values())


def sizes_that_fit(sizes: Sizes, equations: Sequence[SizeEquation], nodes: Iterable[Expr]) -> Sizes:
    """Return sizes of which equations tell only sums and products, if it does not matter what they are.

    That is so if the dimensions of ``nodes`` are the same for all that fit; else ``sizes`` are returned.
    """
    if not equations:
        return sizes
    choices = list(islice(fitting(sizes, equations), MOST_FITTING))
    dims = {dim for node in nodes for dim in (*node.shape, *([node.data] if node.op == "dimension" else ()))}
    told = [dim for dim in dims if choices and dim.symbols <= choices[0].keys()]
    same = all(dim.evaluate(other) == dim.evaluate(choices[0]) for other in choices[1:] for dim in told)
    return choices[0] if choices and same else sizes


def fitting(
    sizes: Sizes, equations: Sequence[SizeEquation], tries: Iterable[int] = range(MOST_TRIED)
) -> Iterator[Sizes]:
    """Yield sizes for which equations hold, those that are 1 last, if they are found in so many tries."""
    tries = iter(tries)
    if next(tries, None) is None:
        return
    unknown = [(e, sorted(e.dim.symbols.difference(sizes))) for e in equations]
    if any(not names and e.dim.evaluate(sizes) != e.size for e, names in unknown):
        return
    left = [(len(names), i) for i, (_, names) in enumerate(unknown) if names]
    if not left:
        yield sizes
        return
    equation, names = unknown[min(left)[1]]
    few = [*range(2, min(equation.size, LARGEST_GUESS) + 1), 1]
    if len(names) == 1:
        last = solved(equation.dim, names[0], equation.size, sizes)
        few = [last] if last else []
    for size in few:
        yield from fitting({**sizes, names[0]: size}, equations, tries)


def _unknown(name: str, names: list[str]) -> MatcalcError:
    close = suggestion(name, names)
    listed = ", ".join(names) or "none"
    help_text = f"did you mean {close}?" if close else f"variables are {listed}"
    return MatcalcError("E404", f"there is no variable {name}", help=help_text)


class _Reader:
    """Takes values one by one, and solves for the sizes when all are there."""

    def __init__(self, variables: Mapping[str, Expr], spans: Mapping[Expr, Span]):
        self.variables = variables
        self.spans = spans
        self.arrays: dict[str, Array] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.sizes: Sizes = {}
        self.equations: list[SizeEquation] = []
        self.told_by: dict[str, str] = {}

    def add(self, name: str, value: ArrayLike) -> None:
        self.add_array(
            name, _as_numbers(name, value, self.labels([name], "its value is no array of real numbers"))
        )

    def add_array(self, name: str, array: Any) -> None:
        self.shapes[name] = array.shape
        shape = self.variables[name].shape
        dims = axes(shape)
        if array.ndim != len(dims) and not (array.ndim == 2 and len(dims) < 2):
            raise self._wrong_shape(name)
        full = array.shape if array.ndim == 2 else _spread_axes(shape, array.shape)
        if 0 in full:
            raise self._wrong_shape(name)
        self.arrays[name] = array.reshape(full)
        self.equations += [SizeEquation(name, dim, size) for dim, size in zip(shape, full, strict=True)]

    def add_size(self, name: str, value: ArrayLike) -> None:
        numbers = _as_numbers(name, value, ())
        [size] = floats.entries(numbers) if numbers.ndim == 0 else [nan]
        self.sizes.update(sizes_given({name: int(size) if size.is_integer() else size}))

    def solve(self) -> list[SizeEquation]:
        """Find the sizes and return the equations that leave more than one unknown."""
        waiting = self.equations
        while True:
            left = [equation for equation in waiting if not self._settle(equation)]
            if len(left) == len(waiting):
                return left
            waiting = left

    def _settle(self, equation: SizeEquation) -> bool:
        name, dim, size = equation
        unknown = [symbol for symbol in dim.symbols if symbol not in self.sizes]
        if len(unknown) > 1:
            return False
        if unknown:
            solution = solved(dim, unknown[0], size, self.sizes)
            if solution is None:
                raise self._wrong_shape(name, dim)
            self.sizes[unknown[0]] = solution
            self.told_by[unknown[0]] = name
        elif dim.evaluate(self.sizes) != size:
            raise self._wrong_shape(name, dim)
        return True

    def _wrong_shape(self, name: str, dim: Dim = ONE) -> MatcalcError:
        others = {self.told_by[symbol] for symbol in dim.symbols if symbol in self.told_by} - {name}
        given = ", ".join(f"{symbol} = {size}" for symbol, size in self.sizes.items())
        wanted = describe_shape(self.variables[name].shape)
        labels = self.labels([name], self._said(name))
        for other in sorted(others):
            labels += self.labels([other], self._said(other), primary=False)
        return MatcalcError(
            "E302",
            f"the value of {name} has shape {self.shapes[name]}, but {name} is {wanted}",
            labels=labels,
            notes=[f"known sizes: {given}"] if given else (),
        )

    def _said(self, name: str) -> str:
        shape = describe_shape(self.variables[name].shape)
        return f"{name} is {shape}, its value {_extent(self.shapes[name])}"

    def labels(self, names: Iterable[str], text: str, *, primary: bool = True) -> list[Label]:
        """Return the labels on the places where variables stand, if these are known."""
        places = [self.spans.get(self.variables[name]) for name in names]
        return [Label(span, text, primary) for span in places if span is not None]


def numbers_in(what: str, value: ArrayLike, labels: Iterable[Label] = ()) -> Array:
    """Return a value as an array of floats, which may be infinite; raises E303 if it is none.

    >>> numbers_in("x", [1, 2])
    array([1., 2.])
    """
    try:
        return floats.array(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise MatcalcError("E303", f"{what} is not an array of real numbers", labels=labels) from None


def _as_numbers(name: str, value: ArrayLike, labels: Iterable[Label]) -> Array:
    labels = tuple(labels)
    array = numbers_in(f"the value of {name}", value, labels)
    if not floats.finite(array):
        what = "NaN" if floats.has_nan(array) else "infinite"
        message = f"the value of {name} is not an array of real numbers: it is {what} or has such an entry"
        raise MatcalcError("E303", message, labels=labels)
    return array


def _extent(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a number"
    return f"of length {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape))


def _spread_axes(shape: Shape, actual: tuple[int, ...]) -> tuple[int, int]:
    remaining = list(actual)
    rows, cols = (1 if dim is ONE else remaining.pop(0) for dim in shape)
    return rows, cols
