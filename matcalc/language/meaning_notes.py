"""What has to be said of signs whose meaning the shapes decide: dots, bars, functions of each entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from matcalc.expression import ONE, SCALAR
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL, Function
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import is_capital
from matcalc.language.shapes import Shapes
from matcalc.language.syntax import SUMMED, VECTOR, Syntax, syntax_postorder

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
