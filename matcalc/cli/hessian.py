"""``matcalc hessian``: the second derivative of a scalar, by several variables the whole block matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from matcalc.api import Derivative, hessian
from matcalc.cli.options import (
    ExpressionCommand,
    check_options,
    declarations_of,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    names_of,
    symmetric_option,
    var_option,
    wrt_option,
)
from matcalc.cli.output import exit_code, print_derivatives
from matcalc.cli.progress import progress_shown

if TYPE_CHECKING:
    from matcalc.numeric import CheckReport


@click.command("hessian", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable to differentiate by; several give the matrix of all blocks.")
@var_option
@symmetric_option
@format_option("text", "unicode", "latex", "json")
@latex_option
@check_options
def hessian_command(
    expression: str,
    wrt: tuple[str, ...],
    declarations: tuple[str, ...],
    symmetric: str,
    notation: str,
    latex: bool | None,
    no_check: bool,
    trials: int,
    seed: int,
) -> int:
    """Print the Hessian of the scalar expression EXPR.

    By one variable it is what diff --order 2 prints; by several it is one matrix of blocks, for which
    matrices are stacked by columns. Each block is checked.

    For example: matcalc hessian "x'*A*x + x'*B*y" --wrt x,y
    """
    names = names_of(wrt)
    text = expression_text(expression)
    found = hessian(text, names, declarations_of(declarations), symmetric=symmetric, latex=latex)
    blocks = [found] if isinstance(found, Derivative) else list(found)
    reports: list[CheckReport | None] = [None] * len(blocks)
    if not no_check:
        from matcalc.numeric.progress import in_parts

        with progress_shown():
            reports[:] = in_parts(lambda one: one.check(trials, seed), blocks)
    print_derivatives(found, text, notation, reports)
    return exit_code(reports)
