"""Names for dimensions that nobody declared: m×n for a matrix, n for a vector, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcalc.expression import ONE, Dim, Shape
from matcalc.expression.unification import Sizes

_POOL = ("n", "m", "k", "p", "q", "l", "r", "s", "t", "u", "v")


def name_dimensions(
    variables: Mapping[str, Shape], sizes: Sizes, others: Iterable[Shape] = ()
) -> dict[str, Dim]:
    """Return a name for each unknown dimension, in the order in which the variables have them.

    The columns of a matrix are named before its rows, so that a first matrix is m×n; in a
    product of dimensions the later one comes first for the same reason. Names that are taken,
    by a variable or by a declared dimension, are left out.
    """
    shapes = [sizes.resolve_shape(shape) for shape in variables.values()]
    taken = {s for shape in shapes for dim in shape for s in dim.symbols} | set(variables)
    free = (name for name in _endless_names() if name not in taken)
    names: dict[str, Dim] = {}
    for rows, cols in [*shapes, *(sizes.resolve_shape(shape) for shape in others)]:
        for dim in (cols, rows):
            if dim is ONE:
                continue
            for symbol in sorted(dim.symbols, key=lambda symbol: (len(symbol), symbol), reverse=True):
                if symbol.startswith("?") and symbol not in names:
                    names[symbol] = Dim.symbol(next(free))
    return names


def _endless_names() -> Iterable[str]:
    yield from _POOL
    i = 1
    while True:
        yield f"n{i}"
        i += 1
