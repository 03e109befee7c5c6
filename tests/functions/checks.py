"""What is demanded of every entry and every law of the tables, each demand one function.

``test_entries.py`` and ``test_laws.py`` apply them to the tables, ``test_wrong_entries.py`` to
entries and laws that are wrong, each of which one of them has to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import accumulate, islice
from typing import Any

import numpy as np
from scipy.linalg import circulant

import matcalc as mc
from matcalc.algebra import argument_kinds, law_sides, normalise, read_template, scaled
from matcalc.algebra.rules import checked_rules
from matcalc.api.options import declared_kind
from matcalc.calculus import pullback
from matcalc.expression import ONE, SCALAR, Dim, Expr, Shape, postorder, rebuild, variable, variables
from matcalc.expression.facts import has_fact
from matcalc.expression.signatures import bind, result_shape, signature_of
from matcalc.functions import (
    BY_CALL,
    FUNCTIONS,
    LAWS,
    OPERATION_NAMES,
    PROPERTIES,
    Function,
    Law,
    implied,
)
from matcalc.language import parse
from matcalc.language.calls import dimension_positions
from matcalc.language.reader import read
from matcalc.language.syntax import NUMBERS, Syntax, syntax_postorder
from matcalc.numeric import evaluate_all, samples
from matcalc.numeric.declared_values import with_structure
from matcalc.numeric.degrees import LINEAR, degrees, is_multilinear
from matcalc.numeric.interpreter import definition_of, named
from matcalc.numeric.rational import Matrix, as_matrix
from matcalc.numeric.sample import draw, is_defined
from matcalc.printing import LATEX, TEXT, TYPST, UNICODE, write
from tests.measure import printed_size
from tests.numerical import Array, directions, distance, slope

SEED = 20240229
#: Random instances for each comparison.
INSTANCES = 3
TOLERANCE = 1e-6
#: How operations that have a notation of their own are written.
NOTATION = {
    "add": "{} + {}",
    "negate": "-{}",
    "transpose": "{}'",
    "mul": "{}*{}",
    "scale": "{}*{}",
    "hadamard": "{}.*{}",
    "quotient": "{}/{}",
    "hadamard_quotient": "{}./{}",
    "power": "{}^{}",
    "hadamard_power": "{}.^{}",
}
Instance = tuple[dict[str, Array], dict[str, int]]


def declared(shape: Shape) -> str:
    """Return the declaration of a variable of this shape."""
    if shape == SCALAR:
        return "scalar"
    if shape[1] is ONE:
        return f"vector({shape[0]})"
    return f"matrix({shape[0]},{shape[1]})"


def kinds_of(entry: Function) -> dict[str, str]:
    """Return the declarations of the entry's arguments; the first one has what the entry requires."""
    arguments = [argument for argument in signature_of(entry).arguments if not argument.is_dim]
    kinds = {argument.name: declared(argument.shape) for argument in arguments}
    if entry.requires:
        kinds[arguments[0].name] = f"{entry.requires}({arguments[0].shape[0]})"
    return kinds


def is_defined_by_law(entry: Function) -> bool:
    """Return whether a law says what the function is, so that it needs no derivative."""
    return not entry.d and not entry.adjoint


def call_text(entry: Function, *args: str, name: str = "") -> str:
    """Return the entry applied to its own arguments, or to others, in the input language."""
    args = args or entry.arguments
    if entry.name in OPERATION_NAMES:
        return NOTATION[entry.name].format(*args)
    return f"{name or entry.name}({', '.join(args)})"


def call(entry: Function) -> tuple[Expr, dict[str, Expr]]:
    """Return the entry applied to its arguments, as written, and these."""
    reading = parse(call_text(entry), kinds_of(entry))
    return reading.expr, reading.variables


def value_of(expr: Expr, arrays: Mapping[str, Array], sizes: dict[str, int]) -> Array:
    """Return the value as a 2-D array."""
    value = np.asarray(evaluate_all([expr], arrays, sizes)[expr], dtype=float)
    return value.reshape(1, 1) if expr.is_scalar else value


