"""``matcalc paths``: the ways from a value to a variable, and what each contributes to the gradient."""

from __future__ import annotations

import click

from matcalc.api import Derivative, diff
from matcalc.api.writings import STYLES, Written
from matcalc.cli.options import (
    ExpressionCommand,
    declarations_of,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    var_option,
)
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

        print(paths_document(derivative, text))
        return 0

    style = STYLES[notation].telling_apart(derivative._written_names())
    for number, path in enumerate(derivative.paths(), 1):
        chain = [_equation(style.name(one.name), one.formula, notation) for one in path.values[1:]]
        print(style.words(f"path {number}: ") + style.to.join([style.name(wrt), *chain]))
        print("  " + _equation(style.name(path.values[-1].move), path.product, notation))
        print(style.words("  contributes ") + _written(path.contribution, notation))
    print(style.words("sum: ") + _written(derivative, notation))
    return 0


def _written(one: Written, notation: str) -> str:
    return {"text": one.__str__, "unicode": one.unicode, "latex": one.latex}[notation]()


def _equation(left: str, right: Written, notation: str) -> str:
    return f"{left} = {_written(right, notation)}"
