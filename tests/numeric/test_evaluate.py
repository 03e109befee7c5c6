"""Values: what goes in, what comes out, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.language.declarations import FACTS, KINDS, SHAPES
from matcalc.numeric.sample import draw

RNG = np.random.default_rng(8)
A = RNG.standard_normal((3, 4))
X = RNG.standard_normal((4, 4))
x = RNG.standard_normal(4)
y = RNG.standard_normal(4)


@pytest.mark.parametrize(
    ("text", "values", "wanted"),
    [
        ("A*x", {"A": A, "x": x}, A @ x),
        ("x'*y", {"x": x, "y": y}, x @ y),
        ("x*y'", {"x": x, "y": y}, np.outer(x, y)),
        ("A'", {"A": A}, A.T),
        ("x'", {"x": x}, x),
        ("X^3", {"X": X}, X @ X @ X),
        ("X^-2", {"X": X}, np.linalg.inv(X) @ np.linalg.inv(X)),
        ("diag(x)", {"x": x}, np.diag(x)),
        ("diag(X)", {"X": X}, np.diag(X)),
        ("X - 2*I", {"X": X}, X - 2 * np.eye(4)),
        ("x./(1 + x.^2)", {"x": x}, x / (1 + x**2)),
        ("||x||", {"x": x}, np.linalg.norm(x)),
        ("||A||_F^2", {"A": A}, np.sum(A * A)),
        ("|X|", {"X": X}, np.linalg.det(X)),
        ("sum(x)/n", {"x": x}, None),
        ("tr(X)*x", {"X": X, "x": x}, np.trace(X) * x),
    ],
)
def test_value(text: str, values: dict[str, Any], wanted: Any) -> None:
    if wanted is None:
        assert mc.parse(text, {"x": "vector(n)"}).evaluate(**values) == pytest.approx(np.mean(x))
        return
    found = mc.parse(text).evaluate(**values)
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_scalar_is_a_float() -> None:
    assert type(mc.parse("x'*x").evaluate(x=[1, 2])) is float
    assert type(mc.diff("s^2", "s", {"s": "scalar"}).evaluate(s=3)) is float


def test_vectors_are_one_dimensional_and_matrices_two() -> None:
    assert mc.parse("A*x").evaluate(A=A, x=x).shape == (3,)
    assert mc.parse("x'*A'").evaluate(A=A, x=x).shape == (3,)
    assert mc.parse("x*x'").evaluate(x=x).shape == (4, 4)
    assert mc.diff("x'*A*x", "A").evaluate(x=x, A=X).shape == (4, 4)


def test_columns_lists_and_integers_are_taken() -> None:
    expr = mc.parse("A*x")
    wanted = A @ x
    np.testing.assert_allclose(expr.evaluate(A=A.tolist(), x=x.tolist()), wanted)
    np.testing.assert_allclose(expr.evaluate(A=A, x=x[:, None]), wanted)
    assert mc.parse("x'*x").evaluate(x=np.array([1, 2], dtype=np.int8)) == 5.0
    assert mc.parse("2*s", {"s": "scalar"}).evaluate(s=np.array(3.0)) == 6.0


def test_inputs_are_not_changed() -> None:
    copies = A.copy(), x.copy()
    mc.diff("||A*x - b||^2", "x").evaluate(A=A, x=x, b=np.ones(3))
    assert np.array_equal(A, copies[0]) and np.array_equal(x, copies[1])


@pytest.mark.parametrize(
    ("text", "kinds", "values", "code", "word"),
    [
        ("A*x", {}, {"A": A}, "E301", "x"),
        ("A*x", {}, {}, "E301", ""),
        ("tr(I(n))*s", {"s": "scalar"}, {"s": 1.0}, "E301", "n"),
        ("A*x", {}, {"A": A, "x": np.ones(3)}, "E302", "(3,)"),
        ("A*x", {}, {"A": x, "x": x}, "E302", "m×n"),
        ("A*x", {}, {"A": A, "x": A}, "E302", "x"),
        ("x'*x", {"x": "vector(3)"}, {"x": x}, "E302", "3×1"),
        ("tr(X)", {}, {"X": A}, "E302", "n×n"),
        ("2*s", {"s": "scalar"}, {"s": [1.0, 2.0]}, "E302", "scalar"),
        ("x'*x", {}, {"x": 3.0}, "E302", "()"),
        ("x'*x", {}, {"x": np.ones((2, 2, 2))}, "E302", "(2, 2, 2)"),
        ("x'*x", {}, {"x": "abc"}, "E303", "x"),
        ("x'*x", {}, {"x": [[1], [1, 2]]}, "E303", "x"),
        ("x'*x", {}, {"x": [None, "a"]}, "E303", "x"),
        ("x'*x", {}, {"x": x, "z": x}, "E404", "z"),
        ("x'*x", {}, {"X": x}, "E404", "X"),
    ],
)
def test_values_refused(
    text: str, kinds: dict[str, str], values: dict[str, Any], code: str, word: str
) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, kinds).evaluate(**values)
    assert failed.value.code == code
    assert word in failed.value.message


def test_sizes_may_come_from_variables_that_do_not_occur() -> None:
    d = mc.diff("x'*y", "x")
    assert d.evaluate(y=y).tolist() == y.tolist()
    assert mc.parse("n*s", {"s": "scalar", "x": "vector(n)"}).evaluate(s=2.0, x=x) == 8.0


@pytest.mark.parametrize(
    ("text", "kinds", "values", "place", "words"),
    [
        ("1 + log(s)", {"s": "scalar"}, {"s": -1.0}, "log(s)", ("log(s) is not", "s is positive")),
        ("log(s - 3)", {"s": "scalar"}, {"s": 1.0}, "log(s - 3)", ("log(s - 3)", "s - 3 is positive")),
        ("tr(inv(X))", {}, {"X": np.zeros((2, 2))}, "inv(X)", ("inv(X)", "X is invertible")),
        ("tr(inv(X))", {}, {"X": np.ones((2, 2))}, "inv(X)", ("inv(X)", "X is invertible")),
        ("logdet(X)", {}, {"X": np.diag([1.0, -1.0])}, "logdet(X)", ("logdet(X)", "determinant")),
        ("sum(arcsin(x))", {}, {"x": [0.5, 2.0]}, "arcsin(x)", ("arcsin(x)", "between -1 and 1")),
        ("s^0.5 + 1", {"s": "scalar"}, {"s": -1.0}, "s^0.5", ("is not defined",)),
        ("sum(x./y)", {}, {"x": [0, 1], "y": [0, 1]}, "x./y", ("x./y", "infinite")),
        ("sum(step(log(x)))", {}, {"x": [-1, 1]}, "log(x)", ("log(x)",)),
        (
            "exp(s) - exp(2*s)",
            {"s": "scalar"},
            {"s": 1e3},
            "exp(s) - exp(2*s)",
            ("infinite",),
        ),
        ("sum(log(x)) + t", {"t": "scalar"}, {"x": [-1], "t": 2}, "log(x)", ("log(x)",)),
    ],
)
def test_values_outside_a_domain(
    text: str, kinds: dict[str, str], values: dict[str, Any], place: str, words: tuple[str, ...]
) -> None:
    """Also where the undefined value would have been swallowed, as by a comparison."""
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, kinds).evaluate(**values)
    error = failed.value
    assert error.code == "E304" and error.source == text
    assert text[slice(*error.span)] == place
    assert all(word in str(error) for word in words)


@pytest.mark.parametrize(
    ("text", "wrt", "values", "words"),
    [
        ("norm2(A*x - b)", "x", {"A": np.eye(2), "x": [1, 2], "b": [1, 2]}, "norm2(A*x - b) is infinite"),
        ("norm2(A*x - b)", "x", {"A": np.eye(2), "x": [1, 2], "b": [1, 2]}, "norm2(A*x - b) is not zero"),
        ("std(x)", "x", {"x": [1, 1]}, "it is finite where var(x) is positive"),
        ("sum(sqrt(x))", "", {"x": [-1, 1]}, "it is defined where x is not negative"),
        ("sqrt(x'*A*x)", "", {"A": -np.eye(2), "x": [1, 1]}, "sqrt(x'*A*x) is not defined"),
        (
            "sqrt(x'*A*A*A*x - x'*B*B*B*x)", "",
            {"A": 0 * np.eye(2), "B": np.eye(2), "x": [1, 1]}, "where what is under the root is not negative",
        ),
        ("sum(exp(x).*y./z)", "", {"x": [1e3], "y": [0], "z": [1]}, "exp(x) in it is infinite"),
    ],
)  # fmt: skip
def test_the_function_to_blame_is_named(text: str, wrt: str, values: dict[str, Any], words: str) -> None:
    expression: Any = mc.diff(text, wrt) if wrt else mc.parse(text)
    with pytest.raises(mc.MatcalcError) as failed:
        expression.evaluate(**values)
    said = failed.value.message + failed.value.help
    assert failed.value.code == "E304" and words in said
    assert "hadamard" not in said and "mul" not in said


def test_undefined_parts_of_derivatives_are_named_without_a_place() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("sum(sqrt(x))", "x").evaluate(x=[-1.0, 1.0])
    assert failed.value.code == "E304" and not failed.value.labels


def test_infinite_values_are_floats_without_warnings() -> None:
    assert mc.parse("1/s", {"s": "scalar"}).evaluate(s=0.0) == np.inf
    assert mc.parse("exp(s)", {"s": "scalar"}).evaluate(s=1e3) == np.inf
    assert mc.parse("log(s)", {"s": "scalar"}).evaluate(s=0.0) == -np.inf


@pytest.mark.parametrize(
    ("text", "kinds", "values", "labels"),
    [
        ("A*x", {}, {"A": A, "x": y[:3]}, {"x": "x is n×1, its value of length 3", "A": "value 3×4"}),
        ("A*x", {}, {"x": y[:3], "A": A}, {"A": "A is m×n, its value 3×4", "x": "of length 3"}),
        ("1 + x'*x", {}, {"x": 3.0}, {"x": "x is n×1, its value a number"}),
        ("2*s + 1", {"s": "scalar"}, {"s": X}, {"s": "s is scalar, its value 4×4"}),
        ("tr(X)", {}, {"X": A}, {"X": "X is n×n, its value 3×4"}),
        (r"\mathbf{A} x", {}, {"A": A, "x": x[:2]}, {"x": "length 2", r"\mathbf{A}": "3×4"}),
    ],
)  # fmt: skip
def test_wrong_sizes_point_at_the_variables(
    text: str, kinds: dict[str, str], values: dict[str, Any], labels: dict[str, str]
) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, kinds).evaluate(**values)
    found = {text[slice(*label.span)]: label.text for label in failed.value.labels}
    assert failed.value.code == "E302" and list(found) == list(labels)
    assert all(words in found[name] for name, words in labels.items())


def test_missing_values_are_pointed_at() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("A*x - b where b = A*y").evaluate(x=x)
    assert failed.value.message == "there is no value for A, y"
    assert [label.span.start for label in failed.value.labels] == [0, 20]


def test_the_first_of_several_places_is_pointed_at() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("r'*x + x'*r where r = 2*x").evaluate()
    assert failed.value.span == (3, 4)


@pytest.mark.parametrize("value", [np.nan, [1, np.nan], [np.inf, 1], 1j, [1j, 2], ["1", "2"], [True, None]])
def test_only_real_numbers_are_values(value: Any) -> None:
    """A complex number lost its imaginary part, and text that looks like a number was taken for one."""
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("1 + x'*x", {"x": "vector"}).evaluate(x=value)
    assert failed.value.code == "E303" and failed.value.span == (4, 5)


# Sizes


def test_sizes_are_given_by_name() -> None:
    assert mc.parse("tr(I(k))*s", {"s": "scalar"}).evaluate(s=2.0, k=3) == 6.0
    assert mc.parse("sum(ones(k))/k", {"x": "vector(k)"}).evaluate(k=3) == 1.0


@pytest.mark.parametrize("size", [0, -1, 2.5, [3], np.nan])
def test_sizes_are_positive_integers(size: Any) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("tr(I(k))").evaluate(k=size)
    assert failed.value.code in ("E302", "E303")


KRONECKER = {"x": "vector(n*p)", "y": "vector(n)", "z": "vector(p)"}


def test_sizes_in_products_and_sums_are_found_in_any_order() -> None:
    expr = mc.parse("x'*x/p", {"x": "vector(n*p)", "y": "vector(n)"})
    for values in ({"x": np.ones(6), "y": np.ones(3)}, {"y": np.ones(3), "x": np.ones(6)}):
        assert expr.evaluate(**values) == 3.0
    square = mc.parse("n*s", {"s": "scalar", "x": "vector(n*n+1)"})
    assert square.evaluate(s=1.0, x=np.ones(10)) == 3.0


def test_sizes_that_do_not_multiply_are_refused() -> None:
    values = {"x": np.ones(7), "y": np.ones(2), "z": np.ones(3)}
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("x + kron(y, z)", KRONECKER).evaluate(**values)
    assert failed.value.code == "E302"
    assert [label.text[0] for label in failed.value.labels] == ["x", "y", "z"]
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("x'*x", KRONECKER).evaluate(x=np.ones(7), y=np.ones(2))
    assert failed.value.code == "E302"


# Declarations


@pytest.mark.parametrize("kind", [*KINDS, *(f"vector {fact}" for fact in FACTS)])
def test_values_that_contradict_their_declaration_are_refused(kind: str) -> None:
    """The result relies on them: of a symmetric S, for one, S' is written S."""
    if kind in SHAPES:
        return
    shape = "(n)" if kind in KINDS else ""
    expr = mc.parse("sum(A)", {"A": kind + shape})
    wrong: Any = X if kind in KINDS else -abs(x)
    with pytest.raises(mc.MatcalcError) as failed:
        expr.evaluate(A=wrong)
    assert failed.value.code == "E305" and failed.value.span == (4, 5)
    right = draw(expr._reading.variables["A"], {"n": 4}, "mixed", np.random.default_rng(3))
    expr.evaluate(A=right if kind in KINDS else right[:, 0])