def instances(expr: Expr, names: Mapping[str, Expr], count: int = INSTANCES) -> list[Instance]:
    """Return values inside the domains: sizes all different, matrices not symmetric."""
    found = list(islice(samples(expr, names, SEED, draws=200), count))
    assert len(found) == count, f"only {len(found)} instances lie in the domain (seed {SEED})"
    for arrays, sizes in found:
        assert len(set(sizes.values())) == len(sizes)
        for name, array in arrays.items():
            square = array.shape[0] == array.shape[1] > 1
            assert not (square and np.allclose(array, array.T)) or names[name].data[1], name
    return found


def _dims(shape: Shape, sizes: dict[str, int]) -> tuple[int, int]:
    return shape[0].evaluate(sizes), shape[1].evaluate(sizes)


# What an entry states


def signature_binds(entry: Function) -> None:
    """Symbols of the result come from the arguments."""
    signature = signature_of(entry)
    symbols = {s for argument in signature.arguments for dim in argument.shape for s in dim.symbols}
    values = {symbol: Dim.number(7 + i) for i, symbol in enumerate(sorted(symbols))}
    shapes = tuple(
        (a.shape[0].substitute(values), a.shape[1].substitute(values)) for a in signature.arguments
    )
    bound = bind(signature, shapes)
    assert bound == values, "signature: does not bind"
    assert all(not dim.symbols for dim in result_shape(entry, bound)), "signature: unknown size of the result"


def states_one_derivative(entry: Function) -> None:
    """For each argument one of differential and adjoint is given, in known names; or a law defines it."""
    if is_defined_by_law(entry):
        if all(argument.is_dim for argument in signature_of(entry).arguments):
            return
        definitions = [law for law in LAWS if law.head == entry.name and is_definition_of(entry, law)]
        assert len(definitions) == 1, "derivative: exactly one of d and adjoint, or of laws, is needed"
        return
    arguments = signature_of(entry).arguments
    names = {argument.name for argument in arguments}
    sizes = {symbol for argument in arguments for dim in argument.shape for symbol in dim.symbols}
    used_by_d = names_in(read(entry.d)) if entry.d else set()
    for position, argument in enumerate(arguments):
        adjoint = entry.adjoints[position]
        by_d = f"d{argument.name}" in used_by_d
        if argument.is_dim:
            assert not adjoint and not by_d, f"derivative: wrt the dimension {argument.name}"
            continue
        assert bool(adjoint) != by_d, f"derivative: exactly one of d and adjoint is needed by {argument.name}"
        if adjoint:
            used = names_in(read(adjoint))
            assert used <= names | sizes | {"G"}, f"derivative: unknown names in {adjoint}"
            assert "G" in used, "derivative: G missing"
    known = names | sizes | {f"d{name}" for name in names}
    assert used_by_d <= known, f"derivative: unknown names {used_by_d - known}"


def is_definition_of(entry: Function, law: Law) -> bool:
    """Return whether the left side of a law is the function of variables, without a condition."""
    args = law_sides(law)[0].args
    return len(args) == len(entry.arguments) and all(arg.op == "variable" for arg in args) and not law.when


def names_in(root: Syntax) -> set[str]:
    """Return the names that are neither dimensions nor numbers."""

    def below(node: Syntax) -> tuple[Syntax, ...]:
        if node.op != "call":
            return node.args
        sizes = dimension_positions(node.data[0])
        return tuple(arg for i, arg in enumerate(node.args) if i not in sizes)

    return {
        node.data for node in syntax_postorder(root, below) if node.op == "name" and node.data not in NUMBERS
    }


def aliases_are_callable(entry: Function) -> None:
    """Name and aliases lead here, and none occurs twice with this signature."""
    if entry.name in OPERATION_NAMES:
        assert not entry.aliases, "aliases: an operation has none"
        return
    reading, _ = call(entry)
    for name in (entry.name, *entry.aliases):
        assert entry in BY_CALL[name], f"aliases: {name} does not lead here"
        same = [other for other in FUNCTIONS if other is not entry and name in (other.name, *other.aliases)]
        assert all(other.signature != entry.signature for other in same), f"aliases: {name} is taken"
        again = parse(call_text(entry, name=name), kinds_of(entry)).expr
        assert normalise(again) is normalise(reading), f"aliases: {name} is read as {again}"


