"""Standard input, output and error: other encodings, devices that fail, readers that have gone."""

from __future__ import annotations

import io
import json
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import NamedTuple

import pytest

from matcalc.cli import main
from matcalc.cli.streams import decoded, legible
from matcalc.errors.codes import CODES
from tests.cli.running import Run
from tests.processes import shell

X = ("diff", "λ*é*x'*x", "--wrt", "x", "--var", "é: scalar", "--no-check")
ASCII_X = ("diff", "λ*x'*A*x", "--wrt", "x", "--no-check")
OTHERS = ["ascii", "cp1252", "latin-1", "utf-16"]
SHELL = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell with pipes and devices")


class Done(NamedTuple):
    """What the command has written, in bytes."""

    code: int
    out: bytes
    err: bytes


Command = Callable[..., Done]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return what runs the command in this process with streams in some encoding."""

    def done(*words: str, encoding: str = "utf-8", given: bytes = b"") -> Done:
        contents = {"stdin": given, "stdout": b"", "stderr": b""}
        streams = {name: io.TextIOWrapper(io.BytesIO(one), encoding) for name, one in contents.items()}
        with monkeypatch.context() as patched, pytest.raises(SystemExit) as ended:
            patched.setattr(sys, "argv", ["matcalc", *words])
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            main()
        code = ended.value.code
        out, err = (streams[name].detach().getvalue() for name in ("stdout", "stderr"))
        return Done(code if isinstance(code, int) else 0, out, err)

    return done


@pytest.mark.parametrize("encoding", OTHERS)
def test_json_is_read_whatever_the_encoding_is(command: Command, encoding: str) -> None:
    done = command(*X, "--format", "json", encoding=encoding)
    found = json.loads(done.out.decode("ascii"))
    assert (done.code, found["input"]) == (0, X[1])
    assert found["result"]["unicode"] == "2 é λ x"
    failed = command("diff", "é*", "--wrt", "x", "--format", "json", encoding=encoding)
    assert (failed.code, json.loads(failed.out.decode("ascii"))["input"]) == (3, "é*")


@pytest.mark.parametrize("encoding", OTHERS)
def test_svg_and_source_code_are_utf_8_whatever_the_encoding_is(command: Command, encoding: str) -> None:
    drawing = command("graph", X[1], *X[4:6], "--format", "svg", encoding=encoding).out.decode("utf-8")
    assert "λ" in drawing and "é" in drawing
    ElementTree.fromstring(drawing)
    code = command(*X, "--format", "numpy", encoding=encoding).out.decode("utf-8")
    assert "é" in code
    compile(code, "code", "exec")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_unicode_that_does_not_fit_falls_back_to_text_with_a_note(command: Command, encoding: str) -> None:
    done = command(*ASCII_X, "--format", "unicode", encoding=encoding)
    assert (done.code, done.out) == (0, b"lambda*(A + A')*x\n")
    assert f"note: this is the plain form; standard output, in {encoding}, has no" in done.err.decode(
        encoding
    )


def test_text_that_does_not_fit_is_an_error(command: Command) -> None:
    done = command(*X, encoding="ascii")
    assert (done.code, done.out) == (6, b"")
    named = b"has no U+00E9 (latin small letter e with acute)"
    assert done.err.startswith(b"error[E406]: standard output, in ascii, " + named)


def test_what_fits_is_printed_in_the_encoding(command: Command) -> None:
    done = command(*X, encoding="cp1252")
    assert (done.code, done.out.decode("cp1252")) == (0, "2*lambda*é*x\n")


def test_messages_stay_legible_in_ascii(command: Command) -> None:
    done = command("diff", "A*x +", "--wrt", "x", encoding="ascii")
    assert done.code == 3 and b"?" not in done.err
    notes = command("diff", "x'*A*x", "--wrt", "x", encoding="ascii").err.decode("ascii")
    assert notes.startswith("x in R^n, A in R^{nxn} (inferred); gradient in R^n\nok: agrees with")


@pytest.mark.parametrize("text", ["ννν*β - μ°y", "x×ν°y", "é⊙x ⟂"])
def test_carets_stand_under_what_is_wrong_where_characters_become_escapes(
    command: Command, text: str
) -> None:
    wrong = next(char for char in text if char in "°⟂")
    lines = command("diff", text, "--wrt", "x", encoding="ascii").err.decode("ascii").splitlines()
    escape = wrong.encode("ascii", "backslashreplace").decode()
    assert lines[0] == f"error[E101]: unexpected character '{escape}'"
    assert [lines[1][i] for i, sign in enumerate(lines[2]) if sign == "^"] == list(escape)


def test_characters_that_are_named_are_not_replaced_by_others(command: Command) -> None:
    done = command("diff", "a↦b", "--wrt", "a", encoding="ascii").err.decode("ascii")
    assert "'\\u21a6'" in done and "a\\u21a6b" in done
    note = command(*ASCII_X, "--format", "unicode", encoding="ascii").err.decode("ascii")
    assert "has no U+03BB (greek small letter lamda)" in note
    graded = command(
        "check", "x'*x", "--wrt", "x", "--answers", "-", given="2·x\n".encode(), encoding="ascii"
    )
    assert "2\\xb7x" in graded.out.decode("ascii")


def test_letters_that_do_not_fit_are_escapes_and_no_other_letters() -> None:
    assert legible("é ∈ ℝⁿ", io.TextIOWrapper(io.BytesIO(), "ascii")) == "\\xe9 in R^n"


@pytest.mark.parametrize(
    ("given", "encoding"),
    [
        ("λ*x'*x".encode(), "utf-8"), ("λ*x'*x".encode("utf-8-sig"), "utf-8"), ("λ*x'*x".encode(), "ascii"),
        ("λ*x'*x".encode("utf-16"), "utf-8"), ("λ*x'*x".encode("iso8859-7"), "iso8859-7"),
    ],
)  # fmt: skip
def test_input_is_read_in_its_encoding(command: Command, given: bytes, encoding: str) -> None:
    done = command("diff", "-", "--wrt", "x", "--no-check", given=given, encoding=encoding)
    assert (done.code, done.out) == (0, b"2*lambda*x\n")


def test_input_with_other_bytes_is_an_error_that_says_which(command: Command) -> None:
    done = command("diff", "-", "--wrt", "x", given=b"x'*\n\xff*x")
    assert done.code == 6
    assert done.err.startswith(b"error[E406]: standard input is not UTF-8: line 2 has the byte 0xff\n")
    failed = command("eval", "-", "--format", "json", given=b"\xff")
    assert json.loads(failed.out)["diagnostics"][0]["code"] == "E406"


def test_decoded_names_the_encoding_and_the_line() -> None:
    with pytest.raises(ValueError, match="is not UTF-16: line 1 has the byte"):
        decoded("x".encode("utf-16") + b"x")


def test_bytes_of_the_command_line_that_are_no_text_are_shown(run: Run) -> None:
    done = run("diff", "x\udcff", "--wrt", "x", "--format", "json")
    assert done.code == 3 and json.loads(done.out)["input"] == "x\N{REPLACEMENT CHARACTER}"


def test_json_has_escapes_for_what_would_change_a_terminal(run: Run) -> None:
    done = run("diff", "x\x1b\x9b\x7f\u202e*", "--wrt", "x", "--format", "json")
    assert not set("\x1b\x9b\x7f\u202e") & set(done.out)
    assert json.loads(done.out)["input"] == "x\x1b\x9b\x7f\u202e*"


def test_messages_have_no_control_characters(run: Run) -> None:
    for words in (["diff", "x", "--wrt", "x", "--b\x1b[2Jad"], ["eval", "x", "--set", "x=\x1b[2J"]):
        done = run(*words)
        assert done.code in (2, 4) and "\x1b" not in done.err


@SHELL
def test_input_without_an_end_is_refused() -> None:
    done = shell("matcalc diff - --wrt x < /dev/zero")
    assert done.returncode == CODES["E108"].exit_code and b"4,000,000 bytes" in done.stderr


@SHELL
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("matcalc diff - --wrt x <&-", b"error[E406]: standard input is closed\n"),
        ('matcalc diff "x\'*x" --wrt x --no-check >&-', b"error[E406]: standard output is closed\n"),
        ("matcalc laws --format json >&-", b"error[E406]: standard output is closed\n"),
        ("matcalc --help >&-", b"error[E406]: standard output is closed\n"),
    ],
)
def test_closed_streams_are_errors_of_their_own(line: str, message: bytes) -> None:
    done = shell(line)
    assert (done.returncode, done.stderr, done.stdout) == (6, message, b"")


@SHELL
@pytest.mark.parametrize("words", ['diff "x\'*x" --wrt x', "laws --format json", "functions", "--help"])
def test_a_full_disk_is_an_error_of_its_own(words: str) -> None:
    done = shell(f"matcalc {words} > /dev/full")
    assert (done.returncode, done.stderr) == (
        6,
        b"error[E406]: reading or writing failed: no space left on device\n",
    )


@SHELL
def test_an_error_that_finds_no_room_goes_to_standard_error() -> None:
    done = shell("matcalc diff --format json > /dev/full")
    assert done.returncode == 2 and done.stderr.startswith(b"error[E403]: Missing argument")


@SHELL
def test_notes_that_cannot_be_written_are_an_error() -> None:
    done = shell('matcalc diff "x\'*x" --wrt x --no-check 2> /dev/full')
    assert (done.returncode, done.stdout) == (6, b"2*x\n")
    assert shell('matcalc diff "x\'*x" --wrt x --no-check 2>&-').returncode == 0


@SHELL
@pytest.mark.parametrize(
    "words",
    [
        "functions",
        "laws --format json",
        'diff "x\'*x" --wrt x --no-check',
        "--help",
        'graph "x\'*x" --format svg',
    ],
)
def test_a_reader_that_has_gone_ends_the_command_quietly(words: str) -> None:
    done = shell(f"matcalc {words} | true")
    assert (done.returncode, done.stderr) == (141, b"")


def test_streams_may_be_replaced_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["matcalc", "laws", "softmax", "--format", "json"])
    stdout = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code and json.loads(stdout.getvalue())["laws"]


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["check", "x'*x", "--wrt", "x", "--answer", "x", "--answer", "2*x"], "--answer"),
        (
            ["check", "x'*r", "--wrt", "x", "--where", "r = x", "--where", "r = 2*x", "--answer", "x"],
            "--where",
        ),
        (["diff", "x'*x", "--wrt", "x", "--format", "text", "--format", "latex"], "--format"),
        (["diff", "x'*x", "--wrt", "x", "--latex", "--text"], "--latex or --text"),
        (["eval", "1", "--seed", "1", "--seed=2"], "--seed"),
        (["laws", "--format", "text", "--format", "text"], "--format"),
    ],
)
def test_a_second_value_does_not_replace_the_first(run: Run, words: list[str], option: str) -> None:
    done = run(*words)
    assert done.code == 2 and f"{option} is given twice" in done.err


def test_flags_and_lists_may_be_repeated(run: Run) -> None:
    done = run(
        "diff", "x'*y", "--wrt", "x", "--wrt", "y", "--no-check", "--no-check", "--var", "x: vector(n)"
    )
    assert (done.code, done.out) == (0, "x: y\ny: x\n")
