"""``matcalc check`` on the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

from matcalc.cli.streams import MAX_INPUT
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
    assert [line.split()[:2] for line in lines] == [["1", "right"], ["3", "wrong"], ["4", "wrong"]]
    assert "symmetric_only" in lines[1] and "unreadable: E104" in lines[2]


def test_tables_for_programs(run: Run, answers: str) -> None:
    words = ("check", "x'*A*x", "--wrt", "x", "--answers", answers, "--format")
    rows = list(csv.DictReader(io.StringIO(run(*words, "csv").out)))
    assert [(row["number"], row["correct"], row["code"]) for row in rows] == [
        ("1", "true", ""), ("3", "false", "symmetric_only"), ("4", "false", "unreadable"),
    ]  # fmt: skip
    found = json.loads(run(*words, "json").out)
    assert [one["correct"] for one in found["answers"]] == [True, False, False]
    assert found["answers"][1]["findings"][0]["code"] == "symmetric_only" and not found["ok"]


def test_what_cannot_be_checked(run: Run, answers: str) -> None:
    assert run("check", "x'*x", "--wrt", "x").code == 2
    assert run("check", "x'*x", "--wrt", "x", "--answer", "2*x", "--answers", answers).code == 2
    done = run("check", "x'*x", "--wrt", "x", "--answer", "2*y")
    assert "has no y" in done.err and done.code not in (0, 1)


QUESTION = ("check", "x'*A*x", "--wrt", "x")


@pytest.mark.parametrize(
    "content",
    [
        "(A + A')*x\n2*A*x\n".encode("utf-8-sig"), "(A + A')*x\r\n2*A*x".encode("utf-16"),
        b"(A + A')*x\r2*A*x\r", b"\xef\xbb\xbf(A + A')*x\r\n2*A*x\r\n\r\n",
    ],
)  # fmt: skip
def test_marks_and_ends_of_lines_are_no_part_of_an_answer(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.txt"
    path.write_bytes(content)
    lines = run(*QUESTION, "--answers", str(path)).out.splitlines()
    assert [line.split()[:2] for line in lines] == [["1", "right"], ["2", "wrong"]]


def test_answers_keep_the_numbers_of_their_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text("\n(A + A')*x\n \t\n\n2*A*x\n", encoding="utf-8")
    words = (*QUESTION, "--answers", str(path))
    assert [line.split()[0] for line in run(*words).out.splitlines()] == ["2", "5"]
    assert [one["number"] for one in json.loads(run(*words, "--format", "json").out)["answers"]] == [2, 5]
    assert [row["number"] for row in csv.DictReader(io.StringIO(run(*words, "--format", "csv").out))] == [
        "2",
        "5",
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("2*é".encode("latin-1"), "it is not UTF-8: line 1 has the byte 0xe9"),
        (b"x\n\xff\n", "it is not UTF-8: line 2 has the byte 0xff"),
        (b" \n\n", "it has no answers"),
        (b"", "it has no answers"),
        (b"x" * (MAX_INPUT + 1), "it has more than 4,000,000 bytes"),
        (None, "no such file or directory"),
    ],
)
def test_files_without_answers_say_what_they_are(
    run: Run, tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "answers.txt"
    if content is not None:
        path.write_bytes(content)
    done = run(*QUESTION, "--answers", str(path))
    assert (done.code, done.out) == (2, "") and done.err.startswith("error[E405]") and why in done.err
    assert json.loads(run(*QUESTION, "--answers", str(path), "--format", "json").out)["diagnostics"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and devices with names")
@pytest.mark.parametrize("option", ["--answers", "--set"])
@pytest.mark.parametrize("kind", ["pipe", "device", "link", "folder"])
def test_pipes_and_devices_are_not_read(run: Run, tmp_path: Path, option: str, kind: str) -> None:
    names = ["a.npy", "a.csv"] if option == "--set" else ["answers.txt"]
    for path in [tmp_path / name for name in names]:
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to("/dev/zero" if kind == "device" else tmp_path / "nowhere")
        words = (
            ("eval", "x", "--set", f"x={path}") if option == "--set" else (*QUESTION, "--answers", str(path))
        )
        done = run(*words)
        why = {"folder": "is a directory", "link": "no such file"}.get(kind, "it is a pipe or a device")
        assert done.code == 2 and done.err.startswith("error[E405]") and why in done.err


def test_answers_come_from_standard_input(run: Run) -> None:
    done = run(*QUESTION, "--answers", "-", stdin="\n(A + A')*x\n")
    assert (done.code, done.out) == (0, "  2  right  (A + A')*x\n")


@pytest.mark.parametrize("answer", ["=1+1", "=cmd|' /C calc'!A0", "+x", "-2*x", "@SUM(A1)", " \t=x", "\t-x"])
def test_spreadsheets_take_no_answer_for_a_formula(run: Run, tmp_path: Path, answer: str) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(answer, encoding="utf-8")
    [row] = csv.DictReader(io.StringIO(run(*QUESTION, "--answers", str(path), "--format", "csv").out))
    assert row["answer"] == f"'{answer.strip()}"
    found = json.loads(run(*QUESTION, "--answers", str(path), "--format", "json").out)
    assert found["answers"][0]["answer"] == answer.strip()


@pytest.mark.parametrize("notation", ["text", "csv", "json"])
def test_control_characters_in_answers_do_nothing(run: Run, tmp_path: Path, notation: str) -> None:
    path = tmp_path / "answers.txt"
    path.write_text("x\x1b]0;title\x07\n2*\x9b2Jx\nx\u202e\n\x00", encoding="utf-8")
    done = run(*QUESTION, "--answers", str(path), "--format", notation)
    assert done.code == 1 and not set("\x1b\x07\x9b\u202e\x00") & set(done.out + done.err)
