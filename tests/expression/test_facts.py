"""What is known of values flows from the leaves up, through sums and products of any length."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expression.facts import has_fact
from matcalc.functions import BY_OPERATION, PROPERTIES
from matcalc.functions.fields import FORM_FACTS
from matcalc.language import parse

KINDS = {
    "S": "symmetric(n)", "P": "spd(n)", "D": "diagonal(n)",
    "Q": "orthogonal(n)", "K": "skew(n)", "L": "lower(n)", "E": "skew(2*k)", "O": "skew(2*k+1)",
    "A": "matrix(n,n)", "B": "matrix(n,m)", "C": "matrix(m,n)",
    "x": "vector(n)", "p": "vector(n) positive", "y": "onehot(n)",
    "s": "scalar", "t": "scalar positive", "u": "scalar nonnegative",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("S + P + inv(S)", "symmetric"),
        ("S + s*I", "symmetric"),
        ("P + t*P + expm(S)", "spd"),
        ("P + t*I", "spd"),
        ("t*P.*P/t", "spd"),
        ("B*B' + t*I", "spd"),
        ("inv(E)", "skew"),
        ("polar(E)", "skew"),
        ("pinv(K)", "skew"),
        ("A*P*A' + P", "spd"),
        ("C'*diag(exp(z))*C + x*x' + t*P", "spd"),
        ("2*B*C*P*C'*B'", "psd"),
        ("S*P*S", "psd"),
        ("x*x'", "psd"),
        ("u*B'*B", "psd"),
        ("A*inv(P)*A'", "psd"),
        ("(B*B').*(x*x')", "psd"),
        ("-t*K + K'", "skew"),
        ("K.*K", "symmetric"),
        ("K.*K.*K", "skew"),
        ("K.*S", "skew"),
        ("Q*Q'*Q", "orthogonal"),
        ("expm(K)*Q", "orthogonal"),
        ("D*diag(x)*inv(D)", "diagonal"),
        ("A.*D", "diagonal"),
        ("L*D*inv(L) + 2*tril(A)", "lower"),
        ("exp(x) + p", "positive"),
        ("exp(x) + abs(x)", "positive"),
        ("t*exp(x).*p", "positive"),
        ("-p.*p", "nonpositive"),
        ("x.^2", "nonnegative"),
        ("s^2*p", "nonnegative"),
        ("p'*exp(x)", "positive"),
        ("det(P)", "positive"),
        ("softmax(x)", "simplex"),
        ("y", "simplex"),
    ],
)
def test_fact_is_known(text: str, fact: str) -> None:
    assert has_fact(parse(text, KINDS).expr, fact)
    assert has_fact(mc.parse(text, KINDS).node, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("S + A", "symmetric"),
        ("S*P", "symmetric"),
        ("P - P*2", "spd"),
        ("s*P", "spd"),
        ("u*P", "spd"),
        ("B*B'", "spd"),
        ("B*B' + s*I", "psd"),
        ("B*B' - P", "psd"),
        ("A*S*A'", "psd"),
        ("A*P*A", "psd"),
        ("A*P*Q*A'", "psd"),
        ("A*K*A'", "psd"),
        ("A*A", "psd"),
        ("-B*B'", "psd"),
        ("B'*diag(x)*B", "psd"),
        ("A^2", "nonnegative"),
        ("2*Q", "orthogonal"),
        ("Q + Q", "orthogonal"),
        ("L'", "lower"),
        ("K*K*K + S", "skew"),
        ("K.*K", "skew"),
        ("inv(K)", "skew"),
        ("inv(O)", "skew"),
        ("polar(K)", "skew"),
        ("exp(x) - p", "nonnegative"),
        ("exp(x).*x", "nonnegative"),
        ("x.^3", "nonnegative"),
        ("u*exp(x)", "positive"),
        ("y", "positive"),
        ("y + softmax(x)", "simplex"),
        ("2*softmax(x)", "simplex"),
        ("S.^A", "symmetric"),
    ],
)
def test_fact_that_need_not_hold_is_not_known(text: str, fact: str) -> None:
    assert not has_fact(parse(text, KINDS).expr, fact)
    assert not has_fact(mc.parse(text, KINDS).node, fact)


def test_facts_of_deep_expressions_are_found_without_recursion() -> None:
    text = "exp(" * 1500 + "x" + ")" * 1500
    assert has_fact(parse(text).expr, "positive")


def test_one_hot_labels_simplify() -> None:
    assert str(mc.parse("sum(y)*softmax(z) - y", {"y": "onehot(n)"})) == "softmax(z) - y"
    d = mc.diff("y'*log(softmax(W*x + b))", "b", {"y": "onehot(n)"})
    assert str(d) == "y - softmax(W*x + b)"


def test_facts_of_form_are_those_that_conditions_may_name() -> None:
    square = parse("A.*A", KINDS).expr
    assert all(isinstance(has_fact(square, fact), bool) for fact in FORM_FACTS)
    assert not {prop.name for prop in PROPERTIES} & set(FORM_FACTS)


def test_what_properties_are_kept_by_are_functions() -> None:
    assert {name for prop in PROPERTIES for name in prop.kept_by} <= BY_OPERATION.keys()
