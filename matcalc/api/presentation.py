"""A derivative as it is shown: its form and layout, and the names for common subexpressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from matcalc.algebra import Writing, as_written, normal_forms
from matcalc.api.options import Options, names_taken
from matcalc.calculus import Derivation, derivations, in_form, laid_out, named_parts, structure_note
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, postorder
from matcalc.functions.fields import lazy_property
from matcalc.language import Reading
from matcalc.printing import (
    Naming,
    Text,
    axis_letters,
    units_note,
    write,
    write_index_form,
    write_index_terms,
    write_named,
)


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

    def last_of(self, expr: Expr) -> Derivation:
        """Return the same derivative of another expression with the same value."""
        if expr is self.reading.expr:
            return self.last
        by = [derivation.variable for derivation in self.derivations]
        return derivations(expr, by, names_taken(self.reading), self.choice)[-1]

    @property
    def is_of_scalar(self) -> bool:
        """Whether the expression is a scalar."""
        return self.reading.expr.is_scalar


def known_names(of: Differentiated) -> Mapping[Expr, str]:
    """Return the names that the user gave to parts of the expression."""
    with as_written(of.writing):
        return names_given(of.reading)


def names_given(reading: Reading) -> Mapping[Expr, str]:
    """Return the names that were given after ``where``, by the normal forms of what they stand for."""
    normal = normal_forms(reading.definitions.values())
    return {normal[value]: name for name, value in reading.definitions.items()}


class Presentation:
    """A derivative in a form and a layout, with names for common subexpressions unless these are not wanted.

    ``shared`` are names found for several derivatives together, of which this one takes its own.
    """

    def __init__(self, of: Differentiated, options: Options, shared: list[tuple[str, Expr]] | None = None):
        """Raise E505 if the derivative has no form of this name."""
        self.of = of
        self.options = options
        self.shared = shared
        with as_written(of.writing):
            form = in_form(of.last, options.form, len(of.derivations), scalar=of.is_of_scalar)
            self.form = laid_out(form, options.layout)

    @property
    def node(self) -> Expr:
        """The closed form; raises E505 for index notation, which is none."""
        node = self.form.node
        if node is None:
            raise MatcalcError("E505", "index notation is no matrix expression", help="str() gives its text")
        return node

    @property
    def reading(self) -> Reading:
        """What was read, with the arguments of a map among the variables."""
        if self.form.name != "map":
            return self.of.reading
        occurring = {node.data[0]: node for node in postorder(self.node) if node.op == "variable"}
        # An argument has in the map the structure that it occurs with.
        arguments = {str(v.data[0]): occurring.get(v.data[0], v) for v in self.form.arguments}
        return with_arguments(self.of.reading, arguments)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the differentials that a map takes."""
        return tuple(str(argument.data[0]) for argument in self.form.arguments)

    @lazy_property
    def naming(self) -> Naming:
        """The letters of index notation."""
        assert self.form.indices is not None
        return Naming(self.form.indices, names_taken(self.of.reading))

    @property
    def axes(self) -> tuple[str, ...]:
        """The letters of the axes in index notation: of the value, then of each variable."""
        return () if self.form.indices is None else axis_letters(self.form.indices, self.naming)

    @property
    def notes(self) -> tuple[str, ...]:
        """The assumptions, and the structure that the derivative respects."""
        of, first = self.of, len(self.of.derivations) == 1
        notes = [
            structure_note(derivation.variable, of.choice, is_gradient=derivation.is_gradient and first)
            for derivation in of.derivations
        ]
        if self.form.indices is not None:
            notes.append(units_note(self.form.indices, self.naming))
        return (*of.reading.notes, *dict.fromkeys(filter(None, notes)))

    @lazy_property
    def _names(self) -> list[tuple[str, Expr]]:
        taken = {*names_taken(self.of.reading), *self.arguments}
        if self.form.indices is not None:
            taken |= self.naming.taken
        return named_parts(self.form.whole, taken, known_names(self.of))

    def definitions(self) -> list[tuple[str, Expr]]:
        """Return the names of parts of the derivative; what is the whole of it has none."""
        if not self.options.names:
            return []
        derivative = self.form.whole
        inside = set(postorder(derivative)) - {derivative}
        named = self._names if self.shared is None else self.shared
        return [(name, value) for name, value in named if value in inside]

    def written(self, style: Text) -> str:
        """Return the derivative with its definitions."""
        if self.form.indices is not None:
            return write_index_form(self.form.indices, style, self.naming, self.definitions())
        return write(self.node, style, self.definitions())

    def without_definitions(self, style: Text) -> str:
        """Return the derivative as it is shown to people, with names that are defined elsewhere."""
        names = {value: name for name, value in self.shared or ()}
        if self.form.indices is not None:
            return self.introduced(write_index_terms(self.form.indices, style, self.naming, names), style)
        return self.introduced(write_named(self.node, style, names), style)

    def introduced(self, text: str, style: Text) -> str:
        """Return the text with what a map takes, or with the axes of index notation, in front."""
        if self.form.indices is not None and self.axes:
            return f"{style.entry('D', list(self.axes))} = {text}"
        if self.form.name != "map":
            return text
        return style.maps_to([style.name(name) for name in self.arguments], text)


def with_arguments(reading: Reading, arguments: Mapping[str, Expr]) -> Reading:
    """Return a reading with more variables, which are arguments of what was found."""
    sources = {**dict.fromkeys(arguments, "argument"), **reading.sources}
    return reading._replace(variables={**reading.variables, **arguments}, sources=sources)
