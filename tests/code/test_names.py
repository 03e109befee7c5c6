"""Names of variables and sizes mean nothing else in generated source."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.code import TARGETS
from matcalc.code.pieces import RESERVED
from tests.code.libraries import arrays_for
from tests.test_cases import CASES, RUNS


def derivative(text: str, wrt: str, kinds: dict[str, str]) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found


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
    assert used & set(dir(builtins)) <= RESERVED and not any(map(keyword.iskeyword, used))


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
