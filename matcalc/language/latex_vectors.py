r"""What LaTeX tells of vectors: bold letters, and the dot between them.

``\mathbf{v} \cdot \mathbf{w}`` is a scalar product and ``|\mathbf{v}|`` a norm. Without that, vectors would
be taken as matrices, which have products, powers and determinants.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.language.evidence import ARROW
from matcalc.language.latex_names import fault
from matcalc.language.names import GREEK, stem
from matcalc.language.syntax import Syntax, syntax_postorder

#: Signs of products that mean something else between two vectors than between other factors.
DOTS = frozenset(("\\cdot", "·", "⋅"))
OTHERS = frozenset(("\\times", "×", "\\ast"))
#: Families of products; behind one of the second or third a factor is no product of another without brackets.
_FAMILIES = {"TIMES": 0, "OVER": -1, "ENTRYWISE": 1, "ENTRYWISE_OVER": 1, "KRONECKER": 2}

IsVector = Callable[[Syntax], bool]


def refuse_mixed_products(factors: Sequence[Syntax], signs: Sequence[Token]) -> None:
    r"""Raise E102 for a product behind one of entries, as in ``P \circ \gamma \gamma^T``."""
    for i, (left, right) in enumerate(pairwise(signs), 1):
        before, after = _FAMILIES[left.type], _FAMILIES[right.type]
        if before > 0 <= after != before:
            first, _, third = factors[i - 1 : i + 2]
            message = "two kinds of products need brackets"
            labels = [Label(Span(first.start, third.end), "which product first?")]
            help_text = "put brackets around one of them: A \\circ (B C), or (A \\circ B) C"
            raise MatcalcError("E102", message, labels=labels, help=help_text)


def written_signs(factors: Sequence[Syntax], signs: Sequence[Token]) -> dict[Syntax, str]:
    """Return the factors behind a sign that has a meaning of its own between vectors: ``dot`` or ``other``.

    Next to a number it has none.
    """
    found = {}
    for (left, right), sign in zip(pairwise(factors), signs, strict=True):
        written = sign.type == "TIMES" and sign.start_pos != sign.end_pos
        kind = "dot" if sign in DOTS else "other" if sign in OTHERS else ""
        if written and kind and "number" not in (left.op, right.op):
            found[right] = kind
    return found


def with_signs(product: Syntax, factors: Collection[Syntax], signed: Mapping[Syntax, str]) -> Syntax:
    """Return the product, in which the parts that have such signs between factors are marked.

    ``factors`` are those that were written, ``signed`` those of them with a sign before them.
    """
    node = product
    while True:
        if node.op == "mul":
            signs = {i: signed[arg] for i, arg in enumerate(node.args) if i and arg in signed}
            if signs:
                node.op, node.data = "dot", signs
        if node.args[0] in factors:
            return product
        node = node.args[0]


def bold_vectors(bold: Mapping[str, str], declared: Collection[str], indexed: Collection[int]) -> IsVector:
    """Return what tells whether a name is a small bold letter or has an arrow, and no more is known of it."""

    def is_bold_vector(node: Syntax) -> bool:
        name = node.data
        return (
            node.op == "name"
            and name in bold
            and name not in declared
            and node.start not in indexed
            and (stem(name)[0].islower() or bold[name] == ARROW)
        )

    return is_bold_vector


def is_vector(node: Syntax, is_bold_vector: IsVector) -> bool:
    """Return whether bold letters tell that the value is a vector."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.op in ("add", "hadamard", "hadamard_quotient"):
            waiting.extend(node.args)
        elif node.op in ("negate", "quotient", "transpose"):
            waiting.append(node.args[0])
        elif node.op == "mul":
            *before, last = node.args
            if not any(arg.op == "transpose" or is_bold_vector(arg) for arg in before):
                waiting.append(last)
        elif is_bold_vector(node):
            return True
    return False


