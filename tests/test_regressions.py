"""What once went wrong, each with the shortest expression that showed it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import matcalc as mc
from matcalc.language import parse as read
from matcalc.numeric import evaluate_all
from tests.code.libraries import arrays_for
from tests.planting import check_gradient
from tests.strategies.variables import plain, random_values

NAMES = {
    "s": "scalar", "t": "scalar", "x": "vector(n)", "y": "vector(n)", "c": "rowvector(n)", "K": "skew(n)",
    "S": "symmetric(n)", "A": "matrix(n,n)", "w": "vector(n) positive",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wrt", "gradient"),
    [
        ("sum(c.*c)", "c", "2*c"),
        ("normF(c)", "c", "c/norm2(c')"),
        ("sum(c')", "c", "ones(n)'"),
        ("sum(abs(c)*x)", "x", "abs(c')"),
        ("sum((c').^2 + 1)", "c", "2*c"),
        ("sum(exp(c'))", "c", "exp(c')'"),
    ],
)
def test_variables_that_are_rows(text: str, wrt: str, gradient: str) -> None:
    """A row was turned into a transposed column, and that back into a row, without end."""
    derivative = mc.diff(text, wrt, NAMES)
    assert derivative.expr == mc.parse(gradient, derivative.variables)
    assert derivative.check().passed


def test_a_power_of_a_matrix_has_entries_of_any_sign() -> None:
    """What is stated of even powers of scalars was taken to hold of matrices, so ``abs(A^2)`` was ``A^2``."""
    assert mc.diff("sum(abs(A^2))", "A", NAMES).check().passed
    assert str(mc.parse("norm1(A^2)", NAMES)) == "norm1(A^2)"


def test_ones_are_not_pulled_out_of_ones() -> None:
    """What is left of ones after pulling out ones are ones, and so on without end."""
    assert mc.diff("(s - relu(s))*sum(w.*w)", "s", NAMES).check().passed


@pytest.mark.parametrize(
    "text", ["||x||", "||x||_2", "||x||_F", "norm(x)", "norm2(x)", "normF(x)", "normF(x')"]
)
def test_norms_of_a_vector_are_one_function(text: str) -> None:
    """The text of norm2(x) in Unicode, ‖x‖, read back as the Frobenius norm."""
    expression = mc.parse(text, NAMES)
    assert str(expression) == "norm2(x)"
    assert mc.parse(expression.unicode(), NAMES) == expression


@pytest.mark.parametrize("text", ["norm2(1 - s*norm2(x)*y)", "norm2(y - s*norm2(x)./y)", "norm2(norm2(x)*x)"])
def test_norms_in_norms_read_back(text: str) -> None:
    """In ‖1 - s ‖x‖ y‖ the second bar closed the first, and the text meant something else."""
    expression = mc.parse(text, NAMES)
    assert mc.parse(expression.unicode(), NAMES) == expression


@pytest.mark.parametrize("text", ["A^Tᵀ", "A.Tᵀ", "(A^T)^T", "A^T²", "A.T²"])
def test_a_mark_after_a_transpose(text: str) -> None:
    """``T`` and what followed it were read as one word."""
    expected = "A" if text[-1] in "ᵀT" else "A'*A'"
    assert mc.parse(text, {"A": "matrix(n,n)"}) == mc.parse(expected, {"A": "matrix(n,n)"})


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("x'*K*x", "0"),
        ("y'*K*x + x'*K*y", "0"),
        ("tr(K*S)", "0"),
        ("tr(K'*A*A')", "0"),
        ("(K*A)'", "-A'*K"),
        ("sum(K'.*A)", "-sum(A.*K)"),
        ("K + K'", "zeros(n,n)"),
    ],
)
def test_the_sign_of_a_transposed_skew_matrix(text: str, normal: str) -> None:
    """The minus sign of ``K' = -K`` stayed inside products: ``x'*(-K)*y``."""
    expression = mc.parse(text, NAMES)
    assert str(expression) == normal
    assert mc.parse(str(expression), NAMES) == expression


@pytest.mark.parametrize("text", ["sum((2*(1 - C')).^(1/2))", "sum(sqrt(2*(1 - C')))"])
def test_a_multiple_of_a_transpose_in_a_root(text: str) -> None:
    """It was not turned, and the text read back as another expression."""
    expression = mc.parse(text, {"C": "matrix(m,n)"})
    assert expression == mc.parse(str(expression), {"C": "matrix(m,n)"})
    assert expression == mc.parse(text.replace("C'", "C"), {"C": "matrix(m,n)"})


@pytest.mark.parametrize("text", ["1/0", "0*s/(s - s)", "zeros(n)./zeros(n)", "0^-2", "sum(x./(x - x))"])
def test_division_by_zero_is_no_zero(text: str) -> None:
    """Next to a factor zero an undefined quotient vanished."""
    with pytest.raises(mc.MatcalcError, match="division by zero") as caught:
        mc.parse(text, NAMES)
    assert caught.value.code == "E304"


@pytest.mark.parametrize(("text", "wrt"), [("s*sum(K)", "s"), ("sum(x)*sum(K.*S)", "S")])
def test_the_check_knows_rounding_errors(text: str, wrt: str) -> None:
    """A derivative that is zero because terms cancel was compared with rounding errors, and failed."""
    assert mc.diff(text, wrt, NAMES).check().passed


@pytest.mark.parametrize("text", ["2*sum(x)", "sum(x) + 1e-9*sum(x.^2)"])
def test_the_check_still_sees_small_errors(text: str) -> None:
    """Rounding errors are allowed for without letting wrong gradients pass."""

    reading = mc.diff(text, "x", NAMES)._reading
    wrong = mc.diff(text.replace("2*", "2.00001*").replace("1e-9", "2e-5"), "x", NAMES)._node
    report = check_gradient(reading.expr, reading.variables["x"], wrong, reading.variables)
    assert not report.passed and not report.reason


def test_values_in_which_everything_occurs_twice_are_printed_with_names() -> None:
    """Written out, they would have taken 2^60 terms."""
    text = "r0'*x where " + ", ".join(f"r{i} = r{i + 1}.*exp(r{i + 1}) + r{i + 1}" for i in range(60))
    expression = mc.parse(text + ", r60 = x", {"x": "vector(n)"})
    assert len(str(expression)) < 20_000
    assert mc.parse(str(expression), expression.variables) == expression
    point = {"x": np.array([-0.1, -0.2])}
    assert mc.parse(str(expression), expression.variables).evaluate(**point) == expression.evaluate(**point)


@pytest.mark.parametrize(
    "text",
    ["t" + "²" * 6000, "1e" + "9" * 5000 + "*t", "t" + "*1234567890123456789" * 1000, "t" + "*7^1400" * 20],
    ids=["superscript", "exponent", "product", "powers"],
)
def test_numbers_too_long_to_be_printed(text: str) -> None:
    """Python refuses to convert them to text, with an error of its own."""
    with pytest.raises(mc.MatcalcError) as caught:
        mc.diff(text, "t", NAMES)
    assert caught.value.code == "E108"


@pytest.mark.parametrize("text", ["1e400*t", "t*7^1400*7^1400", "t/1e-390"])
def test_numbers_too_large_for_a_float(text: str) -> None:
    assert mc.parse(text, NAMES).evaluate(t=2.0) == float("inf")
    assert mc.diff(text, "t", NAMES).check().reason


@pytest.mark.parametrize("size", ["123456789123", "9" * 30, f"{'9' * 20}*n"])
def test_sizes_too_large_for_the_memory(size: str) -> None:
    report = mc.diff("sum(x.^2)", "x", {"x": f"vector({size})"}).check()
    assert not report.passed and "too large" in report.reason
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(f"norm2(softmax(ones({size}))) + t + 0*sum(y)", NAMES).evaluate(t=1.0, y=[1.0, 2.0])
    assert caught.value.code == "E508"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum(x + softmax(softmax(x)) + 1)", "sum(1 + softmax(softmax(x)) + x)"),
        ("sum(exp(sin(x)) + sin(exp(x)))", "sum(sin(exp(x)) + exp(sin(x)))"),
        ("sum(sin(sin(x)).*x)", "sum(x.*sin(sin(x)))"),
    ],
)
def test_functions_of_functions_have_a_place_in_the_order(one: str, other: str) -> None:
    """f(f(x)) was ordered like x, and f(g(x)) like g(f(x)): equal sums were not recognised."""
    assert mc.parse(one, NAMES) == mc.parse(other, NAMES)


def test_power_with_an_exponent_that_is_not_symmetric_is_not_either() -> None:
    kinds = {"S": "spd(n) positive", "Y": "matrix(n,n)"}
    assert str(mc.parse("(S.^Y)'", kinds)) == "(S.^Y)'"
    assert mc.diff("a'*(S.^Y)'*b", "Y", kinds).check().passed


@pytest.mark.parametrize(
    "text",
    [
        "sum(w.^x.*c')",
        "c*w.^x",
        "sum(c'.*w.^x)",
        "tr(B.^B*C')",
        "sum((B.^C)'.*C')",
        "tr(C'.^(C')*B)",
        "sum((((B.^C)').*W).*W.*exp(W))",
        "tr(((B.^C)'.*W).*exp(W)*B)",
    ],
)
def test_the_transpose_of_a_power_with_an_array_as_exponent(text: str) -> None:
    """Only the base was turned; with a symmetric base it was taken for symmetric."""
    kinds = {**NAMES, "B": "matrix(m,n) positive", "C": "matrix(m,n) positive", "W": "matrix(n,m)"}
    for name in mc.parse(text, kinds).variables:
        if name in text:
            assert mc.diff(text, name, kinds).check().passed


def test_a_power_of_a_symmetric_matrix_need_not_be_symmetric() -> None:
    """The exponent was not looked at, so that the two terms were merged."""
    text = "tr((P.^A)'*A) + tr(P.^A*A)"
    kinds = {"P": "symmetric(n) positive", "A": "matrix(n,n)"}
    assert mc.diff(text, "A", kinds).check().passed
    values = {"P": np.array([[1.0, 2], [2, 3]]), "A": np.array([[1.0, 2], [3, 4]])}
    power = values["P"] ** values["A"]
    expected = np.trace(power.T @ values["A"]) + np.trace(power @ values["A"])
    assert mc.parse(text, kinds).evaluate(**values) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["rowsoftmax", "tril", "triu", "vec", "peak", "pinv", "var", "rowsum"])
def test_matrix_functions_of_a_scalar_have_values(name: str) -> None:
    """NumPy refuses numbers as arguments of some of them."""
    found = mc.parse(f"{name}(s)", NAMES).evaluate(s=2.0)
    wanted = {"rowsoftmax": 1.0, "peak": 1.0, "pinv": 0.5, "var": 0.0}
    assert found == pytest.approx(wanted.get(name, 2.0))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("softmax(kron_right(ones(k*n,m), ones(k,m)))", ("n",)),
        ("s + kron_left(A, B)", ()),
        ("kron_left(ones(n+1,k), zeros(n+1,k))", ()),
        ("kron_left(ones(k*(n+1),k), zeros(n+1,k))", ("k",)),
    ],
)
def test_shapes_that_are_quotients_of_sizes(text: str, shape: tuple[str, ...]) -> None:
    """What was found to be 1 or a column later was not taken as that."""
    kinds = {"s": "scalar", "A": "matrix(m,n)", "B": "matrix(m,n)", "b": "vector(k)"}
    assert mc.parse(text, kinds).shape == shape


def test_sizes_that_are_sums_read_back_from_latex() -> None:
    r"""The subscript of ``I_{n+1}`` was tried as part of a name."""
    expression = mc.parse("s*sum(I(n+1))", {"s": "scalar", "x": "vector(n)"})
    assert mc.parse(expression.latex(), expression.variables, latex=True) == expression


@pytest.mark.parametrize("text", ["K + K'", "ones(n,n)", "0*S + ones(n,n)"])
def test_eigenvalues_of_constants(text: str) -> None:
    """They were not known to be symmetric."""
    assert mc.parse(f"s*lambda_max({text})", NAMES).diff("s").shape == ()


def test_the_norm_of_zeros_is_at_the_edge_of_its_domain() -> None:
    """The check divided zero by zero there."""
    assert mc.diff("norm(cumsum(max(x, zeros(n))), 4)", "x", NAMES).check().passed


@pytest.mark.parametrize(
    "text",
    ["sum(logm(A))", "sum(expm(A))", "sum(sqrtm(A))", "sum(eigvec_max(A'*A))", "sum(pinv(A[0]))",
     "sum(sylvester(A, A, A))", "nucnorm(A)", "sum(polar(A))", "sum(eigvecs(sym(A)))"],
)  # fmt: skip
def test_matrix_functions_of_what_is_not_finite_are_not_finite(text: str) -> None:
    """SciPy and NumPy refuse infinity and NaN, each with another error; others gave a wrong shape."""
    text = text.replace("A[0]", "[A, x]")
    values = {"A": np.array([[np.nan, 1.0], [2.0, np.inf]]), "x": np.array([[1.0], [np.nan]])}
    expr = read(text, NAMES).expr
    with np.errstate(all="ignore"):
        assert not np.isfinite(evaluate_all([expr], values, {"n": 2})[expr])


@pytest.mark.parametrize(
    "text",
    ["vec(s)", "diagsums(s)", "eigvals(s)", "s*tr(eigvecs(s))", "expm_frechet(s, t)", "logm_frechet(s, t)",
     "sum(vec(x'*x)*y')", "det(kron(s, t))"],
)  # fmt: skip
def test_gradients_of_matrix_functions_of_scalars(text: str) -> None:
    """Their differentials have toeplitz and unvec, which take vectors alone, and failed."""
    for name in set("stx") & set(text):
        assert mc.diff(text, name, NAMES).check().passed


@pytest.mark.parametrize("text", ["unvec(x, 1, 1)", "unvec(S, n, n)", "unvec(x'*y, n, n)"])
def test_dimensions_of_the_wrong_size(text: str) -> None:
    """The error wanted to say what shape a dimension has."""
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text, NAMES)
    assert caught.value.code == "E203"


@pytest.mark.parametrize(
    "text", ["sum(outer(x.*y, ones(k+n,n)*x))", "tr(I(k+n))*s", "mean([z; x]*s)", "sum(ones(k*n+n))/s"]
)
def test_sizes_that_are_sums_as_numbers_read_back(text: str) -> None:
    """Such a size was one number to the engine, and a sum of two when it was read back."""
    expression = mc.parse(text, {**NAMES, "z": "vector(k)"})
    assert mc.parse(str(expression), expression.variables) == expression


@pytest.mark.parametrize(
    ("one", "other"),
    [("inv(A^2)", "inv(A)^2"), ("A*inv(A^2)", "inv(A)"), ("inv(A^7)*A^8", "A"), ("A^-3", "inv(A^3)")],
)
def test_the_inverse_of_a_power_is_a_power_of_the_inverse(one: str, other: str) -> None:
    """The law about the inverse of a product did not take powers for products."""
    assert mc.parse(one, NAMES) == mc.parse(other, NAMES)


@pytest.mark.parametrize("text", ["mean((2 .* s)^2)", "tr((3*s)^2*t)", "det((2*s*t)^2 + s)"])
def test_replacing_functions_of_scalars_leaves_their_arguments_alone(text: str) -> None:
    """What is as written must not be matched with patterns: it was taken for a normal form then."""
    assert mc.diff(text, "s", NAMES).check().passed


@pytest.mark.parametrize(
    "text",
    ["lambda_min(sym(s*log(exp(A)) + A))", "lambda_max((A*A' + A*A')^2 + A*A')", "tr(eigvecs(s*S + S))"],
)
def test_the_gradient_of_an_eigenvalue_reads_back(text: str) -> None:
    """With common factors pulled out, the argument was not seen to be symmetric any more."""
    derivative = mc.diff(text, "A" if "A" in text else "S", NAMES)
    assert derivative.check().passed
    assert mc.parse(str(derivative), derivative.variables).shape == derivative.shape


@pytest.mark.parametrize(
    "value",
    [
        [[1.0, 2], [2, 4]],
        [[0.0, 0], [0, 0]],
        [[-1.0, 0], [0, 2]],
        [[1.0, 1e308], [1e308, 1]],
    ],
)
def test_principal_values_of_singular_and_huge_matrices_come_to_an_end(value: list[list[float]]) -> None:
    """SciPy's logarithm of a singular matrix did not."""
    for name in ("logm", "sqrtm"):
        with np.errstate(all="ignore"), pytest.raises(mc.MatcalcError) as caught:
            mc.parse(f"{name}(A)", NAMES).evaluate(A=value)
        assert caught.value.code == "E304"


