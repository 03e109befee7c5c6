"""``matcalc eval``: values from text and files, random values, and what is refused."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import matcalc as mc
from matcalc.cli.output import numbers
from matcalc.cli.parameters import values_of
from tests.cli.running import Run

A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
x = [1.0, 2.0, 3.0]


def settings_of(**values: str) -> list[str]:
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


# Values


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("A*x", {"A": "[[1,2,3],[4,5,6]]", "x": "[1,2,3]"}, "[14.0, 32.0]"),
        ("A*x", {"A": "[1 2 3; 4 5 6]", "x": "[1; 2; 3]"}, "[14.0, 32.0]"),
        ("A*x", {"A": "[1, 2, 3; 4 5 6]", "x": " [1 2 3] "}, "[14.0, 32.0]"),
        ("x*x'", {"x": "[1,-2]"}, "[[1.0, -2.0],\n [-2.0, 4.0]]"),
        ("x'*x", {"x": "[1 -2]"}, "5.0"),
        ("α*β", {"α": "2.5", "beta": "-.5e1"}, "-12.5"),
        ("tr(I(k))", {"k": "3"}, "3.0"),
        ("-x'*x", {"x": "[0.1, 0.2]"}, "-0.05000000000000001"),
        (r"\|x\|^2", {"x": "[3, 4]"}, "25.0"),
        ("exp(α)", {"α": "1000"}, "inf"),
    ],
)
def test_value(run: Run, text: str, values: dict[str, str], shown: str) -> None:
    done = run("eval", text, *settings_of(**values))
    assert (done.code, done.out) == (0, shown + "\n")
    assert "; value ∈" in done.err or text == "tr(I(k))"


def test_what_is_assumed_goes_to_standard_error(run: Run) -> None:
    done = run("eval", "x - mu", *settings_of(x="[1,2]", mu="[1,1]"))
    assert done.out == "[0.0, 1.0]\n"
    assert "x ∈ ℝⁿ, mu ∈ ℝⁿ (inferred); value ∈ ℝⁿ" in done.err and "note: mu is taken" in done.err


def test_declarations_and_standard_input(run: Run) -> None:
    words = ["eval", "-", "--var", "n: scalar", *settings_of(n="2", x="[1,2]")]
    assert run(*words, stdin="n*sum(x)\n").out == "6.0\n"


def test_precision(run: Run) -> None:
    done = run("eval", "x/3", *settings_of(x="[1,200000]"), "--precision", "3")
    assert done.out == "[0.333, 6.67e+04]\n"


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), arrays(float, array_shapes(max_dims=2),
       elements=st.floats(allow_nan=False, allow_infinity=False))))  # fmt: skip
def test_printed_values_are_read_back_to_the_last_digit(value: Any) -> None:
    text = numbers(value)
    assert np.array_equal(values_of((f"A={text}",), {})["A"], value)
    line = text.replace("\n", "")
    assert json.loads(line) == np.asarray(value).tolist()


# Files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_values_from_files(run: Run, folder: Path) -> None:
    np.save("A.npy", np.array(A))
    np.savetxt("A.csv", np.array(A), delimiter=",")
    (folder / "x.csv").write_text("\ufeff1, 2, 3\n", encoding="utf-8")
    (folder / "column.CSV").write_text("1\n2\n3\n")
    (folder / "s.csv").write_text("2\n")
    np.save("ints.npy", np.array([1, 2, 3], dtype=np.int16))
    for name in ("A.npy", "A.csv", str(folder / "A.npy"), "../" + folder.name + "/A.npy"):
        for vector in ("x.csv", "column.CSV", "ints.npy"):
            done = run("eval", "A*x", *settings_of(A=name, x=vector))
            assert (done.code, done.out) == (0, "[14.0, 32.0]\n"), done.err
    row = run("eval", "r*x", "--var", "r: rowvector(n)", *settings_of(r="column.CSV", x="x.csv"))
    assert row.out == "14.0\n"
    assert (
        run("eval", "s*t", "--var", "s: scalar", "--var", "t: scalar", *settings_of(s="s.csv", t="3")).out
        == "6.0\n"
    )
    assert run("eval", "A*y", *settings_of(A="x.csv", y="[1 1 1]")).out == "[6.0]\n"


class Harm:
    """Unpickling this leaves a file behind."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("harm"),))


