"""From text to an expression as written: kinds, shapes, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import Dim, Expr, Shape, variable
from matcalc.functions import BY_CALL
from matcalc.language.assemble import assemble, dimension_positions
from matcalc.language.assumptions import (
    notes_on_entries,
    notes_on_sizes,
    refuse_numbers_as_vectors,
    refuse_open_powers,
)
from matcalc.language.compounds import refuse_names_side_by_side
from matcalc.language.crosses import refuse_crosses
from matcalc.language.declarations import Declaration
from matcalc.language.euler import NOTE, settle_powers_of_e
from matcalc.language.lookalikes import refuse_lookalikes
from matcalc.language.meaning_notes import notes_on_meaning
from matcalc.language.names import plain_name
from matcalc.language.naming import name_dimensions
from matcalc.language.notation import is_latex, notation_notes
from matcalc.language.one_dimensional import settle_one_dimensional
from matcalc.language.reader import read
from matcalc.language.search import Text, lightest_reading
from matcalc.language.sizes import refuse_what_is_no_size, sizes_written
from matcalc.language.slips import idle_identities, parse_declarations, refuse_powers_by_transposes, slips
from matcalc.language.superscripts import settle_superscripts
from matcalc.language.syntax import Syntax, syntax_postorder
from matcalc.language.token_kinds import CONSTANTS, NUMBERS

_INFINITY = ("inf", "infty", "infinity")


class Reading(NamedTuple):
    """An expression as it was written, and how its names were understood.

    ``variables`` holds all of them, also those only declared; ``sources`` says for each whether
    its kind was ``declared``, is the ``default``, or was ``inferred``; ``notes`` tell what was
    assumed; ``definitions`` are the names given by ``where``; ``spans`` are the places in the text
    of the first of all equal parts.
    """

    text: str
    expr: Expr
    variables: dict[str, Expr]
    sources: dict[str, str]
    notes: tuple[str, ...]
    definitions: dict[str, Expr]
    spans: Mapping[Expr, Span] = {}


def parse(
    text: str,
    declarations: Mapping[str, str] | None = None,
    wrt: Iterable[str] = (),
    *,
    latex: bool | None = None,
) -> Reading:
    """Return the expression that ``text`` writes, with the kinds and shapes of its names.

    ``declarations`` gives kinds, as in ``{"S": "symmetric(n)"}``; ``wrt`` names the variables of
    differentiation, which are names for sure; kinds do not depend on them. ``latex`` says whether the text
    is LaTeX; without it that is so if the text has a command of it. Raises ``MatcalcError``: E1xx if the
    text cannot be read, E2xx if no kinds fit, E402 for a bad declaration.

    >>> parse("||A x - b||^2").variables["A"].shape
    (Dim(m), Dim(n))
    """
    wrt, declarations = tuple(wrt), declarations or {}
    declared = parse_declarations(declarations)
    names = frozenset(map(plain_name, wrt))
    latex = is_latex(text) if latex is None else latex
    root, bold, said = _read(text, declared, names, latex)
    try:
        refuse_lookalikes(text, root, (*declarations, *wrt))
        refuse_crosses(text, root, declared, _sizes(declared))
        refuse_powers_by_transposes(text, root, declared)
        notes = (*notation_notes(text, root, latex), *said, *slips(root, declared, _sizes(declared), names))
        if settle_powers_of_e(root, [*declared, *names, *_definitions(root, declared)]):
            notes = (*notes, NOTE)
        if not latex:
            notes += settle_superscripts(root, declared, bold)
            notes += settle_one_dimensional(root, declared, _sizes(declared))
        return _resolve(_waiting(text, root, declared, names, bold), notes)
    except MatcalcError as error:
        raise error.with_source(text) from None


def _read(
    text: str, declared: dict[str, Declaration], wrt: frozenset[str], latex: bool
) -> tuple[Syntax, Mapping[str, str], tuple[str, ...]]:
    """Return the syntax of a text, the names that are written in bold or with an arrow, and notes."""
    if not latex:
        return read(text, frozenset(declared), wrt, _sizes(declared)), {}, ()
    # Imported here, so that plain text does not wait for what only LaTeX needs.
    from matcalc.language.latex import read_latex

    return read_latex(text, frozenset(declared), wrt, _sizes(declared))


def _sizes(declared: dict[str, Declaration]) -> frozenset[str]:
    return frozenset(s for d in declared.values() for dim in d.dims for s in dim.symbols)


def _waiting(
    text: str, root: Syntax, declared: dict[str, Declaration], wrt: frozenset[str], bold: Mapping[str, str]
) -> Text:
    definitions = _definitions(root, declared)
    order = _order(root, definitions)
    for node in order:
        refuse_what_is_no_size(node)
    dims = _sizes(declared).union(*map(_sizes_in, order))
    for node in order:
        if node.op == "name" and node.data in declared and node.data in dims:
            raise _size_and_variable(node, declared[node.data])
    undeclared: dict[str, Syntax] = {}
    _refuse_numbers_with_index(order, declared)
    indexed = {arg for node in order if node.op in ("entry", "entries") for arg in node.args}
    for node in order:
        if node.op == "name" and node.data not in declared and node.data not in definitions:
            if (
                node.data in dims
                or node.data in CONSTANTS
                or (node.data in NUMBERS and node.data not in bold and node not in indexed)
            ):
                continue
            if node.data in BY_CALL:
                raise _function_without_arguments(node)
            if node.data.lower() in _INFINITY:
                raise _infinite(node)
            undeclared.setdefault(node.data, node)
    refuse_names_side_by_side(text, undeclared, wrt.union(declared, undeclared), wrt)
    return Text(text, root, order, definitions, declared, dims, tuple(undeclared), wrt, bold)


def _refuse_numbers_with_index(order: list[Syntax], declared: Mapping[str, Declaration]) -> None:
    r"""Raise E102 for a number that has an index in another place, as in ``\pi_k \log 2\pi``."""
    indexed = {arg for node in order if node.op in ("entry", "entries") for arg in node.args}
    names = {node.data: node for node in indexed if node.op == "name" and node.data in NUMBERS}
    for node in order:
        if node.op == "name" and node.data in names and node not in indexed and node.data not in declared:
            labels = [Label(node.span, "the number?"), Label(names[node.data].span, "has an index", False)]
            message = f"{node.data} is a number here, and a vector there"
            help_text = "give the one with an index another name"
            raise MatcalcError("E102", message, labels=labels, help=help_text)


def _infinite(node: Syntax) -> MatcalcError:
    label, help_text = Label(node.span, "no number"), "the largest absolute entry is norminf(x) or ||x||_inf"
    return MatcalcError("E506", "infinity cannot be used", labels=[label], help=help_text)


def _size_and_variable(node: Syntax, declaration: Declaration) -> MatcalcError:
    label = Label(node.span, "which?")
    help_text = f"a size is a scalar too: leave out the declaration of {node.data}, or rename one of the two"
    message = f"{node.data} is declared a {declaration.kind}, and is a size"
    return MatcalcError("E209", message, labels=[label], help=help_text)


def _sizes_in(node: Syntax) -> frozenset[str]:
    """Return the names that a node uses as sizes: those in ``ones(n)`` or in the limit of a sum."""
    return frozenset(symbol for _, dim in sizes_written(node) for symbol in dim.symbols)


def _resolve(waiting: Text, notes: tuple[str, ...]) -> Reading:
    root, definitions = waiting.root, waiting.definitions
    fit = lightest_reading(waiting)
    kinds, shapes = fit.kinds, fit.shapes
    refuse_open_powers(waiting, shapes)
    refuse_numbers_as_vectors(waiting, shapes)
    names = name_dimensions(shapes.variables, shapes.sizes)

    def final(shape: Shape) -> tuple[Dim, Dim]:
        rows, cols = shapes.sizes.resolve_shape(shape)
        return rows.substitute(names), cols.substitute(names)

    variables = {
        name: variable(name, final(shape), frozenset(kinds[name].facts))
        for name, shape in shapes.variables.items()
    }
    built = assemble(waiting.order, shapes, variables, definitions, final)
    return Reading(
        waiting.text,
        built[root],
        variables,
        {name: kind.source for name, kind in kinds.items()},
        (
            *notes,
            *fit.notes,
            *notes_on_entries(waiting, shapes),
            *notes_on_sizes(shapes),
            *idle_identities(waiting.order, shapes),
            *dict.fromkeys(notes_on_meaning(waiting.text, waiting.order, shapes, kinds)),
        ),
        {name: built[value] for name, value in definitions.items() if value in built},
        _places(built),
    )


def _places(built: Mapping[Syntax, Expr]) -> dict[Expr, Span]:
    """Return where each part stands first."""
    places: dict[Expr, Span] = {}
    for syntax, expr in built.items():
        if syntax.op != "row" and (expr not in places or syntax.start < places[expr].start):
            places[expr] = syntax.span
    return places


def _function_without_arguments(node: Syntax) -> MatcalcError:
    label = Label(node.span, "a function")
    help_text = f"write {node.data}(...); a variable of this name must be declared"
    return MatcalcError(
        "E109", f"{node.data} is a function and needs arguments", labels=[label], help=help_text
    )


def _definitions(root: Syntax, declared: Mapping[str, Declaration]) -> dict[str, Syntax]:
    found: dict[str, Syntax] = {}
    for node in root.args[1:] if root.op == "where" else ():
        name = node.data
        if name in found or name in declared or name in BY_CALL or name in CONSTANTS:
            why = "defined twice" if name in found else "already a variable or a function"
            raise MatcalcError("E107", f"{name} is {why}", labels=[Label(node.span, "this definition")])
        found[name] = node.args[0]
    return found


def _order(root: Syntax, definitions: Mapping[str, Syntax]) -> list[Syntax]:
    """Return the nodes to give shapes to, each after those it needs."""

    def below(node: Syntax) -> tuple[Syntax, ...]:
        if node.op == "name" and node.data in definitions:
            return (definitions[node.data],)
        if node.op == "call":
            return tuple(arg for i, arg in enumerate(node.args) if i not in dimension_positions(node.data[0]))
        return node.args[:1] if node.op == "where" else node.args

    try:
        return syntax_postorder(root, below)
    except RecursionError as loop:
        label = Label(loop.args[0].span, "defined by itself")
        raise MatcalcError("E107", "a definition in where is circular", labels=[label]) from None