def prints_and_reads_back(entry: Function) -> None:
    """Text and Unicode of a call read back as it; LaTeX and Typst are balanced and name every argument."""
    expr, names = call(entry)
    kinds = kinds_of(entry)
    form = normalise(expr)
    for style in (TEXT, UNICODE):
        text = write(form, style)
        assert normalise(parse(text, kinds).expr) is form, f"printing: {text} reads back differently"
    for style, is_balanced in ((LATEX, latex_is_balanced), (TYPST, typst_is_balanced)):
        text = write(form, style)
        assert is_balanced(text), f"printing: unbalanced {text}"
        assert all(name in text for name in names), f"printing: an argument is missing in {text}"


def latex_is_balanced(text: str) -> bool:
    """Return whether braces and ``\\left``, ``\\right`` come in pairs, properly nested."""
    opened: list[str] = []
    for token in re.findall(r"\\left\b|\\right\b|\\[{}]|[{}]", text):
        if token in ("\\left", "{"):
            opened.append(token)
        elif token in ("\\right", "}"):
            partner = {"\\right": "\\left", "}": "{"}[token]
            if not opened or opened.pop() != partner:
                return False
    return not opened


def typst_is_balanced(text: str) -> bool:
    """Return whether brackets come in pairs, outside of words in quotation marks, which end."""
    formulas = re.split(r'"(?:[^"\\]|\\.)*"', text)
    depths = list(accumulate((char == "(") - (char == ")") for char in " ".join(formulas)))
    return not any('"' in formula for formula in formulas) and min(depths) >= 0 and depths[-1] == 0


# Values


def evaluates(entry: Function) -> None:
    """The declared implementation exists and returns real numbers of the stated shape."""
    if entry.name not in OPERATION_NAMES:
        assert callable(named(entry.evaluate)) if entry.evaluate else definition_of(entry), "value: none"
    expr, names = call(entry)
    result = signature_of(entry).result
    for arrays, sizes in instances(expr, names):
        value = evaluate_all([expr], arrays, sizes)[expr]
        if result == SCALAR:
            assert isinstance(value, float), f"value: {type(value)} where a float is stated"
        else:
            assert value.shape == _dims(result, sizes), f"value: shape {value.shape}"
        assert np.all(np.isfinite(value)), "value: not finite inside the domain"


def turns_as_stated(entry: Function) -> None:
    """``invariant``: f(X') = f(X); ``equivariant``: f(X') = f(X)'; ``cyclic``: f(A*B) = f(B*A)."""
    expr, names = call(entry)
    if entry.transpose == "swapped":
        first, second = entry.arguments
        swapped = parse(call_text(entry, second, first))
        for sizes in ({first: 2, second: 3}, {first: 4, second: 3}):
            wanted = value_of(expr, {}, sizes).T
            assert distance(value_of(swapped.expr, {}, sizes), wanted) < TOLERANCE, "transpose: not swapped"
    elif entry.transpose:
        arguments = [f"(({name})')" for name in entry.arguments]
        turned = parse(call_text(entry, *arguments), kinds_of(entry))
        for arrays, sizes in instances(expr, names):
            value = value_of(expr, arrays, sizes)
            wanted = value if entry.transpose == "invariant" else value.T
            found = value_of(turned.expr, arrays, sizes)
            assert distance(found, wanted) < TOLERANCE, f"transpose: not {entry.transpose}"
    if entry.cyclic:
        kinds = {"A": "matrix(m,n)", "B": "matrix(n,m)"}
        one, other = (parse(call_text(entry, product), kinds) for product in ("A*B", "B*A"))
        for arrays, sizes in instances(one.expr, one.variables):
            found = value_of(other.expr, arrays, sizes)
            assert distance(found, value_of(one.expr, arrays, sizes)) < TOLERANCE, "cyclic: not so"


def commutes_as_stated(entry: Function) -> None:
    """Arguments that may change places give the same value then."""
    if not entry.commutative:
        return
    expr, names = call(entry)
    swapped = parse(call_text(entry, *reversed(entry.arguments)), kinds_of(entry)).expr
    for arrays, sizes in instances(expr, names):
        error = distance(value_of(swapped, arrays, sizes), value_of(expr, arrays, sizes))
        assert error < TOLERANCE, f"commutative: off by {error:.1e} (seed {SEED})"


