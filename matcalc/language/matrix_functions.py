"""Exponentials, logarithms and roots of matrices: of the whole matrix, or of each entry.

A function such as ``exp`` works on each entry by the table. People also write it for that of a matrix: so it
is read in a product and in a trace, if the matrix is square there and nothing is declared of it. Beside and
inside of what works on entries it stays one of entries. Elsewhere it is open, and both are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from matcalc.errors import MatcalcError
from matcalc.expression import ONE
from matcalc.functions import BY_CALL
from matcalc.language.calls import is_of_square_matrices
from matcalc.language.evidence import is_constant
from matcalc.language.search import UnresolvedText
from matcalc.language.shapes import Shapes
from matcalc.language.syntax import Syntax, fault, names_below, syntax_postorder

#: Ends the name of the function of a whole matrix, as in ``expm``.
OF_MATRIX = "m"
#: What only code has, where functions are of each entry.
_CODE = re.compile(r"@|\.[*/^]|%\*%|(?<![\w.])(?:np|numpy|jnp|torch|tf)\.")
#: What leaves open whether a function in it is of a matrix.
_OPEN = frozenset(
    ("mul", "dotted", "negate", "add", "transpose", "quotient", "power", "where", "definition", "name")
)
_ONES = frozenset(("ones",))
#: What functions of the entries or rows of a matrix return.
_OF_ROWS = frozenset(("()", "(m,n)", "(m)", "(n)"))
_PRODUCTS = frozenset(("mul", "dotted"))
_ENTRYWISE = frozenset(("hadamard", "hadamard_quotient", "hadamard_power"))


def settle(unresolved: UnresolvedText, shapes: Shapes, *, latex: bool) -> Iterator[str]:
    """Make functions of matrices of those of entries that are meant so, and yield notes. Raises E102."""
    nodes, text, declared = unresolved.order, unresolved.text, unresolved.declared
    calls = [node for node in nodes if _has_counterpart(node, shapes)]
    calls = [node for node in calls if not text.startswith(".", node.data[1])]
    if not calls or _CODE.search(text):
        return
    parents: dict[Syntax, Syntax] = {arg: node for node in nodes for arg in node.args}
    uses = {node.data: node for node in nodes if node.op == "name"}
    parents |= {value: uses[name] for name, value in unresolved.definitions.items() if name in uses}
    for node in calls:
        place = _Place(node, tuple(_around(node, parents)), shapes)
        if place.is_of_entries():
            continue
        names = _names_in(node, unresolved.definitions)
        kinds = [declared[name] for name in names if name in declared]
        symmetric = place.is_traced() and all("symmetric" in kind.facts for kind in kinds)
        is_settled = not symmetric if kinds else names.isdisjoint(unresolved.undeclared)
        if is_settled:
            continue
        name = shapes.chosen[node].name
        shown = " ".join(text[node.start : node.end].split())
        rows, cols = shapes.sizes.resolve_shape(shapes.of[node])
        if rows is not cols or not (place.is_factor() or place.is_traced()):
            raise _open(node, name, shown, latex)
        [shapes.chosen[node]] = BY_CALL[name + OF_MATRIX]
        instead = "declare the matrix for that of each entry"
        yield f"{shown} is that of the matrix, {name}{OF_MATRIX}(...); {instead}"


def _names_in(node: Syntax, definitions: Mapping[str, Syntax]) -> set[str]:
    """Return the names that a node depends on, also those in definitions."""
    names: set[str] = set()
    waiting = names_below(node)
    while waiting:
        name = waiting.pop()
        names.add(name)
        waiting |= names_below(definitions[name]) - names if name in definitions else set()
    return names


def _has_counterpart(node: Syntax, shapes: Shapes) -> bool:
    """Return whether a function of each entry of a matrix has one of the whole matrix."""
    entry = shapes.chosen.get(node)
    is_matrix = entry is not None and ONE not in shapes.sizes.resolve_shape(shapes.of[node])
    return is_matrix and entry is not None and entry.elementwise and entry.name + OF_MATRIX in BY_CALL


def _around(node: Syntax, parents: Mapping[Syntax, Syntax]) -> Iterator[Syntax]:
    """Yield the nodes around a node, the nearest first, up to the first that may settle its meaning."""
    while node in parents:
        node = parents[node]
        yield node
        if node.op not in _OPEN:
            return


class _Place(NamedTuple):
    """A function of a matrix and the nodes around it, the nearest first."""

    node: Syntax
    around: tuple[Syntax, ...]
    shapes: Shapes

    def is_of_entries(self) -> bool:
        """Return whether what is around the function, or inside, works on each entry."""
        inner = syntax_postorder(self.node.args[0], lambda n: () if n in self.shapes.chosen else n.args)
        last = self.around[-1:] if not self.is_factor() else ()
        around = [node for node in self.around if node.op in _OPEN] + list(last)
        return any(map(self._works_on_entries, (*inner, *around)))

    def _works_on_entries(self, node: Syntax) -> bool:
        if node.op == "add":
            shaped = [arg for arg in (node, *node.args) if arg in self.shapes.of]
            return len({self.shapes.is_scalar(arg) for arg in shaped}) > 1
        if node.op in _PRODUCTS:
            return any(is_constant(part, _ONES) for arg in node.args for part in (arg, *arg.args))
        entry = self.shapes.chosen.get(node) if node.op == "call" else None
        shapes = entry.signature.partition(" -> ") if entry is not None else ("", "", "")
        rows = len(shapes[0].split(", ")) == 1 and "(m,n)" in shapes[0] and shapes[2] in _OF_ROWS
        return node.op in _ENTRYWISE or rows or (entry is not None and entry.elementwise)

    def _takes_matrices(self, call: Syntax) -> bool:
        """Return whether a function is one of whole matrices, which are square."""
        entry = self.shapes.chosen.get(call)
        return entry is None or is_of_square_matrices(entry) or "(n,n)" in entry.signature

    def is_factor(self) -> bool:
        """Return whether the function is multiplied by an array."""
        scalar = self.shapes.is_scalar
        return any(n.op in _PRODUCTS and sum(not scalar(arg) for arg in n.args) > 1 for n in self.around)

    def is_traced(self) -> bool:
        """Return whether the function stands in a function of square matrices, such as the trace."""
        last = self.around[-1] if self.around else self.node
        return last in self.shapes.chosen and last is not self.node and self._takes_matrices(last)


def _open(node: Syntax, name: str, shown: str, latex: bool) -> MatcalcError:
    """Return the error for a function that may be of the matrix or of each entry."""
    entries = "declare the names in it" if latex else f"{name}.(...)"
    matrix = f"\\operatorname{{{name}{OF_MATRIX}}}(...)" if latex else f"{name}{OF_MATRIX}(...)"
    message = f"{shown} may be that of the matrix or of each entry"
    help_text = f"write {matrix} for that of the matrix; {entries} for that of each entry"
    return fault("E102", message, node, "which?", help_text)
