"""The command, run in this process."""

from __future__ import annotations

import io
import sys

import pytest

from matcalc.cli import main
from tests.cli.running import Outcome, Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command in this process."""

    def command(*words: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["matcalc", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 0, out, err)

    return command
