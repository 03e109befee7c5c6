"""Random values of the declared kind, inside the domains of all functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice, pairwise, permutations
from math import cos, floor, sin
from statistics import pstdev
from typing import TYPE_CHECKING, Any

from matcalc.calculus import respecting
from matcalc.errors import MatcalcError, Span
from matcalc.expression import ONE, Expr, Shape, postorder
from matcalc.expression import variable as variable_of
from matcalc.expression import variables as occurring
from matcalc.expression.facts import facts_of
from matcalc.expression.signatures import entry_for_node
from matcalc.functions import property_named
from matcalc.functions.fields import Domain
from matcalc.numeric.declared_values import bounds_of, drawn, refuse_contradicted, with_structure
from matcalc.numeric.evaluate import ILL_CONDITIONED, as_plain, inverted
from matcalc.numeric.floats import Floats, evaluate_all, floats
from matcalc.numeric.interpreter import Array, Sizes
from matcalc.numeric.values import Values, dimension_names, fitting, read_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Distance kept from kinks and poles.
MARGIN = 0.02
#: Condition number up to which a matrix counts as invertible.
MAX_CONDITION = 100.0


def inside(domain: Domain, arguments: dict[str, Any]) -> bool:
    """Return whether arguments lie in a domain, such as ``X positive`` or ``X differs-from Y``."""
    values = [arguments[name] for name in (domain.argument, domain.other) if name]
    if domain.condition in MATRIX_CONDITIONS:
        return MATRIX_CONDITIONS[domain.condition](*map(floats.matrix, values))
    numbers = [floats.entries(value) for value in values]
    return ENTRY_CONDITIONS[domain.condition](*numbers)


def _least(numbers: Iterable[float]) -> float:
    return min(map(abs, numbers))


def _far(numbers: Iterable[float]) -> bool:
    """Return whether numbers are not near zero, or exactly zero.

    That is nothing by chance: it stays so nearby, as the zeros of a triangle.
    """
    return all(abs(number) > MARGIN or number == 0 for number in numbers)


def _apart(numbers: Iterable[float]) -> bool:
    """Return whether no two of some numbers are close."""
    ordered = sorted(numbers)
    return all(b - a > MARGIN for a, b in pairwise(ordered))


def _base_of_power(bases: list[float], exponents: list[float]) -> bool:
    if any(exponent != floor(exponent) for exponent in exponents):
        return min(bases) > MARGIN
    return min(exponents) >= 0 or _least(bases) > MARGIN


def _differ(left: list[float], right: list[float]) -> bool:
    return _far(a - b for a, b in zip(left, right, strict=True))


#: Conditions on the entries of the arguments.
ENTRY_CONDITIONS: dict[str, Callable[..., bool]] = {
    "positive": lambda x: min(x) > MARGIN,
    "no-kink": _far,
    "nonzero": lambda x: _least(x) > MARGIN,
    "inside-unit": lambda x: max(map(abs, x)) < 1 - MARGIN,
    "above-one": lambda x: min(x) > 1 + MARGIN,
    "above-minus-one": lambda x: min(x) > -1 + MARGIN,
    "sine-nonzero": lambda x: _least(map(sin, x)) > MARGIN,
    "cosine-nonzero": lambda x: _least(map(cos, x)) > MARGIN,
    "base-of-power": _base_of_power,
    "differs-from": _differ,
    "single-peak": lambda x: _apart(sorted([0.0, *map(abs, x)])[-2:]),
    "single-largest": lambda x: _apart(sorted(x)[-2:]),
    "single-smallest": lambda x: _apart(sorted(x)[:2]),
    "varied": lambda x: pstdev(x) > MARGIN,
    "all-different": _apart,
}


def _well_conditioned(matrix: Array) -> bool:
    values = floats.singular_values(matrix)
    return values[0] < MAX_CONDITION * values[-1]


def _symmetric(matrix: Array) -> bool:
    if matrix.shape[0] != matrix.shape[1]:
        return False
    pairs = zip(floats.entries(matrix), floats.entries(matrix.T), strict=True)
    return all(abs(a - b) <= 1e-6 + 1e-5 * abs(b) for a, b in pairs)


def _positive_definite(matrix: Array) -> bool:
    return _symmetric(matrix) and _well_conditioned(matrix) and floats.eigenvalues(matrix)[0] > MARGIN


def _principal(matrix: Array) -> bool:
    return _well_conditioned(matrix) and min(value.real for value in floats.spectrum(matrix)) > MARGIN


def _sylvester(left: Array, right: Array) -> bool:
    return min(abs(a + b) for a in floats.spectrum(left) for b in floats.spectrum(right)) > MARGIN


#: Conditions on the arguments as matrices.
MATRIX_CONDITIONS: dict[str, Callable[..., bool]] = {
    "invertible": _well_conditioned,
    "positive-determinant": lambda x: _well_conditioned(x) and floats.sign_of_determinant(x) > 0,
    "positive-definite": _positive_definite,
    "several-rows": lambda x: x.shape[0] > 1,
    "full-rank": lambda x: _well_conditioned(x) and floats.singular_values(x)[0] > MARGIN,
    "simple-spectrum": lambda x: _symmetric(x) and _apart(floats.eigenvalues(x)),
    "simple-largest": lambda x: _symmetric(x) and _apart(floats.eigenvalues(x)[-2:]),
    "simple-smallest": lambda x: _symmetric(x) and _apart(floats.eigenvalues(x)[:2]),
    "simple-singular-values": lambda x: _apart([*floats.singular_values(x), 0.0][:2]),
    "principal": _principal,
    "sylvester": _sylvester,
}


#: Matrices with more entries, of sizes declared as numbers, are not drawn.
MAX_SAMPLED = 10**7
#: Values larger than this say little of differences.
LARGEST = 1e8
#: No values given.
NOTHING = Values({}, {}, ())
_SIZES = (3, 4, 2, 5, 6, 7, 8, 9, 10, 11, 12)
_MODES = ("mixed", "positive", "dominant", "small")


def size_choices(shapes: list[Shape], limit: int = 16, given: Values = NOTHING) -> Iterator[Sizes]:
    """Yield sizes for the symbols of some shapes, all different, in several orders and their reverses.

    Those that are ``given`` stay as they are.

    >>> from matcalc.expression import Dim
    >>> next(size_choices([(Dim.symbol("m"), Dim.symbol("n"))]))
    {'m': 3, 'n': 4}
    """
    fixed = given.sizes
    symbols = sorted({s for shape in shapes for dim in shape for s in dim.symbols} - fixed.keys())
    if given.open:
        told = {symbol for equation in given.open for symbol in equation.dim.symbols}
        others = {
            symbol: 2 + i for i, symbol in enumerate(symbol for symbol in symbols if symbol not in told)
        }
        yield from ({**others, **sizes} for sizes in islice(fitting(fixed, given.open), limit))
        return
    free = [size for size in _SIZES if size not in fixed.values()]
    orders = permutations(free[: max(len(symbols), 2)], len(symbols))
    more = permutations(free[: len(symbols) + 1], len(symbols))
    both_ways = ((order, order[::-1]) for order in islice(chain(orders, more), 4 * limit))
    for chosen in islice(dict.fromkeys(chain.from_iterable(both_ways)), limit):
        yield {**fixed, **dict(zip(symbols, chosen, strict=True))}
    if len(symbols) > len(free):
        yield {**fixed, **{symbol: 2 + i for i, symbol in enumerate(symbols)}}


def draw(variable: Expr, sizes: Sizes, mode: str, rng: Any) -> Array:
    """Return a random value of the variable that has all declared facts."""
    rows, cols = (dim.evaluate(sizes) for dim in variable.shape)
    value = rng.standard_normal((rows, cols))
    bounds = bounds_of(variable)
    if mode == "positive" and not bounds:
        bounds = (property_named("positive"),)
    for bound in bounds:
        value = drawn(bound, value)
    if mode == "small" and not bounds:
        value = 0.3 * value
    if mode == "dominant" and rows == cols:
        value = 0.4 * value + rows * Floats({}).constant("identity", rows, rows)
    return with_structure(variable, value)


def direction(
    variable: Expr, value: Array, sizes: Sizes, rng: Any, choice: str = "projected"
) -> tuple[Array, Array]:
    """Return a random direction of length 1, and its part in which the variable may vary.

    Along both, the gradient has the same inner product if it respects the structure of the variable as
    ``choice`` says. A free gradient is only compared along directions that the structure allows: outside,
    functions of symmetric matrices are not defined.
    """
    free = rng.standard_normal(value.shape)
    free = free / floats.norm(free)
    step = allowed_part(variable, value, free, sizes, "projected" if choice == "free" else choice)
    return (step if choice == "free" else free), step


def allowed_part(variable: Expr, value: Array, free: Array, sizes: Sizes, choice: str) -> Array:
    """Return what the structure of a variable makes of a direction, at a value."""
    move = variable_of("free direction", variable.shape)
    allowed = respecting(move, variable, choice)
    arrays = {variable.data[0]: value, move.data[0]: free}
    return floats.matrix(evaluate_all([allowed], arrays, sizes)[allowed])


def samples(
    expr: Expr,
    variables: Mapping[str, Expr],
    seed: int,
    draws: int = 60,
    given: Values = NOTHING,
    *,
    largest: float = LARGEST,
) -> Iterator[tuple[dict[str, Array], Sizes]]:
    """Yield values for the variables for which the expression is defined, away from kinks.

    Sizes and kinds of draw alternate, so that one that fits is found for most expressions; where few do,
    values get larger. Values that are ``given`` stay as they are. No part of the expression is larger than
    ``largest``.
    """
    rng = floats.generator(seed)
    choices = _choices(expr, variables, given)
    if not choices:
        return
    good: list[tuple[Sizes, str]] = []
    scale, count = 1.0, 0
    for i in range(draws):
        mode = _MODES[i % len(_MODES)]
        sizes = choices[(i // len(_MODES) + i) % len(choices)]
        if good and i % 2:
            sizes, mode = good[i // 2 % len(good)]
        drawn = {name: draw(v, sizes, mode, rng) for name, v in variables.items() if name not in given.arrays}
        if i >= draws // 2 and (not good or (scale == 1 and count < 3)):
            scale = 10.0 ** (1 + i % 3)
        drawn = _enlarged(drawn, variables, scale)
        arrays = {name: given.arrays[name] if name in given.arrays else drawn[name] for name in variables}
        if is_defined(expr, arrays, sizes, largest):
            if (sizes, mode) not in good:
                good.append((sizes, mode))
            count += 1
            yield arrays, sizes


def _enlarged(drawn: Mapping[str, Array], variables: Mapping[str, Expr], factor: float) -> dict[str, Array]:
    """Return values made larger, where that keeps what is declared of them."""
    if factor == 1:
        return dict(drawn)
    kept = {name for name, v in variables.items() if not all(map(_is_scaled, facts_of(v)))}
    return {name: value if name in kept else factor * value for name, value in drawn.items()}


def _is_scaled(fact: str) -> bool:
    """Return whether positive multiples of a value have the property too."""
    return property_named(fact).cone or property_named(fact).linear


def random_values(
    written: Expr,
    variables: Mapping[str, Expr],
    seed: int,
    values: Mapping[str, ArrayLike],
    spans: Mapping[Expr, Span],
) -> dict[str, Any]:
    """Return the given values, random ones for the other variables, and sizes that none of them tells.

    If possible they lie inside the domains of all functions. Raises ``MatcalcError`` as
    :func:`~matcalc.numeric.evaluate` does, E301 if sizes that fit the given values are not found, or
    only such as are too large.
    """
    names = dimension_names(variables, postorder(written))
    given = read_values(variables, values, names, spans)
    refuse_contradicted(given, variables, spans)
    instance = _completed(written, variables, seed, given)
    if instance is None:
        message = "no sizes are found for which random values can be drawn"
        raise MatcalcError("E301", message, help="give sizes that are small, by their names, as n=3")
    arrays, sizes, _ = instance
    told = {s for name in variables for dim in variables[name].shape for s in dim.symbols}
    plain = {name: as_plain(arrays[name], v.shape) for name, v in variables.items()}
    return {**plain, **{name: sizes[name] for name in sorted(names - told)}}


def _completed(expr: Expr, variables: Mapping[str, Expr], seed: int, given: Values) -> Values | None:
    for arrays, sizes in samples(expr, variables, seed, given=given):
        return Values(arrays, sizes, ())
    rng = floats.generator(seed)
    for sizes in _choices(expr, variables, given):
        drawn = {name: draw(v, sizes, "mixed", rng) for name, v in variables.items()}
        return Values({**drawn, **given.arrays}, sizes, ())
    return None


def _choices(expr: Expr, variables: Mapping[str, Expr], given: Values) -> list[Sizes]:
    nodes = list(postorder(expr))
    shapes = [of.shape for of in (*variables.values(), *nodes)]
    shapes += [(node.data, ONE) for node in nodes if node.op == "dimension"]
    choices = size_choices(shapes, given=given)
    return [sizes for sizes in choices if _largest(shapes, sizes) <= MAX_SAMPLED]


def _largest(shapes: list[Shape], sizes: Sizes) -> int:
    return max((rows.evaluate(sizes) * cols.evaluate(sizes) for rows, cols in shapes), default=1)


def inverses_exist(formula: Expr, arrays: Mapping[str, Array], sizes: Sizes) -> bool:
    """Return whether no matrix that a formula inverts is near a singular one, as far as the values tell."""
    needed = inverted([formula])
    told = [matrix for matrix in needed if arrays.keys() >= occurring([matrix]).keys()]
    values = evaluate_all(told, arrays, sizes)
    return all(floats.reciprocal_condition(values[matrix]) > ILL_CONDITIONED for matrix in told)


def is_defined(expr: Expr, arrays: Mapping[str, Array], sizes: Sizes, largest: float = LARGEST) -> bool:
    """Return whether every function gets an argument inside its domain, and nothing is too large."""
    values = evaluate_all([expr], arrays, sizes)
    if not all(floats.largest(value) < largest for value in values.values()):
        return False
    for node in values:
        entry = entry_for_node(node)
        if entry is None or entry.where is None:
            continue
        args = dict(zip(entry.arguments, (values[arg] for arg in node.args), strict=True))
        if not inside(entry.where, args):
            return False
    return True
