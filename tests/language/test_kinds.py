"""Kinds of undeclared names: the defaults, the smallest change, and ties."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.language import parse


def kinds(text: str, **declared: str) -> dict[str, str]:
    """Return the word for each name's kind, which does not depend on the variable of differentiation."""
    found = mc.parse(text, declared).variables
    variables = parse(text, declared).variables
    assert all(parse(text, declared, [name]).variables == variables for name in found)
    return {name: kind.partition("(")[0] for name, kind in found.items()}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x", "vector(n)"),
        ("W", "matrix(m,n)"),
        ("alpha", "scalar"),
        ("β", "scalar"),
        ("Σ", "matrix(m,n)"),
        ("x0", "vector(n)"),
        ("W_1", "matrix(m,n)"),
        ("alpha_k", "scalar"),
        ("covmat", "vector(n)"),
        ("ϵ", "scalar"),
    ],
)
def test_default(name: str, kind: str) -> None:
    assert list(mc.parse(name).variables.values()) == [kind]
    assert mc.parse(name).notes == ()


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("||x - μ||^2", {"mu": "vector"}),
        ("||a*x + b*y||^2", {"a": "scalar", "b": "scalar"}),
        ("-D/2*log|K| + tr(K)", {"D": "scalar"}),
        (
            "-D/2*log|K| - 1/2*tr(K^-1 Y Y^T) where K = a X X^T + b^-1 I",
            {"D": "scalar", "a": "scalar", "b": "scalar"},
        ),
        ("x^2", {"x": "scalar"}),
        ("2^t", {"t": "scalar"}),
        ("A*x + b*A*x", {"b": "scalar"}),
        ("x'*S*x + c", {"c": "scalar"}),
        ("exp(-||x - y||^2/(2*s^2))", {"s": "scalar"}),
        ("tr(X'*X) + λ*||X||^2", {}),
        ("||A x - b||^2 + λ ||x||^2", {}),
    ],
)
def test_smallest_change(text: str, changed: dict[str, str]) -> None:
    expr = mc.parse(text)
    inferred = [name for name, source in parse(text).sources.items() if source == "inferred"]
    assert sorted(inferred) == sorted(changed)
    assert {name: kinds(text)[name] for name in changed} == changed
    for name in changed:
        assert any(note.startswith(f"{name} is taken as a {changed[name]}") for note in expr.notes)
    assert len(expr.notes) == len(changed)


def test_changes_are_said_only_where_they_were_made() -> None:
    notes = mc.diff("||x - μ||^2", "x").notes
    assert notes == ("mu is taken as a vector, so that all shapes fit",)