def test_the_kronecker_product_of_a_row_and_a_column_is_a_product() -> None:
    """That of a column and a row was, so that X'*X with such an X was not seen to be symmetric."""
    assert mc.parse("kron(x', y)", NAMES) == mc.parse("y*x'", NAMES)
    derivative = mc.diff("specnorm(kron(x', y)*pinv(A))", "A", NAMES)
    assert mc.parse(str(derivative), derivative.variables).shape == derivative.shape


@pytest.mark.parametrize("name", ["eigvec_min", "eigvec_max"])
def test_the_pseudoinverse_takes_rounding_errors_for_zero(name: str) -> None:
    """In ``pinv(lambda_min(S)*I - S)`` one of them was inverted, and the gradient had entries of 1e14."""
    derivative = mc.diff(f"x'*{name}(S)", "S", NAMES)
    x = np.array([1.0, 2, 3])
    for seed in range(50):
        q = np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))[0]
        s = q @ np.diag([7.0, 7.5, 7.9]) @ q.T
        assert np.max(np.abs(derivative.evaluate(S=(s + s.T) / 2, x=x))) < 100


@pytest.mark.parametrize("text", ["specnorm(abs(x') + x')", "specnorm(x*y')", "specnorm(x)"])
def test_the_spectral_norm_of_vectors_and_zeros(text: str) -> None:
    """Zero was inside the domain, where the gradient divides by it; rank one was outside."""
    assert mc.diff(text, "x", NAMES).check().passed


