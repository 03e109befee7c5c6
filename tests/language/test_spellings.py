"""Different spellings of one expression."""

from __future__ import annotations

import pytest

import matcalc as mc

KINDS = {
    "s": "scalar",
    "alpha": "scalar",
    "x": "vector(n)",
    "y": "vector(n)",
    "x0": "vector(n)",
    "A": "matrix(n,n)",
    "B": "matrix(n,n)",
    "W_1": "matrix(n,n)",
    "Sigma": "matrix(n,n)",
    "exp_": "vector(n)",
    "T": "matrix(n,n)",
}

SPELLINGS = {
    "A*x": ["A x", "A @ x", "A·x", "A×x", "A⋅x", "(A)x", "A(x)", "A*+x", "+A*x", "A  *\n x"],
    "x'*y": [
        "x^T y",
        "x^{T}y",
        "x.T*y",
        "xᵀy",
        "x^⊤ y",
        "x^{⊤}*y",
        "x’*y",
        "x′ y",
        "x' y",
        "x^T*y",
        "x^ T y",
    ],
    "inv(A)": ["A^-1", "A^{-1}", "A⁻¹", "A^(-1)", "A**-1", "inverse(A)", "(A)^-1"],
    "inv(A)'": ["A^-T", "A^{-T}", "A⁻ᵀ", "(A^-1)^T", "inv(A')", "A'^-1"],
    "A^2": ["A²", "A*A", "A A", "A**2", "A^{2}", "(A)^2", "A⁺²"],
    "x.*y": ["x∘y", "x⊙y", "x .* y", "x ⊙ y"],
    "x./y": ["x⊘y", "x ./ y"],
    "x.^2": ["x.**2", "x.*x", "x .^ 2", "x.^{2}"],
    "A*x - y": ["A x − y", "A x – y", "-y + A x", "A*x-y", "-(y - A*x)"],
    "x/s": ["x÷s", "s^-1 x", "1/s*x", "x*s^(-1)", "s⁻¹ x"],
    "alpha*x": ["α x", "α*x", "α·x", "alpha x"],
    "Sigma*x": ["Σ x", "Σ*x"],
    "W_1*x0": ["W_1 x0", "W_1 x₀"],
    "0.5*x": ["1/2*x", ".5*x", "5e-1 x", "0.50 x", "x/2", "2^-1 x"],
    "2*x": ["2x", "2 x", "x*2", "2.0*x", "2.0x", "x + x"],
    "exp(x)": ["exp (x)", "exp( x )"],
    "log(s)": ["ln(s)", "log (s)"],
    "tr(A)": ["trace(A)", "tr (A)"],
    "A*(x + y)": ["A (x + y)", "A(x + y)"],
    "2*A*x": ["2A x", "2 A x", "2(A x)", "(2 A) x"],
    "A - I": ["A - eye(n)", "A - I(n)", "A - eye"],
    "x + ones(n)": ["x + 1", "1 + x", "x + ones", "x + 1.0"],
    "A*T'": ["A T^T", "A*T.T", "A Tᵀ"],
}


@pytest.mark.parametrize(
    ("plain", "spelling"), [(plain, spelling) for plain, all_ in SPELLINGS.items() for spelling in all_]
)
def test_spelling(plain: str, spelling: str) -> None:
    assert mc.parse(spelling, KINDS) == mc.parse(plain, KINDS)


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("A*B*x", "(A*B)*x"),
        ("-x'*y", "-(x'*y)"),
        ("-s^2", "-(s^2)"),
        ("s/2*x", "(s/2)*x"),
        ("s/alpha/2", "(s/alpha)/2"),
        ("2 s/alpha", "(2*s)/alpha"),
        ("x - y - x0", "(x - y) - x0"),
        ("A'^2", "(A')^2"),
        ("A^2'", "(A^2)'"),
        ("x.*y./x0", "(x.*y)./x0"),
        ("x./y.*x0", "(x./y).*x0"),
        ("A*x.*y", "(A*x).*y"),
        ("x + y.*x0", "x + (y.*x0)"),
        ("s^-2", "s^(-2)"),
        ("-x.^2", "-(x.^2)"),
        ("y x'*y", "y*(x'*y)"),
    ],
)
def test_grouping(text: str, grouped: str) -> None:
    assert mc.parse(text, KINDS) == mc.parse(grouped, KINDS)


def test_numbers_stay_exact() -> None:
    assert str(mc.parse("0.1*s + 0.2*s", KINDS)) == str(mc.parse("3*s/10", KINDS))
    assert str(mc.parse("1e-3*s", KINDS)) == "s/1000"


def test_name_of_a_function_may_be_declared_a_variable() -> None:
    expr = mc.parse("exp*x", {"exp": "scalar"})
    assert expr.variables["exp"] == "scalar"


def test_name_and_bracket_of_a_variable_is_a_product() -> None:
    assert mc.parse("W (x + y)") == mc.parse("W*(x + y)")


@pytest.mark.parametrize("name", ["softmaxx", "logdet2x", "trac"])
def test_misspelt_function_is_no_product(name: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(f"{name}(A)", {"A": "matrix(n,n)"})
    assert failed.value.code == "E105"
    assert "did you mean" in failed.value.help


@pytest.mark.parametrize("name", ["lambda_mid", "eig_vals", "spectral"])
def test_function_that_does_not_exist_is_no_product(name: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(f"{name}(A)", {"A": "matrix(n,n)"})
    assert failed.value.code == "E105"


def test_a_label_in_front_is_dropped() -> None:
    assert mc.parse("L = x'*x") == mc.parse("x'*x")
    assert mc.parse("L = r'*r where r = A*x - b") == mc.parse("r'*r where r = A*x - b")
    assert mc.parse(r"\mathcal{L} = \|x\|^2") == mc.parse("||x||^2")


def test_a_transposed_one_is_a_row_of_ones() -> None:
    assert mc.parse("1'*x + 0'*y") == mc.parse("sum(x) + 0*sum(y)")
    assert mc.parse(r"1^\top x") == mc.parse("sum(x)")


def test_a_block_after_a_space_is_a_factor() -> None:
    assert mc.parse("s [1, 2]", {"s": "scalar"}) == mc.parse("s*[1, 2]", {"s": "scalar"})
