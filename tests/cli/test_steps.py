"""``matcalc diff --steps`` on the command line."""

from __future__ import annotations

import json

import pytest

from matcalc.cli.parameters import STEP_LEVELS, STEP_STYLES
from matcalc.explanation import LEVELS, STYLES
from tests.cli.running import Run

TIED = "1/2*||W'*W*x - x||^2"


def test_steps_end_with_the_derivative(run: Run) -> None:
    done = run("diff", TIED, "--wrt", "W", "--steps")
    lines = done.out.splitlines()
    assert done.code == 0 and lines[:2] == ["values", "  M = W*x                  (m)"]
    assert lines[-1] == "        = W*(r*x' + x*r')  (m,n)  common factors pulled out"
    assert "agrees with numerical differentiation" in done.err
    assert sum("[Petersen and Pedersen" in line for line in lines) == 7


def test_style_level_and_hint_are_steps(run: Run) -> None:
    brief = run("diff", TIED, "--wrt", "W", "--level", "brief", "--no-check").out
    assert len(brief.splitlines()) == 16 and "[" not in brief
    other = run("diff", TIED, "--wrt", "W", "--level", "brief", "--style", "differential", "--no-check").out
    assert "     = r'*(W'*dM + dW'*M)                 ()  with dN = W'*dM + dW'*M" in other.splitlines()
    hint = run("diff", TIED, "--wrt", "W", "--hint", "2", "--level", "brief", "--no-check").out
    assert hint == "values\n  r = N - x  (n)\n"
    after = run("diff", TIED, "--wrt", "W", "--hint", "99", "--no-check")
    assert after.code == 0 and after.out == "that was the last step\n"


def test_options_are_those_of_the_engine() -> None:
    assert (STEP_STYLES, STEP_LEVELS) == (STYLES, LEVELS)


def test_steps_in_typst_are_equations(run: Run) -> None:
    words = ("diff", "tr(W*X) + b'*b", "--wrt", "W,b", "--steps", "--format", "typst", "--no-check")
    lines = run(*words).out.splitlines()
    assert '"with respect to "W \\' in lines and '"with respect to "b \\' in lines
    assert lines[-1] == " &= 2 b"


def test_notations(run: Run) -> None:
    shown = run("diff", TIED, "--wrt", "W", "--level", "brief", "--format", "unicode", "--no-check").out
    assert "  ∂L/∂M = W r              m  as M in N = Wᵀ M" in shown.splitlines()
    latex = run("diff", TIED, "--wrt", "W", "--style", "differential", "--format", "latex", "--no-check").out
    assert latex.startswith("{\\raggedright") and latex.endswith("\\par}\n")
    assert r"\mathrm{d}N &= W^{\top} \, \mathrm{d}M + \mathrm{d}W^{\top} M && \text{rule" in latex


def test_several_variables_one_after_another(run: Run) -> None:
    done = run("diff", "norm2(W*x + b)^2", "--wrt", "W,b", "--level", "brief", "--no-check")
    headings = [line for line in done.out.splitlines() if line.startswith("with respect to ")]
    assert done.code == 0 and headings == ["with respect to W", "with respect to b"]
    options = ("--steps", "--level", "brief", "--format", "latex", "--no-check")
    latex = run("diff", "norm2(W*x + b)^2", "--wrt", "W,b", *options).out
    assert latex.count(r"\textbf{With respect to }$") == 2
    found = json.loads(run("diff", "norm2(W*x + b)^2", "--wrt", "W,b", "--steps", "--format", "json").out)
    assert [one["steps"]["lines"][-1]["text"] for one in found["results"]] == ["2*z*x'", "2*z"]


def test_json_has_rules_with_their_sources(run: Run) -> None:
    found = json.loads(run("diff", "logdet(X)", "--wrt", "X", "--steps", "--format", "json").out)
    path = next(line for line in found["steps"]["lines"] if line["part"] == "path")
    assert path["left"] == "path 1" and path["text"] == "inv(X)'" and path["shape"] == ["n", "n"]
    [rule] = path["rules"]
    assert rule["words"] == "the derivative of a log-determinant is the transposed inverse"
    assert rule["formula"] == "if Z = logdet(U) and G = dL/dZ, then dL/dU = G*inv(U)'"
    assert "Cookbook" in rule["source"]


@pytest.mark.parametrize(
    "words", [["--order", "2"], ["--form", "index"], ["--layout", "numerator"]], ids=" ".join
)
def test_steps_are_those_of_a_gradient(run: Run, words: list[str]) -> None:
    done = run("diff", "x'*A*x", "--wrt", "x", "--steps", *words)
    assert done.code == 2 and "exclude --order, --form and --layout" in done.err and not done.out


def test_a_vector_has_no_steps(run: Run) -> None:
    done = run("diff", "A*x", "--wrt", "x", "--steps")
    assert done.code == 5 and "gradient of a scalar" in done.err and not done.out