@pytest.mark.parametrize("text", ["norm2(p - [y; p])", "sum([B; p'] - B)"])
def test_no_size_is_zero(text: str) -> None:
    """As nothing else fits, ``y`` was taken for a vector without entries."""
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text)
    assert caught.value.code.startswith("E2")


@pytest.mark.parametrize(
    "text",
    [
        "sum(max(max(x,y),max(x,w)))", "sum(min(max(s,0),max(s,1)))*t", "sum(max(x,relu(x)))",
        "sum(min(relu(x),x))", "sum(max(abs(x),x))", "sum(max(x,x))", "sum(max(A*x,A*x))",
        "sum(min(x.*y, max(min(x,6/5),4/5).*y))",
    ],
)  # fmt: skip
def test_the_larger_of_two_that_are_equal_on_a_region(text: str) -> None:
    """The step was 0 at 0, so that neither argument had a share; and the check left such values out."""
    name = "s" if "s," in text else "x"
    derivative = mc.diff(text, name, NAMES)
    assert derivative.check(trials=10).passed
    values: dict[str, Any] = {
        "x": [1.0, 1.1, 2.0, 0.5], "y": [1.0, -2.0, 3.0, -1.0], "w": [1.0, 2.0, 3.0, 4.0],
        "s": 2.0, "t": 1.0, "A": np.arange(16.0).reshape(4, 4) - 5,
    }  # fmt: skip
    given = {n: v for n, v in values.items() if n in derivative.variables and n in text}
    found = np.ravel(derivative.evaluate(**given))
    for i in range(found.size):
        ends = []
        for sign in (1, -1):
            moved = np.array(given[name], dtype=float)
            moved.reshape(-1)[i] += sign * 1e-6
            ends.append(mc.parse(text, NAMES).evaluate(**{**given, name: moved}))
        assert found[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["norm1(tril(A))", "sum(abs(triu(A)))", "sum(relu(diag(x)))", "sum(max(tril(A), zeros(n,n)))"]
)
def test_zeros_of_a_structure_are_no_kinks(text: str) -> None:
    assert mc.diff(text, "A" if "A" in text else "x", NAMES).check().passed


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("sum([x; 0])", ()),
        ("[x; 0]", ("n+1",)),
        ("[A, x; 0, 0]", ("n+1", "n+1")),
        ("[A, x; 0, 0]*[y; 1]", ("n+1",)),
    ],
)
def test_a_zero_block_of_which_nothing_tells_the_size_is_one_number(
    text: str, shape: tuple[str, ...]
) -> None:
    """What was printed with a size that the context gave did not read back without it."""
    expression = mc.parse(text, NAMES)
    assert expression.shape == shape and any("a block 0" in note for note in expression.notes)
    assert mc.parse(str(expression), NAMES) == expression


