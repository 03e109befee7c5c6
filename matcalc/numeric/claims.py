"""What the forms of a derivative claim, as directional derivatives of scalars that a check can compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcalc.calculus import Derivation, Form
from matcalc.expression import ONE, SCALAR, Expr, Shape, variable
from matcalc.numeric.arrays import index_array
from matcalc.numeric.check import CheckReport, Claim, check_claim
from matcalc.numeric.evaluate import evaluate_all
from matcalc.numeric.progress import part
from matcalc.numeric.sample import allowed_part
from matcalc.numeric.values import Array, Sizes

#: The name of what a value that is no scalar is weighted with; no variable can be called so.
WEIGHTS = "random weights"


def check_derivations(
    found: Sequence[Derivation],
    form: Form,
    variables: Mapping[str, Expr],
    trials: int,
    seed: int,
    choice: str,
) -> CheckReport:
    """Return whether each order is the derivative of the one before, and the last as its form shows it.

    A value that is no scalar is compared in its inner product with a random array, a multilinear map for
    random arguments.
    """
    reports = []
    for i, one in enumerate(found):
        shown = form if i == len(found) - 1 else None
        known = {a.data[0]: a for a in one.arguments if a is not one.move}
        moved = {order.move: order.variable for order in found[:i] if order.move is not None}
        claim, weights = claim_of(one, shown, moved, choice)
        with part(i, len(found)):
            report = check_claim(claim, {**variables, **known, **weights}, trials, seed)
        if not report.passed:
            return report._replace(note=_about(i, len(found), report.note))
        reports.append(report)
    worst = max(reports, key=lambda report: report.max_rel_error)
    return reports[-1]._replace(max_rel_error=worst.max_rel_error)


def _about(order: int, orders: int, note: str) -> str:
    return note if orders == 1 else "; ".join(filter(None, [f"this is about order {order + 1}", note]))


def claim_of(
    of: Derivation, form: Form | None, moved: Mapping[Expr, Expr], choice: str
) -> tuple[Claim, dict[str, Expr]]:
    """Return what a derivative claims, and the weights in it as a variable.

    ``moved`` says which variables the other arguments are moves of.
    """
    value, weights = of.value, {}
    if not value.is_scalar:
        weight = variable(WEIGHTS, value.shape)
        weights[WEIGHTS] = weight
        value = Expr("sum", (Expr("hadamard", (weight, value), value.shape),), SCALAR)

    def claimed(arrays: dict[str, Array], sizes: Sizes, free: Array, step: Array) -> float:
        weight = arrays.get(WEIGHTS, np.ones((1, 1)))
        if form is not None and form.name == "map":
            allowed = {
                move.data[0]: allowed_part(by, arrays[by.data[0]], arrays[move.data[0]], sizes, choice)
                for move, by in moved.items()
            }
            arrays = {**arrays, **allowed}
        if of.is_gradient:
            return float(np.sum(_moved(of, form, arrays, sizes, free, step) * free))
        along = free[0, 0] if of.variable.is_scalar else 1.0
        return float(np.sum(_moved(of, form, arrays, sizes, free, step) * weight) * along)

    def prepared(arrays: dict[str, Array], sizes: Sizes) -> dict[str, Array]:
        by = of.projected_by
        if by is None:
            return arrays
        # Of a projected derivative only the part along allowed directions is that of the value.
        part = allowed_part(by, arrays[by.data[0]], arrays[WEIGHTS], sizes, choice)
        return {**arrays, WEIGHTS: part}

    return Claim(value, of.variable, claimed, of.linear, choice, prepared), weights


def _moved(
    of: Derivation, form: Form | None, arrays: dict[str, Array], sizes: Sizes, free: Array, step: Array
) -> Array:
    """Return the gradient, or what the map makes of a direction, according to the form."""
    shape = of.linear.shape
    if form is None:
        return _applied(of.linear, of.move, arrays, sizes, free)
    if form.indices is not None:
        array = index_array(form.indices, arrays, sizes)
        for argument in of.arguments:
            move = free if argument is of.move else arrays[argument.data[0]]
            own = move.reshape([dim.evaluate(sizes) for dim in argument.shape if dim is not ONE])
            lead = sum(dim is not ONE for dim in shape)
            array = np.tensordot(array, own, axes=(range(lead, lead + own.ndim), range(own.ndim)))
        return _two_axes(array, shape, sizes)
    assert form.node is not None
    if form.name == "map":
        return _applied(form.node, of.move, arrays, sizes, step)
    array = _applied(form.node, None, arrays, sizes, free)
    if form.name in ("gradient", "derivative"):
        return array
    return (array @ free.reshape(-1, 1, order="F")).reshape([d.evaluate(sizes) for d in shape], order="F")


def _applied(node: Expr, move: Expr | None, arrays: dict[str, Array], sizes: Sizes, to: Array) -> Array:
    given = arrays if move is None else {**arrays, move.data[0]: to}
    return _two_axes(evaluate_all([node], given, sizes)[node], node.shape, sizes)


def _two_axes(value: object, shape: Shape, sizes: Sizes) -> Array:
    return np.asarray(value, dtype=np.float64).reshape([dim.evaluate(sizes) for dim in shape])
