"""Answers that are right in any form, and mistakes that are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import matcalc as mc
from matcalc.algebra import as_written, build, normalise, replaced, split_coefficient, terms_of, transpose
from matcalc.calculus import multiplied_out, paths
from matcalc.expression import Expr, number
from matcalc.printing import TEXT, write
from tests.test_cases import CASES, GRADIENTS

TIED, RESIDUAL = "1/2*||W^T W x - x||^2", "r = W'*W*x - x"
LEAST_SHARE = 0.95


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("W*(x*r' + r*x')", ""),
        (r"W x r^\top + W r x^\top", ""),
        ("2*W*(x*r' + r*x')", "factor"),
        ("W*(x*r' + r*x')/n", "factor"),
        ("-W*(x*r' + r*x')", "sign"),
        ("W*x*r' - W*r*x'", "sign"),
        ("(x*r' + r*x')*W'", "transposed"),
        ("W*x*r'", "missing_path"),
        ("W*r*x'", "missing_path"),
        ("2*W*x*r' + W*r*x'", "repeated_path"),
        ("W*x", "shape"),
        ("W*r*r'", "unknown"),
    ],
)
def test_what_is_wrong_is_said_first(answer: str, code: str) -> None:
    where = r"r = W^\top W x - x" if "\\" in answer else RESIDUAL
    verdict = mc.check_answer(TIED, "W", answer, where=where)
    assert verdict.correct == (not code), verdict
    assert [finding.code for finding in verdict.findings][:1] == [code][: bool(code)]


@pytest.mark.parametrize(
    ("text", "wrt", "answer", "code"),
    [
        ("x'*A*x", "x", "2*A*x", "symmetric_only"),
        ("x'*A*x", "x", "x'*(A + A')", "layout"),
        ("logdet(X)", "X", "inv(X)", "transposed"),
        ("tr(X*X*B)", "X", "((X*B + B*X)' + X*B + B*X)/2", "symmetric_part"),
        ("norm2(A*x)^2 + a'*x", "x", "2*A'*A*x", "missing_path"),
        ("sum(exp(x) + x.^2)", "x", "exp(x) + x", "factor"),
    ],
)
def test_other_mistakes(text: str, wrt: str, answer: str, code: str) -> None:
    verdict = mc.check_answer(text, wrt, answer)
    assert code in [finding.code for finding in verdict.findings], verdict


@pytest.mark.parametrize(
    ("text", "wrt", "right", "wrong"),
    [
        ("1e-13*x'*x", "x", "2e-13*x", "3e-13*x"),
        ("x'*x/1e20", "x", "2*x/1e20", "3*x/1e20"),
        ("1e8*x'*x", "x", "2e8*x", "3e8*x"),
        ("exp(30)*x'*x", "x", "2*exp(30)*x", "exp(30)*x"),
        ("x'*x", "x", "x + x", "3*x + tanh(1e30*x)"),
        ("x'*x", "x", "(x + 1) + (x - 1)", "5*sin(1e20*x)"),
        ("sum(sqrt(x - 10))", "x", "1./(2*sqrt(x - 10))", "1./sqrt(x - 10)"),
        ("x'*A*x - x'*A'*x", "x", "0*x", "1e-9*x"),
    ],
)
def test_sizes_of_numbers_do_not_matter(text: str, wrt: str, right: str, wrong: str) -> None:
    """Rounding errors are those of the gradient alone, and large values are no reason to say nothing."""
    assert mc.check_answer(text, wrt, right).correct
    assert not mc.check_answer(text, wrt, wrong).correct


def test_what_cannot_be_checked_is_neither_right_nor_wrong() -> None:
    with pytest.raises(mc.MatcalcError, match="no random values are found") as caught:
        mc.check_answer("sqrt(-1 - s^2)", "s", "s", {"s": "scalar"})
    assert caught.value.code == "E507"
    [verdict] = mc.check_answers("sqrt(-1 - s^2)", "s", ["s"], {"s": "scalar"})
    assert verdict.findings[0].code == "unknown" and verdict.findings[0].message.startswith("E507")


@pytest.mark.parametrize(
    ("text", "wrt", "answer"),
    [
        ("tr(X)", "X", "I"),
        ("tr(X)", "X", r"\mathbf{I}"),
        ("tr(X)^2", "X", "2*tr(X)*I"),
        ("sum(X)", "X", "ones"),
        ("sum(X)", "X", r"\mathbf{1}\mathbf{1}^\top"),
        ("x'*x - y'*y", "A", "0"),
        ("x'*A*x", "x", "dL/dx = (A + A')x"),
        ("x'*A*x", "x", r"\nabla_x L = (A + A^\top) x"),
        ("x'*A*x", "x", r"\frac{\partial L}{\partial x} = (A + A^\top) x"),
        ("tr(X)", "X", "s*I where s = 1"),
    ],
)
def test_answers_as_they_are_written_down(text: str, wrt: str, answer: str) -> None:
    """Constants take their size from the gradient, and the left side of an equation is none of the answer."""
    text += " + 0*tr(A)" * (wrt == "A")
    assert mc.check_answer(text, wrt, answer).correct


@pytest.mark.parametrize(
    ("answer", "symmetric", "code"),
    [
        ("x*y'", "projected", "symmetric_part"),
        ("x*y'", "free", ""),
        ("x*y' + y*x' - diag(x.*y)", "projected", "layout"),
        ("x*y' + y*x' - diag(x.*y)", "entrywise", ""),
        ("(x*y' + y*x')/2", "entrywise", "layout"),
    ],
)
def test_conventions_about_the_structure_of_a_variable(answer: str, symmetric: str, code: str) -> None:
    kinds = {"S": "symmetric(n)"}
    verdict = mc.check_answer("x'*S*y", "S", answer, kinds, symmetric=symmetric)
    assert verdict.correct == (not code)
    assert [finding.code for finding in verdict.findings][:1] == [code] * bool(code), verdict


def test_alternatives_are_one_finding() -> None:
    factor, missing = mc.check_answer("tr(X^3)", "X", "2*(X^2)'").findings
    assert factor.code == "factor" and missing.code == "missing_path" and missing.message.count(" or ") == 2
    first, *_ = mc.check_answer("x'*A*x/(x'*x)", "x", "(A + A')*x/(x'*x)").findings
    assert first.code == "missing_term"


def test_more_paths_than_are_listed() -> None:
    names = ["s1 = x'*x", *(f"s{i} = s{i - 1}*s{i - 1} + s{i - 1}" for i in range(2, 9))]
    text = f"s8 where {', '.join(names)}"
    assert mc.check_answer(text, "x", str(mc.diff(text, "x"))).correct
    assert not mc.check_answer(text, "x", "x").correct


def test_jacobians_in_the_other_layout() -> None:
    [*_, layout, shape] = mc.check_answer("A*x", "x", "A'").findings
    assert (layout.code, shape.code) == ("layout", "shape") and "denominator layout" in layout.message


def test_paths_are_named() -> None:
    verdict = mc.check_answer(TIED, "W", "W*x*r'", where=RESIDUAL)
    assert verdict.findings[0].message == "path 2 (W in M = W*x) is missing"


def test_names_of_the_expression_may_be_used() -> None:
    assert mc.check_answer("1/2*||r||^2 where r = A*x - b", "x", "A'*r").correct
    assert mc.check_answer("1/2*||r||^2 where r = A*x - b", "x", "A'*s where s = r").correct
    assert mc.check_answer("1/2*||r||^2 where r = A*x - b", "x", "A'*r where r = A*x - b").correct
    assert mc.check_answer("1/2*||r||^2 where r = A*x - b", "x", r"A^\top r").correct
    assert mc.check_answer("1/2*||A*x - b||^2", "x", "A'*s where s = r", where="r = A*x - b").correct


def test_other_names_are_an_error() -> None:
    with pytest.raises(mc.MatcalcError, match="has no c") as error:
        mc.check_answer("||A*x - b||^2", "x", "2*A'*(A*x - c)")
    assert error.value.code == "E401"


def test_an_answer_that_cannot_be_read_does_not_stop_the_others() -> None:
    verdicts = mc.check_answers("x'*x", "x", ["2*x", "2*", "x"])
    codes = [verdict.findings[0].code if verdict.findings else "" for verdict in verdicts]
    assert codes == ["", "unreadable", "factor"]


@pytest.mark.parametrize(
    ("text", "wrt", "kinds"),
    [
        ("sum(polar(W/s))", "s", {"W": "matrix(m,k)", "s": "scalar"}),  # zero, up to rounding errors
        ("max(log(p) + 4*s, s)", "p", {"p": "scalar positive", "s": "scalar"}),  # zero on some instances
        ("tr(log(exp((U*U').*(V*V'))))", "V", {"U": "matrix(3,n)", "V": "matrix(3,k)"}),  # at times square
    ],
)
def test_gradients_that_are_zero_or_square_on_some_instances(
    text: str, wrt: str, kinds: dict[str, str]
) -> None:
    right = mc.diff(text, wrt, kinds, names=False)
    assert mc.check_answer(text, wrt, str(right), kinds).correct
    assert not mc.check_answer(text, wrt, f"1 - 3*({right})", kinds).correct


def test_mistakes_are_named_where_the_gradient_nearly_vanishes_on_some_instances() -> None:
    """A softmax that is saturated leaves what cancellation does, which differs between ways to write it."""
    value = "triu(matmul(rowsoftmax(square(coth(beta'))), softmax(tan(B0'*x))))"
    kinds = {"B0": "matrix(n,k)", "b": "vector(m)", "beta": "vector(k)", "x": "vector(n)"}
    bare = mc.diff(value, "beta", kinds, names=False)
    verdict = mc.check_answer(value, "beta", f"-3*({bare})", kinds)
    assert verdict.findings[0].message == "the answer is -3 times the gradient"


def test_maps_are_refused() -> None:
    with pytest.raises(mc.MatcalcError, match="not a map"):
        mc.check_answer("A*X*B", "X", "A")


# Every gradient of the reference cases


def planted(name: str, wrt: str) -> Iterator[tuple[str, str]]:
    """Yield mistakes and answers with them."""
    case = CASES[name]
    d = mc.diff(case["expr"], wrt, case["variables"], names=False)
    assert isinstance(d, mc.Derivative)
    gradient, variable = d.expr.node, d._of.last.variable

    def text(node: Expr) -> str:
        with as_written(d._of.writing):
            return write(normalise(node), TEXT)

    right = f"({d})"
    yield "factor", f"2*{right}"
    yield "sign", f"-{right}"
    if not variable.is_scalar:
        yield ("layout" if variable.is_column else "transposed"), f"{right}'"
        yield "shape", f"sum({right})"
    if variable.shape[0] is variable.shape[1] and not variable.is_scalar:
        yield "symmetric_part", f"({right} + {right}')/2"
    square = [v for v in d._of.reading.variables.values() if v.shape[0] is v.shape[1] and not v.is_scalar]
    plain = [v for v in square if transpose(v) is not v and not v.data[1]]
    if plain:
        with as_written(d._of.writing):
            yield "symmetric_only", text(replaced(gradient, {transpose(v): v for v in plain}))
    shares = [path.pulled_back(number(1)) for path in paths(d._of.reading.expr, variable)]
    if 1 < len(shares) <= 6 and not d.notes:
        for i, share in enumerate(shares):
            yield "missing_path", text(build("add", *shares[:i], *shares[i + 1 :]))
            yield "repeated_path", f"{right} + {text(share)}"
    coefficient, unit = split_coefficient(gradient)
    terms = multiplied_out(terms_of(unit)) or []
    for term in terms if len(terms) > 1 else ():
        rest = [build("mul", number(coefficient), other) for other in terms if other is not term]
        yield "missing_term", text(build("add", *rest))


def is_right(name: str, wrt: str, answer: str) -> bool:
    """Whether the answer has the value of the reference all the same."""
    for reference in CASES[name]["references"]:
        if reference["wrt"] == wrt:
            found = mc.parse(answer, CASES[name]["variables"])
            value, wanted = found.evaluate(**reference["inputs"]), np.asarray(reference["derivative"])
            row = found.node.is_row and wanted.ndim == 1
            if row or np.shape(value) != wanted.shape or not np.allclose(value, wanted, rtol=1e-7, atol=1e-9):
                return False
    return True


@pytest.mark.hunt
def test_planted_mistakes_are_named(summary: Callable[[str], None]) -> None:
    tried: Counter[str] = Counter()
    named: Counter[str] = Counter()
    first: Counter[str] = Counter()
    missed = []
    for name, wrt in GRADIENTS:
        case = CASES[name]
        mistakes = [(code, answer) for code, answer in planted(name, wrt) if not is_right(name, wrt, answer)]
        verdicts = mc.check_answers(case["expr"], wrt, [a for _, a in mistakes], case["variables"])
        for (code, answer), verdict in zip(mistakes, verdicts, strict=True):
            assert not verdict.correct, f"{name} by {wrt}: {answer} passes"
            codes = [finding.code for finding in verdict.findings]
            tried[code] += 1
            named[code] += code in codes
            first[code] += codes[0] == code
            if code not in codes:
                missed.append(f"  {name} by {wrt}, {code}: {answer} is called {', '.join(codes)}")
    for code, count in sorted(tried.items()):
        summary(f"{code:<15} {named[code]:>4} of {count:>4} named, {first[code]:>4} first")
    summary(
        f"planted mistakes named: {named.total()} of {tried.total()} ({named.total() / tried.total():.1%})"
    )
    summary("\n".join(missed[:20]))
    assert named.total() >= LEAST_SHARE * tried.total()


@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_right_answers_are_right_in_any_form(name: str, wrt: str) -> None:
    case = CASES[name]
    d = mc.diff(case["expr"], wrt, case["variables"], names=False)
    assert isinstance(d, mc.Derivative)
    coefficient, unit = split_coefficient(d.expr.node)
    terms = multiplied_out(terms_of(unit)) or [unit]
    texts = [write(build("mul", number(coefficient), term), TEXT) for term in terms]
    answers = [
        str(d),
        d.unicode(),
        d.latex(),
        f"(({d})')'",
        f"3*({d})/3",
        " + ".join(f"({one})" for one in reversed(texts)),
        *([case["textbook"][wrt]] if wrt in case.get("textbook", {}) else []),
    ]
    for verdict in mc.check_answers(case["expr"], wrt, answers, case["variables"]):
        assert verdict.correct, verdict


@pytest.mark.parametrize(
    ("expression", "wrt", "answer", "kinds", "right"),
    [
        ("x'*adj(C)*x", "x", "zeros(n)", {"C": "skew(n)"}, False),
        ("x'*adj(C)*x", "x", "(adj(C) + adj(C)')*x", {"C": "skew(n)"}, True),
        ("x'*adj(A - A')*x", "x", "0*x", {}, False),
        ("tr(adj(C))", "C", "zeros(n,n)", {"C": "skew(n)"}, False),
        ("x'*adj(C)*x", "x", "zeros(3)", {"C": "skew(3)"}, False),
        ("x'*adj(C)*x", "x", "2*adj(C)*x", {"C": "skew(3)"}, True),
        ("x'*adj(C)*x", "x", "zeros(4)", {"C": "skew(4)"}, True),
        ("adj(C)*x", "x", "adj(C)", {"C": "skew(n)"}, True),
        ("adj(C)*x", "x", "-adj(C)'", {"C": "skew(n)"}, False),
    ],
)
def test_answers_are_compared_too_where_the_closed_form_is_refused(
    expression: str, wrt: str, answer: str, kinds: dict[str, str], right: bool
) -> None:
    assert mc.check_answer(expression, wrt, answer, kinds).correct is right


def test_where_the_gradient_vanishes_on_all_instances_nothing_is_claimed() -> None:
    """Any multiple of it would agree there."""
    text, kinds = "sum(huber(x, 900 + s^2))", {"s": "scalar", "x": "vector(n)"}
    gradient = mc.diff(text, "s", kinds)
    assert mc.check_answer(text, "s", str(gradient), kinds).correct
    with pytest.raises(mc.MatcalcError) as failed:
        mc.check_answer(text, "s", f"-3*({gradient})", kinds)
    assert failed.value.code == "E507"