def write_files(folder: Path) -> None:
    np.save(folder / "objects.npy", np.array([Harm()], dtype=object), allow_pickle=True)
    (folder / "pickle.npy").write_bytes(pickle.dumps(Harm()))
    np.savez(folder / "several.npz", a=np.ones(2))
    (folder / "several.npz").rename(folder / "zip.npy")
    np.save(folder / "text.npy", np.array(["a", "b"]))
    np.save(folder / "complex.npy", np.array([1j, 2]))
    np.save(folder / "nan.npy", np.array([1, np.nan]))
    np.save(folder / "three.npy", np.ones((2, 2, 2)))
    np.save(folder / "nothing.npy", np.ones(0))
    content = (folder / "nan.npy").read_bytes()
    (folder / "cut.npy").write_bytes(content[:-3])
    (folder / "head.npy").write_bytes(content[:50])
    (folder / "large.npy").write_bytes(content.replace(b"(2,), }            ", b"(99999999999999,), }"))
    (folder / "empty.npy").touch()
    (folder / "empty.csv").touch()
    (folder / "words.csv").write_text("a,b\n1,2\n")
    (folder / "ragged.csv").write_text("1,2\n1,2,3\n")
    (folder / "hole.csv").write_text("1,,2\n")
    (folder / "nan.csv").write_text("1,nan\n")
    (folder / "latin.csv").write_bytes(b"1,\xe4\n")
    (folder / "binary.csv").write_bytes(bytes(range(256)))
    (folder / "folder.npy").mkdir()
    (folder / "folder.csv").mkdir()
    (folder / "closed.npy").touch()


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("missing.npy", "E405", "no such file"),
        ("missing.csv", "E405", "no such file"),
        ("../../../../nowhere/a.npy", "E405", "no such file"),
        ("http://localhost:9/a.csv", "E405", "no such file"),
        ("folder.npy", "E405", "directory"),
        ("folder.csv", "E405", "directory"),
        ("nul\0.npy", "E405", "not a .npy file"),
        ("x" * 5000 + ".npy", "E303", "not a number"),
        ("objects.npy", "E405", "Python objects"),
        ("pickle.npy", "E405", "not a .npy file"),
        ("zip.npy", "E405", "not a .npy file"),
        ("cut.npy", "E405", "not a .npy file"),
        ("head.npy", "E405", "not a .npy file"),
        ("empty.npy", "E405", "not a .npy file"),
        ("large.npy", "E405", ""),
        ("nothing.npy", "E303", "empty"),
        ("text.npy", "E303", "real numbers"),
        ("complex.npy", "E303", "real numbers"),
        ("nan.npy", "E303", "NaN"),
        ("three.npy", "E302", "(2, 2, 2)"),
        ("empty.csv", "E303", "empty"),
        ("words.csv", "E303", "line 1, column 1 is not a number: a"),
        ("ragged.csv", "E303", "line 2 has 3 numbers"),
        ("hole.csv", "E303", "column 2 is empty"),
        ("nan.csv", "E303", "NaN"),
        ("latin.csv", "E303", "is not UTF-8: line 1"),
        ("binary.csv", "E303", "is not UTF-8: line 2"),
        (".", "E303", "not a number"),
        ("/", "E303", "not a number"),
        ("", "E303", "not a number"),
    ],
)
def test_files_refused(run: Run, folder: Path, name: str, code: str, words: str) -> None:
    write_files(folder)
    done = run("eval", "x'*x", "--set", f"x={name}")
    assert f"error[{code}]" in done.err and words in done.err and done.out == ""
    assert done.code == mc.errors.CODES[code].exit_code
    assert not (folder / "harm").exists()


