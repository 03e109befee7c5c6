"""The check of each form finds mistakes that are planted in it, and agrees with what is right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import matcalc as mc
from matcalc.algebra import build, transpose
from matcalc.calculus import Form
from matcalc.expression import Expr, number
from matcalc.numeric import CheckReport, check_derivations

SEED = 3
#: Expressions, the variable, the order; values and variables are not square where they need not be.
PROBLEMS = [
    ("A*X*B", "X", 1),
    ("X'*A*X", "X", 1),
    ("inv(X)*A", "X", 1),
    ("U*tanh(W*x)", "x", 1),
    ("x*y'*A", "x", 1),
    ("t^2*A + t*B", "t", 1),
    ("a'*inv(X)*b", "X", 2),
    ("x'*A*x*(b'*x)", "x", 2),
    ("sum(exp(A*X*B))", "X", 2),
    ("logsumexp(A*x)", "x", 3),
]
RUNS = [
    (*problem, form)
    for problem in PROBLEMS
    for form in mc.diff(problem[0], problem[1], order=problem[2]).forms
]


def doubled(node: Expr) -> Expr:
    return build("mul", number(2), node)


def negative(node: Expr) -> Expr:
    return build("negate", node)


def turned(node: Expr) -> Expr:
    return transpose(node)


def reports(text: str, wrt: str, order: int, form: Form, d: mc.Derivative) -> CheckReport:
    of = d._of
    return check_derivations(of.derivations, form, of.reading.variables, 3, SEED, of.choice)


def derivative(text: str, wrt: str, order: int, form: str) -> mc.Derivative:
    found = mc.diff(text, wrt, {"t": "scalar"} if wrt == "t" else None, order, form=form)
    assert isinstance(found, mc.Derivative)
    return found


@pytest.mark.parametrize(("text", "wrt", "order", "form"), RUNS)
@pytest.mark.parametrize("mistake", [doubled, negative, turned])
def test_a_mistake_in_a_form_is_found(
    text: str, wrt: str, order: int, form: str, mistake: Callable[[Expr], Expr]
) -> None:
    d = derivative(text, wrt, order, form)
    assert reports(text, wrt, order, d._form, d).passed
    if d._form.indices is not None:
        first, *others = d._form.indices.terms
        if mistake is turned:
            indices = d._form.indices._replace(terms=(*others,))  # a term is missing
        else:
            wrong = first._replace(scalar=mistake(first.scalar))
            indices = d._form.indices._replace(terms=(wrong, *others))
        form_with_mistake = d._form._replace(indices=indices)
    else:
        node = d._form.node
        assert node is not None
        wrong_node = mistake(node)
        symmetric = order == 2 and form in ("hessian", "kron")
        if mistake is turned and (symmetric or wrong_node is node or wrong_node.shape != node.shape):
            return  # no mistake, or not of this shape: then it cannot be taken for the right one
        form_with_mistake = d._form._replace(node=wrong_node)
    report = reports(text, wrt, order, form_with_mistake, d)
    assert not report.passed and not report.reason, report


@pytest.mark.parametrize("kind", ["symmetric(n)", "skew(n)", "diagonal(n)", "lower(n)", "orthogonal(n)"])
def test_maps_of_structured_variables_are_checked_along_them(kind: str) -> None:
    text = "tr(A*X*B*X*X) + sum(exp(X*A))"
    assert mc.diff(text, "X", {"X": kind}, order=2).check(trials=2).passed
    if kind == "orthogonal(n)":
        with pytest.raises(mc.MatcalcError) as failed:
            mc.diff(text, "X", {"X": kind}, order=3)
        assert failed.value.code == "E502"
        assert mc.diff(text, "X", {"X": kind}, order=3, symmetric="free").check(trials=2).passed
    else:
        assert mc.diff(text, "X", {"X": kind}, order=3).check(trials=2).passed
