"""``matcalc diff``: the derivative of an expression."""

from __future__ import annotations

import re
import sys

import click

from matcalc.api import diff
from matcalc.cli.output import print_derivative
from matcalc.errors import MatcalcError


class ExpressionCommand(click.Command):
    """A command whose argument may start with a minus; its options all start with two."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Mark words that start with one minus, so that they are not taken for options."""
        marked = [
            MARK + word if word[:1] == "-" and word != "-" and not OPTION.match(word) else word
            for word in args
        ]
        return super().parse_args(ctx, marked)


#: What options look like: unlike an expression they start with two minus and a word.
OPTION = re.compile(r"--([a-z-]*)(=|$)")
#: In front of a word that starts with a minus; no text contains it.
MARK = "\0"


@click.command("diff", cls=ExpressionCommand)
@click.argument("expression", metavar="EXPR")
@click.option("--wrt", required=True, metavar="NAME", help="The variable to differentiate by.")
@click.option("--order", default=1, show_default=True, help="Order of the derivative.")
@click.option(
    "--var",
    "declarations",
    multiple=True,
    metavar="'NAME: KIND'",
    help="Declare a variable, as in 'S: symmetric(n)'.",
)
@click.option(
    "--format",
    "notation",
    default="text",
    show_default=True,
    type=click.Choice(["text", "unicode", "latex", "json"]),
    help="How to print the result.",
)
@click.option("--latex/--text", default=None, help="EXPR is LaTeX, or is not; a backslash tells by itself.")
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
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the check.")
def diff_command(
    expression: str,
    wrt: str,
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
    text = sys.stdin.read().strip() if expression == "-" else expression.removeprefix(MARK)
    derivative = diff(text, wrt, _declarations(declarations), order, latex=latex)
    report = None
    if not no_check:
        options = {"exact": True} if check == "exact" else {}
        report = derivative.check(trials, seed, **options)
    print_derivative(derivative, text, notation, report)
    return 1 if report is not None and not report.passed and not report.reason else 0


def _declarations(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, colon, kind = text.partition(":")
        name = name.strip()
        if not colon or not name.isidentifier():
            help_text = "write --var 'NAME: KIND', as in --var 'S: symmetric(n)'"
            raise MatcalcError("E402", f"the declaration {text} cannot be read", help=help_text)
        if name in found:
            raise MatcalcError("E402", f"{name} is declared twice")
        found[name] = kind.strip()
    return found
