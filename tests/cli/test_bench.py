"""``matcalc bench``, and source code from ``matcalc diff``."""

from __future__ import annotations

import re

import pytest

import matcalc as mc
from tests.cli.running import Run


def test_times_of_value_and_gradient(run: Run) -> None:
    words = ("--wrt", "x", "--dims", "m=30,n=20", "--seconds", "0.05")
    outcome = run("bench", "1/2*||A*x - b||^2", *words)
    assert outcome.code == 0, outcome.err
    rows = [line.split() for line in outcome.out.splitlines()[1:]]
    own = [row for row in rows if row[0] == "numpy"]
    assert [row[1] for row in own] == ["value", "gradient"]
    assert all(row[-1] == "1.00" for row in own)
    assert all(re.fullmatch(r"\d+\.\d+", row[2]) and row[3] in ("µs", "ms") for row in rows)


def test_several_variables(run: Run) -> None:
    outcome = run("bench", "||W*x + b||^2", "--wrt", "W,b", "--seconds", "0.05")
    assert outcome.code == 0, outcome.err


def test_the_text_may_name_the_variable(run: Run) -> None:
    outcome = run(
        "bench", "d/dS tr(C*S)", "--var", "S: symmetric(n)", "--symmetric", "free", "--seconds", "0.05"
    )
    assert outcome.code == 0, outcome.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("A*x", "--wrt", "x"), 5),
        (("x'*x", "--wrt", "y"), 2),
        (("x'*x", "--wrt", "x", "--dims", "k=3"), 2),
        (("x'*x", "--wrt", "x", "--dims", "n=0"), 2),
        (("x'*x", "--wrt", "x", "--dims", "n"), 2),
        (("x'*x", "--wrt", "x", "--dims", "n=" + "9" * 5000), 2),
        (("x'*x", "--wrt", "x", "--dims", "n=2,n=3"), 2),
        (("x'*", "--wrt", "x"), 3),
    ],
)
def test_errors(run: Run, words: tuple[str, ...], code: int) -> None:
    outcome = run("bench", *words, "--seconds", "0.05")
    assert (outcome.code, outcome.out) == (code, ""), outcome


@pytest.mark.parametrize("target", ["numpy", "jax", "torch", "xp"])
def test_source_is_that_of_python(run: Run, target: str) -> None:
    text = "||T - U*V'||_F^2"
    words = ("--wrt", "U", "--var", "V: matrix(n,k)", "--no-check")
    sizes = {"m": 900, "n": 900, "k": 3}
    outcome = run("diff", text, *words, "--format", target, "--dims", "m=900,n=900", "--dims", "k=3")
    assert outcome.code == 0, outcome.err
    found = mc.diff(text, "U", {"V": "matrix(n,k)"})
    assert isinstance(found, mc.Derivative)
    assert outcome.out == found.code(target, sizes) != found.code(target)
    compile(outcome.out, "pasted", "exec")


def test_sizes_are_for_source_code(run: Run) -> None:
    assert run("diff", "x'*x", "--wrt", "x", "--dims", "n=3").code == 2
    assert run("diff", "x'*x", "--wrt", "x", "--format", "jax", "--dims", "n=x").code == 2
