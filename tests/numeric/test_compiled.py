"""Generated functions as they are called: any shapes, any numbers, clear errors."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.code import TARGETS, Program
from matcalc.numeric import compiled as module
from tests.code.libraries import arrays_for


def gradient_of(text: str, wrt: str, **kinds: str):
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found.compile()


def test_a_function_is_made_once_for_each_set_of_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    original = Program.source
    monkeypatch.setattr(Program, "source", lambda *a, **k: made.append(a[2]) or original(*a, **k))
    function = gradient_of("||A*x||^2", "x")
    rng = np.random.default_rng(0)
    for _ in range(3):
        for m, n in ((3, 2), (5, 4), (3, 2)):
            A, x = rng.normal(size=(m, n)), rng.normal(size=n)
            assert np.allclose(function(A, x), 2 * A.T @ A @ x)
    assert [sizes.given for sizes in made] == [{"m": 3, "n": 2}, {"m": 5, "n": 4}]


@pytest.mark.parametrize("kind", [int, bool, np.float16, np.int8, "lists", "columns"])
def test_values_of_any_kind_are_numbers(kind: object) -> None:
    """Whole numbers neither overflow nor round, however often the function was called with floats before."""
    function = gradient_of("sum((s*A*x).^3)", "x", s="scalar")
    A, x = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), np.array([1.0, 1.0])
    wanted = function(s=1.0, A=A, x=x)
    if kind == "lists":
        found = function(s=1, A=A.tolist(), x=x.tolist())
    elif kind == "columns":
        found = function(s=np.array(1.0), A=A, x=x[:, None])
    else:
        found = function(s=kind(1), A=A.astype(kind), x=x.astype(kind))
    assert found.dtype == np.float64 and np.array_equal(found, wanted)


@pytest.mark.parametrize(
    "values",
    [
        {"A": np.ones((3, 2)), "x": np.ones(3)},
        {"A": np.ones((3, 2)), "x": np.ones((1, 3))},
        {"A": np.ones(3), "x": np.ones(2)},
        {"A": np.ones((3, 2, 1)), "x": np.ones(2)},
    ],
)
def test_shapes_that_do_not_fit_are_an_error(values: dict[str, np.ndarray]) -> None:
    """They would be spread over each other without a word."""
    function = gradient_of("||A*x||^2", "x")
    with pytest.raises(mc.MatcalcError, match="E302"):
        function(**values)


@pytest.mark.parametrize("value", ["text", [[1.0], [1.0, 2.0]], None, object(), [1j, 2j]])
def test_what_is_no_number_is_an_error(value: object) -> None:
    with pytest.raises(mc.MatcalcError, match="E30"):
        gradient_of("s*x'*x", "x", s="scalar")(s=1.0, x=value)
    with pytest.raises(mc.MatcalcError, match="E30"):
        gradient_of("s*x'*x", "x", s="scalar")(s=value, x=np.ones(2))


def test_a_scalar_is_one_number() -> None:
    with pytest.raises(mc.MatcalcError, match="E302"):
        gradient_of("s*x'*x", "x", s="scalar")(s=np.ones(2), x=np.ones(2))


@pytest.mark.parametrize("target", TARGETS)
def test_arguments_are_given_by_place_or_by_name(target: str) -> None:
    pytest.importorskip({"xp": "array_api_strict"}.get(target, target), reason=f"{target} is not installed")
    found = mc.diff("lambda*x'*x", "x")
    assert isinstance(found, mc.Derivative)
    function = found.compile(target)
    assert vars(function)["arguments"] == ("lambda", "x")
    assert "2*lambda*x" in str(function.__doc__)
    if target != "xp":
        assert np.allclose(function(3.0, np.array([1.0, 2.0])), [6.0, 12.0])
        assert np.allclose(function(**{"lambda": 3.0, "x": np.array([1.0, 2.0])}), [6.0, 12.0])


def test_a_matrix_that_cannot_be_factorised_is_an_error_of_its_own() -> None:
    """An error inside is not taken for shapes that have not been seen."""
    function = gradient_of("logdet(S) + x'*inv(S)*x", "S", S="spd(n)")
    with pytest.raises(mc.MatcalcError, match="E304"):
        function(S=-np.eye(3), x=np.ones(3))
    good = function(S=np.eye(3), x=np.zeros(3))
    assert np.allclose(good, np.eye(3))
    with pytest.raises(mc.MatcalcError, match="E304"):
        function(S=-np.eye(3), x=np.ones(3))


@pytest.mark.parametrize("target", ["numpy", "torch", "xp"])
def test_what_cannot_be_inverted_or_is_no_array_is_an_error_of_its_own(target: str) -> None:
    arrays = arrays_for(target)
    function = mc.parse("inv(A)*b").compile(target)
    with pytest.raises(mc.MatcalcError, match="E304"):
        function(A=arrays.given(np.zeros((2, 2))), b=arrays.given(np.ones(2)))
    with pytest.raises(mc.MatcalcError, match="E303"):
        function(A=arrays.given(np.eye(2)), b="text")


def test_operators_say_what_cannot_be_factorised() -> None:
    found = mc.diff("logdet(S)", "S", {"S": "spd(n)"}, order=2)
    assert isinstance(found, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match="E304"):
        found.operator(S=np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("text", "wrt", "kinds", "inputs", "shape"),
    [
        ("X", "X", {"X": "matrix(p,m+n)"}, {"X": np.ones((2, 3))}, (2, 3, 2, 3)),
        ("X*X'", "X", {"X": "matrix(p,m*n)"}, {"X": np.ones((2, 6))}, (2, 2, 2, 6)),
        ("x*x'", "x", {"x": "vector(m+n)"}, {"x": np.ones(3)}, (3, 3, 3)),
        ("x*x'", "x", {"x": "vector(m*n+p)"}, {"x": np.ones(5)}, (5, 5, 5)),
    ],
)
def test_sizes_that_are_sums_and_products_need_not_be_told_apart(
    text: str, wrt: str, kinds: dict[str, str], inputs: dict[str, np.ndarray], shape: tuple[int, ...]
) -> None:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    value = found.evaluate(**inputs)
    assert np.shape(value) == shape
    assert np.array_equal(found.index.compile()(**inputs), value)


def test_a_size_that_matters_has_to_be_told() -> None:
    expression = mc.parse("sum(X) + m", {"X": "matrix(p,m*n)"})
    with pytest.raises(mc.MatcalcError, match="E301"):
        expression.evaluate(X=np.ones((2, 6)))
    assert expression.evaluate(X=np.ones((2, 6)), m=3) == 15.0


def test_a_library_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:

    def missing(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(module, "import_module", missing)
    found = mc.diff("x'*x", "x")
    assert isinstance(found, mc.Derivative)
    for target in ("jax", "torch"):
        with pytest.raises(mc.MatcalcError, match="pip install"):
            found.compile(target)


def test_the_only_text_that_is_run_is_written_here() -> None:
    assert module._DISPATCHER.count("{") == 6  # name, arguments (3 times), plain, key, and no more


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", [int, np.int64, float, np.asarray, "array"])
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2^s", {"s": 64}),
        ("2^(-s)", {"s": 3}),
        ("s^t", {"s": 2, "t": 70}),
        ("s*exp(1)", {"s": -1}),
        ("s*t*sqrt(2)", {"s": 1, "t": 3}),
        ("s*sigmoid(2)", {"s": 2}),
        ("s*log(2)", {"s": 2}),
    ],
)
def test_whole_scalars_are_floats(text: str, values: dict[str, int], kind: Any, target: str) -> None:
    """Powers of whole numbers overflowed without a word, and numbers of Python have no type of their own."""
    arrays = arrays_for(target)
    found = mc.diff(text, "s", dict.fromkeys(values, "scalar"))
    assert isinstance(found, mc.Derivative)
    function = found.compile(target)
    to_kind = (lambda x: arrays.given(x, "int64")) if kind == "array" else kind
    given = {name: to_kind(values[name]) for name in values}
    assert float(function(**given)) == pytest.approx(found.evaluate(**values), rel=1e-12)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("value", "code"), [([1.0, 2.0], "E302"), (np.ones(2), "E302"), ("3", "E303")])
def test_scalars_are_single_numbers(value: object, code: str, target: str) -> None:
    arrays_for(target)
    found = mc.diff("2^s", "s", {"s": "scalar"})
    assert isinstance(found, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match=code):
        found.compile(target)(value)


@pytest.mark.parametrize("target", TARGETS)
def test_the_source_found_is_that_of_the_last_shapes(target: str) -> None:
    arrays = arrays_for(target)
    found = mc.diff("norm2(A*x)^2", "x")
    assert isinstance(found, mc.Derivative)
    function = found.compile(target)
    for _ in range(2):
        function(arrays.given(np.eye(2)), arrays.given(np.ones(2)))
        assert "Return 2*A'*A*x" in inspect.getsource(function)
        assert "_known" not in inspect.getsource(function)


@pytest.mark.parametrize("target", TARGETS)
def test_before_the_first_call_the_source_is_that_for_usual_sizes(target: str) -> None:
    function = mc.compile("lambda*norm2(A*x)^2", "x", target=target)
    assert "def value_and_gradient(lambda_, A, x):" in inspect.getsource(function)
    assert "_known" not in inspect.getsource(function)
    assert repr(function).startswith("<value_and_gradient(lambda, A, x)")
