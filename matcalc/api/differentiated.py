"""An expression with its derivatives, before they are presented: what every form of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from matcalc.algebra import Writing, as_written, normal_forms
from matcalc.api.expressions import Expression
from matcalc.api.understanding import names_taken
from matcalc.calculus import Derivation, derivations, factored, named_parts, tangent
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, postorder, variable
from matcalc.language import Reading, plain_name


class Differentiated(NamedTuple):
    """An expression with its derivatives up to some order; ``choice`` says how structures are respected."""

    reading: Reading
    derivations: tuple[Derivation, ...]
    choice: str
    writing: Writing

    @property
    def last(self) -> Derivation:
        """The derivative of the highest order."""
        return self.derivations[-1]


def hessian_product(of: Differentiated, direction: str) -> Expression:
    """Return the product of a second derivative with an array of this name; see :meth:`Derivative.hvp`."""
    last, reading, name = of.last, of.reading, plain_name(direction)
    if len(of.derivations) != 2 or not reading.expr.is_scalar or last.move is None:
        raise MatcalcError("E505", "only second derivatives of scalars by arrays are multiplied by an array")
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


def known_names(of: Differentiated) -> Mapping[Expr, str]:
    """Return the names that the user gave to parts of the expression."""
    with as_written(of.writing):
        return names_given(of.reading)


def names_given(reading: Reading) -> Mapping[Expr, str]:
    """Return the names that were given after ``where``, by the normal forms of what they stand for."""
    normal = normal_forms(reading.definitions.values())
    return {normal[value]: name for name, value in reading.definitions.items()}


def used_in(definitions: list[tuple[str, Expr]], node: Expr) -> list[tuple[str, Expr]]:
    """Return the definitions of parts of the node; it may be defined itself, which says nothing of it."""
    inside = set(postorder(node)) - {node}
    return [(name, value) for name, value in definitions if value in inside]
