"""Generated source is right, is readable, and computes nothing twice."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

import matcalc as mc
from matcalc.code import TARGETS
from matcalc.code.chains import Factor, best_order
from matcalc.code.scope import Scope
from matcalc.expression import ONE, Dim, variable
from tests.numerical import distance
from tests.test_cases import CASES, RUNS

#: Cases with functions for which there is no source yet.
NO_SOURCE = frozenset(
    name
    for name, case in CASES.items()
    if any(function in case["expr"] for function in ("sqrtm", "logm", "expm", "nucnorm"))
)


def derivative(name: str, wrt: str) -> mc.Derivative:
    case = CASES[name]
    found = mc.diff(case["expr"], wrt, case["variables"], case["order"])
    assert isinstance(found, mc.Derivative)
    return found


#: The derivatives that are arrays, not maps.
ARRAYS = [(name, wrt) for name, wrt in RUNS if derivative(name, wrt).form not in ("map", "index")]


@pytest.mark.parametrize(("name", "wrt"), ARRAYS)
def test_source_computes_the_references(name: str, wrt: str) -> None:
    found = derivative(name, wrt)
    try:
        function = found.compile()
    except mc.MatcalcError as error:
        assert error.code == "E505" and "there is no source for" in error.message
        assert name in NO_SOURCE
        return
    assert name not in NO_SOURCE
    for reference in CASES[name]["references"]:
        if reference["wrt"] == wrt:
            assert distance(function(**reference["inputs"]), reference["derivative"]) < 1e-8, found.code()


@pytest.mark.parametrize("name", CASES)
def test_source_computes_the_values(name: str) -> None:
    case = CASES[name]
    expression = mc.parse(case["expr"], case["variables"])
    try:
        function = expression.compile()
    except mc.MatcalcError as error:
        assert error.code == "E505" and name in NO_SOURCE, error
        return
    for reference in case["references"]:
        assert distance(function(**reference["inputs"]), reference["value"]) < 1e-8, expression.code()


def test_the_source_of_a_tied_autoencoder() -> None:
    found = mc.diff("1/2*||W^T W x - x||^2", "W")
    assert isinstance(found, mc.Derivative)
    assert found.code().splitlines()[-2:] == [
        "    r = W.T @ (W @ x) - x",
        "    return W @ (x[:, None] * r + r[:, None] * x)",
    ]


@pytest.mark.parametrize(
    ("text", "wrt", "line"),
    [
        ("tr(A*X*B)", "X", "return A.T @ B.T"),
        ("a'*inv(X)*b", "a", "return np.linalg.solve(X, b)"),
        ("x'*diag(d)*A*b", "x", "return d * (A @ b)"),
        ("logdet(X)", "X", "return np.linalg.inv(X).T"),
        ("sum(exp(x)./(1 + exp(x)))", "x", "return (1 - t1) * t1"),
    ],
)
def test_what_an_expert_would_write(text: str, wrt: str, line: str) -> None:
    found = mc.diff(text, wrt)
    assert isinstance(found, mc.Derivative)
    assert found.code().splitlines()[-1].strip() == line, found.code()


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("lambda*np'*np", "np"),
        ("norm2(t1*exp(t1*x))^2", "x"),
        ("tr(return*X'*X)", "X"),
        ("logsumexp(A*x) + def'*x", "x"),
    ],
)
def test_names_that_python_or_the_source_has(text: str, wrt: str) -> None:
    kinds = {"t1": "matrix(n,n)", "return": "scalar", "def": "vector(n)"}
    found = mc.diff(text, wrt, {name: kind for name, kind in kinds.items() if name in text})
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(3)
    arrays = {name: values[name] for name in found.variables}
    assert distance(found.compile()(**arrays), found.evaluate(**values)) < 1e-12


def test_maps_are_functions_of_their_moves() -> None:
    found = mc.diff("A*X*B*X", "X")
    assert isinstance(found, mc.Derivative)
    rng = np.random.default_rng(1)
    A, X, B, move = (rng.standard_normal(shape) for shape in ((2, 3), (3, 4), (4, 3), (3, 4)))
    assert distance(found.compile()(A=A, X=X, B=B, dX=move), A @ move @ B @ X + A @ X @ B @ move) < 1e-12


def test_unknown_targets_and_index_notation() -> None:
    found = mc.diff("A*X*B", "X")
    assert isinstance(found, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match="there is no target 'fortran'"):
        found.code("fortran")
    with pytest.raises(mc.MatcalcError, match="index notation"):
        found.index.code()


def test_sources_pass_the_linter() -> None:
    sources = []
    for name, wrt in ARRAYS:
        if name not in NO_SOURCE:
            sources.append(derivative(name, wrt).code())
    for source in sources:
        compile(source, "source", "exec")
    text = "\n\n".join(sources[::5])
    rules = "E4,E7,E9,F82,F841"
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        rules,
        "--ignore",
        "E402,E741",
        "-",
    ]
    done = subprocess.run(command, input=text, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("sizes", "order"),
    [
        ((10, 100, 5, 50), ((0, 1), 2)),
        ((100, 10, 100, 1), (0, (1, 2))),
        ((1, 100, 100, 1), (0, (1, 2))),
        ((5, 4, 3, 2, 6), ((0, (1, 2)), 3)),
    ],
)
def test_products_are_ordered_by_their_cost(sizes: tuple[int, ...], order: object) -> None:
    factors = [Factor(rows, cols) for rows, cols in pairwise(sizes)]
    assert best_order(factors)[1] == order


def test_the_order_is_the_cheapest_of_all() -> None:
    """Compared with all orders of random products, in which some factors are diagonal or inverses."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        sizes = [int(size) for size in rng.integers(1, 9, rng.integers(2, 7))]
        factors = []
        for rows, cols in pairwise(sizes):
            kind = str(rng.choice(["dense", "diag", "inv"])) if rows == cols else "dense"
            factors.append(Factor(rows, cols, kind))
        assert best_order(factors)[0] == pytest.approx(min(all_costs(factors, 0, len(factors) - 1)))


def all_costs(factors: list[Factor], i: int, j: int) -> list[float]:
    """The costs of all orders, counted by hand."""
    if i == j:
        return [0.0]
    found = []
    for k in range(i, j):
        rows, inner, cols = factors[i].rows, factors[k].cols, factors[j].cols
        cost = 2.0 * rows * inner * cols
        if k + 1 == j and factors[j].kind != "dense":
            cost = rows * cols if factors[j].kind == "diag" else 2 * inner**3 / 3 + 2 * inner**2 * rows
        if i == k and factors[i].kind != "dense":
            cost = rows * cols if factors[i].kind == "diag" else 2 * inner**3 / 3 + 2 * inner**2 * cols
        found += [a + b + cost for a in all_costs(factors, i, k) for b in all_costs(factors, k + 1, j)]
    return found


@pytest.mark.parametrize("name", ["x); import os; (y", "x\n    import os", "a b", "", "1x"])
def test_nothing_but_identifiers_gets_into_source(name: str) -> None:
    x = variable(name, (Dim.symbol("n"), ONE))
    with pytest.raises(mc.MatcalcError, match="no name that source code can have"):
        Scope({name: x}, TARGETS["numpy"])
    with pytest.raises(mc.MatcalcError, match="no name that source code can have"):
        Scope({"x": variable("x", (Dim.symbol(name), ONE))}, TARGETS["numpy"])
