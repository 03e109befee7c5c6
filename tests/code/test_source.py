"""Generated source is right, for all targets, and is readable."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc as mc
import matcalc.code
from matcalc.code import TARGETS
from matcalc.code.functions import function_instruction
from matcalc.code.scope import Scope
from matcalc.expression import ONE, Dim, variable
from matcalc.language import parse
from tests.code.libraries import arrays_for
from tests.numerical import distance
from tests.test_cases import CASES, RUNS


@cache
def derivative(name: str, wrt: str) -> mc.Derivative:
    """Return a derivative as an array, a map in index notation."""
    case = CASES[name]
    found = mc.diff(case["expr"], wrt, case["variables"], case["order"])
    assert isinstance(found, mc.Derivative)
    return found.index if found.form == "map" else found


def called(function: Any, variables: Any, inputs: Any, target: str, dtype: str = "float64") -> Any:
    arrays = arrays_for(target)
    return np.asarray(
        function(**{name: arrays.given(value, dtype) for name, value in inputs.items() if name in variables})
    )


#: Compiling takes long, and what this computes is also compared below.
COMPILED = [pytest.param(name, marks=pytest.mark.hunt) if name == "jax" else name for name in TARGETS]


@pytest.mark.parametrize("target", COMPILED)
@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_source_computes_the_references(name: str, wrt: str, target: str) -> None:
    arrays_for(target)
    found = derivative(name, wrt)
    function = found.compile(target)
    for reference in CASES[name]["references"]:
        if reference["wrt"] == wrt:
            value = called(function, found.variables, reference["inputs"], target)
            assert distance(value, reference["derivative"]) < 1e-8, found.code(target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", CASES)
def test_source_computes_the_values(name: str, target: str) -> None:
    arrays_for(target)
    case = CASES[name]
    expression = mc.parse(case["expr"], case["variables"])
    function = expression.compile(target)
    for reference in case["references"]:
        value = called(function, expression.variables, reference["inputs"], target)
        assert distance(value, reference["value"]) < 1e-8, expression.code(target)


@pytest.mark.hunt
@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_jax_code_keeps_single_precision(name: str, wrt: str) -> None:
    """Even where double precision is enabled; what is below the rounding errors of numbers near 1 is lost."""
    arrays = arrays_for("jax")
    found = derivative(name, wrt)
    function = found.compile("jax")
    for reference in CASES[name]["references"]:
        if reference["wrt"] == wrt:
            inputs = {
                k: arrays.given(v, "float32") for k, v in reference["inputs"].items() if k in found.variables
            }
            value, wanted = function(**inputs), np.asarray(reference["derivative"])
            assert value.dtype == "float32", found.code("jax")
            close = np.allclose(np.asarray(value), wanted, rtol=0, atol=2e-2 * np.max(np.abs(wanted)) + 1e-5)
            assert close and value.shape == wanted.shape, found.code("jax")


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_torch_code_stays_on_the_device_of_its_arguments(name: str, wrt: str) -> None:
    """Arrays without entries stand for another device: none of the processor may come in between."""
    torch = arrays_for("torch").module
    found = derivative(name, wrt)
    inputs = next(one["inputs"] for one in CASES[name]["references"] if one["wrt"] == wrt)
    arguments = {
        k: torch.from_numpy(np.array(v, dtype=float)).to("meta") if np.ndim(v) else float(v)
        for k, v in inputs.items()
        if k in found.variables
    }
    if all(isinstance(one, float) for one in arguments.values()):
        return  # numbers are on no device
    if "peak" in found.code("torch"):
        return  # where the largest entry is cannot be known without entries
    value = found.compile("torch")(**arguments)
    wanted = next(one["derivative"] for one in CASES[name]["references"] if one["wrt"] == wrt)
    assert value.device.type == "meta" and tuple(value.shape) == np.shape(wanted), found.code("torch")


def test_the_source_of_a_tied_autoencoder() -> None:
    found = mc.diff("1/2*||W^T W x - x||^2", "W")
    assert isinstance(found, mc.Derivative)
    assert found.code("jax").splitlines()[-3:] == [
        "    t1 = W @ x",
        "    r = t1 @ W - x",
        "    return jnp.stack([W @ r, t1]).T @ jnp.stack([x, r])",
    ]


@pytest.mark.parametrize(
    ("text", "wrt", "lines"),
    [
        ("tr(A*X*B)", "X", ["return B.dot(A).T"]),
        ("a'*inv(X)*b", "a", ["return np.linalg.solve(X, b)"]),
        ("x'*diag(d)*A*b", "x", ["return d * A.dot(b)"]),
        ("logdet(X)", "X", ["return np.linalg.inv(X).T"]),
        ("tr(A*B*X)", "X", ["return A.dot(B).T"]),
        ("||T - U*V'||_F^2", "T", ["return 2 * (T - U.dot(V.T))"]),
        ("a'*X*X'*b", "X", ["return np.array([a, b]).T.dot(np.array([b.dot(X), a.dot(X)]))"]),
        ("sum((X*w).^2)", "w", ["return 2 * X.dot(w).dot(X)"]),
    ],
)
def test_what_an_expert_would_write(text: str, wrt: str, lines: list[str]) -> None:
    found = mc.diff(text, wrt)
    assert isinstance(found, mc.Derivative)
    written = found.code().partition('."""\n')[2].splitlines()
    assert [line.strip() for line in written] == lines, found.code()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("lambda*np'*np", "np"),
        ("norm2(t1*exp(t1*x))^2", "x"),
        ("tr(return*X'*X)", "X"),
        ("logsumexp(A*x) + def'*x", "x"),
        ("sum(sigmoid(known*x)) + function'*x + prepared'*kind", "x"),
        ("xp'*exp(torch*jnp) + lu'*xp", "jnp"),
    ],
)
def test_names_that_python_or_the_source_has(text: str, wrt: str, target: str) -> None:
    kinds = {"t1": "matrix(n,n)", "return": "scalar", "def": "vector(n)", "known": "matrix(m,n)"}
    kinds |= {"torch": "matrix(m,n)"}
    found = mc.diff(text, wrt, {name: kind for name, kind in kinds.items() if name in text})
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(3)
    arrays = {name: arrays_for(target).given(values[name]) for name in found.variables}
    assert distance(np.asarray(found.compile(target)(**arrays)), found.evaluate(**values)) < 1e-12


