"""How a gradient comes about: its steps, its graph, and its paths."""

from __future__ import annotations

from typing import Any, NamedTuple

from matcalc.algebra import as_written, laws_recorded
from matcalc.api.expressions import Expression
from matcalc.api.options import names_taken, refuse_unknown
from matcalc.api.presentation import Differentiated, names_given, with_arguments
from matcalc.calculus import (
    Route,
    cotangents_by_line,
    factored,
    formula_of,
    respecting,
    routes,
    structure_note,
    trace,
    traced,
)
from matcalc.errors import MatcalcError, write_lines
from matcalc.explanation import (
    LEVELS,
    STYLES,
    Graph,
    Question,
    Steps,
    backprop_steps,
    differential_steps,
    graph_of,
    occurrence_text,
)
from matcalc.explanation.page import paths_page
from matcalc.expression import Expr, variables
from matcalc.printing import (
    TEXT,
    Text,
    below,
)

#: Derivatives that are longer have names in graphs.
LONGEST_LABEL = 9
_MAKERS = dict(zip(STYLES, (backprop_steps, differential_steps), strict=True))


def steps_of(of: Differentiated, names: list[tuple[str, Expr]], style: str, level: str) -> Steps:
    """Return the steps to a gradient; see :meth:`Derivative.steps`."""
    for what, value, choices in (("style", style, STYLES), ("level", level, LEVELS)):
        refuse_unknown(what, value, choices)
    question = question_of(of, names)
    with as_written(of.writing):
        return _MAKERS[style](question)._replace(level=level)


def graph_of_gradient(of: Differentiated, names: list[tuple[str, Expr]]) -> Graph:
    """Return the computation graph of a gradient; see :meth:`Derivative.graph`."""
    question = question_of(of, names)
    with as_written(of.writing):
        *cotangents, last = cotangents_by_line(question.trace, question.taken, longest=LONGEST_LABEL)
        value = respecting(last.value, question.variable, of.choice)
        cotangents.append(last._replace(value=value, written=value))
        return graph_of(question.lines, question.trace, cotangents)


def question_of(of: Differentiated, names: list[tuple[str, Expr]]) -> Question:
    """Return what steps and graph of a gradient explain, in which ``names`` stand for parts.

    Raises E505 for what is no gradient of a scalar.
    """
    last, reading = of.last, of.reading
    if len(of.derivations) > 1 or not reading.expr.is_scalar:
        message = "only the gradient of a scalar has steps and graphs"
        help_text = "tr(G'*F) is a scalar whose gradient is the derivative of F"
        raise MatcalcError("E505", message, source=reading.text, help=help_text)
    with as_written(of.writing):
        taken = names_taken(reading) | {name for name, _ in names}
        given = {value: name for name, value in names} | dict(names_given(reading))
        with laws_recorded() as laws:
            lines = trace(reading.expr, [last.variable], given, taken)
        presented: list[str] = []
        gradient = factored(last.linear, presented)
    note = structure_note(last.variable, of.choice)
    shown = {value: name for name, value in names}
    seen = traced(lines, last.variable, taken)
    return Question(seen, gradient, shown, of.choice, note, frozenset(taken), tuple(laws), tuple(presented))


class PathValue(NamedTuple):
    """A value on a path: its ``name``, its ``formula`` in terms of others, and its ``shape``.

    The variable, where a path begins, has its name as formula. ``differential`` is the local derivative: the
    differential of the value, called ``move``, when the one before it varies. The variable has none.
    """

    name: str
    formula: Expression
    shape: tuple[str, ...]
    differential: Expression | None
    move: str

    def _equation(self, style: Text) -> str:
        """Return the value with its formula, of the variable the name."""
        name = style.name(self.name)
        return name if self.differential is None else f"{name} = {self.formula._write(style)}"


class GradientPath(NamedTuple):
    """One way from an occurrence of the variable to the value.

    ``values`` are those on the way, the variable first and the whole last. ``product`` is the product of the
    local derivatives along it: the differential of the whole if the variable varies at ``occurrence`` alone.
    ``contribution`` is what it adds to the gradient; the contributions of all paths add up to that.
    """

    values: tuple[PathValue, ...]
    occurrence: str
    product: Expression
    contribution: Expression

    def __str__(self) -> str:
        """Return the values on the way, the product of the local derivatives, and the contribution.

        >>> import matcalc as mc
        >>> print(mc.diff("norm2(A*x)^2", wrt="x").paths()[0])
        x -> M = A*x -> L = norm2(M)^2
        dL = 2*(M'*A*dx)
        contributes 2*A'*A*x
        """
        return "\n".join(self.lines(TEXT))

    def lines(self, style: Text) -> list[str]:
        """Return the path in a notation: the way, the product along it, and the contribution."""
        move = style.name(self.values[-1].move)
        return [
            style.to.join(value._equation(style) for value in self.values),
            f"{move} = {self.product._write(style)}",
            style.words("contributes ") + self.contribution._write(style),
        ]

    def __repr__(self) -> str:
        """Return the path in one line."""
        return f"<GradientPath: {'; '.join(self.lines(TEXT))}>"

    def _repr_latex_(self) -> str:
        """Return the path in LaTeX; notebooks call this."""
        return below(self.lines(self.contribution._style("latex")))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the text with IPython's printer; consoles call this."""
        write_lines(printer, str(self))


def gradient_paths(of: Differentiated, names: list[tuple[str, Expr]]) -> list[GradientPath]:
    """Return the paths of a gradient; see :meth:`Derivative.paths`."""
    reading, question = of.reading, question_of(of, names)
    trace = question.trace

    def expression(node: Expr) -> Expression:
        """Return an expression in which values on the path, and their differentials, are variables too."""
        more = {name: v for name, v in variables([node]).items() if name not in reading.variables}
        return Expression(node, with_arguments(reading, more))

    def value(symbol: Expr, formula: Expr, differential: Expr | None) -> PathValue:
        shown = expression(formula)
        local = None if differential is None else expression(differential)
        move = trace.moves.get(symbol, symbol)
        return PathValue(str(symbol.data[0]), shown, shown.shape, local, str(move.data[0]))

    def path(route: Route) -> GradientPath:
        places = route.occurrences
        values = [value(place.line.symbol, formula_of(place.line), place.differential) for place in places]
        return GradientPath(
            (value(trace.leaf, trace.leaf, None), *values),
            occurrence_text(places[0]) if places else str(trace.leaf.data[0]),
            expression(route.product),
            expression(route.contribution),
        )

    with as_written(of.writing):
        return [path(route) for route in _presented_routes(question)]


def _presented_routes(question: Question) -> list[Route]:
    """Return the paths, with contributions that respect the structure of the variable, factored."""

    def presented(contribution: Expr) -> Expr:
        return factored(respecting(contribution, question.variable, question.choice))

    return [route._replace(contribution=presented(route.contribution)) for route in routes(question.trace)]


def page_of_paths(of: Differentiated, gradient: Expr, names: list[tuple[str, Expr]]) -> str:
    """Return the paths as a page of LaTeX, with the gradient as their sum, in which there are ``names``."""
    question = question_of(of, names)
    with as_written(of.writing):
        paths = _presented_routes(question)
        return paths_page(paths, question.trace, gradient, dict(names), names_taken(of.reading))