@pytest.mark.parametrize("name", ["nucnorm", "specnorm", "polar", "pinv"])
def test_singular_values_of_infinity_come_to_an_end(name: str) -> None:
    """LAPACK went round in circles."""
    expr = read(f"sum({name}(A))", NAMES).expr
    values = {"A": np.array([[1.0, np.inf, 1], [np.inf, 1, 1], [1, 1, 1]])}
    with np.errstate(all="ignore"):
        assert not np.isfinite(evaluate_all([expr], values, {"n": 3})[expr])


def test_the_check_allows_for_several_rounding_errors() -> None:
    """A value that is zero because terms cancel, times something large, did not pass by a little."""
    text = "-(v'*C*kron_right(ones(k*n,m*m), ones(k,m))*max(v + ones(m) + v, 3*b))*(v'*K*v)*sum(C)"
    kinds = {
        "C": "matrix(m,n) positive", "K": "skew(m)", "b": "vector(m)", "v": "vector(m) nonnegative",
        "beta": "vector(k)", "p": "scalar positive",
    }  # fmt: skip
    for seed in range(3):
        assert mc.diff(text, "v", kinds).check(trials=2, seed=seed).passed


def test_a_gradient_that_is_zero_by_symmetry_passes() -> None:
    """The derivative of an exponential along a skew matrix is skew: a trace of rounding errors alone."""
    kinds = {"S": "spd(m)", "K": "skew(m)", "T": "symmetric(m)"}
    for seed in range(3):
        assert mc.diff("tr(T*expm_frechet(S, K))", "S", kinds).check(seed=seed).passed