def parity_as_stated(entry: Function) -> None:
    """``even``: f(-X) = f(X); ``odd``: f(-X) = -f(X). What all samples show is stated, and built."""
    expr, names = call(entry)
    if len(names) != 1 or entry.adjoint or is_defined_by_law(entry):
        assert not entry.parity, "parity: not of a function of one argument that is not linear"
        return
    seen = {_parity(expr, arrays, sizes) for arrays, sizes in instances(expr, names, count=12)}
    if not entry.parity:  # which may depend on whether sizes are odd
        one = dict.fromkeys([dim.name for a in signature_of(entry).arguments for dim in a.shape], 1)
        seen.add(_parity(expr, dict.fromkeys(names, np.full((1, 1), 0.7)), one))
    assert seen == {entry.parity} or not entry.parity, f"parity: stated {entry.parity}, seen {seen}"
    assert entry.parity or len(seen) > 1 or seen == {""}, f"parity: {seen} is not stated"
    if entry.parity:
        turned = normalise(parse(call_text(entry, f"(-{next(iter(names))})"), kinds_of(entry)).expr)
        assert turned is scaled(1 if entry.parity == "even" else -1, normalise(expr)), f"parity: {turned}"


def _parity(expr: Expr, arrays: Mapping[str, Array], sizes: dict[str, int]) -> str:
    value = value_of(expr, arrays, sizes)
    try:
        turned = value_of(expr, {name: -array for name, array in arrays.items()}, sizes)
    except mc.MatcalcError:  # outside the domain
        return ""
    if distance(turned, value) < TOLERANCE:
        return "even"
    return "odd" if distance(turned, -value) < TOLERANCE else ""


def states_matrices(entry: Function) -> None:
    """Where a matrix is given the function is linear, and it takes stacked arguments to stacked values."""
    arguments = signature_of(entry).arguments
    expr, names = call(entry)
    for position, argument in enumerate(arguments):
        text = entry.matrices[position]
        if not text:
            continue
        assert entry.adjoints[position], "matrix: only where the function is linear"
        matrix = read_template(text, argument_kinds(entry))
        for arrays, sizes in instances(expr, names):
            stacked = arrays[argument.name].reshape(-1, 1, order="F")
            wanted = value_of(expr, arrays, sizes).reshape(-1, 1, order="F")
            found = value_of(matrix, arrays, sizes) @ stacked
            assert distance(found, wanted) < TOLERANCE, f"matrix: not that of {argument.name}"


FACTS: dict[str, Callable[[Array], bool]] = {
    "positive": lambda value: bool(np.all(value > 0)),
    "nonnegative": lambda value: bool(np.all(value >= 0)),
    "nonpositive": lambda value: bool(np.all(value <= 0)),
    "symmetric": lambda value: bool(np.allclose(value, value.T)),
    "diagonal": lambda value: bool(np.allclose(value, np.diag(np.diag(value)))),
    "orthogonal": lambda value: bool(np.allclose(value @ value.T, np.eye(len(value)))),
    "skew": lambda value: bool(np.allclose(value, -value.T)),
    "spd": lambda value: bool(np.allclose(value, value.T) and np.all(np.linalg.eigvalsh(value) > 0)),
    "psd": lambda value: bool(np.allclose(value, value.T) and np.all(np.linalg.eigvalsh(value) > -1e-9)),
    "lower": lambda value: bool(np.allclose(value, np.tril(value))),
    "circulant": lambda value: bool(np.allclose(value, circulant(value[:, 0]))),
    "permutation": lambda value: sorted(value.tolist()) == np.eye(len(value))[::-1].tolist(),
    "stochastic": lambda value: bool(np.all(value >= 0) and np.allclose(np.sum(value, axis=1), 1)),
    "simplex": lambda value: bool(np.all(value >= 0) and np.isclose(np.sum(value), 1)),
    "onehot": lambda value: bool(np.sum(value) == np.max(value) == 1),
    "even": lambda value: bool(np.all(value % 2 == 0)),
    "odd": lambda value: bool(np.all(value % 2 == 1)),
    "even-size": lambda value: len(value) % 2 == 0,
}
_NUMBERS = {"even": "2", "odd": "3"}
_ABOUT_MATRICES = frozenset(one.name for one in PROPERTIES if one.declares == "matrix")


