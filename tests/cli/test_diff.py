"""``matcalc diff`` on the command line: streams, exit codes, formats."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import matcalc as mc
from matcalc.api.derivatives import Derivative
from matcalc.numeric import CheckReport
from tests.cli.running import Run


def pipe(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, with its output piped."""
    return subprocess.run(
        [sys.executable, "-m", "matcalc", *words],
        input=stdin.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=300,
    )


# Streams


def test_answer_goes_to_standard_output_and_the_rest_to_standard_error(run: Run) -> None:
    done = run("diff", "||A x - b||^2", "--wrt", "x")
    assert done.code == 0
    assert done.out == "2*A'*(A*x - b)\n"
    assert "x ∈ ℝⁿ" in done.err and "✓ agrees" in done.err and "seed 0" in done.err


def test_assumptions_are_said(run: Run) -> None:
    done = run("diff", "||x - mu||^2", "--wrt", "x")
    assert "note: mu is taken as a vector" in done.err
    assert "note" not in done.out


def test_no_check_says_nothing_of_a_check(run: Run) -> None:
    done = run("diff", "x'*A*x", "--wrt", "x", "--no-check")
    assert done.code == 0 and "agrees" not in done.err and done.out == "(A + A')*x\n"


def test_error_goes_to_standard_error(run: Run) -> None:
    done = run("diff", "A*/B", "--wrt", "A")
    assert done.out == "" and done.err.startswith("error[E102]")


def test_expression_from_standard_input(run: Run) -> None:
    done = run("diff", "-", "--wrt", "x", stdin="x'*A*x\n")
    assert (done.code, done.out) == (0, "(A + A')*x\n")


@pytest.mark.parametrize("text", ["-x'*x", "-tr(X)", "--x'*x", "-1/2*x'*x"])
def test_leading_minus_is_no_option(run: Run, text: str) -> None:
    name = "X" if "X" in text else "x"
    done = run("diff", text, "--wrt", name)
    assert done.code == 0 and done.out == f"{mc.diff(text, name)}\n"


def test_declarations(run: Run) -> None:
    done = run("diff", "logdet(S)", "--wrt", "S", "--var", "S: spd(n)")
    assert done.out == "inv(S)\n" and "symmetrised" in done.err
    both = run("diff", "s*t*x'*x", "--wrt", "s", "--var", "s: scalar", "--var", "t:scalar")
    assert both.out == "t*(x'*x)\n"


@pytest.mark.parametrize(
    ("notation", "wanted"),
    [
        ("text", "2*A'*(A*x - b)"),
        ("unicode", "2 Aᵀ (A x - b)"),
        ("latex", r"2 A^{\top} \left(A x - b\right)"),
        ("typst", "2 A^top (A x - b)"),
    ],
)
def test_notations(run: Run, notation: str, wanted: str) -> None:
    assert run("diff", "||A x - b||^2", "--wrt", "x", "--format", notation).out == wanted + "\n"


def test_seed_and_trials(run: Run) -> None:
    done = run("diff", "x'*A*x", "--wrt", "x", "--seed", "9", "--trials", "2")
    assert "on 2 random instances" in done.err and "seed 9" in done.err


# Exit codes


