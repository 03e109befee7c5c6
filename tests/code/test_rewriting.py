"""Laws that change what a value costs: they are true, and are applied where they make it cheaper."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import matcalc as mc
from matcalc.algebra import law_sides
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import ALL_PASSES, TARGETS, SizeEstimates
from matcalc.functions import COST_LAWS, STABLE_LAWS, UPDATE_LAWS, Law
from matcalc.numeric.compiled import run
from matcalc.numeric.floats import evaluate_all
from tests.numerical import distance

ALL = COST_LAWS + UPDATE_LAWS + STABLE_LAWS


def both_sides(law: Law, seed: int, sizes: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of both sides for random arguments, positive where the law wants them so."""
    rng = np.random.default_rng(seed)
    left, right = law_sides(law)
    arrays = {}
    for side in (left, right):
        for node in mc.expression.postorder(side):
            if node.op == "variable" and node.data[0] not in arrays:
                shape = [dim.evaluate({**dict.fromkeys(dim.symbols, 3), **sizes}) for dim in node.shape]
                positive = node.data[0] in ("s", "t", "x")
                arrays[node.data[0]] = rng.uniform(0.5, 2, shape) if positive else rng.normal(size=shape)
    for name in ("A", "B"):
        if f"{name} spd" in law.when:
            arrays[name] = arrays[name] @ arrays[name].T + np.eye(len(arrays[name]))
    if "logdet" in law.left and "B" in arrays and "B spd" not in law.when:  # a positive determinant
        if "C" in arrays:
            arrays["C"] = arrays["B"].T * (-1.0 if "D" in arrays else 1.0)
            arrays["D"] = np.eye(len(arrays.get("D", ())))
        else:
            arrays["B"] = arrays["A"].T
    dims = {
        symbol: 3
        for node in (left, right)
        for n in mc.expression.postorder(node)
        for d in n.shape
        for symbol in d.symbols
    }
    values = evaluate_all([left, right], arrays, {**dims, **sizes})
    return np.asarray(values[left]), np.asarray(values[right])


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.name)
@pytest.mark.parametrize("seed", range(3))
def test_laws_are_true(law: Law, seed: int) -> None:
    left, right = both_sides(law, seed, {"n": 5, "k": 2, "m": 4, "p": 3, "q": 2})
    assert distance(right.reshape(left.shape), left) < 1e-10


def test_a_wrong_law_is_noticed() -> None:
    law = next(law for law in COST_LAWS if law.name == "Woodbury identity")
    wrong = replace(law, right=law.right.replace("- s", "+ s"))
    left, right = both_sides(wrong, 0, {"n": 5, "k": 2})
    assert distance(right, left) > 1e-3


THIN, SQUARE = {"n": 1000, "k": 4, "p": 10}, {"n": 40, "k": 300, "p": 10}
KINDS = {
    "X": "matrix(n,k)",
    "Y": "matrix(n,p)",
    "a": "scalar positive",
    "b": "scalar positive",
    "d": "vector(n) positive",
}


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("tr(Y'*inv(a*X*X' + b*I)*Y)", "Y"),
        ("tr(Y'*inv(X*X' + I)*Y)", "Y"),
        ("tr(Y'*inv(X*X' + b*I)*Y)", "X"),
        ("logdet(a*X*X' + b*I)", "X"),
        ("tr(Y'*inv(a*X*X' + diag(d))*Y)", "Y"),
        ("logdet(a*X*X' + diag(d))", "X"),
    ],
)
def test_a_thin_factor_makes_a_small_inverse(text: str, wrt: str) -> None:
    """No array with n rows and n columns is left; where the factor is not thin, the law is not used."""
    kinds = {
        name: kind for name, kind in KINDS.items() if f"{name}" in text.replace("tr", "").replace("diag", "d")
    }
    for outputs in ("gradient", ("value", "gradient")):
        made = program_of(text, wrt, outputs, Options(kinds))
        roots, _ = made.instructions(SizeEstimates(THIN), ALL_PASSES)
        large = [node for node in mc.expression.postorder(*roots) if [*map(str, node.shape)] == ["n", "n"]]
        assert not large, made.source(TARGETS["numpy"], SizeEstimates(THIN))
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(3, n=30, k=2, **({"p": 4} if "Y" in text else {}))
    arguments = {name: values[name] for name in found.variables}
    assert distance(found.compile()(**arguments), found.evaluate(**values)) < 1e-9
    assert "X.dot(X.T)" in mc.source(
        text, wrt, "gradient", kinds, sizes={n: SQUARE[n] for n in found.value.sizes}
    )