VECTOR, MATRIX = "vector", "matrix"
EVIDENCE = [
    ("(x-μ)'*inv(S)*(x-μ)", {"mu": VECTOR, "x": VECTOR}, "mu", "so that all shapes fit"),
    ("exp(-1/2*(x-μ)'*inv(S)*(x-μ))", {"mu": VECTOR, "x": VECTOR}, "mu", "so that all shapes fit"),
    ("w'*μ/sqrt(w'*Σ*w)", {"mu": VECTOR}, "mu", "otherwise the value would be no scalar"),
    ("inv(X'*X)*X'*y", {"X": MATRIX}, "", ""),
    ("X'*y", {"X": MATRIX, "y": VECTOR}, "", ""),
    ("c*log|A| - d*tr(A)", {"c": "scalar", "d": "scalar"}, "c", "otherwise the value would be no scalar"),
    (
        "-y*log(sigmoid(w'*x)) - (1 - y)*log(1 - sigmoid(w'*x))",
        {"y": "scalar"},
        "y",
        "otherwise the value would be no scalar",
    ),
    ("sum(sqrt((A*x).^2 + ε))", {"epsilon": "scalar"}, "", ""),
    ("y'*log(p + eps) - sum(1./(x + δ))", {"eps": "scalar", "delta": "scalar"}, "", ""),
    ("||y - X*β - ε||^2", {"epsilon": VECTOR}, "epsilon", "so that all shapes fit"),
    ("sum((1 - p).^g.*log(p))", {"p": VECTOR, "g": "scalar"}, "g", "exponents are scalars"),
    ("sum(x.^p)", {"x": VECTOR, "p": VECTOR}, "", ""),
    ("X - tr(X)/n", {"X": MATRIX, "n": "scalar"}, "n", "so that all shapes fit"),
    ("x - λ*mean(x)", {"x": VECTOR, "lambda": "scalar"}, "", ""),
    ("X + tr(A)", {"X": MATRIX, "A": MATRIX}, "", ""),
    (
        "G*M*m/||r||",
        {"G": "scalar", "M": "scalar", "m": "scalar"},
        "m",
        "otherwise the value would be no scalar",
    ),
    ("n/2*log|S| + 1/2*tr(inv(S)*A)", {"n": "scalar"}, "n", "otherwise the value would be no scalar"),
    ("||X*w - y||^2 + c*||w||^2", {"c": "scalar"}, "c", "otherwise the value would be no scalar"),
    ("||Y - X β||^2", {"Y": VECTOR, "beta": VECTOR}, "beta", "so that all shapes fit"),
    ("||Y - X β||^2 + λ||β||^2", {"Y": VECTOR, "beta": VECTOR}, "beta", "so that all shapes fit"),
    ("diag(λ)", {"lambda": VECTOR}, "lambda", "diag is no function of scalars"),
    ("norm2(β)", {"beta": VECTOR}, "beta", "norm2 is no function of scalars"),
    ("A*diag(τ)*A'", {"tau": VECTOR}, "tau", "diag is no function of scalars"),
    ("tr(ρ*log(ρ))", {"rho": MATRIX}, "rho", "tr is no function of scalars"),
    ("||α - β||^2", {"alpha": VECTOR, "beta": VECTOR}, "beta", "so that all shapes fit"),
    ("w'*S*w + ones'*w", {"S": MATRIX}, "", ""),
    ("D*log|K|", {"D": "scalar", "K": MATRIX}, "D", "otherwise the value would be no scalar"),
    ("X/tr(Y)", {"X": MATRIX}, "", ""),
    ("k*(a'*b)", {"k": "scalar", "a": VECTOR}, "k", "otherwise the value would be no scalar"),
    ("A*t + B", {"A": MATRIX, "t": "scalar", "B": MATRIX}, "t", "so that all shapes fit"),
    ("c*w'*w + ||A*w||^2", {"c": "scalar"}, "c", "otherwise the value would be no scalar"),
    ("m/2*v'*v", {"m": "scalar"}, "m", "a row and a column side by side are an inner product"),
    ("(x - c)'*Q*(x - c) + r", {"Q": MATRIX, "r": "scalar"}, "r", "so that all shapes fit"),
    ("Y'*Y - 2*β'*X'*Y + β'*X'*X*β", {"Y": VECTOR, "beta": VECTOR}, "Y", "so that all shapes fit"),
    ("x - 2*v*v'*x", {"v": VECTOR, "x": VECTOR}, "", ""),
    ("μ + L*ε", {"mu": VECTOR, "L": MATRIX, "epsilon": VECTOR}, "mu", "so that all shapes fit"),
]


@pytest.mark.parametrize(("text", "expected", "name", "why"), EVIDENCE)
def test_evidence(text: str, expected: dict[str, str], name: str, why: str) -> None:
    found = kinds(text)
    assert {key: found[key] for key in expected} == expected
    notes = mc.parse(text).notes
    separator = ", " if why.startswith("so that") else "; "
    assert not name or f"{name} is taken as a {expected[name]}{separator}{why}" in notes


def test_declared_scalar_may_be_an_argument_of_any_function() -> None:
    assert mc.parse("tr(s) + ||s||", {"s": "scalar"}).evaluate(s=-2.0) == 0.0


def test_power_of_a_vector_is_that_of_its_entries_and_said() -> None:
    for text in ("sum((y - X*w)^2)", "mean((y - X*w)²)", "(y - X*w)^2"):
        expression = mc.parse(text)
        assert expression.variables["w"].startswith("vector") and len(expression.notes) == 1
        assert "is the power of each entry of a vector" in expression.notes[0]
    assert mc.parse("sum((y - X*w)^2)").node is mc.parse("sum((y - X*w).^2)").node