def facts_hold(entry: Function) -> None:
    """Every stated fact is known of a call whose arguments meet its conditions, and true of its values.

    Where an argument is skew, these have even and odd sizes, unless the fact says that it is about even ones.
    """
    for fact, conditions in stated_facts(entry):
        words = {fact, *" ".join(conditions.values()).split()}
        assert words <= FACTS.keys(), f"facts: {fact} or a condition is unknown"
        texts, kinds = arguments_with(entry, conditions)
        reading = parse(call_text(entry, *texts), kinds)
        given = ", ".join(f"{name} {of}" for name, of in conditions.items())
        assert has_fact(reading.expr, fact), f"facts: {fact} is not seen where {given}"
        for arrays, sizes in instances(reading.expr, reading.variables, count=6):
            value = value_of(reading.expr, arrays, sizes)
            assert FACTS[fact](value), f"facts: not {fact} where {given} (seed {SEED})"
        for size in (3, 4) if "skew" in words and "even-size" not in words else ():
            # No skew matrix of odd size is invertible, so none is drawn for what has to be.
            value = value_of(reading.expr, *_drawn(reading.variables, size))
            assert FACTS[fact](value), f"facts: not {fact} where {given} and n is {size}"
        assert not conditions or not has_fact(call(entry)[0], fact), f"facts: {fact} without {given}"


def _drawn(names: Mapping[str, Expr], size: int) -> Instance:
    """Return values of this size, whatever the domains are."""
    rng = np.random.default_rng(SEED)
    sizes = {s: size for v in names.values() for dim in v.shape for s in dim.symbols}
    return {name: draw(variable, sizes, "mixed", rng) for name, variable in names.items()}, sizes


def stated_facts(entry: Function) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each fact that an entry states, with the facts that its arguments have to have.

    Of two facts about one argument, as even and positive, the first is taken: what is drawn has both.
    """
    names = entry.arguments
    for clause in entry.clauses:
        named = {name: of for name, of in reversed(clause.conditions) if name in names and of != "even-size"}
        named |= {name: f"{named[name]} {of}" for name, of in clause.conditions if of == "even-size"}
        for all_of in [of for name, of in clause.conditions if name == "all"]:
            named = {**dict.fromkeys(names, all_of), **named}
        some = [of for name, of in clause.conditions if name == "any"]
        assert len(some) < 2 and len(clause.conditions) >= len(some), "facts: more than one any"
        for fact in clause.facts:
            for name in names if some else [""]:
                yield fact, {**named, name: some[0]} if some else named
    for fact in entry.kept:
        yield fact, dict.fromkeys(names, fact)


def arguments_with(entry: Function, facts: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return texts of arguments that have such facts, and the declarations of the names in them."""
    kinds, texts = kinds_of(entry), []
    same: dict[str, str] = {}
    for argument in signature_of(entry).arguments:
        name, (rows, cols) = argument.name, argument.shape
        fact, _, size = facts.get(name, "").partition(" ")
        if fact == "psd":  # which is not declared
            kinds[name] = f"vector({rows})"
            same[str(cols)] = str(rows)
        elif fact in _ABOUT_MATRICES:
            kinds[name] = f"{fact}({2 if size else 1}*{rows})"
            same[str(cols)] = str(rows)
        elif fact in _NUMBERS:
            del kinds[name]
        elif fact:
            kinds[name] += " nonnegative" if fact == "nonpositive" else f" {fact}"
        texts.append({**_NUMBERS, "nonpositive": f"(-{name})", "psd": f"({name}*{name}')"}.get(fact, name))
    for _ in same:
        for symbol, other in same.items():
            kinds = {name: re.sub(rf"\b{symbol}\b", other, kind) for name, kind in kinds.items()}
    return texts, kinds


# Derivatives


