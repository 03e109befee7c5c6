"""What people do not write, with its weight: the evidence against a reading that its parts are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from matcalc.expression import ONE
from matcalc.expression.binder import SUM_OVER
from matcalc.expression.signatures import signature_of
from matcalc.functions import BY_CALL, Function
from matcalc.functions.named import ENTRYWISE, PRIME
from matcalc.functions.table import OF_ENTRIES
from matcalc.language.calls import is_of_square_matrices, wants_array
from matcalc.language.evidence import CAPITAL_FAMILY, CAPITALS_NAMED, LIKELY, STRONG, Letter, is_constant
from matcalc.language.named_calls import APPLIED, is_time
from matcalc.language.shape_errors import OF_ROWS
from matcalc.language.shapes import Shapes
from matcalc.language.summation import MEMBER
from matcalc.language.syntax import IDENTITIES, Syntax, name_nodes, syntax_postorder, unsigned


class Rank(NamedTuple):
    """Whether the rows and the columns are ``1``, more (``n``), or open (``?``).

    A scalar may ``spread`` over an array in a sum, or come ``from_calls``; it is ``bare`` if it is made of
    names that are taken as scalars, and numbers. An array is ``scaled`` by a scalar that is made of arrays,
    which is a ``factor`` or a ``term`` of it. A ``product`` is ``inner`` or ``outer`` if its last factors are
    a row and a column, or the other way round, and a ``multiple`` if a scalar name stands after an array; a
    ``power`` is that of a scalar whose name is usually a vector's; a function of which nothing was said works
    on ``each`` entry, or has values of its ``own``. ``cells`` are those of a row of blocks.
    """

    rows: str
    cols: str
    spreads: bool = False
    from_calls: bool = False
    bare: bool = False
    scaled: str = ""
    product: str = ""
    cells: tuple[Rank, ...] = ()

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a single number."""
        return self.rows == self.cols == "1"

    @property
    def is_column(self) -> bool:
        """Whether the value is a column that is no scalar."""
        return self.cols == "1" != self.rows

    @property
    def is_of_arrays(self) -> bool:
        """Whether the value is a scalar that is made of arrays, such as a norm."""
        return self.is_scalar and not self.bare and not self.spreads


def _is_opened(node: Syntax) -> bool:
    """Return whether a value has the shape of its arguments: a sum, or a function of each entry."""
    called = BY_CALL.get(node.data[0], ()) if node.op == "call" else ()
    return node.op in ("add", "negate") or (bool(called) and all(entry.elementwise for entry in called))


#: The data of what stands for the operands of a sum or product so far.
FOLD = "fold"


