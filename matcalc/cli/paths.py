"""``matcalc paths``: the ways from a value to a variable, and what each contributes to the gradient."""

from __future__ import annotations

from collections.abc import Sequence

import click

from matcalc.api import Derivative, diff
from matcalc.api.gradient_paths import GradientPath, page_of_paths
from matcalc.api.writings import STYLES
from matcalc.cli.options import (
    ExpressionCommand,
    declarations_of,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    var_option,
)
from matcalc.cli.streams import answer, document
from matcalc.errors import MatcalcError


@click.command("paths", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", required=True, metavar="NAME", help="The variable to differentiate by.")
@var_option
@format_option("text", "unicode", "latex", "json")
@latex_option
def paths_command(
    expression: str, wrt: str, declarations: tuple[str, ...], notation: str, latex: bool | None
) -> int:
    """Print each path from the variable to the value of EXPR, with its contribution to the gradient.

    The contributions add up to the gradient. For example:

    matcalc paths "1/2*||W'*W*x - x||^2" --wrt W
    """
    text = expression_text(expression)
    derivative = diff(text, wrt, declarations_of(declarations), latex=latex)
    if not isinstance(derivative, Derivative):
        raise MatcalcError("E505", "paths are those of one variable")
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
    style = STYLES[notation].telling_apart(derivative._written_names())
    lines: list[str] = []
    for number, path in enumerate(paths, 1):
        way, product, contribution = path.lines(style)
        lines += [style.words(f"path {number}: ") + way, f"  {product}", f"  {contribution}"]
    return "\n".join([*lines, style.words("sum: ") + derivative.written(notation)])
