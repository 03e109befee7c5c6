"""What is loaded, and which files are opened for that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

WANTED = "W*(r*x' + x*r') where r = W'*W*x - x"


def python(code: str, **environment: str) -> str:
    """Return what a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONUTF8": "1", **environment},
        timeout=300,
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


CASE = "import matcalc as mc; print(mc.diff('1/2*||W^T W x - x||^2', 'W')); mc.parse(r'\\frac12 x')"
OPENED = """
import os, sys
folders = [os.environ["HOME"], os.environ["XDG_CACHE_HOME"], os.environ["MATCALC_CACHE"]]
sys.addaudithook(lambda event, args: [
    print("touched", event, args) for folder in folders if any(str(arg).startswith(folder) for arg in args)
])
"""


def test_no_file_of_the_user_is_read_or_written(tmp_path: Path) -> None:
    folders = {name: str(tmp_path / name) for name in ("HOME", "XDG_CACHE_HOME", "MATCALC_CACHE")}
    for folder in folders.values():
        Path(folder).mkdir()
    assert python(OPENED + CASE, **folders) == WANTED
    assert [path.name for path in tmp_path.rglob("*")] == sorted(folders)


FORKS = """
import os, threading, time
import matcalc as mc
done = threading.Event()
mc.parse("x")
def read():
    while not done.is_set():
        mc.parse("1/2*||W^T W x - x||^2 + " + " + ".join(["x'*A*x"] * 20))
thread = threading.Thread(target=read)
thread.start()
children = []
for _ in range(20):
    time.sleep(0.005)
    child = os.fork()
    if not child:
        mc.parse("x'*x")
        mc.parse(r"\\frac12 x^\\top x")
        os._exit(0)
    children.append(child)
done.set()
thread.join()
print([os.waitpid(child, 0)[1] for child in children] == [0] * len(children))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_child_of_a_fork_reads_while_another_thread_did() -> None:
    assert python(FORKS, PYTHONWARNINGS="ignore") == "True"


HELD = """
import os, threading
from matcalc.functions.fields import lazy_property
begun, forked = threading.Event(), threading.Event()
class Slow:
    @lazy_property
    def value(self):
        begun.set()
        return forked.wait(60)
thread = threading.Thread(target=lambda: Slow().value)
thread.start()
begun.wait(60)
child = os.fork()
forked.set()
if not child:
    Slow().value
    os._exit(0)
thread.join()
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_child_of_a_fork_computes_what_another_thread_did() -> None:
    assert python(HELD, PYTHONWARNINGS="ignore") == "0"