def test_factors_that_a_law_keeps_in_a_sum_are_not_pulled_out_for_ever() -> None:
    d = mc.diff("sum(arccos(0.9*sin(b*z')))", "b", {"b": "vector(m)", "z": "vector(n)"}, order=3)
    assert d.check(trials=1).passed


def test_a_scalar_that_is_spelled_out_for_sympy_is_not_spelled_out_for_ever() -> None:
    with pytest.raises(mc.MatcalcError, match="pinv has no counterpart"):
        mc.parse("pinv(sum(x))").to_sympy()


def test_the_step_at_zero_is_the_same_in_sympy() -> None:
    sympy = pytest.importorskip("sympy")
    written = mc.parse("step(s)", {"s": "scalar"}).to_sympy()
    assert written.subs(sympy.Symbol("s", real=True), 0) == sympy.Rational(1, 2)
    assert mc.parse("step(s)", {"s": "scalar"}).evaluate(s=0.0) == 0.5


@pytest.mark.parametrize("text", ["var(X*w*ones(k)')", "std(sin(X)*w*ones(k)')"])
def test_an_index_that_only_ones_have_is_summed_over(text: str) -> None:
    """The sum of 1 over an index was 1 in index notation, not the dimension."""
    d = mc.diff(text, "X", {"X": "matrix(n,k)", "w": "vector(k)"}, order=2)
    values = {"X": np.arange(12.0).reshape(3, 4) / 7, "w": np.array([1.0, -2, 3, 0.5])}
    assert_allclose(d.index.evaluate(form="index", **values), d.evaluate(**values), atol=1e-12)


