"""From expressions to instructions: each value once, in the way that costs least."""

from __future__ import annotations

from collections.abc import Callable

from matcalc.code.functions import function_instruction, instruction_of, is_entrywise, kind_of, stable_form
from matcalc.code.hadamards import Hadamards
from matcalc.code.instructions import axes_of, flat, instruction, times, turned
from matcalc.code.reductions import Reductions
from matcalc.code.sums import Sums
from matcalc.expression import Expr, number, variable


class Lowering(Sums, Hadamards, Reductions):
    """Makes instructions of expressions that belong to one program, in normal form or as written."""

    def lowered(self, node: Expr) -> Expr:
        """Return the instruction for a value that has none yet."""
        op = node.op
        if op == "variable":
            return variable(node.data[0], flat(node.shape), frozenset(node.data[1]))
        if op in ("number", "pi", "dimension", "identity"):
            return node
        if op in ("ones", "zeros"):
            return Expr(op, (), flat(node.shape))
        own = _OPERATIONS.get(op) or _INSTRUCTIONS.get(instruction_of(node))
        if own is not None:
            return own(self, node)
        stable = stable_form(node)
        if stable is not None:
            return self.low(stable)
        return function_instruction(node, self._arguments(node))

    def _arguments(self, node: Expr) -> list[Expr]:
        """Return the arguments of a function; a number in all entries stays one number."""
        found = []
        spread = is_entrywise(node)
        for arg in node.args:
            factors = self.factors(arg)
            if spread and arg.op == "zeros":
                found.append(number(0))
            elif spread and factors.chain and all(one.op == "ones" for one in factors.chain):
                found.append(times(factors.coefficient, *self.scalars(factors)))
            else:
                found.append(self.low(arg))
        return found if any(axes_of(one) for one in found) else [self.low(arg) for arg in node.args]

    def _block(self, node: Expr) -> Expr:
        kinds = tuple(kind_of(arg) for arg in node.args)
        return instruction("block", *map(self.low, node.args), shape=node.shape, data=(node.data, kinds))

    def _transpose(self, node: Expr) -> Expr:
        return turned(self.low(node.args[0]))

    def _inverse(self, node: Expr) -> Expr:
        return self.inverses.inverse(node.args[0])

    def _determinant(self, node: Expr) -> Expr:
        return self.inverses.determinant(node)


#: How operations are lowered.
_OPERATIONS: dict[str, Callable[[Lowering, Expr], Expr]] = {
    "transpose": Lowering._transpose,
    "mul": Lowering.product,
    "negate": Lowering.product,
    "quotient": Lowering.product,
    "add": Lowering.sum,
    "hadamard": Lowering.hadamard,
    "hadamard_quotient": Lowering.hadamard,
    "power": Lowering.power,
    "hadamard_power": Lowering.power,
    "block": Lowering._block,
}

#: How functions are lowered whose entries name an instruction; all others are calls.
_INSTRUCTIONS: dict[str, Callable[[Lowering, Expr], Expr]] = {
    "trace": Lowering.trace,
    "total": Lowering.total,
    "norm": Lowering.norm,
    "diagonal": Lowering.diagonal,
    "inverse": Lowering._inverse,
    "determinant": Lowering._determinant,
}
