"""What is loaded, and what happens when the parser tables kept on disk are harmed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

SEED = 12
WANTED = "W*(r*x' + x*r') where r = W'*W*x - x"


def python(code: str, **environment: str) -> str:
    """Return what a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONUTF8": "1", **environment},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


LOADED = "import sys; print(sorted({'numpy', 'sympy', 'scipy', 'rich'} & sys.modules.keys()))"
DIFF = """
import sys
sys.argv = ["matcalc", "diff", "1/2*||W^T W x - x||^2", "--wrt", "W", "--no-check"]
sys.stderr = open(__import__("os").devnull, "w")
from matcalc.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code
"""


@pytest.mark.parametrize(
    "code",
    [
        "import matcalc",
        "import matcalc as mc; str(mc.diff('x^T A x', wrt='x')); mc.diff('logdet(X)', 'X').latex()",
        "import matcalc as mc; mc.parse('exp(x)').unicode()",
    ],
)
def test_no_numerics_are_loaded_for_symbols(code: str) -> None:
    assert python(f"{code}\n{LOADED}") == "[]"


def test_command_without_check_loads_no_numerics() -> None:
    assert python(DIFF + LOADED).splitlines() == [WANTED, "[]"]


def test_evaluation_loads_numpy_only() -> None:
    assert python(f"import matcalc as mc; mc.diff('x^T x', 'x').evaluate(x=[1, 2])\n{LOADED}") == "['numpy']"


def test_text_given_for_sympy_loads_nothing() -> None:
    code = "import matcalc as mc\ntry: mc.from_sympy('x')\nexcept mc.MatcalcError as e: print(e.code)"
    assert python(f"{code}\n{LOADED}").splitlines() == ["E506", "[]"]


@pytest.mark.parametrize(
    "code",
    [
        "import matcalc as mc; mc.parse('exp(x)').to_sympy()",
        "import matcalc as mc; mc.diff('x^T x', 'x').to_sympy()",
        "import matcalc as mc, sympy; str(mc.from_sympy(sympy.Symbol('t')).diff('t'))",
    ],
)
def test_sympy_loads_when_it_is_asked_for(code: str) -> None:
    assert python(f"{code}\n{LOADED}") == "['sympy']"


CASE = "import matcalc as mc; print(mc.diff('1/2*||W^T W x - x||^2', 'W'))"


def tables(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tables"))


def test_tables_are_kept_and_used(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet" / "there"
    assert python(CASE, MATCALC_CACHE=str(folder)) == WANTED
    [kept] = tables(folder)
    before = kept.stat().st_mtime_ns, kept.read_bytes()
    assert python(CASE, MATCALC_CACHE=str(folder)) == WANTED
    assert (kept.stat().st_mtime_ns, kept.read_bytes()) == before
    assert list(folder.iterdir()) == [kept]


@pytest.mark.parametrize("harm", ["empty", "truncated", "random", "one bit", "text", "longer"])
def test_damaged_tables_change_nothing(tmp_path: Path, harm: str) -> None:
    assert python(CASE, MATCALC_CACHE=str(tmp_path)) == WANTED
    [kept] = tables(tmp_path)
    content = kept.read_bytes()
    harmed = {
        "empty": b"",
        "truncated": content[: len(content) // 2],
        "random": Random(SEED).randbytes(len(content)),
        "one bit": content[:100] + bytes([content[100] ^ 1]) + content[101:],
        "text": b"not a table",
        "longer": content + b"x",
    }[harm]
    assert harmed != content
    kept.write_bytes(harmed)
    assert python(CASE, MATCALC_CACHE=str(tmp_path)) == WANTED
    assert len(kept.read_bytes()) == len(content), "damaged tables are replaced"
    assert kept.read_bytes() != harmed


def test_folder_that_is_a_file_changes_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert python(CASE, MATCALC_CACHE=str(blocked)) == WANTED
    assert python(CASE, MATCALC_CACHE=str(blocked / "below")) == WANTED
    assert blocked.read_text() == "in the way"


def test_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    try:
        assert python(CASE, MATCALC_CACHE=str(closed)) == WANTED
        assert python(CASE, MATCALC_CACHE="/proc/no/such/folder") == WANTED
    finally:
        closed.chmod(0o700)


def test_tables_that_are_a_folder_change_nothing(tmp_path: Path) -> None:
    assert python(CASE, MATCALC_CACHE=str(tmp_path)) == WANTED
    [kept] = tables(tmp_path)
    kept.unlink()
    kept.mkdir()
    assert python(CASE, MATCALC_CACHE=str(tmp_path)) == WANTED


def test_two_runs_at_once_share_the_folder(tmp_path: Path) -> None:
    code = [sys.executable, "-c", CASE]
    environment = {**os.environ, "MATCALC_CACHE": str(tmp_path)}
    runs = [subprocess.Popen(code, stdout=subprocess.PIPE, env=environment) for _ in range(4)]
    assert [run.communicate(timeout=60)[0].decode().strip() for run in runs] == [WANTED] * 4
    assert len(list(tmp_path.iterdir())) == 1
