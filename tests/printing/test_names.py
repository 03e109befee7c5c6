"""Names that differ stay different in all notations and in code."""

from __future__ import annotations

from itertools import combinations

import pytest

import matcalc as mc
from matcalc.language import plain_name
from matcalc.printing import LATEX, TYPST, UNICODE

NAMES = [
    "x", "x_", "x__", "x1", "x_1", "x1_", "x_1_", "x_12", "x12", "x_1_2", "x1_2", "x_1a", "x1a",
    "x1_a", "X", "alpha", "alpha_", "alpha1", "alpha_1", "alpha_x", "Alpha", "A", "omicron", "o",
    "ell", "l", "α", "Α", "λ", "lambda", "lambda_", "φ", "ϕ", "ε", "ϵ", "σ", "ς", "θ", "µ", "ϖ",
    "ｎ", "n", "ℓ", "t１", "t1", "х", "xᵢ", "xi", "x_i", "ξ", "x_alpha", "x_hat", "hat", "å", "ß",
    "f", "ƒ", "д", "масса", "ı", "Å", "Upsilon", "Y", "T", "e", "d", "dx", "dX", "K", "np", "np_",
    "lapack", "type", "getattr", "float", "self", "gradient", "value", "known",
]  # fmt: skip
PLAIN = sorted({plain_name(name) for name in NAMES})
#: Names that some notation or Python itself could take for each other.
CLOSE = [
    ("x", "x_"), ("x1", "x_1"), ("x_", "x__"), ("x1_", "x_1_"), ("x_1_2", "x1_2"), ("alpha", "alpha_"),
    ("A", "Alpha"), ("Y", "Upsilon"), ("o", "omicron"), ("ell", "l"), ("lambda", "lambda_"), ("np", "np_"),
    ("xi", "x_i"), ("t1", "x"), ("ｎ", "t１"), ("type", "float"), ("T", "x_T"), ("getattr", "lapack"),
]  # fmt: skip


def test_each_notation_writes_different_names_differently() -> None:
    for one, other in combinations(PLAIN, 2):
        assert UNICODE.name(one) != UNICODE.name(other)
        for typeset in (LATEX, TYPST):
            style = typeset.telling_apart([one, other])
            assert style.name(one) != style.name(other)


@pytest.mark.parametrize(("one", "other"), CLOSE)
def test_names_read_back_and_are_apart_in_code(one: str, other: str) -> None:
    first, second = plain_name(one), plain_name(other)
    kinds = {first: "scalar", second: "scalar"}
    expression = mc.parse(f"2*{one} + 3*{other}^2*{one}", {one: "scalar", other: "scalar"})
    assert mc.parse(str(expression), kinds) == expression
    assert mc.parse(expression.unicode(), kinds) == expression
    assert mc.parse(expression.latex(), kinds, latex=True) == expression
    assert expression.compile()(**{first: 2.0, second: 5.0}) == 154.0
    namespace: dict[str, object] = {}
    exec(expression.code(), namespace)
    value = namespace["value"]
    assert callable(value)
    assert value(*(2.0 if name == first else 5.0 for name in expression.variables)) == 154.0


@pytest.mark.parametrize(
    ("text", "wrt", "kinds"),
    [
        ("erf(pi)", "pi", {"pi": "scalar"}),
        ("sinh(x)*cosh", "x", {"cosh": "scalar", "x": "scalar"}),
        ("tr(X*I) + tr(X)", "X", {"I": "matrix(n,n)"}),
        ("x^(3/2)*sqrt", "x", {"sqrt": "scalar", "x": "scalar positive"}),
        ("sum(X)*ones", "X", {"ones": "scalar"}),
    ],
)
def test_a_variable_called_like_a_function_in_the_result_is_refused(
    text: str, wrt: str, kinds: dict[str, str]
) -> None:
    with pytest.raises(mc.MatcalcError, match="E111"):
        str(mc.diff(text, wrt, kinds))


def test_a_power_with_the_exponent_t_is_no_transpose() -> None:
    kinds = {"t": "scalar", "T": "scalar"}
    expression = mc.diff("t^(T+1)", "t", kinds)
    assert "^(T)" in str(expression) and "^(T)" in expression.unicode()
    assert mc.parse(expression.latex(), kinds, latex=True) == mc.parse("(T + 1)*t^(1*T)", kinds)


@pytest.mark.parametrize("text", ["1e50*s", "2^200*s", "s/3^150", "7^500*s", "s*1e-300"])
def test_long_numbers_read_back(text: str) -> None:
    expression = mc.parse(text)
    assert mc.parse(str(expression)) == expression
    assert mc.parse(expression.unicode()) == expression
    assert mc.parse(expression.latex(), {"s": mc.parse(text).variables["s"]}, latex=True) == expression


def test_sizes_are_told_apart_in_latex() -> None:
    written = mc.diff("sum(x)*sum(y)", "x", {"x": "vector(n1)", "y": "vector(n_1)"}).latex()
    assert isinstance(written, str)
    both = mc.parse("ones(n1)*ones(n_1)'*A", {"A": "matrix(n_1,n_1)"}).latex()
    assert r"\mathrm{n1}" in both and r"\mathrm{n\_1}" in both


def test_names_are_told_apart_in_all_lines_of_latex() -> None:
    """Also where each of them stands alone."""
    text, kinds = "norm2(A*x0 - x_0)^2", {"x0": "vector(n)"}
    found = mc.diff(text, "x0", kinds)
    assert isinstance(found, mc.Derivative)
    lines = found.steps().latex().splitlines()
    assert not any("x_{0}" in line for line in lines)
    both = mc.diff("x0'*A*x0 + x_0'*B*x_0", ["x0", "x_0"]).latex().splitlines()
    assert r"\partial \mathrm{x0}}" in both[1] and r"\partial \mathrm{x\_0}}" in both[2]


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("lambda_max", r"\lambda_{\max}"), ("x_test", r"x_{\mathrm{test}}"), ("x_ij", "x_{ij}"),
        ("x_ijk", "x_{ijk}"), ("W_out_12", r"W_{\mathrm{out},12}"), ("ŷ", r"\hat{y}"), ("ä", r"\ddot{a}"),
        ("å", r"\mathring{a}"),
        ("x_ñ", r"x_{\tilde{n}}"), ("ß", r"\text{ß}"), ("größe", r"\mathrm{gr\ddot{o}\text{ß}e}"),
        ("ж", r"\mathrm{u0436}"),
    ],
)  # fmt: skip
def test_words_and_letters_in_latex(name: str, latex: str) -> None:
    assert LATEX.name(name) == latex


@pytest.mark.parametrize("name", ["lambda_max", "x_test", "s_min", "W_out_12", "x_hat_test", "x_ijk"])
def test_words_below_the_line_read_back(name: str) -> None:
    expression = mc.parse(f"2*{name}", {name: "scalar"})
    assert mc.parse(expression.latex(), {name: "scalar"}, latex=True) == expression


def test_index_notation_has_braces_only_where_they_are_needed() -> None:
    assert mc.diff("A*X_1*B", "X_1").index.latex() == "A_{i l} B_{q j}"
    assert mc.diff("A_1*X*B", "X").index.latex() == "{A_{1}}_{i l} B_{q j}"