class RankedNode(NamedTuple):
    """A node of a text with the ranks of its arguments; ``letters`` are the classes of undeclared names."""

    node: Syntax
    args: tuple[Syntax, ...]
    ranks: tuple[Rank, ...]
    shapes: Shapes
    letters: Mapping[str, Letter]

    @property
    def all_bare(self) -> bool:
        """Whether all arguments are made of names that are taken as scalars."""
        return all(rank.bare for rank in self.ranks)

    @property
    def any_bare(self) -> bool:
        """Whether an argument is made of names that are taken as scalars."""
        return any(rank.bare for rank in self.ranks)

    @property
    def entry(self) -> Function | None:
        """The function that the node applies, if any."""
        return self.shapes.chosen.get(self.node)

    @property
    def is_folded(self) -> bool:
        """Whether the first argument stands for several."""
        return bool(self.args[0].data == FOLD)

    @property
    def has_power(self) -> bool:
        """Whether an argument is a power of a scalar whose name is usually a vector's."""
        return "power" in [r.product for r in self.ranks] and not is_constant(self.args[0], IDENTITIES)

    def letter(self, node: Syntax) -> Letter | None:
        """Return the class of a name of which nothing was said."""
        return self.letters.get(node.data) if node.op == "name" else None

    def default(self, node: Syntax) -> str:
        """Return the default kind of a name of which nothing was said."""
        if self.is_capital_member(node):
            return "matrix"
        letter = self.letter(node)
        return letter.default if letter else ""

    def is_capital_member(self, node: Syntax) -> bool:
        """Return whether a node is a capital letter with an index, or its power; nothing was said of it."""
        node = node.args[0] if node.op == "power" else node
        return node.op == MEMBER and self.letter(node.args[0]) is CAPITAL_FAMILY

    def weight(self, node: Syntax) -> int:
        """Return how unusual it is that a name is a scalar; 0 if something is known of it."""
        letter = self.letter(node)
        return letter.weights.get("scalar", 0) if letter else 0

    def fits_array(self) -> bool:
        """Return whether the last of two factors is a scalar where people write a vector."""
        left, node = self.ranks[0], self.args[-1]
        if self.is_capital_member(node):
            return left.cols != "1"
        if (
            left.cols == "1"
            or node.op not in ("name", "call", MEMBER)
            or is_constant(self.args[0], IDENTITIES)
        ):
            return False
        return left.rows == "1" or node.op in ("call", MEMBER) or self.default(node) == "scalar"

    def of_itself(self) -> bool:
        """Return whether a function of a capital letter as a vector is that vector."""
        if self.entry is None or len(self.args) != 1 or self.default(self.args[0]) != "matrix":
            return False
        signature, sizes = signature_of(self.entry), self.shapes.sizes
        (rows, cols), before = self.shapes.of[self.node], self.shapes.of[self.args[0]][0]
        same = cols is ONE and sizes.resolve(rows) is sizes.resolve(before)
        return self.ranks[0].is_column and same and signature.result != signature.arguments[0].shape

    def of_rows(self) -> bool:
        """Return whether a function that has one for rows is of a product that ends in a capital letter."""
        if self.entry is None or OF_ROWS + self.entry.name not in BY_CALL:
            return False
        return signature_of(self.entry).arguments[0].is_column and self.ends_in_capital()

    def of_scalar(self) -> bool:
        """Return whether a function of square matrices is of a scalar with a capital letter as vector."""
        if (
            self.entry is None
            or not self.ranks
            or not self.ranks[0].is_scalar
            or not is_of_square_matrices(self.entry)
        ):
            return False
        shapes = [(name, self.shapes.of.get(name)) for name in name_nodes(self.args[0])]
        return any(
            self.default(name) == "matrix"
            and shape is not None
            and self.shapes.sizes.resolve(shape[1]) is ONE
            for name, shape in shapes
        )

    def ends_in_capital(self) -> bool:
        """Return whether the last factor is a name that is usually a matrix, or its multiple or power."""
        node = self.args[-1]
        while node.op in ("mul", "negate", "power", "quotient"):
            node = node.args[-1 if node.op == "mul" else 0]
        return self.default(node) == "matrix"

    def sums_multiples_of_rows(self) -> bool:
        """Return whether what is summed over an index is a row, as a product that ends in a transpose."""
        body, rank = self.args[0], self.ranks[0]
        ends_in_transpose = body.op in ("mul", "dotted") and body.args[-1].op == "transpose"
        return ends_in_transpose and rank.rows == "1" != rank.cols

    def is_multiple_by_member(self) -> bool:
        """Return whether a vector is multiplied by a number with an index, a matrix by a capital."""
        pairs = list(zip(self.args, self.ranks, strict=True))
        members = [arg for arg, rank in pairs if arg.op == MEMBER and rank.is_scalar]
        arrays = [rank for arg, rank in pairs if arg.op == "name" and not rank.is_scalar]
        capital = any(map(self.is_capital_member, members))
        return any(capital or (members and rank.is_column) for rank in arrays)

    def of_bare(self) -> bool:
        """Return whether a function of arrays is applied to scalar names."""
        entry, args = self.entry, self.node.args
        return entry is not None and any(
            rank.bare and wants_array(entry, args.index(arg))
            for arg, rank in zip(self.args, self.ranks, strict=True)
        )

    def is_undeclared(self, kind: str) -> bool:
        """Return whether a function of an array of which nothing was said has values of a kind."""
        if self.ranks[-1].is_scalar or len(self.args) < 2 or not self.letter(self.args[0]):
            return False
        rows, cols = self.ranks[0].rows, self.ranks[0].cols
        return kind == {"11": "scalar", "n1": "vector", "nn": "matrix"}.get(rows + cols, ENTRYWISE)

    def _below(self, node: Syntax) -> tuple[Syntax, ...]:
        """Return the arguments of a node, of a name that is defined what that is."""
        definition = self.shapes.definitions.get(node.data) if node.op == "name" else None
        return node.args if definition is None else (definition,)

    def of_product(self) -> bool:
        """Return whether the argument is made by products of arrays."""
        products = [node for node in syntax_postorder(self.args[-1], self._below) if node.op == "mul"]
        return any(len([arg for arg in node.args if arg.op != "number"]) > 1 for node in products)

    def is_unsaid(self, node: Syntax) -> bool:
        """Return whether a node applies a function of which nothing was said."""
        return node.op == APPLIED and self.letter(node.args[0]) is not None

    def of_scalar_function(self) -> bool:
        """Return whether what takes arrays gets a scalar with the value of a named function as a term."""
        if not self.ranks:
            return False
        terms = list(self.node.args[:1])
        while any(map(_is_opened, terms)):
            terms = [arg for term in terms for arg in (term.args if _is_opened(term) else [term])]
        takes_arrays = self.entry is None or wants_array(self.entry, 0)
        return takes_arrays and self.ranks[0].is_scalar and any(map(self.is_unsaid, terms))

    def after_array(self) -> bool:
        """Return whether the last of two factors is a scalar with a named function, after a matrix or row."""
        return self.is_unsaid(self.args[-1]) and self.ranks[-1].is_scalar and self.ranks[0].cols != "1"

    def beside_arrays(self) -> bool:
        """Return whether a scalar with a named function stands in an entrywise product."""
        scalars = [rank.is_scalar for rank in self.ranks]
        return not all(scalars) and any(map(bool.__and__, map(self.is_unsaid, self.args), scalars))

    def any_product(self, kind: str) -> bool:
        """Return whether an argument is of this kind of products, or of functions."""
        return kind in [rank.product for rank in self.ranks]

    def kind_of_function(self) -> str:
        """Return ``each`` for an undeclared function of each entry, ``own`` for one with vectors as value."""
        return "each" if self.is_undeclared(ENTRYWISE) else "own" if self.is_undeclared("vector") else ""

    def among_matrices(self) -> bool:
        """Return whether a term of a sum is a matrix."""
        return any("1" not in (rank.rows, rank.cols) for rank in self.ranks)

    def greek_matrices(self) -> int:
        """Return how many terms of a sum are Greek letters as arrays."""
        terms = [arg.args[0] if arg.op == "quotient" else unsigned(arg) for arg in self.args]
        greek = [self.default(term) == "scalar" for term in terms]
        return sum(is_greek and not r.is_scalar for is_greek, r in zip(greek, self.ranks, strict=True))


