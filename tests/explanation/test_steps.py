"""Steps are complete and right: each line is compared with numbers."""

from __future__ import annotations

import re

import pytest

import matcalc as mc
from matcalc.algebra import scaled
from matcalc.explanation import STYLES
from matcalc.explanation.lines import reason_of
from matcalc.expression.signatures import signature_of
from matcalc.functions import Function
from matcalc.functions.table import ENTRIES
from matcalc.printing import LATEX, TEXT, UNICODE
from tests.explanation.derivations import TOLERANCE, Derivation, instances, wrong_lines
from tests.test_cases import CASES, GRADIENTS

TIED = "1/2*||W^T W x - x||^2"


def bare(text: str) -> str:
    """The text without definitions: steps have those of their values above."""
    return text.partition(" where ")[0]


def gradient(text: str, wrt: str, kinds: dict[str, str] | None = None) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_each_line_agrees_with_numbers(name: str, wrt: str, style: str) -> None:
    derivative = gradient(CASES[name]["expr"], wrt, CASES[name]["variables"])
    steps = derivative.steps(style)
    tried = 0
    for instance in instances(derivative, 2):
        tried += 1
        assert not wrong_lines(Derivation(steps, derivative, instance)), f"{steps}"
    assert tried
    assert bare(steps.lines[-1].written(TEXT)) == bare(str(derivative))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("name", "wrt"), GRADIENTS[::3])
def test_a_wrong_line_is_noticed(name: str, wrt: str, style: str) -> None:
    """What the test above relies on: -3 times what any line says, and what no line explains, is found."""
    derivative = gradient(CASES[name]["expr"], wrt, CASES[name]["variables"])
    steps = derivative.steps(style)
    [instance] = instances(derivative, 1)
    right = Derivation(steps, derivative, instance)
    known = {**right.known, **right.moves()}
    for i, line in enumerate(steps.lines):
        if abs(right.at(line.right, known)).max() < 10 * TOLERANCE:
            continue
        wrong = line._replace(right=scaled(-3, line.right))
        lines = (*steps.lines[:i], wrong, *steps.lines[i + 1 :])
        assert wrong_lines(Derivation(steps._replace(lines=lines), derivative, instance)), line
    without = steps._replace(lines=steps.lines[1:])
    if len(steps.lines) > 1 and steps.lines[1].kind == "value":
        with pytest.raises(mc.MatcalcError, match="there is no value for"):
            Derivation(without, derivative, instance)


def test_a_tied_autoencoder_as_backpropagation_does_it() -> None:
    assert str(gradient(TIED, "W").steps(level="brief")).splitlines() == [
        "values",
        "  M = W*x                  (m)",
        "  N = W'*M                 (n)",
        "  r = N - x                (n)",
        "  L = norm2(r)^2/2         ()",
        "derivatives with respect to these values, from the last to the first",
        "  dL/dr = r                (n)  as r in L = norm2(r)^2/2",
        "  dL/dN = r                (n)  as N in r = N - x",
        "  dL/dM = W*r              (m)  as M in N = W'*M",
        "contributions of the paths",
        "  path 1 = M*r'            (m,n)  as W' in N = W'*M",
        "  path 2 = W*r*x'          (m,n)  as W in M = W*x",
        "result",
        "  dL/dW = W*r*x' + M*r'    (m,n)  the sum over the paths",
        "        = W*r*x' + W*x*r'  (m,n)  with M = W*x",
        "        = W*(r*x' + x*r')  (m,n)  common factors pulled out",
    ]


def test_full_steps_give_rule_formula_and_source() -> None:
    text = str(gradient("logdet(X'*X)", "X").steps())
    rule = "the derivative of a log-determinant is the transposed inverse"
    formula = "if Z = logdet(U) and G = dL/dZ, then dL/dU = G*inv(U)'"
    assert f"      {rule}: {formula}  [Petersen and Pedersen, The Matrix Cookbook (2012), (57)]" in text
    differential = str(gradient("logdet(X'*X)", "X").steps("differential"))
    rule = "Logarithm of the determinant of a matrix whose determinant is positive"
    assert f"      {rule}: d(logdet(U)) = tr(inv(U)*dU)  [Petersen and Pedersen" in differential
    assert differential.count("Matrix product U*V: d(U*V) = U*dV + dU*V") == 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("text", "wrt", "kinds"),
    [
        ("tr(dA*dA'*A) + tr(dA*A)", "A", {"dA": "matrix(n,n)"}),
        ("||A*X - dX||^2", "X", {"dX": "matrix(m,k)", "A": "matrix(m,n)"}),
        ("r + dr where dr = x'*A*x, r = b'*x", "x", {}),
        ("norm2(M*x + L*N)^2 + G_r'*x where r = N*2", "x", {"L": "matrix(m,n)", "N": "vector(n)"}),
    ],
)
def test_names_of_the_user_are_not_taken(text: str, wrt: str, kinds: dict[str, str], style: str) -> None:
    found = gradient(text, wrt, kinds)
    steps = found.steps(style)
    for instance in instances(found, 2):
        assert not wrong_lines(Derivation(steps, found, instance)), steps
    assert found.graph().svg() and found.paths()


def test_laws_that_were_applied_are_named() -> None:
    steps = gradient("logsumexp(x)^2", "x", {"x": "vector(n)"}).steps()
    again = gradient("logsumexp(x)^2", "x", {"x": "vector(n)"}).steps()
    assert str(steps) == str(again)
    text = str(gradient("-y'*log(softmax(W*x + b))", "b", {"y": "onehot(n)"}).steps())
    assert "sum of shares: sum(u) => 1 if u is simplex  [" in text, text


