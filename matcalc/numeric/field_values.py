"""The value of an expression over a field, and random matrices with the declared structure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from random import Random
from typing import Any, NamedTuple

import numpy as np

from matcalc.algebra import read_template, written_out
from matcalc.expression import Expr, postorder
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import Property, property_named, strongest
from matcalc.numeric.declared_values import sizes_in
from matcalc.numeric.degrees import LINEAR, Degree, NotRational, Sizes, degrees, exponent_of
from matcalc.numeric.field import PRIME, Dual, lifted
from matcalc.numeric.interpreter import named

#: What is said of a variable of which nothing is said.
_ANY = Property("any", "", "any value", linear=True, projected="G")


class Drawing(NamedTuple):
    """How values of a variable are drawn from a field, and in which directions they vary.

    ``formulas`` make a value of a matrix ``X`` of free entries, one for each connected component of the
    values that there are. ``projection`` makes a direction ``G`` one in which the variable may vary at ``X``.
    ``sizes`` are those in the formulas.
    """

    formulas: tuple[Expr, ...]
    projection: Expr
    sizes: Sizes

    def degree(self) -> Degree:
        """Return the degree of values in the free entries."""
        found = [degrees([one], {"X": LINEAR}, self.sizes)[one] for one in self.formulas]
        return Degree(max(one.numerator for one in found), max(one.denominator for one in found))

    def degree_of_moves(self) -> Degree:
        """Return the degree of allowed directions in the free entries and those of the direction."""
        leaves = {"X": self.degree(), "G": LINEAR}
        return degrees([self.projection], leaves, self.sizes)[self.projection]

    def value(self, free: Any, component: int) -> Any:
        """Return the value that free entries make, in the component with this number."""
        formula = self.formulas[component]
        return field_values([formula], {"X": free}, self.sizes, Dual(0))[formula]

    def allowed(self, direction: Any, value: Any) -> Any:
        """Return the part of a direction in which the variable may vary at a value."""
        arrays = {"G": direction, "X": value}
        return field_values([self.projection], arrays, self.sizes, Dual(0))[self.projection]


def drawing_of(variable: Expr, sizes: Sizes) -> Drawing:
    """Return how a variable is drawn; raises ``NotRational`` if that is not known."""
    name, facts = variable.data
    shape = variable.shape[0].evaluate(sizes), variable.shape[1].evaluate(sizes)
    stated = strongest(fact for fact in facts if not property_named(fact).cone)
    one, *others = stated or (_ANY,)
    text = one.projected.replace("G", "X") if one.linear else one.drawn_in_field
    if others or not text:
        words = " and ".join(each.words or each.name for each in stated)
        raise NotRational(f"it is not known how to draw {name}, which is {words}, from a field")
    *formulas, projection = (
        written_out(read_template(each, one.kinds)) for each in (*text.split(";"), one.projected)
    )
    return Drawing(tuple(formulas), projection, sizes_in(one, shape))


def free_entries(shape: tuple[int, int], rng: Random) -> Any:
    """Return an array of dual numbers with values that are uniform in the field, and no slope."""
    rows, cols = shape
    return np.array([[Dual(rng.randrange(PRIME)) for _ in range(cols)] for _ in range(rows)], dtype=object)


def field_values(roots: Iterable[Expr], arrays: Mapping[str, Any], sizes: Sizes, pi: Dual) -> dict[Expr, Any]:
    """Return the values of all subexpressions as written out: 2-D arrays of dual numbers.

    A scalar is an array with one entry. ``pi`` is what stands for that number. Raises
    ``ZeroDivisionError`` where a function is not defined.
    """
    done: dict[Expr, Any] = {}
    for node in postorder(*roots):
        value = _value(node, [done[arg] for arg in node.args], arrays, sizes, pi)
        wanted = node.shape[0].evaluate(sizes), node.shape[1].evaluate(sizes)
        assert value.shape == wanted, f"{node.op} gave {value.shape}, not {wanted}"
        done[node] = value
    return done


def _value(node: Expr, args: list[Any], arrays: Mapping[str, Any], sizes: Sizes, pi: Dual) -> Any:
    op = node.op
    if op == "variable":
        return arrays[node.data[0]]
    if op == "mul":
        return _product(args, [arg.is_scalar for arg in node.args])
    if op in ("power", "hadamard_power"):
        return args[0] ** exponent_of(node, sizes)
    if op == "block":
        rows, cols = node.data
        return np.block([args[i * cols : (i + 1) * cols] for i in range(rows)])
    if op in _OPERATIONS:
        return _OPERATIONS[op](args)
    if not args:
        return _constant(node, sizes, pi)
    return _call(node, args, sizes)


def _constant(node: Expr, sizes: Sizes, pi: Dual) -> Any:
    if node.op == "number":
        return lifted(Dual(node.data.numerator) / node.data.denominator)
    if node.op == "pi":
        return lifted(pi)
    if node.op == "dimension":
        return lifted(node.data.evaluate(sizes))
    rows, cols = (dim.evaluate(sizes) for dim in node.shape)
    if node.op == "identity":
        return lifted([[int(i == j) for j in range(cols)] for i in range(rows)])
    return lifted([[int(node.op == "ones")] * cols] * rows)


def _product(args: list[Any], scalars: list[bool]) -> Any:
    numbers = [arg for arg, scalar in zip(args, scalars, strict=True) if scalar]
    chain = [arg for arg, scalar in zip(args, scalars, strict=True) if not scalar]
    return reduce(operator.mul, numbers + ([reduce(np.matmul, chain)] if chain else []))


def _call(node: Expr, args: list[Any], sizes: Sizes) -> Any:
    found = entry_of(node.op, node.args)
    assert found is not None and found[0].exact, f"{node.op} has no exact implementation"
    entry = found[0]
    given = [
        node.args[i].data.evaluate(sizes) if argument.is_dim and node.args[i].op == "dimension"
        else node.args[i].data if argument.is_dim else args[i]
        for i, argument in enumerate(signature_of(entry).arguments)
    ]  # fmt: skip
    return lifted(named(entry.exact)(*given))


_OPERATIONS: dict[str, Callable[[list[Any]], Any]] = {
    "add": lambda args: reduce(operator.add, args),
    "negate": lambda args: -args[0],
    "transpose": lambda args: args[0].T,
    "hadamard": lambda args: reduce(operator.mul, args),
    "quotient": lambda args: args[0] / args[1],
    "hadamard_quotient": lambda args: args[0] / args[1],
}
