"""Any text at all gives a result or a ``MatcalcError`` that points into it, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from time import process_time

import pytest
from hypothesis import example, given, note, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.functions import BY_CALL
from tests.strategies import Problem, problems

EXAMPLES = int(os.environ.get("MATCALC_EXAMPLES", "250"))
PROFILE = settings(max_examples=EXAMPLES)

#: The language's own words and marks, and some that look like them.
WORDS = [
    *"+-*/^'|‖()[]{},;:=@·×⊗⊙⊘.ᵀ⁻¹²₁_∞ \n", "||", ".*", "./", ".^", "**", ".**", ".T",
    "^T", "^{T}", "^-1", "^{-T}",
    "||_F", "||_1", "||_2", "||_*", "'*", "where", " where r = ", ", s = ", "r", "s", "x", "y", "A", "B", "X",
    "n", "m",
    "α", "lambda", "Σ", "x_1", "x0", "W₂", "0", "1", "2", "0.5", "1e-3", "1e400", "1/2", ".5", "3.", "10",
    "I", "I(n)",
    "ones(n)", "zeros(m,n)", "ones", "T", "e", *(name + "(" for name in BY_CALL), *BY_CALL,
]  # fmt: skip
words = st.lists(st.sampled_from(WORDS), max_size=30).map("".join)
#: What lines of papers and of code are made of.
OF_LATEX = [
    r"\frac{", r"\frac{d}{dx}", r"\partial ", r"\nabla_x ", r"\min_x ", r"\hat ", r"\hat{", r"\mathbf ",
    r"\left(", r"\right)", r"\|", r"\mathrm{tr}", r"\text{where }", r"\text{ s.t. }", r"\begin{pmatrix}",
    r"\end{pmatrix}", r"\top", r"\langle ", r"\rangle", r"\( ", r"\)", r"\\", r"\quad ", r"\Delta ",
    r"\sum_i ", r"\Rightarrow ", r"\log ", r"\beta", "f(x) = ", "_{", "^{", "}", "^", "_", "&", "$", "x",
    "A", "1", " ", "=", ";", "(", ")", "+",
]  # fmt: skip
OF_CODE = [
    "np.", "np.sum(", "np.linalg.norm(", "torch.", "F.softmax(", "def f(x):", "\n    ", "\n", "return ",
    "lambda x: ", "@", "**2", "axis=0", "keepdims=True", "[:, None]", "[0]", ".T", ".sum()", "(", ")", ",",
    "=", "==", "0x1", "1e3", "x", "A", "f", "f(x)", "None", "if ", "else ", "for i in ", "'", '"',
    "import numpy as np", " ", "-", "*", "%*%",
]  # fmt: skip
pasted = st.one_of(*(st.lists(st.sampled_from(of), max_size=30).map("".join) for of in (OF_LATEX, OF_CODE)))
#: Every character there is, with those of the language and odd ones among them.
characters = st.text(max_size=40)
alphabet = st.text(
    st.one_of(st.sampled_from("".join(sorted(set("".join(WORDS))))), st.characters()), max_size=40
)


def survives(
    text: str, variables: Mapping[str, str] | None = None, wrt: str | None = None
) -> mc.MatcalcError | None:
    """Read, differentiate and print; return the error if there is one.

    Raises whatever is no proper ``MatcalcError``.
    """
    try:
        expression = mc.parse(text, variables)
        names = [wrt] if wrt else list(expression.variables)[:2]
        printed(expression)
        for name in names:
            printed(expression.diff(name))
    except mc.MatcalcError as error:
        assert_proper(error, text)
        return error
    return None


def printed(result: mc.Expression | mc.Derivative) -> None:
    for form in (str(result), result.latex(), result.unicode(), repr(result)):
        assert form
    assert isinstance(result.shape, tuple) and isinstance(result.variables, dict)


def assert_proper(error: mc.MatcalcError, text: str) -> None:
    assert re.fullmatch(r"E[1-5]\d\d", error.code)
    assert error.source in (text, "")
    for span, label, _ in error.labels:
        assert 0 <= span.start <= span.end <= len(text), (span, label)
    assert str(error).startswith(f"error[{error.code}]: ")
    assert error.message
    error.as_dict()


@PROFILE
@given(characters)
def test_any_text(text: str) -> None:
    survives(text)


@PROFILE
@given(st.one_of(words, pasted, alphabet))
@example("x²²")
@example("A^T²")
@example("||x||_{*}")
@example("x\x00")
@example("\ud800")
def test_any_text_of_the_language(text: str) -> None:
    survives(text)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Problem]:
    """A well-formed expression with some pieces left out, put in, doubled or exchanged."""
    problem = draw(problems(depth=3))
    pieces = re.findall(r"\w+|\|\||\s+|.", problem.text)
    for _ in range(draw(st.integers(1, 3))):
        i, j = (draw(st.integers(0, len(pieces) - 1)) for _ in range(2))
        how = draw(st.sampled_from(["delete", "insert", "double", "swap", "replace", "cut"]))
        if how == "delete":
            pieces[i] = ""
        elif how == "insert":
            pieces.insert(i, draw(st.sampled_from(WORDS)))
        elif how == "double":
            pieces.insert(i, pieces[i])
        elif how == "swap":
            pieces[i], pieces[j] = pieces[j], pieces[i]
        elif how == "replace":
            pieces[i] = draw(st.sampled_from([*WORDS, *problem.variables]))
        else:
            pieces = pieces[: i + 1]
    return "".join(pieces), problem


@PROFILE
@given(mutated(), st.booleans())
def test_any_mutation_of_an_expression(case: tuple[str, Problem], declared: bool) -> None:
    text, problem = case
    note(text)
    survives(text, problem.variables if declared else None)


DECLARATION_WORDS = [
    "matrix", "vector", "scalar", "spd", "symmetric", "diagonal", "orthogonal", "skew", "lower", "rowvector",
    "positive", "nonnegative", "(", ")", ",", "n", "m", "1", "0", "-1", "2", "3", "n*p", "m+n", "n-1", "n/2",
    "n^2",
    "I", "T", "where", "x", "exp(n)", "(n)", "²", "1e3", "2.5", "10**9",
]  # fmt: skip
declarations = st.one_of(
    st.text(max_size=20), st.lists(st.sampled_from(DECLARATION_WORDS), max_size=8).map(" ".join)
)


@PROFILE
@given(declarations, st.text(max_size=5))
@example("matrix(n,n", "A")
@example("vector(0)", "x")
@example("vector(n) positive positive", "x")
def test_any_declaration(declaration: str, name: str) -> None:
    for variables in ({"A": declaration}, {"A": declaration, name: "vector(n)"}, {name: declaration}):
        try:
            expression = mc.parse("tr(A'*A) + sum(A)", variables)
            printed(expression)
            printed(expression.diff("A"))
        except mc.MatcalcError as error:
            assert re.fullmatch(r"E[1-5]\d\d", error.code)
            assert str(error)


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    return opening * depth + inner + closing * depth


LARGE = {
    "many terms": " + ".join(f"a_{i}'*x" for i in range(2000)),
    "10,000 terms": " + ".join(["x'*x", "sum(x)"] * 5000),
    "10,000 different terms": " + ".join(f"sum({i}*exp({i + 1}*x))" for i in range(1000)) + " + 1" * 9000,
    "a long product": "tr(" + "*".join(["A"] * 2000) + ")",
    "a long Hadamard product": "sum(" + ".*".join(["x"] * 5000) + ")",
    "a long chain of quotients": "t" + "/t" * 3000,
    "a long chain of differences": "t" + " - sum(x)" * 5000,
    "brackets": nested("(", "x", ")'", 2000) + "*x",
    "plain brackets": nested("(", "t", ")", 2000),
    "minus signs": "-" * 2000 + "t",
    "minus signs in brackets": nested("-(", "t", ")", 2000),
    "plus signs": "+" * 2000 + "t",
    "functions": "sum(" + nested("exp(", "x", ")", 500) + ")",
    "functions with a product": "sum(" + nested("tanh(A*", "x", ")", 500) + ")",
    "logarithms of sums": "sum(" + nested("log(1 + ", "x", ")", 500) + ")",
    "transposes": "x" + "'" * 4001 + "*x",
    "transposes of products": nested("(A*", "A", ")'", 400),
    "inverses": "tr(" + nested("inv(A + ", "A", ")", 300) + ")",
    "norms": nested("‖x*", "x", "‖", 300),
    "bars": nested("|t + ", "t", "|", 200),
    "double bars": nested("||t + ", "x", "||", 150),
    "powers in brackets": nested("(", "t", "^2)", 300) + "^2",
    "half powers in brackets": nested("(1 + ", "t", "^(1/2))", 300) + "^2",
    "powers": "t" + "^2" * 500,
    "exponents in brackets": "t^(1 + " * 150 + "t" + ")" * 150,
    "a power of a matrix": "tr(A^1000)",
    "a superscript of many digits": "t" + "²" * 6000,
    "a negative superscript of many digits": "t⁻" + "²" * 6000,
    "a huge exponent": "t^1000000000000",
    "a huge exponent of a vector": "sum(x.^123456789123456789)",
    "a huge power of a number": "t*2^1000000000",
    "a huge power of a fraction": "t*(1/3)^-100000000",
    "powers of powers of numbers": "t*((((2^64)^64)^64)^64)^64",
    "a product of long numbers": "t" + "*1234567890123456789012345678901234567890" * 400,
    "a product of long fractions": "t" + "/1234567890123456789012345678901234567891" * 400,
    "a sum of long fractions": "t*(" + " + ".join(f"1/{10**39 + 2 * i + 1}" for i in range(300)) + ")",
    "a product of powers of numbers": "t*" + "*".join(["7^1400"] * 20),
    "a long number": "9" * 5000 + "*t",
    "a long exponent of a number": "1e" + "9" * 5000 + "*t",
    "a number with a large exponent": "1e400*t",
    "a tiny number": "1e-400*t",
    "many digits after the point": "0." + "3" * 5000 + "*t",
    "digits that are no ASCII": "٣*t + ²",
    "definitions": "r0'*x where "
    + ", ".join(f"r{i} = r{i + 1} + exp(r{i + 1})" for i in range(200))
    + ", r200 = x",
    "definitions that double": "r0'*x where "
    + ", ".join(f"r{i} = r{i + 1}.*r{i + 1} + r{i + 1}" for i in range(60))
    + ", r60 = x",
    "products of sums that double": "r0'*r0 where "
    + ", ".join(f"r{i} = A*(r{i + 1} + A*r{i + 1})" for i in range(60))
    + ", r60 = x",
    "circular definitions": "r where r = s, s = r",
    "sums of products of sums": "tr(" + nested("(A + A*", "A", ")", 300) + ")",
    "sums of products of sums with a vector": "x'*" + nested("(A + 2*A*", "A", ")", 300) + "*x",
    "products of sums": "*".join(["(s + t)"] * 300),
    "products of different sums": "*".join(f"(s + {i}*t)" for i in range(1, 150)),
    "sums in denominators": nested("1/(1 + ", "t", ")", 500),
    "softmax of softmax": "sum(" + nested("softmax(A*", "x", ")", 200) + ".*x)",
    "a long name": "x" * 100_000 + "'*x",
    "a long declared name": "sum(" + "x_1" * 1000 + ")",
    "too long a text": "x + " * 300_000,
    "white space": " " * 200_000,
    "white space in a definition": "x = " + " " * 100_000 + "y",
    "lines without anything": "f(x) = x" + "\n" * 100_000 + "y = x",
    "tabs and spaces of LaTeX": "f = x " + "\\quad \t" * 20_000 + "y",
    "openings of mathematics": "\\( " * 20_000 + "f = x",
    "lines of layout": "y = x" + "\n\\quad $" * 20_000 + " z = x",
    "statements": "t = x; " * 20_000,
    "many hats": "f = " + "\\hat " * 5000 + "x",
    "hats in braces": "f = " + nested("\\hat{", "x", "}", 2000) + " + 1",
    "minima": "\\min_x " * 5000 + "x",
    "bars only": "|" * 5000,
    "double bars and a name": "||x" * 301,
    "brackets only": "(" * 5000,
    "closing brackets only": ")" * 5000,
    "commas": "exp(" + "," * 5000 + ")",
    "equals signs": "x where " + "=" * 5000,
    "many arguments": "sum(" + ",".join(["x"] * 5000) + ")",
    "blocks": nested("[", "t", "]", 1000),
    "rows": "[" + ";".join(["1,2"] * 2000) + "]",
    "many undeclared names": " + ".join(f"v{i}" for i in range(300)),
    "names that fit nowhere": " * ".join(f"v{i}" for i in range(100)),
    "sizes": "sum(ones(" + "*".join(["n"] * 500) + "))",
    "a large size": "sum(ones(123456789123456789)) + t",
    "a size of sums": "sum(ones(" + "*".join(["(n + m)"] * 60) + "))",
}


#: Far more than any takes; the processor's time, so that it is the same on a busy machine.
MOST_SECONDS = 30


#: The largest, which take longest.
LARGEST = ("10,000 terms", "10,000 different terms")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.hunt) if n in LARGEST else n for n in LARGE]
)
def test_large_and_deep_texts(name: str) -> None:
    text, start = LARGE[name], process_time()
    error = survives(text, {"t": "scalar", "s": "scalar", "x": "vector(n)", "A": "matrix(n,n)"})
    if error is not None and error.code.startswith("E2"):
        survives(text)
    assert process_time() - start < MOST_SECONDS


@pytest.mark.parametrize(
    "declaration",
    [
        "matrix(" + "(" * 2000 + "n" + ")" * 2000 + ",m)",
        "vector(" + "+".join(["n"] * 5000) + ")",
        "vector(" + "*".join(["n"] * 500) + ")",
        "vector(" + "*".join(["(n + m)"] * 60) + ")",
        "vector(" + "9" * 5000 + ")",
        "vector(" + "-" * 3000 + "n)",
        "vector " * 5000,
        "x" * 100_000,
        "vector(" + "9" * 39 + ")",
        "vector(n" + "²" * 5000 + ")",
    ],
    ids=range(10),
)
def test_large_and_deep_declarations(declaration: str) -> None:
    try:
        printed(mc.diff("sum(x.^2)", "x", {"x": declaration}))
    except mc.MatcalcError as error:
        assert str(error)


@PROFILE
@given(words, words)
def test_any_variable_of_differentiation(text: str, wrt: str) -> None:
    try:
        printed(mc.diff(text, wrt))
    except mc.MatcalcError as error:
        assert_proper(error, text)
