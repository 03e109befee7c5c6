"""Where NumPy is not installed, plain floats have its values, and what they cannot is an error."""

from __future__ import annotations

import array
import inspect
import json
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression.signatures import signature_of
from matcalc.functions import FUNCTIONS, Function
from matcalc.language import parse
from matcalc.numeric import numpy_floats, plain, plain_floats
from matcalc.numeric.interpreter import interpreted
from matcalc.numeric.numpy_floats import NumpyFloats
from matcalc.numeric.plain_floats import PlainFloats
from matcalc.numeric.rational import Matrix
from tests.functions.checks import TOLERANCE, call, distance, instances, value_of
from tests.processes import python

#: Functions that are not computed in plain Python.
MISSING = {"logm", "logm_frechet", "sqrtm"}

X, A, B = [0.5, -1.2, 2.0], [[2.0, 0.3, -1.0], [0.1, 3.0, 0.5], [0.7, -0.4, 4.0]], [1.0, -0.5, 0.25]
PROBLEMS = [
    ("x'*A*x", "x"),
    ("||A*x - b||^2", "x"),
    ("logsumexp(A*x)", "x"),
    ("sum(sigmoid(A*x)) + sum(softplus(x))", "x"),
    ("sum(erf(x).^2) + norm1(x)", "x"),
    ("b'*inv(A)*x", "A"),
    ("logdet(A)", "A"),
    ("tr(expm(A))", "A"),
    ("lambda_max(A'*A)", "A"),
    ("nucnorm(A)", "A"),
    ("specnorm(A)^2", "A"),
    ("norm2(pinv(A)*b)", "A"),
    ("std(x)*max(x'*b, 0)", "x"),
    ("tr(kron(A, A))", "A"),
    ("sum(rowsoftmax(A)*b)", "A"),
]

WITHOUT = """
import json, sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "scipy", "sympy"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refusing())
import matcalc as mc
"""


def without_numpy(code: str, given: Any = None) -> Any:
    """Return what the code prints as JSON, in a process where NumPy cannot be imported."""
    return json.loads(python(WITHOUT + code, json.dumps(given).encode()))


SOLVED = """
found = []
problems, values = json.load(sys.stdin)
for text, wrt in problems:
    d = mc.diff(text, wrt)
    given = {name: values[name] for name in d.value.variables}
    report = d.check(exact=True)
    found.append([d.value.evaluate(**given), d.evaluate(**given), report.passed, str(report)])
print(json.dumps(found))
"""


def test_problems_are_solved_and_checked_without_numpy() -> None:
    values = {"x": X, "A": A, "b": B}
    for (text, wrt), (value, gradient, passed, report) in zip(
        PROBLEMS, without_numpy(SOLVED, [PROBLEMS, values]), strict=True
    ):
        d = mc.diff(text, wrt)
        given = {name: values[name] for name in d.value.variables}
        assert value == pytest.approx(d.value.evaluate(**given), rel=1e-12), text
        assert np.allclose(gradient, d.evaluate(**given), rtol=1e-10, atol=1e-12), text
        assert isinstance(value, float) and isinstance(gradient, list), text
        assert passed, f"{text}: {report}"


EDGES = [0.0, 1e-300, 0.5, 1.0, 2.0, 710.0, 1000.0, 1e17, 1e300]
ONE_ARGUMENT = [e.name for e in FUNCTIONS if e.elementwise and len(signature_of(e).arguments) == 1]
AT_EDGES = [
    *(f"{name}(x)" for name in ONE_ARGUMENT), "1./x", "x.^-1", "x.^-2", "x.^-3", "x.^0.5", "x.^(1/3)", "x.^3",
    "1./x.^3", "exp(x)./x", "polygamma(2, x)", "logaddexp(x, 1 + x)",
]  # fmt: skip
#: Of these plain Python has the values where they are defined, and NaN at zero and below.
POSITIVE = ("digamma", "trigamma", "polygamma")


@pytest.mark.parametrize("text", AT_EDGES)
def test_plain_floats_have_the_values_of_numpy_at_the_edges_of_domains(text: str) -> None:
    expr = parse(text, {"x": "vector(n)"}).expr
    points = [x for edge in EDGES for x in (edge, -edge) if x > 0 or not text.startswith(POSITIVE)]
    column, sizes = [[x] for x in points], {"n": len(points)}
    with np.errstate(all="ignore"):
        wanted = interpreted([expr], {"x": np.array(column)}, NumpyFloats(sizes))[expr]
    values = interpreted([expr], {"x": Matrix(column)}, PlainFloats(sizes))[expr].entries
    for x, value, numpy in zip(points, values, wanted.reshape(-1).tolist(), strict=True):
        assert value == pytest.approx(numpy, rel=1e-12, nan_ok=True), x


NUMBERS = ["range(3)", "array('d', [1, 2])", "[Decimal('1.5')]", "[True]", "(1, Fraction(1, 2))"]


