"""Variables whose entries depend on each other: what is left of a gradient, in the engine's notation."""

from __future__ import annotations

from typing import NamedTuple


class Structure(NamedTuple):
    """What a declared structure makes of a gradient ``G`` by the variable ``X``.

    ``projected`` is the orthogonal projection to the directions in which ``X`` may move; ``entrywise`` is
    the gradient by the independent entries, each of which may stand in two places. Both are their own
    adjoints. ``kind`` is the declaration of ``X`` and ``G``.
    """

    fact: str
    kind: str
    projected: str
    entrywise: str
    doc: str
    source: str


_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "

#: The first that a variable has counts.
STRUCTURES = (
    Structure(
        "diagonal", "matrix(n,n)", "diag(diag(G))", "diag(diag(G))",
        "the entries beside the diagonal stay zero", _COOKBOOK + "(142)",
    ),
    Structure(
        "symmetric", "matrix(n,n)", "(G + G')/2", "G + G' - diag(diag(G))",
        "X moves along symmetric matrices", _COOKBOOK + "(138)",
    ),
    Structure(
        "skew", "matrix(n,n)", "(G - G')/2", "G - G'",
        "X moves along skew matrices", _MN + "section 2.9",
    ),
    Structure(
        "lower", "matrix(n,n)", "tril(G)", "tril(G)",
        "the entries above the diagonal stay zero", _COOKBOOK + "section 2.8",
    ),
    Structure(
        "orthogonal", "matrix(n,n)", "(G - X*G'*X)/2", "",
        "the Riemannian gradient: X moves along X*W with skew W",
        "Edelman, Arias and Smith, The Geometry of Algorithms with Orthogonality Constraints (1998), "
        "section 2.2",
    ),
    Structure(
        "simplex", "vector(n)", "G - sum(G)/n*ones(n)", "",
        "the sum of the entries stays 1", "Boyd and Vandenberghe, Convex Optimization (2004), section 4.2.3",
    ),
)  # fmt: skip
