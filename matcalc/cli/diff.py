"""``matcalc diff``: the derivative of an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from matcalc.api import Derivatives, diff
from matcalc.calculus import FORMS, LAYOUTS
from matcalc.cli.options import (
    STEP_LEVELS,
    STEP_STYLES,
    ExpressionCommand,
    check_options,
    declarations_of,
    dims_option,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    names_of,
    sizes_of,
    steps_options,
    symmetric_option,
    var_option,
    wrt_option,
)
from matcalc.cli.output import SOURCES, exit_code, print_derivatives
from matcalc.cli.progress import progress_shown

if TYPE_CHECKING:
    from matcalc.numeric import CheckReport


@click.command("diff", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable to differentiate by; several with order 1 are done together, else it is mixed.")
@click.option("--order", default=1, show_default=True, help="Order of the derivative.")
@var_option
@click.option("--form", type=click.Choice(FORMS), help="The form of the result, instead of the usual one.")
@click.option(
    "--layout", type=click.Choice(LAYOUTS), default="mixed", show_default=True, help="Rows and columns."
)
@symmetric_option
@click.option("--no-names", is_flag=True, help="Write out parts that occur more than once.")
@format_option("text", "unicode", "latex", "json", *SOURCES)
@dims_option("Sizes that source code is written for; it is right for all sizes.")
@latex_option
@click.option(
    "--check",
    type=click.Choice(["numeric", "exact"]),
    help="Check against numerical differentiation (the default), or prove by exact arithmetic.",
)
@steps_options
@check_options
def diff_command(
    expression: str,
    wrt: tuple[str, ...],
    order: int,
    declarations: tuple[str, ...],
    form: str | None,
    layout: str,
    symmetric: str,
    no_names: bool,
    notation: str,
    dims: tuple[str, ...],
    latex: bool | None,
    check: str | None,
    steps: bool,
    style: str | None,
    level: str | None,
    hint: int | None,
    no_check: bool,
    trials: int,
    seed: int,
) -> int:
    """Print the derivative of the expression EXPR by a variable.

    EXPR may be - for standard input. The result goes to standard output, what was assumed and
    the check to standard error.

    For example: matcalc diff "logdet(S)" --wrt S --var "S: spd(n)"
    """
    if no_check and check:
        raise click.UsageError("--no-check excludes --check")
    steps = steps or any(option is not None for option in (style, level, hint))
    if dims and notation not in SOURCES:
        raise click.UsageError("--dims is for source code: --format is numpy, jax, torch or xp")
    if steps and notation in SOURCES:
        raise click.UsageError("steps are no source code: --format is text, unicode, latex or json")
    if steps and (order != 1 or form or layout != "mixed"):
        raise click.UsageError("steps lead to a gradient: they exclude --order, --form and --layout")
    names = names_of(wrt)
    text = expression_text(expression)
    found = diff(
        text, names if len(names) > 1 else "".join(names), declarations_of(declarations), order,
        form=form, layout=layout, symmetric=symmetric, names=not no_names, latex=latex,
    )  # fmt: skip
    derivatives = list(found) if isinstance(found, Derivatives) else [found]
    reports: list[CheckReport | None] = [None] * len(derivatives)
    if not no_check:
        from matcalc.numeric.progress import in_parts

        options = {"exact": True} if check == "exact" else {}
        with progress_shown():
            reports[:] = in_parts(lambda one: one.check(trials, seed, **options), derivatives)
    shown = []
    if steps:
        shown = [one.steps(style or STEP_STYLES[0], level or STEP_LEVELS[0]) for one in derivatives]
        shown = shown if hint is None else [one.hint(hint) for one in shown]
    print_derivatives(found, text, notation, reports, shown, sizes_of(dims))
    return exit_code(reports)
