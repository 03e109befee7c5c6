"""``matcalc paths`` on the command line."""

from __future__ import annotations

import json

from tests.cli.running import Run

TIED = "1/2*||W'*W*x - x||^2"


def test_paths_and_their_contributions(run: Run) -> None:
    done = run("paths", TIED, "--wrt", "W")
    lines = done.out.splitlines()
    assert done.code == 0 and len(lines) == 5
    assert lines[0].startswith("path 1: W -> W' -> W'*W*x -> ")
    assert lines[1::2] == ["  contributes W*x*(W'*W*x - x)'", "  contributes W*(W'*W*x - x)*x'"]
    assert lines[4] == "sum: W*(r*x' + x*r') where r = W'*W*x - x"
    assert "path 1: W → Wᵀ → " in run("paths", TIED, "--wrt", "W", "--format", "unicode").out


def test_json_has_shapes_and_cotangents(run: Run) -> None:
    found = json.loads(run("paths", TIED, "--wrt", "W", "--format", "json").out)
    first, second = found["paths"]
    assert first["nodes"][0] == {"text": "norm2(W'*W*x - x)^2/2", "shape": [], "cotangent": "1"}
    assert first["nodes"][-2]["shape"] == ["n", "m"]
    assert second["contribution"]["text"] == "W*(W'*W*x - x)*x'"


def test_what_has_no_paths(run: Run) -> None:
    done = run("paths", "A*x", "--wrt", "x")
    assert done.code == 5 and "gradient of a scalar" in done.err