@pytest.mark.parametrize(
    ("words", "code", "mark"),
    [
        (["diff", "x'*x", "--wrt", "x"], 0, "✓"),
        (["diff", "x'*x", "--wrt", "y"], 2, "E401"),
        (["diff", "x'*x", "--wrt", "x", "--var", "x: vectr(n)"], 2, "E402"),
        (["diff", "x'*x", "--wrt", "x", "--var", "x"], 2, "E402"),
        (["diff", "x'*x", "--wrt", "x", "--var", "x: vector(n)", "--var", "x: vector(n)"], 2, "E402"),
        (["diff", "x'*x", "--wrt", "x", "--format", "word"], 2, "--format"),
        (["diff", "x'*x"], 2, "E401"),
        (["diff", "--wrt", "x"], 2, "EXPR"),
        (["diff", "x'*x", "--wrt", "x", "--trials", "0"], 2, "--trials"),
        (["diff", "x'*x", "--wrt", "x", "--seed", "-1"], 2, "--seed"),
        (["no-such-command"], 2, "no-such-command"),
        (["diff", "x'*", "--wrt", "x"], 3, "E103"),
        (["diff", "trac(X)", "--wrt", "X"], 3, "E105"),
        (["diff", "", "--wrt", "x"], 3, "E103"),
        (["diff", "A*x + x", "--wrt", "x", "--var", "A: matrix(m,n)"], 4, "E202"),
        (["diff", "tr(A)", "--wrt", "A", "--var", "A: matrix(m,n)"], 4, "E204"),
        (["diff", "A*x", "--wrt", "x", "--form", "gradient"], 5, "E505"),
        (["diff", "x'*x", "--wrt", "x", "--order", "9"], 5, "E502"),
        (["diff", "||X||_{2,1}", "--wrt", "X"], 5, "E506"),
    ],
)
def test_exit_code(run: Run, words: list[str], code: int, mark: str) -> None:
    done = run(*words)
    assert done.code == code, done
    assert mark in done.err


def disagreeing(self: Derivative, trials: int = 5, seed: int = 0, *, exact: bool = False) -> CheckReport:
    return CheckReport(False, 0.5, trials, seed)


def unchecked(self: Derivative, trials: int = 5, seed: int = 0, *, exact: bool = False) -> CheckReport:
    return CheckReport(False, float("nan"), 0, seed, "no instance lies in the domain")


def test_exit_code_of_a_check_that_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Derivative, "check", disagreeing)
    done = run("diff", "x'*x", "--wrt", "x")
    assert done.code == 1 and "✗ DISAGREES" in done.err and done.out == "2*x\n"
    document = json.loads(run("diff", "x'*x", "--wrt", "x", "--format", "json").out)
    assert document["ok"] is False and document["check"]["passed"] is False


def test_check_that_cannot_be_made_is_no_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Derivative, "check", unchecked)
    done = run("diff", "x'*x", "--wrt", "x")
    assert done.code == 0 and "? not checked: no instance lies in the domain" in done.err
    document = json.loads(run("diff", "x'*x", "--wrt", "x", "--format", "json").out)
    assert document["check"]["max_rel_error"] is None and document["check"]["reason"]


# The exact check


def test_exact_check(run: Run) -> None:
    done = run("diff", "||A*x - b||^2", "--wrt", "x", "--check", "exact", "--seed", "3", "--trials", "4")
    assert done.code == 0 and done.out == "2*A'*(A*x - b)\n"
    assert (
        "✓ proved by exact arithmetic modulo 2^61-1 at 4 random points (sizes m=3 n=4 and m=4 n=3, seed 3); "
        "a wrong gradient would pass with probability below 1e-35\n"
    ) in done.err
    again = run("diff", "||A*x - b||^2", "--wrt", "x", "--check=exact", "--format", "json")
    check = json.loads(again.out)["check"]
    assert check["method"] == "exact" and check["passed"] and check["max_rel_error"] == 0
    assert check["sizes"] == [{"m": 3, "n": 4}, {"m": 4, "n": 3}]
    assert 0 < check["false_pass_bound"] < 1e-50


def test_exact_check_of_what_is_not_rational(run: Run) -> None:
    done = run("diff", "sum(exp(x))", "--wrt", "x", "--check", "exact")
    assert done.code == 0
    assert "note: not proved exactly: exp is not rational\n✓ agrees with numerical" in done.err
    check = json.loads(run("diff", "sum(exp(x))", "--wrt=x", "--check=exact", "--format=json").out)["check"]
    assert check["method"] == "numeric" and check["note"] == "not proved exactly: exp is not rational"
    assert "false_pass_bound" not in check


def test_exact_check_that_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = mc.diff("3*x'*x", "x").expr.node
    monkeypatch.setattr(Derivative, "_node", wrong)
    done = run("diff", "x'*x", "--wrt", "x", "--check", "exact")
    assert done.code == 1 and "✗ DISPROVED by exact arithmetic modulo 2^61-1 at 1 random point (" in done.err
    document = json.loads(run("diff", "x'*x", "--wrt", "x", "--check", "exact", "--format", "json").out)
    assert document["ok"] is False and document["check"]["passed"] is False
    assert document["check"]["max_rel_error"] is None


