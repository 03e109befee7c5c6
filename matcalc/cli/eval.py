"""``matcalc eval``: the value of an expression."""

from __future__ import annotations

import click

from matcalc.api import Expression, parse
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
from matcalc.cli.output import print_value
from matcalc.errors import MatcalcError


@click.command("eval", cls=ExpressionCommand)
@expression_argument
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="Give a value: a number, a list as in 'x=[1,2,3]', or a file as in A=a.npy or A=a.csv.",
)
@click.option("--random", is_flag=True, help="Draw random values for variables without one.")
@seed_option("Seed of the random values.")
@click.option("--precision", type=click.IntRange(1, 17), metavar="DIGITS", help="Print so many digits.")
@var_option
@format_option("text", "json")
@latex_option
def eval_command(
    expression: str,
    given: tuple[str, ...],
    random: bool,
    seed: int,
    precision: int | None,
    declarations: tuple[str, ...],
    notation: str,
    latex: bool | None,
) -> int:
    """Print the value of the expression EXPR.

    EXPR may be - for standard input. The value goes to standard output, in the form that --set takes;
    what was assumed and what was drawn goes to standard error.

    For example: matcalc eval "A*x - b" --set "x=[1,2]" --set A=a.npy --random
    """
    # Imported here, since the other commands need no JSON and no files.
    from matcalc.cli.values import values_of

    text = expression_text(expression)
    parsed = parse(text, declarations_of(declarations), latex=latex)
    values = values_of(given, parsed.variables)
    drawn = {}
    if random:
        everything = parsed.sample(seed, **values)
        drawn = {name: value for name, value in everything.items() if name not in values}
    value = _evaluated(parsed, values | drawn)
    print_value(parsed, text, value, notation, drawn, seed, precision)
    return 0


def _evaluated(expression: Expression, values: dict[str, object]) -> object:
    try:
        return expression.evaluate(**values)  # type: ignore[arg-type]  # lists of lists are arrays too
    except MatcalcError as error:
        if error.code == "E301":
            error.help = "give values with --set NAME=VALUE, or draw them with --random"
        raise