def test_the_polar_factor_is_not_chosen_by_rounding_where_there_are_several() -> None:
    d = mc.diff("nucnorm(X)", "X")
    with pytest.raises(mc.MatcalcError, match="full rank"):
        d.evaluate(X=np.outer([1.0, 2, 3], [4.0, 5]))
    assert_allclose(d.evaluate(X=np.eye(3)[:, :2]), np.eye(3)[:, :2])


def test_a_power_that_a_law_brings_in_is_differentiated() -> None:
    kinds = {"B": "matrix(n,k)", "c": "rowvector(n)"}
    d = mc.diff("norm1(khatrirao(khatrirao(c, B'), c + c))", "c", kinds)
    assert isinstance(d, mc.Derivative) and d.check(trials=2).passed


def test_magnitudes_and_squares_are_one_power() -> None:
    """The second derivative of the p-norm was 0/0 at zero entries."""
    d = mc.diff("sum(abs(x).^p)", "x", {"x": "vector(n)", "p": "scalar"}, order=2)
    assert str(d) == "p*(p - 1)*diag(abs(x).^(p - 2))"
    assert_allclose(d.evaluate(x=[0.0, 1], p=2), 2 * np.eye(2))


def test_what_is_not_defined_is_shown_also_where_powers_are_written_out() -> None:
    """The value is computed from a form in which a power of a matrix may be a product; it had no size."""
    text = "sum(logm_frechet(expm(L^2.*(L + L + L)), (L.*L/s).^3))*sum(r) where r = step(ones(k+n,m)*b)"
    kinds = {"L": "matrix(m,m)", "s": "scalar", "b": "vector(m)", "beta": "vector(k)", "x": "vector(n)"}
    found = mc.diff(text, "L", kinds)
    assert isinstance(found, mc.Derivative)
    values = plain(random_values(kinds, 0)) | {"L": np.diag([-9.0, 1.0]), "b": np.ones(2)}
    with pytest.raises(mc.MatcalcError, match="E304"):
        found.value.evaluate(**values)


