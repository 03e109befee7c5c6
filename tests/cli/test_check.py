"""``matcalc check`` on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.running import Run

TIED = ("1/2*||W^T W x - x||^2", "--wrt", "W", "--where", "r = W'*W*x - x")


def test_a_right_answer(run: Run) -> None:
    done = run("check", *TIED, "--answer", "W*x*r' + W*r*x'")
    assert (done.code, done.out, done.err) == (0, "right\n", "")


def test_a_wrong_answer_says_what_is_wrong(run: Run) -> None:
    done = run("check", *TIED, "--answer", "W*x*r'")
    assert (done.code, done.out) == (1, "wrong\n")
    assert done.err == "missing_path: path 2 (W in M = W*x) is missing\n"


def test_an_answer_may_start_with_a_minus(run: Run) -> None:
    done = run("check", "-x'*x", "--wrt", "x", "--answer", "-2*x")
    assert (done.code, done.out) == (0, "right\n")


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "answers.txt"
    path.write_text("(A + A')*x\n\n2*A*x\nA*(x\n", encoding="utf-8")
    return str(path)


def test_a_file_of_answers_is_graded(run: Run, answers: str) -> None:
    done = run("check", "x'*A*x", "--wrt", "x", "--answers", answers)
    assert done.code == 1 and done.err == "1 of 3 right\n"
    lines = done.out.splitlines()
    assert [line.split()[:2] for line in lines] == [["1", "right"], ["2", "wrong"], ["3", "wrong"]]
    assert "symmetric_only" in lines[1] and "unreadable: E104" in lines[2]


def test_tables_for_programs(run: Run, answers: str) -> None:
    words = ("check", "x'*A*x", "--wrt", "x", "--answers", answers, "--format")
    rows = list(csv.DictReader(io.StringIO(run(*words, "csv").out)))
    assert [(row["number"], row["correct"], row["code"]) for row in rows] == [
        ("1", "true", ""), ("2", "false", "symmetric_only"), ("3", "false", "unreadable"),
    ]  # fmt: skip
    found = json.loads(run(*words, "json").out)
    assert [one["correct"] for one in found["answers"]] == [True, False, False]
    assert found["answers"][1]["findings"][0]["code"] == "symmetric_only" and not found["ok"]


def test_what_cannot_be_checked(run: Run, answers: str) -> None:
    assert run("check", "x'*x", "--wrt", "x").code == 2
    assert run("check", "x'*x", "--wrt", "x", "--answer", "2*x", "--answers", answers).code == 2
    done = run("check", "x'*x", "--wrt", "x", "--answer", "2*y")
    assert "has no y" in done.err and done.code not in (0, 1)
