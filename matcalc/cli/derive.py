"""The commands that derive: ``diff``, ``hessian``, ``paths``, ``graph`` and ``eval``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from matcalc.api import Derivative, Derivatives, Expression, diff, hessian, parse
from matcalc.api.explanations import GradientPath, page_of_paths
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
    seed_option,
    sizes_of,
    steps_options,
    symmetric_option,
    var_option,
    wrt_option,
)
from matcalc.cli.output import SOURCES, exit_code, print_derivatives, print_value
from matcalc.cli.streams import answer, document, progress_shown
from matcalc.errors import MatcalcError
from matcalc.printing import NOTATIONS

if TYPE_CHECKING:
    from matcalc.numeric import CheckReport


@click.command("diff", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable of differentiation; of several each with order 1, else the mixed derivative.")
@click.option("--order", default=1, show_default=True, help="Order of the derivative.")
@var_option
@click.option("--form", type=click.Choice(FORMS), help="The form of the result, instead of the default one.")
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="mixed",
    show_default=True,
    help="How rows and columns are arranged.",
)
@symmetric_option
@click.option("--no-names", is_flag=True, help="Write out common subexpressions.")
@format_option(*NOTATIONS, "json", *SOURCES)
@dims_option("Sizes that source code is optimised for; it is right for all sizes.")
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
    """Print the derivative of EXPR.

    EXPR may be - for standard input. The result goes to standard output; assumptions and
    the check go to standard error.

    For example: matcalc diff "logdet(S)" --wrt S --var "S: spd(n)"
    """
    if no_check and check:
        raise click.UsageError("--no-check excludes --check")
    steps = steps or any(option is not None for option in (style, level, hint))
    if dims and notation not in SOURCES:
        raise click.UsageError("--dims is for source code: --format is numpy, jax, torch or xp")
    if steps and notation in SOURCES:
        raise click.UsageError(f"--steps excludes source code: --format is {', '.join(NOTATIONS)} or json")
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


@click.command("hessian", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable of differentiation; several give the matrix of all blocks.")
@var_option
@symmetric_option
@format_option(*NOTATIONS, "json")
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
    """Print the Hessian of the scalar EXPR.

    For one variable it is what diff --order 2 prints; for several it is one matrix of blocks, in which
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


@click.command("paths", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", required=True, metavar="NAME", help="The variable of differentiation.")
@var_option
@format_option(*NOTATIONS, "json")
@latex_option
def paths_command(
    expression: str, wrt: str, declarations: tuple[str, ...], notation: str, latex: bool | None
) -> int:
    """Print the paths from a variable to EXPR.

    Each has the values on it, the product of the local derivatives, and its contribution to the gradient.
    For example:

    matcalc paths "1/2*||W'*W*x - x||^2" --wrt W
    """
    text = expression_text(expression)
    derivative = diff(text, wrt, declarations_of(declarations), latex=latex)
    if not isinstance(derivative, Derivative):
        raise MatcalcError("E505", "paths start at one variable: give one name in --wrt")
    if notation == "json":
        from matcalc.cli.document import paths_document

        document(paths_document(derivative, text))
        return 0

    paths = derivative.paths()
    if notation == "latex":
        shown = page_of_paths(derivative._of, derivative._node, derivative._definitions())
    else:
        shown = _listed(derivative, paths, notation)
    answer(shown, lambda: _listed(derivative, paths, "text"))
    return 0


def _listed(derivative: Derivative, paths: Sequence[GradientPath], notation: str) -> str:
    """Return all paths, each in three lines, and their sum."""
    style = NOTATIONS[notation].telling_apart(derivative._written_names())
    lines: list[str] = []
    for number, path in enumerate(paths, 1):
        way, product, contribution = path.lines(style)
        lines += [style.words(f"path {number}: ") + way, f"  {product}", f"  {contribution}"]
    return style.line_break.join([*lines, style.words("sum: ") + derivative.written(notation)])


@click.command("graph", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", metavar="NAME", help="Show the paths from this variable, and the derivatives.")
@var_option
@symmetric_option
@format_option("text", "unicode", "mermaid", "dot", "svg", "json", help_text="How to print the graph.")
@latex_option
def graph_command(
    expression: str,
    wrt: str | None,
    declarations: tuple[str, ...],
    symmetric: str,
    notation: str,
    latex: bool | None,
) -> int:
    """Print the computation graph of EXPR.

    It has the intermediate values, and with --wrt also the derivatives with respect to all values that
    depend on the variable, and the local derivatives on the edges. For example:

    matcalc graph "1/2*||W'*W*x - x||^2" --wrt W --format svg > graph.svg
    """
    text = expression_text(expression)
    kinds = declarations_of(declarations)
    derivative = None if wrt is None else diff(text, wrt, kinds, symmetric=symmetric, latex=latex)
    if derivative is not None and not isinstance(derivative, Derivative):
        raise MatcalcError("E505", "a graph has the paths of one variable: give one name in --wrt")
    found = parse(text, kinds, latex=latex) if derivative is None else derivative
    graph = found.graph()
    if notation == "json":
        from matcalc.cli.document import graph_document

        document(graph_document(found, graph, text))
    elif notation in ("text", "unicode"):
        answer(graph.unicode() if notation == "unicode" else str(graph), graph.__str__)
    else:
        document({"mermaid": graph.mermaid, "dot": graph.dot, "svg": graph.svg}[notation]())
    return 0


@click.command("eval", cls=ExpressionCommand)
@expression_argument
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="Give a value: a number, a list as in 'x=[1,2,3]', or a file, as in A=a.npy or A=a.csv.",
)
@click.option("--random", is_flag=True, help="Draw random values for variables without one.")
@seed_option("Seed of the random values.")
@click.option("--precision", type=click.IntRange(1, 17), metavar="DIGITS", help="How many digits to print.")
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
    """Print the value of EXPR.

    EXPR may be - for standard input. The value goes to standard output, in the form that --set takes;
    assumptions and random values go to standard error.

    For example: matcalc eval "A*x - b" --set "x=[1,2]" --set A=a.npy --random
    """
    # Imported here, since the other commands need no JSON and no files.
    from matcalc.cli.given_values import values_of

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
