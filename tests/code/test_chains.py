"""Products are put into the order that costs least."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.programs import program_of
from matcalc.code import ALL_PASSES, Sizes
from matcalc.code.chains import Factor, best_order
from matcalc.code.cost import CALL, entrywise_cost, product_cost, solve_cost
from matcalc.expression import postorder


@pytest.mark.parametrize(
    ("sizes", "order"),
    [
        ((1000, 1000, 5, 500), ((0, 1), 2)),
        ((100, 10, 100, 1), (0, (1, 2))),
        ((1, 100, 100, 1), (0, (1, 2))),
        ((1, 100, 100, 90), ((0, 1), 2)),
        ((500, 400, 3, 200, 600), ((0, 1), (2, 3))),
    ],
)
def test_products_are_ordered_by_their_cost(sizes: tuple[int, ...], order: object) -> None:
    factors = [Factor(rows, cols) for rows, cols in pairwise(sizes)]
    assert best_order(factors)[1] == order


def test_the_order_is_the_cheapest_of_all() -> None:
    """Compared with all orders of random products, in which some factors are diagonal or inverses."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        sizes = [int(size) for size in rng.integers(2, 900, rng.integers(2, 7))]
        factors = []
        for rows, cols in pairwise(sizes):
            kind = str(rng.choice(["dense", "diag", "inv"])) if rng.random() < 0.3 else "dense"
            factors.append(Factor(rows, rows if kind != "dense" else cols, kind, alone=1e5))
        factors = [one._replace(rows=before.cols) for before, one in pairwise([factors[0], *factors])]
        factors = [one._replace(cols=one.rows) if one.kind != "dense" else one for one in factors]
        factors = [
            one._replace(cols=after.rows) for one, after in pairwise([*factors, Factor(factors[-1].cols, 1)])
        ]
        assert best_order(factors)[0] == pytest.approx(min(all_costs(factors, 0, len(factors) - 1)))


def all_costs(factors: list[Factor], i: int, j: int) -> list[float]:
    """The costs of all orders, by hand."""
    if i == j:
        return [0.0]
    found = []
    for k in range(i, j):
        rows, inner, cols = factors[i].rows, factors[k].cols, factors[j].cols
        left, right = factors[i], factors[j]
        if i == k and left.kind != "dense":
            cost = right.alone if k + 1 == j else 0.0
            cost += entrywise_cost(rows * cols, 1) if left.kind == "diag" else solve_cost(inner, cols)
        elif k + 1 == j and right.kind != "dense":
            cost = left.alone if i == k else 0.0
            cost += entrywise_cost(rows * cols, 1) if right.kind == "diag" else solve_cost(inner, rows)
        else:
            cost = (left.alone if i == k else 0.0) + (right.alone if k + 1 == j else 0.0)
            cost += product_cost(rows, inner, cols) if inner > 1 else entrywise_cost(rows * cols, 0)
        found += [a + b + cost for a in all_costs(factors, i, k) for b in all_costs(factors, k + 1, j)]
    return found


def products_in(source: str) -> int:
    """Return how many matrix products a source has."""
    return source.count(".dot(")


def test_a_chain_of_products_shares_what_reverse_mode_shares() -> None:
    """Fifteen products lead to the value; the derivative by X is 22 more, of which the last is not needed."""
    chain = "tr(" + "*".join(f"A_{k}*X" for k in range(1, 9)) + ")"
    found = mc.diff(chain, "X")
    assert isinstance(found, mc.Derivative)
    source = found.code(sizes={"m": 100, "n": 100})
    assert products_in(source) <= 36
    with_value = mc.source(chain, "X", sizes={"m": 100, "n": 100})
    assert products_in(with_value) <= 37


def test_a_call_costs_something() -> None:
    """Small products are not made several for a few multiplications less."""
    assert product_cost(2, 2, 2) > CALL


def test_parts_of_products_are_multiplied_out_where_others_need_what_comes_out() -> None:
    """Two products of Y with arrays as long as it is, not three, and no sum of such arrays."""
    text = "sum((Y'*(X*C + V)).*(Y'*X*D)) + sum((Y'*V).*E)"
    kinds = {"X": "matrix(n,k)", "Y": "matrix(n,p)", "V": "matrix(n,k)", "E": "matrix(p,k)"}
    kinds |= dict.fromkeys("CD", "matrix(k,k)")
    program = program_of(text, "C", "value", kinds, "projected", None)
    roots, _ = program.instructions(Sizes({"n": 2000, "k": 3, "p": 20}), ALL_PASSES)
    whole = [node for node in postorder(*roots) if node.op not in ("variable", "transpose")]
    long = [node.op for node in whole if any("n" in map(str, one.shape) for one in node.args)]
    assert long == ["dot", "dot"]
