"""Results as objects of Python: equality, hashes, copies, pickles, and how notebooks show them."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression import SCALAR, Expr, variable
from matcalc.numeric import CheckReport
from tests.processes import python

TIED = "1/2*||W'*W*x - x||^2"
POINT: dict[str, Any] = {"A": [[1, 2], [3, 4]], "x": [1, 1]}
#: The functions, without types: which class of results comes out depends on the arguments.
diff: Any = mc.diff
compiled: Any = mc.compile


def error() -> mc.MatcalcError:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse("A*x + x", {"A": "matrix(m,n)"})
    return caught.value


#: Every public result: how it is made, and what its ``repr`` has to contain.
RESULTS: dict[str, tuple[Callable[[], Any], str]] = {
    "expression": (lambda: mc.parse("2*x'*A*x"), "2*(x'*A*x)"),
    "derivative": (lambda: diff("||A*x - b||^2", "x"), "2*A'*(A*x - b)"),
    "closed form": (lambda: diff(TIED, "W").expr, "where r = W'*W*x - x"),
    "mixed": (lambda: diff("x'*A*y", ["x", "y"], order=2), "A"),
    "map": (lambda: diff("A*X*B", "X"), "dX -> A*dX*B"),
    "kron": (lambda: diff("A*X*B", "X").kron, "kron(B', A)"),
    "index": (lambda: diff("A*X*B", "X").index, "D[i,j,l,q] = A[i,l]*B[q,j]"),
    "numerator": (lambda: diff("a'*X*b", "X", layout="numerator"), "b*a'"),
    "by a symmetric": (lambda: diff("logdet(S)", "S", {"S": "spd(n)"}), "inv(S)"),
    "product": (lambda: diff("x'*A*x", "x", order=2).hvp("v"), "(A + A')*v"),
    "several": (lambda: diff("1/2*||W*x + b - y||^2", ["W", "b"]), "W: r*x'; b: r; where r = W*x + b - y"),
    "blocks": (lambda: mc.hessian("x'*A*x + x'*B*y", ["x", "y"]), "[A + A', B; B', zeros(m,m)]"),
    "graph": (lambda: diff("norm2(A*x)^2", "x").graph(), "dL/dx = 2*A'*M"),
    "graph of a value": (lambda: mc.parse("norm2(A*x)^2").graph(), "L = norm2(M)^2"),
    "steps": (lambda: diff("norm2(A*x)^2", "x").steps(), "dL/dx = 2*A'*A*x"),
    "steps as differentials": (lambda: diff(TIED, "W").steps("differential"), "dL/dW = "),
    "path": (lambda: diff(TIED, "W").paths()[0], "contributes W*x*(W'*W*x - x)'"),
    "verdict": (lambda: mc.check_answer("x'*A*x", "x", "2*A*x"), "symmetric_only"),
    "report": (lambda: diff("x'*x", "x").check(), "passed=True"),
    "report without a check": (lambda: diff("sum(log(-exp(x)))", "x").check(), "only 0 of 5"),
    "proof": (lambda: diff("x'*x", "x").check(exact=True), "method='exact'"),
    "objective": (lambda: mc.objective("||A*x - b||^2", "x", {"A": [[1, 2]], "b": [1]}), "norm2(A*x - b)^2"),
    "operator": (lambda: diff("x'*A*x", "x", order=2).operator(**POINT), "A + A'"),
    "compiled derivative": (lambda: diff("x'*A*x", "x").compile(), "gradient(x, A) for numpy: (A + A')*x"),
    "compiled expression": (lambda: mc.parse("x'*A*x").compile("xp"), "value(x, A) for xp: x'*A*x"),
    "compiled values": (lambda: compiled("x'*A*x", "x"), "value and gradient of x'*A*x with respect to x"),
    "compiled index form": (lambda: diff("A*X*B", "X").index.compile(), "index(A, X, B) for numpy"),
    "compiled product": (lambda: diff("x'*A*x", "x", order=2).hvp("v").compile(), "(A + A')*v"),
    "error": (error, "E202"),
}  # fmt: skip
made = cache(lambda name: RESULTS[name][0]())


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> Any:
    return made(request.param)


@pytest.fixture(params=RESULTS)
def again(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The same result, made twice."""
    return made(request.param), RESULTS[request.param][0]()


def test_the_same_made_twice_is_equal_and_has_the_same_hash(again: tuple[Any, Any]) -> None:
    one, other = again
    assert one == other and (one != other) is False
    assert hash(one) == hash(other) and one in {other}


def test_a_hash_stays(result: Any) -> None:
    assert hash(result) == hash(result) and result in {result}


def test_results_of_different_content_differ() -> None:
    different = [made(name) for name in RESULTS]
    assert all(a == b for a, b in zip(different, different, strict=True))
    assert not [(a, b) for i, a in enumerate(different) for b in different[:i] if a == b]


