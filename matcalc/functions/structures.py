"""Structured variables: the projections of gradients on their tangent spaces, in the input language."""

from __future__ import annotations

from typing import NamedTuple


class Structure(NamedTuple):
    """How a gradient ``G`` with respect to ``X`` respects a declared structure of ``X``.

    ``projected`` is its orthogonal projection on the tangent space of ``X``, and ``name`` what the gradient
    is then called; ``entrywise`` is the gradient for the independent entries, each of which may stand in two
    places. Both are their own adjoints. ``kind`` is the declaration of ``X`` and ``G``. ``linear`` says that
    the structure is a linear space: differentials have it, too. ``phrase`` says of a variable that it has the
    structure, ``doc`` what that means for differentials.
    """

    fact: str
    kind: str
    projected: str
    entrywise: str
    name: str
    phrase: str
    doc: str
    source: str
    linear: bool = True


_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "

#: The first that a variable has counts.
STRUCTURES = (
    Structure(
        "diagonal", "matrix(n,n)", "diag(diag(G))", "diag(diag(G))", "projected",
        "is diagonal", "the entries off the diagonal stay zero", _COOKBOOK + "(142)",
    ),
    Structure(
        "symmetric", "matrix(n,n)", "(G + G')/2", "G + G' - diag(diag(G))", "symmetrised",
        "is symmetric", "differentials of X are symmetric", _COOKBOOK + "(138)",
    ),
    Structure(
        "skew", "matrix(n,n)", "(G - G')/2", "G - G'", "projected",
        "is skew", "differentials of X are skew", _MN + "section 2.9",
    ),
    Structure(
        "lower", "matrix(n,n)", "tril(G)", "tril(G)", "projected",
        "is lower triangular", "the entries above the diagonal stay zero", _COOKBOOK + "section 2.8",
    ),
    Structure(
        "orthogonal", "matrix(n,n)", "(G - X*G'*X)/2", "", "Riemannian",
        "is orthogonal", "differentials of X are X*W with skew W",
        "Edelman, Arias and Smith, The Geometry of Algorithms with Orthogonality Constraints (1998), "
        "section 2.2",
        linear=False,
    ),
    Structure(
        "simplex", "vector(n)", "G - sum(G)/n*ones(n)", "", "projected",
        "is on the simplex", "the sum of the entries stays 1",
        "Boyd and Vandenberghe, Convex Optimization (2004), section 4.2.3",
        linear=False,
    ),
)  # fmt: skip