def test_large_arguments_do_not_overflow() -> None:
    big = np.array([1000.0, 0.0, -1000.0])
    assert mc.parse("logsumexp(x)").evaluate(x=big) == 1000.0
    assert mc.parse("softmax(x)").evaluate(x=big).tolist() == [1.0, 0.0, 0.0]
    assert mc.parse("sigmoid(x)").evaluate(x=big).tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("onehot(n)", [1, 0.5, 0]),
        ("onehot(n)", [1, 1, 0]),
        ("simplex(n)", [0.5, 0.6]),
        ("simplex(n)", [1.5, -0.5]),
    ],
)
def test_values_that_are_no_unit_vectors_or_shares(kind: str, value: list[float]) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("a'*y", {"y": kind}).evaluate(y=value, a=[1.0] * len(value))
    assert failed.value.code == "E305"


def test_rounding_does_not_choose_the_sign_of_an_eigenvector() -> None:
    """Eigenvectors of symmetric Toeplitz matrices have two entries of each size."""
    vector = mc.parse("eigvec_min(sym(toeplitz(x)))")
    for _ in range(50):
        entries = RNG.standard_normal(7)
        first, moved = (vector.evaluate(x=entries * (1 + 1e-12 * RNG.standard_normal(7))) for _ in range(2))
        np.testing.assert_allclose(first, moved, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("s^(10^17 + 1)", -1),
        ("s^(10^17 + 2)", 1),
        ("s^(-10^17 - 1)", -1),
        ("s^(3^(10^6))", -1),
        ("s^(-(3^(10^6)))", -1),
        ("s^(3^(10^6) + 1)", 1),
        ("s^(5*3^(10^6))", -1),
        ("(-1)^(10^17 + 1)", -1),
        ("(-1)^(3^(10^6))", -1),
        ("(-2)^(3^(10^6))", -np.inf),
        ("sum(x.^(10^17 + 1))", -1),
    ],
)
def test_powers_know_the_parity_of_exponents_that_are_no_floats(text: str, value: float) -> None:
    kinds = {"s": "scalar", "x": "vector(n)"}
    values = {"s": -1.0, "x": [-1.0]}
    expr = mc.parse(text, kinds)
    assert expr.evaluate(**{name: values[name] for name in values if name in text}) == value


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("std(x)", {"x": [1, 1]}, "1/sqrt(var(x)) is infinite"),
        ("std(X)", {"X": np.ones((2, 2))}, "1/sqrt(var(X)) is infinite"),
        ("std(A*x - b)", {"A": np.eye(2), "x": [1, 1], "b": [0, 0]}, "1/sqrt(var(A*x - b)) is infinite"),
        ("norm2(x)", {"x": [0, 0]}, "x/norm2(x) is not a number"),
        (
            "std(A*x - b + exp(A*x) + 3*A*b + A*A*x - 7*b)",
            {"A": np.zeros((2, 2)), "x": [1, 1], "b": [0, 0]},
            "var(...)^(-1/2) is infinite",
        ),
    ],
)
def test_where_a_derivative_is_infinite_the_message_names_the_part(
    text: str, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(mc.MatcalcError) as raised:
        mc.diff(text, "X" if "X" in values else "x").evaluate(**values)
    assert raised.value.code == "E304"
    assert raised.value.message.startswith(words)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("lambda_max(X)", 1), ("lambda_max(X)", 2), ("lambda_min(X)", 2), ("a'*eigvec_max(X)", 0),
        ("a'*eigvec_max(X)", 1), ("a'*eigvec_min(X)", 1), ("specnorm(X)", 1), ("specnorm(X)", 2),
        ("a'*eigvals(X)", 1), ("a'*eigvecs(X)*a", 1), ("a'*resolvent_max(X)*a", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2, 3])
def test_where_an_eigenvalue_is_repeated_there_is_no_derivative(text: str, order: int, size: int) -> None:
    parsed = mc.parse(text, {"X": "symmetric(n)"})
    values = {"X": np.eye(size), "a": np.ones(size)}
    given = {name: values[name] for name in parsed.variables}
    found = parsed.diff("X", order) if order else parsed
    if size == 1:
        assert np.all(np.isfinite(found.evaluate(**given)))
        return
    with pytest.raises(mc.MatcalcError, match=r"defined where the .* (not repeated|differ)") as raised:
        found.evaluate(**given)
    assert raised.value.code == "E304"


def test_other_eigenvalues_may_be_repeated() -> None:
    matrix = np.diag([3.0, 1.0, 1.0])
    found = mc.diff("lambda_max(X)", "X", {"X": "symmetric(n)"}, order=2).evaluate(X=matrix)
    assert found[0, 1, 0, 1] == pytest.approx(0.25)
    assert mc.parse("lambda_max(X)").evaluate(X=np.eye(3)) == 1.0
    assert mc.parse("specnorm(X)").evaluate(X=np.eye(3)) == 1.0
