"""Inverses, solutions and determinants: one factorisation for all that is wanted of a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.algebra import is_symmetric, normalise
from matcalc.code.factors import MOST_FACTORS, diagonal_entries, inverted, triangle_of_ones
from matcalc.code.functions import instruction_of
from matcalc.code.instructions import (
    CALL,
    DIAGONAL,
    Operand,
    SizeEstimates,
    instruction,
    instruction_cost,
    times,
    turned,
)
from matcalc.expression import SCALAR, Expr, ones, postorder, rebuild
from matcalc.expression.factored import Factored, power_factors
from matcalc.expression.facts import has_fact
from matcalc.functions import DIAG

#: What is a factor of a product if its value is: sums and multiples of factors.
_LINEAR = frozenset(["transpose", "add", "negate", "mul", "quotient"])


class Inverses:
    """What is wanted of inverses in a program, and how it is computed.

    ``factors`` takes a product apart, ``lower`` returns the instruction for a value.
    """

    def __init__(
        self,
        roots: Sequence[Expr],
        factors: Callable[[Expr], Factored],
        sizes: SizeEstimates,
        lower: Callable[[Expr], Expr],
        *,
        shared: bool = True,
        explicit: bool = False,
    ):
        self.sizes = sizes
        self.lower = lower
        self.shared = shared
        self.explicit = explicit
        self.symmetric: dict[Expr, bool] = {}
        #: How many products the inverse of each matrix is a factor of, and what else is wanted of it.
        self.solved: dict[Expr, int] = {}
        self.wanted: dict[Expr, set[str]] = {}
        #: The inverses that have been made arrays.
        self.arrays: dict[Expr, Expr] = {}
        self._count(roots, factors)

    def _count(self, roots: Sequence[Expr], factors: Callable[[Expr], Factored]) -> None:
        """Note what is wanted: products with inverses, inverses as arrays, and determinants.

        A term of a factor need not be an array, as the product can be multiplied out.
        """
        chains = {node: _chain(node, factors) for node in postorder(*roots)}
        alone = set(roots)
        for node, chain in reversed(chains.items()):
            if not chain and (node.op not in _LINEAR or node in alone):
                alone.update(node.args)
            for matrix in filter(None, map(inverted, chain)):
                self.solved[matrix] = self.solved.get(matrix, 0) + 1
            if instruction_of(node) == "determinant":
                self.wanted.setdefault(node.args[0], set()).add(node.op)
        for value in alone:
            self._want_inverse(value)

    def _want_inverse(self, value: Expr) -> None:
        """Note that a value is wanted by itself, if it is an inverse or the transpose of one."""
        matrix = inverted(value)
        if matrix is not None:
            self.want_inverse(matrix)

    def want_inverse(self, matrix: Expr) -> None:
        """Note that the inverse of a matrix will be an array."""
        self.wanted.setdefault(matrix, set()).add("inverse")

    def kind(self, factor: Expr) -> tuple[str, float]:
        """Return what a factor of a product is, and what it costs to have it as an array."""
        if factor.op == "ones":
            return "ones", 0.0
        if diagonal_entries(factor) is not None:
            written = factor.op == DIAG or inverted(factor) is not None
            return "diagonal", CALL + DIAGONAL * self.sizes.entries(factor.shape) if written else 0.0
        if triangle_of_ones(factor):
            return "running", CALL + DIAGONAL * self.sizes.entries(factor.shape)
        matrix = inverted(factor)
        if matrix is not None and not self.has_inverse(matrix):
            return "inverse", instruction_cost(instruction("inverse", matrix, shape=factor.shape), self.sizes)
        return "dense", 0.0

    def has_inverse(self, matrix: Expr) -> bool:
        """Return whether the inverse is computed: it stands alone, or all inverses are."""
        return self.explicit or "inverse" in self.wanted.get(matrix, ())

    def _factorisation(self, matrix: Expr) -> tuple[str, Expr] | None:
        """Return a factorisation and its name, if several things are wanted of it or it is a cheap one.

        A triangular matrix is one itself.
        """
        if self.shared and has_fact(matrix, "lower"):
            return "lower", self.lower(matrix)
        times = self.solved.get(matrix, 0) if not self.has_inverse(matrix) else 1
        times += len(self.wanted.get(matrix, set()) - {"inverse"})
        definite = has_fact(matrix, "spd")
        if not self.shared or (times < 2 and not (definite and self.has_inverse(matrix))):
            return None
        name = "cholesky" if definite else "lu"
        return name, instruction(name, self.lower(matrix), shape=matrix.shape)

    def inverse(self, matrix: Expr) -> Expr:
        """Return the inverse."""
        value = self.arrays[matrix] = self._inverse(matrix)
        return value

    def _inverse(self, matrix: Expr) -> Expr:
        entries = diagonal_entries(matrix)
        if entries is not None:
            inverses = times(1, [], [Operand(self.lower(entries))], entries.shape)
            return instruction("diagonal_matrix", inverses, shape=matrix.shape)
        factorisation = self._factorisation(matrix)
        if factorisation is None:
            return instruction("inverse", self.lower(matrix), shape=matrix.shape)
        name, factors = factorisation
        return instruction(f"{name}_inverse", factors, shape=matrix.shape)

    def solve(self, factor: Expr, other: Expr, first: bool) -> Expr:
        """Return an inverse, which may be transposed, times an array, or the array times the inverse."""
        matrix = inverted(factor)
        assert matrix is not None
        factorisation = self._factorisation(matrix)
        value = other if first else turned(other)
        transposed = (factor.op == "transpose") == first and not self.is_symmetric(matrix)
        value = self._solution(factorisation, matrix, value, "transposed" if transposed else "")
        return value if first else turned(value)

    def is_symmetric(self, matrix: Expr) -> bool:
        """Return whether a matrix, as written or in normal form, is known to be symmetric."""
        if matrix not in self.symmetric:
            self.symmetric[matrix] = is_symmetric(normalise(matrix))
        return self.symmetric[matrix]

    def flipped(self, factor: Expr) -> Expr:
        """Return the transpose of a factor of a product, as written."""
        rows, cols = factor.shape
        if rows is cols and self.is_symmetric(inverted(factor) or factor):
            return factor
        if factor.op == "ones":
            return ones((cols, rows))
        return factor.args[0] if factor.op == "transpose" else Expr("transpose", (factor,), (cols, rows))

    def _solution(self, factorisation: tuple[str, Expr] | None, matrix: Expr, other: Expr, how: str) -> Expr:
        if factorisation is not None:
            name, factors = factorisation
            return instruction(f"{name}_solve", factors, other, shape=other.shape, data=how)
        lowered = self.lower(matrix)
        return instruction("solve", turned(lowered) if how else lowered, other, shape=other.shape)

    def determinant(self, node: Expr) -> Expr:
        """Return the determinant, or its logarithm."""
        factorisation = self._factorisation(node.args[0])
        if factorisation is None:
            return instruction(node.op, self.lower(node.args[0]), shape=SCALAR)
        name, factors = factorisation
        return instruction(f"{name}_{node.op}", factors, shape=SCALAR)


def with_plain_solutions(roots: Sequence[Expr]) -> dict[Expr, Expr]:
    """Return instructions by those for which they stand: a factorisation that is used once is a solution.

    What two forms of an expression want of a matrix may turn out to be one thing.
    """
    uses: dict[Expr, int] = {}
    for node in postorder(*roots):
        for arg in node.args:
            uses[arg] = uses.get(arg, 0) + 1

    def plain(node: Expr, new: Expr) -> Expr:
        if node.op not in ("lu_solve", "cholesky_solve") or uses[node.args[0]] > 1:
            return new
        factorisation, other = new.args
        [matrix] = factorisation.args
        return Expr("solve", (turned(matrix) if node.data else matrix, other), node.shape)

    return rebuild(roots, plain)


def _chain(node: Expr, factors: Callable[[Expr], Factored]) -> Sequence[Expr]:
    """Return the factors of a product of several arrays, or of a power, none of anything else."""
    chain: Sequence[Expr] = power_factors(node, MOST_FACTORS)
    if node.op == "mul":
        chain = factors(node).chain if any(arg.is_scalar for arg in node.args) else node.args
    return chain if len(chain) > 1 else ()
