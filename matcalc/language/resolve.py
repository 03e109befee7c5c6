"""``parse``: reads a text, searches kinds, and returns the expression with the assumptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, Dim, Expr, Shape, variable
from matcalc.functions import BY_CALL
from matcalc.language.ambiguities import (
    crosses,
    dots_and_primes,
    lookalikes,
    marks,
    notation,
    pluses,
    reach,
    transposes_or_powers,
)
from matcalc.language.assemble import assemble
from matcalc.language.calls import dimension_positions, refuse_what_is_no_size, sizes_written
from matcalc.language.conventions import (
    SQUARE,
    WrittenText,
    absolute_values,
    columns,
    diagonals,
    powers_of_e,
    squares,
    superscripts,
)
from matcalc.language.declarations import Declaration, declared_functions, declared_sizes, parse_declarations
from matcalc.language.evidence import is_constant, letter_of
from matcalc.language.matrix_functions import settle
from matcalc.language.named_functions import functions_applied, with_parameters
from matcalc.language.names import plain_name, stem
from matcalc.language.notations import is_latex, refuse_lost_backslashes
from matcalc.language.notes import Resolved, idle_names, notes_on
from matcalc.language.other_calls import translate
from matcalc.language.other_code import may_be_python, program_of, refuse_modules
from matcalc.language.reader import read_text
from matcalc.language.search import UnresolvedText, lightest_reading
from matcalc.language.shape_errors import name_dimensions
from matcalc.language.statements import PastedLine, read_line
from matcalc.language.summation import MEMBER
from matcalc.language.syntax import (
    CONSTANTS,
    NO_NAMES,
    NUMBERS,
    NamesGiven,
    Syntax,
    TextReading,
    fault,
    part_shared_nodes,
    syntax_postorder,
)

if TYPE_CHECKING:
    import ast

_INFINITY = ("inf", "infty", "infinity")


class Reading(NamedTuple):
    """An expression as it was written, and how its names were understood.

    ``variables`` holds all of them, also those only declared; ``sources`` says for each whether
    its kind was ``declared``, is the ``default``, or was ``inferred``; ``notes`` tell what was
    assumed; ``definitions`` are the names given by ``where``; ``spans`` are the places in the text
    of the first of all equal parts; ``wrt`` are the variables of differentiation that were given, or else
    those that the text asks for.
    """

    text: str
    expr: Expr
    variables: dict[str, Expr]
    sources: dict[str, str]
    notes: tuple[str, ...]
    definitions: dict[str, Expr]
    spans: Mapping[Expr, Span] = {}
    wrt: tuple[str, ...] = ()


def _said(written: WrittenText) -> Iterable[str]:
    return written.said


#: What is refused, said and changed of a text as it was written, in this order.
RULES: tuple[Callable[[WrittenText], Iterable[str] | None], ...] = (
    lookalikes,
    crosses,
    transposes_or_powers,
    reach,
    pluses,
    dots_and_primes,
    notation,
    _said,
    idle_names,
    powers_of_e,
    absolute_values,
    diagonals,
)
#: Those for plain text alone: in LaTeX the tokens tell.
RULES_OF_TEXT: tuple[Callable[[WrittenText], Iterable[str] | None], ...] = (
    marks, superscripts, columns,
)  # fmt: skip


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
    try:
        refuse_lost_backslashes(text)
    except MatcalcError as error:
        raise error.with_source(text) from None
    code = None if latex or not may_be_python(text) else _parse_code(text, declared, declarations, wrt)
    if code is not None:
        return code
    latex = is_latex(text) if latex is None else latex
    try:
        if not latex:
            refuse_modules(text)
        program = program_of(text, latex)
        line = read_line(program.text, latex, declared)
        by = _variables(line, tuple(map(variable_name, wrt))) or tuple(map(variable_name, program.asked))
        names = frozenset(by)
        known = declared_sizes(declared), program.language, declared_functions(declared)
        given_names = NamesGiven(frozenset(declared), names, *known)
        root, bold, said, sizes = _read(line.text, given_names, latex, text)
        said = (*said, *translate(root, program.language, declared))
        declared = with_parameters(root, parse_declarations(sizes) | declared)
        given = (*declarations, *(wrt or by))
        written = WrittenText(line.text, root, declared, names, given, latex, bold, said)
        rules = RULES if latex else RULES + RULES_OF_TEXT
        notes = [note for rule in rules for note in rule(written) or ()]
        for name in squares(root, by, declared):
            [(_, positive)] = parse_declarations({name: "scalar positive"}).items()
            declared = {**declared, name: positive._replace(source="inferred")}
            written = written._replace(declared=declared)
            notes.append(f"the square of {name.removesuffix(SQUARE)} is the variable {name}")
        return _resolve(_unresolved(written), [*line.said, *notes], latex=latex)._replace(text=text, wrt=by)
    except MatcalcError as error:
        error.source = text
        raise error from None


#: How often code is read anew, for the kinds that its names turn out to have.
MAX_ROUNDS = 4
_RULES_OF_CODE: tuple[Callable[[WrittenText], Iterable[str] | None], ...] = (
    lookalikes, notation, _said, idle_names,
)  # fmt: skip


def _parse_code(
    text: str, declared: Mapping[str, Declaration], declarations: Iterable[str], wrt: tuple[str, ...]
) -> Reading | None:
    """Return the reading of a text that is code in Python, nothing for another text."""
    # Imported here, so that other text does not wait for what only code needs.
    from matcalc.language.python_text import python_tree

    tree = python_tree(text)
    if tree is None:
        return None
    try:
        return _read_code(text, tree, declared, (*declarations, *wrt), tuple(map(plain_name, wrt)))
    except MatcalcError as error:
        raise error.with_source(text) from None


def _read_code(
    text: str,
    tree: ast.Module,
    declared: Mapping[str, Declaration],
    given: tuple[str, ...],
    wrt: tuple[str, ...],
) -> Reading:
    """Return the reading of code in which what the operators mean fits the kinds of the names."""
    from matcalc.language.python_arrays import MATRIX, SCALAR, VECTOR
    from matcalc.language.python_code import kind_of_shape, read_python

    kinds: dict[str, str] = {}
    different: dict[str, str] = {}
    matrices: list[str] = []
    for _ in range(MAX_ROUNDS):
        code = read_python(text, tree, declared, kinds)
        by = wrt or code.parameters
        written = WrittenText(text, code.root, declared, frozenset(by), given, False, {}, code.notes)
        notes = [note for rule in _RULES_OF_CODE for note in rule(written) or ()]
        try:
            reading = _resolve(_unresolved(written), list(dict.fromkeys(notes + matrices)))
        except MatcalcError:
            if not code.turned or not code.turned.isdisjoint(kinds):
                raise
            kinds = dict.fromkeys(code.turned, MATRIX)
            matrices = [f"{name} is taken as a matrix, since it is transposed" for name in sorted(kinds)]
            continue
        shapes = {name: kind_of_shape(*(d is ONE for d in e.shape)) for name, e in reading.variables.items()}
        different = {n: kind for n, kind in shapes.items() if code.assumed.get(n, {kind}) != {kind}}
        if not different:
            guessed = [n for n in shapes if n not in declared and shapes[n] == VECTOR]
            _refuse_small_matrices(code.matrices, [n for n in guessed if n in code.arrays])
            return reading._replace(wrt=by, notes=(*reading.notes, *_words(guessed)))
        # What stands beside @ is no scalar.
        kinds |= {n: MATRIX if k == SCALAR and n in code.arrays else k for n, k in different.items()}
    name = min(different)
    message = f"{name} may be of several kinds in this code"
    raise MatcalcError("E206", message, help=f"declare {name}, for example as a vector or a matrix")


def _refuse_small_matrices(matrices: Sequence[str], vectors: Sequence[str]) -> None:
    """Raise E206 for small letters in products where others are matrices, so that these may be, too."""
    if matrices and vectors:
        message = f"{matrices[0]} is a matrix here, so {' and '.join(vectors)} may be, too"
        raise MatcalcError(
            "E206", message, help=f"declare {' and '.join(vectors)}: vector(n) or matrix(m,n)?"
        )


def _words(vectors: Iterable[str]) -> Iterable[str]:
    """Yield what to say of words that are taken as vectors, which a word may well not be."""
    words = [name for name in vectors if len(stem(name)) > 1 and letter_of(name).default == "vector"]
    if words:
        are, kind = ("are", "vectors") if len(words) > 1 else ("is", "a vector")
        yield f"{', '.join(words)} {are} taken as {kind}; what is a matrix or a scalar has to be declared"


_SQUARE = re.compile(r"\s*([^\^*²]+?)\s*(?:²|(?:\^|\*\*)\s*(?:2|\{\s*2\s*\}))\s*")


def variable_name(written: str) -> str:
    r"""Return the name of a variable as people write it: ``\mathbf{x}``, ``Σ``, ``W_{1}``.

    The square of a variable has a name of its own.

    >>> variable_name(r"\hat{\beta}_1"), variable_name("Σ"), variable_name(r"\sigma^2")
    ('beta_hat_1', 'Sigma', 'sigma_sq')
    """
    if (square := _SQUARE.fullmatch(written)) is not None:
        return variable_name(square[1]) + SQUARE
    if "\\" not in written and "{" not in written:
        return plain_name(written.strip())
    try:
        root = _read(written, NO_NAMES, latex=True)[0]
    except MatcalcError:
        return plain_name(written)
    return root.data if root.op == "name" else plain_name(written)


def _variables(line: PastedLine, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the variables that are given, or else those that the line asks for. Raises E401 for others.

    The entry ``x_i`` that a text asks for agrees with the array ``x`` that is given.
    """
    asked = tuple(map(variable_name, line.asked))
    if given and asked and not {stem(name) for name in given} & {stem(name) for name in asked}:
        message = f"the text asks for the derivative with respect to {asked[0]}, and {given[0]} is given"
        raise MatcalcError("E401", message, help="leave one of the two out")
    return given or asked or tuple(map(variable_name, line.free))


