"""The bar that shows how far long work has come."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from threading import Thread
from time import sleep

import pytest

import matcalc as mc
from matcalc.api import timing
from matcalc.cli import streams
from matcalc.numeric.progress import progress_told
from tests.cli.running import Run
from tests.processes import environment

LONG = "sum(exp(A*x)) + logdet(X'*X)"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
    """Return what makes standard error a terminal, on which a bar appears at once."""

    def made() -> Terminal:
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        for name, value in {"TERM": "xterm", "COLUMNS": "100"}.items():
            monkeypatch.setenv(name, value)
        return stream

    for name in ("DELAY", "PAUSE"):
        monkeypatch.setattr(streams, name, 0)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return made


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["diff", LONG, "--wrt", "x", "--trials", "40"], "random instances"),
        (["diff", "tr(X*inv(A)*X')", "--wrt", "X", "--check", "exact", "--trials", "40"], "random points"),
        (["hessian", LONG, "--wrt", "x", "--trials", "40"], "random instances"),
        (["check", "x'*A*x", "--wrt", "x", "--answers", "-"], "answers"),
        (["bench", "x'*A*x", "--wrt", "x", "--dims", "n=2", "--seconds", "0.05"], "gradient, turns"),
    ],
    ids=["check", "proof", "hessian", "grading", "bench"],
)
def test_long_work_shows_how_far_it_is(
    run: Run, terminal: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch, words: list[str], what: str
) -> None:
    monkeypatch.setattr(timing, "find_spec", lambda name: None)
    screen = terminal()
    done = run(*words, stdin="(A + A')*x\n" * 40)
    assert done.code == 0 and done.out and "\x1b" not in done.out
    assert what in screen.getvalue()
    assert "\x1b[?25l" not in screen.getvalue().rpartition("\x1b[?25h")[2], "the cursor is shown again"


def test_nothing_is_shown_where_standard_error_is_no_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "DELAY", 0)
    done = run("diff", LONG, "--wrt", "x", "--trials", "40")
    assert "random instances" not in done.err.replace("40 random instances", "") and "\x1b" not in done.err


def test_dumb_terminals_get_no_bar(
    run: Run, terminal: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal()
    monkeypatch.setenv("TERM", "dumb")
    assert run("diff", LONG, "--wrt", "x", "--trials", "40").code == 0
    assert "agrees" in screen.getvalue() and "/40" not in screen.getvalue()


def test_short_work_shows_no_bar(
    run: Run, terminal: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal()
    monkeypatch.setattr(streams, "DELAY", 600)
    assert run("diff", "x'*x", "--wrt", "x").code == 0
    assert "agrees" in screen.getvalue() and "\x1b[?25l" not in screen.getvalue()


def test_the_bar_goes_when_work_fails(terminal: Callable[[], Terminal]) -> None:
    screen = terminal()
    with pytest.raises(ZeroDivisionError), streams.progress_shown():
        while "\x1b[?25l" not in screen.getvalue():
            sleep(0.01)
        raise ZeroDivisionError
    assert screen.getvalue().endswith("\x1b[?25h\r\x1b[1A\x1b[2K")


def test_listeners_are_told_how_far_work_is() -> None:
    told: list[tuple[str, int, int]] = []
    with progress_told(lambda *position: told.append(position)):
        mc.check_answers("x'*x", "x", ["2*x", "x", "x+"])
    assert told == [("answers", 0, 3), ("answers", 1, 3), ("answers", 2, 3)]
    assert mc.check_answers("x'*x", "x", ["2*x"])[0].correct and len(told) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_bar_on_a_terminal_is_not_in_a_pipe() -> None:
    import pty
    import subprocess

    master, slave = pty.openpty()
    words = [sys.executable, "-m", "matcalc", "diff", LONG, "--wrt", "x", "--trials", "200"]
    variables = environment(TERM="xterm", COLUMNS="100", PYTHONIOENCODING="utf-8")
    running = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave, env=variables
    )
    os.close(slave)
    seen: list[bytes] = []

    def watch() -> None:
        try:
            while data := os.read(master, 4096):
                seen.append(data)
        except OSError:  # what Linux says when the other side is closed
            pass

    watcher = Thread(target=watch)
    watcher.start()
    out, _ = running.communicate(timeout=120)
    watcher.join(timeout=60)
    os.close(master)
    shown = b"".join(seen).decode()
    assert (running.returncode, out) == (0, b"A'*exp(A*x)\n")
    assert "random instances" in shown and "\x1b[?25h" in shown
    assert shown.rstrip().endswith("seed 0)\x1b[0m") and "agrees" in shown.splitlines()[-1]


@pytest.mark.parametrize(
    ("check", "total"),
    [
        (lambda: mc.diff(LONG, "x", order=2).check(4), 8),
        (lambda: mc.diff(LONG, ["x", "A"]).check(4), 8),
        (lambda: mc.diff("x'*A*x", "x").check(4, exact=True), 4),
        (lambda: mc.hessian("x'*A*exp(y)", ["x", "y"]).check(4), 32),
    ],
    ids=["orders", "variables", "sizes of a proof", "blocks"],
)
def test_the_parts_of_a_check_are_one_work(check: Callable[[], object], total: int) -> None:
    told: list[tuple[str, int, int]] = []
    with progress_told(lambda *position: told.append(position)):
        check()
    assert {(what, whole) for what, _, whole in told} == {(told[0][0], total)}
    counts = [done for _, done, _ in told]
    assert counts == sorted(counts) and counts[-1] == total - 1