def test_what_is_an_array_of_numbers_does_not_depend_on_numpy() -> None:
    code = """
from array import array; from decimal import Decimal; from fractions import Fraction
print(json.dumps([mc.parse("2*x").evaluate(x=eval(text)) for text in json.load(sys.stdin)]))
"""
    names: dict[str, Any] = {"array": array.array, "Decimal": Decimal, "Fraction": Fraction}
    wanted = [mc.parse("2*x").evaluate(x=eval(text, names)).tolist() for text in NUMBERS]
    assert without_numpy(code, NUMBERS) == wanted


def test_answers_are_diagnosed_without_numpy() -> None:
    code = """
verdict = mc.check_answer("1/2*||A*x - b||^2", "x", "A*(A*x - b)", {"A": "matrix(n,n)"})
print(json.dumps(verdict.findings[0].message))
"""
    assert without_numpy(code) == "the answer is right only where A is symmetric"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mc.parse('sqrtm(A)').evaluate(A=[[2, 1], [1, 2]])", "sqrtm"),
        ("mc.diff('A*A', 'A').evaluate(A=[[2, 1], [1, 2]])", "the full array of a derivative"),
        ("mc.diff('x^T x', 'x').compile()([1, 2])", "compiling"),
        ("mc.objective('norm2(A*x)^2', 'x', {'A': [[1, 2]]})", "an objective"),
    ],
)
def test_what_takes_numpy_is_an_error(code: str, words: str) -> None:
    tried = f"try:\n    {code}\nexcept mc.MatcalcError as e:\n    print(json.dumps([e.code, str(e)]))"
    number, text = without_numpy(tried)
    assert number == "E509" and words in text and "pip install numpy" in text


COMMAND = """
import contextlib, io
from matcalc.cli import main
sys.argv = ["matcalc", *json.load(sys.stdin)]
with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
    try:
        main()
    except SystemExit as end:
        print(json.dumps([out.getvalue(), err.getvalue(), end.code]), file=sys.__stdout__)
"""


def test_the_command_line_differentiates_and_checks_without_numpy() -> None:
    out, err, code = without_numpy(COMMAND, ["diff", "x'*A*x", "--wrt", "x"])
    assert out == "(A + A')*x\n" and "agrees with numerical differentiation" in err and code == 0


def test_lists_are_shown_like_arrays_without_numpy() -> None:
    words = ["eval", "A*x", "--random", "--var", "A: matrix(2,100)"]
    _, err, _ = without_numpy(COMMAND, words)
    assert "  A = 2×100 numbers" in err and "  x = 100 numbers" in err
    out, _, _ = without_numpy(COMMAND, [*words, "--format", "json"])
    assert json.loads(out)["shape"] == [2]


@pytest.mark.parametrize("suffix", ["npy", "csv"])
def test_files_of_arrays_take_numpy(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text("1,2\n3,4\n")
    _, err, code = without_numpy(COMMAND, ["eval", "A*x", "--set", f"A={path}", "--set", "x=[1,2]"])
    assert "E509" in err
    assert code == mc.MatcalcError("E509", "").exit_code and "pip install numpy" in err


def test_a_check_that_takes_numpy_says_so() -> None:
    code = "report = mc.diff('tr(sqrtm(A))', 'A').check(); print(json.dumps([report.passed, report.reason]))"
    assert without_numpy(code) == [False, "sqrtm is not computed without NumPy"]


def test_both_kinds_of_floats_have_the_same_functions() -> None:
    for name, function in vars(numpy_floats).items():
        if inspect.isfunction(function) and function.__module__ == numpy_floats.__name__:
            plain = inspect.signature(getattr(plain_floats, name))
            assert plain.parameters.keys() == inspect.signature(function).parameters.keys(), name


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_plain_floats_have_the_values_of_numpy(entry: Function) -> None:
    expr, names = call(entry)
    if entry.name in MISSING:
        with pytest.raises(mc.MatcalcError, match=f"{entry.name} is not computed"):
            for arrays, sizes in instances(expr, names):
                interpreted([expr], {n: Matrix(a.tolist()) for n, a in arrays.items()}, PlainFloats(sizes))
        return
    for arrays, sizes in instances(expr, names):
        plain = interpreted([expr], {n: Matrix(a.tolist()) for n, a in arrays.items()}, PlainFloats(sizes))[
            expr
        ]
        value = np.array(plain.rows if isinstance(plain, Matrix) else [[plain]])
        error = distance(value, value_of(expr, arrays, sizes))
        assert error < TOLERANCE, f"off by {error:.1e}"


def test_recurrences_and_squarings_come_to_an_end() -> None:
    for x in (0.0, -0.5, -1e7, -1e17, -math.inf):
        assert math.isnan(plain.digamma(x)), x
    assert plain.expm(Matrix([[-1e30]]))[0, 0] == 0.0 == plain.expm(Matrix([[-1e308]]))[0, 0]
    assert math.isnan(plain.expm(Matrix([[-math.inf]]))[0, 0])
