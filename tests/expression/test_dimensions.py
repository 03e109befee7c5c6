"""Arithmetic of symbolic dimensions, and their unification."""

from __future__ import annotations

import pickle

import pytest

from matcalc.expression import ONE, Dim, axes, describe_shape
from matcalc.expression.unification import Sizes

n, m, p = (Dim.symbol(name) for name in "nmp")


def num(value: int) -> Dim:
    return Dim.number(value)


def test_equal_dimensions_are_one_object() -> None:
    assert n * p + num(2) is num(2) + p * n
    assert (n + m) * p is n * p + m * p
    assert n - n is num(0)
    assert (n + num(1)) - num(1) is n
    assert num(1) is ONE
    assert pickle.loads(pickle.dumps(n * m + num(3))) is n * m + num(3)


@pytest.mark.parametrize(
    ("dim", "text"),
    [
        (n, "n"),
        (num(3), "3"),
        (num(0), "0"),
        (n + m, "m+n"),
        (n * m, "m*n"),
        (n * n + num(1), "n*n+1"),
        (num(2) * n - num(1), "2*n-1"),
        (num(0) - n, "-n"),
    ],
)
def test_text(dim: Dim, text: str) -> None:
    assert str(dim) == text


def test_value_and_evaluation() -> None:
    assert num(4).value == 4 and n.value is None
    assert (n * m + num(2)).evaluate({"n": 3, "m": 5}) == 17
    with pytest.raises(KeyError):
        n.evaluate({})


def test_substitution() -> None:
    assert (n * m + n).substitute({"n": num(2)}) is num(2) * m + num(2)
    assert n.substitute({"n": m + p}) is m + p
    assert n.substitute({"m": p}) is n
    assert (n * m).substitute({"n": m, "m": n}) is n * m


def test_shapes_in_words() -> None:
    assert describe_shape((m, n)) == "m×n"
    assert describe_shape((m + n, ONE)) == "(m+n)×1"
    assert describe_shape((ONE, ONE)) == "scalar"
    assert axes((m, n)) == (m, n) and axes((ONE, n)) == (n,) and axes((ONE, ONE)) == ()


class TestUnification:
    def test_unknown_takes_a_value(self) -> None:
        sizes = Sizes()
        a = sizes.unknown()
        assert sizes.unify(a, n) and sizes.resolve(a) is n

    def test_unknowns_are_joined(self) -> None:
        sizes = Sizes()
        a, b, c = (sizes.unknown() for _ in range(3))
        assert sizes.unify(a, b) and sizes.unify(b, c) and sizes.unify(c, n)
        assert [sizes.resolve(dim) for dim in (a, b, c)] == [n, n, n]

    def test_known_ones_must_agree(self) -> None:
        sizes = Sizes()
        a = sizes.unknown()
        assert sizes.unify(a, n) and not sizes.unify(a, m)
        assert not sizes.unify(num(3), num(4)) and sizes.unify(num(3), num(3))

    def test_unknown_of_a_variable_is_never_one(self) -> None:
        sizes = Sizes()
        assert not sizes.unify(sizes.unknown(), ONE)
        assert sizes.unify(sizes.unknown(may_be_one=True), ONE)

    def test_unknown_is_no_part_of_itself(self) -> None:
        sizes = Sizes()
        a = sizes.unknown()
        assert not sizes.unify(a, a + num(1))

    def test_sums_and_products_are_solved(self) -> None:
        sizes = Sizes()
        a, b = sizes.unknown(), sizes.unknown()
        assert sizes.unify(a + m, n + m) and sizes.resolve(a) is n
        assert sizes.unify(b * p, n * p) and sizes.resolve(b) is n

    def test_negative_sizes_are_refused(self) -> None:
        sizes = Sizes()
        assert not sizes.unify(sizes.unknown() + num(5), num(3))
