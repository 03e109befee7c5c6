"""Derivations in LaTeX fit on a page: compiled where LaTeX is installed, no line is too long."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import matcalc as mc
from matcalc.api.explanations import page_of_paths
from matcalc.explanation import STYLES, Steps
from matcalc.printing import width
from tests.printing.test_golden import ENTRIES
from tests.test_cases import CASES, GRADIENTS

PDFLATEX = shutil.which("pdflatex")
PREAMBLE = r"\documentclass[11pt,a4paper]{article}\usepackage{amsmath,amssymb}\begin{document}"
Problem = tuple[str, str, dict[str, str]]

LIKELIHOOD = "-N/2*logdet(S) - 1/2*tr(inv(S)*E*E') where E = X - mu*ones(N)'"
EXERCISES: dict[str, Problem] = {
    "tied autoencoder": ("1/2*||W'*W*x - x||^2", "W", {"W": "matrix(m,n)", "x": "vector(n)"}),
    "gaussian process": (
        "L1 + L2 where K = alpha*X*X' + beta^-1*I, L1 = -D/2*log|K|, L2 = -1/2*tr(inv(K)*Y*Y')", "X",
        {"X": "matrix(N,q)", "Y": "matrix(N,D)", "alpha": "scalar", "beta": "scalar"},
    ),
    "normal likelihood": (LIKELIHOOD, "mu", {"X": "matrix(d,N)", "S": "spd(d)", "mu": "vector(d)"}),
    "softmax regression": ("-y'*log(softmax(W*x + b))", "W", {"y": "onehot(n)"}),
    "two-layer network": (
        "1/2*||d2||^2 where z1 = W1*x + b1, h = relu(z1), z2 = W2*h + b2, d2 = z2 - y", "W1", {}
    ),
}  # fmt: skip
_WORDS = ("first_matrix", "second_matrix", "third_matrix", "fourth_matrix")
WIDE: dict[str, Problem] = {
    "long names": (
        f"tr({'*'.join(_WORDS)}*inv({_WORDS[0]} + {_WORDS[1]}))", _WORDS[1],
        dict.fromkeys(_WORDS, "matrix(n,n)"),
    ),
    "many terms": (
        " + ".join(f"a_{i}'*X*b_{i}*(b_{i}'*X*a_{i})" for i in range(8)), "X",
        {"X": "matrix(n,n)", **{f"{letter}_{i}": "vector(n)" for letter in "ab" for i in range(8)}},
    ),
    "blocks": ("logdet([A + X, B, C; B, A, X; C, X + B, A])", "X", dict.fromkeys("ABCX", "spd(n)")),
    "a Fréchet derivative": ("tr(expm_frechet(A*X, B)*C)", "X", dict.fromkeys("ABCX", "matrix(n,n)")),
    "a long product": (
        f"tr({'*'.join(f'A_{i}*X' for i in range(18))})", "X",
        {"X": "matrix(n,n)", **{f"A_{i}": "matrix(n,n)" for i in range(18)}},
    ),
    "deep": (
        "sum(tanh(A*tanh(B*tanh(C*tanh(A*tanh(B*tanh(C*x + a) + b) + c) + a) + b) + c))", "x",
        {**dict.fromkeys("ABC", "matrix(n,n)"), **dict.fromkeys("xabc", "vector(n)")},
    ),
    "a wide rule": ("a*std(max(polar(b'), 1) + b')", "b", {"a": "scalar", "b": "vector(n)"}),
    "long notes": (
        "tr(arcsin(0.9*sin(-W))*(W*s + W.^2 + 2*W)')", "W", {"W": "matrix(m,k)", "s": "scalar positive"}
    ),
    "many formulas put in": (
        "var(kron_left(-(1./ones(k*n,k*m)), w.^(c')*(s./exp(b')))/p)", "s",
        {"w": "vector(n) positive", "c": "scalar", "s": "scalar", "b": "vector(k)", "p": "scalar"},
    ),
    "very long names": (
        f"1/2*||W'*W*{'weights_of_the_first_layer' * 2} - targets_of_all_training_examples||^2", "W", {}
    ),
    "one very long name": (f"{'x' * 60}'*A*{'x' * 60}", "x" * 60, {"x" * 60: "vector(n)"}),
    "a long size": ("tr(X*A)*sum(X)", "X", {"X": f"matrix({'number_of_examples' * 3},{'k' * 40})"}),
    "letters with accents": ("ŷ'*Ä*größe_ж + ŷ'*ŷ", "ŷ", {"ŷ": "vector(n)", "größe_ж": "vector(n)"}),
    "a symmetric variable": ("my_matrix_x'*S*my_matrix_x + logdet(S)", "S", {"S": "symmetric(n)"}),
    "a variable on the simplex": ("p_test'*log(p_test)", "p_test", {"p_test": "vector(n) simplex"}),
    "letters of the rules": (
        "tr(X*Y*inv(X)*Z') + tr(G*X)*sum(exp(x))", "X",
        {**dict.fromkeys("XYZG", "matrix(n,n)"), "x": "vector(n)"},
    ),
}  # fmt: skip
PROBLEMS: dict[str, Problem] = {
    **EXERCISES,
    **WIDE,
    **{f"{name} {wrt}": (CASES[name]["expr"], wrt, CASES[name]["variables"]) for name, wrt in GRADIENTS},
}


def steps_of(problem: Problem, style: str, level: str = "full") -> Steps:
    found = mc.diff(*problem)
    assert isinstance(found, mc.Derivative)
    return found.steps(style, level)


def paths_of(problem: Problem) -> str:
    found = mc.diff(*problem)
    assert isinstance(found, mc.Derivative)
    return page_of_paths(found._of, found._node, found._definitions())


def compiled(body: list[str], folder: Path) -> str:
    """Return what LaTeX says of a document."""
    (folder / "page.tex").write_text("\n\n".join([PREAMBLE, *body, r"\end{document}"]), encoding="utf-8")
    command = [str(PDFLATEX), "-interaction=nonstopmode", "-no-shell-escape", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300)
    return done.stdout.decode(errors="replace")


@pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")
def test_no_derivation_is_wider_than_a_page(tmp_path: Path) -> None:
    """One document has all of them; TeX says after which one a line is too long, or something is wrong."""
    body = [
        f"\\typeout{{CASE {name}, {style}}}\n{steps_of(problem, style).latex()}"
        for name, problem in PROBLEMS.items()
        for style in STYLES
    ]
    said = compiled(body, tmp_path)
    assert said.count("\nCASE ") == len(body)
    complaints = [
        (case.splitlines()[0], line)
        for case in said.split("\nCASE ")[1:]
        for line in case.splitlines()
        if line.startswith(("!", r"Overfull \hbox"))
    ]
    assert not complaints


@pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")
def test_no_page_of_paths_is_wider_than_a_page(tmp_path: Path) -> None:
    body = [f"\\typeout{{CASE {i}}}\n{paths_of(problem)}" for i, problem in enumerate(PROBLEMS.values())]
    said = compiled(body, tmp_path)
    assert said.count("\nCASE ") == len(body)
    assert not [line for line in said.splitlines() if line.startswith(("!", r"Overfull \hbox"))]


@pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")
def test_names_of_all_letters_compile(tmp_path: Path) -> None:
    """Those of Latin and Greek, and some of every script that names may have."""
    body = []
    for number in [*range(0x80, 0x600), *range(0x1E00, 0x2000), *range(0x600, 0x30000, 331)]:
        name = f"{chr(number)}_1"
        try:
            body += [f"${formula}$" for formula in {mc.parse(name, {name: "scalar"}).latex()}]
        except mc.MatcalcError:
            continue
    body += [
        f"${mc.parse(f'2*{name}', {name: 'scalar'}).latex()}$" for name in ("größe", "ŷ_ñ", "aж", "ŷ_hat")
    ]
    said = compiled(body, tmp_path)
    assert len(body) > 1000
    assert not [line for line in said.splitlines() if line.startswith("!") or "invalid in math" in line]


@pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")
def test_widths_are_about_those_of_tex(tmp_path: Path) -> None:
    formulas = [entry.printed["latex"] for entry in ENTRIES]
    formulas += [
        r"\hat{x}_{1} \, \mathrm{d}\alpha",
        r"\begin{bmatrix} A & B \\ C^{\top} & D \end{bmatrix}^{-1}",
    ]
    body = [rf"\setbox0=\hbox{{$\displaystyle {one}$}}\typeout{{WIDTH \the\wd0}}" for one in formulas]
    measured = [float(points) for points in re.findall(r"WIDTH ([\d.]+)pt", compiled(body, tmp_path))]
    assert len(measured) == len(formulas)
    for formula, points in zip(formulas, measured, strict=True):
        assert 0.9 * points - 2 < width(formula) < 1.25 * points + 12, formula


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", [*EXERCISES, *WIDE])
def test_each_equation_has_two_sides_and_what_is_opened_is_closed(name: str, style: str) -> None:
    text = steps_of(PROBLEMS[name], style).latex()
    assert text.count("{") == text.count("}") and text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") > 2
    for block in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", text, re.DOTALL):
        for row in block.split(" \\\\\n"):
            assert row.count("&=") == 1 or row.startswith(r"&\qquad "), row


def test_a_derivation_that_is_brief() -> None:
    problem = EXERCISES["tied autoencoder"]
    norm = r"\frac{\left\lVert r \right\rVert_2^{2}}{2}"
    assert steps_of(problem, "backprop", "brief").latex().splitlines()[1:12] == [
        r"\medskip\noindent\textbf{Values}",
        r"\begin{align*}",
        r"M &= W x && \in \mathbb{R}^{m} \\",
        r"N &= W^{\top} M && \in \mathbb{R}^{n} \\",
        r"r &= N - x && \in \mathbb{R}^{n} \\",
        rf"L &= {norm} && \in \mathbb{{R}}",
        r"\end{align*}",
        "",
        r"\medskip\noindent\textbf{Derivatives with respect to these values, from the last to the first}",
        r"\begin{align*}",
        rf"\frac{{\partial L}}{{\partial r}} &= r && \text{{as $r$ in $L = {norm}$}} \\",
    ]


def test_rules_are_said_once_at_the_end_and_numbered() -> None:
    text = steps_of(EXERCISES["tied autoencoder"], "backprop").latex()
    body, _, rules = text.partition(r"\textbf{Rules}")
    words = (
        "The derivative with respect to a left factor is the upstream one times the transposed right factor"
    )
    formula = r"if $Z = X Y$ and $G = \partial L / \partial Z$, then $\partial L / \partial X = G Y^{\top}$"
    assert f"6.}}{words}: {formula}. [Petersen and Pedersen, The Matrix Cookbook (2012), (37)]" in rules
    assert rules.count(words) == 1 and words not in body
    assert r"\text{as $W^{\top}$ in $N = W^{\top} M$, rules~6 and 7}" in body


def test_parts_that_make_a_line_too_long_get_names() -> None:
    text = steps_of(WIDE["many terms"], "backprop", "brief").latex()
    result = text.partition(r"\textbf{Result}")[2]
    assert r"\text{with } " in result or result.count(r"&\qquad {} + ") > 2
    lines = steps_of(WIDE["deep"], "differential", "brief").latex()
    names = re.findall(r"\\text\{with \} (\S+) &=", lines)
    assert names and len(names) == len(set(names))


def test_names_of_parts_in_rules_are_no_names_of_the_derivation() -> None:
    text = "x'*S*x + logdet(S)*norm2(y)^2 + tr(polar(S)) + sum(softplus(y.*x))"
    above, _, rules = steps_of((text, "S", {"S": "symmetric(n)"}), "backprop").latex().partition("{Rules}")
    defined = set(re.findall(r"\\text\{with \} (\w_\{\d+\})", rules))
    assert defined and not any(name in above for name in defined)
