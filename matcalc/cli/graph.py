"""``matcalc graph``: the computation graph of an expression."""

from __future__ import annotations

import click

from matcalc.api import Derivative, diff, parse
from matcalc.cli.options import (
    ExpressionCommand,
    declarations_of,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    symmetric_option,
    var_option,
)
from matcalc.cli.streams import answer, document
from matcalc.errors import MatcalcError


@click.command("graph", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", metavar="NAME", help="Show the paths from this variable, and derivatives.")
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
    """Print the computation graph of EXPR: its intermediate values, and what goes into each.

    With --wrt the derivatives by all values that depend on the variable, and on the edges the local
    derivatives. For example:

    matcalc graph "1/2*||W'*W*x - x||^2" --wrt W --format svg > graph.svg
    """
    text = expression_text(expression)
    kinds = declarations_of(declarations)
    derivative = None if wrt is None else diff(text, wrt, kinds, symmetric=symmetric, latex=latex)
    if derivative is not None and not isinstance(derivative, Derivative):
        raise MatcalcError("E505", "a graph has the paths of one variable")
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
