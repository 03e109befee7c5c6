"""The value of an expression for arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial, reduce
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import (
    ONE,
    SCALAR,
    Dim,
    Expr,
    Shape,
    foresee_entries,
    look_at_clock,
    nearest_float,
    postorder,
    sign_if_odd_beyond_floats,
    too_large,
)
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import Function
from matcalc.numeric.undefined import (
    inverted,
    is_singular,
    reciprocal_condition,
    rounded_away,
    too_near_singular,
    undefined,
)
from matcalc.numeric.values import Array, Sizes, Values, dimension_names, read_values, sizes_that_fit

_MODULES = {
    "kernels": "matcalc.numeric.kernels",
    "spectral": "matcalc.numeric.spectral",
    "field": "matcalc.numeric.field",
}


def evaluate(
    root: Expr,
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    written: Expr | None = None,
    spans: Mapping[Expr, Span] = MappingProxyType({}),
    *,
    as_written: bool = False,
) -> Any:
    """Return the value: a float for a scalar, 1-D for a vector, 2-D for a matrix.

    ``variables`` are the known ones; values of those that do not occur only tell sizes. A size
    that no value tells may be given by its name. ``written`` is what ``root`` was made from, and
    ``spans`` are the places of its parts in the text, for the labels of errors. With ``as_written``
    this has to be defined too: ``s/s`` is not at 0, though it is simplified to 1. Raises E301 for a
    missing value, E302 for one of the wrong shape, E303 for one that is no array of real numbers,
    E304 for one outside the domain of a function, which a matrix is, too, that is singular but for rounding,
    and for one that rounding decides; E305 for one that contradicts a declaration, E404 for an unknown name,
    E508 for arrays with more entries than the budget has.
    """
    roots = [root] if written is None else [root, written]
    given = given_values(root, roots, variables, values, spans)
    with refusing_large_arrays():
        told = as_written and all(
            n.data[0] in given.arrays for n in postorder(roots[-1]) if n.op == "variable"
        )
        shown = roots if told else [root]
        foresee_arrays(shown, given.sizes)
        done = evaluate_all(shown, given.arrays, given.sizes)
        if told and _needs_no_inverse(roots[-1], root, done, given):
            root, shown = roots[-1], roots[-1:]
        done = {node: done[node] for node in postorder(*shown)}
        refuse_undefined(done, roots[-1], spans)
        refuse_rounded(done[root], root, done, partial(_value_with, root, given), spans, roots[-1])
    return as_plain(done[root], root.shape)


def _value_with(root: Expr, given: Values, known: Mapping[Expr, Any]) -> Any:
    """Return a value where some parts are known."""
    return evaluate_all([root], given.arrays, given.sizes, known)[root]


def _needs_no_inverse(written: Expr, root: Expr, done: Mapping[Expr, Any], given: Values) -> bool:
    """Return whether what was written is defined, and not only rounding, where ``root`` is not.

    That is what it was simplified to, and may need an inverse: an adjugate is a determinant times an inverse.
    """
    if np.any(np.isnan(done[written])) or not np.any(np.isnan(done[root])):
        return False
    moved = partial(_value_with, written, given)
    return rounded_away(done[written], inverted([root]), done, moved, most=0) is None


def given_values(
    root: Expr,
    roots: Iterable[Expr],
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    spans: Mapping[Expr, Span],
) -> Values:
    """Return the values read, all that ``root`` needs; ``roots`` tell which names of sizes there are.

    Raises E301 to E303, E305 and E404 as :func:`evaluate` does.
    """
    nodes = list(postorder(*roots))
    given = read_values(variables, values, dimension_names(variables, nodes), spans)
    given = given._replace(sizes=sizes_that_fit(given.sizes, given.open, nodes))
    missing = [n for n in postorder(root) if n.op == "variable" and n.data[0] not in given.arrays]
    if missing:
        raise _missing(missing, spans)
    return given


def refuse_undefined(done: Mapping[Expr, Any], written: Expr, spans: Mapping[Expr, Span]) -> None:
    """Raise E304 for the first value that is no number though those of its arguments are."""
    for node, value in done.items():
        if np.any(np.isnan(value)) and not any(np.any(np.isnan(done[arg])) for arg in node.args):
            raise undefined(node, done, spans, written)


def refuse_rounded(
    value: Any,
    root: Expr,
    done: Mapping[Expr, Any],
    moved: Callable[[Mapping[Expr, Any]], Any],
    spans: Mapping[Expr, Span],
    written: Expr,
) -> None:
    """Raise E304 if ``value``, that of ``root``, inverts a matrix near a singular one, and rounding decides.

    ``moved`` returns the value where some parts are known.
    """
    needing = inverted([root])
    matrix = rounded_away(value, needing, done, moved)
    if matrix is not None:
        raise too_near_singular(needing[matrix], reciprocal_condition(done[matrix]), spans, written)


def _missing(nodes: list[Expr], spans: Mapping[Expr, Span]) -> MatcalcError:
    names = ", ".join(node.data[0] for node in nodes)
    labels = [Label(spans[node], "no value") for node in nodes if node in spans]
    return MatcalcError("E301", f"there is no value for {names}", labels=labels)


@contextmanager
def refusing_large_arrays() -> Iterator[None]:
    """Raise E508 instead of ``MemoryError``."""
    try:
        yield
    except MemoryError:
        raise too_large("the arrays of this are too large for the memory") from None


def foresee_arrays(roots: Iterable[Expr], sizes: Sizes, more: int = 0) -> None:
    """Raise E508 if the values of all parts, and so many entries more, are too large together."""
    entries = {node: _entries(node, sizes) for node in postorder(*roots) if node.op != "variable"}
    largest = max(entries.values(), default=0)
    foresee_entries(sum(entries.values()) + more, f"one of them has {max(largest, more):,}")


def _entries(node: Expr, sizes: Sizes) -> int:
    return size_of(node.shape[0], sizes) * size_of(node.shape[1], sizes)


def as_plain(value: Any, shape: Shape) -> Any:
    """Return a column or row as a 1-D array and a scalar as a float."""
    if shape == SCALAR:
        return float(np.asarray(value).reshape(()))
    array = np.asarray(value)
    return array.reshape(-1) if ONE in shape else array


def evaluate_all(
    roots: Iterable[Expr],
    arrays: Mapping[str, Array],
    sizes: Sizes,
    known: Mapping[Expr, Any] = MappingProxyType({}),
) -> dict[Expr, Any]:
    """Return the values of all subexpressions: 2-D arrays, floats for scalars.

    The shape of each value is compared with the inferred one: broadcasting must not hide an error.
    Those that are ``known`` are not found again. Raises E508 if the budget leaves no time.
    """
    look_at_clock()
    done: dict[Expr, Any] = dict(known)
    with np.errstate(all="ignore"):
        for node in postorder(*roots):
            if node in known:
                continue
            value = _value(node, [done[arg] for arg in node.args], arrays, sizes)
            if not node.is_scalar:
                wanted = tuple(size_of(dim, sizes) for dim in node.shape)
                assert value.shape == wanted, f"{node.op} gave {value.shape}, not {wanted}"
            done[node] = value
    return done


def size_of(dim: Dim, sizes: Sizes) -> int:
    """Return the number that a dimension is; raises E301 if it is not known."""
    missing = sorted(dim.symbols.difference(sizes))
    if missing:
        raise MatcalcError(
            "E301",
            f"the size {missing[0]} is not known",
            help="give a value to a variable that has this size",
        )
    return dim.evaluate(sizes)


def _value(node: Expr, args: list[Any], arrays: Mapping[str, Array], sizes: Sizes) -> Any:
    op = node.op
    if op == "mul":
        return _product(args, node.is_scalar)
    if op == "block":
        rows, cols = node.data
        cells = [np.atleast_2d(arg) for arg in args]
        return np.block([cells[i * cols : (i + 1) * cols] for i in range(rows)])
    if op in ("power", "hadamard_power"):
        return _power(node, *args)
    if op in _STRUCTURAL:
        return _STRUCTURAL[op](args)
    if op == "number":
        return nearest_float(node.data)
    if op == "variable":
        name = node.data[0]
        if name not in arrays:
            raise MatcalcError("E301", f"there is no value for {name}")
        return float(arrays[name][0, 0]) if node.is_scalar else arrays[name]
    if op == "pi":
        return float(np.pi)
    if op == "dimension":
        return float(size_of(node.data, sizes))
    if not node.args:
        rows, cols = (size_of(dim, sizes) for dim in node.shape)
        foresee_entries(rows * cols, f"one of them has {rows * cols:,}")
        return np.eye(rows) if op == "identity" else np.full((rows, cols), float(op == "ones"))
    found = entry_of(op, node.args)
    assert found is not None and found[0].evaluate, f"{op} has no numerical implementation"
    return _call(found[0], args, node, sizes)


def _call(entry: Function, args: list[Any], node: Expr, sizes: Sizes) -> Any:
    if entry.finite_if_invertible and is_singular(args[0]):
        return _not_a_number(node, sizes)
    if not entry.elementwise:
        arguments = signature_of(entry).arguments
        args = [
            arg if argument.is_scalar or argument.is_dim else np.atleast_2d(arg)
            for arg, argument in zip(args, arguments, strict=True)
        ]
    try:
        value = implementation(entry)(*args)
    except ValueError as error:
        # SciPy has an error of its own for what is not finite, or becomes so under way.
        if not isinstance(error, np.linalg.LinAlgError) and "infs or NaNs" not in str(error):
            raise
        return _not_a_number(node, sizes)
    return float(np.asarray(value).reshape(())) if node.is_scalar else value


def _not_a_number(node: Expr, sizes: Sizes) -> Any:
    nothing = np.full(tuple(size_of(dim, sizes) for dim in node.shape), np.nan)
    return float(nothing[0, 0]) if node.is_scalar else nothing


def implementation(entry: Function) -> Callable[..., Any]:
    """Return the numerical implementation that an entry names."""
    return named(entry.evaluate)


@cache
def named(place: str) -> Callable[..., Any]:
    """Return the function that stands in a place such as ``numpy.linalg:inv``."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(_MODULES.get(module, module)), name)
    return found


