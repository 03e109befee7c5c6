"""``matcalc graph`` on the command line."""

from __future__ import annotations

import json

from tests.cli.running import Run
from tests.explanation.pictures import picture

TIED = "1/2*||W'*W*x - x||^2"


def test_a_list(run: Run) -> None:
    done = run("graph", TIED, "--wrt", "W")
    assert done.code == 0 and not done.err
    assert done.out.splitlines() == [
        "W                 (m,n)  dL/dW = W*r*x' + M*r'",
        "x                 (n)",
        "M = W*x           (m)    dL/dM = W*r",
        "  from W: dM = dW*x  (path 2)",
        "N = W'*M          (n)    dL/dN = r",
        "  from W: dN = dW'*M  (path 1)",
        "  from M: dN = W'*dM  (path 2)",
        "r = N - x         (n)    dL/dr = r",
        "  from N: dr = dN  (paths 1, 2)",
        "L = norm2(r)^2/2  ()     dL/dL = 1",
        "  from r: dL = r'*dr  (paths 1, 2)",
    ]
    assert "  from M: dN = Wᵀ dM  (path 2)" in run("graph", TIED, "--wrt", "W", "--format", "unicode").out


def test_typeset_graphs_are_equations(run: Run) -> None:
    words = ("graph", "norm2(A*x)^2", "--wrt", "x", "--format")
    assert run(*words, "typst").out.splitlines() == [
        "frac(partial L, partial x) &= 2 A^top M \\",
        "M &= A x \\",
        "frac(partial L, partial M) &= 2 M \\",
        "L &= norm(M)_2^2 \\",
        "frac(partial L, partial L) &= 1",
    ]
    assert run(*words, "latex").out.count("&=") == 5
    assert run("graph", "x", "--format", "latex").out == "\\begin{align*}\nf &= x\n\\end{align*}\n"


def test_other_formats(run: Run) -> None:
    svg = run("graph", TIED, "--wrt", "W", "--format", "svg").out
    assert len(picture(svg).boxes) == 6
    assert run("graph", TIED, "--format", "mermaid").out.startswith("flowchart TD\n")
    assert run("graph", TIED, "--format", "dot").out.startswith("digraph computation {\n")
    found = json.loads(run("graph", TIED, "--wrt", "W", "--format", "json").out)
    nodes = {node["name"]: node for node in found["graph"]["nodes"]}
    assert nodes["M"]["text"] == "M = W*x" and nodes["M"]["derivative"] == "dL/dM = W*r"
    assert nodes["W"]["operation"] == "input" and nodes["N"]["operation"] == "mul"
    into = [edge for edge in found["graph"]["edges"] if edge["target"] == "N"]
    assert {(edge["source"], edge["differential"], *edge["paths"]) for edge in into} == {
        ("W", "dN = dW'*M", 1), ("M", "dN = W'*dM", 2),
    }  # fmt: skip


def test_the_structure_of_the_variable(run: Run) -> None:
    free = run("graph", "logdet(S)", "--wrt", "S", "--var", "S: symmetric(n)", "--symmetric", "free")
    assert free.code == 0 and "dL/dS = inv(S)" in free.out


def test_what_cannot_be_shown(run: Run) -> None:
    done = run("graph", "A*x", "--wrt", "x")
    assert done.code == 5 and "gradient of a scalar" in done.err and not done.out
    assert run("graph", "A*").code == 3
    assert run("graph", "x'*x", "--wrt", "z").code == 2
