"""Processes that import what is tested, and the command as a shell runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import matcalc

SOURCE = str(Path(matcalc.__file__).parents[1])


def environment(**more: str) -> dict[str, str]:
    """Return the environment in which a process imports what is tested."""
    return {**os.environ, "PYTHONPATH": SOURCE, **more}


def python(code: str, given: bytes = b"", **more: str) -> bytes:
    """Return what a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], input=given, capture_output=True, env=environment(**more), timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def shell(line: str) -> subprocess.CompletedProcess[bytes]:
    """Return a line of the shell, run to its end, in which ``matcalc`` is the command."""
    start = f'matcalc() {{ "{sys.executable}" -m matcalc "$@"; }}; set -o pipefail; '
    return subprocess.run(
        ["bash", "-c", start + line], capture_output=True, timeout=120, check=False,
        env=environment(PYTHONIOENCODING="utf-8"), stdin=subprocess.DEVNULL,
    )  # fmt: skip