def test_numeric_check_by_name_is_the_default(run: Run) -> None:
    words = ("diff", "sum(exp(A*x))", "--wrt", "x")
    assert run(*words).err == run(*words, "--check", "numeric").err
    assert ", sizes m=3 n=4, m=3 n=2 and 1 more, seed 0)\n" in run(*words).err
    assert ", sizes n=3 and n=4, seed 0)\n" in run("diff", "x'*x", "--wrt", "x").err
    assert ", seed 0)\n" in run("diff", "x'*x", "--wrt", "x", "--var", "x: vector(3)").err


@pytest.mark.parametrize("words", [["--check"], ["--check", "maybe"], ["--check", "exact", "--no-check"]])
def test_checks_that_there_are_not(run: Run, words: list[str]) -> None:
    done = run("diff", "x'*x", "--wrt", "x", *words)
    assert done.code == 2 and "check" in done.err and not done.out


@pytest.mark.parametrize("words", [[], ["--help"], ["diff", "--help"], ["--version"]])
def test_help_and_version(run: Run, words: list[str]) -> None:
    done = run(*words)
    assert done.code == 0 and done.out and not done.err


# JSON


def test_json_document(run: Run) -> None:
    text = "1/2*||W^T W x - x||^2"
    done = run("diff", text, "--wrt", "W", "--format", "json", "--var", "x: vector(n)")
    document = json.loads(done.out)
    d = mc.diff(text, "W", {"x": "vector(n)"})
    assert done.code == 0 and done.err == "" and done.out.count("\n") == 1
    assert document["schema"] == "matcalc/1" and document["ok"] is True
    assert (document["input"], document["wrt"], document["order"]) == (text, ["W"], 1)
    assert document["variables"] == {
        "x": {"kind": "vector", "shape": ["n"], "facts": [], "source": "declared"},
        "W": {"kind": "matrix", "shape": ["m", "n"], "facts": [], "source": "default"},
    }
    assert document["result"] == {
        "form": "gradient",
        "shape": ["m", "n"],
        "text": str(d),
        "unicode": d.unicode(),
        "latex": d.latex(),
        "typst": d.typst(),
    }
    assert document["check"]["passed"] is True and document["check"]["trials"] == 5
    assert document["notes"] == [] and document["diagnostics"] == []


def test_json_without_check(run: Run) -> None:
    document = json.loads(run("diff", "x'*x", "--wrt", "x", "--format=json", "--no-check").out)
    assert document["check"] is None and document["ok"] is True


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["diff", "A*/B", "--wrt", "A"], 3, "E102"),
        (["diff", "A*x", "--wrt", "x", "--form", "gradient"], 5, "E505"),
        (["diff", "x'*x", "--wrt", "y"], 2, "E401"),
        (["diff", "x'*x", "--wrt", "x", "--trials", "none"], 2, "E403"),
        (["diff", "x'*x"], 2, "E401"),
    ],
)
@pytest.mark.parametrize("option", [["--format", "json"], ["--format=json"]])
def test_json_document_on_failure(
    run: Run, words: list[str], code: int, error: str, option: list[str]
) -> None:
    done = run(*words, *option)
    document = json.loads(done.out)
    assert done.code == code and done.err == ""
    assert document["schema"] == "matcalc/1" and document["ok"] is False
    [diagnostic] = document["diagnostics"]
    assert diagnostic["code"] == error and diagnostic["level"] == "error" and diagnostic["message"]
    for span in diagnostic["spans"]:
        assert 0 <= span["start"] <= span["end"] <= len(words[1])
        assert span.keys() == {"start", "end", "label", "primary"}


