"""Inverses, solutions and determinants: one factorisation for all that is wanted of a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.algebra import is_symmetric
from matcalc.code.cost import CALL, instruction_cost
from matcalc.code.factors import Factors
from matcalc.code.instructions import axes_of, instruction, turned
from matcalc.code.sizes import Sizes
from matcalc.expression import SCALAR, Expr, postorder
from matcalc.expression.facts import has_fact


class Inverses:
    """What is wanted of inverses in a program, and how it is computed.

    ``factors`` takes a product apart, ``lower`` returns the instruction for a value.
    """

    def __init__(
        self,
        roots: Sequence[Expr],
        factors: Callable[[Expr], Factors],
        sizes: Sizes,
        lower: Callable[[Expr], Expr],
        *,
        shared: bool = True,
        explicit: bool = False,
    ):
        self.sizes = sizes
        self.lower = lower
        self.shared = shared
        self.explicit = explicit
        #: How many products the inverse of each matrix is a factor of, and what else is wanted of it.
        self.solved: dict[Expr, int] = {}
        self.wanted: dict[Expr, set[str]] = {}
        for node in postorder(*roots):
            chain = node.args if node.op == "mul" else ()
            if node.op == "mul" and any(arg.is_scalar for arg in node.args):
                chain = factors(node).chain
            for arg in chain if len(chain) > 1 else ():
                if arg.op == "inv":
                    self.solved[arg.args[0]] = self.solved.get(arg.args[0], 0) + 1
            for arg in node.args if node.op != "mul" or len(chain) < 2 else ():
                if arg.op == "inv":
                    self.wanted.setdefault(arg.args[0], set()).add("inverse")
            if node.op in ("det", "logdet"):
                self.wanted.setdefault(node.args[0], set()).add(node.op)

    def kind(self, factor: Expr) -> tuple[str, float]:
        """Return what a factor of a product is, and what it costs to have it as an array."""
        if factor.op == "ones":
            return "ones", 0.0
        if factor.op == "diag" and axes_of(factor) == 2:
            return "diag", CALL + 0.25 * self.sizes.entries(factor.shape)
        if factor.op == "inv" and not self.has_inverse(factor.args[0]):
            return "inv", instruction_cost(instruction("inverse", factor.args[0], shape=factor.shape), self.sizes)
        return "dense", 0.0

    def has_inverse(self, matrix: Expr) -> bool:
        """Return whether the inverse is computed: it stands alone, or all inverses are."""
        return self.explicit or "inverse" in self.wanted.get(matrix, ())

    def _factorisation(self, matrix: Expr) -> Expr | None:
        """Return a factorisation, if several things are wanted of it or it is a cheap one."""
        times = self.solved.get(matrix, 0) if not self.has_inverse(matrix) else 1
        times += len(self.wanted.get(matrix, set()) - {"inverse"})
        definite = has_fact(matrix, "spd")
        if not self.shared or (times < 2 and not (definite and self.has_inverse(matrix))):
            return None
        return instruction("cholesky" if definite else "lu", self.lower(matrix), shape=matrix.shape)

    def inverse(self, matrix: Expr) -> Expr:
        """Return the inverse."""
        found = self._factorisation(matrix)
        if found is None:
            return instruction("inverse", self.lower(matrix), shape=matrix.shape)
        return instruction(f"{found.op}_inverse", found, shape=matrix.shape)

    def solve(self, matrix: Expr, other: Expr, first: bool) -> Expr:
        """Return the inverse times an array, or the array times the inverse."""
        found = self._factorisation(matrix)
        if first or is_symmetric(matrix):
            other = turned(other) if not first else other
            value = self._solution(found, matrix, other, "")
            return value if first else turned(value)
        return turned(self._solution(found, matrix, turned(other), "transposed"))

    def _solution(self, found: Expr | None, matrix: Expr, other: Expr, how: str) -> Expr:
        if found is not None:
            return instruction(f"{found.op}_solve", found, other, shape=other.shape, data=how)
        lowered = self.lower(matrix)
        return instruction("solve", turned(lowered) if how else lowered, other, shape=other.shape)

    def determinant(self, node: Expr) -> Expr:
        """Return the determinant, or its logarithm."""
        found = self._factorisation(node.args[0])
        if found is None:
            return instruction(node.op, self.lower(node.args[0]), shape=SCALAR)
        return instruction(f"{found.op}_{node.op}", found, shape=SCALAR)
