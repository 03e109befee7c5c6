"""What has to be said of a reading with its kinds and shapes, and what in it is refused after all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from matcalc.errors import suggestion
from matcalc.expression import ONE
from matcalc.functions import BY_CALL
from matcalc.functions.fields import lazy_property
from matcalc.functions.table import OF_ENTRIES
from matcalc.language.applied_names import IDENTITY
from matcalc.language.calls import is_of_square_matrices
from matcalc.language.conventions import WrittenText
from matcalc.language.declarations import FAMILY_OF_MATRICES, Declaration
from matcalc.language.evidence import is_capital, is_strong
from matcalc.language.matrix_functions import OF_MATRIX
from matcalc.language.other_functions import OF_COLUMNS
from matcalc.language.shapes import Shapes
from matcalc.language.summation import MEMBER
from matcalc.language.syntax import (
    NUMBERS,
    VECTOR,
    Syntax,
    defined_below,
    fault,
    name_nodes,
    names_below,
    syntax_postorder,
    unsigned,
)

#: So much is the data of a call, if nothing is said of matrices.
_DATA_OF_CALLS = 3
#: How similar a name has to be to be named as the one that was meant.
_SIMILAR = 0.75


def idle_names(written: WrittenText) -> Iterator[str]:
    """Yield what has to be said of declared and of defined names that do not occur."""
    definitions = defined_below(written.root)
    occurring = names_below(written.root)
    free = sorted(occurring - written.declared.keys() - set(definitions))
    used = occurring | written.sizes | written.wrt
    yield from _idle([name for name in written.declared if name not in used], "declared", free)
    yield from _idle([name for name in definitions if name not in occurring], "defined", free)


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


@dataclass(frozen=True)
class Resolved:
    """A text with its kinds and shapes; ``nodes`` come after those they need."""

    text: str
    nodes: list[Syntax]
    kinds: Mapping[str, Declaration]
    shapes: Shapes

    @lazy_property
    def parents(self) -> Mapping[Syntax, Syntax]:
        """The node that each node stands in."""
        return {arg: node for node in self.nodes for arg in node.args}

    def kind_of(self, node: Syntax, source: str = "") -> str:
        """Return the kind of a name, nothing for another node or if it is known in another way."""
        kind = self.kinds.get(node.data) if node.op == "name" else None
        return kind.kind if kind is not None and source in ("", kind.source) else ""

    def source_of(self, name: str) -> str:
        """Return how the kind of a name is known, nothing if it is none that has a kind."""
        return self.kinds[name].source if name in self.kinds else ""

    def raw(self, node: Syntax) -> str:
        """Return how a node is written."""
        return self.text[node.start : node.end]

    def written(self, node: Syntax, otherwise: str) -> str:
        """Return how the node is written, if that is short."""
        written = " ".join(self.raw(node).split())
        if written.startswith("{") and written.endswith("}"):
            written = written[1:-1].strip()
        return written if len(written) <= _LONGEST else otherwise


#: Longest piece of the text that a note repeats.
_LONGEST = 24


def notes_on(read: Resolved) -> Iterator[str]:
    """Yield what has to be said of a reading. Raises E102 for what may mean two things in it."""
    _refuse_open_powers(read)
    _refuse_numbers_as_vectors(read)
    _refuse_scalars_beside_entries(read)
    yield from _on_entries(read)
    yield from _on_sizes(read.shapes)
    yield from _on_identities(read)
    meanings = (note for node in read.nodes for note in _MEANINGS.get(node.op, _nothing)(read, node))
    yield from dict.fromkeys(meanings)


_PRODUCTS = frozenset(("mul", "hadamard"))
_TERMS = frozenset(("add", "negate", "mul", "quotient"))


def _refuse_numbers_as_vectors(read: Resolved) -> None:
    """Raise E102 for numbers where people write vectors: ``pi'``, and ``pi`` or ``1`` after an array."""
    for node in read.nodes:
        for i, arg in enumerate(node.args):
            name = _plain_number(read, arg)
            if node.op == "transpose" and (name or arg.op == "number"):
                help_text = "for a power write ^(t), t any other letter"
                raise fault("E102", "a number has no transpose", node, "a transpose?", help_text)
            before = node.args[:i] if name and node.op in _PRODUCTS else ()
            if any(other in read.shapes.of and not read.shapes.is_scalar(other) for other in before):
                instead = "write ones for a vector of ones" if name == "1" else f"for a vector declare {name}"
                message = f"{name} is a number, and may be a vector here"
                raise fault("E102", message, arg, "which?", f"{instead}; a number stands in front")