def refuse_products_of_vectors(product: Syntax, is_bold_vector: IsVector) -> None:
    """Raise E102 for two bold vectors side by side, which have several products."""
    if product.op not in ("mul", "dot"):
        return
    signs = product.data or {}
    for i, (left, right) in enumerate(pairwise(product.args), 1):
        if i not in signs and is_bold_vector(left) and is_bold_vector(right):
            labels = [Label(Span(left.start, right.end), "which?")]
            help_text = "write ^\\top for a transpose, \\odot for a product of entries"
            message = "two vectors side by side have several products"
            raise MatcalcError("E102", message, labels=labels, help=help_text)


def bold_matrices_with_dots(
    product: Syntax, bold: Collection[str], declared: Collection[str]
) -> Iterator[str]:
    r"""Yield pairs of bold capital letters with a dot between them, as in ``\mathbf{E} \cdot \mathbf{D}``."""
    signs = product.data if product.op == "dot" else {}
    for i, (left, right) in enumerate(pairwise(product.args), 1):
        names = [side.data for side in (left, right) if side.op == "name"]
        if signs.get(i) == "dot" and len(names) == 2 and bold_capitals(names, bold, declared):
            yield f"{left.data} and {right.data}"


def bold_capitals(names: Sequence[str], bold: Collection[str], declared: Collection[str]) -> bool:
    """Return whether all names are bold capital letters of which nothing is declared."""
    return all(name in bold and name not in declared and stem(name)[0].isupper() for name in names)


def refuse_name_and_its_transpose(total: Syntax, declared: Collection[str]) -> None:
    """Raise E102 for a small letter and its transpose in one sum, as in ``x - x'``: another name is meant."""
    names: dict[str, Syntax] = {}
    turned: dict[str, Syntax] = {}
    for term in total.args:
        while term.op == "negate":
            term = term.args[0]
        if term.op == "name":
            names[term.data] = term
        elif term.op == "transpose" and term.args[0].op == "name":
            turned[term.args[0].data] = term
    for name, term in turned.items():
        if name in names and name not in declared and stem(name)[0].islower():
            help_text = "give the variable with a prime a name of its own, such as x_1"
            message = "a vector and its transpose cannot be added"
            raise fault("E102", message, term.start, term.end, "a name with a prime?", help_text)


def refuse_power_of_vector(base: Syntax, end: int, is_bold_vector: IsVector) -> None:
    """Raise E102 for a power of a bold vector, which may be that of its length or of each entry."""
    if is_vector(base, is_bold_vector) and not _may_be_matrices(base):
        help_text = "write \\|x\\|^2 for the squared length, x^{\\circ 2} for powers of the entries"
        raise fault(
            "E102", "a vector has no powers", base.start, end, "of the length, or of each entry?", help_text
        )


def refuse_bars_that_may_be_a_determinant(bars: Syntax) -> None:
    """Raise E102 for bars around small bold Greek letters only, which are vectors or matrices."""
    if _may_be_matrices(bars):
        help_text = "write \\|...\\| for the norm, \\det(...) for the determinant"
        message = "bars of bold letters may be a norm or a determinant"
        raise fault("E102", message, bars.start, bars.end, "which?", help_text)


def _may_be_matrices(node: Syntax) -> bool:
    names = [part.data for part in syntax_postorder(node, lambda n: n.args) if part.op == "name"]
    return all(stem(name) in GREEK for name in names)


def refuse_trace_of_scalars(call: Syntax, declared: Collection[str], bold: Collection[str]) -> None:
    """Raise E206 for a trace or determinant of small Greek letters only, which are read as scalars."""
    names = [node for node in syntax_postorder(call, lambda n: n.args) if node.op == "name"]
    if not names or any(_is_no_scalar(node.data, declared, bold) for node in names):
        return
    name = names[0].data
    labels = [Label(node.span, "a matrix?") for node in names[:1]]
    help_text = f'declare {name}, as in "{name}: matrix(n,n)"'
    message = f"{name} is a scalar by default, and {call.data[0]} is for matrices"
    raise MatcalcError("E206", message, labels=labels, help=help_text)


def _is_no_scalar(name: str, declared: Collection[str], bold: Collection[str]) -> bool:
    word = stem(name)
    return name in declared or name in bold or word not in GREEK or not word.islower()
