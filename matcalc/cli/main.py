"""The command ``matcalc`` and its exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import pairwise
from typing import Any, NoReturn

import click

from matcalc import __version__
from matcalc.cli import streams
from matcalc.cli.derive import diff_command, eval_command, graph_command, hessian_command, paths_command
from matcalc.cli.output import fail
from matcalc.cli.parameters import MARK
from matcalc.cli.tools import bench_command, check_command, functions_command, laws_command
from matcalc.errors import MatcalcError, visible

#: The exit code after an interrupt from the keyboard, as a shell shows it.
INTERRUPTED = 130


class StreamGroup(click.Group):
    """A group of commands that says what fails in reading and writing; click would end with 1."""

    def make_context(self, *words: Any, **options: Any) -> click.Context:
        """Return the context; this prints ``--version`` and ``--help``."""
        with streams.failures():
            return super().make_context(*words, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with streams.failures():
            return super().invoke(ctx)


@click.group(cls=StreamGroup, context_settings={"help_option_names": ["--help"]})
@click.version_option(__version__, "--version", prog_name="matcalc")
def command() -> None:
    """Derivatives of matrix expressions in closed form, checked numerically."""


for each in (
    diff_command,
    hessian_command,
    check_command,
    paths_command,
    graph_command,
    eval_command,
    bench_command,
    functions_command,
    laws_command,
):
    command.add_command(each)


def main() -> NoReturn:
    """Run the command line and exit.

    Exit codes: 0 done; 1 a check failed; 2 usage; 3 cannot read the expression; 4 dimensions;
    5 not supported; 6 reading or writing failed; 70 a defect of matcalc; 141 the reader of a pipe has gone.
    """
    words = sys.argv[1:]
    as_json = "--format=json" in words or ("--format", "json") in pairwise(words)
    code = streams.PIPE_CLOSED
    with suppress(streams.PipeClosed):
        try:
            streams.prepare()
            code = _run(as_json=as_json)
            streams.finish()
        except MatcalcError as error:
            code = _reported(error, as_json=as_json)
    streams.abandon()
    sys.exit(code)


def _run(*, as_json: bool) -> int:
    """Run the command and return the exit code; raises ``MatcalcError`` and ``PipeClosed``."""
    try:
        return command.main(sys.argv[1:] or ["--help"], standalone_mode=False) or 0
    except click.UsageError as error:
        message = visible(error.format_message().replace(MARK, ""))
        if as_json:
            raise MatcalcError("E403", message) from None
        with streams.failures():
            click.UsageError(message, error.ctx).show()
        return error.exit_code
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        with streams.failures():
            error.show()
        return error.exit_code
    except (MatcalcError, streams.PipeClosed):
        raise
    # Whatever is not ours is a defect: it has an exit code of its own, and one document if JSON is asked for.
    except Exception as error:
        if "MATCALC_DEBUG" in os.environ:
            raise
        message = f"matcalc failed with {type(error).__name__}: {error}"
        raise MatcalcError("E901", message, help="this is a defect; please report it") from None


def _reported(error: MatcalcError, *, as_json: bool) -> int:
    """Report an error and return its exit code; where nothing can be written, that is all there is to say."""
    streams.abandon()
    try:
        with streams.failures():
            fail(error, as_json=as_json)
        streams.finish()
    except MatcalcError as other:
        if as_json:
            return _reported(other if error.code == "E406" else error, as_json=False)
    return error.exit_code
