"""Makes the steps and graphs of a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.algebra import Writing, as_written, laws_recorded
from matcalc.api.differentiated import Differentiated, names_given, names_taken
from matcalc.api.results import refuse_unknown
from matcalc.calculus import cotangents_by_line, factored, respecting, structure_note, trace, traced
from matcalc.errors import MatcalcError
from matcalc.explanation import (
    LEVELS,
    STYLES,
    Graph,
    Question,
    Steps,
    backprop_steps,
    differential_steps,
    graph_of,
)
from matcalc.expression import Expr
from matcalc.language import Reading

if TYPE_CHECKING:
    from matcalc.api.differentiated import Differentiated
    from matcalc.expression import Expr


#: Derivatives that are longer have names in graphs.
LONGEST_LABEL = 9
_MAKERS = dict(zip(STYLES, (backprop_steps, differential_steps), strict=True))


def steps_of(of: Differentiated, names: list[tuple[str, Expr]], style: str, level: str) -> Steps:
    """Return the steps to a gradient; see :meth:`Derivative.steps`."""
    for what, value, known in (("style", style, STYLES), ("level", level, LEVELS)):
        refuse_unknown(what, value, known)
    question = question_of(of, names)
    with as_written(of.writing):
        return _MAKERS[style](question)._replace(level=level)


def graph_of_gradient(of: Differentiated, names: list[tuple[str, Expr]]) -> Graph:
    """Return the computation graph of a gradient; see :meth:`Derivative.graph`."""
    question = question_of(of, names)
    with as_written(of.writing):
        *found, last = cotangents_by_line(question.trace, question.taken, longest=LONGEST_LABEL)
        value = respecting(last.value, question.variable, of.choice)
        return graph_of(question.lines, question.trace, [*found, last._replace(value=value, written=value)])


def graph_of_expression(reading: Reading) -> Graph:
    """Return the computation graph of an expression; see :meth:`Expression.graph`."""
    with as_written(Writing()):
        variables = list(reading.variables.values())
        return graph_of(trace(reading.expr, variables, names_given(reading), names_taken(reading)))


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
        known = {value: name for name, value in names} | dict(names_given(reading))
        with laws_recorded() as laws:
            lines = trace(reading.expr, [last.variable], known, taken)
        presented: list[str] = []
        gradient = factored(last.linear, presented)
    note = structure_note(last.variable, of.choice)
    shown = {value: name for name, value in names}
    seen = traced(lines, last.variable, taken)
    return Question(seen, gradient, shown, of.choice, note, frozenset(taken), tuple(laws), tuple(presented))