# What is no value


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "[1, NaN]",
        "Infinity",
        "-Infinity",
        "inf",
        "1e999",
        "[1, -1e999]",
        "9" * 400,
        "9" * 10_000,
        "[" * 100_000,
        "[" * 100_000 + "1" + "]" * 100_000,
        "[" * 60 + "1" + "]" * 60,
        "{" * 100_000,
        "abc",
        "[1, 2",
        "[1 2; 3]",
        "[1 2; a b]",
        "[]",
        "[[]]",
        "[;]",
        '"1"',
        '["1", "2"]',
        "null",
        "[1, null]",
        '{"a": 1}',
        "[[1, 2], 3]",
        "1j",
        "1_000",
        "0x10",
        "lambda: 1",
        "__import__('os').system('touch harm')",
        "().__class__.__bases__[0].__subclasses__()",
        "[x for x in ().__class__.__bases__]",
        "$(touch harm)",
    ],
    ids=lambda value: value[:30],
)
def test_values_refused(run: Run, folder: Path, value: str) -> None:
    done = run("eval", "x'*x", "--set", f"x={value}")
    assert done.code == 4 and done.out == "" and done.err.startswith(("error[E303]", "error[E302]"))
    assert len(done.err) < 1000
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "mark"),
    [
        (["--set", "x"], 2, "E403"),
        (["--set", "=1"], 2, "E403"),
        (["--set", "x.y=1"], 2, "E403"),
        (["--set", "-x=[1,2]"], 2, "E403"),
        (["--set", "x=[1,2]", "--set", "x=[1,2]"], 2, "E403"),
        (["--set", "x=[1,2]", "--set", "z=[1,2]"], 2, "E404"),
        (["--set", "x=[1,2]", "--precision", "0"], 2, "--precision"),
        (["--set", "x=[1,2]", "--format", "latex"], 2, "--format"),
        ([], 4, "--random"),
        (["--set", "x=3"], 4, "E302"),
        (["--set", "x=[1,2]", "--set", "n=3"], 4, "E302"),
        (["--set", "x=[1,2]", "--var", "x: vector(3)"], 4, "E302"),
        (["--set", "x=[1,-2]", "--var", "x: vector(n) positive"], 4, "E305"),
    ],
)
def test_exit_code(run: Run, words: list[str], code: int, mark: str) -> None:
    done = run("eval", "x'*x", *words)
    assert done.code == code and mark in done.err and done.out == ""


def test_wrong_sizes_point_at_the_variables(run: Run) -> None:
    done = run("eval", "A*x", *settings_of(A="[1 2; 3 4]", x="[1,2,3]"))
    assert done.code == 4 and "x is n×1, its value of length 3" in done.err and "A is m×n" in done.err


# Random values


def test_random_values_are_those_of_the_seed_and_shown(run: Run) -> None:
    done = run("eval", "A*x", "--random", "--seed", "5", *settings_of(x="[1,2,3]"))
    again = run("eval", "A*x", "--random", "--seed", "5", *settings_of(x="[1,2,3]"))
    other = run("eval", "A*x", "--random", "--seed", "6", *settings_of(x="[1,2,3]"))
    assert done == again and done.out != other.out
    assert "drawn with seed 5:\n  A = [[" in done.err and "x =" not in done.err
    sample = mc.parse("A*x").sample(5, x=x)
    np.testing.assert_allclose(json.loads(done.out), sample["A"] @ x)


