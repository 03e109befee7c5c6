"""Proves a gradient by exact arithmetic at random points of a field, with even powers of norms replaced."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import nextafter, prod
from random import Random
from typing import NamedTuple

from matcalc.algebra import argument_kinds, filled_in, read_template, written_out
from matcalc.expression import SCALAR, Expr, describe_shape, look_at_clock, number, postorder, rebuild
from matcalc.expression import variables as occurring_variables
from matcalc.expression.signatures import arguments_by_name, entry_of
from matcalc.numeric.check import CheckReport
from matcalc.numeric.degrees import PRIME, Degree, NotRational, TooLarge, constant, degrees
from matcalc.numeric.field import Dual, drawing_of, field_values, free_entries
from matcalc.numeric.interpreter import Sizes
from matcalc.numeric.progress import part, told
from matcalc.numeric.rational import Matrix, as_matrix, sum_of_products
from matcalc.numeric.sample import size_choices

#: Products and powers of entries, those of scalars among them.
_PRODUCTS = {"mul", "quotient", "power", "hadamard", "hadamard_quotient", "hadamard_power"}

Factors = dict[Expr, Fraction]


def without_roots(root: Expr) -> Expr:
    """Return an expression as written, with the roots in its products replaced where they pair.

    ``norm2(x)^4`` becomes ``(x'*x)^2``, ``abs(s)*t*abs(s)`` becomes ``s.^2*t``, ``s^(1/2)*s^(3/2)``
    becomes ``s^2``. This holds wherever the roots are defined.
    """
    factors: dict[Expr, Factors] = {}

    def squared(node: Expr, same: Expr) -> Expr:
        powers, has_roots = _factors(same, factors)
        value = _product(powers, same) if has_roots else same
        factors[value] = powers
        return value

    return rebuild([root], squared)[root]


def _factors(node: Expr, memo: dict[Expr, Factors]) -> tuple[Factors, bool]:
    """Return what the value is the product of, entry by entry, with exponents; and whether there are roots.

    There may have been some that cancelled.
    """
    if node.op not in _PRODUCTS or (node.op in ("mul", "power") and not node.is_scalar):
        return {node: Fraction(1)}, False
    factors: Factors = {}
    has_roots = False
    for arg, exponent in _direct_factors(node):
        parts = memo.get(arg, {arg: Fraction(1)})
        if exponent.denominator > 1:  # (b^2)^(1/2) is abs(b): what is under a root stays together
            parts = {arg: Fraction(1)}
        for base, power in parts.items():
            factors[base] = factors.get(base, Fraction(0)) + power * exponent
            has_roots |= _is_root(base, power) or exponent.denominator > 1
    return {base: exponent for base, exponent in factors.items() if exponent}, has_roots


def _direct_factors(node: Expr) -> Iterator[tuple[Expr, Fraction]]:
    one = Fraction(1)
    if node.op in ("power", "hadamard_power"):
        base, exponent = node.args
        power = constant(exponent, {}) if base.shape == node.shape else None
        if power is None:
            yield node, one
        else:
            yield base, power
    elif node.op != "mul" and any(arg.shape != node.shape for arg in node.args):
        yield node, one
    elif node.op in ("quotient", "hadamard_quotient"):
        yield node.args[0], one
        yield node.args[1], -one
    elif node.op == "mul":
        chain = tuple(arg for arg in node.args if not arg.is_scalar)
        if chain:
            yield Expr("mul", chain, SCALAR), one
        for arg in node.args:
            if arg.is_scalar:
                yield arg, one
    else:
        for arg in node.args:
            yield arg, one


def _is_root(base: Expr, exponent: Fraction) -> bool:
    return exponent.denominator > 1 or _square(base) is not None


def _square(node: Expr) -> Expr | None:
    """Return the square of a function's value, where its entry states it."""
    reading = entry_of(node.op, node.args) if node.args else None
    if reading is None or not reading[0].square:
        return None
    entry, dims = reading
    template = read_template(entry.square, argument_kinds(entry))
    return filled_in(template, arguments_by_name(entry, node.args), dims)


def _product(factors: Factors, node: Expr) -> Expr:
    """Return the product of powers, of the squares where exponents are even."""
    shape = node.shape
    power, product = ("power", "mul") if node.is_scalar else ("hadamard_power", "hadamard")
    built = []
    for base, exponent in factors.items():
        square = _square(base)
        if square is not None and exponent.denominator == 1 and exponent % 2 == 0:
            base, exponent = square, exponent / 2
        if exponent != 1:
            value = exponent.numerator if exponent.denominator == 1 else exponent
            base = Expr(power, (base, number(value)), shape)
        built.append(base)
    if not built:
        built = [number(1)] if node.is_scalar else [Expr("ones", (), shape)]
    return built[0] if len(built) == 1 else Expr(product, tuple(built), shape)


#: How many sets of sizes there are, and how many points at least for each of them.
SETS, POINTS = 2, 2
#: A point at which something is not defined is drawn again so often.
MAX_DRAWS = 8
#: A larger probability of passing by chance is no proof.
MAX_BOUND = Fraction(1, 10**12)
#: More combinations of connected components, two for each orthogonal variable, are not gone through.
MAX_COMPONENTS = 16


class Claim(NamedTuple):
    """That ``gradient`` is the gradient of ``value`` with respect to ``variable``, both written out.

    ``variables`` are those that occur.
    """

    value: Expr
    variable: Expr
    gradient: Expr
    variables: Mapping[str, Expr]


def prove_gradient(
    value: Expr,
    variable: Expr,
    gradient: Expr,
    variables: Mapping[str, Expr],
    trials: int = 5,
    seed: int = 0,
) -> CheckReport:
    """Return whether ``gradient`` is that of ``value`` with respect to ``variable``, modulo 2^61-1.

    Derivatives by dual numbers are compared at half of ``trials`` random points, two at least, for
    each of two sets of sizes. ``reason`` says why nothing could be proved, most often that a
    function is not rational; ``false_pass_bound`` is the probability with which a wrong gradient
    would pass. That a gradient is wrong is certain where the report says so. Sources: Clifford
    (1873) for dual numbers, Schwartz (1980) and Zippel (1979) for the bound.

    >>> from matcalc.language import parse
    >>> reading = parse("x'*x")
    >>> x = reading.variables["x"]
    >>> prove_gradient(reading.expr, x, parse("2*x").expr, reading.variables).passed
    True
    """
    if gradient.shape != variable.shape:
        actual, wanted = describe_shape(gradient.shape), describe_shape(variable.shape)
        note = f"the gradient is {actual}, but {variable.data[0]} is {wanted}"
        return CheckReport(False, float("inf"), 0, seed, method="exact", note=note)
    occurring = occurring_variables([value, gradient, variable])
    claim = Claim(
        without_roots(written_out(value)), variable, without_roots(written_out(gradient)), occurring
    )
    shapes = [v.shape for v in variables.values()] + [node.shape for node in postorder(value, gradient)]
    try:
        return _compared(claim, list(size_choices(shapes)), max(POINTS, -(-trials // SETS)), seed)
    except (NotRational, TooLarge) as obstacle:
        return CheckReport(False, float("nan"), 0, seed, str(obstacle), method="exact")


def _bound(claim: Claim, sizes: Sizes) -> Fraction:
    """Return how likely one random point is to hide a difference, given that all is defined there.

    The difference of the two derivatives is a fraction with numerator of degree ``difference``: with
    the value P/Q, its derivative is (dP*Q - P*dQ)/Q^2. Every division that may fail has a divisor
    whose degree the common denominator of its result bounds.
    """
    leaves = {}
    for name, variable in claim.variables.items():
        leaves[name] = drawing_of(variable, sizes).degree()
    found = degrees([claim.value, claim.gradient], leaves, sizes)
    value, gradient = found[claim.value], found[claim.gradient]
    # Along a constant direction the numerator of the variable changes by its denominator.
    leaf, move = leaves[claim.variable.data[0]], drawing_of(claim.variable, sizes).degree_of_moves()
    growth = leaf.denominator - leaf.numerator + move.numerator
    numerator = value.numerator + value.denominator + growth
    derivative = Degree(numerator, 2 * value.denominator + move.denominator)
    difference = (derivative + Degree(gradient.numerator + 1, gradient.denominator)).numerator
    undefined = sum(degree.denominator for degree in (*found.values(), *leaves.values()))
    if difference + undefined >= PRIME:
        return Fraction(1)
    return Fraction(difference, PRIME - undefined)


def _compared(claim: Claim, choices: list[dict[str, int]], points: int, seed: int) -> CheckReport:
    """Return what the comparison finds, with so many points for each of two sets of sizes.

    Sizes for which something is not defined, such as ``inv(X'*X)`` of a wide ``X``, are left out.
    """
    rng = Random(seed)
    drawings = [drawing_of(v, choices[0]) for v in claim.variables.values()]
    components = [range(len(drawing.formulas)) for drawing in drawings]
    if prod(len(numbers) for numbers in components) > MAX_COMPONENTS:
        raise NotRational("too many of its variables are orthogonal")
    instances = list(product(*components)) * points
    bound, used = Fraction(0), list[dict[str, int]]()
    for sizes in choices:
        bound = max(bound, _bound(claim, sizes) ** points)
        if bound > MAX_BOUND:
            raise NotRational("its degree is too large for the prime")
        with part(len(used), min(SETS, len(choices))):
            outcomes = [
                _agrees(claim, sizes, component, rng) for component in told("random points", instances)
            ]
        if False in outcomes:
            note = "the gradient differs from the derivative of the value"
            return CheckReport(False, float("nan"), 1, seed, "", note, _named([sizes]), "exact", 0.0)
        used += [sizes] if None not in outcomes else []
        if len(used) == SETS:
            break
    if not used:
        raise NotRational("it is not defined at random points")
    note = "it is not defined for other sizes" if len(used) < min(SETS, len(choices)) else ""
    # Rounded up, and never to zero: that would be a certainty.
    probability = max(nextafter(float(bound), 1.0), sys.float_info.min)
    trials = len(instances) * len(used)
    return CheckReport(True, 0.0, trials, seed, "", note, _named(used), "exact", probability)


def _named(choices: list[dict[str, int]]) -> tuple[dict[str, int], ...]:
    return tuple(sizes for sizes in choices if sizes)


def _agrees(claim: Claim, sizes: Sizes, components: tuple[int, ...], rng: Random) -> bool | None:
    """Return whether both derivatives are the same at a random point along a random direction.

    ``None`` if they are not defined at any point that was drawn.
    """
    for _ in range(MAX_DRAWS):
        look_at_clock()
        try:
            return _agree_once(claim, sizes, components, rng)
        except ZeroDivisionError:
            continue
    return None


def _agree_once(claim: Claim, sizes: Sizes, components: tuple[int, ...], rng: Random) -> bool:
    arrays: dict[str, Matrix] = {}
    for (name, variable), component in zip(claim.variables.items(), components, strict=True):
        dims = variable.shape[0].evaluate(sizes), variable.shape[1].evaluate(sizes)
        arrays[name] = drawing_of(variable, sizes).value(free_entries(dims, rng), component)
    pi = Dual(rng.randrange(PRIME))
    name = claim.variable.data[0]
    direction = free_entries(arrays[name].shape, rng)
    step = drawing_of(claim.variable, sizes).allowed(direction, arrays[name])
    moved = {**arrays, name: arrays[name] + step * Dual(0, 1)}
    derivative = field_values([claim.value], moved, sizes, pi)[claim.value]
    gradient = field_values([claim.gradient], arrays, sizes, pi)[claim.gradient]
    # Along the direction before it was projected: that with respect to a symmetric variable is symmetric.
    claimed = sum_of_products(as_matrix(gradient).entries, direction.entries)
    return bool(derivative.slope == claimed.value)