def test_copies_are_equal(result: Any) -> None:
    assert copy.copy(result) == result and copy.deepcopy(result) == result
    assert copy.deepcopy([result, result]) == [result, result]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_equal_and_is_written_alike(result: Any, protocol: int) -> None:
    found = pickle.loads(pickle.dumps(result, protocol))
    assert found == result and type(found).__name__ == type(result).__name__
    assert (str(found), repr(found)) == (str(result), repr(result))


def test_pickles_of_what_was_used_hold_no_more() -> None:
    d = diff(TIED, "W")
    before = pickle.dumps(d)
    assert d.check().passed and d.latex() and hash(d) and d.compile() and d == pickle.loads(before)
    assert len(pickle.dumps(d)) < 2 * len(before)


READER = """
import pickle, sys
for found in pickle.load(sys.stdin.buffer):
    print(ascii(str(found)), ascii(repr(found)), isinstance(found, BaseException) or hash(found) is not None)
"""


def test_pickles_are_read_in_another_process() -> None:
    results = [made(name) for name in RESULTS]
    found = python(READER, pickle.dumps(results)).decode()
    wanted = [f"{str(one)!a} {repr(one)!a} True" for one in results]
    assert found.splitlines() == wanted


def test_what_is_read_in_another_process_computes_the_same() -> None:
    gradient, values = diff("x'*A*x", "x").compile(), compiled("x'*A*x", "x", ("hessian", "hvp"))
    hessian = diff("x'*A*x", "x", order=2).operator(**POINT)
    code = "import pickle, sys; g, f, h, p = pickle.load(sys.stdin.buffer)\n"
    code += "print(g(**p).tolist(), [a.tolist() for a in f(**p, v=[1, 0])], h.matvec([1, 0]).tolist())"
    given = pickle.dumps((gradient, values, hessian, POINT))
    assert (
        python(code, given).decode().strip()
        == "[7.0, 13.0] [[[2.0, 5.0], [5.0, 8.0]], [2.0, 5.0]] [2.0, 5.0]"
    )


def test_a_hash_of_an_expression_is_the_same_in_every_process() -> None:
    code = "import matcalc as mc; print(hash(mc.parse('norm2(A*x - b)^2')))"
    assert int(python(code)) == hash(mc.parse("norm2(A*x - b)^2"))


def test_the_same_node_comes_out_of_a_pickle() -> None:
    x = variable("x", SCALAR, frozenset(["positive"]))
    node = Expr("exp", (Expr("log", (x,), SCALAR),), SCALAR)
    assert pickle.loads(pickle.dumps(node)) is node and copy.deepcopy(node) is node


@pytest.mark.parametrize(
    "make", [mc.parse, lambda text: diff(text, "x"), lambda text: diff(text, "x").steps()]
)
def test_deep_expressions_are_pickled(make: Callable[[str], Any]) -> None:
    definitions = ["a_0 = tanh(A*x)", *(f"a_{i} = tanh(A*a_{i - 1})" for i in range(1, 12))]
    found = make("sum(a_11) where " + ", ".join(definitions))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)
    try:
        data = pickle.dumps(found)
    finally:
        sys.setrecursionlimit(limit)
    assert pickle.loads(data) == found


def test_equality_is_that_of_the_mathematics() -> None:
    kinds = {"A": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)"}
    d = diff("x'*A*x + x'*A*x", "x", kinds)
    assert d == diff("2*x'*A*x", "x", kinds) and hash(d) == hash(diff("2*x'*A*x", "x", kinds))
    assert d == d.in_form("gradient") != d.in_form("index")
    assert d != diff("2*x'*A*x", "A", kinds) and d != diff("x'*A*x", "x", kinds)
    assert d != diff("2*x'*A*x", "x", {**kinds, "A": "symmetric(n)"})
    assert d != diff("2*x'*A*x", "x", kinds, order=2) and d != diff("2*x'*A*x", "x", layout="numerator")
    assert d.compile() == diff("2*x'*A*x", "x", kinds).compile() != d.compile("xp")
    assert compiled("x'*A*x + y'*x", "x", variables=kinds) == compiled("x'*y + x'*A*x", "x", variables=kinds)
    assert compiled("x'*x", "x") != compiled("x'*x", "x", "value") != "x'*x"


@pytest.mark.parametrize(
    ("choice", "kind", "same"),
    [
        ("symmetrised", "symmetric(n)", True), ("entrywise", "symmetric(n)", False),
        ("free", "symmetric(n)", False), ("entrywise", "diagonal(n)", True), ("free", "matrix(n,n)", True),
    ],
)  # fmt: skip
def test_conventions_that_agree_are_equal(choice: str, kind: str, same: bool) -> None:
    found = [diff("tr(A*S)", "S", {"S": kind}, symmetric=one) for one in ("projected", choice)]
    assert (found[0] == found[1]) is same


def test_reports_without_an_error_are_equal() -> None:
    one, other = (CheckReport(False, float("nan"), 0, 1, "why") for _ in range(2))
    assert one == other and (one != other) is False and hash(one) == hash(other)
    assert one != CheckReport(False, 0.0, 0, 1, "why") != tuple(one)


