"""What is written to SymPy, and how it behaves there."""

from __future__ import annotations

import pytest
import sympy

import matcalc as mc
from matcalc.interop import expression_to_sympy
from matcalc.language import parse

n, m = sympy.symbols("n m", integer=True, positive=True)


def test_variables_have_the_kinds_that_sympy_knows() -> None:
    kinds = {"A": "matrix(m,n)", "x": "vector(n)", "c": "rowvector(m)", "t": "scalar positive", "s": "scalar"}
    found = mc.parse("s*t*c*A*x", kinds).to_sympy()
    assert found.atoms(sympy.MatrixSymbol) == {
        sympy.MatrixSymbol("A", m, n), sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("c", 1, m)
    }  # fmt: skip
    assert sympy.Symbol("t", positive=True) in found.free_symbols
    assert sympy.Symbol("s", real=True) in found.free_symbols


def test_expressions_as_written_are_taken_too() -> None:
    kinds = {"A": "matrix(m,n)", "x": "vector(m)", "y": "vector(n)", "s": "scalar"}
    for text in ("2*s*x'*A*y", "-x'*A*y/s", "A*y./(A*y)", "-(A*y)/2", "sum(A - 1)"):
        raw = parse(text, kinds).expr
        assert mc.from_sympy(expression_to_sympy(raw), kinds) == mc.parse(text, kinds), text


def test_sympify_takes_expressions_and_derivatives() -> None:
    e = mc.parse("tr(A*X)")
    assert sympy.sympify(e) == e.to_sympy()
    assert sympy.sympify(e) + 1 == e.to_sympy() + 1
    assert sympy.Symbol("t") * e == sympy.Symbol("t") * e.to_sympy()
    assert sympy.sympify(mc.diff("x'*A*x", "A")) == mc.diff("x'*A*x", "A").to_sympy()


def test_errors_pass_through_sympify() -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        sympy.sympify(mc.parse("tr(tril(X))"))
    assert refusal.value.code == "E505"


def test_definitions_of_a_derivative_are_written_out() -> None:
    d = mc.diff("1/2*||W^T W x - x||^2", wrt="W")
    assert "where" in str(d)
    W, x = sympy.MatrixSymbol("W", m, n), sympy.MatrixSymbol("x", n, 1)
    r = W.T * W * x - x
    assert sympy.simplify(d.to_sympy().doit() - (W * (r * x.T + x * r.T)).doit()).doit() == sympy.ZeroMatrix(
        m, n
    )
    assert mc.from_sympy(d.to_sympy(), d.variables) == d.expr


def test_a_derivative_that_sympy_gets_wrong() -> None:
    X = sympy.MatrixSymbol("X", n, n)
    found = mc.from_sympy(sympy.log(sympy.Determinant(X))).diff("X").to_sympy()
    assert found == sympy.Transpose(sympy.Inverse(X))


def test_what_is_too_large_is_refused() -> None:
    text = "x"
    for _ in range(30):
        text = f"softmax({text})"
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.parse(f"sum(exp({text}))").to_sympy()
    assert refusal.value.code == "E108"
