"""The words of the errors about shapes, with names for dimensions that nobody declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from enum import Enum

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, Dim, Shape, describe_shape
from matcalc.expression.signatures import signature_of
from matcalc.expression.unification import Sizes
from matcalc.functions import BY_CALL, Function
from matcalc.language.syntax import Syntax, fault

_POOL = ("n", "m", "k", "p", "q", "l", "r", "s", "t", "u", "v")


def name_dimensions(
    variables: Mapping[str, Shape],
    sizes: Sizes,
    others: Iterable[Shape] = (),
    written: Set[str] = frozenset(),
) -> dict[str, Dim]:
    """Return a name for each unknown dimension, in the order in which the variables have them.

    The columns of a matrix are named before its rows, so that a first matrix is m×n; in a product
    of dimensions the earlier one comes first, for its columns are the earlier one. Names that are taken,
    by a variable, a declared dimension or one that is ``written`` in the text, are left out.
    """
    shapes = [sizes.resolve_shape(shape) for shape in variables.values()]
    taken = {s for shape in shapes for dim in shape for s in dim.symbols} | {*variables, *written}
    free = (name for name in _endless_names() if name not in taken)
    names: dict[str, Dim] = {}
    for rows, cols in [*shapes, *(sizes.resolve_shape(shape) for shape in others)]:
        for dim in (cols, rows):
            if dim is ONE:
                continue
            for symbol in sorted(dim.symbols, key=lambda symbol: (len(symbol), symbol)):
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
OF_ROWS = "row"


class Conflict(Exception):
    """The kinds do not fit at ``node``; ``error`` says how."""

    def __init__(self, node: Syntax, error: MatcalcError):
        super().__init__(error.message)
        self.node = node
        self.error = error


#: What to write for a sum over vectors with an index.
STACKED = (
    "stack the x_i as the rows of a matrix X: the entries of X*w are x_i^T w, as in sum(log(1 + exp(X*w)))"
)


class Misfit(Enum):
    """What does not fit: the code, the message, what to write, and what is said at its place.

    Words in braces are put in: a name, its kind, numbers. Where nothing is said, labels say the shapes.
    """

    SCALAR_TRANSPOSED = ("E203", "{name} has a transpose, but can only be a scalar here", "declare {name}")
    DIVISOR = "E208", "cannot divide by a {kind}", "write A*inv(B), or A./B for entry by entry"
    EXPONENT = "E208", "the exponent is a {kind}", "exponents are scalars"
    EXPONENT_OF_E = ("E208", "e has a {kind} as exponent",
                     "exp(x) works on each entry, expm(X) is the matrix exponential")  # fmt: skip
    POWER = "E204", "only square matrices have powers", "for powers of the entries write .^"
    NOT_SQUARE = "E204", "{name} needs a square matrix", ""
    BARS = ("E203", "bars around a vector mean nothing: |X| is a determinant, |s| an absolute value",
            "for the norm write ||x||, for absolute values abs(x)")  # fmt: skip
    PRODUCTS = ("E102", "between vectors this sign may mean several products",
                "write x^\\top y, x \\odot y or \\operatorname{{cross}}(x, y), "
                "or declare which is a scalar")  # fmt: skip
    NOT_INDEXED = "E203", "in a sum over an index, what has no index is a scalar", STACKED
    ENTRY = "E203", "{name}(c) is a {name} whose entries are all the scalar c", "as in {name}(1)"
    ENTRIES = ("E203", "vectors have entries with one index, matrices with two",
               "declare a matrix for vectors with an index: its rows", "the whole is {shape}")  # fmt: skip
    LENGTH = "E203", "the sum ends at {end}, which is not this length", "", "the whole is {shape}"
    ARGUMENTS = "E106", "{name} takes {count}, not {given}", "", "{given} given"
    FUNCTION = ("E203", "the function {name} does not fit here, or not this derivative of it",
                "a function has one signature: declare it, as in {name}: vector(n) -> scalar")  # fmt: skip
    DIMENSIONS = "E106", "{name} takes dimensions, such as {name}(n)", "", "not dimensions"
    NORM = ("E506", "the norm with subscript {subscript} cannot be used yet",
            "subscripts are 1, 2, F, * and inf; for another order write norm(x, p), for the norms of "
            "rows together sum(sqrt(rowsum(X.^2))), of columns sum(sqrt(colsum(X.^2)))",
            "not supported")  # fmt: skip
    SIZE = ("E205", "the size of {name} cannot be inferred",
            "write {name}(n) with a dimension", "of what size?")  # fmt: skip
    SIZE_OF_BLOCK = ("E205", "the size of a block cannot be inferred",
                     "write zeros(m,n) with its dimensions", "of what size?")  # fmt: skip


class ShapeErrors:
    """Builds the errors of one attempt at finding shapes."""

    def __init__(self, sizes: Sizes, of: Mapping[Syntax, Shape], variables: Mapping[str, Shape], text: str):
        self._sizes = sizes
        self._of = of
        self._variables = variables
        self._text = text

    def _names(self) -> dict[str, Dim]:
        return name_dimensions(self._variables, self._sizes, self._of.values())

    def _say(self, shape: Shape) -> str:
        rows, cols = self._sizes.resolve_shape(shape)
        names = self._names()
        return describe_shape((rows.substitute(names), cols.substitute(names)))

    def _label(self, node: Syntax) -> Label:
        return self._named(node.span, self._of[node])

    def _named(self, span: Span, shape: Shape) -> Label:
        """Return a label that says the shape of what stands there, by name if that is short."""
        text = self._text[span.start : span.end].strip()
        name = text if 0 < len(text) <= LONGEST_NAME and "\n" not in text else "this"
        return Label(span, f"{name} is {self._say(shape)}")

    def _origin(self, dim: Dim) -> str:
        """Return where a dimension comes from: which variable has it, and how that is known."""
        resolved = self._sizes.resolve(dim)
        for name, shape in self._variables.items():
            for side, size in zip(("rows", "columns"), shape, strict=True):
                if self._sizes.resolve(size) is resolved and size is not ONE:
                    vector = ONE in shape
                    shown = resolved.substitute(self._names())
                    return f"{shown}: {'length' if vector else side} of {name}"
        return ""

    def of(self, misfit: Misfit, *nodes: Syntax, **words: object) -> MatcalcError:
        """Return the error for what does not fit at these nodes."""
        code, *texts = misfit.value
        shape = self._of.get(nodes[0])
        if shape is not None:
            words |= {"kind": "vector" if ONE in shape else "matrix"}
        message, help_text, *labels = (text.format(**words) for text in texts)
        if labels:
            return fault(code, message, nodes[0], labels[0], help_text)
        return MatcalcError(code, message, labels=map(self._label, nodes), help=help_text)

    def of_all(self, misfit: Misfit, node: Syntax) -> MatcalcError:
        """Return the error for the argument of a node, whose shape is said of all of it."""
        return self.of(misfit, node, shape=self._say(self._of[node.args[0]]), end=node.data)

    def inner_dimensions(self, node: Syntax, position: int, left: Shape) -> MatcalcError:
        """Return E201 for the product before the factor at ``position`` times that factor."""
        first, right = node.args[0], node.args[position]
        before = Span(first.start, node.args[position - 1].end)
        origins = [text for text in (self._origin(left[1]), self._origin(self._of[right][0])) if text]
        return MatcalcError(
            "E201",
            "cannot multiply: inner dimensions differ",
            labels=[self._named(before, left), self._label(right)],
            notes=["        ".join(dict.fromkeys(origins))] if origins else (),
            help=self._product_help(left, self._of[right]),
        )

    def _product_help(self, left: Shape, right: Shape) -> str:
        resolve = self._sizes.resolve
        if left[1] is ONE and right[1] is ONE:
            return "for the inner product write x'*y, for the Hadamard product x.*y"
        if resolve(left[0]) is resolve(right[0]):
            return "transpose the left factor?"
        if resolve(left[1]) is resolve(right[1]):
            return "transpose the right factor?"
        for name, shape in self._variables.items():
            if resolve(shape[0]) is resolve(left[1]) and resolve(shape[1]) is resolve(right[1]):
                return f"did you mean {name} ({self._say(shape)})?"
        return "in front of a matrix a vector is a row, as in x'*W" if left[1] is ONE else ""

    def shapes_differ(self, left: Syntax, right: Syntax, verb: str) -> MatcalcError:
        """Return E202 for two operands that must have the same shape."""
        a, b = (self._sizes.resolve_shape(self._of[side]) for side in (left, right))
        message = f"cannot {verb}: {self._say(a)} and {self._say(b)}"
        help_text = "transpose one of them?" if a == (b[1], b[0]) else ""
        return MatcalcError("E202", message, labels=map(self._label, (left, right)), help=help_text)

    def scalar_in_sum(self, scalar: Syntax, array: Syntax) -> MatcalcError:
        """Return E202 for a scalar that is no number next to an array."""
        shape = self._of[array]
        help_text = "only numbers and declared scalars are added to every entry; write s*ones(...)"
        help_text += "" if ONE in shape else " or s*I"
        message = f"cannot add: scalar and {self._say(shape)}"
        return MatcalcError("E202", message, labels=map(self._label, (scalar, array)), help=help_text)

    def ragged_block(self, node: Syntax) -> MatcalcError:
        """Return E202 for a block matrix whose rows have different numbers of blocks."""
        labels = [Label(row.span, f"{len(row.args)} block{'s' * (len(row.args) != 1)}") for row in node.args]
        return MatcalcError("E202", "the rows of a block matrix need equally many blocks", labels=labels)

    def argument_count(self, node: Syntax, name: str, count: int) -> MatcalcError:
        """Return E106 for a call with the wrong number of arguments."""
        wanted = f"{count} argument{'s' * (count != 1)}"
        return self.of(Misfit.ARGUMENTS, node, name=name, count=wanted, given=len(node.args))

    def argument_shape(
        self, name: str, args: tuple[Syntax, ...], entries: tuple[Function, ...]
    ) -> MatcalcError:
        """Return E203 for arguments that fit none of the function's signatures."""
        signatures = " or ".join(entry.signature for entry in entries)
        of_rows = OF_ROWS + name
        instead = f"for each row of a matrix write {of_rows}(X); declare X if it is a vector"
        help_text = instead if of_rows in BY_CALL else ""
        message = f"{name} does not take this: its signature is {signatures}"
        labels = [self._label(arg) for arg in args if arg in self._of]
        return MatcalcError("E203", message, labels=labels, help=help_text)

    def entry_shape(self, node: Syntax, entry: Function, arg: Syntax) -> MatcalcError:
        """Return E204 or E203 for an argument whose dimensions do not fit the signature."""
        rows, cols = signature_of(entry).arguments[0].shape
        if len(node.args) == 1 and rows is cols:
            return self.of(Misfit.NOT_SQUARE, arg, name=entry.name)
        message = f"the arguments of {entry.name} do not fit {entry.signature}"
        labels = [self._label(arg) for arg in node.args if arg in self._of]
        return MatcalcError("E203", message, labels=labels)