def _plain_number(read: Resolved, node: Syntax) -> str:
    """Return a number that people write for a vector: 1, or a letter of which nothing was said."""
    is_letter = node.op == "name" and node.data in NUMBERS and node.data not in read.shapes.variables
    return str(node.data) if is_letter or (node.op == "number" and node.data == 1) else ""


def _refuse_scalars_beside_entries(read: Resolved) -> None:
    """Raise E202 for ``y.*X`` of a matrix: ``y`` is hardly a scalar there, and a vector does not fit."""
    for product in read.nodes:
        if product.op != "hadamard" or read.shapes.is_scalar(product):
            continue
        for name in map(unsigned, product.args):
            if read.kind_of(name, "inferred") == "scalar" and is_strong(name.data):
                message = f"{name.data} is no scalar in an entrywise product, and as a vector it does not fit"
                help_text = (
                    f"write diag({name.data})*X for a multiple of each row, {name.data}*X for a scalar"
                )
                raise fault("E202", message, name, "entry by entry", help_text)


def _refuse_open_powers(read: Resolved) -> None:
    """Raise E102 for ``sum(X^2)`` of a matrix that nothing else makes square."""
    for call in read.nodes:
        if call not in read.shapes.chosen or read.shapes.chosen[call].name not in OF_ENTRIES:
            continue
        for node in syntax_postorder(call.args[0], lambda n: n.args if n.op in _TERMS else ()):
            if node in read.shapes.made_square:
                base, exponent = map(read.raw, node.args)
                help_text = f"for those of the entries write {base}.^{exponent}; a square matrix is declared"
                message = "may be powers of the entries or of the matrix"
                raise fault("E102", message, node, "which?", help_text)


def _on_entries(read: Resolved) -> Iterator[str]:
    """Yield which powers of vectors and which sums with a scalar are taken entry by entry."""
    shapes = read.shapes
    for node in read.nodes:
        if node in shapes.entrywise:
            yield f"{read.raw(node)} is the power of each entry of a vector"
        elif node.op == "add" and not shapes.is_scalar(node):
            of_matrix = ONE not in shapes.of[node]
            for arg in filter(shapes.is_scalar, node.args):
                name = unsigned(arg)
                spread = f"{read.raw(name)} is {'added to' if name is arg else 'taken from'} each entry of a"
                if (name in shapes.offsets and read.kinds[name.data].source != "declared") or (
                    (of_matrix or name.op != "call") and arg in shapes.from_calls - shapes.spreads
                ):
                    yield f"{spread} {'matrix' if of_matrix else 'vector'}"


def _on_sizes(shapes: Shapes) -> Iterator[str]:
    """Yield which matrices were taken as square without need."""
    sizes = shapes.sizes
    assumed: dict[str, None] = {}
    if shapes.single_zeros:
        yield "a block 0 whose size nothing determines has one row or one column"
    for pair in map(set, sizes.assumed):
        square, sides = [], []
        for name, (rows, cols) in shapes.variables.items():
            origins = sizes.origins(rows), sizes.origins(cols)
            if pair <= origins[0] | origins[1] and all(pair & side for side in origins):
                square.append(name)
            for side, dim in (("rows", rows), ("columns", cols)):
                if dim.name in pair:
                    sides.append(f"the {side} of {name}")
        if square:
            assumed[f"{' and '.join(square)} {'are' if len(square) > 1 else 'is'} taken as square"] = None
        else:
            assumed[f"{' and '.join(sides) or 'some sizes'} are taken to be equal in number"] = None
    yield from assumed


