"""Names of variables and sizes mean nothing else in generated source."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
from functools import cache
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.programs import OUTPUTS
from matcalc.calculus import FORMS
from matcalc.code import TARGETS
from tests.code.libraries import arrays_for
from tests.test_cases import CASES, RUNS


def derivative(text: str, wrt: str, kinds: dict[str, str]) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found


#: What means something to Python, to a library, or to generated source: all of it may be a variable.
NAMES = sorted(
    {
        *keyword.kwlist,
        *(name for name in dir(builtins) if name[0].islower()),
        *(name for target in TARGETS.values() for name in target.reserved),
        *("x1", "t1", "t2", "n", "k", "here", "slab", "rest", "out", "axis", "dtype", "value", "gradient"),
        *("index", "known", "prepared", "part1", "numpy", "scipy", "linalg", "special", "jax", "torch"),
    }
)


@cache
def questions(names: tuple[str, str, str]) -> list[tuple[mc.Derivative, dict[str, Any], Any]]:
    """Return derivatives with these names for a scalar, a vector and a matrix, with values of both.

    There are helpers, a factorisation, operations in place, sums over an index slab by slab, and arrays of
    numbers in their source.
    """
    s, x, A = names
    texts = {
        f"log(1 + exp({A}*{x}))'*{x}*{s} + exp({s})^2*{x}'*{A}^(-1)*{x}": (x, "gradient"),
        f"exp({A})*diag({x})*{A}*{s} + {A}*diag({x})*{A}'": (x, "index"),
        f"exp({s})*ones(3,1)": (s, ""),
    }
    values: dict[str, Any] = {
        s: 0.5,
        x: np.array([1.0, 2.0, 4.0]),
        A: np.array([[3.0, 1.0, 0.5], [0.2, 2.0, 0.1], [0.3, 0.4, 4.0]]),
    }
    found = []
    kinds = {s: "scalar", x: "vector(q9)", A: "matrix(q9,q9)"}
    for text, (wrt, form) in texts.items():
        whole = derivative(text, wrt, kinds if form else {s: "scalar"})
        whole = whole.index if form == "index" else whole
        given = {name: values[name] for name in whole.variables}
        try:
            value = np.asarray(whole.evaluate(**given))
            whole.code()
        except mc.MatcalcError as error:  # beside these functions no variable is called like them
            assert error.code == "E111" and not {"sigmoid", "softplus"}.isdisjoint(names)
            continue
        found.append((whole, given, value))
    return found


def written(source: str) -> Any:
    """Return the function that a source ends with."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return [one for one in namespace.values() if inspect.isfunction(one)][-1]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("first", [0, *(pytest.param(k, marks=pytest.mark.hunt) for k in (1, 2))])
def test_variables_may_have_any_name(first: int, target: str) -> None:
    """Each is that of a scalar, of a vector and of a matrix, in what is written and in what is compiled."""
    arrays, wrong = arrays_for(target), []
    turned = NAMES[first:] + NAMES[: first + 2]
    for names in zip(turned[::3], turned[1::3], turned[2::3], strict=False):
        for found, values, wanted in questions(names):
            given = [value if np.ndim(value) == 0 else arrays.given(value) for value in values.values()]
            functions = [written(found.code(target, {"q9": 40} if found.form == "index" else {}))]
            if found.form != "index" and target != "jax":  # which takes long to compile
                functions.append(found.compile(target))
            for function in functions:
                if not np.allclose(np.asarray(function(*given)), wanted):
                    wrong.append((names, found.code(target)))
    assert wrong == []


@pytest.mark.parametrize("size", ["np", "lambda", "len", "range", "t1", "gradient", "scipy", "logsumexp"])
def test_sizes_are_called_as_python_can_call_them(size: str) -> None:
    found = derivative("sum(x)*logsumexp(x)", "x", {"x": f"vector({size})"})
    x = np.array([1.0, 2.0, 4.0])
    assert np.allclose(found.compile()(x), np.asarray(found.evaluate(x=x)))
    namespace: dict[str, object] = {}
    exec(found.code(), namespace)
    gradient = namespace["gradient"]
    assert callable(gradient) and np.allclose(gradient(x), np.asarray(found.evaluate(x=x)))


