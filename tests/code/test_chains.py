"""Products are put into the order that costs least."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import ALL_PASSES, TARGETS, SizeEstimates
from matcalc.code.chains import Factor, best_order
from matcalc.code.instructions import CALL, entrywise_cost, product_cost, solve_cost
from matcalc.expression import postorder
from matcalc.numeric.compiled import run
from tests.code.libraries import arrays_for
from tests.numerical import distance


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
            kind = str(rng.choice(["dense", "diagonal", "inverse"])) if rng.random() < 0.3 else "dense"
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
            cost += entrywise_cost(rows * cols, 1) if left.kind == "diagonal" else solve_cost(inner, cols)
        elif k + 1 == j and right.kind != "dense":
            cost = left.alone if i == k else 0.0
            cost += entrywise_cost(rows * cols, 1) if right.kind == "diagonal" else solve_cost(inner, rows)
        else:
            cost = (left.alone if i == k else 0.0) + (right.alone if k + 1 == j else 0.0)
            cost += product_cost(rows, inner, cols) if inner > 1 else entrywise_cost(rows * cols, 0)
        found += [a + b + cost for a in all_costs(factors, i, k) for b in all_costs(factors, k + 1, j)]
    return found


def products_in(source: str) -> int:
    """Return how many matrix products a source has."""
    return source.count(".dot(")


def test_a_chain_of_products_shares_what_reverse_mode_shares() -> None:
    """Fifteen products lead to the value; 22 more lead to the derivative, of which the last is not needed."""
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
    program = program_of(text, "C", "value", Options(kinds))
    roots, _ = program.instructions(SizeEstimates({"n": 2000, "k": 3, "p": 20}), ALL_PASSES)
    whole = [node for node in postorder(*roots) if node.op not in ("variable", "transpose")]
    long = [node.op for node in whole if any("n" in map(str, one.shape) for one in node.args)]
    assert long == ["dot", "dot"]


def test_what_two_products_share_is_multiplied_out_for_both() -> None:
    """Each would take the other's part as it is, as that is there anyway: a long product more."""
    text = "-D/2*logdet(K) - 1/2*tr(inv(K)*Y*Y') where K = s*X*X' + I/b"
    kinds = {"D": "scalar", **dict.fromkeys("sb", "scalar positive")}
    made = program_of(text, "X", "hvp", Options(kinds))
    source = made.source(TARGETS["numpy"], SizeEstimates({"m": 1024, "n": 5, "k": 20}))
    assert source.count("Y.T.dot(") + source.count(".T.dot(Y)") == 2, source


def test_what_was_barred_as_circular_is_tried_again() -> None:
    """The inverse meets one matrix of its size, not the terms of a sum that was pulled out in another way."""
    kinds = {"R": "symmetric(n)", "V": "matrix(n,r)"}
    made = program_of("||R^(-3)*V||_F^2", "R", ("value", "gradient"), Options(kinds))
    roots, _ = made.instructions(SizeEstimates({"n": 500, "r": 10}), ALL_PASSES)
    square = [node for node in postorder(*roots) if node.op == "dot" and len({*node.shape}) == 1]
    assert len([node for node in square if node.args[0].shape == node.args[1].shape]) == 1


KINDS = {
    **dict.fromkeys("ABCDX", "matrix(n,n)"),
    **dict.fromkeys("xyw", "vector(n)"),
    "S": "spd(n)",
    "u": "vector(m)",
    "F": "matrix(n,s)",
    "T": "matrix(m,n)",
    "U": "matrix(m,r)",
    "V": "matrix(n,r)",
    "W": "matrix(r,q)",
    "L": "matrix(p,m)",
}
SIZES = {"m": 700, "n": 301, "p": 2000, "q": 11, "r": 10, "s": 250}


def checked_source(text: str, wrt: str) -> str:
    """Return the source of value and gradient, which are those of the expressions."""
    kinds = {name: kind for name, kind in KINDS.items() if re.search(rf"\b{name}\b", text)}
    sizes = {name: size for name, size in SIZES.items() if re.search(rf"\b{name}\b", str(kinds.values()))}
    made = program_of(text, wrt, ("value", "gradient"), Options(kinds))
    source = made.source(TARGETS["numpy"], SizeEstimates(SIZES))
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(4, **{name: 2 + i for i, name in enumerate(sizes)})
    value, gradient = run(source, made.name)(*(np.squeeze(values[name]) for name in made.variables))
    assert distance(value, found.value.evaluate(**values)) < 1e-10
    assert distance(np.asarray(gradient), found.evaluate(**values)) < 1e-10
    return source.rpartition('"""')[2]


def test_a_high_power_meets_a_vector_factor_by_factor() -> None:
    source = checked_source("y'*A^14*x + y'*inv(S)^15*x", "y")
    assert source.count("product(A, ") == source.count("product(") == 14
    assert source.count("cholesky_solve(") == 15