def first_derivative(entry: Function) -> None:
    """The pullback of each argument agrees with numerical differentiation.

    For a symmetric argument along symmetric directions.
    """
    if is_defined_by_law(entry):
        return
    expr, names = call(entry)
    signature = signature_of(entry)
    rng = np.random.default_rng(SEED + 1)  # or the cotangent would be the first argument
    for position, argument in enumerate(signature.arguments):
        if argument.is_dim:
            continue
        formula = pullback(entry, position)
        assert formula.shape == argument.shape, f"first derivative wrt {argument.name}: shape {formula.shape}"
        for arrays, sizes in instances(expr, names):
            cotangent = rng.standard_normal(_dims(signature.result, sizes))
            found = value_of(formula, {**arrays, "G": cotangent}, sizes)
            error = _error(found, expr, names[argument.name], arrays, sizes, cotangent)
            assert error < TOLERANCE, (
                f"first derivative wrt {argument.name}: off by {error:.1e} (seed {SEED})\n{found}"
            )


def _error(
    gradient: Array,
    expr: Expr,
    by: Expr,
    arrays: Mapping[str, Array],
    sizes: dict[str, int],
    cotangent: Array,
) -> float:
    """Return how far a gradient of ``sum(cotangent .* expr)`` is from the slopes of that.

    Along random directions, which are symmetric if the variable is.
    """
    name = by.data[0]

    def contracted(moved: Array) -> float:
        return float(np.sum(cotangent * value_of(expr, {**arrays, name: moved}, sizes)))

    along = directions(arrays[name].shape, np.random.default_rng(SEED + 2))
    if has_fact(by, "symmetric"):
        along = [direction + direction.T for direction in along]
    if gradient.shape != arrays[name].shape:
        return float("inf")
    return distance(
        [np.sum(gradient * direction) for direction in along],
        [slope(contracted, arrays[name], direction) for direction in along],
    )


def second_derivative(entry: Function) -> None:
    """The gradient of ``sum(C.*f)``, printed, contracted again and differentiated, is right.

    For every pair of arguments. This is the whole engine: parsing, sweep, presentation and
    printing of the first derivative, then all that again.
    """
    signature = signature_of(entry)
    kinds = kinds_of(entry) | {"C": declared(signature.result)}
    scalar = _contract(call_text(entry), signature.result, "C")
    arguments = [argument for argument in signature.arguments if not argument.is_dim]
    for first in arguments:
        gradient = mc.diff(scalar, first.name, kinds)
        body, where, definitions = str(gradient).partition(" where ")
        again = _contract(body, first.shape, "E") + where + definitions
        more = kinds | {"E": declared(first.shape)}
        names = parse(again, more).variables
        draws = instances(parse(scalar, more).expr, names, count=2)
        _compare("gradient", scalar, gradient, first.name, names, draws)
        for second in arguments:
            _compare("second derivative", again, mc.diff(again, second.name, more), second.name, names, draws)


def _compare(
    what: str,
    scalar: str,
    derivative: mc.Derivative,
    wrt: str,
    names: Mapping[str, Expr],
    draws: list[Instance],
) -> None:
    """Compare the derivative of a scalar, as text, with numerical differentiation of that."""
    value = parse(scalar, {name: str(declared_kind(of)) for name, of in names.items()}).expr
    for arrays, sizes in draws:
        plain = {name: _plain(names[name], array) for name, array in arrays.items()}
        told = {symbol for of in names.values() for dim in of.shape for symbol in dim.symbols}
        plain |= {symbol: size for symbol, size in sizes.items() if symbol not in told}
        if what == "gradient":
            del plain["E"]
        found = np.asarray(derivative.evaluate(**plain)).reshape(arrays[wrt].shape)
        error = _error(found, value, names[wrt], arrays, sizes, np.ones((1, 1)))
        assert error < TOLERANCE, (
            f"{what} wrt {wrt}: off by {error:.1e} (seed {SEED}): {scalar} has {derivative}"
        )


def _contract(text: str, shape: Shape, name: str) -> str:
    return f"{name}*({text})" if shape == SCALAR else f"sum({name}.*({text}))"