def _on_identities(read: Resolved) -> Iterator[str]:
    """Yield what has to be said of an idle ``I`` beside a matrix or between vectors in a product."""
    variables = read.shapes.variables
    for node in read.nodes if IDENTITY not in variables else ():
        names = [arg.data for arg in node.args if arg.op == "name"] if node.op == "mul" else []
        others = [variables[name] for name in names if name in variables]
        between = "transpose" in (arg.op for arg in node.args) and node.args[-1].data != IDENTITY
        if IDENTITY in names and (any(ONE not in shape for shape in others) or between):
            meaning = f"{IDENTITY} is the identity matrix, which changes no product"
            yield f"{meaning}; if it is a variable, declare {IDENTITY}"
            return


# What else a sign or a function may mean, by the operation of the node

_MATRIX_PRODUCTS = frozenset(("mul", "dotted", "transpose", "where", "definition"))


def _nothing(read: Resolved, node: Syntax) -> Iterator[str]:
    yield from ()


def _on_dots(read: Resolved, node: Syntax) -> Iterator[str]:
    """Yield which dots are scalar products, and which are not for want of a declaration."""
    shapes = read.shapes
    for i, sign in node.data.items():
        for side, other in (node.args[i - 1 : i + 1], node.args[i : i - 2 if i > 1 else None : -1]):
            is_guess = read.kind_of(side, "default") == "scalar"
            if sign == "cdot" and is_guess and ONE in shapes.of[other] and not shapes.is_scalar(other):
                written = read.written(node, "a product with a dot")
                yield f"{written} is read as a multiple; for a scalar product declare {side.data} a vector"
    signs = {node.data[i] for i in shapes.dotted.get(node, ())}
    if "matrix" in signs:
        yield "a vector on the left of a matrix product is taken as a row, as in R"
    elif signs:
        written = read.written(node, "a dot between vectors")
        yield f"{written} is read as a scalar product; if a name in it is a scalar, declare it"


def _on_bars(read: Resolved, node: Syntax) -> Iterator[str]:
    if ONE in read.shapes.of[node.args[0]] and node.data == VECTOR:
        yield f"{read.written(node, 'what stands in bars')} is read as the norm of a vector"
    else:
        yield from _on_numbers_of_matrices(read, node)


def _on_calls(read: Resolved, node: Syntax) -> Iterator[str]:
    if len(node.data) > _DATA_OF_CALLS and ONE not in read.shapes.sizes.resolve_shape(
        read.shapes.of[node.args[0]]
    ):
        message, _, help_text = node.data[-1].partition(": ")
        raise fault("E506", f"{message} is another one of a matrix", node, "of a matrix", help_text)
    yield from _on_multiples(read, node)
    if _is_of_entries(read, node):
        name = read.shapes.chosen[node].name
        matrix = read.written(node.args[0], "the matrix")
        yield f"{name} works on each entry of {matrix}; of the whole matrix it is {name}{OF_MATRIX}"
    else:
        yield from _on_numbers_of_matrices(read, node)


def _on_multiples(read: Resolved, node: Syntax) -> Iterator[str]:
    """Yield that ``sum(X)*w`` is a multiple: in MATLAB it is the product with the sums of columns."""
    parent, name = read.parents.get(node), node.data[0]
    is_factor = parent is not None and parent.op == "mul" and not read.shapes.is_scalar(parent)
    if name not in OF_COLUMNS or not is_factor or not read.raw(node).startswith(name):
        return
    if ONE not in read.shapes.sizes.resolve_shape(read.shapes.of[node.args[0]]):
        written = read.written(node, f"{name}(...)")
        yield f"{written} is that of all entries; of each column it is {name}(X, 1)"


