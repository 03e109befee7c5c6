"""The backward sweep, pullbacks and gradients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

import matcalc as mc
from matcalc.algebra import normalise
from matcalc.calculus import cotangents, factored, gradients, pull_back, pullback
from matcalc.expression import Expr, depends_on, number, postorder
from matcalc.functions import BY_OPERATION
from matcalc.language import parse
from matcalc.printing import TEXT, write

EXPRESSIONS = [
    ("1/2*||W'*W*x - x||^2", "W"),
    ("logdet(X'*X) + tr(X'*X) + exp(tr(X'*X))", "X"),
    ("r'*r + sum(exp(r)) + norm2(r) where r = A*x - b", "x"),
    ("tr(X^5)", "X"),
    ("a'*softmax(W*x)", "x"),
]


@pytest.mark.parametrize(("text", "name"), EXPRESSIONS)
def test_each_path_is_followed_once(text: str, name: str) -> None:
    """Each occurrence as an argument is pulled back once, however often its parents are shared."""
    reading = parse(text, {"a": "vector(m)", "W": "matrix(m,n)"} if "softmax" in text else {}, [name])
    variable = reading.variables[name]
    calls: Counter[tuple[Expr, int]] = Counter()

    def counting(node: Expr, position: int, cotangent: Expr, values: Mapping[Expr, Expr]) -> Expr:
        calls[node, position] += 1
        return pull_back(node, position, cotangent, values)

    found = cotangents(reading.expr, [variable], number(1), counting)
    assert set(calls.values()) == {1}
    active = depends_on(reading.expr, [variable])
    assert set(found) == active & set(postorder(reading.expr))
    wanted = sum(
        arg in active for node in postorder(reading.expr) if node in active for arg in node.args
    )  # a power of a matrix is written as the product that it is
    assert sum(calls.values()) == wanted


@pytest.mark.parametrize(("text", "name"), EXPRESSIONS)
def test_cotangents_have_the_shapes_of_their_nodes(text: str, name: str) -> None:
    reading = parse(text, {"a": "vector(m)", "W": "matrix(m,n)"} if "softmax" in text else {}, [name])
    found = cotangents(reading.expr, [reading.variables[name]], number(1), pull_back)
    assert all(node.shape == cotangent.shape for node, cotangent in found.items())
    assert found[reading.expr] is number(1)


def test_work_is_linear_in_shared_subexpressions() -> None:
    """Multiplying a value by itself n times has 2^n paths, but only n nodes, whose factors are equal."""
    count = 60
    names = ", ".join(f"r{i} = r{i + 1}.*r{i + 1}" for i in range(count)) + f", r{count} = x"
    calls = 0

    def counting(node: Expr, position: int, cotangent: Expr, values: Mapping[Expr, Expr]) -> Expr:
        nonlocal calls
        calls += 1
        return pull_back(node, position, cotangent, values)

    reading = parse(f"sum(r0) where {names}")
    cotangents(reading.expr, [reading.variables["x"]], number(1), counting)
    assert calls == count + 1


def test_several_variables_in_one_sweep() -> None:
    reading = parse("x'*A*y", {"A": "matrix(m,n)"})
    variables = [reading.variables[name] for name in ("x", "A", "y")]
    together = gradients(reading.expr, variables)
    assert together == [gradients(reading.expr, [variable])[0] for variable in variables]


def test_variable_that_does_not_matter_has_gradient_zero() -> None:
    d = mc.diff("x'*x + 0*y'*y", "y")
    assert str(d) == "zeros(m)" or str(d).startswith("zeros(")
    assert d.shape == mc.parse("y", d.variables).shape


@pytest.mark.parametrize("name", ["sign", "step"])
def test_function_that_is_flat_has_gradient_zero_of_the_right_shape(name: str) -> None:
    assert str(mc.diff(f"sum({name}(X))", "X", {"X": "matrix(m,n)"})) == "zeros(m,n)"
    assert str(mc.diff(f"{name}(s)", "s", {"s": "scalar"})) == "0"


@pytest.mark.parametrize(
    ("operation", "position", "text"),
    [
        ("mul", 0, "G*Y'"),
        ("mul", 1, "X'*G"),
        ("hadamard", 1, "G.*X"),
        ("inv", 0, "-inv(X)'*G*inv(X)'"),
        ("logdet", 0, "G*inv(X)'"),
        ("exp", 0, "exp(X).*G"),
        ("norm2", 0, "G*x/norm2(x)"),
    ],
)
def test_pullback(operation: str, position: int, text: str) -> None:
    entry = BY_OPERATION[operation][0]
    found = normalise(pullback(entry, position))
    kinds = {}
    for node in postorder(pullback(entry, position)):
        if node.op == "variable":
            rows, cols = node.shape
            one = str(cols) == "1"
            kinds[node.data[0]] = (
                "scalar" if node.is_scalar else f"vector({rows})" if one else f"matrix({rows},{cols})"
            )
    assert found is normalise(parse(text, kinds).expr), write(found, TEXT)


@pytest.mark.parametrize("kind", ["symmetric(n)", "spd(n)"])
def test_gradient_by_a_symmetric_matrix_is_symmetric(kind: str) -> None:
    d = mc.diff("a'*S*b + tr(A*S)", "S", {"S": kind})
    transposed = mc.parse(f"({d})'", d.variables)
    assert transposed == d.expr
    assert d.notes == ("S is symmetric: this is the symmetrised gradient, (G + G')/2",)
    assert d.check().passed


def test_factoring_never_makes_longer_and_keeps_the_value() -> None:
    for text, name in EXPRESSIONS:
        reading = parse(text, {"a": "vector(m)", "W": "matrix(m,n)"} if "softmax" in text else {}, [name])
        [gradient] = gradients(reading.expr, [reading.variables[name]])
        assert factored(gradient).shape == gradient.shape
        assert factored(factored(gradient)) is factored(gradient)


@pytest.mark.parametrize("name", ["eigvec_max", "pinv", "polar", "var"])
def test_a_pullback_does_not_depend_on_who_needed_it_first(name: str) -> None:
    """It is kept, and its sums were written as in the derivation that came first, if it was one."""
    [entry] = BY_OPERATION[name]
    text, wrt, _ = entry.shown
    pullback.cache_clear()
    result = str(mc.diff(text, wrt))
    pullback.cache_clear()
    pullback(entry, 0)
    assert str(mc.diff(text, wrt)) == result