def _plain(of: Expr, array: Array) -> Any:
    """Return the array as users give it."""
    if of.is_scalar:
        return float(array[0, 0])
    return array.reshape(-1) if ONE in of.shape else array


def example_holds(entry: Function) -> None:
    """The example's derivative is what ``diff`` finds, and not shorter than what it prints."""
    text, wrt, wanted = entry.shown
    derivative = mc.diff(text, wrt)
    claimed = mc.parse(wanted, derivative.variables)
    assert claimed.shape == derivative.shape, f"example: {wanted} has shape {claimed.shape}"
    reading = parse(text, derivative.variables)
    for arrays, _ in instances(reading.expr, reading.variables):
        plain = {name: _plain(reading.variables[name], array) for name, array in arrays.items()}
        error = distance(claimed.evaluate(**plain), derivative.evaluate(**plain))
        assert error < TOLERANCE, f"example: {wanted} is off by {error:.1e}, not {derivative}"
    assert derivative.check(seed=SEED).passed, f"example: {derivative} is wrong"
    assert printed_size(str(derivative)) <= printed_size(wanted), f"example: {derivative} is longer"
    assert entry.name in {node.op for node in postorder(reading.expr)} or entry.name == "scale", (
        "example: the function does not occur"
    )


def differentiates_further(entry: Function) -> None:
    """The example has a second and a third derivative, in a form that can be shown."""
    text, wrt, _ = entry.shown
    for order in (2, 3):
        derivative = mc.diff(text, wrt, order=order)
        report = derivative.check(trials=1)
        assert report.passed or report.reason, f"order {order}: {derivative.display()} is wrong"


def computes_exactly(entry: Function) -> None:
    """The exact implementation has the same values, for entries that are fractions; its degrees are known."""
    if not entry.exact:
        assert entry.name in OPERATION_NAMES or not is_multilinear(entry) or is_defined_by_law(entry), (
            "exact: a function linear in each argument is rational"
        )
        return
    assert is_multilinear(entry) or entry.degree, "exact: no degrees"
    expr, names = call(entry)
    for arrays, sizes in instances(expr, names):
        given: list[Any] = []
        for argument in signature_of(entry).arguments:
            if argument.is_dim:
                given.append(argument.shape[0].evaluate(sizes))
            else:
                array = arrays[argument.name]
                fractions = [Fraction(number) for number in array.ravel().tolist()]
                cols = array.shape[1]
                given.append(Matrix(fractions[i : i + cols] for i in range(0, array.size, cols)))
        found = np.array(as_matrix(named(entry.exact)(*given)).rows, dtype=float)
        error = distance(found, value_of(expr, arrays, sizes))
        assert error < TOLERANCE, f"exact: off by {error:.1e} (seed {SEED})"


def square_holds(entry: Function) -> None:
    """The square is that of the value, entry by entry, and is computed exactly."""
    if not entry.square:
        return
    expr, names = call(entry)
    square = read_template(entry.square, argument_kinds(entry))
    assert square.shape == expr.shape, f"square: has shape {square.shape}"
    degrees([square], dict.fromkeys(names, LINEAR), dict.fromkeys("mn", 3))
    for arrays, sizes in instances(expr, names):
        error = distance(value_of(square, arrays, sizes), value_of(expr, arrays, sizes) ** 2)
        assert error < TOLERANCE, f"square: off by {error:.1e} (seed {SEED})"


ENTRY_CHECKS: tuple[Callable[[Function], None], ...] = (
    signature_binds,
    states_one_derivative,
    aliases_are_callable,
    prints_and_reads_back,
    evaluates,
    turns_as_stated,
    parity_as_stated,
    commutes_as_stated,
    states_matrices,
    facts_hold,
    first_derivative,
    second_derivative,
    example_holds,
    differentiates_further,
    computes_exactly,
    square_holds,
)


# Laws


def conditions(law: Law) -> dict[str, str]:
    """Return the conditions of a law by variable; those of shape and form are left out."""
    return {name: fact for name, fact in law.conditions if fact not in ("square", "entrywise", "plain")}