def test_value_of_a_function_spreads_over_a_matrix_and_is_said() -> None:
    expression = mc.parse("sum((X - mean(X)).^2)")
    assert expression.variables == {"X": "matrix(m,n)"}
    assert expression.notes == ("mean(X) is taken from each entry of a matrix",)
    assert expression.evaluate(X=[[1.0, 2.0], [3.0, 6.0]]) == 14.0
    assert mc.diff("‖X-mean(X)‖_F^2", "X").check().passed


def test_letters_that_keep_an_argument_where_a_function_is_defined_are_said_to_spread() -> None:
    assert mc.parse("sum(log(x + ε))").notes == ("ε is added to each entry of a vector",)
    assert mc.parse("sum(log(x + ε))", {"ε": "scalar", "x": "vector(n)"}).notes == ()
    assert mc.parse("sum((x + ε)^2)").variables["epsilon"] == "vector(n)"


@pytest.mark.parametrize("text", ["sum((Y - X*W)^2)", "mean(X^2)/2", "sum(1 - (X - Y)^2)"])
def test_square_of_a_matrix_below_a_sum_of_entries_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and ".^2" in failed.value.help
    assert mc.parse("sum(A^2)", {"A": "matrix(n,n)"}).notes == ()


@pytest.mark.parametrize("text", ["tr(s)", "det(x)", "x'*A*x + b*x + c", "det(A - λ)"])
def test_what_nobody_writes_is_no_reading(text: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.parse(text)


def test_readings_are_weighed_part_by_part() -> None:
    """Long sums do not take longer than their parts: each pair of names is settled for itself."""
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(" + ".join(f"x_{i}*y_{i}" for i in range(60)))
    assert failed.value.code == "E206"
    terms = " + ".join(f"c_{i}*||A_{i}*x_{i} - μ_{i}||^2" for i in range(100))
    notes = mc.parse(terms).notes
    assert "c_0, c_1, c_2 and 97 more are taken as scalars; otherwise the value would be no scalar" in notes


@pytest.mark.parametrize(
    "text",
    [
        "a*b",
        "A*x*y",
        "x*y",
        "s_0*t_0 + s_1*t_1 + s_2*t_2",
        "y*log(p) + (1 - y)*log(1 - p)",
        "log(1 + exp(-y*w'*x))",
    ],
)
def test_tie_is_an_error_that_shows_the_readings(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E206"
    assert len(failed.value.notes) == 2
    assert "declare" in failed.value.help


def test_declaration_settles_a_tie() -> None:
    assert kinds("a*b", a="scalar") == {"a": "scalar", "b": "vector"}


def test_declared_kind_is_never_changed() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("x - mu", {"mu": "scalar", "x": "vector(n)", "y": "vector(n)"}).evaluate(x=[1.0])
    assert failed.value.code == "E301"
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("x + A*x", {"A": "matrix(m,n)", "x": "vector(n)"})
    assert failed.value.code == "E202"


def test_sources_say_where_each_kind_comes_from() -> None:
    sources = mc.diff("||a*x - y||^2", "x", {"y": "vector(n)"}).sources
    assert sources == {"y": "declared", "a": "inferred", "x": "default"}


def test_number_is_spread_and_so_is_a_declared_scalar() -> None:
    assert mc.parse("1 + exp(x)").evaluate(x=[0.0, 0.0]).tolist() == [2.0, 2.0]
    spread = mc.parse("s + x", {"s": "scalar"})
    assert spread.evaluate(s=2.0, x=[1.0, 3.0]).tolist() == [3.0, 5.0]


def test_dimension_is_a_scalar() -> None:
    assert mc.parse("sum(x)/n", {"x": "vector(n)"}).evaluate(x=[1.0, 2.0, 6.0]) == 3.0


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("A*x", {"A": "matrix(m,n)", "x": "vector(n)"}),
        ("x'*A*y", {"x": "vector(n)", "A": "matrix(n,m)", "y": "vector(m)"}),
        ("A*x + B*y", {"A": "matrix(m,n)", "x": "vector(n)", "B": "matrix(m,k)", "y": "vector(k)"}),
        ("det(A)*det(B)", {"A": "matrix(n,n)", "B": "matrix(m,m)"}),
        ("A*B'*C", {"A": "matrix(m,n)", "B": "matrix(k,n)", "C": "matrix(k,p)"}),
        ("A + B'", {"A": "matrix(m,n)", "B": "matrix(n,m)"}),
    ],
)
def test_sizes_are_inferred(text: str, shapes: dict[str, str]) -> None:
    assert mc.parse(text).variables == shapes


