"""Each property: what it implies, its test, how values are drawn, and its projection, by what these mean."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.algebra import read_template
from matcalc.expression import ONE, Dim, facts, variable
from matcalc.functions import PROPERTIES, Property, implied, property_named
from matcalc.language import parse
from matcalc.numeric import evaluate_all, prove_gradient
from matcalc.numeric.declared_values import contradicted, drawn, has_property, sizes_in
from matcalc.numeric.field import Dual, drawing_of, field_values, free_entries
from matcalc.numeric.rational import as_matrix
from tests.functions.checks import FACTS

SEED = 5
Array = np.ndarray[Any, Any]
DECLARED = [one for one in PROPERTIES if one.declares]
DRAWN = [one for one in PROPERTIES if one.drawn or one.linear]
STRUCTURES = [one for one in PROPERTIES if one.projected]


def of_each(properties: list[Property]) -> Any:
    return pytest.mark.parametrize("one", properties, ids=lambda one: one.name)


def shape_of(one: Property, size: int) -> tuple[int, int]:
    return {"matrix": (size, size), "vector": (size, 1)}.get(one.declares, (size, size))


def free(one: Property, size: int = 4, seed: int = SEED) -> Array:
    return np.random.default_rng(seed).standard_normal(shape_of(one, size))


def value_of(one: Property, text: str, **arrays: Array) -> Array:
    """The value of a formula of a property."""
    formula = read_template(text, one.kinds)
    shape = next(iter(arrays.values())).shape
    return np.asarray(evaluate_all([formula], arrays, sizes_in(one, shape))[formula])


def declaration(one: Property) -> str:
    return f"{one.name}(n)" if one.declares == "matrix" else f"vector(n) {one.name}"


def is_zero(value: Any) -> bool:
    return bool(np.max(np.abs(value)) < 1e-9)


# What is drawn


@of_each(DRAWN)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_what_is_drawn_has_the_property_and_all_that_it_implies(one: Property, size: int) -> None:
    for seed in range(4):
        value = drawn(one, free(one, size, seed))
        assert value.shape == shape_of(one, size) and has_property(value, one)
        assert contradicted([one.name], value) is None
        for fact in implied([one.name]):
            assert FACTS[fact](value) and has_property(value, property_named(fact)), fact


@of_each([one for one in DRAWN if one.declares])
def test_every_declared_property_is_tested(one: Property) -> None:
    value = -np.abs(free(one)) if one.declares == "entries" else free(one)
    assert not has_property(value, one) and not FACTS[one.name](value)
    assert contradicted([one.name], value) is one
    with pytest.raises(mc.MatcalcError) as failed:
        text = declaration(one)
        mc.parse("sum(A)", {"A": text}).evaluate(A=value if one.declares == "matrix" else value[:, 0])
    assert failed.value.code == "E305" and (one.words or one.name) in failed.value.message


@of_each([one for one in DRAWN if one.equation and one.implies])
def test_what_is_implied_is_not_enough(one: Property) -> None:
    for fact in one.implies:
        assert not has_property(drawn(property_named(fact), free(one)), one)


@of_each([one for one in DRAWN if one.cone or one.linear])
def test_sums_and_positive_multiples_have_it_too(one: Property) -> None:
    values = [drawn(one, free(one, seed=seed)) for seed in range(2)]
    assert FACTS[one.name](values[0] + 3 * values[1])
    assert not one.linear or FACTS[one.name](values[0] - 3 * values[1])


@of_each([one for one in DRAWN if one.drawn_in_field or one.linear])
@pytest.mark.parametrize("size", [2, 3, 4])
def test_equations_hold_exactly_of_what_is_drawn_from_a_field(one: Property, size: int) -> None:
    dim = Dim.symbol("n")
    shape = (dim, ONE if one.declares == "vector" else dim)
    drawing = drawing_of(variable("A", shape, frozenset([one.name])), {"n": size})
    assert drawing.degree().numerator >= 1
    for component in range(len(drawing.formulas)):
        value = drawing.value(free_entries(shape_of(one, size), Random(SEED)), component)
        for stated in [property_named(fact) for fact in implied([one.name])]:
            if stated.equation:
                sides = [read_template(text, stated.kinds) for text in stated.equation.split(" = ")]
                sizes = sizes_in(stated, value.shape)
                left, right = (field_values([side], {"X": value}, sizes, Dual(0))[side] for side in sides)
                assert all(entry.value == 0 for entry in as_matrix(left - right).entries), stated.name


def test_components_of_the_orthogonal_matrices_differ_in_the_determinant() -> None:
    one = property_named("orthogonal")
    texts = one.drawn_in_field.split(";")
    signs = [np.linalg.slogdet(value_of(one, text, X=free(one)))[0] for text in texts]
    assert signs == [1, -1]


# Projections


@of_each(STRUCTURES)
def test_projections_are_orthogonal_projections(one: Property) -> None:
    X = drawn(one, free(one, seed=1))
    G, H = free(one, seed=2), free(one, seed=3)
    projected = value_of(one, one.projected, G=G, X=X)
    assert is_zero(value_of(one, one.projected, G=projected, X=X) - projected)
    assert is_zero(np.sum(projected * H) - np.sum(G * value_of(one, one.projected, G=H, X=X)))
    if one.entrywise:
        other = value_of(one, one.entrywise, G=H, X=X)
        assert is_zero(np.sum(value_of(one, one.entrywise, G=G, X=X) * H) - np.sum(G * other))


@of_each(STRUCTURES)
def test_along_projected_directions_equations_stay_true(one: Property) -> None:
    X, G = drawn(one, free(one, seed=1)), free(one, seed=2)
    step = 1e-5 * value_of(one, one.projected, G=G, X=X)
    assert not is_zero(1e5 * step)
    for stated in [property_named(fact) for fact in implied([one.name]) if property_named(fact).equation]:
        left, right = stated.equation.split(" = ")
        errors = [value_of(stated, left, X=at) - value_of(stated, right, X=at) for at in (X + step, X - step)]
        assert is_zero(errors[0] - errors[1])


@of_each(STRUCTURES)
@pytest.mark.parametrize("wrong", [False, True])
def test_projected_gradients_are_proved_and_others_refuted(one: Property, wrong: bool) -> None:
    text = "(a'*A)^2*b'*A" if one.declares == "vector" else "tr(B*A*A) + a'*inv(A + B)*b"
    d = mc.diff(text, "A", {"A": declaration(one)}, symmetric="free" if wrong else "projected")
    reading = parse(text, {"A": declaration(one)})
    report = prove_gradient(reading.expr, reading.variables["A"], d.expr.node, reading.variables)
    assert report.method == "exact" and not report.reason and report.passed != wrong


@of_each([one for one in PROPERTIES if one.discrete])
def test_what_is_discrete_cannot_move(one: Property) -> None:
    with pytest.raises(mc.MatcalcError, match=f"the {one.discrete} A cannot vary") as failed:
        mc.diff("sum(A)", "A", {"A": declaration(one)})
    assert failed.value.code == "E506"


# The table


def test_everything_that_is_named_has_an_entry() -> None:
    for one in PROPERTIES:
        assert {*one.implies, *one.excludes, *implied([one.name])} <= {other.name for other in PROPERTIES}
        assert one.doc and one.declares in ("", "matrix", "vector", "entries")
        assert not (one.projected and one.discrete) and (one.moves or not one.projected)


@of_each([one for one in DECLARED if one.excludes])
def test_what_is_excluded_cannot_be_declared_with_it(one: Property) -> None:
    for other in one.excludes:
        assert not FACTS[other](drawn(one, free(one)))
        with pytest.raises(mc.MatcalcError, match=f"are not all {other}"):
            mc.parse("A", {"A": f"{declaration(one)} {other}"})


@of_each(DECLARED)
def test_every_declaration_is_told_back(one: Property) -> None:
    assert mc.parse("A", {"A": declaration(one)}).variables == {"A": declaration(one)}


#: What is known of constants, and which matrices are cheap to invert: this is stated, no list of all.
STATING = {"expression/facts.py", "code/rewriting.py", "language/token_rules.py"}  # there words of sentences


def test_no_module_beside_the_table_lists_properties() -> None:
    """A list of them would have to be kept up to date."""
    names = {one.name for one in PROPERTIES}
    listing = set()
    for path in Path(mc.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
                parts = node.keys if isinstance(node, ast.Dict) else node.elts
                words = {part.value for part in parts if isinstance(part, ast.Constant)}
                if len(words & names) > 1 and path.parent.name != "functions":
                    listing.add(path.relative_to(Path(mc.__file__).parent).as_posix())
    assert listing == STATING


def test_an_unknown_property_is_an_error_everywhere() -> None:
    n = Dim.symbol("n")
    with pytest.raises(LookupError, match="symetric"):
        facts.has_fact(variable("A", (n, n)), "symetric")
    with pytest.raises(LookupError, match="symetric"):
        facts.facts_of(variable("A", (n, n), frozenset(["symetric"])))
    with pytest.raises(LookupError, match="not known how to draw"):
        drawn(property_named("even"), np.ones((2, 2)))
