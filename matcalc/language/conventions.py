"""What a sign means by convention: letters as superscripts, crosses, and vectors on the left of ``@``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, SCALAR, Shape
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL, Function
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import is_capital, is_strong, likely_kind
from matcalc.language.names import stem
from matcalc.language.shape_errors import names_below
from matcalc.language.syntax import Syntax, syntax_postorder
from matcalc.language.token_kinds import CONSTANTS, DOTS, IDENTITIES, MATRIX_PRODUCT, NUMBERS

#: Letters that mean a transpose, and what has to be said of it. All values are real.
_MARKS = {
    "H": "^H is read as the transpose: everything is real",
    "T": "^(T) is read as the transpose",
    "t": "^t is read as the transpose, since t occurs nowhere else; declare t if it is an exponent",
}
#: The mark that is an exponent as often.
_EXPONENT = "t"


def settle_superscripts(
    root: Syntax, declared: Mapping[str, Declaration], bold: Mapping[str, str]
) -> tuple[str, ...]:
    """Make transposes of the powers of arrays by letters that mean it; return what has to be said of them.

    No letter is meant that is declared. ``t`` has to occur nowhere else, and a single
    small letter with it has to be multiplied by an array.
    """
    nodes = syntax_postorder(root, lambda node: node.args)
    powers = [node for node in nodes if node.op == "power" and _mark(node) in _MARKS]
    powers = [node for node in powers if _mark(node) not in declared]
    if not powers:
        return ()
    exponents = {_letter(node) for node in powers}
    elsewhere = {node.data for node in nodes if node.op == "name" and node not in exponents}
    arrays = _arrays(nodes, declared, bold)
    multiplied = _multiplied(nodes, arrays)
    notes: dict[str, None] = {}
    for node in powers:
        base, mark = node.args[0], _mark(node)
        if base not in arrays or _has_number(base) or (mark == _EXPONENT and mark in elsewhere):
            continue
        if mark == _EXPONENT and base.op == "name" and not is_capital(base.data) and node not in multiplied:
            continue
        notes[_MARKS[mark]] = None
        if node.args[1].op == "negate":
            one = Syntax("number", (), node.args[1].start, node.end, 1)
            minus_one = Syntax("negate", (one,), node.args[1].start, node.end)
            base = Syntax("power", (base, minus_one), node.start, node.end)
        node.op, node.args, node.data = "transpose", (base,), None
    return tuple(notes)


def _has_number(base: Syntax) -> bool:
    """Return whether a sum has a number as a term, as in ``(1 + r)^t``."""
    return base.op == "add" and any(term.op == "number" for term in base.args)


def _letter(node: Syntax) -> Syntax:
    """Return the exponent without its sign."""
    exponent = node.args[1]
    return exponent.args[0] if exponent.op == "negate" else exponent


def _mark(node: Syntax) -> str:
    letter = _letter(node)
    return letter.data if letter.op == "name" else ""


def _multiplied(nodes: list[Syntax], arrays: set[Syntax]) -> set[Syntax]:
    """Return the factors that an array follows in their product."""
    found = set()
    for node in nodes:
        followed = False
        for factor in reversed(node.args) if node.op == "mul" else ():
            if followed:
                found.add(factor)
            followed = followed or factor in arrays
    return found


def _arrays(nodes: list[Syntax], declared: Mapping[str, Declaration], bold: Mapping[str, str]) -> set[Syntax]:
    """Return the nodes that are arrays if all names have their declared or default kinds."""
    arrays: set[Syntax] = set()
    for node in nodes:
        if node.op == "name":
            kind = likely_kind(node.data, declared, bold)
            is_array = node.data in CONSTANTS or (kind != "scalar" and node.data not in NUMBERS)
        elif node.op == "call":
            entries = BY_CALL.get(node.data[0], ())
            to_scalar = bool(entries) and all(entry.signature.endswith("-> ()") for entry in entries)
            is_array = not to_scalar and any(arg in arrays for arg in node.args)
        elif node.op == "mul":
            last = node.args[-1]
            inner = node.args[0].op == "transpose" and last.op == "name" and not is_capital(last.data)
            is_array = not inner and any(arg in arrays for arg in node.args)
        elif node.op == "power":
            is_array = node.args[0] in arrays
        else:
            is_array = node.op not in ("norm", "bars") and any(arg in arrays for arg in node.args)
        if is_array:
            arrays.add(node)
    return arrays


_SIGNS = ("×", "\\times")
#: Operations that are a number if all of what they are made of is one.
_OF_NUMBERS = frozenset(("add", "negate", "mul", "dot", "quotient", "power"))


def refuse_crosses(
    text: str, root: Syntax, declared: Mapping[str, Declaration], sizes: Collection[str]
) -> None:
    """Raise E102 for ``a × b`` if neither is surely a number; of declared names the shapes decide."""
    if not any(sign in text for sign in _SIGNS):
        return
    nodes = syntax_postorder(root, lambda node: node.args)
    scalars = {name for name, declaration in declared.items() if declaration.kind == "scalar"}.union(sizes)
    defined = {node.data for node in root.args[1:]} if root.op == "where" else set()
    known = declared.keys() | sizes | defined | CONSTANTS | NUMBERS
    numbers: set[Syntax] = set()
    for node in nodes:
        if _is_number(node, scalars) or (node.op in _OF_NUMBERS and numbers.issuperset(node.args)):
            numbers.add(node)
    for node in nodes:
        for left, right in pairwise(node.args) if node.op in ("mul", "dot") else ():
            crossed = any(sign in text[left.end : right.start] for sign in _SIGNS)
            settled = names_below(left) | names_below(right) <= known
            if crossed and not settled and numbers.isdisjoint((left, right)):
                label = Label(Span(left.start, right.end), "a cross product?")
                help_text = "write cross(a, b) for that of two vectors, * for another product"
                raise MatcalcError("E102", "this sign may be a cross product", labels=[label], help=help_text)


def _is_number(node: Syntax, scalars: Collection[str]) -> bool:
    if node.op == "name":
        return node.data in scalars or node.data in NUMBERS
    if node.op == "call":
        entries = BY_CALL.get(node.data[0], ())
        return bool(entries) and all(entry.signature.endswith("-> ()") for entry in entries)
    return node.op in ("number", "norm", "bars")


#: Functions that multiply as ``@`` does.
_FUNCTIONS = frozenset(("dot", "matmul"))
NOTE = "a vector on the left of a matrix product is taken as a row, as in NumPy"
_NOTE_ON_DOTS = "the dot between two vectors is read as the inner product"
#: Letters of vectors, which between dots are no scalars.
_VECTORS = frozenset("uvwxyz")
#: How many axes an array of a kind has; what has a row as its kind is written for columns and rows.
_AXES: dict[str, int | None] = {"scalar": 0, "vector": 1, "rowvector": None}
_ENTRYWISE = frozenset(("add", "negate", "hadamard", "hadamard_quotient", "quotient"))


def settle_one_dimensional(
    root: Syntax, declared: Mapping[str, Declaration], sizes: frozenset[str]
) -> tuple[str, ...]:
    """Make rows of the vectors on the left of ``@`` and of dots; return what has to be said of that.

    Products with ``@`` are left if a vector is transposed somewhere: then vectors are columns. Names have
    their declared or default kinds; a name that is multiplied by ``@`` is a column, and no scalar, unless it
    is declared one or is among the ``sizes``.
    """
    nodes = syntax_postorder(root, lambda node: node.args)
    factors = {arg for node in nodes for arg in _factors(node)}
    if not factors and not any(_operators(node) for node in nodes):
        return ()
    known = sizes.union(declared, NUMBERS)
    defined = {node.data for node in root.args[1:]} if root.op == "where" else set()
    for node in factors:
        if node.op == "name" and node.data not in known | defined and likely_kind(node.data, {}) != "matrix":
            name = Syntax("name", (), node.start, node.end, node.data)
            node.op, node.args, node.data = "entry", (name,), None
    axes: dict[Syntax, int | None] = {}
    changed: dict[Syntax, tuple[Syntax, str]] = {}
    columns = False
    settled = {**declared, **dict.fromkeys(defined, Declaration("matrix"))}
    has_matrix_product = any(MATRIX_PRODUCT in _operators(node) for node in nodes if node.op == "mul")
    rows: set[Syntax] = set()
    for node in syntax_postorder(root, lambda node: node.args):
        columns = columns or (node.op == "transpose" and axes[node.args[0]] == 1)
        if node.op != "name" or node.data not in defined:
            axes[node] = _axes(node, axes, declared, sizes)
        else:
            axes[node] = None
        if node.op == "add":
            _refuse_broadcast(node, axes, rows, settled)
        if node.op == "mul" and has_matrix_product:
            _refuse_star(node, axes, settled)
        operators = _operators(node)
        if operators:
            product, axes[node] = _product(node, operators, axes, declared)
            if MATRIX_PRODUCT in operators and axes[node] == 2:
                rows.add(node)
            if product is not None and not (node.op == "call" and _takes(node, axes)):
                changed[node] = product, NOTE if MATRIX_PRODUCT in operators else _NOTE_ON_DOTS
    notes: dict[str, None] = {}
    for node, (product, note) in changed.items():
        if note != NOTE or not columns:
            node.op, node.args, node.data = product.op, product.args, product.data
            notes[note] = None
    return tuple(notes)


def _refuse_broadcast(
    total: Syntax,
    axes: Mapping[Syntax, int | None],
    products: Collection[Syntax],
    declared: Mapping[str, Declaration],
) -> None:
    """Raise E202 for an array with one axis that is added to a product with two, as in ``X @ W + b``."""
    terms = [term.args[0] if term.op == "negate" else term for term in total.args]
    product = next((term for term in terms if term in products), None)
    single = next((term for term in terms if axes[term] == 1 and term.op == "name"), None)
    if product is not None and single is not None and _is_guessed(total, declared):
        name, factor = single.data, product.args[-1]
        labels = [Label(single.span, "one axis"), Label(product.span, "two axes", primary=False)]
        help_text = f"in NumPy {name} is added to each row: write ... + ones(n)*{name}'"
        if factor.op == "name":
            help_text += f"; if {factor.data} is a vector, declare it"
        message = f"{name} is a vector, and is added to a matrix"
        raise MatcalcError("E202", message, labels=labels, help=help_text)


def _is_guessed(root: Syntax, declared: Mapping[str, Declaration]) -> bool:
    """Return whether some name that is no size is not declared."""
    nodes = syntax_postorder(root, lambda n: () if n.op == "call" and n.data[0] in CONSTANTS else n.args)
    sizes = {
        symbol for declaration in declared.values() for dim in declaration.dims for symbol in dim.symbols
    }
    known = declared.keys() | sizes | CONSTANTS | NUMBERS
    return any(node.op == "name" and node.data not in known for node in nodes)


def _refuse_star(
    product: Syntax, axes: Mapping[Syntax, int | None], declared: Mapping[str, Declaration]
) -> None:
    """Raise E102 for ``A * B`` of matrices beside products with ``@``: in Python it works entry by entry."""
    operators = product.data or ("*",) * (len(product.args) - 1)
    for left, right, operator in zip(product.args, product.args[1:], operators, strict=False):
        guessed = _is_guessed(left, declared) or _is_guessed(right, declared)
        if operator == "*" and axes[left] == axes[right] == 2 and guessed:
            labels = [Label(Span(left.start, right.end), "of matrices, or entry by entry?")]
            help_text = "write @ for the product of matrices, .* for that of the entries"
            message = "beside @ the sign * may work entry by entry"
            raise MatcalcError("E102", message, labels=labels, help=help_text)


def _operators(node: Syntax) -> tuple[str, ...]:
    """Return the operators of a product some of which are ``@`` or dots, of other nodes nothing."""
    if node.op == "mul" and node.data:
        return tuple(node.data)
    return (
        (MATRIX_PRODUCT,) if node.op == "call" and node.data[0] in _FUNCTIONS and len(node.args) == 2 else ()
    )


def _takes(node: Syntax, axes: Mapping[Syntax, int | None]) -> bool:
    """Return whether a function takes arguments with so many axes as they are."""
    args = [axes[arg] for arg in node.args]
    return any(_wanted(entry) == args for entry in BY_CALL[node.data[0]])


def _wanted(entry: Function) -> list[int]:
    return [_axes_of(argument.shape) for argument in signature_of(entry).arguments]


def _factors(node: Syntax) -> tuple[Syntax, ...]:
    operators = _operators(node)
    return tuple(arg for i, arg in enumerate(node.args) if MATRIX_PRODUCT in operators[max(i - 1, 0) : i + 1])


def _axes(
    node: Syntax,
    axes: Mapping[Syntax, int | None],
    declared: Mapping[str, Declaration],
    sizes: frozenset[str],
) -> int | None:
    """Return how many axes the value of a node has, nothing if that cannot be told."""
    args = [axes[arg] for arg in node.args]
    if node.op == "name":
        is_number = node.data not in declared and (node.data in sizes or node.data in NUMBERS)
        return 0 if is_number else _AXES.get(likely_kind(node.data, declared), 2)
    if node.op == "entry":
        return 1
    if node.op in ("number", "norm", "bars"):
        return 0
    if node.op == "transpose":
        return None if args[0] == 1 else args[0]
    if node.op in ("power", "hadamard_power"):
        return args[0]
    if node.op == "call" and node.data[0] in BY_CALL:
        return _axes_of_call(node.data[0], args)
    if node.op == "call":
        return 2 if node.data[0] in IDENTITIES or len(args) == 2 else 1
    known = [arg for arg in args if arg is not None]
    if (node.op not in _ENTRYWISE and node.op != "mul") or len(known) < len(args):
        return None
    if node.op in _ENTRYWISE:
        return max(known)
    arrays = [count for count in known if count]
    return None if 1 in arrays[:-1] else arrays[-1] if arrays else 0


def _axes_of_call(name: str, args: list[int | None]) -> int | None:
    found = set()
    for entry in BY_CALL[name]:
        if entry.elementwise:
            found.add(args[0])
        elif len(BY_CALL[name]) == 1 or _wanted(entry) == args:
            found.add(_axes_of(signature_of(entry).result))
    return found.pop() if len(found) == 1 else None


def _axes_of(shape: Shape) -> int:
    return 0 if shape == SCALAR else 1 if shape[1] is ONE else 2


def _product(
    node: Syntax,
    operators: tuple[str, ...],
    axes: Mapping[Syntax, int | None],
    declared: Mapping[str, Declaration],
) -> tuple[Syntax | None, int | None]:
    """Return the product with its vectors as rows where they have to be, if any, and its number of axes."""
    factors = [node.args[0]]
    count = axes[node.args[0]]
    is_row = changed = False
    for operator, factor in zip(operators, node.args[1:], strict=True):
        other = axes[factor]
        if count is None or other is None:
            return None, None
        if min(count, other) == 0:
            count = max(count, other)
        elif operator in DOTS and (count, other) == (1, 1):
            if not all(_is_surely_a_vector(side, declared) for side in (factors[-1], factor)):
                return None, None
            factors, changed, count = [_transpose(factors)], True, 0
        elif operator != MATRIX_PRODUCT:
            if count == 1 and not _may_be_scalar(factors, declared):
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


def _may_be_scalar(factors: list[Syntax], declared: Mapping[str, Declaration]) -> bool:
    """Return whether a name before a sign is often that of a scalar, as in ``2 * lam * w @ w``."""
    [*before, last] = factors
    numbers = all(factor.op == "number" for factor in before)
    return numbers and last.op == "name" and last.data not in declared and not is_strong(last.data)


def _is_surely_a_vector(node: Syntax, declared: Mapping[str, Declaration]) -> bool:
    return node.op != "name" or node.data in declared or stem(node.data) in _VECTORS


def _joined(factors: list[Syntax]) -> Syntax:
    return Syntax("mul", tuple(factors), factors[0].start, factors[-1].end)


def _transpose(factors: list[Syntax]) -> Syntax:
    inner = factors[0] if len(factors) == 1 else _joined(factors)
    return Syntax("transpose", (inner,), inner.start, inner.end)
