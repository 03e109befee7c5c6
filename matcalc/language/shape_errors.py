"""The words of the errors about shapes, with names for dimensions that nobody declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, Dim, Shape, describe_shape
from matcalc.expression.signatures import signature_of
from matcalc.expression.unification import Sizes
from matcalc.functions import BY_CALL, Function
from matcalc.language.syntax import Syntax, fault

if TYPE_CHECKING:
    from matcalc.language.shapes import Shapes


_POOL = ("n", "m", "k", "p", "q", "l", "r", "s", "t", "u", "v")


def name_dimensions(
    variables: Mapping[str, Shape], sizes: Sizes, others: Iterable[Shape] = ()
) -> dict[str, Dim]:
    """Return a name for each unknown dimension, in the order in which the variables have them.

    The columns of a matrix are named before its rows, so that a first matrix is m×n; in a
    product of dimensions the later one comes first for the same reason. Names that are taken,
    by a variable or by a declared dimension, are left out.
    """
    shapes = [sizes.resolve_shape(shape) for shape in variables.values()]
    taken = {s for shape in shapes for dim in shape for s in dim.symbols} | set(variables)
    free = (name for name in _endless_names() if name not in taken)
    names: dict[str, Dim] = {}
    for rows, cols in [*shapes, *(sizes.resolve_shape(shape) for shape in others)]:
        for dim in (cols, rows):
            if dim is ONE:
                continue
            for symbol in sorted(dim.symbols, key=lambda symbol: (len(symbol), symbol), reverse=True):
                if symbol.startswith("?") and symbol not in names:
                    names[symbol] = Dim.symbol(next(free))
    return names


def _endless_names() -> Iterable[str]:
    yield from _POOL
    i = 1
    while True:
        yield f"n{i}"
        i += 1


#: Longest piece of the text that a label repeats.
LONGEST_NAME = 24
#: Begins the name of what a function makes of each row of a matrix.
_OF_ROWS = "row"


class Conflict(Exception):
    """The kinds do not fit at ``node``; ``error`` says how."""

    def __init__(self, node: Syntax, error: MatcalcError):
        super().__init__(error.message)
        self.node = node
        self.error = error


class ShapeErrors:
    """Builds the errors of one attempt at finding shapes."""

    def __init__(self, shapes: Shapes, text: str):
        self._shapes = shapes
        self._text = text

    def _names(self) -> dict[str, Dim]:
        shapes = self._shapes
        return name_dimensions(shapes.variables, shapes.sizes, shapes.of.values())

    def _say(self, shape: Shape) -> str:
        rows, cols = self._shapes.sizes.resolve_shape(shape)
        names = self._names()
        return describe_shape((rows.substitute(names), cols.substitute(names)))

    def _label(self, node: Syntax) -> Label:
        return self._named(node.span, self._shapes.of[node])

    def _named(self, span: Span, shape: Shape) -> Label:
        """Return a label that says the shape of what stands there, by name if that is short."""
        text = self._text[span.start : span.end].strip()
        name = text if 0 < len(text) <= LONGEST_NAME and "\n" not in text else "this"
        return Label(span, f"{name} is {self._say(shape)}")

    def _origin(self, dim: Dim) -> str:
        """Return where a dimension comes from: which variable has it, and how that is known."""
        resolved = self._shapes.sizes.resolve(dim)
        for name, shape in self._shapes.variables.items():
            for side, size in zip(("rows", "columns"), shape, strict=True):
                if self._shapes.sizes.resolve(size) is resolved and size is not ONE:
                    vector = ONE in shape
                    shown = resolved.substitute(self._names())
                    return f"{shown}: {'length' if vector else side} of {name}"
        return ""

    def inner_dimensions(self, node: Syntax, position: int, left: Shape) -> MatcalcError:
        """Return E201 for the product before the factor at ``position`` times that factor."""
        first, right = node.args[0], node.args[position]
        right_shape = self._shapes.of[right]
        before = Span(first.start, node.args[position - 1].end)
        origins = [text for text in (self._origin(left[1]), self._origin(right_shape[0])) if text]
        return MatcalcError(
            "E201",
            "cannot multiply: inner dimensions differ",
            labels=[self._named(before, left), self._label(right)],
            notes=["        ".join(dict.fromkeys(origins))] if origins else (),
            help=self._product_help(left, right_shape),
        )

    def _product_help(self, left: Shape, right: Shape) -> str:
        resolve = self._shapes.sizes.resolve
        if left[1] is ONE and right[1] is ONE:
            return "for the inner product write x'*y, for the Hadamard product x.*y"
        if resolve(left[0]) is resolve(right[0]):
            return "transpose the left factor?"
        if resolve(left[1]) is resolve(right[1]):
            return "transpose the right factor?"
        for name, shape in self._shapes.variables.items():
            if resolve(shape[0]) is resolve(left[1]) and resolve(shape[1]) is resolve(right[1]):
                return f"did you mean {name} ({self._say(shape)})?"
        return ""

    def _error(self, code: str, message: str, nodes: Iterable[Syntax], help_text: str = "") -> MatcalcError:
        """Return an error with the shapes of the nodes concerned."""
        return MatcalcError(code, message, labels=map(self._label, nodes), help=help_text)

    def shapes_differ(self, node: Syntax, left: Syntax, right: Syntax, verb: str) -> MatcalcError:
        """Return E202 for two operands that must have the same shape."""
        a, b = (self._shapes.sizes.resolve_shape(self._shapes.of[side]) for side in (left, right))
        message = f"cannot {verb}: {self._say(a)} and {self._say(b)}"
        return self._error(
            "E202", message, (left, right), "transpose one of them?" if a == (b[1], b[0]) else ""
        )

    def scalar_in_sum(self, node: Syntax, scalar: Syntax, array: Syntax) -> MatcalcError:
        """Return E202 for a scalar that is no number next to an array."""
        shape = self._shapes.of[array]
        help_text = "only numbers and declared scalars are added to every entry; write s*ones(...)"
        help_text += "" if ONE in shape else " or s*I"
        return self._error("E202", f"cannot add: scalar and {self._say(shape)}", (scalar, array), help_text)

    def transposed_scalar(self, node: Syntax) -> MatcalcError:
        """Return E203 for the transpose of a name that is taken as a scalar."""
        message = f"{node.data} has a transpose, but can only be a scalar here"
        return self._error("E203", message, [node], f"declare {node.data}")

    def several_products(self, node: Syntax, position: int) -> MatcalcError:
        """Return E102 for a sign between two vectors that is neither a dot nor that of another product."""
        help_text = "write x^\\top y, x \\odot y or \\operatorname{cross}(x, y), or declare which is a scalar"
        message = "between vectors this sign may mean several products"
        return self._error("E102", message, node.args[position - 1 : position + 1], help_text)

    def not_scalar(self, node: Syntax, message: str, help_text: str) -> MatcalcError:
        """Return E208 for a divisor or exponent that is no scalar; ``message`` has a place for its kind."""
        kind = "vector" if ONE in self._shapes.of[node] else "matrix"
        return self._error("E208", message.format(kind=kind), [node], help_text)

    def not_square(self, node: Syntax, base: Syntax, message: str) -> MatcalcError:
        """Return E204 for a matrix that must be square."""
        help_text = "for powers of the entries write .^" if node.op == "power" else ""
        return self._error("E204", message, [base], help_text)

    def bars_of_vector(self, node: Syntax) -> MatcalcError:
        """Return E203 for ``|x|`` of a vector."""
        message = "bars around a vector mean nothing: |X| is a determinant, |s| an absolute value"
        return self._error("E203", message, node.args, "for the norm write ||x||, for absolute values abs(x)")

    def ragged_block(self, node: Syntax) -> MatcalcError:
        """Return E202 for a block matrix whose rows have different numbers of blocks."""
        labels = [Label(row.span, f"{len(row.args)} block{'s' * (len(row.args) != 1)}") for row in node.args]
        return MatcalcError("E202", "the rows of a block matrix need equally many blocks", labels=labels)

    def argument_count(self, node: Syntax, name: str, count: int) -> MatcalcError:
        """Return E106 for a call with the wrong number of arguments."""
        given = len(node.args)
        message = f"{name} takes {count} argument{'s' * (count != 1)}, not {given}"
        return fault("E106", message, node, f"{given} given")

    def argument_shape(
        self, node: Syntax, name: str, args: tuple[Syntax, ...], entries: tuple[Function, ...]
    ) -> MatcalcError:
        """Return E203 for arguments that fit none of the function's signatures."""
        signatures = " or ".join(entry.signature for entry in entries)
        of_rows = _OF_ROWS + name
        help_text = f"for each row of a matrix write {of_rows}(X)" if of_rows in BY_CALL else ""
        message = f"{name} does not take this: its signature is {signatures}"
        return self._error("E203", message, [arg for arg in args if arg in self._shapes.of], help_text)

    def entry_shape(self, node: Syntax, entry: Function, arg: Syntax) -> MatcalcError:
        """Return E204 or E203 for an argument whose dimensions do not fit the signature."""
        rows, cols = signature_of(entry).arguments[0].shape
        if len(node.args) == 1 and rows is cols:
            return self.not_square(node, arg, f"{entry.name} needs a square matrix")
        message = f"the arguments of {entry.name} do not fit {entry.signature}"
        return self._error("E203", message, [arg for arg in node.args if arg in self._shapes.of])

    def dimensions_expected(self, node: Syntax, name: str) -> MatcalcError:
        """Return E106 for a constant called with something that is no dimension."""
        return fault("E106", f"{name} takes dimensions, such as {name}(n)", node, "not dimensions")

    def entry_expected(self, node: Syntax, name: str) -> MatcalcError:
        """Return E203 for a constant of equal entries called with something that is no scalar."""
        message = f"{name}(c) is a {name} whose entries are all the scalar c"
        return self._error("E203", message, node.args[:1], f"as in {name}(1)")

    def norm_unsupported(self, node: Syntax) -> MatcalcError:
        """Return E506 for a norm that is not available."""
        message = f"the norm with subscript {node.data} cannot be used yet"
        help_text = "subscripts are 1, 2, F, * and inf; for another order write norm(x, p)"
        return fault("E506", message, node, "not supported", help_text)

    def no_entries(self, node: Syntax) -> MatcalcError:
        """Return E203 for something with one index that is no column, or with two that is no matrix."""
        return self._of_all(node, "vectors have entries with one index, matrices with two")

    def other_length(self, node: Syntax) -> MatcalcError:
        """Return E203 for a vector of another length than a sum over its entries."""
        return self._of_all(node, f"the sum ends at {node.data}, which is not this length")

    def _of_all(self, node: Syntax, message: str) -> MatcalcError:
        return fault("E203", message, node, f"the whole is {self._say(self._shapes.of[node.args[0]])}")

    def not_indexed(self, node: Syntax) -> MatcalcError:
        """Return E203 for an array without index in a sum over an index."""
        return self._error("E203", "in a sum over an index, what has no index is a scalar", node.args[:1])

    def unsized_block(self, node: Syntax) -> MatcalcError:
        """Return E205 for a 0 among blocks whose size no other block determines."""
        help_text = "write zeros(m,n) with its dimensions"
        return fault("E205", "the size of a block cannot be inferred", node, "of what size?", help_text)

    def unsized(self, node: Syntax, name: str) -> MatcalcError:
        """Return E205 for a constant whose size nothing determines."""
        message = f"the size of {name} cannot be inferred"
        return fault("E205", message, node, "of what size?", f"write {name}(n) with a dimension")