def test_determinants_of_what_has_a_structure() -> None:
    for text, kinds in (
        ("logdet(diag(d))", {"d": "vector(n) positive"}),
        ("logdet(kron(S, R))", {"S": "spd(m)", "R": "spd(n)"}),
    ):
        expression = mc.parse(text, kinds)
        source = mc.source(
            text,
            next(iter(kinds)),
            "value",
            kinds,
            sizes={n: {"m": 20, "n": 30}[n] for n in expression.sizes},
        )
        body = source.rpartition('"""')[2]
        assert "kron" not in body and "np.diag" not in body and "slogdet" not in body, source
        values = expression.sample(1)
        found = expression.compile()(**{name: values[name] for name in expression.variables})
        assert distance(found, expression.evaluate(**values)) < 1e-12


def test_a_kronecker_product_is_not_written_out() -> None:
    kinds = {"A": "matrix(m,n)", "B": "matrix(p,q)", "C": "matrix(q,n)", "y": "vector(m*p)"}
    text = "y'*kron(A, B)*vec(C)"
    source = mc.source(text, "y", "gradient", kinds, sizes={"m": 50, "n": 60, "p": 70, "q": 80})
    assert "kron" not in source.rpartition('"""')[2], source
    found = mc.diff(text, "y", kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(3)
    arguments = {name: values[name] for name in found.variables}
    assert distance(found.compile()(**arguments), found.evaluate(**values)) < 1e-12


THIN_ONES = {"U": "matrix(n,k)", "V": "matrix(n,k)"}
CHANGED = {"S": "spd(n)", "A": "matrix(n,n)", "B": "matrix(n,n)", "Q": "orthogonal(n)", **THIN_ONES}
#: An expression, its variable of differentiation, and how many matrices of full size are factorised.
UPDATED = (
    ("x'*inv(A)*x + x'*inv(A + U*V')*y", "x", 1),
    ("x'*inv(A)*x + x'*inv(A + U*C*V')*y", "U", 1),
    ("logdet(S) + logdet(S + u*u')", "u", 1),
    ("logdet(S + s*U*U') - logdet(S)", "U", 1),
    ("x'*inv(A)*x*det(A + U*V')", "V", 1),
    ("x'*inv(S)*x + y'*inv(S + s*u*u')*y", "u", 1),
    ("y'*inv(A + B + U*V')*y + y'*inv(A + B)*y", "U", 1),
    ("y'*inv(Q + U*V')*y", "U", 0),
)


@pytest.mark.parametrize(("text", "wrt", "count"), UPDATED)
def test_a_change_of_low_rank_needs_no_factorisation_of_its_own(text: str, wrt: str, count: int) -> None:
    kinds = {name: kind for name, kind in CHANGED.items() if re.search(rf"\b{name}\b", text)}
    if "logdet" in text and "s*" in text:
        kinds["s"] = "scalar positive"
    made = program_of(text, wrt, ("value", "gradient"), Options(kinds))
    sizes = {"n": 400, "k": 3}
    roots, _ = made.instructions(SizeEstimates(sizes), ALL_PASSES)
    large = [
        node
        for node in mc.expression.postorder(*roots)
        if node.op in ("lu", "cholesky", "solve", "det", "logdet", "inverse")
        if SizeEstimates(sizes).entries(node.args[0].shape) > 10_000
    ]
    assert len(large) == count, made.source(TARGETS["numpy"], SizeEstimates(sizes))
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    small = {name: size for name, size in (("n", 110), ("k", 2)) if name != "k" or "U" in text}
    values = mc.parse(text, kinds).sample(3, **small)
    if "C" in values:
        values["C"] = np.random.default_rng(0).normal(size=(2, 2))
    value, gradient = mc.compile(text, wrt, ("value", "gradient"), kinds)(**values)
    assert distance(value, mc.parse(text, kinds).evaluate(**values)) < 1e-8
    assert distance(gradient, found.evaluate(**values)) < 1e-8


def test_a_determinant_does_not_make_a_matrix_invertible() -> None:
    """Where it is zero, the determinant of what differs by low rank is defined all the same."""
    text, kinds = "det(A) + det(A + u*v')", {"A": "matrix(n,n)", "u": "vector(n)", "v": "vector(n)"}
    program = program_of(text, "u", "value", Options(kinds))
    function = run(program.source(TARGETS["numpy"], SizeEstimates({"n": 500})), program.name)
    A, u = np.diag([1.0, 2, 0]), np.array([0.0, 0, 1])
    assert abs(function(A, u, u) - 2) < 1e-12


def test_a_change_of_high_rank_is_factorised() -> None:
    text, kinds = "x'*inv(A)*x + x'*inv(A + U*V')*y", {"A": "matrix(n,n)", "U": "matrix(n,k)"}
    source = mc.source(text, "x", "value", kinds, sizes={"n": 200, "k": 190})
    assert source.rpartition('"""')[2].count("solve(") == 2, source


COLUMNS = {"x": "vector(m)", "y": "vector(n)"}
BLOCKS = {"A": "spd(m)", "B": "matrix(m,n)", "C": "matrix(n,m)", "D": "spd(n)", **COLUMNS}


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("tr(inv([A, zeros(m,n); C, D])*Y)", "Y"),
        ("tr(inv([A, B; zeros(n,m), D])*Y)", "Y"),
        ("tr(inv([A, B; -B', D])*Y)", "Y"),
        ("x'*A*x + sum(inv([A, zeros(m,n); C, D])*[x; y])", "x"),
        ("sum(inv([A, B; zeros(n,m), D])*[x; y])", "y"),
        ("det([A, zeros(m,n); C, D])", "A"),
        ("det([A, B; zeros(n,m), D])", "D"),
        ("det([A, B; C, D])", "B"),
        ("logdet([A, B; -B', D])", "B"),
    ],
)
def test_block_matrices_are_taken_apart(text: str, wrt: str) -> None:
    """No matrix of the size of the whole is factorised."""
    kinds = {name: kind for name, kind in BLOCKS.items() if re.search(rf"\b{name}\b", text)}
    made = program_of(text, wrt, ("value", "gradient"), Options(kinds))
    sizes = SizeEstimates({"m": 90, "n": 80})
    roots, _ = made.instructions(sizes, ALL_PASSES)
    for node in mc.expression.postorder(*roots):
        if node.op in ("lu", "cholesky", "solve", "inverse", "det", "logdet"):
            assert sizes.entries(node.args[0].shape) <= 90 * 90, made.source(TARGETS["numpy"], sizes)
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    values = mc.parse(text, kinds).sample(3, m=5, n=4)
    value, gradient = mc.compile(text, wrt, ("value", "gradient"), kinds)(**values)
    assert distance(value, mc.parse(text, kinds).evaluate(**values)) < 1e-8
    assert distance(gradient, found.evaluate(**values)) < 1e-8


