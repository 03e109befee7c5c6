"""Brackets stand where they are needed, and only there."""

from __future__ import annotations

import re

import pytest

import matcalc as mc
from matcalc.calculus import size
from matcalc.expression import postorder
from matcalc.printing import TEXT, write
from tests.measure import printed_size

KINDS = {
    "s": "scalar",
    "t": "scalar",
    "u": "scalar",
    "x": "vector(n)",
    "y": "vector(n)",
    "z": "vector(m)",
    "A": "matrix(m,n)",
    "B": "matrix(m,n)",
    "M": "matrix(n,n)",
    "N": "matrix(n,n)",
}

#: What is written, and what is printed: the same if nothing stands at the right.
PRINTED = {
    "A*x": "",
    "A'*z": "",
    "(A + B)*x": "",
    "(A + B)'*z": "",
    "M^2*x": "",
    "(M + N)^2": "",
    "(M*N)'": "N'*M'",
    "(M^2)'": "",
    "inv(M)'": "",
    "inv(M + N)'": "",
    "s*(x + y)": "",
    "(s + t)*x": "",
    "x/s": "",
    "x/(s*t)": "",
    "x/(s + t)": "",
    "x/s^2": "",
    "-x": "",
    "-(x + y)": "-x - y",
    "x - (y - x)": "2*x - y",
    "x.*y": "",
    "(x + y).*x": "x.*(x + y)",
    "x.^2": "",
    "(x + y).^2": "",
    "(-x).^2": "x.^2",
    "(A*x).^2": "",
    "(x.*y).^2": "x.^2.*y.^2",
    "x.^(-2)": "",
    "x./(y + x)": "x./(x + y)",
    "x./(y.*x.^2)": "1./(x.*y)",
    "s^t": "",
    "s^(t + 1)": "",
    "s^(-t)": "s^(-t)",
    "(-s)^t": "",
    "(s + t)^2": "",
    "(s*t)^u": "",
    "(s^t)^u": "",
    "s^(t^u)": "",
    "exp(-s)^2": "",
    "x.^(t + 1)": "",
    "(x + 1).^t": "",
    "sqrt(s)^3": "s^(3/2)",
    "1/sqrt(s)": "",
    "2*s/3": "",
    "-s/3": "",
    "s - t - u": "",
    "s - (t - u)": "s + u - t",
    "A*(x.*y)": "",
    "(A*x).*z": "z.*(A*x)",
    "(x*y')*x": "(x'*y)*x",
    "x*(y'*x)": "(x'*y)*x",
    "x'*y/s": "(x'*y)/s",
    "(x'*y)^2": "",
    "(x'*M*y)*s": "s*(x'*M*y)",
    "diag(x)*M": "",
    "diag(x + y)*M": "",
    "M - I": "",
    "M - 2*I": "",
    "s*M + I": "",
    "(M - I)'*x": "",
    "x + 1": "",
    "1 - x": "",
    "2*x - 1": "",
    "(1 - x).*y": "y.*(1 - x)",
    "norm2(x)^2": "",
    "abs(s)*x": "",
}

#: Brackets that could be left out but help reading: scalar products, powers, signs in exponents.
FOR_THE_EYE = {"(-2)", "(x'*y)", "(y'*x)", "(x'*M*y)", "(y'*M'*x)", "(M^2)", "(-t)"}


def canonical(text: str) -> str:
    """Return the text printed for the reading of another; order of factors and terms settled."""
    return str(mc.parse(text, KINDS))


def bare(text: str) -> str:
    return "".join(sorted(re.sub(r"\s", "", text)))


@pytest.mark.parametrize("text", PRINTED)
def test_brackets(text: str) -> None:
    printed = canonical(text)
    wanted = PRINTED[text] or text
    assert bare(printed) == bare(wanted), f"{printed}, not {wanted}"


@pytest.mark.parametrize("text", PRINTED)
def test_reads_back(text: str) -> None:
    expr = mc.parse(text, KINDS)
    for printed in (str(expr), expr.unicode()):
        assert mc.parse(printed, KINDS) == expr, printed


@pytest.mark.parametrize("text", PRINTED)
def test_no_bracket_can_be_left_out(text: str) -> None:
    """Each pair of brackets removed changes the meaning or makes the text unreadable."""
    expr = mc.parse(text, KINDS)
    printed = str(expr)
    for start, end in bracket_pairs(printed):
        if start and (printed[start - 1].isalnum() or printed[start - 1] == "_"):
            continue  # the brackets of a call
        if printed[start : end + 1] in FOR_THE_EYE:
            continue
        shorter = printed[:start] + printed[start + 1 : end] + printed[end + 1 :]
        try:
            assert mc.parse(shorter, KINDS) != expr, f"{printed} could be {shorter}"
        except mc.MatcalcError:
            continue


def bracket_pairs(text: str) -> list[tuple[int, int]]:
    pairs, opened = [], []
    for i, char in enumerate(text):
        if char == "(":
            opened.append(i)
        elif char == ")":
            pairs.append((opened.pop(), i))
    assert not opened
    return pairs


@pytest.mark.parametrize("text", PRINTED)
def test_size_is_that_of_what_is_printed(text: str) -> None:
    """``size`` guides presentation, so it has to agree with the printer, within one sign or identity."""
    for node in postorder(mc.parse(text, KINDS).node):
        printed = write(node, TEXT)
        assert abs(size(node) - printed_size(printed)) <= 2, printed


def test_a_name_stands_for_what_it_defines_and_only_there() -> None:
    d = mc.diff("1/2*||W^T W x - x||^2", "W")
    assert str(d) == "W*(r*x' + x*r') where r = W'*W*x - x"
    assert d.unicode() == "W (r xᵀ + x rᵀ) where r = Wᵀ W x - x"


def test_greek_and_subscripts() -> None:
    kinds = {"alpha_1": "scalar", "Sigma": "matrix(n,n)", "x0": "vector(n)", "w_new": "vector(n)"}
    expr = mc.parse("alpha_1*Sigma*x0 + w_new", kinds)
    assert expr.unicode() == "α_1 Σ x₀ + w_new" or mc.parse(expr.unicode(), kinds) == expr
    for piece in (r"\alpha_{1}", r"\Sigma", "x_{0}", r"w_{\mathrm{new}}"):
        assert piece in expr.latex()


@pytest.mark.parametrize(
    "text", ["s^(2^(10^6))", "2^(2^(10^5))*s", "x.^(2^(10^6))", "s^(-(2^(10^6)))", "s^(t^2)", "x.^(t^2)"]
)
def test_superscripts_are_whole_exponents(text: str) -> None:
    """A power in an exponent became one number with the digits of both."""
    expr = mc.parse(text, KINDS)
    assert mc.parse(expr.unicode(), KINDS) == expr
