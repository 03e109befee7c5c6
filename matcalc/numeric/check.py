"""Compares a derivative, in the form it has, with numerical differentiation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from sys import float_info
from typing import Any, NamedTuple

from matcalc.calculus import Derivation, Form
from matcalc.errors import write_lines
from matcalc.expression import ONE, SCALAR, Expr, variable
from matcalc.functions import SUM
from matcalc.numeric.arrays import index_array
from matcalc.numeric.floats import Floats, evaluate_all, floats, numpy_for
from matcalc.numeric.interpreter import Array, Sizes
from matcalc.numeric.progress import part, tell
from matcalc.numeric.sample import allowed_part, direction, inverses_exist, samples
from matcalc.printing import worded

#: The name of what a value that is no scalar is weighted with; no variable can be called so.
WEIGHTS = "random weights"


def check_derivations(
    derivations: Sequence[Derivation],
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
    for i, derivation in enumerate(derivations):
        shown = form if i == len(derivations) - 1 else None
        directions = {a.data[0]: a for a in derivation.arguments if a is not derivation.move}
        moved = {order.move: order.variable for order in derivations[:i] if order.move is not None}
        claim, weights = claim_of(derivation, shown, moved, choice)
        with part(i, len(derivations)):
            report = check_claim(claim, {**variables, **directions, **weights}, trials, seed)
        if not report.passed:
            return report._replace(note=_about(i, len(derivations), report.note))
        reports.append(report)
    worst = max(reports, key=lambda report: report.max_rel_error)
    return reports[-1]._replace(max_rel_error=worst.max_rel_error)


def _about(order: int, orders: int, note: str) -> str:
    return note if orders == 1 else "; ".join(filter(None, [f"this is about order {order + 1}", note]))


def claim_of(
    of: Derivation, form: Form | None, moved: Mapping[Expr, Expr], choice: str
) -> tuple[DirectionalClaim, dict[str, Expr]]:
    """Return what a derivative claims, and the weights in it as a variable.

    ``moved`` says of which variables the other arguments are directions.
    """
    value, weights = of.value, {}
    if not value.is_scalar:
        weight = variable(WEIGHTS, value.shape)
        weights[WEIGHTS] = weight
        value = Expr(SUM, (Expr("hadamard", (weight, value), value.shape),), SCALAR)

    def claimed(arrays: dict[str, Array], sizes: Sizes, free: Array, step: Array) -> float:
        weight = arrays.get(WEIGHTS, Floats({}).constant("ones", 1, 1))
        if form is not None and form.name == "map":
            allowed = {
                move.data[0]: allowed_part(by, arrays[by.data[0]], arrays[move.data[0]], sizes, choice)
                for move, by in moved.items()
            }
            arrays = {**arrays, **allowed}
        if of.is_gradient:
            return floats.inner(_moved(of, form, arrays, sizes, free, step), free)
        along = float(free[0, 0]) if of.variable.is_scalar else 1.0
        return floats.inner(_moved(of, form, arrays, sizes, free, step), weight) * along

    def prepared(arrays: dict[str, Array], sizes: Sizes) -> dict[str, Array]:
        by = of.projected_by
        if by is None:
            return arrays
        # Of a projected derivative only the part along allowed directions is that of the value.
        part = allowed_part(by, arrays[by.data[0]], arrays[WEIGHTS], sizes, choice)
        return {**arrays, WEIGHTS: part}

    return DirectionalClaim(value, of.variable, claimed, of.linear, choice, prepared), weights


def _moved(
    of: Derivation, form: Form | None, arrays: dict[str, Array], sizes: Sizes, free: Array, step: Array
) -> Array:
    """Return the gradient, or what the map makes of a direction, according to the form."""
    shape = of.linear.shape
    if form is None:
        return _applied(of.linear, of.move, arrays, sizes, free)
    if form.indices is not None:
        np = numpy_for("an index form")
        array = index_array(form.indices, arrays, sizes)
        for argument in of.arguments:
            move = free if argument is of.move else arrays[argument.data[0]]
            squeezed = move.reshape([dim.evaluate(sizes) for dim in argument.shape if dim is not ONE])
            lead = sum(dim is not ONE for dim in shape)
            array = np.tensordot(
                array, squeezed, axes=(range(lead, lead + squeezed.ndim), range(squeezed.ndim))
            )
        flat: Array = np.reshape(array, [dim.evaluate(sizes) for dim in shape])
        return flat
    assert form.node is not None
    if form.name == "map":
        return _applied(form.node, of.move, arrays, sizes, step)
    array = _applied(form.node, None, arrays, sizes, free)
    if form.name in ("gradient", "derivative"):
        return array
    rows, cols = [dim.evaluate(sizes) for dim in shape]
    return floats.unvec(array @ floats.vec(free), rows, cols)


def _applied(node: Expr, move: Expr | None, arrays: dict[str, Array], sizes: Sizes, to: Array) -> Array:
    given = arrays if move is None else {**arrays, move.data[0]: to}
    return floats.matrix(evaluate_all([node], given, sizes)[node])


#: Largest relative error with which a gradient passes.
TOLERANCE = 1e-6
#: Directions in which each random instance is differentiated.
DIRECTIONS = 3
_STEP = 2e-3


class CheckReport(NamedTuple):
    """What a check found.

    ``max_rel_error`` is the largest difference between the gradient along a random direction
    and the numerical derivative, relative to the largest of these in that instance. ``reason``
    says why no check could be made; then ``passed`` is false and ``trials`` less than asked.

    ``sizes`` are the different sizes of the instances, empty if no dimension is symbolic, and
    ``note`` is what else there is to know. ``method`` is ``numeric`` or ``exact``. An exact check
    compares in a finite field: its ``max_rel_error`` is zero if it passed, and a wrong gradient
    would have passed with probability ``false_pass_bound`` at most.
    """

    passed: bool
    max_rel_error: float
    trials: int
    seed: int
    reason: str = ""
    note: str = ""
    sizes: tuple[dict[str, int], ...] = ()
    method: str = "numeric"
    false_pass_bound: float | None = None

    def _content(self) -> tuple[object, ...]:
        """Return the fields so that equal ones are equal, an error that is not a number too."""
        error = None if isnan(self.max_rel_error) else self.max_rel_error
        return self._replace(max_rel_error=0.0)[:], error

    def __eq__(self, other: object) -> bool:
        """Return whether both reports say the same."""
        return isinstance(other, CheckReport) and self._content() == other._content()

    def __ne__(self, other: object) -> bool:
        """Return whether the reports differ: a tuple has an operator of its own for this."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self.passed, self.trials, self.seed, self.reason, self.method))

    def __str__(self) -> str:
        """Return the outcome in words.

        >>> print(CheckReport(True, 3.2e-13, 5, 0, sizes=({"n": 3}, {"n": 4})))
        passed: 5 random instances (n=3; n=4), seed 0, method numeric, max. relative error 3e-13
        """
        sizes = "; ".join(
            ", ".join(f"{name}={size}" for name, size in chosen.items()) for chosen in self.sizes
        )
        outcome = "passed" if self.passed else "not checked" if self.reason else "failed"
        what = f"{self.trials} random {'points' if self.method == 'exact' else 'instances'}"
        text = f"{outcome}: {what}{sizes and f' ({sizes})'}, seed {self.seed}, method {self.method}"
        if self.method == "numeric" and not isnan(self.max_rel_error):
            text += f", max. relative error {self.max_rel_error:.0e}"
        return "\n".join(filter(None, [text, self.reason, self.note]))

    def _repr_latex_(self) -> str:
        """Return the outcome as LaTeX; notebooks call this."""
        return worded(str(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the text with IPython's printer; consoles call this."""
        write_lines(printer, str(self))


class DirectionalClaim(NamedTuple):
    """What a derivative says: along a direction of ``variable``, the scalar ``value`` has this derivative.

    ``claimed`` takes values of all variables, the direction, and its projection on the tangent space of the
    variable. ``prepared`` returns the values that are used instead of those drawn. ``formula`` is what is
    claimed; it says nothing where it inverts a nearly singular matrix.
    """

    value: Expr
    variable: Expr
    claimed: Callable[[dict[str, Array], Sizes, Array, Array], float]
    formula: Expr
    choice: str = "projected"
    prepared: Callable[[dict[str, Array], Sizes], dict[str, Array]] = lambda arrays, sizes: arrays


def check_claim(
    claim: DirectionalClaim, variables: Mapping[str, Expr], trials: int = 5, seed: int = 0
) -> CheckReport:
    """Return whether a claim about a directional derivative holds on random instances.

    Instances are redrawn until every function is defined, and the claim inverts no matrix near a singular
    one. In each all sizes differ, and two instances have different sizes, wherever there are such: otherwise
    ``note`` says so.
    """
    rng = floats.generator(seed + 1)
    errors: list[float] = []
    undefined = 0
    used: list[Sizes] = []
    spare: list[float] = []
    for arrays, sizes in samples(claim.value, variables, seed, draws=40 + 12 * trials):
        tell("random instances", len(errors), trials)
        last = len(errors) == trials - 1 and used == [sizes]  # which is kept for other sizes
        if last and spare:
            continue
        if not inverses_exist(claim.formula, arrays, sizes):
            undefined += 1
            continue
        error = relative_error(claim, arrays, sizes, rng)
        if error is not None:
            (spare if last else errors).append(error)
            used += [sizes] if sizes and sizes not in used else []
        if len(errors) == trials:
            break
    note = ""
    if len(errors) == trials - 1 and spare:
        errors += spare
        note = "no instance of any other sizes could be differentiated numerically"
    worst = max(errors, key=lambda e: float("inf") if isnan(e) else e, default=float("nan"))
    if not errors and undefined >= trials:
        reason = "it inverts a singular matrix at all random instances at which the expression is defined"
        return CheckReport(False, worst, 0, seed, reason)
    if len(errors) < trials:
        reason = (
            f"only {len(errors)} of {trials} random instances could be differentiated numerically: "
            "others lie outside the domains of some functions, too close to a kink or pole, or are too large"
        )
        return CheckReport(False, worst, len(errors), seed, reason, sizes=tuple(used))
    return CheckReport(bool(worst < TOLERANCE), worst, trials, seed, note=note, sizes=tuple(used))


def relative_error(claim: DirectionalClaim, arrays: dict[str, Array], sizes: Sizes, rng: Any) -> float | None:
    """Return how far a claim is from numerical derivatives in some random directions.

    ``None`` if these are not accurate themselves, which is judged without the claim.
    """
    value, name = claim.value, claim.variable.data[0]
    arrays = claim.prepared(arrays, sizes)
    claimed, measured, doubts = [], [], []
    for _ in range(DIRECTIONS):
        free, step = direction(claim.variable, arrays[name], sizes, rng, claim.choice)
        claimed.append(claim.claimed(arrays, sizes, free, step))
        derivative, doubt = _directional_derivative(value, name, step, arrays, sizes)
        measured.append(derivative)
        doubts.append(doubt)
    # Where terms cancel, as in sum(K) of a skew K, rounding errors of the largest of them are left.
    noise = 1e-6 * max(map(floats.largest, evaluate_all([value], arrays, sizes).values()))
    noise = max(noise, 10 / TOLERANCE * _rounding(value, name, step, arrays, sizes) / (_STEP / 4))
    scale = max(floats.largest(measured), noise, 1e-12)
    if not max(doubts) < TOLERANCE / 10 * scale:
        return None
    difference = floats.largest([a - b for a, b in zip(claimed, measured, strict=True)])
    return difference / max(scale, floats.largest(claimed))


def _rounding(value: Expr, name: str, step: Array, arrays: dict[str, Array], sizes: Sizes) -> float:
    """Return how far rounding errors spread the value: at places next to each other it is the same.

    These lie along ``step``: all entries times the same number may be what the value does not depend on.
    The largest entry moves by a few units in the last place: of a step of length 1 those of a large matrix
    are so small that nothing would move. A value is never more exact than a float is.
    """
    values = []
    step = step / max(floats.largest(step), float_info.min)
    least = 4 * float_info.epsilon * max(floats.largest(arrays[name]), float_info.min)
    for steps in range(-3, 4):
        moved = {**arrays, name: arrays[name] + steps * least * step}
        values.append(float(evaluate_all([value], moved, sizes)[value]))
    return max(max(values) - min(values), 2 * float_info.epsilon * floats.largest(values))


def _directional_derivative(
    value: Expr, name: str, step: Array, arrays: dict[str, Array], sizes: Sizes
) -> tuple[float, float]:
    """Return the derivative along ``step`` by central differences, extrapolated, and its error.

    Richardson extrapolation of step sizes h, h/2, h/4 leaves an error of order h^6; the
    difference to the extrapolation before bounds it.
    """

    def central(h: float) -> float:
        ends = []
        for sign in (1.0, -1.0):
            moved = {**arrays, name: arrays[name] + sign * h * step}
            ends.append(float(evaluate_all([value], moved, sizes)[value]))
        return (ends[0] - ends[1]) / (2 * h)

    first, second, third = (central(_STEP / 2**i) for i in range(3))
    once = [(4 * second - first) / 3, (4 * third - second) / 3]
    twice = (16 * once[1] - once[0]) / 15
    return twice, abs(twice - once[1])