def prepared_sides(law: Law, *, with_facts: bool = True) -> tuple[Expr, Expr, dict[str, Expr]]:
    """Return both sides as written, of variables that meet the conditions, and these.

    A variable that has to be an entrywise product becomes one.
    """
    sides = law_sides(law)
    facts = conditions(law) if with_facts else {}
    forms = dict(law.conditions)

    def build(node: Expr, new: Expr) -> Expr:
        if node.op == "variable":
            name = node.data[0]
            if forms.get(name) == "entrywise":
                factors = tuple(variable(f"{name}{i}", node.shape) for i in (1, 2))
                return Expr("hadamard", factors, node.shape)
            fact = facts.get(name)
            return variable(name, node.shape, frozenset([fact] if fact else []))
        return new

    done = rebuild(sides, build)
    left, right = (done[side] for side in sides)
    return left, right, variables([left, right])


def _draw(of: Expr, sizes: dict[str, int], mode: str, rng: np.random.Generator) -> Array:
    """Return a value that has the variable's facts, and no others if the mode is ``mixed``."""
    rows, cols = _dims(of.shape, sizes)
    value = rng.standard_normal((rows, cols))
    if mode == "positive":
        value = np.abs(value) + 0.2
    if mode == "dominant" and rows == cols:
        value = value + 2 * rows * np.eye(rows)
    facts = of.data[1]
    if "nonpositive" in facts:
        return -np.abs(value)
    if "orthogonal" in facts:
        return np.asarray(np.linalg.qr(rng.standard_normal((max(rows, cols), cols)))[0][:rows])
    value = with_structure(of, value)
    return np.abs(value) if "nonnegative" in implied(facts) else value


def law_instances(left: Expr, right: Expr, names: Mapping[str, Expr]) -> Iterator[Instance]:
    """Yield values for both sides: sizes all different, signs mixed wherever the domains allow."""
    rng = np.random.default_rng(SEED)
    both = Expr("add", (left, right), left.shape)
    symbols = sorted(
        {s for node in postorder(both) if node.op != "add" for dim in node.shape for s in dim.symbols}
    )
    for i in range(60):
        mode = ("mixed", "mixed", "positive", "dominant")[i % 4]
        sizes = dict(zip(symbols, rng.permutation(range(2, 2 + len(symbols))).tolist(), strict=True))
        arrays = {name: _draw(of, sizes, mode, rng) for name, of in names.items()}
        if any("orthogonal" in of.data[1] and a.shape[0] < a.shape[1] for of, a in _pairs(names, arrays)):
            continue  # its columns cannot be orthonormal
        if is_defined(left, arrays, sizes) and is_defined(right, arrays, sizes):
            yield arrays, sizes


def _pairs(names: Mapping[str, Expr], arrays: Mapping[str, Array]) -> list[tuple[Expr, Array]]:
    return [(names[name], array) for name, array in arrays.items()]


def law_holds(law: Law) -> None:
    """Both sides have the same shape and the same value."""
    left, right, names = prepared_sides(law)
    assert left.shape == right.shape or SCALAR in (left.shape, right.shape), "law: shapes differ"
    compared = 0
    for arrays, sizes in islice(law_instances(left, right, names), 2 * INSTANCES):
        found, wanted = value_of(right, arrays, sizes), value_of(left, arrays, sizes)
        assert distance(found, wanted) < TOLERANCE, (
            f"law: {law.left} is {wanted}, {law.right} is {found} (seed {SEED})"
        )
        compared += 1
    assert compared == 2 * INSTANCES, f"law: only {compared} instances (seed {SEED})"


def law_is_a_rule(law: Law) -> None:
    """The law can be read, has a place where it is tried, and does not loop."""
    law.validate()
    checked_rules(law)


def law_is_applied(law: Law) -> None:
    """The builders turn the left side into the right one, and only under its conditions."""
    left, right, _ = prepared_sides(law)
    assert normalise(left) is normalise(right), f"law: {law.left} stays {write(normalise(left), TEXT)}"
    if conditions(law):
        free_left, free_right, _ = prepared_sides(law, with_facts=False)
        assert normalise(free_left) is not normalise(free_right), "law: applied without its condition"


LAW_CHECKS: tuple[Callable[[Law], None], ...] = (
    law_holds,
    law_is_a_rule,
    law_is_applied,
)
