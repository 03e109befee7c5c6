"""What is pasted from papers and code into plain text: subscripts in braces, options, methods, conditions."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("x_{1}'*A*x_{1}", "x_1'*A*x_1"), ("tr(W_{ij}*A)", "tr(W_ij*A)"), ("A - I_{n}", "A - I(n)"),
        ("norm(X, 'fro')^2", "normF(X)^2"), ("norm(A*X, 'nuc')", "nucnorm(A*X)"),
        ("np.linalg.norm(X - A @ B, ord='fro')", "normF(X - A*B)"),
        ("np.linalg.norm(X,'fro')**2", "normF(X)^2"),
    ],
)  # fmt: skip
def test_is_read_as_what_is_meant(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


@pytest.mark.parametrize(
    ("text", "code", "help_text"),
    [
        ("I_{n*n} + A", "E506", "I(...)"), ("P_{k*l}*H'", "E506", "P_1"),
        ("x_{t*s}'*A*x_{t*s}", "E506", "x_1"), ("sum_{i=1}^n x_i^2", "E105", "sum(...)"),
        ("sum_{i} x_i^2", "E105", "sum(...)"), ("min_{z} ||x||^2", "E105", "min(...)"),
        ("sum(X, axis=0)", "E102", "colsum(X)"), ("norm(x, ord=2)", "E102", "norm2(x)"),
        ("norm(x, 'inf')", "E102", "'fro'"), ('norm(X, "fro")', "E101", "normF(X)"),
        ("2 x.sum()", "E101", "sum(...)"), ("2 x.T.dot(A)", "E101", "@"), ("x.shape", "E506", "one of them"),
        ("∑ x_i^2", "E101", "sum(x)"), ("√x²", "E102", "√(x)"),
        ("∇f", "E506", "leave"), ("3*d/dX tr(X)", "E506", "to X"), ("x'*x + df/dx", "E506", "what f is"),
        ("3*d x'*x/dx", "E506", "x'*x alone"), ("A*d²/dx²", "E506", "respect to x"),
        ("2*d/dtheta theta^2", "E506", "respect to theta"),
        ("KL(p||q)", "E105", "sum(p.*log(p./q))"), ("log p(y|x)", "E506", "write out"),
        (r"D_{KL}(p\|q)", "E506", "sum(p.*log(p./q))"), ("softmax(Q*K'/sqrt(d))*V", "E203", "rowsoftmax"),
    ],
)  # fmt: skip
def test_is_refused_with_what_to_write(text: str, code: str, help_text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code and help_text in failed.value.help


@pytest.mark.parametrize("text", ["||s| - |t||", "x_1'*x_1 where x_1 = A*y", "(2*|s|)"])
def test_other_bars_and_signs_stay(text: str) -> None:
    mc.parse(text)


def test_a_variable_with_the_name_of_a_function_is_said() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("sum(exp(x))", {"exp": "vector(n)"})
    assert failed.value.code == "E110" and "declared a variable" in failed.value.message


def test_a_quotient_of_names_with_d_is_no_derivative() -> None:
    assert str(mc.parse("3*d/dist", {"d": "vector", "dist": "scalar"})) == "3*d/dist"
    assert str(mc.parse("3*d/dx", {"d": "vector", "dx": "scalar"})) == "3*d/dx"