def test_maps_are_functions_of_their_moves() -> None:
    found = mc.diff("A*X*B*X", "X")
    assert isinstance(found, mc.Derivative)
    rng = np.random.default_rng(1)
    A, X, B, move = (rng.standard_normal(shape) for shape in ((2, 3), (3, 4), (4, 3), (3, 4)))
    assert distance(found.compile()(A=A, X=X, B=B, dX=move), A @ move @ B @ X + A @ X @ B @ move) < 1e-12


def test_unknown_targets_and_functions_of_unit_matrices() -> None:
    found = mc.diff("A*X*B", "X")
    assert isinstance(found, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match="there is no target 'fortran'"):
        found.code("fortran")
    units = mc.diff("expm(X)", "X", form="index")
    assert isinstance(units, mc.Derivative)
    with pytest.raises(mc.MatcalcError, match="of unit matrices"):
        units.compile()


@pytest.mark.parametrize("target", TARGETS)
def test_sources_pass_the_linter(target: str) -> None:
    sources = [derivative(name, wrt).code(target) for name, wrt in RUNS]
    for source in sources:
        compile(source, "source", "exec")
    # A helper may be there several times in the text of all, and variables may be called l, O and I.
    rules = ["--select", "E4,E7,E9,F,W,B,UP", "--ignore", "E402,E741,F811", "--isolated"]
    command = [sys.executable, "-m", "ruff", "check", *rules, "-"]
    text = "\n\n".join(sources[::5])
    done = subprocess.run(command, input=text, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["x); import os; (y", "x\n    import os", "a b", "", "1x"])
