"""Products of Hessians with arrays, as closed forms."""

from __future__ import annotations

from matcalc.algebra import as_written
from matcalc.api.differentiated import Differentiated, known_names, names_taken
from matcalc.api.expressions import Expression
from matcalc.calculus import derivations, factored, named_parts, tangent
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, variable
from matcalc.language import plain_name


def hessian_product(of: Differentiated, direction: str) -> Expression:
    """Return the product of a second derivative with an array of this name; see :meth:`Derivative.hvp`."""
    last, reading, name = of.last, of.reading, plain_name(direction)
    if len(of.derivations) != 2 or not reading.expr.is_scalar or last.move is None:
        message = "only the Hessian of a scalar with respect to an array can be multiplied by an array"
        raise MatcalcError("E505", message)
    vector = reading.variables.get(name)
    if vector is None and name.isidentifier() and name not in names_taken(reading):
        vector = variable(name, last.variable.shape)
    if vector is None or vector.shape != last.variable.shape:
        message = f"{direction} cannot name an array shaped like {last.variable.data[0]}"
        raise MatcalcError("E403", message)
    with as_written(of.writing):
        node = factored(tangent(last.linear, {last.move: vector}))
    more = reading._replace(
        variables={**reading.variables, name: vector}, sources={name: "argument", **reading.sources}
    )
    definitions = named_parts(node, names_taken(more), known_names(of))
    return Expression(node, more, definitions, derived=(reading.expr, ProductForms(of, vector, node)))


class ProductForms:
    """The forms in which the product of a Hessian with the array ``vector`` can be computed."""

    def __init__(self, of: Differentiated, vector: Expr, shown: Expr):
        self.of = of
        self.vector = vector
        self.shown = shown

    def __call__(self, expr: Expr) -> list[tuple[Expr, ...]]:
        """Return those derived from ``expr``: what was differentiated, or the same value in another form."""
        of = self.of
        original, last = expr is of.reading.expr, of.last
        with as_written(of.writing):
            if not original:
                by = [one.variable for one in of.derivations]
                last = derivations(expr, by, names_taken(of.reading), of.choice)[-1]
            assert last.move is not None
            found: list[tuple[Expr, ...]] = [(tangent(last.linear, {last.move: self.vector}),)]
        return [*found, (self.shown,)] if original else found
