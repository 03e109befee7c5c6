"""Letters and marks as superscripts."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "other", "word"),
    [
        ("x^H A x", "x'*A*x", "real"),
        ("tr(X^H*X)", "tr(X'*X)", "real"),
        ("tr(X^{H} X)", "tr(X'*X)", "real"),
        ("A^-H", "inv(A)'", "real"),
        ("X^(T)*X", "X'*X", "transpose"),
        ("x^t A x", "x'*A*x", "transpose"),
        ("x^t*A*x", "x'*A*x", "transpose"),
        ("(x - y)^t*A*(x - y)", "(x - y)'*A*(x - y)", "transpose"),
        (r"x^H A x", "x'*A*x", "real"),
        (r"x^\mathrm{H} A x + \cos s", "x'*A*x + cos(s)", "real"),
        (r"\log\det(X^t X)", "logdet(X'*X)", "transpose"),
    ],
)
def test_letters_behind_arrays_are_transposes_and_that_is_said(text: str, other: str, word: str) -> None:
    e = mc.parse(text)
    assert str(e) == str(mc.parse(other)) and word in e.notes[0]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("s^t", {"s": "scalar"}), ("2^t*s", {}), ("γ^t*r", {}), ("x^t", {}), ("λ^H", {}), ("x^t*t", {}),
        ("c/(1+r)^t", {}), ("(1 + x)^t*s", {}),
        ("x^t*y", {"t": "scalar", "x": "scalar"}), ("a^b", {}),
    ],
)  # fmt: skip
def test_powers_stay_powers(text: str, kinds: dict[str, str]) -> None:
    e = mc.parse(text, kinds)
    assert "^" in str(e) and not any("transpose" in note for note in e.notes)


def test_what_a_superscript_means_does_not_depend_on_the_variable() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("A^t", "t")
    assert failed.value.code == "E401"


@pytest.mark.parametrize("text", ["X^+ y", "X^{+}*y", "X^(+)*y", "X⁺ y", "X^+*y"])
def test_plus_is_the_pseudoinverse(text: str) -> None:
    assert str(mc.parse(text)) == "pinv(X)*y"


def test_plus_before_a_number_is_a_sign() -> None:
    assert mc.parse("s^+2") == mc.parse("s^2") and mc.parse("s⁺²") == mc.parse("s^2")


@pytest.mark.parametrize("text", ["X^*", "X^* b", "X^†", "X†", "X^{†}", "x'X^**x"])
def test_marks_with_several_meanings_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E506" and "transpose" in failed.value.help


def test_a_dagger_that_stands_alone_is_refused() -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(r"X^\dagger y")
    assert failed.value.code == "E102" and "pseudoinverse" in failed.value.message


@pytest.mark.parametrize("text", ["x''", "x'' + y"])
def test_two_primes_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and "(x')'" in failed.value.help
    assert mc.parse("(x')'") == mc.parse("x")


@pytest.mark.parametrize("text", ["(1 + r)^T*x'*x", "r^{T} x'*x", r"r^{T} x^\top x"])
def test_a_transpose_by_a_declared_scalar_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError, match="E102"):
        mc.parse(text, {"r": "scalar", "T": "scalar"})
    assert mc.parse("x^T*T*x", {"T": "matrix(n,n)"}).shape == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("(1+r)^T", {}), ("c/(1 + r)^T", {}), ("c*(1 - r)^{-T}", {}), (r"\frac{c}{(1+r)^T}", {}),
        ("s^T*x", {"s": "scalar"}),
    ],
)  # fmt: skip
def test_a_transpose_of_a_scalar_may_be_a_power(text: str, kinds: dict[str, str]) -> None:
    with pytest.raises(mc.MatcalcError, match="E102"):
        mc.parse(text, kinds)
    assert mc.parse("(1+x)'*y").shape == ()


@pytest.mark.parametrize(
    ("text", "other"), [("x†A x", "x'*A*x"), ("x^* A x", "x'*A*x"), ("X†X", "X'*X"), ("X X^*", "X*X'")]
)
def test_adjoints_in_products_are_transposes(text: str, other: str) -> None:
    expression = mc.parse(text)
    assert expression == mc.parse(other)
    assert any("is read as the transpose" in note for note in expression.notes)
