"""Sums over an index have the values of a loop over it when they have become matrix expressions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

import matcalc as mc
from matcalc.algebra.stacking import stacked
from matcalc.expression import ONE, SCALAR, Dim, Expr, number, postorder, variable
from matcalc.expression.binder import SUM_OVER, sum_over, unit
from matcalc.language import parse
from matcalc.language.assemble import product
from matcalc.numeric.floats import evaluate_all
from tests.hunting import hunted

N, D = Dim.symbol("n"), Dim.symbol("d")
SIZES = {"n": 4, "d": 3}
E, F = unit("i", N), unit("j", N)
VARIABLES = {
    "y": variable("y", (N, ONE)), "p": variable("p", (N, ONE)), "X": variable("X", (N, D)),
    "Z": variable("Z", (N, D)), "A": variable("A", (D, D)), "W": variable("W", (N, N)),
    "w": variable("w", (D, ONE)), "s": variable("s", SCALAR),
}  # fmt: skip


def transposed(value: Expr) -> Expr:
    return Expr("transpose", (value,), (value.shape[1], value.shape[0]))


def member(name: str, index: Expr) -> Expr:
    family = VARIABLES[name]
    return product((transposed(index), family) if family.is_column else (transposed(family), index))


def total(args: tuple[Expr, ...]) -> Expr:
    return Expr("add", args, args[0].shape)


def scalars(indices: tuple[Expr, ...]) -> st.SearchStrategy[Expr]:
    """Return scalars in which the members of these indices occur."""
    index = st.sampled_from(indices)
    leaves = [st.builds(member, st.sampled_from("yp"), index), st.just(VARIABLES["s"])]
    if len(indices) > 1:
        leaves.append(st.just(product((transposed(E), VARIABLES["W"], F))))
    column = st.one_of(st.builds(member, st.sampled_from("XZ"), index), st.just(VARIABLES["w"]))
    columns = st.recursive(
        column,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(total),
            inner.map(lambda v: Expr("negate", (v,), v.shape)),
            inner.map(lambda v: Expr("tanh", (v,), v.shape)),
            inner.map(lambda v: product((VARIABLES["A"], v))),
            st.tuples(inner, inner).map(lambda vs: Expr("hadamard", vs, vs[0].shape)),
            st.tuples(st.one_of(leaves), inner).map(product),
            st.tuples(inner, inner, inner).map(lambda v: product((v[0], transposed(v[1]), v[2]))),
        ),
        max_leaves=4,
    )
    inner_products = st.tuples(columns, columns).map(lambda vs: product((transposed(vs[0]), vs[1])))
    sums = columns.map(lambda v: Expr("sum", (v,), SCALAR))
    squares = columns.map(lambda v: Expr("power", (Expr("norm2", (v,), SCALAR), number(2)), SCALAR))
    return st.recursive(
        st.one_of(*leaves, inner_products, sums, squares),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(total),
            st.tuples(inner, inner).map(product),
            inner.map(lambda s: Expr("power", (s, number(2)), SCALAR)),
            inner.map(lambda s: Expr("sin", (s,), SCALAR)),
            st.tuples(inner, st.just(number(Fraction(3, 2)))).map(lambda s: Expr("quotient", s, SCALAR)),
            inner.map(lambda s: Expr("negate", (s,), SCALAR)),
        ),
        max_leaves=5,
    )


def bodies(indices: tuple[Expr, ...]) -> st.SearchStrategy[Expr]:
    """Return scalars, columns and rows."""
    column = st.builds(member, st.sampled_from("XZ"), st.sampled_from(indices))
    of_scalars = scalars(indices)
    columns = st.tuples(of_scalars, column).map(product)
    return st.one_of(of_scalars, of_scalars, columns, columns.map(transposed),
                     st.tuples(columns, columns.map(transposed)).map(product))  # fmt: skip


def arrays(seed: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    return {
        name: draw.normal(size=[1 if dim is ONE else SIZES[str(dim)] for dim in node.shape])
        for name, node in VARIABLES.items()
    }


def same_value(loop: Expr, matrix: Expr) -> None:
    values = evaluate_all([loop, matrix], arrays(7), SIZES)
    assert np.allclose(values[loop], values[matrix], rtol=1e-8), (shown(loop), shown(matrix))


def shown(expr: Expr) -> str:
    """Return an expression with brackets around everything."""
    if not expr.args:
        return str(expr.data[0] if expr.op == "variable" else expr.data or expr.op)
    return f"{expr.op}({', '.join(map(shown, expr.args))})"


@hunted(60, 1000, bodies((E,)))
def test_sum_over_one_index(body: Expr) -> None:
    loop = sum_over("i", N, body)
    matrix = stacked(loop)
    assume(not any(node.op == SUM_OVER for node in postorder(matrix)))
    same_value(loop, matrix)


@hunted(60, 1000, scalars((E, F)))
def test_sum_over_two_indices(body: Expr) -> None:
    loop = sum_over("i", N, sum_over("j", N, body))
    same_value(loop, stacked(loop))


@pytest.mark.parametrize(
    ("text", "matrix"),
    [
        (r"\sum_{i,j} a_{ij} x_i x_j", "x'*a*x"),
        (r"\sum_{i,j} x_i A_{ij} y_j", "x'*A*y"),
        (r"\sum_i (y_i - w^T x_i)^2", "(y - x*w)'*(y - x*w)"),
        (r"\sum_{i,j} (x_{ij} - u_i^T v_j)^2", "sum((x - u*v').^2)"),
        (r"\sum_i \log \sum_j \exp(x_i^T w_j)", "sum(rowlogsumexp(x*w'))"),
        (r"\sum_i (x_i x_i^T + A)", "m*A + x'*x"),
        (r"\sum_i \sum_j x_i y_j", "sum(x)*sum(y)"),
    ],
)
def test_form_of_the_matrix_expression(text: str, matrix: str) -> None:
    assert str(mc.parse(text)) == matrix


@pytest.mark.parametrize("text", [r"\sum_{i,j} w_{ij} \|x_i - x_j\|^2", r"\sum_i (x_i - m)^T A (x_i - m)"])
def test_loops_are_what_was_written(text: str) -> None:
    reading = parse(text)
    draw = np.random.default_rng(3)
    symbols = sorted({s for node in reading.variables.values() for dim in node.shape for s in dim.symbols})
    sizes = {symbol: 3 + i for i, symbol in enumerate(symbols)}
    leaves = {
        name: draw.normal(size=[sizes.get(str(dim), 1) for dim in node.shape])
        for name, node in reading.variables.items()
    }
    matrix = stacked(reading.expr)
    values = evaluate_all([reading.expr, matrix], leaves, sizes)
    assert values[matrix] == pytest.approx(values[reading.expr])
