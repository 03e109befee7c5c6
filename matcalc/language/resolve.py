"""All of reading together: searches the kinds and returns the expression with what was assumed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, SCALAR, Dim, Expr, Shape, variable
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL, Function
from matcalc.language.assemble import assemble, dimension_positions
from matcalc.language.conventions import refuse_crosses, settle_one_dimensional, settle_superscripts
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import is_capital
from matcalc.language.names import plain_name, refuse_lookalikes
from matcalc.language.notation import is_latex, notation_notes, refuse_names_side_by_side
from matcalc.language.reach import NOTE, settle_powers_of_e
from matcalc.language.reader import read
from matcalc.language.search import (
    UnresolvedText,
    lightest_reading,
    notes_on_entries,
    notes_on_sizes,
    refuse_numbers_as_vectors,
    refuse_open_powers,
)
from matcalc.language.shape_errors import name_dimensions
from matcalc.language.shapes import Shapes
from matcalc.language.slips import (
    idle_identities,
    parse_declarations,
    refuse_powers_by_transposes,
    refuse_what_is_no_size,
    sizes_written,
    slips,
)
from matcalc.language.syntax import SUMMED, VECTOR, Syntax, syntax_postorder
from matcalc.language.token_kinds import CONSTANTS, NUMBERS

#: Ends the name of the function of a whole matrix, as in ``expm``.
_OF_MATRIX = "m"
_MATRIX_PRODUCTS = frozenset(("mul", "dot", "transpose", "where", "definition"))
#: Longest piece of the text that a note repeats.
_LONGEST = 24


def notes_on_meaning(
    text: str, nodes: Collection[Syntax], shapes: Shapes, kinds: Mapping[str, Declaration]
) -> Iterator[str]:
    """Yield what to say of scalar products, and of exponentials, logarithms and roots of square matrices.

    In a sum over indices functions are of entries anyway. A matrix of which nothing is declared may be
    square.
    """
    parents = {arg: node for node in nodes for arg in node.args}
    summed = {part for node in nodes if _is_sum(node) for part in syntax_postorder(node, lambda n: n.args)}
    for node in nodes:
        if node.op == "dot":
            yield from _multiples(text, node, shapes, kinds)
        if shapes.dotted.get(node):
            written = _written(text, node, "a dot between vectors")
            yield f"{written} is read as a scalar product; if a name in it is a scalar, declare it"
        elif node.op == "bars" and ONE in shapes.of[node.args[0]] and node.data == VECTOR:
            written = _written(text, node, "what stands in bars")
            yield f"{written} is read as the norm of a vector"
        elif node.op == "call" and node not in summed and _is_of_entries(node, shapes, parents, kinds):
            name = shapes.chosen[node].name
            whole = _written(text, node.args[0], "the matrix")
            yield f"{name} works on each entry of {whole}; of the whole matrix it is {name}{_OF_MATRIX}"
        elif node.op in ("call", "bars") and _is_number_of_a_matrix(shapes.chosen.get(node)):
            for name in _scalar_factors(node, kinds):
                yield f"{name} is read as a scalar; declare it if it is a matrix"
        elif node.op == "power" and _is_square_of_a_determinant(node, shapes, kinds):
            name = node.args[0].args[0].data
            yield f"|{name}| is read as a determinant; if {name} is a vector, declare it"
        elif node.op == "power" and ONE not in shapes.of[node] and _is_pythons(text, node):
            yield "** is the power of a matrix; that of each entry is .^"
        elif node.op == "exponential" and node in shapes.chosen:
            yield "e^(...) of a matrix is its exponential, expm(...)"
        elif node.op == "exponential":
            for name in _capital_scalars(node, kinds):
                yield f"e^(...) is that of a scalar {name}; of a matrix it is expm(...)"


def _multiples(text: str, node: Syntax, shapes: Shapes, kinds: Mapping[str, Declaration]) -> Iterator[str]:
    """Yield what to say of a dot between a vector and a letter that is a scalar for want of a declaration."""
    for i, sign in node.data.items():
        for one, other in (node.args[i - 1 : i + 1], node.args[i : i - 2 if i > 1 else None : -1]):
            kind = kinds.get(one.data) if one.op == "name" else None
            is_guess = kind is not None and kind.source == "default" and kind.kind == "scalar"
            if sign == "dot" and is_guess and ONE in shapes.of[other] and not shapes.is_scalar(other):
                written = _written(text, node, "a product with a dot")
                yield f"{written} is read as a multiple; for a scalar product declare {one.data} a vector"


def _is_square_of_a_determinant(power: Syntax, shapes: Shapes, kinds: Mapping[str, Declaration]) -> bool:
    """Return whether a power is the square of bars around a matrix of which nothing was declared."""
    bars, exponent = power.args
    if bars.op != "bars" or exponent.data != 2 or bars.args[0].op != "name":
        return False
    kind = kinds.get(bars.args[0].data)
    return ONE not in shapes.of[bars.args[0]] and kind is not None and kind.source != "declared"


def _is_pythons(text: str, power: Syntax) -> bool:
    """Return whether a power is written with the sign of Python, where it works entry by entry."""
    base, exponent = power.args
    return text[base.end : exponent.start].strip().startswith("**")


def _is_sum(node: Syntax) -> bool:
    return node.op == "call" and node.data[-1] == SUMMED


def _written(text: str, node: Syntax, otherwise: str) -> str:
    """Return how the node is written, if that is short."""
    written = " ".join(text[node.start : node.end].split())
    if written.startswith("{") and written.endswith("}"):
        written = written[1:-1].strip()
    return written if len(written) <= _LONGEST else otherwise


def _is_of_entries(
    node: Syntax, shapes: Shapes, parents: Mapping[Syntax, Syntax], kinds: Mapping[str, Declaration]
) -> bool:
    """Return whether a function of each entry of a matrix may be meant as one of the matrix."""
    entry = shapes.chosen.get(node)
    if entry is None or entry.name + _OF_MATRIX not in BY_CALL or len(node.args) != 1:
        return False
    rows, cols = shapes.sizes.resolve_shape(shapes.of[node.args[0]])
    if rows is ONE or cols is ONE:
        return False
    parent = parents.get(node)
    if rows is cols or (parent is not None and parent.op not in _MATRIX_PRODUCTS):
        return rows is cols
    names = (part.data for part in syntax_postorder(node, lambda n: n.args) if part.op == "name")
    return not any(name in kinds and kinds[name].source == "declared" for name in names)


def _is_number_of_a_matrix(entry: Function | None) -> bool:
    """Return whether an entry is a function from square matrices to scalars, such as the trace."""
    if entry is None:
        return False
    signature = signature_of(entry)
    rows, cols = signature.arguments[0].shape
    return signature.result == SCALAR and rows is cols is not ONE


def _scalar_factors(node: Syntax, kinds: Mapping[str, Declaration]) -> Iterator[str]:
    """Yield the letters that are scalars by default, and factors of the argument of a function."""
    for factor in node.args[0].args if node.args[0].op == "mul" else ():
        kind = kinds.get(factor.data) if factor.op == "name" else None
        if kind is not None and kind.kind == "scalar" and kind.source == "default":
            yield factor.data


def _capital_scalars(node: Syntax, kinds: Mapping[str, Declaration]) -> Iterator[str]:
    """Yield the capital letters in an exponent that are scalars, but not declared so."""
    for part in syntax_postorder(node, lambda n: n.args):
        kind = kinds.get(part.data) if part.op == "name" else None
        if kind is not None and kind.kind == "scalar" and kind.source == "inferred" and is_capital(part.data):
            yield part.data


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
) -> UnresolvedText:
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
    return UnresolvedText(text, root, order, definitions, declared, dims, tuple(undeclared), wrt, bold)


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


def _resolve(waiting: UnresolvedText, notes: tuple[str, ...]) -> Reading:
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
