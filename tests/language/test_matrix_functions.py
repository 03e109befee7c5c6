"""Exponentials, logarithms and roots: of a matrix by its context, of each entry, or refused."""

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("tr(exp(A))", "tr(expm(A))"), (r"\operatorname{tr}(\rho\log\rho)", "tr(rho*logm(rho))"),
        ("tr(ρ log ρ)", "tr(rho*logm(rho))"), ("x'*log(A)*x", "x'*logm(A)*x"),
        (r"\operatorname{tr}\sqrt{M}", "tr(sqrtm(M))"),
        ("tr(A*(log(A) - log(B)))", "tr(A*(logm(A) - logm(B)))"),
        ("lambda_max(exp(A))", "lambda_max(expm(A))"),
        ("tr(K) where K = exp(-D)", "tr(expm(-D))"), (r"\det(\exp(A))", "det(expm(A))"),
    ],
)  # fmt: skip
def test_a_function_of_a_square_matrix_in_a_product_or_trace_is_that_of_the_matrix(
    text: str, other: str
) -> None:
    expression = mc.parse(text)
    assert expression == mc.parse(other)
    assert any("is that of the matrix" in note for note in expression.notes)


@pytest.mark.parametrize(
    "text",
    [
        "sum(exp(X))", "exp(X).*Y", "log(1 + exp(X))", "ones'*exp(X)*ones", "exp.(A)*b", "exp(A) @ b",
        "sum(log(exp(X) + 2))", "log(X.^2)", "tr(Y'*log(rowsoftmax(X)))",
    ],
)  # fmt: skip
def test_beside_and_inside_of_what_works_on_entries_so_does_the_function(text: str) -> None:
    read = str(mc.parse(text))
    assert "expm" not in read and "logm" not in read


@pytest.mark.parametrize(
    "text",
    [
        "exp(X)", r"\exp(X)", r"\exp[aX + bY]", "log(X)/2", r"\sqrt M", "exp(A)*b", "tr(Y'*log(P))",
        "||log(X) - log(Y)||_F^2", "diag(u)*exp(-C)*diag(v)", "M*b where M = exp(A)",
    ],
)  # fmt: skip
def test_an_open_context_is_refused_with_both(text: str) -> None:
    with pytest.raises(mc.MatcalcError, match="may be that of the matrix or of each entry") as refused:
        mc.parse(text)
    assert "m(...)" in str(refused.value.help) or "m}(...)" in str(refused.value.help)


@pytest.mark.parametrize("text", ["exp(X)", "exp(X)*b", "tr(exp(X))", "log(X*b)"])
def test_of_declared_matrices_functions_are_of_entries(text: str) -> None:
    read = str(mc.parse(text, {"X": "matrix(n,n)", "b": "vector(n)"}))
    assert "expm" not in read and "logm" not in read


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("S^{1/2}", "sqrtm(S)"), ("S^(1/2)*x", "sqrtm(S)*x"), ("x'*S^{-1/2}*x", "x'*inv(sqrtm(S))*x"),
        ("tr(S^½)", "tr(sqrtm(S))"), ("S^0.5", "sqrtm(S)"), (r"S^{-\frac12} x", "inv(sqrtm(S))*x"),
        ("s^{1/2}", "s^(1/2)"),
        ("(A'*A)^(3/2)", "sqrtm(A'*A)^3"),
    ],
)  # fmt: skip
def test_half_powers_of_matrices_are_their_square_roots(text: str, other: str) -> None:
    assert mc.parse(text) == mc.parse(other)


def test_other_powers_of_matrices_say_what_to_write() -> None:
    with pytest.raises(mc.MatcalcError, match="E504") as refused:
        mc.parse("A^(1/3)")
    assert "expm(t*logm(A))" in str(refused.value.help)