@pytest.mark.parametrize(
    "name", ["type", "float", "getattr", "len", "range", "known", "prepared", "numpy", "T"]
)
def test_variables_may_have_names_of_python(name: str) -> None:
    text = f"exp({name}*s)*sum(x) + x'*A*x"
    kinds = {name: "scalar", "s": "scalar", "x": "vector(n)", "A": "matrix(n,n)"}
    found = derivative(text, "x", kinds)
    values: dict[str, Any] = {name: 0.5, "s": 2.0, "x": np.ones(2), "A": np.eye(2)}
    wanted = np.asarray(found.evaluate(**values))
    assert np.allclose(found.compile()(**values), wanted)
    xp = arrays_for("xp")
    given = {one: value if np.ndim(value) == 0 else xp.given(value) for one, value in values.items()}
    assert np.allclose(np.asarray(found.compile("xp")(**given)), wanted)


@pytest.mark.parametrize("target", TARGETS)
def test_functions_use_reserved_names_of_python_only(target: str) -> None:
    """So a variable with the name of any other function of Python hides nothing."""
    used = set()
    for name, wrt in RUNS[::3]:
        case = CASES[name]
        found = mc.diff(case["expr"], wrt, case["variables"], case["order"])
        assert isinstance(found, mc.Derivative)
        found = found.index if found.form == "map" else found
        function = ast.parse(found.code(target)).body[-1]
        used |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    assert used & set(dir(builtins)) <= TARGETS[target].reserved and not any(map(keyword.iskeyword, used))


@pytest.mark.parametrize("target", TARGETS)
def test_no_function_that_is_written_is_called_like_a_helper(target: str) -> None:
    assert {*FORMS, *OUTPUTS, "parts", "apply"}.isdisjoint(TARGETS[target].reserved)
    left = mc.diff("A*left*B", ["left", "A"], {"left": "matrix(m,n)"}, form="kron").code(target)
    names = [node.name for node in ast.parse(left).body if isinstance(node, ast.FunctionDef)]
    assert len(set(names)) == len(names) and names[-2:] == ["kron_left_", "kron_A"]


@pytest.mark.parametrize("target", TARGETS)
def test_kronecker_matrices_call_kronecker_products(target: str) -> None:
    library = arrays_for(target)
    A, B, X = np.arange(6.0).reshape(2, 3), np.arange(8.0).reshape(4, 2), np.ones((3, 4))
    kron = derivative("A*X*B", "X", {}).kron
    value = written(kron.code(target))(*map(library.given, (A, X, B)))
    assert np.array_equal(np.asarray(value), np.kron(B.T, A))


def test_what_the_docstring_says_imports_nothing() -> None:
    source = mc.diff("sum(lapack.*x.*y)", "x", {"x": "vector(n)", "y": "vector(n)"}).code()
    assert "lapack." in source and "import" not in source


def test_functions_of_several_variables_have_different_names() -> None:
    found = mc.diff("logdet(U*S*U') + logsumexp(V*x)", ["U", "V"], {"S": "spd(n)"})
    source = found.code()
    names = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert {"gradient_U", "gradient_V"} <= set(names) and len(set(names)) == len(names)
    assert source.count("import numpy as np") == 1
    blocks = mc.hessian("x'*A*y", ["x", "y"])
    assert blocks.code().count("def ") == 4 and "def hessian_x_y(" in blocks.code()


def test_the_source_of_a_function_is_found() -> None:
    function = derivative("lambda*x'*A*x", "x", {}).compile()
    function(2.0, np.ones(2), np.eye(2))
    assert "(A + A.T).dot(x)" in inspect.getsource(function)