def test_nothing_but_identifiers_gets_into_source(name: str) -> None:
    x = variable(name, (Dim.symbol("n"), ONE))
    with pytest.raises(mc.MatcalcError, match="no name that source code can have"):
        Scope({name: x}, TARGETS["numpy"])
    with pytest.raises(mc.MatcalcError, match="no name that source code can have"):
        Scope({"x": variable("x", (Dim.symbol(name), ONE))}, TARGETS["numpy"])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("sum(log(1 + exp(x)))", "x"),
        ("logsumexp(x)", "x"),
        ("sum(sigmoid(x))", "x"),
        ("a'*log(softmax(x))", "x"),
        ("a'*x - log(sum(exp(x)))", "x"),
        ("sum(log(exp(x*y')*ones(n)))", "x"),
        ("norm2(x)", "x"),
        ("norm2(x)^2", "x"),
        ("sum(softplus(-x))", "x"),
    ],
)
def test_large_arguments_do_not_overflow(text: str, wrt: str, target: str) -> None:
    """Values and gradients at plus and minus a thousand are finite, and as they are computed exactly."""
    arrays_for(target)
    x = np.array([1000.0, -1000.0, 999.0, 0.0])
    inputs = {"x": x, "a": np.array([1.0, 0.0, 0.0, 0.0]), "y": np.array([1.0, -1.0, 0.5])}
    expression = mc.parse(text)
    found = mc.diff(text, wrt)
    assert isinstance(found, mc.Derivative)
    for one in (expression, found):
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            value = called(one.compile(target), one.variables, inputs, target)
        assert np.all(np.isfinite(value)), one.code(target)
        if "log(softmax" not in text:  # which has no value where a probability is too small for a number
            wanted = one.evaluate(**{k: v for k, v in inputs.items() if k in one.variables})
            assert np.allclose(value, wanted, rtol=1e-9), one.code(target)


def test_source_is_never_searched_for_text() -> None:
    """What a function needs is known from its tree: no module that makes source has regular expressions."""
    for path in Path(matcalc.code.__file__).parent.glob("*.py"):
        imports = [
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Import)
        ]
        assert "re" not in [alias.name for node in imports for alias in node.names], path.name


@pytest.mark.parametrize("doc", ['a"""\nimport os\n"""', "a \\ b", 'ends with "', "\\", '"'])
def test_a_docstring_stays_one(doc: str) -> None:
    from matcalc.code import ALL_PASSES, Program, SizeEstimates

    x = variable("x", (Dim.symbol("n"), ONE))
    program = Program("value", doc, {"x": x}, x, lambda expr: [(expr,)], {})
    tree = ast.parse(program.source(TARGETS["numpy"], SizeEstimates(), ALL_PASSES))
    assert [type(node) for node in tree.body] == [ast.FunctionDef]


def test_texts_with_backslashes_have_source() -> None:
    function = mc.compile(r"\frac{1}{2} x^{\top} x", "x", "gradient")
    assert np.array_equal(function(np.array([1.0, 2.0])), [1.0, 2.0])
    value = mc.compile("sum((I(n) + A) \\ x)", "x", "value", {"A": "matrix(n,n)", "x": "vector(n)"})
    assert float(value(A=np.zeros((2, 2)), x=np.ones(2))) == 2.0


def test_names_that_differ_by_an_underscore_stay_apart() -> None:
    kinds = {"blas": "vector(n)", "blas_": "vector(n)", "known": "vector(n)", "known_": "vector(n)"}
    function = mc.parse("blas'*blas_ + known'*known_", kinds).compile()
    values = {name: np.arange(3.0) + k for k, name in enumerate(kinds)}
    assert function(**values) == function(*values.values()) == 46


def test_only_arguments_that_may_change_places_do() -> None:
    for text, commutative in [("max(x, s)", True), ("min(x, y)", True), ("kron(x, y)", False)]:
        node = parse(text, {"s": "scalar"}).expr
        assert function_instruction(node, node.args).data.commutative is commutative
