"""What a sign means by convention: exponents, letters as superscripts, bars around entries, ``@``.

Each convention is a function of the text as it was written. It may change the tree, and yields what has to be
said of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL, DIAG
from matcalc.functions.table import OF_ENTRIES, READ_AS
from matcalc.language.calls import is_of_square_matrices
from matcalc.language.declarations import Declaration, declared_sizes
from matcalc.language.evidence import is_capital, likely_kind
from matcalc.language.product_signs import is_scalar_call
from matcalc.language.syntax import (
    CONSTANTS,
    NUMBERS,
    Syntax,
    defined_below,
    fault,
    name_nodes,
    names_below,
    syntax_postorder,
    unsigned,
)
from matcalc.language.tokens import MATRIX_PRODUCT, OF_R


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
    ends = node.args[:: len(node.args) - 1] if node.op == "mul" else ()
    return bool(ends) and all(_is_matrix(end, written) for end in ends)


def _is_matrix(node: Syntax, written: WrittenText) -> bool:
    name = node.args[0] if node.op == "transpose" else node
    return name.op == "name" and likely_kind(name.data, written.declared, written.bold) == "matrix"


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


# Matrix products of other languages

_MATRIX_PRODUCTS = frozenset((MATRIX_PRODUCT, OF_R))


def columns(written: WrittenText) -> None:
    """Make columns of the names beside ``@``: they are no scalars, unless they are declared.

    Raises E102 for ``A * B`` of matrices elsewhere in the text, which may be a product of entries.
    """
    text, declared = written.text, written.declared
    if not any(sign in text for sign in _MATRIX_PRODUCTS):
        return
    nodes = syntax_postorder(written.root)
    settled = {*defined_below(written.root), *written.sizes, *declared, *NUMBERS}
    for node in nodes:
        for left, right in pairwise(node.args) if node.op in ("mul", "dotted") else ():
            sign = text[left.end : right.start].strip()
            matrices = sign == "*" and MATRIX_PRODUCT in text and _is_matrix(left, written)
            is_guess = not names_below(left) | names_below(right) <= settled
            if matrices and is_guess and _is_matrix(right, written):
                help_text = "write @ for the product of matrices, .* for that of the entries"
                message = "beside @ the sign * may work entry by entry"
                raise fault("E102", message, (left, right), "of matrices, or entry by entry?", help_text)
            for side in (left, right) if sign in _MATRIX_PRODUCTS else ():
                if side.op == "name" and side.data not in settled and likely_kind(side.data, {}) != "matrix":
                    side.become("entry", (Syntax("name", (), side.start, side.end, side.data),))


# Powers of e

_EULER = "e"


def powers_of_e(written: WrittenText) -> Iterator[str]:
    """Make exponentials of the powers of ``e``.

    Nothing is changed if ``e`` is declared, defined or of differentiation, if it also occurs where it is
    no base, or where the exponent is a number: then it is a variable. A power of each entry, as in
    ``e.^x``, is ``exp(x)``; in ``e^s`` the exponent has to be a scalar.
    """
    definitions = written.definitions()
    if _EULER in {*written.declared, *written.wrt, *definitions}:
        return
    nodes = syntax_postorder(written.root)
    powers = [node for node in nodes if node.op in ("power", "hadamard_power") and _is_e(node.args[0])]
    powers = [node for node in powers if node.args[1].op != "number"]
    bases = {_name(node.args[0]) for node in powers}
    if not powers or any(node.op == "name" and node.data == _EULER and node not in bases for node in nodes):
        return
    for node in powers:
        base, exponent = node.args
        if node.op == "power":
            node.become("exponential", (exponent,))
        else:
            node.become("call", (exponent,), (READ_AS["exponential"][0], base.end))
    yield "e^(...) is read as exp(...)"


def _name(node: Syntax) -> Syntax:
    return node.args[0] if node.op == "single" else node


def _is_e(node: Syntax) -> bool:
    return _name(node).op == "name" and _name(node).data == _EULER


# Squares as variables

#: Ends the name of the variable that the square of another is, as in ``sigma_sq``.
SQUARE = "_sq"


def squares(root: Syntax, wrt: Iterable[str], declared: Mapping[str, Declaration]) -> list[str]:
    """Make variables of the squares that are asked for, ``sigma_sq``, and return these.

    Raises E401 where the name occurs in another power than an even one, or is declared an array.
    """
    names = {node.data for node in name_nodes(root)}
    made = [name for name in wrt if name.endswith(SQUARE) and name not in names | declared.keys()]
    for name in made:
        base = name.removesuffix(SQUARE)
        if base not in names:
            message = f"cannot differentiate with respect to the square of {base}"
            raise MatcalcError("E401", message, help=f"{base} does not occur in the expression")
        if base in declared and declared[base].kind != "scalar":
            raise MatcalcError("E401", f"{base} is declared a {declared[base].kind}, which has no square")
        powers = {n.args[0]: n for n in syntax_postorder(root) if n.op == "power" and n.args[0].data == base}
        for node in name_nodes(root):
            if node.data == base:
                _make_square(node, powers.get(node), name)
    return made


def _make_square(node: Syntax, power: Syntax | None, name: str) -> None:
    exponent = unsigned(power.args[1]) if power is not None else node
    if power is None or exponent.op != "number" or exponent.data % 2:
        message = f"{node.data} occurs here, and the variable is its square"
        help_text = f"write a letter for {node.data}^2 everywhere, such as s, and sqrt(s) for {node.data}"
        raise fault("E401", message, node, "no square", help_text)
    variable = Syntax("name", (), node.start, node.end, name)
    half = Syntax("number", (), exponent.start, exponent.end, exponent.data // 2)
    if exponent is not power.args[1]:
        half = Syntax("negate", (half,), *power.args[1].span)
    if half.data == 1:
        power.become("name", (), name)
    else:
        power.become("power", (variable, half))