def _is_of_entries(read: Resolved, node: Syntax) -> bool:
    """Return whether a function of each entry of a matrix may be meant as that of the matrix.

    A matrix of which nothing is declared may be square.
    """
    entry = read.shapes.chosen.get(node)
    if entry is None or entry.name + OF_MATRIX not in BY_CALL or len(node.args) != 1:
        return False
    rows, cols = read.shapes.sizes.resolve_shape(read.shapes.of[node.args[0]])
    if rows is ONE or cols is ONE:
        return False
    parent = read.parents.get(node)
    if rows is cols or (parent is not None and parent.op not in _MATRIX_PRODUCTS):
        return rows is cols
    return all(read.source_of(part.data) != "declared" for part in name_nodes(node))


def _on_numbers_of_matrices(read: Resolved, node: Syntax) -> Iterator[str]:
    """Yield the letters that are scalars by default, and factors in a trace or determinant."""
    if is_of_square_matrices(read.shapes.chosen.get(node)):
        for factor in node.args[0].args if node.args[0].op == "mul" else ():
            if read.kind_of(factor, "default") == "scalar":
                yield f"{factor.data} is read as a scalar; declare it if it is a matrix"


def _on_powers(read: Resolved, node: Syntax) -> Iterator[str]:
    """Yield what to say of the square of a determinant, and of a power with the sign of Python."""
    base, exponent = node.args
    if base.op == "bars" and exponent.data == 2 and read.kind_of(base.args[0]):
        name = base.args[0].data
        if ONE not in read.shapes.of[base.args[0]] and read.source_of(name) != "declared":
            yield f"|{name}| is read as a determinant; if {name} is a vector, declare it"
            return
    number = unsigned(exponent)
    if ONE not in read.shapes.of[node] and (number.op == "quotient" or isinstance(number.data, Fraction)):
        yield f"{read.raw(node)} is a power of the square root of the matrix, sqrtm(...)"
    is_pythons = read.text[base.end : exponent.start].strip().startswith("**")
    if ONE not in read.shapes.of[node] and is_pythons:
        yield "** is the power of a matrix; that of each entry is .^"


def _on_exponentials(read: Resolved, node: Syntax) -> Iterator[str]:
    if node in read.shapes.chosen:
        yield "e^(...) of a matrix is its exponential, expm(...)"
        return
    for part in name_nodes(node):
        if read.kind_of(part, "inferred") == "scalar" and is_capital(part.data):
            yield f"e^(...) is that of a scalar {part.data}; of a matrix it is expm(...)"


def _on_members(read: Resolved, node: Syntax) -> Iterator[str]:
    """Yield that vectors with an index are the rows of a matrix, of which nothing was said."""
    family, indices = node.args[0], node.data
    if read.kind_of(family) == FAMILY_OF_MATRICES:
        message = f"{read.raw(node)} may be a matrix for each value of the index"
        help_text = "sums over matrices cannot be used; write out a few terms, as in x'*A_1*x + x'*A_2*x"
        raise fault("E506", message, node, "a matrix?", help_text)
    if family.op == "name" and len(indices) == 1 and ONE not in read.shapes.of[family]:
        alone = [
            n
            for n in read.nodes
            if n.op == "name" and n.data == family.data and read.parents.get(n, n).op != MEMBER
        ]
        for name in alone:
            message = f"{family.data} occurs with an index, as vectors, and without one"
            raise fault("E506", message, name, "which of them?", "give one of them another name")
    if (
        read.kind_of(family) == "vector"
        and is_capital(family.data)
        and read.source_of(family.data) != "declared"
    ):
        yield f"{read.raw(node)} is taken as a number, an entry of the vector {family.data}"
    if read.kind_of(family) == "matrix" and len(indices) == 1 and read.source_of(family.data) != "declared":
        yield f"the vectors {family.data}_{indices[0].letter} are the rows of the matrix {family.data}"


_MEANINGS: Mapping[str, Callable[[Resolved, Syntax], Iterator[str]]] = {
    MEMBER: _on_members,
    "dotted": _on_dots,
    "bars": _on_bars,
    "call": _on_calls,
    "power": _on_powers,
    "exponential": _on_exponentials,
}
