"""``matcalc hessian`` on the command line."""

from __future__ import annotations

import json

import pytest

from matcalc.api.derivatives import Derivative
from matcalc.numeric import CheckReport
from tests.cli.running import Run


def test_one_variable_gives_what_diff_prints(run: Run) -> None:
    done = run("hessian", "logsumexp(x)", "--wrt", "x", "--no-check")
    assert (done.code, done.out) == (0, "diag(softmax(x)) - softmax(x)*softmax(x)'\n")
    assert done.out == run("diff", "logsumexp(x)", "--wrt", "x", "--order", "2").out


def test_several_variables_give_a_matrix_of_blocks(run: Run) -> None:
    done = run("hessian", "x'*A*x + x'*B*y", "--wrt", "x,y")
    assert (done.code, done.out) == (0, "[A + A', B; B', zeros(m,m)]\n")
    assert done.err.count("✓ agrees") == 4
    assert "hessian ∈ ℝ^{(m+n)×(m+n)}" in done.err


def test_json_has_the_matrix_and_its_blocks(run: Run) -> None:
    found = json.loads(run("hessian", "x'*A*y", "--wrt", "x", "--wrt", "y", "--format", "json").out)
    assert found["result"]["text"] == "[zeros(n,n), A; A', zeros(m,m)]"
    assert found["wrt"] == ["x", "y"]
    assert [(block["wrt"], block["text"]) for block in found["results"]][1:3] == [("x,y", "A"), ("y,x", "A'")]
    assert all(block["check"]["passed"] for block in found["results"])


def test_source_is_written_for_sizes_and_names_may_be_written_out(run: Run) -> None:
    done = run(
        "hessian", "x'*A*x + x'*B*y", "--wrt", "x,y", "--format", "numpy", "--dims", "n=9", "--no-check"
    )
    assert done.code == 0 and done.out.count("def hessian_x") == 2
    assert run("hessian", "x'*x", "--wrt", "x", "--dims", "n=9").code == 2
    text = "norm2(A*x - b)*y'*y"
    for wrt in ("x", "x,y"):
        named = run("hessian", text, "--wrt", wrt, "--no-check").out
        assert "where" in named and "where" not in run("hessian", text, "--wrt", wrt, "--no-names").out


def test_a_block_that_fails_the_check_is_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    report = CheckReport(False, 0.5, 5, 0)
    monkeypatch.setattr(Derivative, "check", lambda self, trials, seed: report)
    done = run("hessian", "x'*A*y", "--wrt", "x,y")
    assert done.code == 1 and "x,y: ✗ DISAGREES" in done.err


def test_only_scalars_have_one(run: Run) -> None:
    done = run("hessian", "A*x", "--wrt", "x,A")
    assert done.code == 5 and "only a scalar has a Hessian" in done.err