def test_definitions_that_make_an_expression_ready_are_named() -> None:
    text = str(gradient("mean((A*x - b).^2)", "x").steps())
    assert "  L = (r'*r)/m              ()\n      mean: mean(U) => sum(U)/(m*n)  [Definition]" in text
    text = str(gradient("sum(log(exp(x)/sum(exp(x))))", "x").steps("differential"))
    assert "softmax: exp(u)/sum(exp(u)) => softmax(u)" in text


def test_what_is_shared_is_not_written_out() -> None:
    """Written out, 2^30 terms would be printed; letters stand for derivatives instead."""
    names = ["V0 = X*A", *(f"V{i} = V{i - 1}*B*V{i - 1}" for i in range(1, 31))]
    found = gradient(f"tr(V30) where {', '.join(names)}", "X")
    for style in STYLES:
        text = str(found.steps(style, level="brief"))
        assert len(text) < 60_000 and "G_V29 = dL/dV29 = " in text
    assert len(found.graph().svg()) < 400_000


@pytest.mark.parametrize("style", STYLES)
def test_long_derivations_agree_with_numbers(style: str) -> None:
    names = ["V0 = X*A/n", *(f"V{i} = V{i - 1}*B*V{i - 1}/n" for i in range(1, 5))]
    found = gradient(f"tr(V4) where {', '.join(names)}", "X", {"X": "matrix(n,m)"})
    steps = found.steps(style)
    assert any(line.symbol for line in steps.lines)
    for instance in instances(found, 2):
        assert not wrong_lines(Derivation(steps, found, instance)), steps


@pytest.mark.parametrize(
    ("entry", "position"),
    [
        (e, i)
        for e in ENTRIES
        for i, a in enumerate(signature_of(e).arguments)
        if (e.d or e.adjoint) and not a.is_dim
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
def test_each_function_has_a_rule_in_words(entry: Function, position: int) -> None:
    reason = reason_of(entry, position)
    assert reason.words and reason.source and ";" not in reason.words
    for style in (TEXT, UNICODE, LATEX):
        assert (
            "G" in reason.formula(style) or "0" in reason.formula(style) or "zeros" in reason.formula(style)
        )
        assert " = " in reason.differential_equation(style).written(style)


@pytest.mark.parametrize("style", STYLES)
def test_rules_have_letters_that_the_problem_does_not_have(style: str) -> None:
    kinds = {"X": "matrix(n,n)", "Y": "matrix(n,n)", "Z": "matrix(n,n)", "G": "matrix(n,n)", "x": "vector(n)"}
    steps = gradient("tr(X*Y*inv(X)*Z') + log(x'*X*x) + tr(G*X)*sum(exp(x))", "X", kinds).steps(style)
    for reason in dict.fromkeys(one for line in steps.lines for one in line.reasons):
        formula = steps.formula(reason, TEXT).replace("dL/d", "")
        letters = {word.removeprefix("d") for word in re.findall(r"[A-Za-z]\w*", formula)}
        assert not letters & {*kinds, "M", "N", "K"}, formula
    for reason in dict.fromkeys(one for line in steps.hint().lines for one in line.reasons):
        assert steps.hint().formula(reason, TEXT) == steps.formula(reason, TEXT)
    for line in steps.lines:
        for law in line.laws:
            assert not set(re.findall(r"\b[A-Za-z]\b", str(steps).partition(law.name)[2][:60])) & set(kinds)


def test_a_structure_that_changes_nothing_is_said_all_the_same() -> None:
    steps = gradient("tr(S)^2", "S", {"S": "spd(n)"}).steps(level="brief")
    assert [line.left(TEXT, "L") for line in steps.lines if line.part == "result"] == ["G", "", "dL/dS"]


def test_the_projection_on_a_structure_is_a_step() -> None:
    lines = gradient("a'*S*b", "S", {"S": "symmetric(n)"}).steps().lines
    assert [line.written(TEXT) for line in lines[-2:]] == ["a*b'", "(a*b' + b*a')/2"]
    assert "S is symmetric" in lines[-1].said(TEXT)


def test_a_hint_is_the_next_line_alone() -> None:
    steps = gradient(TIED, "W").steps(level="brief")
    hints = [str(steps.hint(done)) for done in range(len(steps.lines))]
    assert hints[0] == "values\n  M = W*x  (m)"
    heading = "derivatives with respect to these values, from the last to the first"
    assert hints[5] == f"{heading}\n  dL/dN = r  (n)  as N in r = N - x"
    assert all(len(hint.splitlines()) == 2 for hint in hints)
    assert not steps.hint(len(steps.lines)).lines


@pytest.mark.parametrize(
    ("text", "wrt", "order"), [("A*x", "x", 1), ("x'*x", "x", 2)], ids=["a vector", "a second derivative"]
)
def test_what_has_no_steps(text: str, wrt: str, order: int) -> None:
    with pytest.raises(mc.MatcalcError, match="gradient of a scalar") as caught:
        mc.diff(text, wrt, order=order).steps()
    assert caught.value.code == "E505"


def test_unknown_styles_and_levels() -> None:
    for options in ({"style": "forward"}, {"level": "verbose"}):
        with pytest.raises(mc.MatcalcError, match=r"there is no (style|level)"):
            gradient("x'*x", "x").steps(**options)


def test_a_value_that_does_not_depend_on_the_variable() -> None:
    steps = gradient("0*sum(x) + 1 + 0*y'*y", "x").steps(level="brief")
    assert steps.lines[-1].written(TEXT) == "zeros(n)", steps