def test_terms_without_entries_are_not_terms_with_one() -> None:
    text = "std(W.*W + W)"
    function = mc.compile(text, "W", "hessian", {"W": "matrix(m,k)"})
    W = np.arange(6.0).reshape(2, 3)
    second = mc.diff(text, "W", {"W": "matrix(m,k)"}, order=2)
    assert isinstance(second, mc.Derivative)
    assert_allclose(function(W), second.evaluate(W=W), atol=1e-12)


@pytest.mark.parametrize(
    ("text", "wrt", "shown"),
    [
        ("s*||x - 1||^2 + s*||x - y||^2", "x", "2*s*(2*x - y - 1)"),
        ("s*(x - 1)'*(x - y)", "x", "s*(2*x - y - 1)"),
        ("b'*(A*(x + 1) + A*(x + y))", "b", "A*(2*x + y + 1)"),
        ("s*sum((x + 1).*(x + y))", "x", "s*(2*x + y + 1)"),
        ("tr(B'*(s*(A - I) + s*(A - X)))", "B", "s*(2*A - X - I)"),
    ],
)
def test_terms_that_sums_share_are_counted_as_often_as_they_occur(text: str, wrt: str, shown: str) -> None:
    """A sum is linear in its terms together, not in one while the others stay: x + y is no multiple of x."""
    kinds = {"A": "matrix(n,n)", "B": "matrix(n,n)", "X": "matrix(n,n)", "s": "scalar"}
    kinds |= {"b": "vector(n)", "x": "vector(n)", "y": "vector(n)"}
    used = {name: kind for name, kind in kinds.items() if re.search(rf"\b{name}\b", text)}
    found = mc.diff(text, wrt, used)
    assert isinstance(found, mc.Derivative)
    assert found.check().passed
    assert str(found) == shown


def test_the_pseudoinverse_of_zeros_is_zero_without_a_warning() -> None:
    strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    value = mc.compile("sum(pinv(X))", "X", "value", {"X": "matrix(n,m)"}, target="xp")
    assert float(value(X=strict.zeros((3, 2), dtype=strict.float64))) == 0


@pytest.mark.parametrize("target", ["numpy", "xp", "jax", "torch"])
@pytest.mark.parametrize(
    ("text", "wrt", "kinds"),
    [
        ("sum(kron_left(q, x).^2.*b)", "q", {"q": "vector(k*n)", "x": "vector(n)", "b": "vector(k)"}),
        ("b'*kron(x, y)", "b", {"b": "vector(m*n)", "x": "vector(m)", "y": "vector(n)"}),
        ("c*kron(u, v)'", "c", {"c": "rowvector(m*n)", "u": "rowvector(m)", "v": "rowvector(n)"}),
        ("sum(H.*[M, x; x', s])*s", "s", {"H": "matrix(n+1,n+1)", "M": "matrix(n,n)", "s": "scalar"}),
    ],
)
def test_vectors_made_by_functions_of_matrices_have_one_axis(
    text: str, wrt: str, kinds: dict[str, str], target: str
) -> None:
    """In PyTorch code they had two, and a number in a block was an integer for the array API."""
    arrays, found = arrays_for(target), mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(
        3, **{one: 2 + i for i, one in enumerate("mnk") if re.search(rf"\b{one}\b", str(kinds))}
    )
    given = {one: arrays.given(np.squeeze(values[one])) for one in found.variables}
    gradient = np.asarray(found.compile(target)(**given))
    wanted = np.squeeze(found.evaluate(**values))
    assert gradient.shape == wanted.shape
    assert_allclose(gradient, wanted)


@pytest.mark.parametrize("matrix", ["[J, B'; B, S]", "sym([J, B'; B, S])", "[J, 0; 0, S]"])
def test_block_matrices_that_are_their_transposes_are_symmetric(matrix: str) -> None:
    kinds = {"J": "symmetric(k)", "S": "symmetric(n)"} | ({"B": "matrix(n,k)"} if "B" in matrix else {})
    derivative = mc.diff(f"lambda_max({matrix})", "J", kinds)
    assert isinstance(derivative, mc.Derivative)
    assert derivative.check().passed