@pytest.mark.parametrize(
    ("text", "wrt", "lines"),
    [
        ("y'*A*A*x", "x", ["t1 = y.dot(A).dot(A)", "return x.dot(t1), t1"]),
        ("y'*A^3*x", "y", ["t1 = A.dot(A.dot(A.dot(x)))", "return y.dot(t1), t1"]),
        ("x'*inv(S)^2*y", "y", ["t1 = cholesky(S)", "t2 = cholesky_solve(t1, cholesky_solve(t1, x))",
                                "return y.dot(t2), t2"]),
        ("tr(A^3)", "A", ["t1 = A.dot(A)", "return np.vdot(A, t1.T), 3 * t1.T"]),
        ("tr(A^8*B)", "B", ["t1 = A.dot(A)", "t2 = t1.dot(t1)", "t3 = t2.dot(t2)",
                            "return np.vdot(B, t3.T), t3.T"]),
        ("tr(A^30*B)", "B", ["t1 = A.dot(A).dot(A)", "t2 = t1.dot(t1).dot(A)", "t3 = t2.dot(t2).dot(A)",
                             "t4 = t3.dot(t3)", "return np.vdot(t4, B.T), t4.T"]),
        ("tr((A^20)^2*B)", "B", ["t1 = A.dot(A)", "t2 = t1.dot(t1).dot(A)", "t3 = t2.dot(t2)",
                                 "t4 = t3.dot(t3)", "t5 = t4.dot(t4)", "return np.vdot(B.T, t5), t5.T"]),
    ],
)  # fmt: skip
def test_powers_are_products_in_the_cheapest_order(text: str, wrt: str, lines: list[str]) -> None:
    """What meets a vector meets it factor by factor; what is a matrix is made of squares."""
    assert [line.strip() for line in checked_source(text, wrt).strip().splitlines()] == lines


@pytest.mark.parametrize(
    ("text", "wrt", "products"),
    [
        ("y'*A*B*x", "x", 3),
        ("y'*A*B*C*x", "C", 4),
        ("y'*A*diag(w)*B*x", "x", 3),
        ("y'*A*inv(S)*B*x", "x", 3),
        ("y'*inv(A)*x", "x", 1),
        ("tr(A*X*B)", "X", 1),
        ("tr(A*B*C*X*D)", "X", 3),
        ("tr(A'*B*X)", "X", 1),
        ("tr(A*B'*X)", "X", 1),
        ("tr(A'*B*X*C)", "X", 2),
        ("tr((A*B)^3*C)", "C", 3),
        ("sum(A.*(B*X))", "X", 1),
        ("sum((B*X*C).*A)", "X", 2),
        ("||diag(w)*A^2*diag(w)||^2", "w", 1),
    ],
)
def test_a_value_is_computed_from_its_gradient(text: str, wrt: str, products: int) -> None:
    assert products_in(checked_source(text, wrt)) == products


@pytest.mark.parametrize(
    "text",
    [
        "||T'*diag(u)*T||^2",
        "||T'*diag(u)*T*B||^2",
        "||F'*T'*diag(u)*T*F||^2 + ||T'*diag(u)*T||^2",
        "||T'*diag(u)*T||^2 + y'*B*T'*diag(u)*T*x",
    ],
)
def test_weights_between_a_matrix_and_itself_are_one_product(text: str) -> None:
    """With weights the product is computed once, by the function that makes use of its symmetry."""
    source = checked_source(text, "u")
    assert source.count("weighted_gram(") == 1
    assert ".T).dot(T)" not in source


def test_a_product_with_weights_serves_longer_products() -> None:
    """Without it, a thin factor would meet the parts of that product one after the other."""
    assert products_in(checked_source("||T'*diag(u)*T||^2 + ||T'*diag(u)*T*V||^2", "V")) == 2


def test_a_stretch_of_a_product_is_multiplied_out_alone() -> None:
    """A matrix with m*n entries is not computed, and that with p rows is multiplied once."""
    text = "||L*(U*V' - T)*V*W||^2"
    source = mc.source(
        text,
        "L",
        "value",
        {name: KINDS[name] for name in "LUVTW"},
        sizes=dict(SIZES.items() - {("s", SIZES["s"])}),
    )
    assert "U.dot(V.T.dot(V)) - T.dot(V)" in source
    assert source.count("L.dot(") == 1


def test_transposes_are_taken_of_products_not_of_their_factors() -> None:
    """Both cost the same operations, but libraries are faster at products of arrays as they lie."""
    assert "B.dot(A).T" in mc.source("tr(A*X*B)", "X", "gradient")


@pytest.mark.parametrize(
    "text",
    [
        "sum(cumsum(X*y).^2)",
        "||triu(ones(n,n))*X||^2",
        "||X*tril(ones(n,n))*A||^2",
        "||X*tril(ones(n,n))'||^2",
        "||A*triu(ones(n,n))'*X*y||^2",
        "sum(X*triu(ones(n,n)))",
        "sum(tril(ones(n,n))*X)",
        "x'*tril(ones(n,n))*tril(ones(n,n))'*X*y",
    ],
)
def test_triangles_of_ones_add_up_step_by_step(text: str) -> None:
    source = checked_source(text, "X")
    assert "cumsum(" in source
    assert "np.tri" not in source


@pytest.mark.parametrize("target", ["xp", "jax", "torch"])
def test_all_libraries_add_up_step_by_step(target: str) -> None:
    text, kinds = "||A*tril(ones(n,n))*X||^2 + a'*cumsum(X*b)", {"X": "matrix(n,m)"}
    arrays, found = arrays_for(target), mc.diff(text, "X", kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(2, k=2, n=4, m=3)
    given = {name: arrays.given(np.squeeze(values[name])) for name in found.variables}
    gradient = mc.compile(text, "X", "gradient", kinds, target=target)(**given)
    assert distance(np.asarray(gradient), found.evaluate(**values)) < 1e-12
    assert "cum" in found.code(target).rpartition('"""')[2]


def test_a_row_of_ones_meets_a_triangle_of_ones() -> None:
    source = mc.source("sum(c*tril(ones(n,n)))", "c", "gradient", {"c": "rowvector(n)"})
    assert "cumsum(" in source
    assert "np.tri" not in source


def test_a_triangle_of_ones_is_an_array_where_it_is_no_factor() -> None:
    assert "np.tril(" in checked_source("||tril(ones(n,n)) - X||^2 + sum(cumsum(x))", "X")
