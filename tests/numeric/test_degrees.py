"""Bounds on degrees hold: on a random line, values are fractions of the degrees that are claimed."""

from __future__ import annotations

from random import Random

import pytest

from matcalc.algebra import written_out
from matcalc.expression import Expr, postorder
from matcalc.functions import ENTRIES, Function
from matcalc.language import Reading, parse
from matcalc.numeric.degrees import LINEAR, PRIME, Degree, NotRational, constant, degrees, is_multilinear
from matcalc.numeric.field import Dual, field_values, free_entries
from matcalc.numeric.rational import as_matrix, sum_of_products
from matcalc.numeric.sample import size_choices
from tests.functions.checks import call_text, kinds_of

SEED = 12
EXACT = [entry for entry in ENTRIES if entry.exact]
#: More points than a fraction has coefficients, so that one of too low degrees does not fit by chance.
SPARE = 8


def sizes_of(reading: Reading) -> dict[str, int]:
    return next(size_choices([node.shape for node in postorder(reading.expr, *reading.variables.values())]))


def degree_of(expr: Expr, reading: Reading, sizes: dict[str, int]) -> Degree:
    return degrees([expr], dict.fromkeys(reading.variables, LINEAR), sizes)[expr]


def fits(expr: Expr, reading: Reading, sizes: dict[str, int], degree: Degree) -> bool:
    """Return whether the entries, mixed at random, are a fraction of these degrees along a random line.

    P(t) = f(t)*Q(t) at more points than P and Q have coefficients; a solution exists if and only if
    the matrix of that system does not have full rank.
    """
    rng = Random(SEED)
    dims = {
        name: (v.shape[0].evaluate(sizes), v.shape[1].evaluate(sizes))
        for name, v in reading.variables.items()
    }
    start, along = ({n: free_entries(d, rng) for n, d in dims.items()} for _ in range(2))
    weights = free_entries((expr.shape[0].evaluate(sizes), expr.shape[1].evaluate(sizes)), rng)
    rows = []
    for _ in range(degree.numerator + degree.denominator + 2 + SPARE):
        t = rng.randrange(PRIME)
        arrays = {name: start[name] + along[name] * t for name in dims}
        value = sum_of_products(
            as_matrix(field_values([expr], arrays, sizes, Dual(3))[expr]).entries, weights.entries
        ).value
        powers = [pow(t, i, PRIME) for i in range(max(degree) + 1)]
        numerator, denominator = powers[: degree.numerator + 1], powers[: degree.denominator + 1]
        rows.append(numerator + [-value * power % PRIME for power in denominator])
    return rank(rows) < len(rows[0])


def rank(rows: list[list[int]]) -> int:
    found = 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        inverse = pow(rows[found][column], -1, PRIME)
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] * inverse % PRIME
            if factor:
                rows[i] = [(a - factor * b) % PRIME for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


@pytest.mark.parametrize("entry", EXACT, ids=lambda entry: f"{entry.name}: {entry.signature}")
def test_degrees_of_each_function(entry: Function) -> None:
    reading = parse(call_text(entry), kinds_of(entry))
    sizes = sizes_of(reading)
    assert fits(reading.expr, reading, sizes, degree_of(reading.expr, reading, sizes))


@pytest.mark.parametrize(
    "text",
    [
        "A*B*C + A*D",
        "A.*B./C",
        "x./y + y./x",
        "tr(A)/tr(B) + 1/tr(C)",
        "(x'*A*y)^3/(y'*y)^2",
        "x.^-2 + y.^3",
        "inv(A)*B*inv(C) + A",
        "inv(A + inv(B))",
        "det(A)*inv(A)*x/(x'*x)",
        "[A, x; x', 1/(x'*x)]",
        "pinv(inv(B)*X)",
        "sum(x)/n + n*m*tr(A)",
        "kron(inv(A), x)",
        "pi*x + x*(x'*x)",
    ],
)
def test_degrees_of_compositions(text: str) -> None:
    kinds = {"X": "matrix(n,m)", "x": "vector(n)", "B": "matrix(n,n)"} if "X" in text or "m*" in text else {}
    reading = parse(text, kinds)
    expr, sizes = written_out(reading.expr), sizes_of(reading)
    assert fits(expr, reading, sizes, degree_of(expr, reading, sizes))


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("det(X)", Degree(4, 0)),
        ("inv(X)", Degree(3, 4)),
        ("x'*A*x", Degree(3, 0)),
        ("s/(1 + s^2)", Degree(1, 2)),
        ("s^-3", Degree(0, 3)),
        ("x./y", Degree(4, 4)),
        ("1/s + 1/t", Degree(1, 2)),
        ("inv(A + B/s)", Degree(5, 6)),
    ],
)
def test_bounds_that_are_sharp(text: str, degree: Degree) -> None:
    reading = parse(text, {"s": "scalar", "t": "scalar", "X": "matrix(4,4)", "x": "vector(4)"})
    sizes = sizes_of(reading)
    assert degree_of(reading.expr, reading, sizes) == degree
    assert fits(reading.expr, reading, sizes, degree)
    numerator, denominator = degree
    for lower in (Degree(numerator - 1, denominator), Degree(numerator, denominator - 1)):
        assert min(lower) < 0 or not fits(reading.expr, reading, sizes, lower)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sum(exp(x))", "exp is not rational"),
        ("norm2(x)", "norm2 is not rational unless it is squared"),
        ("(x'*x)^(1/2)", "exponent is an integer"),
        ("sum(x.^t)", "exponent is an integer"),
        (f"{PRIME}*x'*x", "smaller than the prime"),
        (f"x'*x/{PRIME + 5}", "smaller than the prime"),
    ],
)
def test_what_is_not_rational_is_named(text: str, reason: str) -> None:
    reading = parse(text, {"t": "scalar"} if "t)" in text and "exp" not in text else {})
    with pytest.raises(NotRational, match=reason):
        degree_of(reading.expr, reading, {"n": 3})


def test_constants_are_numbers_and_dimensions() -> None:
    reading = parse("x'*x*((n + 1)/2 - 3*n)^2", {"x": "vector(n)"})
    [base] = [arg.args[0] for arg in reading.expr.args if arg.op == "power"]
    assert constant(base, {"n": 3}) == -7 and constant(base, {}) is None
    assert constant(reading.expr, {"n": 3}) is None


def test_operations_are_told_from_functions_linear_in_each_argument() -> None:
    linear = {entry.name for entry in EXACT if is_multilinear(entry)}
    assert {"tr", "kron", "vec", "unvec", "cross"} <= linear
    assert not {"inv", "det", "pinv", "sylvester", "var", "eiggaps"} & linear
