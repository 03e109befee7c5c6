"""What looks like a slip in declarations or in the text, and sizes that are not positive integers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.expression import ONE, Dim
from matcalc.language.assemble import dimension_positions
from matcalc.language.declarations import Declaration, parse_declaration, syntax_to_dim
from matcalc.language.names import by_plain_name
from matcalc.language.shape_errors import names_below
from matcalc.language.shapes import Shapes
from matcalc.language.syntax import Syntax, syntax_postorder
from matcalc.language.token_kinds import CONSTANTS


def sizes_written(node: Syntax) -> Iterator[tuple[Syntax, Dim]]:
    """Yield the sizes that a call or the limit of a sum writes, each with its place."""
    if node.op == "entry" and node.data:
        yield node, node.data
    if node.op == "call":
        for i in dimension_positions(node.data[0]):
            dim = syntax_to_dim(node.args[i]) if i < len(node.args) else None
            if dim is not None:
                yield node.args[i], dim


def refuse_what_is_no_size(node: Syntax) -> None:
    """Raise E106 for a size that is not 1 or more whatever its names are, as in ``I(0)`` or ``I(n - m)``."""
    for place, dim in sizes_written(node):
        if not dim.is_size:
            message = f"{dim} is not a size: sizes are positive integers"
            label = "a difference may be 0 or less" if dim.symbols else "not 1 or more"
            help_text = "sizes are n, 3, n*p, m+n"
            if dim.symbols:
                help_text += f"; give {dim} a name of its own"
            raise MatcalcError("E106", message, labels=[Label(place.span, label)], help=help_text)


#: How similar a name has to be to be named as the one that was meant.
_SIMILAR = 0.75
_IDENTITY = "I"
_MARK = re.compile(r"\^\s*\{?\s*[-−]?\s*T(?!\w)")
_NOTE_ON_IDENTITY = "I is the identity matrix, which changes no product; if it is a variable, declare I"


def parse_declarations(declarations: Mapping[str, str]) -> dict[str, Declaration]:
    """Return the declarations by plain names.

    Raises E402 for what is no name, and E111 for a name that is declared twice.

    >>> list(parse_declarations({"λ ": "scalar"}))
    ['lambda']
    """
    declared: dict[str, Declaration] = {}
    stripped = {name.strip(): kind for name, kind in declarations.items()}
    if len(stripped) < len(declarations):
        raise MatcalcError(
            "E111", "a name is declared twice, once with spaces around it", help="declare it once"
        )
    for name, kind in by_plain_name(stripped).items():
        if not name.isidentifier():
            help_text = "a name is a letter, then letters, digits and underscores; λ and lambda are one name"
            label = Label(Span(0, max(len(name), 1)), "here")
            message = f"{name} is declared, but is no name"
            raise MatcalcError("E402", message, source=f"{name}: {kind}", labels=[label], help=help_text)
        declared[name] = parse_declaration(name, kind)
    return declared


def slips(
    root: Syntax, declared: Mapping[str, Declaration], sizes: frozenset[str], wrt: frozenset[str]
) -> Iterator[str]:
    """Yield what has to be said of declared and of defined names that do not occur."""
    definitions = [node.data for node in root.args[1:]] if root.op == "where" else []
    nodes = syntax_postorder(root, lambda node: node.args)
    occurring = {node.data for node in nodes if node.op == "name"}
    free = sorted(occurring - declared.keys() - set(definitions))
    used = occurring | sizes | wrt
    yield from _idle([name for name in declared if name not in used], "declared", free)
    yield from _idle([name for name in definitions if name not in occurring], "defined", free)


def refuse_powers_by_transposes(text: str, root: Syntax, declared: Mapping[str, Declaration]) -> None:
    """Raise E102 for ``^T`` that may be an exponent.

    So it may where T is declared a scalar, after a declared scalar, and after a sum with a number, as in
    ``(1 + r)^T``.
    """
    mark = _MARK.search(text)
    if mark is None:
        return
    span = Span(*mark.span()) if "T" in declared and declared["T"].kind == "scalar" else None
    for node in syntax_postorder(root, lambda node: node.args):
        arg = node.args[0] if node.op == "transpose" else node
        base = arg.args[0] if arg.op == "power" and arg.end == node.end else arg
        if node.op == "transpose" and _MARK.search(text, base.end, node.end) and _is_scalar(base, declared):
            span = Span(base.end, node.end)
    if span is not None:
        help_text = "write ' or \\top for the transpose; for the power take another letter than T"
        message = "^T may be the transpose or a power"
        raise MatcalcError("E102", message, labels=[Label(span, "which?")], help=help_text)


def _is_scalar(base: Syntax, declared: Mapping[str, Declaration]) -> bool:
    """Return whether a name is declared a scalar, or a sum one of a number and no declared array."""
    if base.op == "name":
        return base.data in declared and declared[base.data].kind == "scalar"
    terms = [term.args[0] if term.op == "negate" else term for term in base.args]
    if base.op != "add" or not any(term.op == "number" for term in terms):
        return False
    names = names_below(base) - CONSTANTS
    return bool(names) and all(name not in declared or declared[name].kind == "scalar" for name in names)


def _idle(names: list[str], how: str, free: list[str]) -> Iterator[str]:
    """Yield that these names do not occur, and for each which of the ``free`` names was probably meant."""
    others = []
    for name in names:
        same = [other for other in free if other.lower() == name.lower()]
        if meant := same[0] if same else suggestion(name, free, _SIMILAR):
            yield f"{name} is {how}, but does not occur; {meant} does"
        else:
            others.append(name)
    if others:
        verbs = ("is", "does") if len(others) == 1 else ("are", "do")
        yield f"{', '.join(others)} {verbs[0]} {how}, but {verbs[1]} not occur"


def idle_identities(nodes: Iterable[Syntax], shapes: Shapes) -> Iterator[str]:
    """Yield what has to be said of an idle ``I`` beside a matrix or between vectors in a product."""
    if _IDENTITY in shapes.variables:
        return
    for node in nodes:
        names = [arg for arg in node.args if arg.op == "name"] if node.op == "mul" else []
        identity = any(arg.data == _IDENTITY for arg in names)
        others = [shapes.variables[arg.data] for arg in names if arg.data in shapes.variables]
        between = "transpose" in (arg.op for arg in node.args) and node.args[-1].data != _IDENTITY
        if identity and (any(ONE not in shape for shape in others) or between):
            yield _NOTE_ON_IDENTITY
            return
