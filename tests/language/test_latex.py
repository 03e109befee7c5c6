"""LaTeX means what the same expression means in text, and what is printed as LaTeX reads back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.language.latex import read_latex
from matcalc.language.reader import read
from tests.language.test_any_string import EXAMPLES, assert_proper, printed
from tests.strategies import Problem, problems
from tests.strategies.agreement import agree, assert_same_values, gradient, simplified

PROFILE = settings(max_examples=EXAMPLES)

KINDS = {
    **dict.fromkeys(("A", "B", "X"), "matrix(n,n)"), "W": "matrix(m,n)", "Sigma": "spd(n)", "mu": "vector(n)",
    **dict.fromkeys(("x", "y", "r", "x_1", "y_hat", "x_alpha"), "vector(n)"), "z": "vector(m)",
    **dict.fromkeys(("s", "t", "lambda", "lam", "lambda_max", "sigma_noise", "epsilon"), "scalar"),
}  # fmt: skip

MEANINGS = {
    # fractions, roots and brackets
    r"\frac12 x^\top y": "1/2*x'*y",
    r"\frac{x^\top y}{s + t}": "x'*y/(s + t)",
    r"\tfrac1s + \dfrac s2 + \frac\lambda{t}": "1/s + s/2 + lambda/t",
    r"\frac{1}2 \frac1{\sqrt2}": "1/2*1/sqrt(2)",
    r"\sqrt{x^\top x} + \sqrt s + \sqrt2": "sqrt(x'*x) + sqrt(s) + sqrt(2)",
    r"\left( s + t \right) \bigl[ s - t \bigr] \{ s t \}": "(s + t)*(s - t)*(s*t)",
    r"\Bigg( A \big( x + y \big) \Bigg)": "A*(x + y)",
    r"{s}{t}{}": "s*t",
    # transposes, inverses and powers
    r"x^\top y + x^{\top} y + x^T y + x^{T} y + x'y": "5*x'*y",
    r"x^{\mathsf T} y + x^{\mathsf{T}} y + x^{\mathrm T} y + x^\mathrm{T} y + x^{\intercal} y + x^\prime y":
        "6*x'*y",
    r"A^{-1} + A^{-T} + A^{-\top} + A^-1": "2*inv(A) + 2*inv(A)'",
    r"X^2 + X^{3} + s^t A + s^{t + 1} A": "X^2 + X^3 + s^t*A + s^(t + 1)*A",
    r"x^{\circ 2} + x^{\odot 2} + x^{\circ -1} + x^{\circ \frac12}": "2*x.^2 + 1./x + sqrt(x)",
    # products
    r"A \odot B + A \circ B + A \oslash B": "2*A.*B + A./B",
    r"s \cdot t \times \lambda * s / t": "s*t*lambda*s/t",
    r"AXB + A X B": "2*A*X*B",
    r"Wx\, + \; W \! x \quad + ~ W\ x % a comment": "3*W*x",
    "\\begin{aligned}\n  x^\\top y &+ s \\\\[2pt]\n  &+ t\n\\end{aligned}": "x'*y + s + t",
    r"$$ s t $$": "s*t",
    r"\[ s t \]": "s*t",
    # norms and bars
    r"\lVert x \rVert_2^2 + \|x\|_2 + \left\| x \right\| + \Vert x \Vert + ||x||": "norm2(x)^2 + 4*norm2(x)",
    r"\|x\|^2_2 + \|A\|_F^{2} + \left\lVert A \right\rVert_{F} + \|x\|_1":
        "norm2(x)^2 + normF(A)^2 + normF(A) + norm1(x)",
    r"\left|\left| x \right|\right|_2 + \lvert s \rvert + |t| + \left|s\right|":
        "norm2(x) + 2*abs(s) + abs(t)",
    r"|s| |t| + \|x\| \|y\|": "abs(s)*abs(t) + norm2(x)*norm2(y)",
    r"\norm{x} + \abs{s}": "norm2(x) + abs(s)",
    # functions
    r"\operatorname{tr}(A X) + \mathrm{tr}(A) + \text{tr}(B) + \tr B + \Tr(X)":
        "tr(A*X) + tr(A) + 2*tr(B) + tr(X)",
    r"\log \det(X) + \log\det X + \log |A|": "2*logdet(X) + log(det(A))",
    r"y^\top \log x": "y'*log(x)",
    r"\log s^2 + \ln \frac{s}{t} + \exp\left\{-\tfrac12 s\right\} + \log{s}":
        "log(s^2) + log(s/t) + exp(-s/2) + log(s)",
    r"\sin x + \cos(x) + \tanh\left(x\right)^{\circ 2}": "sin(x) + cos(x) + tanh(x).^2",
    r"\operatorname{logsumexp}(W x) \operatorname{tr}(A)^2": "logsumexp(W*x)*tr(A)^2",
    # names
    r"\mathbf{x}^\top\boldsymbol{\mu} + \bm\mu^\top \mathbf y": "x'*mu + mu'*y",
    r"\mathrm{lam} \lambda + \lambda_{\max} \sigma_{\mathrm{noise}}": "lam*lambda + lambda_max*sigma_noise",
    r"x_1^\top y + x^\top_{1} y + x_{1}^{\top} y": "3*x_1'*y",
    r"\hat{\mathbf y}^\top x_\alpha": "y_hat'*x_alpha",
    r"(x - \mu)^\top \Sigma^{-1} (x - \mu) + \varepsilon": "(x - mu)'*inv(Sigma)*(x - mu) + epsilon",
    # constants
    r"A - \lambda I + \mathbf{I} + I_n + I_{n}": "A - lambda*I + 3*I(n)",
    r"\mathbf 1_n^\top x + \mathbf{1}_{n}^\top x + \mathbf{1}^\top x": "3*sum(x)",
    r"W + \mathbf{1}_{m \times n} + \mathbf{0}": "W + ones(m,n)",
    r"\mathbf{1} \oslash x + 2 \, \mathbf{1}": "1./x + 2",
    # definitions
    r"r^\top r \quad \text{where} \quad r = W^\top z, \quad s = 2": "(W'*z)'*(W'*z)",
    r"s r^\top r, \text{ where } r = y - x \text{ and } s = 2 t": "2*t*(y - x)'*(y - x)",
    # sums over an index
    r"\sum_i x_i": "sum(x)",
    r"-\sum_{i=1}^n y_i \log x_i + t": "-sum(y.*log(x)) + t",
    r"\frac1n \sum_{i=1}^{n} (x_i - y_i)^2": "1/n*sum((x - y).^2)",
    r"\sum_i \left( s x_i + t \right) / y_i": "sum((s*x + t*ones(n))./y)",
    r"\log \sum_i \exp(x_i)": "log(sum(exp(x)))",
    r"\sum x_i y_i + \sum x_i^2": "x'*y + x'*x",
    r"\sum_{i,j} X_{ij} + \sum_{ij} X_{ij}^2 + \sum_i \sum_{j} \log X_{ij}":
        "sum(X) + sum(X.^2) + sum(log(X))",
    r"\sum_i \sum_j A_{ij} A_{ji} + \sum_j \sum_{i=1}^n A_{ij}": "sum(A.*A') + sum(A)",
    r"\sum_{i,j} x_i A_{ij} y_j": "x'*A*y",
    r"\sum_{i,j} (x_i - y_j)^2": "sum((x*ones(n)' - ones(n)*y').^2)",
    r"\sum_i \log(1 + e^{-x_i}) + e^{x^\top y}": "sum(log(1 + exp(-x))) + exp(x'*y)",
    r"\sum_i |x_i| (\hat{y}_i)": "sum(abs(x).*y_hat)",
    r"\sum_i \left(x_i + \sum_j X_{ij}\right)": "sum(x) + sum(X)",
    r"\sum_i x_i \sum_j y_j": "sum(x*sum(y))",
    r"\sum_i \sum_j x_i y_j": "sum(x)*sum(y)",
    r"\sum_i x_i y": "sum(x)*y",
    r"\sum_i y_i (\sum_j X_{ij} x_j)^2": "y'*(X*x).^2",
    r"\sum_i (X x)_i \log (Y x)_i": "(X*x)'*log(Y*x)",
    r"\sum_{i,j} (X_{ij} - (Y A)_{ij})^2": "sum((X - Y*A).^2)",
    r"s \sum_i x_i + x_1^\top y": "s*sum(x) + x_1'*y",
}  # fmt: skip


@pytest.mark.parametrize("latex", MEANINGS)
def test_means_the_same_as_text(latex: str) -> None:
    kinds = {name: kind for name, kind in KINDS.items() if not (name in ("r", "s") and "where" in latex)}
    assert mc.parse(latex, kinds, latex=True) == mc.parse(MEANINGS[latex], kinds)


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        (r"\sum x_i y_j", "E506"),
        (r"\sum \mathbf{x}", "E506"),
        (r"\sum_i X_{ij}", "E506"),
        (r"\sum_{i,j} X_{ijk}", "E506"),
        (r"\sum_{i,j} x_i", "E506"),
        (r"\sum_{i=0}^{n-1} x_i", "E506"),
        (r"\sum_i W_{ij}", "E506"),
        (r"\sum_i i x_i", "E506"),
        (r"\sum_i s", "E506"),
        (r"\sum_{i=1}^m x_i", "E203"),
        (r"A^*", "E102"),
        (r"A^\dagger", "E102"),
        (r"\prod_i x_i", "E506"),
        (r"\mathbb{E}[x]", "E506"),
        (r"\sqrt[3]{s}", "E506"),
        (r"\begin{cases} s \end{cases}", "E506"),
        (r"\log s t", "E102"),
        (r"-\log \det(A) s", "E102"),
        (r"\log\det(A)^2", "E102"),
        (r"s^10", "E102"),
        (r"\frac123", "E102"),
        (r"1e-3 s", "E102"),
        (r"\mathbf{Wx}", "E102"),
        (r"lam s", "E102"),
        (r"s where s = t", "E102"),
        (r"\left. s \right|", "E101"),
        (r"\left|| x \right||", "E104"),
        (r"( s ]", "E104"),
        (r"\operatorname{foo}(x)", "E105"),
        (r"", "E103"),
    ],
)
def test_what_is_ambiguous_or_unsupported_is_refused(latex: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(latex, KINDS, latex=True)
    assert failed.value.code == code
    assert_proper(failed.value, latex)


def test_matrices_and_kronecker_products_are_syntax() -> None:
    block = read_latex(r"\begin{bmatrix} A & B \\ 1 & 0 \\ \end{bmatrix}").root
    assert block.op == "block" and [len(row.args) for row in block.args] == [2, 2]
    assert read_latex(r"A \otimes B").root.op == "kronecker"
    assert read_latex(r"\begin{pmatrix} A \end{pmatrix}").root.op == "block"


def test_places_are_those_in_the_latex() -> None:
    text = r"\frac{1}{2} \bigl\| W^\top x_{1} \bigr\|_2^2"
    power = read_latex(text).root.args[1]
    [norm, exponent] = power.args
    assert text[norm.start : norm.end] == r"\bigl\| W^\top x_{1} \bigr\|_2"
    assert text[exponent.start : exponent.end] == "2"
    assert [text[f.start : f.end] for f in norm.args[0].args] == [r"W^\top", "x_{1}"]


def test_a_backslash_makes_it_latex_unless_said_otherwise() -> None:
    assert str(mc.parse("AX", latex=True)) == "A*X"
    with pytest.raises(mc.MatcalcError):
        mc.parse("AX")
    assert str(mc.diff(r"\|x\|^2", wrt="x")) == "2*x"
    with pytest.raises(mc.MatcalcError):
        mc.parse(r"\lambda x", latex=False)


def test_a_name_that_is_declared_is_meant() -> None:
    assert str(mc.parse(r"x_0^\top x_0", {"x0": "vector(n)"})) == "x0'*x0"
    assert str(mc.diff(r"x_0^\top x_0", wrt="x0")) == "2*x0"
    assert str(mc.parse(r"\sigma (s + t)", {"sigma": "scalar"})) == "sigma*(s + t)"
    assert str(mc.parse(r"I^\top x", {"I": "vector(n)", "x": "vector(n)"})) == "I'*x"
    with pytest.raises(mc.MatcalcError):
        mc.parse(r"x_{0}^\top y", {"x0": "vector(n)", "x_0": "vector(n)"})


# What is printed reads back.

DATA = Path(__file__).parents[1] / "data" / "derivatives.jsonl"
CASES = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


def reads_back(expression: mc.Expression, kinds: dict[str, str]) -> None:
    latex = expression.latex()
    back = mc.parse(latex, kinds, latex=True)
    assert back.shape == expression.shape, latex
    assert back == expression, latex


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_cases_read_back(case: dict[str, Any]) -> None:
    try:
        reads_back(mc.parse(case["expr"], case["variables"]), case["variables"])
    except mc.MatcalcError as error:
        assert error.code in ("E105", "E506") and error.source == case["expr"]
        return
    for reference in case["references"]:
        try:
            d = mc.diff(case["expr"], reference["wrt"], case["variables"], case["order"])
        except mc.MatcalcError as error:
            assert error.code.startswith("E5") and error.source in (case["expr"], "")
            continue
        reads_back(d.expr, d.variables)
        back = mc.parse(d.latex(), d.variables, latex=True)
        moves = dict.fromkeys(d.arguments, reference["inputs"][reference["wrt"]])
        expected = d.expr.evaluate(**reference["inputs"], **moves)
        assert agree(expected, back.evaluate(**reference["inputs"], **moves)), d.latex()


PRINTED = [
    "s*logdet(A)*t", "logdet(A)^2", "logdet(A)*A", "t/(s*logdet(A))", "logdet(A)*(1./x)", "t*(1./x)",
    "s*sum(sigmoid(x))", "sigma*(s + t)", "sum(sigmoid(sigma*x))", "lam*(x - y)", "Alpha*x + Omega*y",
    "x0 + x_0", "x_a_b + x_", "W12*x_1", "lambda_max1*x", "A - 1/2*ones(n,n)", "1/2*ones(n) + x",
    "x.^(1/2) + x.^(-1/2)", "s^(1/3)*s^t", "(s*t)^2*exp(s)^2", "(X*X)'*inv(X)^2", "sum(x)*(x.*x)./(y.*y)",
    "3*I(n)", "norm1(x)*normF(A)^3", "(A.*B)'*x", "tr(A'*B)^(1/2)", "s^(-3/2)", "t^s", "softmax(x)",
    "(exp(x).*y)'*x", "-t^2", "(-t)^2", "-(x - y)", "x*x'/(x'*x)^2", "2^s*t", "relu(x)'*step(y)",
    "x'*(x*x')*x", "exp(A)'", "diag(x)*A*diag(A)", "abs(s)*sign(t)", "x'*ones(n)", "ones(n)*x'",
    "ones(n)'*A", "(s + t)/2", "1/2*(x - y)", "log(det(A))", "omicron*tr(A)/s",
]  # fmt: skip


@pytest.mark.parametrize("text", PRINTED)
def test_printed_expressions_read_back(text: str) -> None:
    scalars = ("sigma", "Alpha", "Omega", "x0", "x_0", "x_a_b", "x_", "W12", "lambda_max1", "omicron")
    expression = mc.parse(text, KINDS | dict.fromkeys(scalars, "scalar"))
    occurring = {name: kind for name, kind in expression.variables.items() if name in text}
    if "x_0" not in text:
        occurring.pop("x0", None)
    reads_back(expression, occurring)


def test_names_that_look_the_same_are_told_apart() -> None:
    kinds = dict.fromkeys(("x0", "x_0"), "scalar")
    assert mc.parse("x0*x_0", kinds).latex() == r"\mathrm{x0} \, \mathrm{x\_0}"
    assert mc.parse("x0*x0", {"x0": "scalar"}).latex() == "x_{0}^{2}"


#: What a textbook writes.
WRITTEN = {
    "(A - B)/2": r"\frac{A - B}{2}",
    "s/(x'*x)": r"\frac{s}{x^{\top} x}",
    "s^(x'*x)": r"s^{x^{\top} x}",
    "sqrt(x'*x)": r"\sqrt{x^{\top} x}",
    "exp(x'*y)": r"\exp\left(x^{\top} y\right)",
    "2*(x'*y)": r"2 x^{\top} y",
    "2*(x'*y)*z": r"2 \left(x^{\top} y\right) z",
    "s*(x'*y)*(t + 1)": r"s \left(t + 1\right) x^{\top} y",
    "lam*x": r"\mathrm{lam} \, x",
    "x*lam_1'*A": r"x \, \mathrm{lam}_{1}^{\top} A",
    "dA*x": r"\mathrm{d}A \, x",
    "A*dA_1*B": r"A \, \mathrm{d}A_{1} \, B",
    "A*dx_hat": r"A \, \mathrm{d}\hat{x}",
    "dalpha*x": r"\mathrm{d}\alpha \, x",
    "data*x": r"\mathrm{data} \, x",
    "abs(s)": r"\left\lvert s \right\rvert",
    "abs(x)": r"\operatorname{abs}\left(x\right)",
    "abs(2*abs(s) - 1)": r"\left\lvert 2 \left\lvert s \right\rvert - 1 \right\rvert",
    "abs(abs(s) - 2*abs(t))": r"\operatorname{abs}"
    r"\left(\left\lvert s \right\rvert - 2 \left\lvert t \right\rvert\right)",
    "K(2,3)*x": r"\operatorname{K}_{2, 3} x",
    "K(2*n,n)*z": r"\operatorname{K}_{2 n, n} z",
    "expm_frechet(A, B)": r"L_{\exp}\left(A, B\right)",
    "logm_frechet(A, B)*x": r"L_{\log}\left(A, B\right) x",
    "eigvec_max(A*A')": r"\operatorname{eigvec}_{\max}\left(A A^{\top}\right)",
    "kron_left(z*z', A)": r"\operatorname{kron}_{\mathrm{left}}\left(z z^{\top}, A\right)",
    "det(A)": r"\det A",
    "2*det(A) + 1": r"2 \det A + 1",
    "det(A)*B": r"\det\left(A\right) B",
    "det(A)^2": r"\det\left(A\right)^{2}",
    "det(A + B)": r"\det\left(A + B\right)",
    "logdet(A) - log(s)": r"\log\det A - \log s",
    "1/det(A)": r"\frac{1}{\det A}",
    "log(x).*y": r"\log\left(x\right) \odot y",
    "lambda_min(A*A')^2": r"\lambda_{\min}\left(A A^{\top}\right)^{2}",
    "x_hat'*A*x_bar": r"\hat{x}^{\top} A \bar{x}",
    "alpha_tilde_1*x": r"\tilde{\alpha}_{1} x",
    "x_dot_hat": r"\dot{\hat{x}}",
    "x_1_hat": r"x_{1,\mathrm{hat}}",
    "lam_hat*x": r"\mathrm{lam}_{\mathrm{hat}} \, x",
}
SPECIAL = {
    **dict.fromkeys(("x_hat", "x_bar", "x_dot_hat", "x_1_hat", "dx_hat", "lam_1"), "vector(n)"),
    **dict.fromkeys(("lam_hat", "alpha_tilde_1", "dalpha", "data"), "scalar"),
    **dict.fromkeys(("dA", "dA_1"), "matrix(n,n)"), "z": "vector(2*n*n)",
}  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_is_written_as_in_a_textbook_and_reads_back(text: str) -> None:
    kinds = {name: kind for name, kind in {**KINDS, **SPECIAL}.items() if re.search(rf"\b{name}\b", text)}
    if text.startswith("K(2,"):
        kinds["x"] = "vector(6)"
    if text.startswith("kron"):
        kinds = {"z": "vector(m*n)", "A": "matrix(n,n)"}
    expression = mc.parse(text, kinds)
    assert expression.latex() == WRITTEN[text]
    reads_back(expression, expression.variables)


@pytest.mark.parametrize("accent", ["hat", "bar", "tilde", "dot", "ddot", "check", "breve", "acute", "grave"])
def test_accents_come_back_as_accents(accent: str) -> None:
    latex = rf"\{accent}{{x}}^{{\top}} A \{accent}{{x}}_{{1}}"
    expression = mc.parse(latex)
    assert expression.latex() == latex and f"x_{accent}" in expression.variables


def test_an_upright_d_before_a_name_is_a_differential_only_if_that_is_known() -> None:
    assert str(mc.parse(r"A \, \mathrm{d}X", {"A": "matrix(m,n)", "dX": "matrix(n,k)"})) == "A*dX"
    assert str(mc.parse(r"\mathrm{d} x", {"d": "scalar", "x": "vector(n)"})) == "d*x"


@PROFILE
@given(problems(), st.integers(0, 9))
def test_random_expressions_read_back(problem: Problem, choice: int) -> None:
    expression = simplified(problem)
    if expression is not None:
        note(expression.latex())
        from_text = mc.parse(str(expression), problem.variables)
        assert mc.parse(expression.latex(), problem.variables, latex=True).node is from_text.node
    derivative = gradient(problem, choice)
    if derivative is not None:
        note(f"by {derivative.wrt}: {derivative.latex()}")
        back = mc.parse(derivative.latex(), derivative.variables, latex=True)
        assert back.shape == derivative.shape
        assert_same_values(problem, lambda v: derivative.evaluate(**v), lambda v: back.evaluate(**v))


# Any text at all.

_PIECES = r"""
\frac \frac12 \sqrt \sqrt{ \left \right \left( \right) \left\| \right\| \left| \right| \bigl( \bigr)
\big| \lVert \rVert \lvert \rvert \| \Vert | || \vert ( ) [ ] \{ \} { } {} _ ^ _{ ^{ _2 _F _{i} _i _1 _n
^2 ^\top ^T ^{T} ^{-1} ^{-T} ^{-\top} ^{\mathsf{T}} ^\mathrm ^{\circ ^{\circ2} ^\dagger ^+ ^* ' \mathbf
\mathbf{x} \mathbf1 \mathbf{1} \mathbf{1}_ \mathbf{0}_{ \bm \hat \hat{ \mathrm{ \mathrm{lam} \text{
\text{where} \text{and} \operatorname{tr} \operatorname{ \operatorname \tr \log \det \log\det \exp \tanh
\max \sum \sum_i \sum_{i=1}^n \sum_ \alpha \mu \Sigma \sigma \lambda_{\max} \varepsilon \odot \circ
\oslash \otimes \cdot \times * / + - = , \, \; \! \quad ~ \\ & \begin{bmatrix} \end{bmatrix}
\begin{aligned} \end{aligned} \begin \end \begin{ x y A B I I_n I_{n} 1 0 12 0.5 1e-3 x_i y_i x_1 AB tr(
exp( where % \foo \infty \prod \top T n i $ \[ \] . : \norm{ \abs{ \_ \mathbb{E} ∘ α ᵀ
"""
PIECES = _PIECES.split()


def survives(text: str) -> None:
    try:
        expression = mc.parse(text, latex=True)
        printed(expression)
        for name in list(expression.variables)[:1]:
            printed(mc.diff(text, name, latex=True))
    except mc.MatcalcError as error:
        assert_proper(error, text)


@PROFILE
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])), max_size=25))
def test_any_fragments_of_latex(pieces: list[tuple[str, str]]) -> None:
    survives("".join(map("".join, pieces)))


@PROFILE
@given(st.text(max_size=40), st.sampled_from(sorted(MEANINGS)), st.integers(0, 80))
def test_any_text_within_latex(text: str, latex: str, place: int) -> None:
    survives(latex[:place] + text + latex[place:])


MANY = 3000
LARGE = {
    "brackets": r"\left(" * MANY + "t" + r"\right)" * MANY,
    "braces": "{" * MANY + "t" + "}" * MANY,
    "fractions": r"\frac{" * 1000 + "t" + "}{2}" * 1000,
    "fractions below": r"\frac{1}{1 + " * 500 + "t" + "}" * 500,
    "roots that stay open": r"\sqrt{" * MANY,
    "functions": r"\exp" * 1000 + " t",
    "subscripts": "x_{" * MANY + "1" + "}" * MANY,
    "superscripts": "t^{1 + " * 300 + "1" + "}" * 300,
    "entrywise powers": r"x^{\circ 2}" * MANY,
    "styles": r"\mathbf{" * MANY + "x" + "}" * MANY,
    "styles without braces": r"\mathbf" * 50_000 + "x",
    "words without braces": r"\mathrm" * 50_000 + "x",
    "accents": r"\hat{" * 300 + "y" + "}" * 300,
    "sizes": "I_{" * MANY + "n" + "}" * MANY,
    "sums of sums": r"\sum_i " * MANY + "x_i",
    "many sums": "+".join([r"\sum_i x_i y_i"] * 1000),
    "a long product in a sum": r"\sum_i " + "x_i " * MANY,
    "powers in a sum": r"\sum_i " + "(" * 300 + "x_i" + ")^2" * 300,
    "norms": r"\left\|" * 1000 + "x" + r"\right\|" * 1000,
    "sides": r"\left" * MANY,
    "matrices": r"\begin{bmatrix}" * 1000 + "1" + r"\end{bmatrix}" * 1000,
    "environments": r"\begin{aligned}" * 1000 + "t" + r"\end{aligned}" * 1000,
    "carets": "^" * 50_000,
    "underscores": r"\alpha" + "_" * 50_000,
    "a long number": "9" * 50_000,
    "letters": "x" * 20_000,
    "signs": "-" * MANY + r"\sum_i x_i",
}


@pytest.mark.parametrize("name", LARGE)
def test_large_and_deep_latex(name: str) -> None:
    try:
        printed(mc.parse(LARGE[name], {"t": "scalar"}, latex=True))
    except mc.MatcalcError as error:
        assert_proper(error, LARGE[name])


def test_reading_takes_little_longer_than_that_of_text() -> None:
    latex = _seconds(lambda: read_latex(r"\frac12 \|W^\top W x - x\|_2^2"))
    text = _seconds(lambda: read("1/2*||W^T W x - x||_2^2"))
    assert latex < 5 * text


def _seconds(work: Callable[[], object]) -> float:
    """Return the shortest of several times of the processor, the first left out."""
    times = []
    for _ in range(50):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times[1:])


def test_text_does_not_load_the_reader_of_latex() -> None:
    code = "import sys, matcalc; matcalc.parse('x+y').latex(); print('matcalc.language.latex' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_command_line() -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "matcalc", "diff", *arguments, "--no-check"]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.strip()

    assert run(r"\frac12 \|W^\top W x - x\|_2^2", "--wrt", "W").startswith("W*(r*x' + x*r') where r")
    assert run("x^{T} A x", "--wrt", "x", "--latex") == "(A + A')*x"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\mathbf{tr}(X^{-1})", "tr(inv(X))"),
        (r"\mathbf{diag}(x)^{-1} y", "inv(diag(x))*y"),
        (r"\boldsymbol{logdet} X", "logdet(X)"),
    ],
)
def test_functions_may_be_bold(text: str, value: str) -> None:
    assert mc.parse(text) == mc.parse(value)


def test_an_integral_is_refused_as_one() -> None:
    with pytest.raises(mc.MatcalcError, match=r"\\int cannot be used"):
        mc.parse(r"\int x^\top Q x \, dt")
