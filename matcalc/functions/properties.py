"""Properties of values, which are declared of variables or known of expressions, in the engine's notation."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple


class Property(NamedTuple):
    """One property: everything the engine knows of it. Only what differs from the defaults is stated.

    ``declares`` is the kind of variable that a declaration makes with it: ``matrix`` for a square matrix, as
    in ``spd(n)``; ``vector``, as in ``vector(n) simplex``; ``entries`` for what may be said of all entries of
    anything, as ``positive``. Nothing if it is known of values but not declared. ``doc`` is what it is, in
    the reference; ``words`` complete "X is", and are the name if nothing is stated.

    ``implies`` are the properties that each value with this one has, ``excludes`` what cannot be declared
    besides. ``kept_by`` are the functions and operations whose value has it if all arguments have; a function
    may state the same in ``keeps``.

    ``equation`` and ``test`` say which of the values with all that is implied have the property: those of
    which the equation holds, and for which the kernel, which then tests what is implied too, says so: that
    entries or eigenvalues are positive is no equation. ``cone`` marks such a property if sums and positive
    multiples have it too, and it has inner points; over a field, which has no order, nothing is left of it.
    ``linear`` says that the values are a linear space: differentials of a variable have the property too.
    ``discrete`` is what to call a value that cannot vary at all.

    ``projected`` is the orthogonal projection of a gradient ``G`` with respect to ``X`` to the directions in
    which ``X`` may move, ``gradient`` is what that is called; ``entrywise`` the gradient with respect to the
    independent entries, each of which may stand in two places. Both are their own adjoints. ``moves`` says in
    words what differentials of ``X`` are, ``source`` where that is from.

    ``drawn`` makes a value with the property of a random ``X``: a formula or a kernel. ``drawn_in_field`` are
    formulas, separated by semicolons, that do so for entries of any field, one for each connected component.
    A linear property that states no ``drawn`` is drawn by its projection; from a field always by that. Where
    nothing else is stated nothing is drawn from a field.

    ``sympy`` is the assumption of SymPy on symbols that says it.
    """

    name: str
    declares: str
    doc: str
    implies: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    kept_by: tuple[str, ...] = ()
    words: str = ""
    equation: str = ""
    test: str = ""
    cone: bool = False
    linear: bool = False
    discrete: str = ""
    projected: str = ""
    entrywise: str = ""
    gradient: str = "projected"
    moves: str = ""
    source: str = ""
    drawn: str = ""
    drawn_in_field: str = ""
    sympy: str = ""

    @property
    def phrase(self) -> str:
        """What is said of a variable: "is symmetric"."""
        return f"is {self.words or self.name}"

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """The declarations of the names in the formulas."""
        kind = {"matrix": "matrix(n,n)", "vector": "vector(n)"}.get(self.declares, "matrix(m,n)")
        return ("G", kind), ("X", kind)


_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
_DAVIS = "Davis, Circulant Matrices (1979), section 3.1"
_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "

PROPERTIES = (
    Property(
        "symmetric", "matrix", "a square matrix, equal to its transpose",
        equation="X = X'", linear=True, projected="(G + G')/2", entrywise="G + G' - diag(diag(G))",
        gradient="symmetrised", moves="differentials of X are symmetric", source=_COOKBOOK + "(138)",
    ),
    Property(
        "spd", "matrix", "a symmetric positive definite matrix",
        implies=("psd",), words="symmetric positive definite", test="declared_values:is_positive_definite",
        cone=True, drawn="X*X'/n + 0.5*I(n)",
    ),
    Property(
        "diagonal", "matrix", "a diagonal matrix",
        implies=("symmetric", "lower"), excludes=("positive",), equation="X = diag(diag(X))", linear=True,
        projected="diag(diag(G))", entrywise="diag(diag(G))",
        moves="the entries off the diagonal stay zero", source=_COOKBOOK + "(142)",
    ),
    Property(
        "orthogonal", "matrix", "a square matrix with `Q'*Q = I`",
        excludes=("positive", "nonnegative"), equation="X'*X = I(n)",
        projected="(G - X*G'*X)/2", gradient="Riemannian", moves="differentials of X are X*W with skew W",
        source="Edelman, Arias and Smith, The Geometry of Algorithms with Orthogonality Constraints (1998), "
        "section 2.2",
        drawn="declared_values:orthogonal_factor",
        # The Cayley transform of a skew matrix, and a reflection of it.
        drawn_in_field="(I(n) - X + X')*inv(I(n) + X - X'); "
        "(I(n) - X + X')*inv(I(n) + X - X')*(I(n) - 2*ones(n,n)/n)",
    ),
    Property(
        "skew", "matrix", "a square matrix with `X' = -X`",
        excludes=("positive", "nonnegative"), equation="X' = -X", linear=True,
        projected="(G - G')/2", entrywise="G - G'",
        moves="differentials of X are skew", source=_MN + "section 2.9",
    ),
    Property(
        "lower", "matrix", "a lower triangular matrix",
        excludes=("positive",), words="lower triangular", equation="X = tril(X)", linear=True,
        projected="tril(G)", entrywise="tril(G)",
        moves="the entries above the diagonal stay zero", source=_COOKBOOK + "section 2.8",
    ),
    Property(
        "circulant", "matrix", "a square matrix, each row the one above shifted cyclically by one place",
        kept_by=("transpose", "mul", "hadamard", "inv", "pinv", "expm", "sqrtm", "logm"),
        equation="X = cyclicsum(X)/n", linear=True,
        projected="cyclicsum(G)/n", entrywise="cyclicsum(G)",
        moves="differentials of X are circulant", source=_DAVIS,
    ),
    Property(
        "stochastic", "matrix", "a square matrix of nonnegative entries whose rows sum to 1",
        implies=("nonnegative",), kept_by=("mul", "kron"),
        equation="X*ones(n) = ones(n)", projected="G - G*ones(n)*ones(n)'/n",
        moves="the sum of each row stays 1", source="Horn and Johnson, Matrix Analysis (2013), section 8.7",
        drawn="diag(1./(abs(X)*ones(n)))*abs(X)", drawn_in_field="diag(1./(X*ones(n)))*X",
    ),
    Property(
        "permutation", "matrix", "a square matrix of zeros and ones, with one 1 in each row and column",
        implies=("orthogonal", "stochastic"), excludes=("positive",),
        kept_by=("transpose", "mul", "kron", "inv"), words="a permutation",
        discrete="permutation matrix", drawn="declared_values:permutation_matrix",
    ),
    Property(
        "psd", "", "a symmetric positive semidefinite matrix",
        implies=("symmetric",), words="symmetric positive semidefinite",
        test="declared_values:is_positive_semidefinite", cone=True, drawn="X*X'/n",
    ),
    Property(
        "positive", "entries", "all entries are positive",
        implies=("nonnegative",), test="declared_values:is_positive", cone=True, drawn="abs(X) + 0.2",
        sympy="positive",
    ),
    Property(
        "nonnegative", "entries", "no entry is negative",
        test="declared_values:is_nonnegative", cone=True, drawn="abs(X) + 0.2", sympy="nonnegative",
    ),
    Property(
        "nonpositive", "", "no entry is positive", test="declared_values:is_nonpositive", cone=True,
        drawn="-abs(X) - 0.2",
    ),
    Property(
        "simplex", "vector", "nonnegative with the sum 1",
        implies=("nonnegative",), words="on the simplex", equation="sum(X) = 1",
        projected="G - sum(G)/n*ones(n)", moves="the sum of the entries stays 1",
        source="Boyd and Vandenberghe, Convex Optimization (2004), section 4.2.3",
        drawn="abs(X)/sum(abs(X))", drawn_in_field="X/sum(X)",
    ),
    Property(
        "onehot", "vector", "one entry is 1, the others are 0",
        implies=("simplex",), equation="X.*X = X", discrete="unit vector",
        drawn="declared_values:unit_at_largest",
    ),
    Property("even", "", "an even number"),
    Property("odd", "", "an odd number"),
)  # fmt: skip

_BY_NAME = {entry.name: entry for entry in PROPERTIES}


def property_named(name: str) -> Property:
    """Return the property with this name; raises ``LookupError`` for any other word.

    >>> property_named("spd").doc
    'a symmetric positive definite matrix'
    """
    if name not in _BY_NAME:
        raise LookupError(
            f"there is no property {name}: it needs an entry in matcalc/functions/properties.py"
        )
    return _BY_NAME[name]


def implied(names: Iterable[str]) -> frozenset[str]:
    """Return properties with all that they imply.

    >>> sorted(implied(["spd"]))
    ['psd', 'spd', 'symmetric']
    """
    return frozenset[str]().union(*map(_closure, names))


@cache
def _closure(name: str) -> frozenset[str]:
    return frozenset([name]).union(*map(_closure, property_named(name).implies))


def strongest(names: Iterable[str]) -> tuple[Property, ...]:
    """Return properties without those that others imply, in the order of the table.

    >>> [one.name for one in strongest(["symmetric", "positive", "spd"])]
    ['spd', 'positive']
    """
    names = frozenset(names)
    weaker = {name for other in names for name in _closure(other) if name != other}
    return tuple(prop for prop in PROPERTIES if prop.name in names - weaker)
