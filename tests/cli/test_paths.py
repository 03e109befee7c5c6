"""``matcalc paths`` on the command line."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import Run

TIED = "1/2*||W'*W*x - x||^2"


def test_paths_and_their_contributions(run: Run) -> None:
    done = run("paths", TIED, "--wrt", "W")
    assert done.code == 0
    assert done.out.splitlines() == [
        "path 1: W -> N = W'*M -> r = N - x -> L = norm2(r)^2/2",
        "  dL = M'*dW*r",
        "  contributes W*x*(W'*W*x - x)'",
        "path 2: W -> M = W*x -> N = W'*M -> r = N - x -> L = norm2(r)^2/2",
        "  dL = x'*dW'*W*r",
        "  contributes W*(W'*W*x - x)*x'",
        "sum: W*(r*x' + x*r') where r = W'*W*x - x",
    ]
    assert "path 2: W → M = W x → N = Wᵀ M → " in run("paths", TIED, "--wrt", "W", "--format", "unicode").out


def test_paths_in_typst_are_lines(run: Run) -> None:
    lines = run("paths", TIED, "--wrt", "W", "--format", "typst").out.splitlines()
    assert lines[-1] == '"sum: "W (r x^top + x r^top) quad "where" quad r = W^top W x - x'
    assert len(lines) == 7 and all(line.endswith(" \\") for line in lines[:-1])


def test_paths_in_latex_are_a_page(run: Run) -> None:
    said = run("paths", TIED, "--wrt", "W", "--format", "latex").out
    assert r"\textbf{Path 2}: $W \to M \to N \to r \to L$" in said
    assert said.count(r"\begin{align*}") == said.count(r"\end{align*}") == 3
    assert "N &= W^{\\top} M \\\\\n" in said
    assert said.count("$") % 2 == 0


def test_json_has_values_and_local_derivatives(run: Run) -> None:
    found = json.loads(run("paths", TIED, "--wrt", "W", "--format", "json").out)
    first, second = found["paths"]
    assert first["values"][0] == {"name": "W", "text": "W", "shape": ["m", "n"]}
    assert second["values"][1] == {"name": "M", "text": "W*x", "shape": ["m"], "differential": "dW*x"}
    assert second["product"]["text"] == "x'*dW'*W*r"
    assert second["contribution"]["text"] == "W*(W'*W*x - x)*x'"


@pytest.mark.parametrize("command", [("paths",), ("graph",), ("check", "--answer", "2*x")])
def test_commands_about_one_variable_take_its_name_from_the_text_and_refuse_several(
    run: Run, command: tuple[str, ...]
) -> None:
    name, *more = command
    given = run(name, "x'*x", "--wrt", r"\mathbf{x}", *more, "--format", "json")
    named = run(name, "d/dx (x'*x)", *more, "--format", "json")
    assert json.loads(named.out)["wrt"] == json.loads(given.out)["wrt"] == ["x"]
    several = run(name, "x'*y", "--wrt", "x,y", *more)
    assert several.code == 5 and "give one name" in several.err


def test_paths_respect_structure_and_have_notes(run: Run) -> None:
    words = ("paths", "tr(A*S)", "--wrt", "S", "--var", "S: symmetric(n)")
    projected = json.loads(run(*words, "--format", "json").out)
    free = json.loads(run(*words, "--symmetric", "free", "--format", "json").out)
    assert free["paths"][0]["contribution"]["text"] == "A'" != projected["paths"][0]["contribution"]["text"]
    assert "symmetric" in projected["notes"][0]


def test_what_has_no_paths(run: Run) -> None:
    done = run("paths", "A*x", "--wrt", "x")
    assert done.code == 5 and "gradient of a scalar" in done.err