def test_names_of_dimensions_do_not_collide_with_variables() -> None:
    found = mc.parse("m'*A*n").variables
    names = {s for kind in found.values() for s in kind.partition("(")[2].rstrip(")").split(",")}
    assert names.isdisjoint(found)


@pytest.mark.parametrize(
    ("text", "wrt", "note", "printed"),
    [
        (
            "lambda_max(A + B)",
            "A",
            "A is taken as a symmetric matrix; lambda_max needs one",
            "v*v' where v = eigvec_max(A + B)",
        ),
        ("tr(A ⊗ B)", "A", "B is taken as square", "tr(B)*I(n)"),
        ("log det([A, B; C, D])", "A", "A is taken as square", ""),
        ("e^(-x'*x/2)", "x", "e^(...) is read as exp(...)", "-exp(-(x'*x)/2)*x"),
    ],
)
def test_what_is_assumed_about_structure_is_said(text: str, wrt: str, note: str, printed: str) -> None:
    d = mc.diff(text, wrt)
    assert note in d.notes and d.check().passed
    assert not printed or d.expr == mc.parse(printed, d.variables)


def test_what_is_declared_is_not_taken_as_symmetric() -> None:
    for text, kinds in (("lambda_max(A)", {"A": "matrix(n,n)"}), ("lambda_max(A*B)", {})):
        with pytest.raises(mc.MatcalcError) as failed:
            mc.parse(text, kinds)
        assert failed.value.code == "E203"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("e^t", {"e": "scalar"}), ("e^t + e*x'*x", {}), ("e^2", {}), ("e^s where e = x'*x", {})],
)
def test_e_may_be_a_variable(text: str, kinds: dict[str, str]) -> None:
    expression = mc.parse(text, kinds)
    assert not any("exp" in note for note in expression.notes) and "exp" not in str(expression)


def test_powers_of_e_with_arrays_as_exponents() -> None:
    assert str(mc.parse("e.^x")) == "exp(x)"
    assert mc.parse("e^(A*t)*x") == mc.parse("expm(A*t)*x")
    assert any("expm" in note for note in mc.parse("x'*e^A*x").notes)
    assert mc.parse("1/(1 + e^(-X))").variables == {"X": "scalar"}
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("e^x", {"x": "vector(n)"})
    assert failed.value.code == "E208" and "expm" in failed.value.help


