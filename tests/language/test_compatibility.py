r"""What other tools write is read with the meaning that it has there: MATLAB, NumPy, matrixcalculus.org."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.language.notations import is_latex
from tests.numerical import distance

KINDS = {
    "A": "matrix(n,n)", "B": "matrix(n,m)", "X": "matrix(m,n)", "x": "vector(n)", "y": "vector(n)",
    "b": "vector(m)", "w": "vector(n)", "s": "scalar", "t": "scalar",
}  # fmt: skip


def same(text: str, other: str) -> None:
    assert mc.parse(text, KINDS) == mc.parse(other, KINDS)


class TestMatlab:
    @pytest.mark.parametrize(
        ("text", "other"),
        [
            (r"A\x", "inv(A)*x"),
            (r"A \ x", "inv(A)*x"),
            (r"A\B*b", "inv(A)*B*b"),
            (r"(X'*X)\(X'*b)", "inv(X'*X)*X'*b"),
            (r"s*A\x", "inv(s*A)*x"),
            (r"x'*(A\y)/t", "x'*inv(A)*y/t"),
            (r"A'\x", "inv(A)'*x"),
        ],
    )
    def test_left_division_solves_a_linear_system(self, text: str, other: str) -> None:
        same(text, other)
        assert "linear system" in mc.parse(text, KINDS).notes[0]

    def test_value(self) -> None:
        value = mc.parse(r"A\x").evaluate(A=[[2, 1], [0, 4]], x=[3, 4])
        assert distance(value, np.linalg.solve([[2, 1], [0, 4]], [3, 4])) < 1e-12

    def test_least_squares_are_not_meant(self) -> None:
        with pytest.raises(mc.MatcalcError) as failed:
            mc.parse(r"X\b", KINDS)
        assert failed.value.code == "E203"


class TestLatexIsRecognised:
    @pytest.mark.parametrize(
        "text",
        [
            r"x^\top y",
            r"\|x\|^2",
            r"\frac12 x",
            r"\(x\)",
            r"A\,x",
            r"\lamda x",
            r"A\sin(x)",
            r"x \\ y",
            r"\A",
        ],
    )
    def test_latex(self, text: str) -> None:
        assert is_latex(text)

    @pytest.mark.parametrize(
        "text", [r"A\b", r"A \ b", r"(A)\(b)", "A'\\b", r"x'*(A\y)", "x*y", r"|A|\x", r"A²\x"]
    )
    def test_text(self, text: str) -> None:
        assert not is_latex(text)

    def test_what_may_be_both_is_latex_and_a_note_says_so(self) -> None:
        e = mc.parse(r"A\exp(x)", KINDS)
        assert e == mc.parse("A*exp(x)", KINDS) and "LaTeX" in e.notes[0]
        assert mc.parse(r"A\exp(x)", KINDS, latex=False) == mc.parse("inv(A)*exp(x)", KINDS)


class TestNumPy:
    @pytest.mark.parametrize(
        ("text", "other"),
        [
            ("np.linalg.inv(A)", "inv(A)"),
            ("np.trace(A @ A.T)", "tr(A*A')"),
            ("np.log(np.linalg.det(A))", "log(det(A))"),
            ("X.T @ X", "X'*X"),
            ("numpy.sum(numpy.exp(x))", "sum(exp(x))"),
            ("np.sum(x * y)", "sum(x.*y)"),
            ("np.abs(x) * y / w", "abs(x).*y./w"),
            ("np.sum((X @ x - b)**2) / 2", "sum((X*x - b).^2)/2"),
            ("np.exp(2 * x) * s", "s*exp(2*x)"),
            ("np.eye(n) @ A + np.identity(n)", "A + I(n)"),
            ("np.ones(n) * x", "x"),
            ("np.dot(A, x)", "A*x"),
            ("np.dot(x, y)", "x'*y"),
            ("np.vdot(x, y) + np.inner(x, y)", "2*x'*y"),
            ("np.matmul(A, B)", "A*B"),
            ("np.multiply(x, y)", "x.*y"),
            ("np.divide(x, y)", "x./y"),
            ("np.power(x, 3)", "x.^3"),
            ("np.square(x)", "x.^2"),
            ("np.transpose(X)", "X'"),
            ("np.linalg.solve(A, x)", "inv(A)*x"),
            ("np.linalg.norm(x)", "norm2(x)"),
            ("np.linalg.norm(X)", "normF(X)"),
            ("np.pi * x", "pi*x"),
            ("np.maximum(x, y)", "max(x, y)"),
            ("np.linalg.pinv(X)", "pinv(X)"),
            ("np.outer(x, b)", "x*b'"),
            ("np.kron(A, X)", "kron(A, X)"),
            ("scipy.special.expit(x)", "sigmoid(x)"),
            ("scipy.linalg.expm(A)", "expm(A)"),
            ("np.std(x)**2", "var(x)"),
            ("np.absolute(x)", "abs(x)"),
        ],
    )
    def test_reads_as_the_functions_of_the_table(self, text: str, other: str) -> None:
        same(text, other)

    @pytest.mark.parametrize(
        "text",
        [
            "np.sum((X @ x - b)**2) / 2 + np.trace(A * A)",
            "np.sum(np.log(1 + np.exp(-y * (A @ x))))",
            "np.mean(np.tanh(A @ x) * y)**2 / np.var(y)",
            "np.sum(x**2 * y / 2)",
        ],
    )
    def test_value_is_that_of_numpy(self, text: str) -> None:
        rng = np.random.default_rng(5)
        values = {
            "A": rng.standard_normal((4, 4)), "X": rng.standard_normal((3, 4)), "x": rng.standard_normal(4),
            "y": rng.standard_normal(4), "b": rng.standard_normal(3),
        }  # fmt: skip
        expected = {
            0: lambda A, X, x, y, b: np.sum((X @ x - b) ** 2) / 2 + np.trace(A * A),
            1: lambda A, X, x, y, b: np.sum(np.log(1 + np.exp(-y * (A @ x)))),
            2: lambda A, X, x, y, b: np.mean(np.tanh(A @ x) * y) ** 2 / np.var(y),
            3: lambda A, X, x, y, b: np.sum(x**2 * y / 2),
        }
        names = "np.sum((", "np.sum(np.log", "np.mean", "np.sum(x**2"
        wanted = expected[next(i for i, name in enumerate(names) if text.startswith(name))](**values)
        e = mc.parse(text, KINDS)
        assert (
            distance(e.evaluate(**{name: values[name] for name in e.variables if name in values}), wanted)
            < 1e-12
        )
        assert any("NumPy" in note for note in e.notes)

    def test_without_names_of_numpy_the_star_is_the_matrix_product(self) -> None:
        assert mc.parse("A * A", KINDS) == mc.parse("A^2", KINDS)
        assert mc.parse("A * A", {"A": KINDS["A"]}).notes == ()

    def test_a_variable_may_be_called_np(self) -> None:
        assert str(mc.parse("np.T @ x")) == "np'*x"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("np.foo(x)", "E105"),
            ("np.sum", "E109"),
            ("np.sum(X, axis=2)", "E506"),
            ("np.argmax(x)", "E105"),
            ("np.x", "E105"),
        ],
    )
    def test_what_is_not_known_is_refused(self, text: str, code: str) -> None:
        with pytest.raises(mc.MatcalcError) as failed:
            mc.parse(text)
        assert failed.value.code == code and failed.value.labels


class TestMatrixCalculusOrg:
    """The examples and the operators of its documentation page."""

    @pytest.mark.parametrize(
        ("text", "wrt", "derivative"),
        [
            ("0.5*x'*A*x", "x", "(A + A')*x/2"),
            ("(y.*v)'*x", "y", "v.*x"),
            ("a^b", "a", "b*a^(b - 1)"),
            ("norm1(A*x-y)", "x", "A'*sign(A*x - y)"),
            ("norm2(A*x-y)^2", "x", "2*A'*(A*x - y)"),
            ("sum(log(exp(-y.*(X*w)) + vector(1)))", "w", "-X'*(y.*sigmoid(-y.*(X*w)))"),
            ("tr(A*X'*B*X*C)", "X", "B*X*C*A + B'*X*A'*C'"),
            ("log(det(inv(X)))", "X", "-inv(X)'"),
            ("tr(X*eye)", "X", "I(n)"),
            (
                "sum(relu(A*x) + arcsin(x) + tanh(x)./2)",
                "x",
                "A'*step(A*x) + 1./sqrt(1 - x.^2) + (1 - tanh(x).^2)/2",
            ),
            ("norm2(X)", "X", "X/normF(X)"),
            ("norm1(X + matrix(1))", "X", "sign(X + 1)"),
            ("x'*(x.^3)", "x", "4*x.^3"),
            ("logdet(X)", "X", "inv(X)'"),
        ],
    )
    def test_example(self, text: str, wrt: str, derivative: str) -> None:
        d = mc.diff(text, wrt)
        assert d.expr == mc.parse(derivative, d.variables)
        assert d.check().passed

    def test_constants_have_the_size_that_is_needed(self) -> None:
        assert mc.parse("x + vector(2)").shape == ("n",)
        assert mc.parse("X - matrix(t)*A", {"t": "scalar", "A": "matrix(k,n)"}).shape == ("m", "n")
        with pytest.raises(mc.MatcalcError) as failed:
            mc.parse("vector(x) + x")
        assert failed.value.code == "E203"
