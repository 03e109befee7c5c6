"""The value of an expression for arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, Expr, Shape, foresee_entries, postorder, too_large
from matcalc.numeric.declared_values import refuse_contradicted
from matcalc.numeric.floats import evaluate_all, floats
from matcalc.numeric.interpreter import Sizes, size_of
from matcalc.numeric.undefined import inverted, rounded_away, too_near_singular, undefined
from matcalc.numeric.values import Values, dimension_names, read_values, sizes_that_fit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    if floats.has_nan(done[written]) or not floats.has_nan(done[root]):
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
    refuse_contradicted(given, variables, spans)
    given = given._replace(sizes=sizes_that_fit(given.sizes, given.open, nodes))
    missing = [n for n in postorder(root) if n.op == "variable" and n.data[0] not in given.arrays]
    if missing:
        raise _missing(missing, spans)
    return given


def refuse_undefined(done: Mapping[Expr, Any], written: Expr, spans: Mapping[Expr, Span]) -> None:
    """Raise E304 for the first value that is no number though those of its arguments are."""
    for node, value in done.items():
        if floats.has_nan(value) and not any(floats.has_nan(done[arg]) for arg in node.args):
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
        raise too_near_singular(needing[matrix], floats.reciprocal_condition(done[matrix]), spans, written)


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
    return floats.as_plain(value, [dim is not ONE for dim in shape])
