"""The paths from a variable to a value as users see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcalc.algebra import as_written
from matcalc.api.expressions import Expression
from matcalc.calculus import factored, respecting

if TYPE_CHECKING:
    from matcalc.api.differentiated import Differentiated
    from matcalc.expression import Expr


class PathValue(NamedTuple):
    """A value on a path: its ``name``, its ``formula`` in terms of others, and its ``shape``.

    The variable, where a path begins, has its name as formula. ``differential`` is how the value moves when
    the one before it on the path does: the local derivative, which is called ``move``. The variable has none.
    """

    name: str
    formula: Expression
    shape: tuple[str, ...]
    differential: Expression | None
    move: str


class GradientPath(NamedTuple):
    """One way from an occurrence of the variable to the value.

    ``values`` are those on the way, the variable first and the whole last. ``product`` is the product of the
    local derivatives along it: how the whole moves when the variable does at this occurrence, ``occurrence``.
    ``contribution`` is what it adds to the gradient; the contributions of all paths add up to that.
    """

    values: tuple[PathValue, ...]
    occurrence: str
    product: Expression
    contribution: Expression


def gradient_paths(of: Differentiated, names: list[tuple[str, Expr]]) -> list[GradientPath]:
    """Return the paths of a gradient; see :meth:`Derivative.paths`."""
    from matcalc.api.explanations import question_of
    from matcalc.explanation import Route, formula_of, occurrence_text, routes

    last, reading = of.last, of.reading
    question = question_of(of, names)

    def value(symbol: Expr, formula: Expr, differential: Expr | None) -> PathValue:
        whole = Expression(formula, reading)
        local = None if differential is None else Expression(differential, reading)
        move = question.trace.moves.get(symbol, symbol)
        return PathValue(str(symbol.data[0]), whole, whole.shape, local, str(move.data[0]))

    def shown(route: Route) -> GradientPath:
        name = str(last.variable.data[0])
        places = route.occurrences
        values = [value(one.line.symbol, formula_of(one.line), one.differential) for one in places]
        whole = factored(respecting(route.contribution, last.variable, of.choice))
        return GradientPath(
            (value(last.variable, last.variable, None), *values),
            occurrence_text(places[0]) if places else name,
            Expression(route.product, reading),
            Expression(whole, reading),
        )

    with as_written(of.writing):
        return [shown(route) for route in routes(question.trace)]