def _read(text: str, given: NamesGiven, latex: bool, source: str = "") -> TextReading:
    """Return the syntax of a text, with what it says of names and what is to be said of it."""
    if not latex:
        return read_text(text, given, source)
    # Imported here, so that plain text does not wait for what only LaTeX needs.
    from matcalc.language.latex import read_latex

    return read_latex(text, given, source)


def _unresolved(written: WrittenText) -> UnresolvedText:
    """Return the text with its nodes in order. Raises for names that cannot have a kind."""
    part_shared_nodes(written.root)
    declared, definitions = written.declared, written.definitions()
    order = _order(written.root, definitions)
    for node in order:
        refuse_what_is_no_size(node)
    # Names are sizes in ones(n) too, and in the limit of a sum.
    dims = written.sizes.union(s for node in order for _, dim in sizes_written(node) for s in dim.symbols)
    for node in order:
        if node.op == "name" and node.data in declared and node.data in dims:
            message = f"{node.data} is declared a {declared[node.data].kind}, and is a size"
            help_text = "a size is a scalar too: leave out the declaration of"
            raise fault("E209", message, node, "which?", f"{help_text} {node.data}, or rename one of the two")
    indexed = {arg for node in order if node.op in ("entry", "entries", MEMBER) for arg in node.args}
    _refuse_numbers_with_index(order, indexed, written)
    undeclared: dict[str, Syntax] = {}
    settled = CONSTANTS.union(definitions, declared, dims)
    functions = functions_applied(order, declared)
    for node in order:
        if node.op != "name" or node.data in settled:
            continue
        if node.data not in NUMBERS or node.data in written.bold or node in indexed:
            _refuse_no_variable(node)
            undeclared.setdefault(node.data, node)
    return UnresolvedText(
        written.text, written.root, order, definitions, declared, dims, tuple(undeclared), written.bold
    )._replace(functions=functions & undeclared.keys())


