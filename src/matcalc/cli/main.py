"""The command ``matcalc`` and its exit codes."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import NoReturn

import click

from matcalc import __version__
from matcalc.cli.bench import bench_command
from matcalc.cli.check import check_command
from matcalc.cli.diff import diff_command
from matcalc.cli.eval import eval_command
from matcalc.cli.graph import graph_command
from matcalc.cli.hessian import hessian_command
from matcalc.cli.options import MARK
from matcalc.cli.output import fail
from matcalc.cli.paths import paths_command
from matcalc.cli.tables import functions_command, laws_command
from matcalc.errors import MatcalcError


@click.group(context_settings={"help_option_names": ["--help"]})
@click.version_option(__version__, "--version", prog_name="matcalc")
def command() -> None:
    """Derivatives of matrix expressions: closed form, checked by numbers."""


for one in (
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
    command.add_command(one)


def main() -> NoReturn:
    """Run the command line and exit.

    Exit codes: 0 done; 1 a check failed; 2 usage; 3 cannot read the expression; 4 dimensions;
    5 not supported; 70 a defect of matcalc.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    words = sys.argv[1:]
    as_json = "--format=json" in words or ("--format", "json") in pairwise(words)
    try:
        code = command.main(standalone_mode=False)
    except MatcalcError as error:
        sys.exit(fail(error, as_json=as_json))
    except click.UsageError as error:
        if MARK in error.message:
            error = click.UsageError(error.format_message().replace(MARK, ""), error.ctx)
        if as_json:
            sys.exit(fail(MatcalcError("E403", error.format_message()), as_json=True))
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    # Whatever is not ours is a defect: it has an exit code of its own, and one document if JSON is asked for.
    except Exception as error:
        if "MATCALC_DEBUG" in os.environ:
            raise
        message = f"matcalc failed with {type(error).__name__}: {error}"
        sys.exit(
            fail(MatcalcError("E901", message, help="this is a defect; please report it"), as_json=as_json)
        )
    sys.exit(code or 0)
