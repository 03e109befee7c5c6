"""Declarations of variables."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.errors import MatcalcError
from matcalc.language import parse_declaration
from matcalc.language.declarations import KINDS, SQUARE


@pytest.mark.parametrize(
    ("text", "kind", "dims"),
    [
        ("scalar", "scalar", ()),
        ("vector", "vector", ()),
        ("vector(n)", "vector", ("n",)),
        ("rowvector(n)", "rowvector", ("n",)),
        ("matrix(m,n)", "matrix", ("m", "n")),
        (" matrix( m , 3 ) ", "matrix", ("m", "3")),
        ("matrix(m+n, n*p)", "matrix", ("m+n", "n*p")),
        ("matrix(2*n, 2*(n+1))", "matrix", ("2*n", "2*n+2")),
        ("symmetric(n)", "symmetric", ("n",)),
        ("symmetric(n,n)", "symmetric", ("n",)),
        ("spd(n)", "spd", ("n",)),
        ("diagonal(n)", "diagonal", ("n",)),
        ("orthogonal(n)", "orthogonal", ("n",)),
        ("skew(n)", "skew", ("n",)),
        ("lower(n)", "lower", ("n",)),
        ("positive", "vector", ()),
        ("vector(n) positive", "vector", ("n",)),
        ("positive vector(n)", "vector", ("n",)),
    ],
)
def test_declaration(text: str, kind: str, dims: tuple[str, ...]) -> None:
    found = parse_declaration("X", text)
    assert found.kind == kind
    assert tuple(str(dim) for dim in found.dims) == dims


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kind_carries_its_facts(kind: str) -> None:
    dims = {"scalar": "", "matrix": "(m,n)"}.get(kind, "(n)")
    assert kind not in SQUARE or kind in parse_declaration("X", kind + dims).facts
    assert kind not in SQUARE or mc.parse("X", {"X": kind + dims}).shape == ("n", "n")


def test_facts_about_values_imply_others() -> None:
    assert parse_declaration("x", "vector(n) positive").facts == ("nonnegative", "positive")
    assert parse_declaration("x", "onehot(n)").facts == ("nonnegative", "onehot", "simplex")


def test_facts_of_a_kind_are_told_back() -> None:
    for kind in ("vector(n) onehot", "vector(n) simplex", "vector(n) positive", "spd(n) positive"):
        assert mc.parse("X", {"X": kind}).variables == {"X": kind}
    assert mc.parse("X", {"X": "onehot(n)"}).variables == {"X": "vector(n) onehot"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vectr(n)",
        "matrix(m,n) onehot",
        "scalar simplex",
        "skew(n) positive",
        "lower(n) positive",
        "diagonal(n) positive",
        "orthogonal(n) nonnegative",
        "vector(n",
        "vector)n(",
        "vector(m,n)",
        "matrix(n)",
        "scalar(n)",
        "vector(0)",
        "vector(-n)",
        "vector(n-1)",
        "vector(1/2)",
        "vector(n^2)",
        "vector(x')",
        "vector()",
        "vector(n) huge",
        "spd(m,n)",
        "(n)",
        "matrix(m,n) matrix(m,n)",
        "symmetric spd",
        "vector(n;m)",
        "vector(n))",
        "vector(3.5)",
    ],
)
def test_declaration_refused(text: str) -> None:
    if text == "":
        assert parse_declaration("x", text).kind == "vector"
        return
    with pytest.raises(MatcalcError) as failed:
        parse_declaration("x", text)
    assert failed.value.code == "E402"
    assert failed.value.help


def test_declared_sizes_are_shared() -> None:
    assert mc.parse("A*x", {"A": "matrix(p,q)"}).variables["x"] == "vector(q)"
    assert mc.parse("A*x", {"x": "vector(3)"}).variables["A"] == "matrix(n,3)"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("A*x", {"A": "matrix(3,4)", "x": "vector(5)"}),
        ("A*x", {"A": "matrix(m,n)", "x": "vector(m)"}),
        ("x + y", {"x": "vector(n)", "y": "vector(n+1)"}),
        ("x + y", {"x": "vector(2*n)", "y": "vector(n)"}),
    ],
)
def test_declared_sizes_are_kept(text: str, kinds: dict[str, str]) -> None:
    with pytest.raises(MatcalcError) as failed:
        mc.parse(text, kinds)
    assert failed.value.code in ("E201", "E202", "E209")


def test_sizes_that_are_sums_and_products_are_inferred() -> None:
    found = mc.parse("x - y", {"x": "vector(n*p+1)"}).variables
    assert found["y"] == "vector(n*p+1)"


def test_declared_variable_that_does_not_occur_is_known() -> None:
    assert mc.parse("x'*x", {"y": "vector(n)"}).variables["y"] == "vector(n)"
    assert str(mc.diff("x'*x", "y", {"y": "vector(m)"})) == "zeros(m)"


def test_row_vector() -> None:
    assert mc.parse("c*x", {"c": "rowvector(n)"}).shape == ()
    d = mc.diff("c*x", "c", {"c": "rowvector(n)"})
    assert str(d) == "x'" and d.check().passed