class Evidence(NamedTuple):
    """What people do not write, with its weight; ``words`` say for a note why it was not read so.

    It is found in parts with one of the operations ``ops``, so many ``times`` as that says.
    """

    what: str
    weight: int
    words: str
    ops: tuple[str, ...] = ()
    times: Callable[[RankedNode], int] = lambda part: 0


_OF_PRODUCTS = "a function of a product with a matrix works on each entry"
#: The weight of what nobody writes.
NEVER = 1000
_MUL, _ENTRYWISE = ("mul",), ("hadamard", "hadamard_quotient")
_APPLIED = ("call", "bars", "kronecker", "left_quotient")
NO_SCALAR_VALUE = "otherwise the value would be no scalar"
OBJECTIVE = Evidence("a vector as the value, with a scalar made of arrays as a factor, `c*logdet(A)`", 66,
    NO_SCALAR_VALUE)  # fmt: skip
SHIFTED = Evidence("a vector as the value, with a scalar made of arrays as a term, `w_0 + sum(w.*x)`", 95,
    NO_SCALAR_VALUE)  # fmt: skip
MATRIX_VALUE = Evidence("a matrix as the value, with a scalar made of arrays, `D*logdet(K)`, `X + tr(A)`", 32,
    NO_SCALAR_VALUE)  # fmt: skip