@pytest.mark.parametrize("scale", [-0.5, 0.5])
def test_the_determinant_lemma_waits_for_a_positive_scalar(scale: float) -> None:
    """With an even number of rows a negative multiple of the identity has a positive determinant."""
    text, kinds = "logdet(X*X' + t*I)", {"X": "matrix(n,k)", "t": "scalar"}
    program = program_of(text, "X", "value", Options(kinds))
    source = program.source(TARGETS["numpy"], SizeEstimates(THIN))
    X = 0.1 * np.random.default_rng(0).normal(size=(4, 2))
    found = run(source, program.name)(X, scale)
    assert abs(found - np.linalg.slogdet(X @ X.T + scale * np.eye(4))[1]) < 1e-12, source
    positive = program_of(text, "X", "value", Options({**kinds, "t": "scalar positive"}))
    assert "X.T" in positive.source(TARGETS["numpy"], SizeEstimates(THIN)).rpartition("X.dot(X.T)")[2]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("logdet(diag(x))", {"x": "vector(n)"}),
        ("logdet(kron(A, B))", {"A": "matrix(m,m)", "B": "matrix(n,n)"}),
    ],
)
def test_log_determinants_of_what_may_be_negative_wait(text: str, kinds: dict[str, str]) -> None:
    """The factors of a positive determinant may be negative."""
    made = mc.parse(text, kinds)._program
    function = run(made.source(TARGETS["numpy"], SizeEstimates({"m": 300, "n": 400})), made.name)
    flip = np.diag([-1.0, 1.0])
    given = [np.array([-2.0, -3.0])] if "x" in kinds else [flip, flip]
    assert abs(function(*given) - (np.log(6) if "x" in kinds else 0.0)) < 1e-12


def test_terms_beyond_a_known_matrix_and_a_change_of_low_rank_stay() -> None:
    text, kinds = "x'*inv(A)*x + x'*inv(A + B + u*v')*y", {"A": "matrix(n,n)", "B": "matrix(n,n)"}
    made = program_of(text, "y", ("value", "gradient"), Options(kinds))
    function = run(made.source(TARGETS["numpy"], SizeEstimates({"n": 400})), made.name)
    expression, expected = mc.parse(text, kinds), mc.diff(text, "y", kinds)
    assert isinstance(expected, mc.Derivative)
    values = expression.sample(3, n=5)
    value, gradient = function(*(values[name] for name in made.variables))
    assert distance(value, expression.evaluate(**values)) < 1e-9
    assert distance(gradient, expected.evaluate(**values)) < 1e-9
