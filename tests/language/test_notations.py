"""Commands of LaTeX that lost their backslash are never taken for products of letters."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (r"frac{1}{2} \|A x - b\|^2", "frac"), (r"sqrt{x^\top x}", "sqrt"), (r"hat{y}^\top x", "hat"),
        (r"\left(x^\top x right)^2", "right"), (r"left(x^\top x\right)^2", "left"), ("x^{top} A x", "top"),
        ("x^top A x", "top"), ("frac{x^T A x}{x^T x}", "frac"), ("operatorname{tr}(A^T X)", "operatorname"),
    ],
)  # fmt: skip
def test_a_command_without_its_backslash_is_refused(text: str, command: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert (failed.value.code, failed.value.help) == ("E102", f"write \\{command}")
    span = failed.value.labels[0].span
    assert command in text[span.start : span.end]


@pytest.mark.parametrize(
    "text",
    [
        "x^\top A x",
        "\frac12 x^\\top x",
        "\\|X\theta - y\\|^2",
        "\rho*x'*x",
        "a^\top X b",
        "\\mu^T A \nu",
        "\nabla_x x^T x",
        "x^\\top y \neq 0",
        "\norm{A x}",
        "\\mu^T \nu + a",
        "\beta'*x",
    ],
)
def test_an_escape_of_a_string_that_was_a_command_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E102" and 'r"..."' in failed.value.help


def test_left_and_right_are_names_where_no_command_is() -> None:
    for text in ("np.dot(left, right)", "left.T @ right", "left'*(right)", "x = left[0]; x"):
        try:
            assert {"left", "right"} >= mc.parse(text).variables.keys()
        except mc.MatcalcError as error:
            assert "backslash" not in error.message
    assert str(mc.parse("left'*(right)")) == "left'*right"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x'*A\t*x", "x'*A*x"), ("\tx'*x", "x'*x"), (r"\frac{1}{2} x^\top x", "x'*x/2"),
        (r"x^{\top} x", "x'*x"), ("x'*x\r\n", "x'*x"),
    ],
)  # fmt: skip
def test_layout_and_whole_commands_are_read(text: str, same: str) -> None:
    assert mc.parse(text) == mc.parse(same)
