"""What a sign means by convention: letters as superscripts, vectors on the left of ``@``.

Each convention is a function of the text as it was written. It may change the tree, and yields what has to be
said of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError
from matcalc.functions import BY_CALL, DIAG
from matcalc.functions.table import MATRIX_PRODUCTS, OF_ENTRIES, READ_AS
from matcalc.language.calls import axes_of_call, is_of_square_matrices, is_scalar_call, wanted_axes
from matcalc.language.declarations import Declaration, declared_sizes
from matcalc.language.evidence import is_capital, is_strong, likely_kind
from matcalc.language.names import stem
from matcalc.language.syntax import (
    CONSTANTS,
    IDENTITIES,
    NUMBERS,
    Syntax,
    defined_below,
    fault,
    syntax_postorder,
    unsigned,
)
from matcalc.language.tokens import DOTS, MATRIX_PRODUCT


class WrittenText(NamedTuple):
    """A text as it was written: its tree, and what is known of its names.

    ``bold`` are the names that are written in bold or with an arrow, ``given`` those of declarations and of
    differentiation as they were given, ``said`` is what the reader noted.
    """

    text: str
    root: Syntax
    declared: Mapping[str, Declaration]
    wrt: frozenset[str]
    given: tuple[str, ...]
    latex: bool
    bold: Mapping[str, str]
    said: tuple[str, ...]

    @property
    def sizes(self) -> frozenset[str]:
        """The names that declarations use as sizes."""
        return declared_sizes(self.declared)

    def definitions(self) -> dict[str, Syntax]:
        """Return what ``where`` defines, by name; raises E107 for a name that is taken."""
        defined: dict[str, Syntax] = {}
        for node in self.root.args[1:] if self.root.op == "where" else ():
            name = node.data
            if name in defined or name in self.declared or name in BY_CALL or name in CONSTANTS:
                why = "defined twice" if name in defined else "already a variable or a function"
                raise fault("E107", f"{name} is {why}", node, "this definition")
            defined[name] = node.args[0]
        return defined


# Bars and diagonals of matrices

#: What is done entry by entry to what bars hold where they stand in a norm or a sum of entries.
_BETWEEN = frozenset(("add", "negate", "hadamard"))


def absolute_values(written: WrittenText) -> Iterator[str]:
    """Make absolute values of the bars in a norm, a sum of entries and beside an entrywise product.

    A determinant there would be a number; bold vectors in bars are norms.
    """
    for node in syntax_postorder(written.root):
        of_entries = node.op == "call" and node.data[0] in OF_ENTRIES
        if node.op != "norm" and not of_entries:
            continue
        for bars in syntax_postorder(node.args[0], lambda n: n.args if n.op in _BETWEEN else ()):
            if bars.op == "bars" and bars.data is None:
                bars.become("call", bars.args, (READ_AS["bars"][0], bars.start))
                yield f"{written.text[bars.start : bars.end]} are absolute values of the entries"


def diagonals(written: WrittenText) -> Iterator[str]:
    """Make diagonal matrices of the diagonals of products of matrices where only a matrix fits."""
    for node in syntax_postorder(written.root):
        if node.op != "call" or not any(map(is_of_square_matrices, BY_CALL.get(node.data[0], ()))):
            continue
        [arg, *_] = node.args
        if arg.op != "call" or arg.data[0] != DIAG or not _is_product_of_matrices(arg.args[0], written):
            continue
        arg.become("call", (Syntax("call", arg.args, arg.start, arg.end, arg.data),), arg.data)
        yield f"{written.text[arg.start : arg.end]} is the diagonal matrix with the diagonal of the product"


def _is_product_of_matrices(node: Syntax, written: WrittenText) -> bool:
    """Return whether the first and the last factor are matrices by their declared or default kinds."""
    if node.op != "mul":
        return False
    ends = [arg.args[0] if arg.op == "transpose" else arg for arg in (node.args[0], node.args[-1])]
    return all(
        end.op == "name" and likely_kind(end.data, written.declared, written.bold) == "matrix" for end in ends
    )


# Letters as superscripts

#: Letters that mean a transpose, and what has to be said of it. All values are real.
_MARKS = {
    "H": "^H is read as the transpose: everything is real",
    "T": "^(T) is read as the transpose",
    "t": "^t is read as the transpose, since t occurs nowhere else; declare t if it is an exponent",
}
#: The mark that is an exponent as often.
_EXPONENT = "t"


def superscripts(written: WrittenText) -> Iterator[str]:
    """Make transposes of the powers of arrays by letters that mean it.

    No letter is meant that is declared. ``t`` has to occur nowhere else, and a single
    small letter with it has to be multiplied by an array.
    """
    nodes = syntax_postorder(written.root)
    powers = {node: _mark(node) for node in nodes if node.op == "power"}
    powers = {n: mark for n, mark in powers.items() if mark in _MARKS and mark not in written.declared}
    if not powers:
        return
    exponents = {unsigned(node.args[1]) for node in powers}
    elsewhere = {node.data for node in nodes if node.op == "name" and node not in exponents}
    arrays = _arrays(nodes, written)
    multiplied = _multiplied(nodes, arrays)
    notes: dict[str, None] = {}
    for node, mark in powers.items():
        base, exponent = node.args
        if base not in arrays or _has_number(base) or (mark == _EXPONENT and mark in elsewhere):
            continue
        if mark == _EXPONENT and base.op == "name" and not is_capital(base.data) and node not in multiplied:
            continue
        notes[_MARKS[mark]] = None
        if exponent.op == "negate":
            minus_one = Syntax("number", (), exponent.start, node.end, 1)
            minus_one = Syntax("negate", (minus_one,), exponent.start, node.end)
            base = Syntax("power", (base, minus_one), node.start, node.end)
        node.become("transpose", (base,))
    yield from notes


def _has_number(base: Syntax) -> bool:
    """Return whether a sum has a number as a term, as in ``(1 + r)^t``."""
    return base.op == "add" and any(term.op == "number" for term in base.args)


def _mark(power: Syntax) -> str:
    letter = unsigned(power.args[1])
    return letter.data if letter.op == "name" else ""


def _multiplied(nodes: list[Syntax], arrays: set[Syntax]) -> set[Syntax]:
    """Return the factors that an array follows in their product."""
    factors = set()
    for node in nodes:
        followed = False
        for factor in reversed(node.args) if node.op == "mul" else ():
            if followed:
                factors.add(factor)
            followed = followed or factor in arrays
    return factors


def _arrays(nodes: list[Syntax], written: WrittenText) -> set[Syntax]:
    """Return the nodes that are arrays if all names have their declared or default kinds."""
    arrays: set[Syntax] = set()
    for node in nodes:
        is_array = any(arg in arrays for arg in node.args)
        if node.op == "name":
            kind = likely_kind(node.data, written.declared, written.bold)
            is_array = node.data in CONSTANTS or (kind != "scalar" and node.data not in NUMBERS)
        elif node.op == "mul":
            last = node.args[-1]
            inner = node.args[0].op == "transpose" and last.op == "name" and not is_capital(last.data)
            is_array = is_array and not inner
        elif node.op == "power":
            is_array = node.args[0] in arrays
        elif node.op in ("norm", "bars") or is_scalar_call(node):
            is_array = False
        if is_array:
            arrays.add(node)
    return arrays


# Vectors with one axis, as those of NumPy

_NOTE_ON_ROWS = "a vector on the left of a matrix product is taken as a row, as in NumPy"
_NOTE_ON_DOTS = "the dot between two vectors is read as the inner product"
#: Letters of vectors, which between dots are no scalars.
_VECTORS = frozenset("uvwxyz")
#: How many axes an array of a kind has; what has a row as its kind is written for columns and rows.
_AXES: dict[str, int | None] = {"scalar": 0, "vector": 1, "rowvector": None}
_ENTRYWISE = frozenset(("add", "negate", "hadamard", "hadamard_quotient", "quotient"))


def one_dimensional(written: WrittenText) -> Iterator[str]:
    """Make rows of the vectors on the left of ``@`` and of dots.

    Products with ``@`` are left if a vector is transposed somewhere: then vectors are columns. Names have
    their declared or default kinds; a name that is multiplied by ``@`` is a column, and no scalar, unless it
    is declared one or is among the sizes in declarations.
    """
    root, declared = written.root, written.declared
    nodes = syntax_postorder(root)
    factors = {arg for node in nodes for arg in _factors(node)}
    if not factors and not any(_operators(node) for node in nodes):
        return
    defined = set(defined_below(root))
    settled = defined.union(written.sizes, declared, NUMBERS)
    for node in factors:
        if node.op == "name" and node.data not in settled and likely_kind(node.data, {}) != "matrix":
            node.become("entry", (Syntax("name", (), node.start, node.end, node.data),))
    axes = _Axes(declared, written.sizes, defined)
    changed: dict[Syntax, tuple[Syntax, str]] = {}
    columns = False
    has_matrix_product = any(MATRIX_PRODUCT in _operators(node) for node in nodes if node.op == "mul")
    rows: set[Syntax] = set()
    for node in syntax_postorder(root):
        columns = columns or (node.op == "transpose" and axes.of[node.args[0]] == 1)
        axes.of[node] = axes.find(node)
        if node.op == "add" and (error := axes.broadcast(node, rows)) is not None:
            raise error
        if node.op == "mul" and has_matrix_product and (error := axes.star(node)) is not None:
            raise error
        operators = _operators(node)
        if operators:
            product, axes.of[node] = axes.product(node, operators)
            if MATRIX_PRODUCT in operators and axes.of[node] == 2:
                rows.add(node)
            if product is not None and not (node.op == "call" and axes.are_taken(node)):
                changed[node] = product, _NOTE_ON_ROWS if MATRIX_PRODUCT in operators else _NOTE_ON_DOTS
    notes: dict[str, None] = {}
    for node, (product, note) in changed.items():
        if note != _NOTE_ON_ROWS or not columns:
            node.become(product.op, product.args, product.data)
            notes[note] = None
    yield from notes


def _operators(node: Syntax) -> tuple[str, ...]:
    """Return the operators of a product some of which are ``@`` or dots, of other nodes nothing."""
    if node.op == "mul" and node.data:
        return tuple(node.data)
    is_product = node.op == "call" and node.data[0] in MATRIX_PRODUCTS and len(node.args) == 2
    return (MATRIX_PRODUCT,) if is_product else ()


def _factors(node: Syntax) -> tuple[Syntax, ...]:
    operators = _operators(node)
    return tuple(arg for i, arg in enumerate(node.args) if MATRIX_PRODUCT in operators[max(i - 1, 0) : i + 1])


class _Axes:
    """How many axes the values of nodes have, nothing where that cannot be told."""

    def __init__(self, declared: Mapping[str, Declaration], sizes: Collection[str], defined: Collection[str]):
        self.of: dict[Syntax, int | None] = {}
        self._declared = declared
        self._sizes = sizes
        self._defined = defined

    def find(self, node: Syntax) -> int | None:
        """Return how many axes the value of a node has whose arguments have theirs."""
        args = [self.of[arg] for arg in node.args]
        name = node.data
        if node.op == "name" and name in self._defined:
            return None
        if node.op == "name":
            is_number = name not in self._declared and (name in self._sizes or name in NUMBERS)
            return 0 if is_number else _AXES.get(likely_kind(name, self._declared), 2)
        if node.op in ("entry", "number", "norm", "bars"):
            return int(node.op == "entry")
        if node.op == "transpose":
            return None if args[0] == 1 else args[0]
        if node.op in ("power", "hadamard_power"):
            return args[0]
        if node.op == "call" and name[0] in BY_CALL:
            return axes_of_call(name[0], args)
        if node.op == "call":
            return 2 if name[0] in IDENTITIES or len(args) == 2 else 1
        counts = [arg for arg in args if arg is not None]
        if (node.op not in _ENTRYWISE and node.op != "mul") or len(counts) < len(args):
            return None
        if node.op in _ENTRYWISE:
            return max(counts)
        arrays = [count for count in counts if count]
        return None if 1 in arrays[:-1] else arrays[-1] if arrays else 0

    def are_taken(self, call: Syntax) -> bool:
        """Return whether a function takes arguments with so many axes as they are."""
        args = [self.of[arg] for arg in call.args]
        return any(wanted_axes(entry) == args for entry in BY_CALL[call.data[0]])

    def broadcast(self, total: Syntax, products: Collection[Syntax]) -> MatcalcError | None:
        """Return E202 for an array with one axis that is added to a product with two, as in ``X @ W + b``."""
        terms = [unsigned(term) for term in total.args]
        product = next((term for term in terms if term in products), None)
        single = next((term for term in terms if self.of[term] == 1 and term.op == "name"), None)
        if product is None or single is None or not self._is_guessed(total):
            return None
        name, factor = single.data, product.args[-1]
        help_text = f"in NumPy {name} is added to each row: write ... + ones(n)*{name}'"
        if factor.op == "name":
            help_text += f"; if {factor.data} is a vector, declare it"
        message = f"{name} is a vector, and is added to a matrix"
        other = Label(product.span, "two axes", primary=False)
        return fault("E202", message, single, "one axis", help_text, other)

    def star(self, product: Syntax) -> MatcalcError | None:
        """Return E102 for ``A * B`` of matrices beside ``@``, where it may be entry by entry."""
        operators = product.data or ("*",) * (len(product.args) - 1)
        for left, right, operator in zip(product.args, product.args[1:], operators, strict=False):
            guessed = self._is_guessed(left) or self._is_guessed(right)
            if operator == "*" and self.of[left] == self.of[right] == 2 and guessed:
                help_text = "write @ for the product of matrices, .* for that of the entries"
                message = "beside @ the sign * may work entry by entry"
                label = "of matrices, or entry by entry?"
                return fault("E102", message, (left, right), label, help_text)
        return None

    def _is_guessed(self, root: Syntax) -> bool:
        """Return whether some name that is no size is not declared."""
        nodes = syntax_postorder(root, lambda n: () if n.op == "call" and n.data[0] in CONSTANTS else n.args)
        settled = CONSTANTS.union(self._declared, self._defined, self._sizes, NUMBERS)
        return any(node.op == "name" and node.data not in settled for node in nodes)

    def product(self, node: Syntax, operators: tuple[str, ...]) -> tuple[Syntax | None, int | None]:
        """Return the product with vectors as rows where they have to be, if any, and its number of axes."""
        factors = [node.args[0]]
        count = self.of[node.args[0]]
        is_row = changed = False
        for operator, factor in zip(operators, node.args[1:], strict=True):
            other = self.of[factor]
            if count is None or other is None:
                return None, None
            if min(count, other) == 0:
                count = max(count, other)
            elif operator in DOTS and (count, other) == (1, 1):
                if not all(self._is_surely_a_vector(side) for side in (factors[-1], factor)):
                    return None, None
                factors, changed, count = [_transpose(factors)], True, 0
            elif operator != MATRIX_PRODUCT:
                if count == 1 and not self._may_be_scalar(factors):
                    return None, None
                count = other
            elif count == 1:
                if not is_row:
                    factors = [_transpose(factors)]
                changed = True
                is_row, count = other == 2, other - 1
            else:
                count = other
            factors.append(factor)
        if not changed:
            return None, count
        return _transpose(factors) if is_row else _joined(factors), count

    def _may_be_scalar(self, factors: list[Syntax]) -> bool:
        """Return whether a name before a sign is often that of a scalar, as in ``2 * lam * w @ w``."""
        [*before, last] = factors
        numbers = all(factor.op == "number" for factor in before)
        return numbers and last.op == "name" and last.data not in self._declared and not is_strong(last.data)

    def _is_surely_a_vector(self, node: Syntax) -> bool:
        return node.op != "name" or node.data in self._declared or stem(node.data) in _VECTORS


def _joined(factors: list[Syntax]) -> Syntax:
    return Syntax("mul", tuple(factors), factors[0].start, factors[-1].end)


def _transpose(factors: list[Syntax]) -> Syntax:
    inner = factors[0] if len(factors) == 1 else _joined(factors)
    return Syntax("transpose", (inner,), inner.start, inner.end)