# A process of its own: pipes and encodings


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp1252"])
def test_any_encoding_of_the_streams(encoding: str) -> None:
    done = pipe("diff", "||α x - μ||^2", "--wrt", "x", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode(encoding).split() == ["2*alpha*(alpha*x", "-", "mu)"]
    assert b"agrees" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("notation", ["unicode", "latex"])
def test_symbols_that_the_stream_cannot_hold_do_no_harm(notation: str) -> None:
    done = pipe(
        "diff", "||α x - μ||^2", "--wrt", "x", "--format", notation, PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert done.returncode == 0 and done.stdout.isascii() and b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_json_is_the_same_in_any_encoding(encoding: str) -> None:
    done = pipe(
        "diff", "||α x - μ||^2", "--wrt", "x", "--format", "json", PYTHONIOENCODING=encoding, PYTHONUTF8="0"
    )
    document = json.loads(done.stdout.decode(encoding))
    assert document["result"]["unicode"] == mc.diff("||α x - μ||^2", "x").unicode()
    assert document["input"] == "||α x - μ||^2"


@pytest.mark.parametrize("words", [["x'*x"], ["A*/B"], ["||x - mu||^2"], ["A*x"]])
def test_no_colours_when_piped(words: list[str]) -> None:
    done = pipe("diff", *words, "--wrt", "x", FORCE_COLOR="1", CLICOLOR_FORCE="1", TERM="xterm-256color")
    assert b"\x1b" not in done.stdout + done.stderr


def test_module_and_pipes() -> None:
    done = pipe("diff", "-", "--wrt", "x", "--no-check", stdin="||A x - b||^2")
    assert (done.returncode, done.stdout.decode()) == (0, "2*A'*(A*x - b)\n")


def test_a_negative_value_of_an_option_is_named_as_it_was_given(run: Run) -> None:
    for words in (("--trials", "-1"), ("--seed", "-1"), ("--order", "-1"), ("--wrt", "-x")):
        done = run("diff", "x'*x", "--wrt", "x", *words)
        assert done.code != 0 and "\0" not in done.err + done.out and words[1] in done.err + " -x"
        done = run("diff", "x'*x", "--wrt", "x", *words, "--format", "json")
        assert "\\u0000" not in done.out


@pytest.mark.parametrize("words", [["--wrt", "x", "--wrt", "A"], ["--wrt", "x,A"]])
def test_several_variables_have_a_line_each(run: Run, words: list[str]) -> None:
    done = run("diff", "x'*A*x", *words)
    assert (done.code, done.out) == (0, "x: (A + A')*x\nA: x*x'\n")
    document = json.loads(run("diff", "x'*A*x", *words, "--format", "json").out)
    assert [(one["wrt"], one["text"]) for one in document["results"]] == [("x", "(A + A')*x"), ("A", "x*x'")]
    assert all(one["check"]["passed"] for one in document["results"])


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["A*X*B", "--wrt", "X"], "dX -> A*dX*B"),
        (["A*X*B", "--wrt", "X", "--form", "kron"], "kron(B', A)"),
        (["A*X*B", "--wrt", "X", "--form", "index"], "D[i,j,l,q] = A[i,l]*B[q,j]"),
        (["X'", "--wrt", "X", "--form", "kron"], "K(m,n)"),
        (["A*x", "--wrt", "x", "--layout", "denominator"], "A'"),
        (["tr(A*X)", "--wrt", "X", "--layout", "numerator"], "A"),
        (["x'*A*y", "--wrt", "x,y", "--order", "2"], "A"),
        (["t^2*X", "--wrt", "t", "--order", "2"], "2*X"),
        (["tr(S*A)", "--wrt", "S", "--var", "S: symmetric(n)", "--symmetric", "free"], "A'"),
        (["logsumexp(x)", "--wrt", "x", "--order", "2", "--no-names"],
         "diag(softmax(x)) - softmax(x)*softmax(x)'"),
    ],
)  # fmt: skip
def test_forms_layouts_and_structures(run: Run, words: list[str], out: str) -> None:
    done = run("diff", *words)
    assert (done.code, done.out) == (0, out + "\n"), done.err
    assert "✓" in done.err


def test_a_defect_is_one_document_with_an_exit_code_of_its_own(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("matcalc.cli.derive.diff", broken)
    done = run("diff", "x'*x", "--wrt", "x", "--format", "json")
    document = json.loads(done.out)
    assert done.code == 70 and document["ok"] is False
    assert document["diagnostics"][0]["code"] == "E901" and "oops" in document["diagnostics"][0]["message"]
