"""The commands that derive: ``diff``, ``hessian``, ``paths``, ``graph`` and ``eval``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from matcalc.api import Derivative, Derivatives, Expression, diff, hessian, parse
from matcalc.cli.document import graph_document, paths_document
from matcalc.cli.output import SOURCES, exit_code, print_derivatives, print_value
from matcalc.cli.parameters import (
    STEP_LEVELS,
    STEP_STYLES,
    ExpressionCommand,
    check_options,
    derivative_options,
    dims_option,
    expression_argument,
    expression_text,
    format_option,
    seed_option,
    steps_options,
    values_of,
    wrt_option,
)
from matcalc.cli.streams import answer, document, progress_shown
from matcalc.errors import MatcalcError
from matcalc.expression import is_function
from matcalc.printing import NOTATIONS

if TYPE_CHECKING:
    from matcalc.api.explanations import GradientPath
    from matcalc.numeric import CheckReport


source_dims_option = dims_option("Sizes that source code is optimised for; it is right for all sizes.")


@click.command("diff", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable of differentiation; of several each with order 1, else the mixed derivative.")
@click.option("--order", default=1, show_default=True, help="Order of the derivative.")
@derivative_options("variables", "form", "layout", "symmetric", "names", "latex")
@format_option(*NOTATIONS, "json", *SOURCES)
@source_dims_option
@click.option(
    "--check",
    type=click.Choice(["numeric", "exact"]),
    help="Check against numerical differentiation (the default), or prove by exact arithmetic.",
)
@steps_options
@check_options
def diff_command(
    expression: str,
    wrt: list[str],
    order: int,
    notation: str,
    dims: dict[str, int],
    check: str | None,
    steps: bool,
    style: str | None,
    level: str | None,
    hint: int | None,
    no_check: bool,
    trials: int,
    seed: int,
    **options: Any,
) -> int:
    """Print the derivative of EXPR.

    EXPR may be - for standard input. The result goes to standard output; assumptions and
    the check go to standard error.

    For example: matcalc diff "logdet(S)" --wrt S --var "S: spd(n)"
    """
    if no_check and check:
        raise click.UsageError("--no-check excludes --check")
    steps = steps or any(option is not None for option in (style, level, hint))
    _refuse_sizes_without_source(dims, notation)
    if steps and notation in SOURCES:
        raise click.UsageError(f"--steps excludes source code: --format is {', '.join(NOTATIONS)} or json")
    if steps and (order != 1 or options["form"] or options["layout"] != "mixed"):
        raise click.UsageError("steps lead to a gradient: they exclude --order, --form and --layout")
    text = expression_text(expression)
    result = diff(text, wrt if len(wrt) > 1 else "".join(wrt), order=order, **options)
    derivatives = list(result) if isinstance(result, Derivatives) else [result]
    reports = _checked(derivatives, no_check, lambda d: d.check(trials, seed, exact=check == "exact"))
    shown = []
    if steps:
        shown = [d.steps(style or STEP_STYLES[0], level or STEP_LEVELS[0]) for d in derivatives]
        shown = shown if hint is None else [derivation.hint(hint) for derivation in shown]
    print_derivatives(result, text, notation, reports, shown, dims)
    return exit_code(reports)


def _refuse_sizes_without_source(sizes: Mapping[str, int], notation: str) -> None:
    if sizes and notation not in SOURCES:
        raise click.UsageError("--dims is for source code: --format is numpy, jax, torch or xp")


def _checked(
    derivatives: Sequence[Derivative], no_check: bool, check: Callable[[Derivative], CheckReport]
) -> list[CheckReport | None]:
    """Return the reports on derivatives, none if there is to be no check."""
    if no_check:
        return [None] * len(derivatives)
    # Imported here, since what is not checked needs no numbers.
    from matcalc.numeric.progress import in_parts

    with progress_shown():
        return list(in_parts(check, derivatives))


@click.command("hessian", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable of differentiation; several give the matrix of all blocks.")
@derivative_options("variables", "symmetric", "names", "latex")
@format_option(*NOTATIONS, "json", *SOURCES)
@source_dims_option
@check_options
def hessian_command(
    expression: str,
    wrt: list[str],
    notation: str,
    dims: dict[str, int],
    no_check: bool,
    trials: int,
    seed: int,
    **options: Any,
) -> int:
    """Print the Hessian of the scalar EXPR.

    For one variable it is what diff --order 2 prints; for several it is one matrix of blocks, in which
    matrices are stacked by columns. Each block is checked.

    For example: matcalc hessian "x'*A*x + x'*B*y" --wrt x,y
    """
    _refuse_sizes_without_source(dims, notation)
    text = expression_text(expression)
    result = hessian(text, wrt, **options)
    blocks = [result] if isinstance(result, Derivative) else list(result)
    reports = _checked(blocks, no_check, lambda block: block.check(trials, seed))
    print_derivatives(result, text, notation, reports, sizes=dims)
    return exit_code(reports)


@click.command("paths", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable of differentiation.")
@derivative_options("variables", "symmetric", "latex")
@format_option(*NOTATIONS, "json")
def paths_command(expression: str, wrt: list[str], notation: str, **options: Any) -> int:
    """Print the paths from a variable to EXPR.

    Each has the values on it, the product of the local derivatives, and its contribution to the gradient.
    For example:

    matcalc paths "1/2*||W'*W*x - x||^2" --wrt W
    """
    text = expression_text(expression)
    derivative = diff(text, wrt, **options)
    if not isinstance(derivative, Derivative):
        raise MatcalcError("E505", "paths start at one variable: give one name in --wrt")
    if notation == "json":
        document(paths_document(derivative, text))
        return 0

    paths = derivative.paths()
    if notation == "latex":
        from matcalc.api.explanations import page_of_paths

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
@wrt_option("Show the paths from this variable, and the derivatives.")
@derivative_options("variables", "symmetric", "latex")
@format_option(*NOTATIONS, "mermaid", "dot", "svg", "json", help_text="How to print the graph.")
def graph_command(expression: str, wrt: list[str], notation: str, symmetric: str, **options: Any) -> int:
    """Print the computation graph of EXPR.

    It has the intermediate values, and with a variable of differentiation also the derivatives with
    respect to all values that depend on it, and the local derivatives on the edges. For example:

    matcalc graph "1/2*||W'*W*x - x||^2" --wrt W --format svg > graph.svg
    """
    text = expression_text(expression)
    value = parse(text, **options)
    is_derivative = bool(wrt or value._reading.wrt)
    subject = diff(text, wrt, symmetric=symmetric, **options) if is_derivative else value
    if isinstance(subject, Derivatives):
        raise MatcalcError("E505", "a graph has the paths of one variable: give one name in --wrt")
    graph = subject.graph()
    if notation == "json":
        document(graph_document(subject, graph, text))
    elif notation in NOTATIONS:
        answer(graph.written(notation), graph.__str__)
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
@derivative_options("variables", "latex")
@format_option("text", "json")
def eval_command(
    expression: str,
    given: tuple[str, ...],
    random: bool,
    seed: int,
    precision: int | None,
    notation: str,
    **options: Any,
) -> int:
    """Print the value of EXPR.

    EXPR may be - for standard input. The value goes to standard output, in the form that --set takes;
    assumptions and random values go to standard error.

    For example: matcalc eval "A*x - b" --set "x=[1,2]" --set A=a.npy --random
    """
    text = expression_text(expression)
    parsed = parse(text, **options)
    values = values_of(given, parsed.variables)
    drawn = {}
    if random:
        everything = parsed.sample(seed, **values)
        drawn = {name: value for name, value in everything.items() if name not in values}
    value = _evaluated(parsed, values | drawn)
    functions = {name for name, leaf in parsed._reading.variables.items() if is_function(leaf)}
    shown = {name: value for name, value in drawn.items() if name not in functions}
    print_value(parsed, text, value, notation, shown, seed, precision)
    return 0


def _evaluated(expression: Expression, values: dict[str, object]) -> object:
    try:
        return expression.evaluate(**values)  # type: ignore[arg-type]  # lists of lists are arrays too
    except MatcalcError as error:
        if error.code == "E301":
            error.help = "give values with --set NAME=VALUE, or draw them with --random"
        raise