def test_data_belong_to_an_objective() -> None:
    one, other = (mc.objective("||A*x - b||^2", "x", {"A": np.eye(2), "b": b}) for b in ([1, 2], [1, 3]))
    assert one != other and one != "||A*x - b||^2"
    apart = copy.deepcopy(one)
    assert apart == one and apart.fun(np.ones(2)) == one.fun(np.ones(2))


def test_what_is_derived_from_a_result_is_about_the_result() -> None:
    d = diff("x'*A*x", "x")
    second = diff("x'*A*x", "x", order=2)
    assert str(d.expr.diff("x")) == str(second) == "A + A'"
    assert repr(d.expr.diff("x")) == "<Derivative with respect to x: A + A'>"
    np.testing.assert_allclose(d.expr.diff("x").evaluate(**POINT), second.evaluate(**POINT))
    assert d.expr.diff("x").check().passed and d.expr.diff("x").value == d.expr
    assert str(d.expr.graph()).splitlines()[-1].startswith("f = M*x")
    assert str(second.hvp("v").diff("v")) == "A + A'"


def test_values_on_a_path_are_expressions_of_their_own() -> None:
    path = diff(TIED, "W").paths()[0]
    assert path.values[1].formula.variables["M"] == "vector(m)" and "dW" in path.product.variables
    assert str(path.values[1].formula.diff("M")) == "W'"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x'*S*x", {"S": "spd(n)"}),
        ("A*x", {"A": "matrix(p,q)", "s": "scalar"}),
        ("s*sum(x)", {"s": "scalar positive"}),
    ],
)
def test_repr_of_an_expression_builds_it(text: str, kinds: dict[str, str]) -> None:
    e = mc.parse(text, kinds)
    assert eval(repr(e), {"matcalc": mc}) == e


def test_repr_has_the_answer() -> None:
    for name, (_, wanted) in RESULTS.items():
        assert wanted in repr(made(name)), name
        assert " object at 0x" not in repr(made(name)) and "\n" not in repr(made(name))


class Printer:
    """IPython's printer, as far as it is used."""

    def __init__(self) -> None:
        self.lines = [""]

    def text(self, text: str) -> None:
        assert "\n" not in text
        self.lines[-1] += text

    def break_(self) -> None:
        self.lines.append("")


def shown(result: Any) -> Iterator[str]:
    printer = Printer()
    result._repr_pretty_(printer, False)
    return iter(printer.lines)


def test_consoles_show_the_answer(result: Any) -> None:
    assert any(line.strip() for line in shown(result))


def test_consoles_find_how_to_show_it_before_they_find_repr(result: Any) -> None:
    kind = next(kind for kind in type(result).__mro__ if {"_repr_pretty_", "__repr__"} & vars(kind).keys())
    assert "_repr_pretty_" in vars(kind)


def test_consoles_show_the_text_of_what_is_written() -> None:
    assert list(shown(made("expression"))) == ["2*(x'*A*x)"]
    assert list(shown(made("derivative"))) == ["2*A'*(A*x - b)"]
    assert list(shown(made("map"))) == ["dX -> A*dX*B"]
    assert list(shown(made("several"))) == ["W: r*x'", "b: r", "where r = W*x + b - y"]
    assert next(shown(made("verdict"))) == "wrong"


def test_notebooks_show_the_answer_in_latex() -> None:
    for name in RESULTS.keys() - {"error"}:
        latex = made(name)._repr_latex_()
        displayed = latex.startswith(r"\begin{align*}") or (latex.startswith("$") and latex.endswith("$"))
        assert displayed and latex.count("{") == latex.count("}"), name
        assert latex.count(r"\begin") == latex.count(r"\end"), name
    assert made("derivative")._repr_latex_() == r"$\displaystyle 2 A^{\top} \left(A x - b\right)$"
    assert (
        made("map")._repr_latex_().startswith(r"$\displaystyle ")
        and r"\mapsto A" in made("map")._repr_latex_()
    )
    assert r"\text{missing\_path" in mc.check_answer(TIED, "W", "W*x*(W'*W*x - x)'")._repr_latex_()


def test_compiled_functions_are_called_and_inspected_like_functions() -> None:
    gradient = diff("x'*A*x", "x").compile()
    assert gradient.__name__ == "gradient" and gradient.__doc__.startswith("Return (A + A')*x")
    assert list(inspect.signature(gradient).parameters) == ["x", "A"] == list(gradient.arguments)
    np.testing.assert_allclose(gradient([1, 1], A=POINT["A"]), [7, 13])


@pytest.mark.parametrize("target", ["jax", "torch"])
def test_other_libraries_take_compiled_functions(target: str) -> None:
    library = pytest.importorskip(target)
    value = mc.parse("x'*A*x").compile(target)
    found = pickle.loads(pickle.dumps(value))
    assert found == value
    array = library.numpy.asarray if target == "jax" else library.tensor
    x, A = array([1.0, 1.0]), array([[1.0, 2.0], [3.0, 4.0]])
    by = library.grad(found) if target == "jax" else library.func.grad(found)
    np.testing.assert_allclose(np.asarray(by(x, A)), [7, 13])