def _product(args: list[Any], scalar: bool) -> Any:
    """Return the product of numbers and matrices; from the right if it ends in a column."""
    scale = 1.0
    chain = []
    for arg in args:
        if isinstance(arg, float):
            scale *= arg
        else:
            chain.append(arg)
    if not chain:
        return scale
    if chain[-1].shape[1] == 1:
        value = reduce(lambda right, left: left @ right, reversed(chain))
    else:
        value = reduce(np.matmul, chain)
    if scalar:
        return scale * float(value[0, 0])
    return value if scale == 1.0 else scale * value


def _power(node: Expr, base: Any, exponent: Any) -> Any:
    """Return a power of a scalar, of a matrix or of each entry; the parity of the exponent is exact."""
    if node.op == "power" and not node.is_scalar:
        return np.linalg.matrix_power(base, int(node.args[1].data))
    if sign_if_odd_beyond_floats(node.args[1]):
        value = np.copysign(np.power(np.abs(base), exponent), base)
    else:
        value = np.power(base, exponent)
    return float(value) if node.is_scalar else value


_STRUCTURAL: dict[str, Callable[[list[Any]], Any]] = {
    "add": lambda args: reduce(operator.add, args),
    "negate": lambda args: -args[0],
    "hadamard": lambda args: reduce(operator.mul, args),
    "transpose": lambda args: args[0] if isinstance(args[0], float) else args[0].T,
    "quotient": lambda args: args[0] / args[1] if not isinstance(args[0], float) else float(np.divide(*args)),
    "hadamard_quotient": lambda args: args[0] / args[1],
}
