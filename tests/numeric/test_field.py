"""Exact arithmetic: dual numbers over a prime field, and elimination over any field."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matcalc.language import parse
from matcalc.numeric.degrees import LINEAR, MAX_ELIMINATED, PRIME, TooLarge, degrees
from matcalc.numeric.field import Dual, PrimeField
from matcalc.numeric.rational import Matrix, determinant, inverse, pseudoinverse, solve, tril

RESIDUES = st.integers(0, PRIME - 1) | st.integers(-3, 3)
DUALS = st.builds(Dual, RESIDUES, RESIDUES)
FRACTIONS = st.fractions(-5, 5, max_denominator=7)


@st.composite
def matrices(draw: Callable[..., Any], entries: Any, rows: int = 0, cols: int = 0) -> Any:
    rows = rows or draw(st.integers(1, 4))
    cols = cols or rows
    return Matrix([draw(entries) for _ in range(cols)] for _ in range(rows))


def leibniz(matrix: Any) -> Any:
    """Return the determinant as the sum over all permutations."""
    size = len(matrix)
    total = matrix[0, 0] * 0
    for order in permutations(range(size)):
        sign = (-1) ** sum(order[i] > order[j] for j in range(size) for i in range(j))
        total = total + prod((matrix[i, order[i]] for i in range(size)), start=sign)
    return total


def test_the_prime_is_prime() -> None:
    """Lucas and Lehmer: 2^q - 1 is prime if s, squared and reduced by 2 q - 2 times from 4 on, is 0."""
    residue = 4
    for _ in range(61 - 2):
        residue = (residue * residue - 2) % PRIME
    assert PRIME == 2**61 - 1 and residue == 0


@given(DUALS, DUALS, DUALS)
def test_dual_numbers_are_a_ring(a: Dual, b: Dual, c: Dual) -> None:
    assert a + b == b + a and a * b == b * a
    assert (a + b) + c == a + (b + c) and (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a - b == a + -b and a - a == 0 and 1 - a == -(a - 1)


@given(DUALS, st.integers(-4, 6))
def test_inverses_and_powers(a: Dual, exponent: int) -> None:
    assume(a.value)
    assert a * a.inverse() == 1 and 1 / a == a.inverse() and a / a == 1
    wanted = (
        prod([a] * exponent, start=Dual(1)) if exponent >= 0 else prod([1 / a] * -exponent, start=Dual(1))
    )
    assert a**exponent == wanted


@given(RESIDUES)
def test_derivatives_of_powers_and_quotients(x: int) -> None:
    t = Dual(x, 1)
    assert (t**5).slope == 5 * x**4 % PRIME
    assume(x % PRIME)
    assert ((1 + t * t) / t).slope == (1 - pow(x * x, -1, PRIME)) % PRIME


@pytest.mark.parametrize("value", [0, PRIME, -PRIME])
def test_one_cannot_divide_by_zero(value: int) -> None:
    with pytest.raises(ZeroDivisionError):
        Dual(value, 1).inverse()


def test_floating_point_numbers_are_no_field_elements() -> None:
    with pytest.raises(TypeError):
        Dual(1) + 0.5  # type: ignore[operator]  # the mistake is the point
    with pytest.raises(TypeError):
        0.5 * Dual(1)  # type: ignore[operator]  # the mistake is the point


@given(matrices(FRACTIONS))
def test_determinant_of_fractions(matrix: Any) -> None:
    wanted = leibniz(matrix)
    if wanted:
        assert determinant(matrix) == wanted
        assert matrix @ inverse(matrix) == Matrix.identity(len(matrix))
    else:
        with pytest.raises(ZeroDivisionError):
            determinant(matrix)


@given(matrices(DUALS))
def test_determinant_and_inverse_of_dual_numbers(matrix: Any) -> None:
    wanted = leibniz(matrix)
    assume(wanted.value)
    assert determinant(matrix) == wanted
    assert matrix @ inverse(matrix) == Matrix.identity(len(matrix))


@given(matrices(FRACTIONS, 3, 3), matrices(FRACTIONS, 3, 2))
def test_linear_systems(matrix: Any, right: Any) -> None:
    assume(leibniz(matrix))
    assert matrix @ solve(matrix, right) == right


@given(matrices(FRACTIONS, 3, 2))
def test_pseudoinverse_meets_the_conditions_of_penrose(matrix: Any) -> None:
    assume(leibniz(matrix.T @ matrix))
    for a in (matrix, matrix.T):
        b = pseudoinverse(a)
        assert a @ b @ a == a and b @ a @ b == b
        assert a @ b == (a @ b).T and b @ a == (b @ a).T


def test_large_matrices_are_refused() -> None:
    reading = parse("det(A)", {"A": "matrix(n,n)"})
    degrees([reading.expr], {"A": LINEAR}, {"n": MAX_ELIMINATED})
    with pytest.raises(TooLarge):
        degrees([reading.expr], {"A": LINEAR}, {"n": MAX_ELIMINATED + 1})


def test_integers_become_dual_numbers() -> None:
    matrix = PrimeField({}, Dual(0)).matrix(tril(Matrix([[Dual(2), Dual(3)], [Dual(4), Dual(5)]])))
    assert all(isinstance(entry, Dual) for entry in matrix.entries) and matrix[0, 1] == 0
    assert determinant(matrix) == 10
    assert Fraction(1, 2) != Dual(1)