@pytest.mark.parametrize("text", ["tr(ρ*A)", "det(ρ*A)"])
def test_a_greek_factor_of_a_trace_is_said(text: str) -> None:
    assert "rho is read as a scalar; declare it if it is a matrix" in mc.parse(text).notes
    assert not mc.parse("tr(rho*A)", {"rho": "scalar"}).notes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("|A*x|", "E203"), ("|A*x|^2", "E203"), ("|A*x - b|", "E203"), ("|A*λ|", "E206"),
        ("M*v^2/2", "E206"), ("m*g*h + m*v^2/2", "E206"),
    ],
)  # fmt: skip
def test_no_name_shrinks_so_that_something_else_fits(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code


@pytest.mark.parametrize("text", ["m*v^2/2", "1/2 m v^2", "0.5*m*v**2", "a*v^2 + b*v + m"])
def test_what_multiplies_a_power_of_a_scalar_is_one_too(text: str) -> None:
    assert set(mc.parse(text).variables.values()) == {"scalar"}


def test_letters_with_arrows_are_vectors() -> None:
    assert mc.parse(r"\vec{F} \cdot \vec{r}").variables == {"F": "vector(n)", "r": "vector(n)"}
    assert mc.parse(r"\vec{F}^\top A \vec{v}").variables["F"] == "vector(n)"


def test_bold_letters_are_vectors_and_matrices() -> None:
    assert mc.parse(r"\mathbf{x}^\top \boldsymbol{\mu}").variables == {"x": "vector(n)", "mu": "vector(n)"}
    assert mc.parse(r"\mu x^\top \mathbf{X}").variables["mu"] == "scalar"
    assert mc.parse(r"\boldsymbol{\Sigma}\boldsymbol{\mu}").variables["mu"] == "vector(n)"


def test_more_than_two_capitals_that_are_no_matrices_are_no_reading() -> None:
    """Of three or more it would be guessing: a softmax of a matrix is a mistake, not one of a vector."""
    with pytest.raises(mc.MatcalcError):
        mc.parse("softmax(Q*K'/sqrt(d))*V")
    assert mc.parse("N*T*x").variables == {"N": "matrix(m,n)", "T": "matrix(n,k)", "x": "vector(k)"}
    assert mc.parse("x'*x/(N*T)").variables["T"] == "scalar"


def test_combinations_of_many_vectors_and_matrices() -> None:
    assert mc.parse("a*x + b*y + c*z + d*w + f*v + g*u").shape == ("n",)
    names = mc.parse("sum(a*X + b*Y + c*Z + d*W + f*V + g*U)").variables
    assert [name for name, kind in names.items() if kind == "scalar"] == ["a", "b", "c", "d", "f", "g"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*x'*A*x", "(x'*A*x)*x"),
        ("(x*x')*A*x", "(x'*A*x)*x"),
        ("x*x'*(-A)*x", "-(x'*A*x)*x"),
        ("x*x'*(2*A)*x", "2*(x'*A*x)*x"),
        ("x*x'*A^2*x", "(x'*A^2*x)*x"),
        ("A*v - v*v'*A*v", "A*v - (v'*A*v)*v"),
        ("c*w'*A*x", "c*(w'*A*x)"),
    ],
)
def test_a_capital_letter_after_an_outer_product_is_a_matrix(text: str, expected: str) -> None:
    expression = mc.parse(text)
    assert str(expression) == expected
    assert str(expression.variables["A"]).startswith("matrix")


def test_a_scalar_after_an_outer_product_stays_one() -> None:
    assert str(mc.parse("x*x'*λ*x").variables["lambda"]) == "scalar"


def test_a_difference_is_what_its_letter_is() -> None:
    for text, words in {"Δx'*A*Δx": "Deltax'*A*Deltax", "||δx||^2": "norm2(deltax)^2"}.items():
        read = mc.parse(text)
        assert (str(read), read.shape) == (words, ())
    assert str(mc.parse("||ΔW||^2")) == "normF(DeltaW)^2"


@pytest.mark.parametrize("scalar", ["sum(w.^2)", "norm(w)", "||w||^2", "logdet(A)/2", "exp(-sum(w))"])
@pytest.mark.parametrize("name", ["c", "s", "lam", "x", "D", "B", "beta"])
def test_a_factor_is_read_alike_on_both_sides_of_a_scalar(scalar: str, name: str) -> None:
    assert kinds(f"{name}*{scalar}") == kinds(f"{scalar}*{name}")


OF_ROWS = [
    "softmax(X)",
    "sum(softmax(X*W).*Y)",
    "logsumexp(-X/2)",
    "y'*softmax(X)",
    r"\operatorname{softmax}(X W)",
]


@pytest.mark.parametrize("text", OF_ROWS)
def test_a_function_of_columns_of_a_capital_letter_names_that_of_rows(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(text)
    assert caught.value.code == "E203" and "write row" in caught.value.help


def test_a_function_of_columns_takes_a_capital_letter_that_is_declared_or_added_to_a_vector() -> None:
    assert mc.parse("softmax(X)", {"X": "vector(n)"}).shape == ("n",)
    assert kinds("softmax(A*X + b)") == {"A": "matrix", "X": "vector", "b": "vector"}
    assert kinds("softmax(W*x)") == {"W": "matrix", "x": "vector"}


def test_mean_of_an_inner_product_is_taken_from_each_entry() -> None:
    portfolio = mc.parse("w.*(S*w) - w'*S*w/n", {"n": "scalar"})
    assert portfolio.notes == ("w'*S*w/n is taken from each entry of a vector",)
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse("A*x - b'*x")
    assert failed.value.code == "E202"
