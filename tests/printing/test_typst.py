"""Formulas in Typst: as they are meant to be, and compiled where the compiler is installed."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.printing import TYPST
from tests.functions.checks import typst_is_balanced
from tests.test_cases import CASES, GRADIENTS, RUNS

KINDS = {
    "s": "scalar", "t": "scalar", "x": "vector(n)", "y": "vector(n)", "A": "matrix(n,n)", "B": "matrix(n,n)",
    "S": "symmetric(n)", "x_1": "vector(n)", "lam": "scalar",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "typst"),
    [
        ("A'*x + inv(A)'*y + pinv(A)'*y", "A^(-top) y + (A^+)^top y + A^top x"),
        ("abs(s)*norm2(x)*x", "abs(s) norm(x)_2 x"),
        ("abs(x)", 'op("abs")(x)'),
        ("norm1(A) + norminf(A)", "norm(A)_1 + norm(A)_infinity"),
        ("nucnorm(A)/specnorm(A)", "frac(norm(A)_*, norm(A)_2)"),
        ("lambda_max(S)*x", "lambda_(max)(S) x"),
        ("expm_frechet(A, B)*x", "L_(exp)(A, B) x"),
        ("kron_left(A, B + S)", 'op("kron")_("left")(A, B + S)'),
        ("kron(A + B, B)*vec(A)", '((A + B) ⊗ B) op("vec")(A)'),
        ("logdet(A)*x + logdet(B)*y", "(log det(A)) x + (log det(B)) y"),
        ("s*logdet(A)", "s log det(A)"),
        ("K(2,3)", 'op("K")_(2, 3)'),
        ("x.^3.*y", "x^(∘ 3) ⊙ y"),
        ("x./y", "x ⊘ y"),
        ("sqrt(x'*x)/(s + 1)^3", "frac(sqrt(x^top x), (s + 1)^3)"),
        ("s^(s + 1)/2", "frac(s^(s + 1), 2)"),
        ("2*(x'*y)", "2 x^top y"),
        ("x + s*ones(n)", "s bold(1)_n + x"),
        ("[A, B; B', S]", 'mat(delim: "[", A, B; B^top, S)'),
        ("lam*x_1", '"lam" x_1'),
    ],
)
def test_an_expression(text: str, typst: str) -> None:
    assert mc.parse(text, KINDS).typst() == typst


def test_names() -> None:
    names = {
        "alpha_1": "alpha_1", "x_hat": "hat(x)", "x_ddot_2": "dot.double(x)_2", "E_ij": "E_(i j)",
        "dX": "dif X", "x_test": 'x_("test")', "x12": "x_12", "ŷ": "hat(y)", "ж": '"ж"',
        "x_": '"x_"', "varpi": "ϖ",
    }  # fmt: skip
    assert {name: TYPST.name(name) for name in names} == names
    apart = TYPST.telling_apart(["x1", "x_1", "y"])
    assert [apart.name(name) for name in ("x1", "x_1", "y")] == ['"x1"', '"x_1"', "y"]
    assert TYPST.words('a "b" \\') == '"a \\"b\\" \\\\"'


def test_maps_indices_names_and_several_derivatives() -> None:
    d = mc.diff("A*X*B", "X")
    assert d.display("typst") == "dif X |-> A dif X B"
    assert d.in_form("index").display("typst") == "D_(i j l q) = A_(i l) B_(q j)"
    inverse = mc.diff("inv(X)", "X").in_form("index")
    assert inverse.typst() == "-(X^(-1))_(i k) (X^(-1))_(l j)"
    named = mc.diff("1/2*||W'*W*x - x||^2", "W")
    assert named.typst() == 'W (r x^top + x r^top) quad "where" quad r = W^top W x - x'
    several = mc.diff("1/2*||W*x + b - y||^2", ["W", "b"])
    assert several.typst().splitlines() == [
        "frac(partial L, partial W) &= r x^top \\",
        "frac(partial L, partial b) &= r \\",
        '"where " r &= W x + b - y',
    ]


def forms() -> list[str]:
    """Return all forms of the derivatives of all cases, with steps to the gradients."""
    written = []
    for name, wrt in RUNS:
        d = mc.diff(CASES[name]["expr"], wrt, CASES[name]["variables"], CASES[name]["order"])
        written += [d.in_form(form).display("typst") for form in d.forms]
        if (name, wrt) in GRADIENTS:
            written.append(d.steps().typst())
    return written


def test_all_cases_are_balanced() -> None:
    written = forms()
    assert len(written) > len(RUNS) and all(map(typst_is_balanced, written))


def test_all_cases_compile() -> None:
    typst = pytest.importorskip("typst", reason="the compiler of Typst is not installed")
    page = "#set page(width: 40cm, height: auto)\n" + "\n\n".join(f"$ {formula} $" for formula in forms())
    assert typst.compile(page.encode()).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "balanced"),
    [('mat(delim: "[", a)', True), ('"(" a', True), ("(a", False), (")a(", False), ('"a', False)],
)
def test_balance(text: str, balanced: bool) -> None:
    assert typst_is_balanced(text) is balanced