def test_random_values_are_as_declared_and_inside_domains(run: Run) -> None:
    text = "logdet(S) + sum(log(y)) + sum(arcsin(z)) + x'*inv(Q)*x"
    kinds = ["--var", "S: spd(n)", "--var", "Q: orthogonal(n)"]
    for seed in range(5):
        done = run("eval", text, "--random", "--seed", str(seed), "--format", "json", *kinds)
        document = json.loads(done.out)
        assert document["ok"] and np.isfinite(document["value"])
        drawn = {name: np.array(value) for name, value in document["drawn"].items()}
        assert np.allclose(drawn["S"], drawn["S"].T) and np.min(np.linalg.eigvalsh(drawn["S"])) > 0
        assert np.allclose(drawn["Q"] @ drawn["Q"].T, np.eye(len(drawn["Q"])))
        assert np.min(drawn["y"]) > 0 and np.max(np.abs(drawn["z"])) < 1


def test_large_random_values_are_not_listed(run: Run) -> None:
    done = run("eval", "sum(A)", "--random", "--var", "A: matrix(30,20)")
    assert "  A = 30×20 numbers" in done.err


def test_sizes_are_drawn_too(run: Run) -> None:
    assert "k = " in run("eval", "tr(I(k))", "--random").err
    assert run("eval", "tr(I(k))", "--random", "--set", "k=7").out == "7.0\n"


def test_nothing_is_drawn_if_everything_is_given(run: Run) -> None:
    done = run("eval", "x'*x", "--random", "--set", "x=[1,2]")
    assert done.out == "5.0\n" and "drawn" not in done.err


# JSON


def test_json_document(run: Run) -> None:
    done = run(
        "eval", "A*x - mu", "--format", "json", *settings_of(A="[1 2 3; 4 5 6]", x="[1,2,3]", mu="[1,1]")
    )
    document = json.loads(done.out)
    assert done.code == 0 and done.err == "" and done.out.count("\n") == 1
    assert document == {
        "schema": "matcalc/1",
        "ok": True,
        "input": "A*x - mu",
        "variables": {
            "A": {"kind": "matrix", "shape": ["m", "n"], "facts": [], "source": "default"},
            "x": {"kind": "vector", "shape": ["n"], "facts": [], "source": "default"},
            "mu": {"kind": "vector", "shape": ["m"], "facts": [], "source": "inferred"},
        },
        "value": [13.0, 31.0],
        "shape": [2],
        "drawn": {},
        "seed": 0,
        "notes": ["mu is taken as a vector, so that all shapes fit"],
        "diagnostics": [],
    }


def test_json_has_no_infinite_numbers(run: Run) -> None:
    done = run("eval", "exp(x)", "--format", "json", *settings_of(x="[1000, 0]"))
    assert json.loads(done.out, parse_constant=pytest.fail)["value"] == ["inf", 1.0]


def test_json_document_on_failure(run: Run) -> None:
    done = run("eval", "A*x", "--format", "json", *settings_of(A="[1 2; 3 4]", x="[1,2,3]"))
    document = json.loads(done.out)
    assert done.code == 4 and document["ok"] is False and document["input"] == "A*x"
    [diagnostic] = document["diagnostics"]
    assert [(span["start"], span["end"]) for span in diagnostic["spans"]] == [(2, 3), (0, 1)]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("1,2\n3,abc\n", "line 2, column 2 is not a number: abc"),
        ("# head\n1,2\n\n3\n", "line 4 has 1 number, line 2 has 2"),
        ("1;2\n", "line 1, column 1 is not a number: 1;2"),
        ("x,y\n1,2\n", "line 1, column 1 is not a number: x"),
        ("1,2,\n", "line 1, column 3 is empty"),
        ("1,1_0\n", "line 1, column 2 is not a number: 1_0"),
    ],
)
def test_what_is_wrong_in_a_table_has_its_line_and_column(
    run: Run, folder: Path, table: str, words: str
) -> None:
    (folder / "table.csv").write_text(table)
    said = run("eval", "sum(A)", "--set", "A=table.csv").err
    assert f"\n  {words}\n" in said
    assert "usecols" not in said and "row" not in said.replace("one row", "")
