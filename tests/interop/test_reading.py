"""What is read from SymPy, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from sympy import (
    Adjoint,
    BlockDiagMatrix,
    BlockMatrix,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DotProduct,
    Float,
    Function,
    HadamardPower,
    HadamardProduct,
    Heaviside,
    Identity,
    Integral,
    Inverse,
    KroneckerProduct,
    MatPow,
    Matrix,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    conjugate,
    erf,
    exp,
    log,
    pi,
    sec,
    sign,
    sin,
    sqrt,
    symbols,
)  # fmt: skip

import matcalc as mc
from tests.interop.values import value_of
from tests.numerical import distance

m, n, k = symbols("m n k", integer=True, positive=True)
i, j, r, p = symbols("i j r p")
A, B, X = MatrixSymbol("A", m, n), MatrixSymbol("B", m, n), MatrixSymbol("X", n, n)
x, y, z = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1), MatrixSymbol("z", m, 1)
u, c = MatrixSymbol("u", 1, n), MatrixSymbol("c", 1, 1)
s, t = Symbol("s", real=True), Symbol("t", positive=True)

READ: list[tuple[Any, str]] = [
    # products that are scalars
    ((z.T * A * x)[0, 0], "z'*A*x"),
    (Trace(z.T * A * x), "z'*A*x"),
    (z.T * A * x, "z'*A*x"),
    (DotProduct(x, y), "x'*y"),
    (DotProduct(u, y), "u*y"),
    (DotProduct(u, u), "u*u'"),
    ((x.T * x)[0, 0], "x'*x"),
    (sqrt(x.T * x), "norm2(x)"),
    (sqrt((A * x - z).T * (A * x - z)), "norm2(A*x - z)"),
    (sqrt((A * x).T * (A * x)), "norm2(A*x)"),
    (sqrt(x.T * X * x), "sqrt(x'*X*x)"),
    (sqrt(Trace((A * X).T * A * X)), "normF(A*X)"),
    (1 / sqrt(Trace(A.T * A)), "1/normF(A)"),
    (OneMatrix(1, m) * A * OneMatrix(n, 1), "sum(A)"),
    (OneMatrix(1, m) * A * x, "sum(A*x)"),
    (log(OneMatrix(1, n) * x.applyfunc(exp)), "logsumexp(x)"),
    ((x.T * y) ** 2, "(x'*y)^2"),
    (x * (x.T * y) * y.T, "x'*y*(x*y')"),
    (Trace(x.T * y) * X, "x'*y*X"),
    (c * x.T, "c*x'"),
    # sums over indices
    (((X * x - y).T * (X * x - y))[0, 0], "(X*x - y)'*(X*x - y)"),
    ((x.T * (X + X.T) * x)[0, 0], "x'*(X + X')*x"),
    ((x.T * y + 2 * x.T * X * x)[0, 0], "x'*y + 2*x'*X*x"),
    ((x.T * x.applyfunc(exp))[0, 0], "x'*exp(x)"),
    ((x.T * MatPow(X, 2) * x)[0, 0], "x'*X*X*x"),
    ((Adjoint(x) * y)[0, 0], "x'*y"),
    (Trace(X * X).rewrite(Sum), "tr(X*X)"),
    (Sum(x[k, 0], (k, 0, n - 1)), "sum(x)"),
    (Sum(A[k, i] * B[k, i] * exp(A[k, i]), (k, 0, m - 1), (i, 0, n - 1)), "sum((A.*B.*exp(A))'*ones(m))"),
    (Sum(A[k, i] * B[k, i] * x[i, 0], (k, 0, m - 1), (i, 0, n - 1)), "x'*diag(A'*B)"),
    (Sum(s * x[k, 0], (k, 0, n - 1)), "s*sum(x)"),
    # matrices
    (Trace(A.T * B) * Identity(n), "tr(A'*B)*I(n)"),
    (HadamardProduct(A, B, HadamardPower(A, -1)), "A.*B./A"),
    (HadamardPower(A, s), "A.^s"),
    (HadamardPower(2, A), "2.^A"),
    (KroneckerProduct(A, X), "kron(A, X)"),
    (DiagMatrix(x) * DiagonalOf(X), "diag(x)*diag(X)"),
    (DiagonalMatrix(X), "diag(diag(X))"),
    (BlockMatrix([[X, x], [y.T, Matrix([[1]])]]), "[X, x; y', 1]"),
    (BlockDiagMatrix(X, A), "[X, 0; 0, A]"),
    (Matrix([[1, 2, 3], [4, s, 6]]), "[1, 2, 3; 4, s, 6]"),
    (OneMatrix(m, n) + ZeroMatrix(m, n) + A, "A + 1"),
    (MatPow(X, 3) * MatPow(X, -2), "X*X*X*inv(X)*inv(X)"),
    (Inverse(X) * x, "inv(X)*x"),
    (MatPow(X, 0), "I(n)"),
    (sqrt(X), "sqrtm(X)"),
    (conjugate(A), "A"),
    # entry by entry
    (A.applyfunc(lambda d: d**2 + s * d + n), "A.^2 + s*A + n*ones(m,n)"),
    (A.applyfunc(lambda d: 1 / (1 + exp(-d))), "sigmoid(A)"),
    (A.applyfunc(lambda d: Trace(X) * d), "tr(X)*A"),
    (A.applyfunc(sec), "sec(A)"),
    (A.applyfunc(Heaviside), "step(A)"),
    (A.T.applyfunc(sin) * z, "sin(A')*z"),
    (A.applyfunc(lambda d: sympy.Integer(3)), "3*ones(m,n)"),
    (x.applyfunc(lambda d: log(1 + exp(d))), "softplus(x)"),
    # scalars
    (1 / (1 + exp(-s)), "sigmoid(s)"),
    (3 * t / (1 + exp(s - t)), "3*t*sigmoid(t - s)"),
    (Max(s, t, 3), "max(max(s, t), 3)"),
    (Max(Trace(X), 0) + Min(s, t), "relu(tr(X)) + min(s, t)"),
    (Heaviside(t * s) + Heaviside(s, 1), "step(s*t) + 1 - relu(sign(-s))"),
    (erf(s) + sign(s) + pi * sympy.E, "erf(s) + sign(s) + pi*exp(1)"),
    (Float("0.1") * s + Rational(1, 3), "0.1*s + 1/3"),
    (n * Trace(A.T * B) / m, "n*tr(A'*B)/m"),
    (Symbol("alpha") * Symbol("x_{1}") * Symbol("\\beta_2") * Symbol("γ"), "alpha*x_1*beta_2*gamma"),
]  # fmt: skip
KINDS = {
    "A": "matrix(m,n)", "B": "matrix(m,n)", "X": "matrix(n,n)", "x": "vector(n)", "y": "vector(n)",
    "z": "vector(m)", "u": "rowvector(n)", "c": "scalar", "s": "scalar", "t": "scalar positive",
    "alpha": "scalar", "beta_2": "scalar", "gamma": "scalar", "x_1": "scalar",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "text"), READ, ids=[text for _, text in READ])
def test_is_read_as(expression: Any, text: str) -> None:
    found = mc.from_sympy(expression)
    assert found == mc.parse(text, KINDS), f"{found} is not {text}"
    assert mc.parse(str(found), found.variables) == found


@pytest.mark.parametrize(("expression", "text"), READ, ids=[text for _, text in READ])
def test_what_is_read_can_be_written_and_differentiated(expression: Any, text: str) -> None:
    found = mc.from_sympy(expression)
    assert mc.from_sympy(found.to_sympy(), found.variables) == found
    if found.shape == ():
        for name in found.variables:
            report = found.diff(name).check(trials=2, seed=3)
            assert report.passed or "domain" in (report.reason or ""), f"{text} by {name}: {report}"


def test_values_are_those_of_sympy() -> None:
    rng = np.random.default_rng(5)
    sizes = {"m": 2, "n": 3, "k": 4}
    arrays = {
        symbol.name: rng.uniform(0.3, 0.9, [int(size.subs({m: 2, n: 3})) for size in symbol.shape])
        for symbol in (A, B, X, x, y, z, u)
    }
    arrays["X"] += 3 * np.eye(3)  # away from where a root is not real
    arrays |= {name: rng.uniform(0.3, 0.9, (1, 1)) for name in ("s", "t")}
    compared = 0
    for expression, text in READ:
        plain = isinstance(expression, sympy.Basic) and not expression.has(Sum, DotProduct, sec, Adjoint, c)
        names = {symbol.name for symbol in expression.free_symbols if hasattr(symbol, "name")}
        if plain and names <= arrays.keys() | sizes.keys():
            found = mc.from_sympy(expression)
            given = {name: arrays[name] for name in found.variables}
            try:
                ours = found.evaluate(**given)
            except mc.MatcalcError as error:
                assert error.code == "E301", text  # a size that no variable tells
                continue
            theirs = value_of(expression, arrays, sizes)
            assert distance(np.reshape(ours, theirs.shape), theirs) < 1e-9, text
            compared += 1
    assert compared > 25


d = Symbol("d")
#: No sequence of matrix products gives this sum.
EACH_WITH_EACH = Sum(
    X[i, j] * X[i, r] * X[i, p] * X[j, r] * X[j, p] * X[r, p], *[(index, 0, n - 1) for index in (i, j, r, p)]
)
REFUSED: list[tuple[Any, str, str]] = [
    (X[0, 1], "E506", "MatrixElement"),
    (x[0, 0], "E506", "MatrixElement"),
    (Function("f")(s), "E506", "f of SymPy"),
    (Integral(s, (s, 0, 1)), "E506", "Integral"),
    (sympy.Derivative(Function("f")(s), s), "E506", "Derivative"),
    (Piecewise((s, s > 0), (t, True)), "E506", "Piecewise"),
    (Trace(Piecewise((s, s > 0), (t, True)) * X), "E506", "Piecewise"),
    (sympy.I * s, "E506", "ImaginaryUnit"),
    (sympy.zoo, "E506", "ComplexInfinity"),
    (sympy.nan, "E506", "NaN"),
    (sympy.oo * s, "E506", "Infinity"),
    (sympy.true, "E506", "BooleanTrue"),
    (s > 0, "E506", "StrictGreaterThan"),
    (sympy.Tuple(s, t), "E506", "Tuple"),
    (sympy.Lambda(s, s), "E506", "Lambda"),
    (exp(X), "E506", "exp"),
    (sin(x) + 1, "E506", "sin"),
    (MatPow(X, n), "E506", "MatPow"),
    (MatPow(X, Rational(1, 3)), "E506", "MatPow"),
    (MatPow(X, 100), "E504", "32"),
    (DiagonalOf(MatrixSymbol("R", 3, 4)), "E506", "DiagonalOf"),
    (X.applyfunc(lambda d: Trace(d * X)), "E506", "ElementwiseApplyFunction"),
    (X.applyfunc(Function("f")), "E506", "f of SymPy"),
    (A.diff(A), "E506", "PermuteDims"),
    (sympy.FunctionMatrix(3, 3, sympy.Lambda((s, t), s + t)), "E506", "FunctionMatrix"),
    (Sum(s**2, (s, 1, 3)), "E506", "Sum"),
    (Sum(x[k, 0], (k, 0, n - 2)), "E506", "n - 1"),
    (Sum(x[k, 0], (k, 0, m - 1)), "E506", "x[k, 0]"),
    (EACH_WITH_EACH, "E506", "Sum"),
    (sympy.Product(x[k, 0], (k, 0, n - 1)), "E506", "Product"),
    (MatrixSymbol("R", n - 1, n), "E506", "n - 1"),
    (MatrixSymbol("R", n / 2, n), "E506", "n/2"),
    (Symbol("w", imaginary=True), "E506", "not real"),
    (Symbol("w", commutative=False), "E506", "not real"),
    (Symbol("two words"), "E402", "'two words'"),
    (Symbol("x'"), "E402", "x'"),
    (Symbol(""), "E402", "''"),
    (Symbol("exp") * s, "E402", "'exp'"),
    (MatrixSymbol("I", n, n), "E402", "'I'"),
    (Symbol("pi"), "E402", "'pi'"),
    (Symbol("where"), "E402", "'where'"),
    (Symbol("alpha") + Symbol("α"), "E402", "alpha"),
    (Symbol("x_1") + Symbol("x_{1}"), "E402", "x_1"),
    (Symbol("s") + s, "E402", "s"),
    (Symbol("n") + Trace(X), "E402", "n"),
    (Symbol("X") * Trace(X), "E402", "X"),
    (Trace(MatrixSymbol("n", n, n)), "E402", "n"),
    (MatrixSymbol("Q", 2, 2) * MatrixSymbol("Q", 2, 3), "E402", "Q"),
    (Float("1e99999"), "E108", "bits"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "code", "named"), REFUSED, ids=[str(r[0])[:40] for r in REFUSED])
def test_is_refused(expression: Any, code: str, named: str) -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.from_sympy(expression)
    assert refusal.value.code == code
    assert named in refusal.value.message


@pytest.mark.parametrize("given", ["x", "__import__('os')", 3, 2.5, None, [1, 2], np.eye(2), object(), int])
def test_only_expressions_of_sympy_are_taken(given: Any) -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.from_sympy(given)
    assert refusal.value.code == "E506"
    if isinstance(given, str):
        assert refusal.value.help == "matcalc.parse reads text"


def test_kinds_and_facts_come_from_sympy() -> None:
    q = Symbol("q", nonnegative=True)
    found = mc.from_sympy(q * t * s * Trace(u * X * x) * Trace(A.T * B) * Trace(MatrixSymbol("F", 2, 2)))
    assert found.variables == {
        "q": "scalar nonnegative", "t": "scalar positive", "s": "scalar", "u": "rowvector(n)",
        "X": "matrix(n,n)", "x": "vector(n)", "A": "matrix(m,n)", "B": "matrix(m,n)", "F": "matrix(2,2)",
    }  # fmt: skip


def test_sizes_may_be_polynomials() -> None:
    found = mc.from_sympy(MatrixSymbol("R", m * n + 2, (n + 1) ** 2))
    assert found.shape == ("m*n+2", "n*n+2*n+1")


def test_declarations_add_facts() -> None:
    found = mc.from_sympy(log(sympy.Determinant(X)), {"X": "spd(n)", "w": "vector(n)"})
    assert found.variables == {"X": "spd(n)", "w": "vector(n)"}
    assert mc.from_sympy(Trace(X), {"X": "symmetric"}).variables == {"X": "symmetric(n)"}


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ({"X": "matrix(m,n)"}, "E209"),
        ({"X": "scalar"}, "E209"),
        ({"X": "vector"}, "E209"),
        ({"X": "nonsense"}, "E402"),
        ({"n": "scalar"}, "E402"),
        ({"w": "vector"}, "E402"),
    ],
)
def test_declarations_that_do_not_fit(kinds: dict[str, str], code: str) -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.from_sympy(Trace(X), kinds)
    assert refusal.value.code == code


def test_functions_of_symmetric_matrices_need_the_declaration() -> None:
    e = mc.parse("tr(S*sym(X))", {"S": "symmetric(n)"})
    assert mc.from_sympy(e.to_sympy(), e.variables) == e


def test_deep_and_shared_expressions() -> None:
    deep = s
    for _ in range(500):
        deep = sin(deep, evaluate=False)
    assert mc.from_sympy(deep).diff("s").wrt == "s"
    shared = s
    for _ in range(60):
        shared = sympy.Add(sin(shared), exp(shared))
    assert mc.from_sympy(shared).variables == {"s": "scalar"}


def test_nothing_is_changed_in_sympy() -> None:
    given = Trace(A.applyfunc(exp).T * B)
    before = sympy.srepr(given)
    mc.from_sympy(given)
    assert sympy.srepr(given) == before
