"""A size is a whole number from 1 on, wherever one is written or given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.language import parse

WRITTEN = [
    "tr(I(0))", "tr(I(-3))", "tr(eye(0, 0))", "tr(I(n-n))", "tr(I(n - m))", "tr(I(n-1))", "tr(I(0*n))",
    "sum(ones(0))", "sum(ones(-3))", "ones(n-n)'*x", "ones(n-1)'*x", "sum(ones(2, 0))", "sum(zeros(0, 2))",
    "sum(K(0, 2))", "sum(commutation(2, -1))", "sum(K(n-m, 2))", "sum(unvec(x, 0, 2))",
    "sum(unvec(x, -1, -2))", "sum(reshape(x, n-m, 2))", "sum(ones(2 - 3))",
    r"\sum_{i=1}^{0} x_i^2", r"\operatorname{tr}(I_0)", r"x^\top I_{n-n} x", r"x^\top \mathbf{1}_{n-1}",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_what_may_be_less_than_one_is_no_size(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text)
    assert caught.value.code == "E106" and caught.value.labels and "sizes are n, 3" in caught.value.help


@pytest.mark.parametrize("kind", ["matrix(0,n)", "vector(0)", "spd(-1)", "vector(n-n)", "matrix(n,n-m)"])
def test_no_such_size_is_declared(kind: str) -> None:
    with pytest.raises(mc.MatcalcError, match="is not a dimension"):
        mc.parse("sum(A)", {"A": kind})


@pytest.mark.parametrize(
    ("text", "sizes", "value"),
    [
        ("tr(I(1))", {}, 1),
        ("tr(I(2*n - n))", {"n": 3}, 3),
        ("tr(I(n - n + 2))", {}, 2),
        ("sum(ones(m*n, p + 1))", {"m": 4, "n": 3, "p": 4}, 60),
    ],
)
def test_sums_and_products_are_sizes(text: str, sizes: dict[str, int], value: float) -> None:
    assert mc.parse(text).evaluate(**sizes) == value


HALVES = [
    ("vech(A) + b", {"b": "vector(6)"}, "6"),
    ("vech(A) + b", {"b": "vector(n*(n+1)/2)"}, "(n*n+n)/2"),
    ("vech(A) + vech(B)", {"B": "matrix(p,p)"}, "(p*p+p)/2"),
    ("duplication(n)*x + vec(A)", {"A": "symmetric(n)"}, "n*n"),
    ("elimination(3)*x", {}, "6"),
]


@pytest.mark.parametrize(("text", "declared", "rows"), HALVES)
def test_half_vectorisations_have_half_a_size(text: str, declared: dict[str, str], rows: str) -> None:
    assert mc.parse(text, declared).shape == (rows,)


@pytest.mark.parametrize("kind", ["vector(n/2)", "vector((n*n+1)/2)", "vector(n*(n+1)/3)", "vector(3/2)"])
def test_what_is_not_whole_for_all_sizes_is_no_size(kind: str) -> None:
    with pytest.raises(mc.MatcalcError, match="is not a dimension"):
        mc.parse("sum(x)", {"x": kind})


@pytest.mark.parametrize("size", [5, 7])
def test_no_half_vectorisation_has_another_size(size: int) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse("vech(A) + b", {"b": f"vector({size})"})
    assert caught.value.code == "E202"


GIVEN: dict[str, Callable[[Any], Any]] = {
    "evaluate": lambda n: mc.parse("tr(I(n))").evaluate(n=n),
    "sample": lambda n: mc.parse("sum(x.^2)").sample(0, n=n),
    "code": lambda n: mc.diff("sum(x.^2)/n", "x", {"x": "vector(n)"}).code(sizes={"n": n}),
    "source": lambda n: mc.source("sum(x.^2)", "x", sizes={"n": n}),
    "objective": lambda n: mc.objective(
        "sum((A - U*V').^2)", ["U", "V"], {"A": np.ones((2, 3))},
        {"U": "matrix(p,n)", "V": "matrix(q,n)"}, sizes={"n": n},
    ),
}  # fmt: skip


@pytest.mark.parametrize("size", [0, -1, 2.5])
@pytest.mark.parametrize("given", GIVEN)
def test_only_whole_numbers_from_one_on_are_given_as_sizes(given: str, size: float) -> None:
    with pytest.raises(mc.MatcalcError, match="n is a size: a positive integer") as caught:
        GIVEN[given](size)
    assert caught.value.code == "E302" and caught.value.help
    GIVEN[given](1)
    GIVEN[given](np.int64(2))


@pytest.mark.parametrize("shape", [(0,), (0, 1)])
def test_empty_arrays_have_no_size(shape: tuple[int, ...]) -> None:
    d = mc.diff("x'*x", "x")
    for function in (lambda x: d.evaluate(x=x), d.compile()):
        with pytest.raises(mc.MatcalcError) as caught:
            function(np.zeros(shape))
        assert caught.value.code == "E302"


def test_the_order_of_a_function_is_no_size_of_a_variable_by_chance() -> None:
    assert mc.parse("sum(polygamma(m, S))").variables == {"S": "matrix(k,n)"}
    assert mc.parse("vec(X ⊗ I(n))").variables == {"X": "matrix(m,n)"}


@pytest.mark.parametrize("text", ["kron(U, V)*vec(X)", "kron(u, v)'*vec(X)", "vec(X)'*kron(U, V)*vec(X)"])
def test_the_left_factor_of_a_kronecker_product_has_the_columns_of_stacked_ones(text: str) -> None:
    variables = parse(text).variables
    rows, cols = variables["X"].shape
    left, right = [variables[name].shape[name.isupper()] for name in variables if name != "X"]
    assert (left, right) == (cols, rows)
