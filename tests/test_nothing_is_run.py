"""Text from users is never run: not by Python, not by SymPy, not by unpickling."""

from __future__ import annotations

import ast
import builtins
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy
import sympy.parsing.sympy_parser

import matcalc as mc
from matcalc.cli import main

MARKER = "a_file_that_must_not_appear"
HOSTILE = (
    f"__import__('os').system('touch {MARKER}')",
    f"__import__('pathlib').Path('{MARKER}').touch()",
    f"open('{MARKER}', 'w')",
    f"exec(\"open('{MARKER}', 'w')\")",
    f"eval(compile('open(\\'{MARKER}\\', \\'w\\')', '', 'eval'))",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "(lambda: 1)()",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "{x: 1}",
    "x if True else y",
    "f'{x}'",
    "9**9**9**9",
    "1" * 100_000,
    "(" * 20_000,
    "[" * 100_000,
    "-" * 5_000 + "x",
    "x" + "'" * 5_000,
    "NaN",
    "Infinity",
    "\0",
    "`x`",
    f"$(touch {MARKER})",
    f"; touch {MARKER}",
    f"\\write18{{touch {MARKER}}}",
    "\\input{/etc/passwd}",
    "\\def\\a{\\a\\a}\\a",
    "\\catcode`\\@=11",
)
READERS: dict[str, Callable[[str], Any]] = {
    "parse": lambda text: mc.parse(text),
    "diff": lambda text: mc.diff(text, "x"),
    "LaTeX": lambda text: mc.parse(text, latex=True),
    "declaration": lambda text: mc.parse("x'*x", {"x": text}),
    "size in a declaration": lambda text: mc.parse("x'*x", {"x": f"vector({text})"}),
    "name of a variable": lambda text: mc.diff("x'*x", text),
    "value": lambda text: mc.parse("x'*x").evaluate(x=text),
}


def command(*words: str) -> None:
    sys.argv = ["matcalc", "eval", *words]
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, 2, 3, 4, 5)


COMMANDS: dict[str, Callable[[str], Any]] = {
    "eval --set": lambda text: command("x'*x", "--set", f"x={text}"),
    "eval --set of a list": lambda text: command("x'*x", "--set", f"x=[{text}]"),
    "eval --set of a name": lambda text: command("x'*x", "--set", f"{text}=1"),
    "eval --set of a file": lambda text: command("x'*x", "--set", f"x={text}.npy"),
    "eval": lambda text: command(text, "--random"),
}


Guarded = Callable[[Callable[[str], Any], str], None]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Guarded]:
    """Return a function that calls another while running text makes the test fail."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [])
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.StringIO())
    load_everything()

    make_tree = builtins.compile

    def refuse(*given: Any, **more: Any) -> Any:
        # Python's parser makes a tree of the text, and no code.
        if given[3:4] == (ast.PyCF_ONLY_AST,):
            return make_tree(*given, **more)
        return pytest.fail(f"reached with {str(given)[:200]}")

    def call(function: Callable[[str], Any], text: str) -> None:
        with monkeypatch.context() as patch:
            for module, name in TRAPS:
                patch.setattr(module, name, refuse)
            function(text)

    yield call
    assert not (tmp_path / MARKER).exists()


@cache
def load_everything() -> None:
    """Load what is loaded when it is needed: imports themselves run code."""
    mc.parse("x @ x")
    for read in READERS.values():
        with pytest.raises(mc.MatcalcError):
            read("x +")
    for run in COMMANDS.values():
        run("\\frac{")
    command("tr(A)", "--random", "--set", "A=[1 2; 3 4]", "--format", "json")
    command("x'*x", "--random")
    command("--nonsense")


TRAPS = (
    (builtins, "eval"),
    (builtins, "exec"),
    (builtins, "compile"),
    (sympy, "sympify"),
    (sys.modules["sympy.core.sympify"], "sympify"),
    (sys.modules["sympy.parsing.sympy_parser"], "parse_expr"),
    (pickle, "load"),
    (pickle, "loads"),
    (pickle, "Unpickler"),
    (os, "system"),
    (subprocess, "Popen"),
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:25])
@pytest.mark.parametrize("reader", READERS)
def test_hostile_text_is_an_error_or_mathematics(guarded: Guarded, reader: str, text: str) -> None:
    try:
        guarded(READERS[reader], text)
    except mc.MatcalcError as error:
        assert str(error)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:25])
@pytest.mark.parametrize("run", COMMANDS)
def test_hostile_text_on_the_command_line(guarded: Guarded, run: str, text: str) -> None:
    guarded(COMMANDS[run], text)


@pytest.mark.parametrize("trap", TRAPS[:4], ids=lambda trap: trap[1])
def test_the_traps_are_set(guarded: Guarded, trap: tuple[Any, str]) -> None:
    module, name = trap
    with pytest.raises(pytest.fail.Exception):
        guarded(lambda text: getattr(module, name)(text), "1")
