"""Declarations of variables: ``matrix(m,n)``, ``spd(n)``, ``vector(n) positive``; and sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.expression import Dim
from matcalc.functions import PROPERTIES, property_named
from matcalc.language.names import by_plain_name, plain_name
from matcalc.language.reader import read
from matcalc.language.syntax import Syntax, syntax_postorder

#: Kinds that say a shape alone, and what they are.
SHAPES = {
    "scalar": "a number",
    "vector": "a column",
    "rowvector": "a row",
    "matrix": "a matrix, no 1×n or n×1 among them",
}
#: Properties that are declared of a square matrix as a whole, and those that are said besides.
SQUARE = tuple(entry.name for entry in PROPERTIES if entry.declares == "matrix")
FACTS = tuple(entry.name for entry in PROPERTIES if entry.declares in ("vector", "entries"))
KINDS = (*SHAPES, *SQUARE)


#: The kind of a name that is a matrix for each value of an index.
FAMILY_OF_MATRICES = "family of matrices"


class Declaration(NamedTuple):
    """What was said of a variable. ``dims`` is empty if its size was left open."""

    kind: str
    dims: tuple[Dim, ...] = ()
    facts: tuple[str, ...] = ()
    source: str = "declared"

    @property
    def fixed_dims(self) -> int:
        """How many dimensions the kind has."""
        if self.kind == "scalar":
            return 0
        return 2 if self.kind in ("matrix", FAMILY_OF_MATRICES) else 1


def parse_declarations(declarations: Mapping[str, str]) -> dict[str, Declaration]:
    """Return the declarations by plain names.

    Raises E402 for what is no name, and E111 for a name that is declared twice.

    >>> list(parse_declarations({"λ ": "scalar"}))
    ['lambda']
    """
    declared: dict[str, Declaration] = {}
    stripped = {name.strip(): kind for name, kind in declarations.items()}
    if len(stripped) < len(declarations):
        message = "a name is declared twice, once with spaces around it"
        raise MatcalcError("E111", message, help="declare it once")
    for name, kind in by_plain_name(stripped).items():
        if not name.isidentifier():
            help_text = "a name is a letter, then letters, digits and underscores; λ and lambda are one name"
            labels, source = [Label(Span(0, max(len(name), 1)), "here")], f"{name}: {kind}"
            message = f"{name} is declared, but is no name"
            raise MatcalcError("E402", message, source=source, labels=labels, help=help_text)
        declared[name] = parse_declaration(name, kind)
    return declared


def declared_sizes(declared: Mapping[str, Declaration]) -> frozenset[str]:
    """Return the names that declarations use as sizes."""
    return frozenset(s for d in declared.values() for dim in d.dims for s in dim.symbols)


def parse_declaration(name: str, text: str) -> Declaration:
    """Return the declaration that ``text`` makes of the variable ``name``.

    Raises ``MatcalcError`` E402.

    >>> parse_declaration("A", "matrix(m+n, 3)").dims
    (Dim(m+n), Dim(3))
    """
    head, bracket, rest = text.partition("(")
    inner, closing, after = rest.rpartition(")")
    if bracket and not closing:
        raise _refuse(name, text, "the bracket is not closed")
    words = head.replace(",", " ").split() + after.replace(",", " ").split()
    kinds = [word for word in words if word in KINDS]
    unknown = [word for word in words if word not in KINDS and word not in FACTS]
    if unknown:
        lower = unknown[0].lower()
        close = lower if lower in KINDS or lower in FACTS else suggestion(unknown[0], [*KINDS, *FACTS])
        hint = f"did you mean {close}?" if close else "kinds are " + ", ".join(KINDS)
        raise _refuse(name, text, f"{unknown[0]} is not a kind", hint, unknown[0])
    if len(kinds) > 1 or (not kinds and bracket and not any(map(_is_of_vectors, words))):
        raise _refuse(name, text, "one kind is needed", "kinds are " + ", ".join(KINDS))
    kind = kinds[0] if kinds else "vector"
    dims = tuple(_parse_dim(name, text, part) for part in inner.split(",")) if bracket else ()
    for word in words:
        if _is_of_vectors(word) and kind != "vector":
            raise _refuse(name, text, f"only vectors can be {word}", where=word)
        if kind in SQUARE and word in property_named(kind).excludes:
            raise _refuse(name, text, f"the entries of a {kind} matrix are not all {word}", where=word)
    facts = {fact for word in (kind, *words) if word not in SHAPES for fact in _line_of(word)}
    declaration = Declaration(kind, dims, tuple(sorted(facts)))
    return _check_dims(name, text, declaration, bool(bracket))


def _line_of(word: str) -> Iterator[str]:
    """Yield a property and what it implies first, in turn, as far as that can be declared.

    These facts are stored with a variable and have a part in the order of terms; all others follow from them.
    So what is printed stays as it is when a property of the table implies one more.
    """
    line = [property_named(word)]
    while line[-1].implies:
        line.append(property_named(line[-1].implies[0]))
    yield from (entry.name for entry in line if entry.declares)


def _is_of_vectors(word: str) -> bool:
    return word in FACTS and property_named(word).declares == "vector"


def _check_dims(name: str, text: str, declaration: Declaration, bracket: bool) -> Declaration:
    kind, dims, facts, _ = declaration
    wanted = declaration.fixed_dims
    if kind in SQUARE and len(dims) == 2 and dims[0] is dims[1]:
        dims = dims[:1]
    if bracket and len(dims) != wanted:
        raise _refuse(name, text, f"{kind} takes {wanted} dimension{'s' * (wanted != 1)}, not {len(dims)}")
    return Declaration(kind, dims, facts)


def _refuse(name: str, text: str, why: str, help_text: str = "", where: str = "") -> MatcalcError:
    """Return E402, which points into the declaration: at ``where``, or at all of it."""
    help_text = help_text or "write, for example, matrix(m,n), vector(n), scalar or symmetric(n)"
    source = f"{name}: {text.strip()}"
    start = source.find(where, len(name) + 2) if where else -1
    span = (
        Span(start, start + len(where)) if start >= 0 else Span(min(len(name) + 2, len(source)), len(source))
    )
    message = f"the declaration of {name} cannot be read: {why}"
    return MatcalcError("E402", message, source=source, labels=[Label(span, "here")], help=help_text)


def _parse_dim(name: str, text: str, part: str) -> Dim:
    if part.strip().isidentifier():
        return Dim.symbol(plain_name(part.strip()))
    try:
        dim = syntax_to_dim(read(part))
    except MatcalcError as error:
        raise _refuse(name, text, error.message, where=part.strip()) from None
    if dim is None or not dim.is_size:
        raise _refuse(
            name, text, f"{part.strip()} is not a dimension", "dimensions are n, 3, n*p, m+n", part.strip()
        )
    return dim


def syntax_to_dim(root: Syntax) -> Dim | None:
    """Return the dimension that the syntax writes, ``None`` if it is something else."""
    done: dict[Syntax, Dim] = {}
    for node in syntax_postorder(root):
        args = [done[arg] for arg in node.args]
        if node.op == "number" and isinstance(node.data, int):
            done[node] = Dim.number(node.data)
        elif node.op == "name":
            done[node] = Dim.symbol(node.data)
        elif node.op == "add":
            done[node] = reduce(Dim.__add__, args)
        elif node.op == "negate":
            done[node] = Dim([]) - args[0]
        elif node.op == "mul":
            done[node] = reduce(Dim.__mul__, args)
        elif node.op == "quotient" and args[1].value == 2 and (half := args[0].half) is not None:
            done[node] = half
        else:
            return None
    return done[root]
