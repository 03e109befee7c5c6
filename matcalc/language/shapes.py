"""One attempt to give every node of the syntax a shape, for given kinds of the names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import pairwise

from matcalc.expression import ONE, SCALAR, Dim, Shape
from matcalc.expression.binder import SUM_OVER
from matcalc.expression.unification import Sizes
from matcalc.functions import BY_CALL, Function
from matcalc.functions.table import NORMS, READ_AS
from matcalc.language.calls import applied
from matcalc.language.declarations import FAMILY_OF_MATRICES, FUNCTION, Declaration, syntax_to_dim
from matcalc.language.named_functions import NamedFunctions, declared_shape
from matcalc.language.shape_errors import Conflict, Misfit, ShapeErrors
from matcalc.language.summation import FREE, SumIndex
from matcalc.language.syntax import FILLED, IDENTITIES, INNER, NUMBERS, VECTOR, Syntax

_SPREADS = frozenset(("number", "negate", "add", "mul", "dotted", "quotient", "power"))
_MULTIPLES = frozenset(("mul", "quotient"))


class Shapes:
    """The shapes of all nodes, found from the leaves up.

    ``spreads`` are the scalars that stand for an array of equal entries in a sum with an array:
    numbers, dimensions, names declared scalars, values of functions, such as ``mean(x)``, and ``offsets``.
    ``chosen`` is the entry of each call; ``entrywise`` are the powers of vectors, ``made_square`` those of
    matrices that are square for no other reason.
    """

    def __init__(
        self,
        order: list[Syntax],
        definitions: Mapping[str, Syntax],
        kinds: Mapping[str, Declaration],
        dims: frozenset[str],
        text: str,
        offsets: frozenset[Syntax] = frozenset(),
    ):
        self.sizes = Sizes()
        self.offsets = offsets
        self.of: dict[Syntax, Shape] = {}
        self.spreads: set[Syntax] = set()
        self.chosen: dict[Syntax, Function] = {}
        self.entrywise: set[Syntax] = set()
        self.made_square: set[Syntax] = set()
        self.from_calls: set[Syntax] = set()
        self.inner: set[Syntax] = set()
        #: Where in a product the factors so far are transposed, as the left ones of a scalar product are.
        self.dotted: dict[Syntax, set[int]] = {}
        self.families_of_matrices: set[Syntax] = set()
        self._zero_blocks: list[Syntax] = []
        self.indices: dict[SumIndex, Dim] = {}
        #: Whether a 0 among blocks was taken as one row or column, for want of anything that tells its size.
        self.single_zeros = False
        self.variables: dict[str, Shape] = {}
        self.definitions = definitions
        self._kinds = kinds
        self._dims = dims
        self.errors = ShapeErrors(self.sizes, self.of, self.variables, text)
        summed = any(node.op == SUM_OVER for node in order)
        self.functions = NamedFunctions(kinds, self.sizes, summed=summed)
        for name, declaration in kinds.items():
            if declaration.kind != FUNCTION:
                self.variables[name] = declared_shape(declaration, self.sizes)
        for node in order:
            self.place(node)
        self._settle_zero_blocks()

    def place(self, node: Syntax) -> None:
        """Find the shape of a node whose arguments have theirs. Raises ``Conflict`` if there is none."""
        self.of[node] = getattr(self, "_" + node.op)(node)
        if node.op in _SPREADS and all(arg in self.spreads for arg in node.args):
            self.spreads.add(node)
        elif self._comes_from_calls(node):
            self.from_calls.add(node)

    def _settle_zero_blocks(self) -> None:
        """Make a 0 among blocks one number where nothing tells its size: ``[x; 0]`` has one entry more."""
        told = {
            s for shape in self.variables.values() for dim in shape for s in self.sizes.resolve(dim).symbols
        }
        for cell in self._zero_blocks:
            for dim in map(self.sizes.resolve, self.of[cell]):
                if dim.name.startswith("?") and dim.name not in told:
                    self.sizes.unify(dim, ONE)
                    self.single_zeros = True

    def _comes_from_calls(self, node: Syntax) -> bool:
        """Return whether a scalar is a multiple of the value of a function, or a sum of such values."""
        if node.op in ("call", "norm", SUM_OVER):
            return self.is_scalar(node)
        if node.op == "name":
            return self.definitions.get(node.data) in self.from_calls
        if node.op in _MULTIPLES:
            if self.of[node] != SCALAR:
                return False
            if node.op == "mul" and self.of[node.args[-1]] != SCALAR:
                self.inner.add(node)
            is_mean = node.op == "quotient" and node.args[1].op == "name" and node.args[0] in self.inner
            return is_mean or not self.from_calls.isdisjoint(node.args)
        return node.op in _SPREADS and all(map(self._is_spread, node.args))

    def _is_spread(self, node: Syntax) -> bool:
        """Return whether a scalar is added to every entry of an array."""
        return node in self.spreads or node in self.from_calls

    def is_scalar(self, node: Syntax) -> bool:
        """Return whether the node's value is a single number."""
        rows, cols = self.of[node]
        return rows is ONE and cols is ONE

    # One method for each operation of the syntax.

    def _number(self, node: Syntax) -> Shape:
        return SCALAR

    _row = _number

    def _name(self, node: Syntax) -> Shape:
        name = node.data
        if name in self.definitions:
            value = self.definitions[name]
            if value in self.spreads:
                self.spreads.add(node)
            return self.of[value]
        if name in self.functions:
            return self.functions.value(name)
        if name in self.variables:
            spreads = self._kinds[name].source == "declared" or node in self.offsets
            if spreads and self.variables[name] == SCALAR:
                self.spreads.add(node)
            elif self._kinds[name].kind == FAMILY_OF_MATRICES:
                self.families_of_matrices.add(node)
            return self.variables[name]
        if name in self._dims or name in NUMBERS:
            self.spreads.add(node)
            return SCALAR
        return self._constant(node, name, ())

    def _constant(self, node: Syntax, name: str, args: tuple[Syntax, ...]) -> Shape:
        dims = [syntax_to_dim(arg) for arg in args]
        given = [dim for dim in dims if dim is not None]
        square = name in IDENTITIES
        if len(given) < len(dims) or len(dims) > 2:
            raise self.errors.of(Misfit.DIMENSIONS, node, name=name)
        if not dims:
            rows = self.sizes.unknown(may_be_one=not square)
            return rows, rows if square else self.sizes.unknown(may_be_one=True)
        if square:
            if len(given) == 2 and given[0] is not given[1]:
                raise self.errors.of(Misfit.DIMENSIONS, node, name=name)
            return given[0], given[0]
        return given[0], given[1] if len(given) == 2 else ONE

    def _entry(self, node: Syntax) -> Shape:
        """Return the shape of what can only be a column."""
        rows, cols = self.of[node.args[0]]
        if rows is not ONE and self.sizes.unify(cols, ONE):
            return rows, ONE
        raise Conflict(node, self.errors.of_all(Misfit.ENTRIES, node))

    def _entries(self, node: Syntax) -> Shape:
        """Return the shape of what can only be a matrix."""
        if ONE in self.of[node.args[0]]:
            raise Conflict(node, self.errors.of_all(Misfit.ENTRIES, node))
        return self.of[node.args[0]]

    def _member(self, node: Syntax) -> Shape:
        """Return the shape of an entry, or of a row of a matrix as a column."""
        (family, *units), indices = node.args, node.data
        shape = self.of[family]
        if family in self.families_of_matrices and len(indices) == 1:
            return shape
        axes = [dim for dim in shape if dim is not ONE]
        if not len(axes) - 1 <= len(indices) <= len(axes) or shape[0] is ONE:
            raise Conflict(node, self.errors.of_all(Misfit.ENTRIES, node))
        for index, dim in zip(indices, axes, strict=False):
            if not self.sizes.unify(dim, self.size_of(index)):
                raise Conflict(node, self.errors.of_all(Misfit.LENGTH, node))
        for unit, index in zip(units, (index for index in indices if index.place == FREE), strict=True):
            self.sizes.unify(self.of[unit][0], self.size_of(index))
        return SCALAR if len(indices) == len(axes) else (axes[1], ONE)

    def size_of(self, index: SumIndex) -> Dim:
        """Return how many values an index has."""
        return self.indices.setdefault(index, index.size or self.sizes.unknown())

    def _single(self, node: Syntax) -> Shape:
        """Return the shape of what has no index in a sum over one."""
        if not self.is_scalar(node.args[0]):
            raise Conflict(node, self.errors.of(Misfit.NOT_INDEXED, node.args[0]))
        return SCALAR

    def _negate(self, node: Syntax) -> Shape:
        return self.of[node.args[0]]

    _definition = _where = _sum_over = _negate

    def _transpose(self, node: Syntax) -> Shape:
        [arg] = node.args
        rows, cols = self.of[arg]
        if arg.op == "name" and self.is_scalar(arg) and self._is_guessed(arg.data):
            raise Conflict(node, self.errors.of(Misfit.SCALAR_TRANSPOSED, arg, name=arg.data))
        return cols, rows

    def _is_guessed(self, name: str) -> bool:
        return name in self.variables and self._kinds[name].source != "declared"

    def _unify(self, left: Shape, right: Shape) -> bool:
        return self.sizes.unify(left[0], right[0]) and self.sizes.unify(left[1], right[1])

    def _add(self, node: Syntax) -> Shape:
        arrays = [arg for arg in node.args if not self.is_scalar(arg)]
        single = [arg for arg in node.args if self.is_scalar(arg) and not self._is_spread(arg)]
        if not arrays or (single and all(map(self._may_be_scalar, arrays))):
            return SCALAR
        first = self.of[arrays[0]]
        for arg in arrays[1:]:
            if not self._unify(first, self.of[arg]):
                raise Conflict(node, self.errors.shapes_differ(arrays[0], arg, "add"))
        if single:
            raise Conflict(node, self.errors.scalar_in_sum(single[0], arrays[0]))
        return self.sizes.resolve_shape(first)

    def _may_be_scalar(self, node: Syntax) -> bool:
        """Return whether one side of an array is open and may be 1, as in ``ones'*x``; then it is."""
        dims = [dim for dim in self.of[node] if dim is not ONE]
        return len(dims) == 1 and self.sizes.may_be_one(dims[0]) and self.sizes.unify(dims[0], ONE)

    def _mul(self, node: Syntax) -> Shape:
        shape = self.of[node.args[0]]
        for i, arg in enumerate(node.args[1:], 1):
            shape = self._times(node, i, shape, self.of[arg])
        return shape

    def _times(self, node: Syntax, i: int, left: Shape, right: Shape) -> Shape:
        """Return the shape of the factors of a product before ``i`` times what begins there."""
        if SCALAR in (left, right):
            return right if left == SCALAR else left
        if self.sizes.unify(left[1], right[0]):
            return left[0], right[1]
        raise Conflict(node, self.errors.inner_dimensions(node, i, left))

    def _dotted(self, node: Syntax) -> Shape:
        r"""Return the shape of a product with signs that mean a product of vectors between vectors.

        Factors without a sign between them belong together: ``A x \cdot B y`` is ``(A x) \cdot (B y)``.
        Left of a dot a column is transposed, if a column or a matrix follows; no name becomes a vector
        for that.
        """
        starts = [0, *sorted(node.data), len(node.args)]
        self.dotted[node] = set()
        shape: Shape = SCALAR
        part: tuple[Syntax, ...] = ()
        for start, end in pairwise(starts):
            before, part = part, node.args[start:end]
            right = self._mul(Syntax("mul", part, part[0].start, part[-1].end))
            vectors = ONE not in (shape[0], right[0]) and shape[1] is ONE
            if vectors and (node.data.get(start) in ("cdot", "matrix") or right[1] is ONE):
                if any(len(side) == 1 and self._is_forced(side[0]) for side in (part, before)):
                    raise Conflict(node, self.errors.inner_dimensions(node, start, shape))
                if node.data.get(start) == "other":
                    raise self.errors.of(Misfit.PRODUCTS, *node.args[start - 1 : start + 1])
                self.dotted[node].add(start)
                shape = shape[1], shape[0]
            shape = self._times(node, start, shape, right)
        return shape

    def _is_forced(self, node: Syntax) -> bool:
        is_variable = node.op == "name" and node.data in self.variables
        return is_variable and self._kinds[node.data].source not in ("declared", "default")

    def _quotient(self, node: Syntax) -> Shape:
        left, right = node.args
        is_open = not self.is_scalar(right) and all(map(self.sizes.may_be_one, self.of[right]))
        if is_open and all(self.sizes.unify(dim, ONE) for dim in self.of[right]):
            self.of[right] = SCALAR
        if not self.is_scalar(right):
            raise Conflict(node, self.errors.of(Misfit.DIVISOR, right))
        return self.of[left]

    def _hadamard(self, node: Syntax) -> Shape:
        arrays = [arg for arg in node.args if not self.is_scalar(arg)]
        if node.data == INNER and len(arrays) == 1:
            raise Conflict(
                node, self.errors.shapes_differ(node.args[0], node.args[1], "multiply entry by entry")
            )
        for arg in arrays[1:]:
            if not self._unify(self.of[arrays[0]], self.of[arg]):
                error = self.errors.shapes_differ(arrays[0], arg, "multiply entry by entry")
                raise Conflict(node, error)
        return self.of[arrays[0]] if arrays else SCALAR

    _hadamard_quotient = _hadamard

    def _hadamard_power(self, node: Syntax) -> Shape:
        base, exponent = node.args
        if self.is_scalar(exponent):
            return self.of[base]
        if not self.is_scalar(base) and not self._unify(self.of[base], self.of[exponent]):
            raise Conflict(node, self.errors.shapes_differ(base, exponent, "raise entry by entry"))
        return self.of[exponent]

    def _power(self, node: Syntax) -> Shape:
        base, exponent = node.args
        rows, cols = self.of[base]
        if not self.is_scalar(exponent):
            raise Conflict(node, self.errors.of(Misfit.EXPONENT, exponent))
        if self.is_scalar(base):
            return SCALAR
        if ONE in (rows, cols) and _is_plain_number(exponent):
            self.entrywise.add(node)
            return rows, cols
        if self.sizes.resolve(rows) is not self.sizes.resolve(cols):
            self.made_square.add(node)
        if ONE in (rows, cols) or not self.sizes.unify(rows, cols):
            raise Conflict(node, self.errors.of(Misfit.POWER, base))
        return rows, cols

    def _exponential(self, node: Syntax) -> Shape:
        [exponent] = node.args
        if ONE not in self.of[exponent]:
            return self._apply(node, READ_AS[node.op][1])
        if not self.is_scalar(exponent):
            raise Conflict(node, self.errors.of(Misfit.EXPONENT_OF_E, exponent))
        return SCALAR

    def _norm(self, node: Syntax) -> Shape:
        if node.data not in NORMS:
            raise self.errors.of(Misfit.NORM, node, subscript=node.data)
        return self._apply(node, NORMS[node.data][0 if ONE in self.of[node.args[0]] else -1])

    def _bars(self, node: Syntax) -> Shape:
        rows, cols = self.of[node.args[0]]
        of_scalar, of_matrix = READ_AS[node.op]
        if rows is not ONE and cols is not ONE:
            return self._apply(node, of_matrix)
        if rows is cols:
            return self._apply(node, of_scalar)
        if node.data == VECTOR:
            return self._apply(node, NORMS[""][0])
        raise Conflict(node, self.errors.of(Misfit.BARS, *node.args))

    def _applied(self, node: Syntax) -> Shape:
        return self.functions.applied(self, node)

    def _call(self, node: Syntax) -> Shape:
        name = node.data[0]
        if name in BY_CALL:
            return self._apply(node, name)
        if name in FILLED:
            return self._filled(node, name)
        return self._constant(node, name, node.args)

    def _filled(self, node: Syntax, name: str) -> Shape:
        """Return the shape of ``vector(c)`` or ``matrix(c)``, all of whose entries are ``c``."""
        if len(node.args) != 1:
            raise self.errors.argument_count(node, name, 1)
        if not self.is_scalar(node.args[0]):
            raise Conflict(node, self.errors.of(Misfit.ENTRY, node.args[0], name=name))
        return self.sizes.unknown(), ONE if name == "vector" else self.sizes.unknown()

    def _block(self, node: Syntax) -> Shape:
        rows = [row.args for row in node.args]
        if len({len(row) for row in rows}) != 1:
            raise Conflict(node, self.errors.ragged_block(node))
        for cell in (cell for row in rows for cell in row):
            if cell.op == "number" and cell.data == 0:
                self.of[cell] = self.sizes.unknown(may_be_one=True), self.sizes.unknown(may_be_one=True)
                self._zero_blocks.append(cell)
        for row in rows:
            for cell, above in zip(row, rows[0], strict=True):
                heights = (self.of[row[0]][0], self.of[cell][0])
                widths = (self.of[above][1], self.of[cell][1])
                if not self.sizes.unify(*heights):
                    raise Conflict(node, self.errors.shapes_differ(row[0], cell, "put side by side"))
                if not self.sizes.unify(*widths):
                    raise Conflict(node, self.errors.shapes_differ(above, cell, "put below each other"))
        height = reduce(Dim.__add__, [self.of[row[0]][0] for row in rows])
        return height, reduce(Dim.__add__, [self.of[cell][1] for cell in rows[0]])

    def _sign(self, node: Syntax) -> Shape:
        return self._apply(node, READ_AS[node.op][0])

    _kronecker = _left_quotient = _sign

    def _apply(self, node: Syntax, name: str) -> Shape:
        self.chosen[node], shape = applied(self, node, name, node.args)
        return shape


def _is_plain_number(exponent: Syntax) -> bool:
    """Return whether an exponent is a number with no sign: a vector has no inverse."""
    if exponent.op == "quotient":
        return all(map(_is_plain_number, exponent.args))
    return exponent.op == "number"