def _refuse_no_variable(node: Syntax) -> None:
    """Raise E109 for a function without arguments, E506 for infinity."""
    if node.data in BY_CALL:
        help_text = f"write {node.data}(...); a variable of this name must be declared"
        message = f"{node.data} is a function and needs arguments"
        raise fault("E109", message, node, "a function", help_text)
    if node.data.lower() in _INFINITY:
        help_text = "the largest absolute entry is norminf(x) or ||x||_inf"
        raise fault("E506", "infinity cannot be used", node, "no number", help_text)


def _refuse_numbers_with_index(order: list[Syntax], indexed: set[Syntax], written: WrittenText) -> None:
    r"""Raise E102 for a number that has an index in another place, as in ``\pi_k \log 2\pi``."""
    names = {node.data: node for node in indexed if node.op == "name" and node.data in NUMBERS}
    for node in order:
        if node.op == "name" and node.data in names.keys() - written.declared.keys() and node not in indexed:
            other = Label(names[node.data].span, "has an index", primary=False)
            message = f"{node.data} is a number here, and a vector there"
            help_text = "give the one with an index another name"
            raise fault("E102", message, node, "the number?", help_text, other)


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
        message = "a definition in where is circular"
        help_text = "write conditions behind s.t., and declare what is known, as in A: symmetric(n)"
        raise fault("E107", message, loop.args[0], "defined by itself", help_text) from None


def _resolve(unresolved: UnresolvedText, notes: list[str], *, latex: bool | None = None) -> Reading:
    """Return the reading with the least evidence against it; ``latex`` is nothing for code."""
    definitions = unresolved.definitions
    fit = lightest_reading(unresolved)
    shapes = fit.shapes
    if latex is not None:
        notes += settle(unresolved, shapes, latex=latex)
    said = list(notes_on(Resolved(unresolved.text, unresolved.order, fit.kinds, shapes)))
    # The size of a constant is likely that of a variable, the order of a function is not.
    calls = [node for node in unresolved.order if not is_constant(node, CONSTANTS)]
    orders = {symbol for node in calls for _, dim in sizes_written(node) for symbol in dim.symbols}
    names = name_dimensions(shapes.variables, shapes.sizes, shapes.functions.shapes(), orders)

    def final(shape: Shape) -> tuple[Dim, Dim]:
        rows, cols = shapes.sizes.resolve_shape(shape)
        return rows.substitute(names), cols.substitute(names)

    variables = {
        name: variable(name, final(shape), frozenset(fit.kinds[name].facts))
        for name, shape in shapes.variables.items()
    }
    variables |= shapes.functions.leaves(final)
    built = assemble(unresolved.order, shapes, variables, definitions, final)
    return Reading(
        unresolved.text,
        built[unresolved.root],
        variables,
        {name: kind.source for name, kind in fit.kinds.items()},
        (*notes, *fit.notes, *said, *shapes.functions.notes(final, unresolved.functions)),
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
