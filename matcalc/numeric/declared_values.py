"""Properties of arrays: whether a value has them, and how values that have them are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from matcalc.algebra import read_template
from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import Expr
from matcalc.expression.facts import facts_of
from matcalc.functions import Property, implied, property_named, strongest
from matcalc.numeric.floats import evaluate_all, floats
from matcalc.numeric.interpreter import Array, Sizes, named
from matcalc.numeric.values import Values

#: Largest deviation, relative to the largest entry, that counts as rounding.
ROUNDING = 1e-8


def sizes_in(of: Property, shape: tuple[int, ...]) -> Sizes:
    """Return the sizes that the formulas of a property have for an array of this shape."""
    rows, cols = shape
    return {"m": rows, "n": rows if of.declares == "vector" else cols}


def refuse_contradicted(given: Values, variables: Mapping[str, Expr], spans: Mapping[Expr, Span]) -> None:
    """Raise E305 for the first value that is not what its variable is declared; the label is at ``spans``."""
    for name, array in given.arrays.items():
        wrong = contradicted(variables[name].data[1], array)
        if wrong is not None:
            words = wrong.words or wrong.name
            span = spans.get(variables[name])
            labels = [Label(span, f"declared {words}")] if span is not None else []
            message = f"{name} is declared {words}, but its value is not"
            raise MatcalcError("E305", message, labels=labels)


def contradicted(facts: Iterable[str], value: Array) -> Property | None:
    """Return the first of some properties that a value, a 2-D array, does not have.

    >>> contradicted(["symmetric"], floats.matrix([[1.0, 2.0], [3.0, 4.0]])).name
    'symmetric'
    """
    return next((stated for stated in strongest(facts) if not has_property(value, stated)), None)


def has_property(value: Array, wanted: Property) -> bool:
    """Return whether a value, a 2-D array, has a property but for rounding."""
    stated = [property_named(fact) for fact in implied([wanted.name])]
    equations = all(_holds(entry, value) for entry in stated if entry.equation)
    return equations and all(named(test)(value) for test in _tests(wanted))


def _holds(of: Property, value: Array) -> bool:
    """Return whether the equation of a property holds of a value."""
    sides = _sides(of)
    done = evaluate_all(sides, {"X": value}, sizes_in(of, value.shape))
    left, right = (done[side] for side in sides)
    largest = max(floats.largest(left), floats.largest(right))
    return floats.largest(left - right) <= ROUNDING * largest


@cache
def _sides(of: Property) -> tuple[Expr, Expr]:
    left, right = of.equation.split(" = ")
    return read_template(left, of.kinds), read_template(right, of.kinds)


def _tests(of: Property) -> Iterator[str]:
    """Yield the kernels that test a property: its test, or else those of what it implies."""
    if of.test:
        yield of.test
    else:
        for fact in of.implies:
            yield from _tests(property_named(fact))


def with_structure(variable: Expr, value: Array) -> Array:
    """Return the value made symmetric, positive definite, and so on, as declared of it as a whole.

    Raises ``LookupError`` if it is not known how.
    """
    declared = strongest(fact for fact in facts_of(variable) if not _is_bound(fact))
    if len(declared) > 1:
        words = " and ".join(entry.name for entry in declared)
        raise LookupError(f"it is not known how to draw what is {words} at once")
    return drawn(declared[0], value) if declared else value


def bounds_of(variable: Expr) -> tuple[Property, ...]:
    """Return what is said of all entries of a variable."""
    return strongest(filter(_is_bound, facts_of(variable)))


def _is_bound(fact: str) -> bool:
    return property_named(fact).declares == "entries"


def drawn(wanted: Property, value: Array) -> Array:
    """Return the array that has a property, made of any array."""
    text = wanted.drawn or (wanted.projected.replace("G", "X") if wanted.linear else "")
    if not text:
        raise LookupError(f"it is not known how to draw what is {wanted.name}")
    if text.startswith("declared_values:"):
        return floats.matrix(named(text)(value))
    formula = read_template(text, wanted.kinds)
    return floats.matrix(evaluate_all([formula], {"X": value}, sizes_in(wanted, value.shape))[formula])


# What the table names


def is_positive(x: Array) -> bool:
    """Return whether all entries are positive."""
    return min(floats.entries(x)) > 0


def is_nonnegative(x: Array) -> bool:
    """Return whether no entry is negative."""
    return min(floats.entries(x)) >= 0


def is_nonpositive(x: Array) -> bool:
    """Return whether no entry is positive."""
    return max(floats.entries(x)) <= 0


def is_positive_definite(x: Array) -> bool:
    """Return whether all eigenvalues of a symmetric matrix are positive."""
    return floats.eigenvalues(x)[0] > 0


def is_positive_semidefinite(x: Array) -> bool:
    """Return whether no eigenvalue of a symmetric matrix is negative, but for rounding."""
    values = floats.eigenvalues(x)
    return values[0] >= -ROUNDING * max(map(abs, values))


def orthogonal_factor(x: Array) -> Array:
    """Return Q of the factorisation X = Q*R into an orthogonal matrix and an upper triangular one."""
    return floats.orthogonal_factor(x)


def unit_at_largest(x: Array) -> Array:
    """Return a column with 1 where the largest entry is, and 0 elsewhere."""
    column = floats.entries(x)
    return floats.matrix([[float(entry == max(column))] for entry in column])


def permutation_matrix(x: Array) -> Array:
    """Return the matrix that sorts the first column."""
    order = sorted(range(len(x)), key=lambda row: float(x[row, 0]))
    return floats.matrix([[float(i == row) for i in range(len(x))] for row in order])
