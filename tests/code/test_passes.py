"""Each pass does what it is for, and can be left out; the values stay the same."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import ALL_PASSES, TARGETS, Passes, SizeEstimates
from matcalc.numeric.compiled import compiled, run
from tests.numerical import distance

#: For each pass an expression, what is differentiated, declarations, and what is in the source with it alone.
EXAMPLES = {
    "order": ("sum((A*B*x).^2)", "x", {}, "A.dot(B.dot(x))"),
    "multiply_out": ("||T - U*V'||_F^2", "U", {"V": "matrix(n,k)"}, "V.T.dot(V)"),
    "factorisations": ("logdet(S) + x'*inv(S)*x + y'*inv(S)*y", "x", {"S": "spd(n)"}, "cholesky_solve"),
    "one_library": (
        "logdet(S) + tr(inv(S)*A'*A)",
        "S",
        {"S": "spd(n)", "A": "matrix(m,n)"},
        "product(",
    ),
    "updates": ("x'*inv(A)*x + x'*inv(A + u*v')*y", "x", {"A": "matrix(n,n)"}, "1 + v.dot("),
    "fuse": ("a'*X*X'*b + tr(A*X*B)", "X", {}, "np.array(["),
    "laws": (
        "tr(inv(a*X*X' + b*I)*Y)",
        "Y",
        {"X": "matrix(n,k)", "a": "scalar", "b": "scalar"},
        "X.T.dot(X)",
    ),
    "in_place": ("sum(exp(A*x))", "x", {}, "out="),
}
SIZES = {"m": 300, "n": 400, "k": 5, "p": 350}


def program(text: str, wrt: str, variables: dict[str, str]) -> Any:
    found = mc.diff(text, wrt, variables)
    assert isinstance(found, mc.Derivative)
    return found._program, found


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_pass_does_what_it_is_for(name: str) -> None:
    text, wrt, variables, mark = EXAMPLES[name]
    made, found = program(text, wrt, variables)
    target, sizes = TARGETS["numpy"], SizeEstimates(SIZES)
    both = name in ("factorisations", "one_library")
    if both:
        made = program_of(text, wrt, ("value", "gradient"), Options(variables))
    assert mark in made.source(target, sizes, ALL_PASSES)
    without = replace(ALL_PASSES, **{name: False})
    assert mark not in made.source(target, SizeEstimates(SIZES), without)
    values = found.value.sample(2, n=7, **({"k": 2} if "k" in str(variables) else {}))
    arguments = {one: values[one] for one in made.variables}
    first, second = (compiled(made, target, passes)(**arguments) for passes in (ALL_PASSES, without))
    for one, other in zip(*((first, second) if both else ([first], [second])), strict=True):
        assert distance(np.asarray(one), np.asarray(other)) < 1e-10


def test_without_any_pass_the_source_is_right() -> None:
    nothing = Passes(*[False] * len(fields(Passes)))
    made, found = program("1/2*||W'*W*x - x||^2 + logdet(x*x' + I)", "W", {})
    values = found.value.sample(1)
    value = compiled(made, TARGETS["numpy"], nothing)(**{one: values[one] for one in made.variables})
    assert distance(value, found.evaluate(**values)) < 1e-12


@pytest.mark.parametrize(
    ("text", "wrt", "absent"),
    [
        ("tr(A*B*X)", "A", "trace"),
        ("a'*diag(d)*X*b", "d", "np.diag"),
        ("sum(diag(A*B).*x)", "x", "diagonal"),
        ("sum((A*B).^2)", "A", "np.sum"),
        ("tr(X*I)", "X", "dot"),
        ("x'*(A.*(v*ones(n)'))*y", "y", "np.ones("),
    ],
)
def test_what_no_expert_computes(text: str, wrt: str, absent: str) -> None:
    assert absent not in mc.source(text, wrt, "value", {"A": "matrix(m,n)"} if "ones(n)" in text else {})


def test_products_are_multiplied_out_only_where_that_is_cheaper() -> None:
    """A thin factor makes it cheaper; where the difference is needed for the value anyway, it is not."""
    text, kinds = "||T - U*V'||_F^2", {"V": "matrix(n,k)"}
    thin, square = {"m": 500, "n": 500, "k": 5}, {"m": 50, "n": 50, "k": 500}
    assert "V.T.dot(V)" in mc.source(text, "U", "gradient", kinds, sizes=thin)
    assert "V.T.dot(V)" not in mc.source(text, "U", "gradient", kinds, sizes=square)
    assert "V.T.dot(V)" not in mc.source(text, "U", ("value", "gradient"), kinds, sizes=thin)


def test_arrays_that_are_needed_again_are_not_written_over() -> None:
    """Each of these reads a temporary after, or while, something is made of it."""
    rng = np.random.default_rng(0)
    A, x, y = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=4)
    for text in (
        "exp(A*x) + A*x",
        "exp(A*x).*(A*x) + A'*(A*x)",
        "(A*x).^2 + 2*A*x - y.*(A*x)",
        "A*A + (A*A)' + 2*A*A",
        "(A*A).*(A*A)' - 3*A*A",
        "A*A*x + (A*A).^2*y - (A*A)'*x",
        "diag(A*x) + A*x*y' + exp(A*x)*x'",
        "(A + A')*x - sum(A*x)*(A*x) + (A*x)/sum(exp(A*x))",
    ):
        expression = mc.parse(text, {"A": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)"})
        inputs = {name: {"A": A, "x": x, "y": y}[name] for name in expression.variables}
        kept = {name: value.copy() for name, value in inputs.items()}
        found = expression.compile()(**inputs)
        assert distance(found, expression.evaluate(**inputs)) < 1e-13, expression.code()
        assert all(np.array_equal(inputs[name], kept[name]) for name in kept), expression.code()


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("logsumexp(diag(exp(A).^A))", "A"),
        ("sum(exp(diag(exp(A))) + diag(exp(A)).^2)*sum(exp(A).^2)", "A"),
        ("logsumexp(vec(exp(A))) + norm2(vec(exp(A)))*sum(exp(2*A))", "A"),
        ("logsumexp(diag(A*B)) + sum(exp(2*A*B))", "B"),
    ],
)
def test_what_a_view_shows_is_not_written_over(text: str, wrt: str) -> None:
    kinds = {"A": "matrix(n,n)", "B": "matrix(n,n)"}
    kinds = {name: kind for name, kind in kinds.items() if name in text}
    expression, expected = mc.parse(text, kinds), mc.diff(text, wrt, kinds)
    assert isinstance(expected, mc.Derivative)
    values = expression.sample(2, n=4)
    for outputs in (("value", "gradient"), ("gradient", "value")):
        found = dict(zip(outputs, mc.compile(text, wrt, outputs, kinds)(**values), strict=True))
        assert distance(found["value"], expression.evaluate(**values)) < 1e-12
        assert distance(found["gradient"], expected.evaluate(**values)) < 1e-12


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2*vec(X)", {}),
        ("exp(vec(X)) + vec(X)", {}),
        ("2*unvec(v, 3, 4)", {"v": "vector(12)"}),
        ("exp(diag(S))", {"S": "matrix(n,n)"}),
        ("2*diag(S) + diag(S).^2", {"S": "matrix(n,n)"}),
        ("unvec(v, 3, 4)", {"v": "vector(12)"}),
        ("S'", {"S": "matrix(n,n)"}),
        ("diag(S)", {"S": "matrix(n,n)"}),
        ("vec(X)", {}),
        ("S", {"S": "matrix(n,n)"}),
    ],
)
def test_views_of_arguments_are_not_written_over(text: str, kinds: dict[str, str], order: str) -> None:
    """Neither by the function, nor by who writes over what it returns."""
    expression = mc.parse(text, kinds)
    values = expression.sample(5)
    inputs = {name: np.array(values[name], order=order) for name in expression.variables}
    kept = {name: value.copy() for name, value in inputs.items()}
    found = expression.compile()(**inputs)
    assert distance(found, expression.evaluate(**kept)) < 1e-13, expression.code()
    found += 1.0
    assert all(np.array_equal(inputs[name], kept[name]) for name in kept), expression.code()


@pytest.mark.parametrize(("text", "wrt"), [("sum(exp(x + y))", "xy"), ("sum(exp(X + Y'))", "XY")])
def test_each_result_has_an_array_of_its_own(text: str, wrt: str) -> None:
    function = mc.compile(text, [*wrt], "gradient")
    first, second = function(*([np.ones(3)] if wrt == "xy" else [np.ones((3, 3))]) * 2)
    assert np.array_equal(first, second) and not np.shares_memory(first, second)


@pytest.mark.parametrize(
    "text",
    [
        "sum(tanh(A*(x + x + y)))",
        "sum(exp(A*x + A*x + A*y))",
        "y'*(A + A + B)*x + y'*(A + B + A + A)*x",
        "sum(tanh(x*y' + x*y' + A))",
        "sum(tanh(A*(B + B - x*y' - x*y')*A))",
        "sum(exp(A*B*x + A*B*x + B*x))",
        "tr((A + A + B)*(A + A + B)')",
        "logsumexp(A*diag(x)*y + A*diag(x)*y - diag(x)*y)",
        "sum(sqrt(A.^2 + A.^2 + I + I))",
    ],
)
def test_equal_terms_count_as_often_as_they_stand(text: str) -> None:
    """Values are computed as written in one of the forms, with terms that the normal form would add up."""
    kinds = {"A": "matrix(n,n)", "B": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)"}
    expression = mc.parse(text, kinds)
    values = expression.sample(2, n=6)
    for wrt in "xAB":
        expected = mc.diff(text, wrt, kinds)
        assert isinstance(expected, mc.Derivative)
        value, gradient = mc.compile(text, wrt, ("value", "gradient"), kinds)(**values)
        assert distance(value, expression.evaluate(**values)) < 1e-12
        assert distance(gradient, expected.evaluate(**values)) < 1e-12


@pytest.mark.parametrize(
    "text",
    [
        "sum(s*ones(n) + A*x)^2",
        "y'*(A*(s*ones(n) + x)*t + x)*sum(y + t*ones(n))",
        "sum((x + s*ones(n))*(y + t*ones(n))')",
        "std(s*y + s + x)*t",
        "sum(exp((A + s*ones(n,n))*(x + t*ones(n))))",
        "tr((A + s*ones(n,n))*(B + t*ones(n,n)))",
        "ones(n)'*(A + s*ones(n,n))*(B - ones(n,n))*(x + t)",
        "sum(tanh(ones(n,n)*(A + s*ones(n,n))))",
    ],
)
@pytest.mark.parametrize("size", [3, 40, 1000])
def test_rows_of_ones_times_columns_of_ones_are_counted(text: str, size: int) -> None:
    """For sizes for which sums are multiplied out, and others."""
    kinds = {"A": "matrix(n,n)", "B": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)"}
    kinds |= {"s": "scalar", "t": "scalar"}
    expression = mc.parse(text, kinds)
    values = expression.sample(2, n=5)
    for wrt in "xAst":
        expected = mc.diff(text, wrt, kinds)
        assert isinstance(expected, mc.Derivative)
        made = program_of(text, wrt, ("value", "gradient"), Options(kinds))
        function = run(made.source(TARGETS["numpy"], SizeEstimates({"n": size})), made.name)
        value, gradient = function(*(values[name] for name in made.variables))
        assert distance(value, expression.evaluate(**values)) < 1e-12
        assert distance(np.asarray(gradient), expected.evaluate(**values)) < 1e-12


@pytest.mark.parametrize(
    "text",
    [
        "A*B - diag(x) - diag(y)",
        "exp(A) - diag(x) + diag(y)",
        "exp(A) - diag(x - y)",
        "A*B - 2*I + diag(x)",
        "sum(inv(A)'*B*x)*y + inv(A)*x",
        "inv(A')*B + B'",
        "B*inv(A) + (inv(A)'*B')'.*B",
        "y'*inv(A)*B + (inv(A)'*y)'*diag(x)",
    ],
)
def test_signs_on_the_diagonal_and_transposed_solutions(text: str) -> None:
    kinds = {"A": "matrix(n,n)", "B": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)"}
    expression = mc.parse(text, kinds)
    values = expression.sample(2, n=5)
    assert distance(expression.compile()(**values), expression.evaluate(**values)) < 1e-10