TERM = Evidence("each further term of such a vector", 26, NO_SCALAR_VALUE)  # fmt: skip
EVIDENCE = (
    Evidence("a scalar where a vector fits: a name after a row, `a'*x`; a function of scalar names, or a "
        "name that is a scalar by default, after a matrix, `X*β`", 60,
        "a scalar is not written after an array", _MUL,
        lambda part: part.ranks[-1].bare and part.fits_array()),
    Evidence("an outer product in front of a vector, where an inner one is possible, `c*w'*x`", 75,
        "a row and a column side by side are an inner product", _MUL,
        lambda part: part.is_folded and part.ranks[-1].is_column and part.ranks[0].product == "outer"),
    Evidence("an entrywise product of scalar names, `α.*β`", 30, "of scalars a product is written *",
        _ENTRYWISE, lambda part: part.all_bare),
    Evidence("a power of a vector, taken entry by entry, `x^2`", 105,
        "of a vector it would be that of the entries", ("power",),
        lambda part: part.node in part.shapes.entrywise),
    Evidence("an array as the exponent of an array, `x.^g`", 25, "exponents are scalars", ("hadamard_power",),
        lambda part: not any(rank.is_scalar for rank in part.ranks)),
    Evidence("the value of a function added to each entry of a matrix, `X - mean(X)`", 15,
        "a scalar is not added to a matrix", ("add",),
        lambda part: part.among_matrices() and any(r.from_calls and not r.spreads for r in part.ranks)),
    Evidence("the mean of an inner product added to each entry of an array, `w.*x - w'*x/n`", 150,
        "an inner product is not added to an array", ("add",),
        lambda part: ("inner" in [r.product for r in part.ranks if r.cols == "1"]
            and not all(r.is_scalar for r in part.ranks))),
    OBJECTIVE, SHIFTED, MATRIX_VALUE, TERM,
    Evidence("a function of arrays whose argument has scalar names only, `tr(β)`, `diag(λ)`", NEVER,
        "{function} is no function of scalars", _APPLIED, lambda part: part.of_bare()),
    Evidence("a trace or determinant of a scalar, a capital letter in it as vector, `tr(L'*L - σ)`", NEVER,
        "{function} is of matrices", ("call",), lambda part: part.of_scalar()),
    Evidence("a norm of scalar names only, `norm2(β)`", NEVER, "bars around a scalar are single", ("norm",),
        lambda part: part.any_bare),
    Evidence("a vector times a number with an index, in a sum, `\\sum_i c*x_i`", 40,
        "what is multiplied by each entry is a scalar", _MUL,
        lambda part: part.is_multiple_by_member()),
    Evidence("a number in front of a transposed vector, in a sum over an index, `\\sum_i u_i*v_i'`", 35,
        "it is an outer product", (SUM_OVER,), lambda part: part.sums_multiples_of_rows()),
    Evidence("the transpose of scalar names only, `(α - β)'`", NEVER, "a scalar has no transpose",
        ("transpose",), lambda part: part.any_bare),
    Evidence("a determinant of a matrix with a scalar name after it, `|A*x|`", NEVER,
        "a scalar is not written after an array", ("bars",),
        lambda part: part.ranks[0].product == "multiple"),
    Evidence("a matrix and a vector side by side, both as scalars, `|A*x|`", NEVER,
        "they are a matrix and a vector", _MUL,
        lambda part: (part.all_bare and not part.has_power and part.weight(part.args[-1]) >= STRONG
            and part.default(part.args[0].args[-1] if part.is_folded else part.args[0]) == "matrix")),
    Evidence("`p`, `q` or `u` to `z` in front of a capital letter, not as a row, `x*W`", NEVER,
        "in front of a matrix it is a row", _MUL,
        lambda part: (part.weight(part.args[0]) >= STRONG and part.weight(part.args[-1]) >= LIKELY
            and part.default(part.args[-1]) == "matrix")),
    Evidence("an array times a power of a scalar that is named `p`, `q` or `u` to `z`, `m*v^2`", 200,
        "it is multiplied by a power of a scalar", _MUL,
        lambda part: part.has_power and not all(rank.is_scalar for rank in part.ranks)),
    Evidence("a capital or Greek letter as a vector between vectors, `x'*Q*x`", NEVER,
        "what is between vectors is a matrix", _MUL,
        lambda part: (part.is_folded and part.ranks[-1].is_column and part.ranks[0].product == "inner"
            and part.default(part.args[0].args[-1]) in ("matrix", "scalar"))),
    Evidence("a Greek letter as a matrix in a sum, `A - λ`", NEVER, "a scalar is not added to a matrix",
        ("add",), lambda part: part.greek_matrices() if part.among_matrices() else 0),
    Evidence("a vector in front of `ones` without a size", 60, "ones is a vector", _MUL,
        lambda part: part.ranks[0].is_column and (part.args[-1].op, part.args[-1].data) == ("name", "ones")),
    Evidence("a capital letter as a vector of which a function is itself, `vec(A)`", NEVER,
        "{function} is of matrices", (*_APPLIED, "norm"), lambda part: part.of_itself()),
    Evidence("a capital letter as a vector in a function that there is for rows, `softmax(X)`",
        NEVER, "{function} of a matrix is of its rows", ("call",), lambda part: part.of_rows()),
    Evidence("a quotient of an array by `p`, `q`, `u` to `z` or a capital letter as scalars, `p/q`, `A/B`",
        NEVER, "arrays are divided by ./", ("quotient",),
        lambda part: (not part.ranks[0].is_scalar and part.ranks[-1].bare
            and part.weight(part.args[-1]) >= LIKELY)),
    Evidence("an entrywise function of what is no product with a matrix, `f(x)`", 12, _OF_PRODUCTS,
        (APPLIED,), lambda part: part.is_undeclared(ENTRYWISE) and not part.of_product()),
    Evidence("a function of a product with a matrix that does not work on each entry, `f(A*x)`", 12,
        _OF_PRODUCTS, (APPLIED,),
        lambda part: (part.is_undeclared("vector") or part.is_undeclared("matrix")) and part.of_product()),
    Evidence("an entrywise function of a matrix, `F(X)`", 40, _OF_PRODUCTS, (APPLIED,),
        lambda part: (part.is_undeclared(ENTRYWISE) and not part.of_product()
            and "1" not in (part.ranks[-1].rows, part.ranks[-1].cols))),
    Evidence("a function of a matrix with scalar values that is named like a matrix, `Ω(X)`", 25,
        "its letter is usually that of a matrix", (APPLIED,),
        lambda part: (part.is_undeclared("scalar") and part.letter(part.args[0]) is CAPITALS_NAMED
            and "1" not in (part.ranks[-1].rows, part.ranks[-1].cols))),
    Evidence("the derivative of an entrywise function of a vector that is no product, `f'(x)`", 50,
        "a derivative with a prime is that of a function of a scalar", (APPLIED,),
        lambda part: (part.node.data.startswith(PRIME) and part.is_undeclared(ENTRYWISE)
            and not part.of_product())),
    Evidence("a function of vectors with matrices as values, `A(x)`", 60,
        "what a matrix depends on is a scalar", (APPLIED,),
        lambda part: part.is_undeclared("matrix") and "1" in (part.ranks[-1].rows, part.ranks[-1].cols)),
    Evidence("a function of a time that is a vector, `x(t)`", 20, "a time is a scalar", (APPLIED,),
        lambda part: part.letter(part.args[-1]) is not None and not part.ranks[-1].is_scalar
            and is_time(part.args[-1].data)),
    Evidence("the sum of a function with vectors as values, `sum(f(x))`", 30,
        "what is summed works on each entry", ("call",),
        lambda part: part.node.data[0] in OF_ENTRIES and part.any_product("own")),
    Evidence("the trace, determinant or inverse of an entrywise function, `tr(f(A*X))`", 30,
        "{function} is of matrices", ("call", "bars", "power"),
        lambda part: (part.any_product("each")
            and (part.node.op != "call" or is_of_square_matrices(part.entry)))),
    Evidence("a function with scalar values after a matrix, or in an entrywise product, `A*f(x)`", 60,
        "a scalar is not written after an array", ("mul", *_ENTRYWISE),
        lambda part: part.after_array() if part.node.op == "mul" else part.beside_arrays()),
    Evidence("a function with scalar values of a transpose, norm, trace or inverse, `||f(x)||`", NEVER,
        "a scalar has no transpose, norm or trace", ("transpose", "norm", "call", "bars"),
        lambda part: part.of_scalar_function()),
)  # fmt: skip

#: Of two readings whose weights differ by no more than this neither is taken, unless one has the weight 0.
CLOSE = 10
#: So many capital letters may stand for something else than matrices in one reading.
MAX_CAPITALS = 2


def evidence_of(part: RankedNode) -> Iterator[Evidence]:
    """Yield the evidence that is found in a part."""
    for evidence in EVIDENCE:
        if part.node.op in evidence.ops and (times := evidence.times(part)):
            node = part.node
            name = node.data[0] if node.op == "call" else "a norm" if node.op == "norm" else node.op
            yield from [evidence._replace(words=evidence.words.format(function=name))] * times
