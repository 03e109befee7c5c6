"""The sizes of arrays: numbers for the dimensions, as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.expression import Dim, Expr, Shape, sizes_given

#: What a dimension of which nothing is known is taken for.
USUAL_SIZE = 100


class Sizes:
    """Numbers for dimensions: those that are given, and one usual size for all others.

    Raises E302 for what is given and no size.

    >>> from matcalc.expression import Dim
    >>> sizes = Sizes({"n": 3})
    >>> n, p = Dim.symbol("n"), Dim.symbol("p")
    >>> sizes[n], sizes[p], sizes[n * p]
    (3, 100, 300)
    """

    def __init__(self, known: Mapping[str, int] | None = None):
        self.known = sizes_given(known or {})
        #: What instructions cost for these sizes, as far as it has been asked.
        self.costs: dict[Expr, float] = {}

    def __getitem__(self, dim: Dim) -> int:
        """Return the number that a dimension is taken for."""
        if dim.value is not None:
            return dim.value
        for symbol in dim.symbols:
            self.known.setdefault(symbol, USUAL_SIZE)
        return dim.evaluate(self.known)

    def entries(self, shape: Shape) -> int:
        """Return how many entries an array of this shape has."""
        return self[shape[0]] * self[shape[1]]
