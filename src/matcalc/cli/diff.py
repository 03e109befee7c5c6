"""``matcalc diff``: the derivative of an expression."""

from __future__ import annotations

import click

from matcalc.api import diff
from matcalc.cli.options import (
    ExpressionCommand,
    declarations_of,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    seed_option,
    var_option,
)
from matcalc.cli.output import print_derivative


@click.command("diff", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", required=True, multiple=True, metavar="NAME", help="The variable to differentiate by.")
@click.option("--order", default=1, show_default=True, help="Order of the derivative.")
@var_option
@format_option("text", "unicode", "latex", "json")
@latex_option
@click.option(
    "--check",
    type=click.Choice(["numeric", "exact"]),
    help="Check against numerical differentiation (the default), or prove by exact arithmetic.",
)
@click.option("--no-check", is_flag=True, help="Print the result unchecked.")
@click.option(
    "--trials",
    default=5,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Random instances in the check.",
)
@seed_option("Seed of the check.")
def diff_command(
    expression: str,
    wrt: tuple[str, ...],
    order: int,
    declarations: tuple[str, ...],
    notation: str,
    latex: bool | None,
    check: str | None,
    no_check: bool,
    trials: int,
    seed: int,
) -> int:
    """Print the derivative of the scalar expression EXPR by a variable.

    EXPR may be - for standard input. The result goes to standard output, what was assumed and
    the check to standard error.

    For example: matcalc diff "logdet(S)" --wrt S --var "S: spd(n)"
    """
    if no_check and check:
        raise click.UsageError("--no-check excludes --check")
    if len(wrt) > 1:
        raise click.UsageError("--wrt takes one variable so far")
    text = expression_text(expression)
    derivative = diff(text, wrt[0], declarations_of(declarations), order, latex=latex)
    report = None
    if not no_check:
        options = {"exact": True} if check == "exact" else {}
        report = derivative.check(trials, seed, **options)
    print_derivative(derivative, text, notation, report)
    return 1 if report is not None and not report.passed and not report.reason else 0
