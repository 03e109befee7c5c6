"""Runs the examples in the documents: Python blocks, and console blocks with what they print.

In a ``console`` block a line that starts with ``$ `` is a command, continued after a backslash; the lines
below it are what it prints, first on standard output, then on standard error. ``...`` stands for any
text. The commands ``matcalc`` and ``python`` run with this interpreter, ``|`` connects commands, and
``$?`` is the exit code of the command before. Blocks that shall not be run, such as installing a package,
are marked ``sh``.
"""

import doctest
import os
import shlex
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parent
PROGRAMS = {"matcalc": [sys.executable, "-m", "matcalc"], "python": [sys.executable]}
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    "PYTHONUTF8": "1",
    "COLUMNS": "100",
    "NO_COLOR": "1",
}


def evaluate_console(example: Example) -> str | None:
    """What differs between the output that a console block shows and the output that its commands have."""
    status = 0
    for command, shown in commands(example.parsed):
        status, printed = run(command.replace("$?", str(status)))
        shown, printed = plain(shown), plain(printed)
        if not doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS):
            difference = unified_diff(
                shown.splitlines(), printed.splitlines(), "shown", "printed", lineterm=""
            )
            return "\n".join([f"$ {command}", *difference])
    return None


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown below it."""
    pairs: list[tuple[str, str]] = []
    lines = iter(block.splitlines())
    for line in lines:
        if line.startswith("$ "):
            command = line.removeprefix("$ ")
            while command.endswith("\\"):
                command = command.removesuffix("\\") + next(lines, "")
            pairs.append((command, ""))
        elif not pairs:
            raise ValueError("a console block starts with a command: `$ ` and the command")
        else:
            command, output = pairs.pop()
            pairs.append((command, output + line + "\n"))
    return pairs


def plain(output: str) -> str:
    """An output without white space at the ends of its lines and empty lines at its end."""
    return "".join(line.rstrip() + "\n" for line in output.rstrip().splitlines())


def run(command: str) -> tuple[int, str]:
    """The exit code of a command, and what it writes to standard output and then to standard error."""
    words = shlex.shlex(command, posix=True, punctuation_chars="|")
    words.whitespace_split = True
    words.commenters = ""
    pipeline: list[list[str]] = [[]]
    for word in words:
        if word == "|":
            pipeline.append([])
        else:
            pipeline[-1].append(word)
    output, errors, status = "", "", 0
    for program, *arguments in pipeline:
        done = subprocess.run(
            [*PROGRAMS.get(program, [program]), *arguments],
            input=output,
            capture_output=True,
            check=False,
            cwd=ROOT,
            encoding="utf-8",
            env=ENVIRONMENT,
            timeout=600,
        )
        output, errors, status = done.stdout, errors + done.stderr, done.returncode
    return status, output + errors


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS),
        CodeBlockParser(language="console", evaluator=evaluate_console),
        SkipParser(),
    ],
    pattern="*.md",
).pytest()
