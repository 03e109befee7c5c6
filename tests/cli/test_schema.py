"""Every JSON document is one of those that the published schema describes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from matcalc.errors.codes import CODES
from tests.cli.running import Run

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

RUNS = [
    ["diff", "1/2*||W^T W x - x||^2", "--wrt", "W"],
    ["diff", "logdet(S)", "--wrt", "S", "--var", "S: spd(n)", "--check", "exact"],
    ["diff", "tr(X)", "--wrt", "X", "--no-check"],
    ["diff", "A*X*B", "--wrt", "X"],
    ["diff", "A*X*B", "--wrt", "X", "--form", "index"],
    ["diff", "A*X*B", "--wrt", "X", "--form", "kron", "--layout", "denominator"],
    ["diff", "W*x + b", "--wrt", "W,b"],
    ["diff", "normp(x, 1/0)", "--wrt", "x"],
    ["hessian", "x'*A*y", "--wrt", "x,y"],
    ["hessian", "logsumexp(x)", "--wrt", "x"],
    ["paths", "1/2*||W^T W x - x||^2", "--wrt", "W"],
    ["paths", "x", "--wrt", "x"],
    ["diff", "logdet(X'*X)", "--wrt", "X", "--steps"],
    ["diff", "-y'*log(softmax(W*x + b))", "--wrt", "W,b", "--style", "differential"],
    ["diff", "x'*x", "--wrt", "x", "--hint", "1"],
    ["graph", "1/2*||W^T W x - x||^2"],
    ["graph", "1/2*||W^T W x - x||^2", "--wrt", "W"],
    ["graph", "A*x"],
    ["graph", "A*x", "--wrt", "x"],
    ["check", "x'*A*x", "--wrt", "x", "--answer", "2*A*x"],
    ["check", "x'*A*x", "--wrt", "x", "--answer", "(A + A')*x"],
    ["eval", "exp(x)", "--set", "x=[0, 1000]"],
    ["eval", "A*x", "--random"],
    ["functions"],
    ["functions", "diag"],
    ["laws", "logdet"],
    # errors of each kind
    ["diff", "A*", "--wrt", "A"],
    ["diff", "A*B + A*C", "--wrt", "y"],
    ["diff", "tr(A) + A", "--wrt", "A", "--var", "A: matrix(2,3)"],
    ["diff", "tr(X^40)", "--wrt", "X"],
    ["diff", "x"],
]


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_documents_fit_the_schema(run: Run, words: list[str]) -> None:
    found = json.loads(run(*words, "--format", "json").out)
    VALIDATOR.validate(found)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "matcalc/2"},
        {"ok": "yes"},
        {"extra": 1},
        {"layout": "row"},
        {"check": {"passed": True}},
        {"paths": []},
        {"graph": {"nodes": [], "edges": []}},
        {"steps": {"style": "forward", "lines": []}},
        {"diagnostics": [{"code": "oops"}]},
        {"variables": {"x": {"kind": "vector"}}},
    ],
    ids=str,
)
def test_other_documents_do_not(run: Run, change: dict[str, Any]) -> None:
    found = json.loads(run("diff", "x'*x", "--wrt", "x", "--format", "json").out)
    VALIDATOR.validate(found)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({**copy.deepcopy(found), **change})


def test_the_codes_of_errors_fit() -> None:
    pattern = SCHEMA["$defs"]["diagnostic"]["properties"]["code"]["pattern"]
    assert pattern == "^E[0-9]{3}$" and all(len(code) == 4 for code in CODES)
