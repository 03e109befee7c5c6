"""Formulas are broken at operators outside of all brackets, and no line is wider than wanted."""

from __future__ import annotations

import pytest

from matcalc.printing import LINE, Row, aligned, broken, fits, width

WIDE = " + ".join(rf"A_{{{i}}} \left(x + y\right)" for i in range(12))


@pytest.mark.parametrize("room", [130.0, 200.0, LINE])
@pytest.mark.parametrize(
    "text",
    [
        WIDE,
        WIDE.replace("+ A", "- A"),
        r" \odot ".join(rf"\exp\left(A x_{{{i}}} + b\right)" for i in range(9)),
        r"a + \exp\left(u\right) \odot \exp\left(v\right) \odot \exp\left(w\right) \oslash x",
    ],
)
def test_lines_fit_and_say_the_same(text: str, room: float) -> None:
    lines = broken(text, room)
    assert fits(lines, room) and len(lines) > (room < width(text))
    assert all(line.startswith("{} ") for line in lines[1:])
    assert "".join(line.removeprefix("{}") for line in lines) == text
    assert all(line.count(r"\left") == line.count(r"\right") for line in lines)


@pytest.mark.parametrize(
    "text", [rf"\left({WIDE}\right)", rf"\frac{{{WIDE}}}{{2}}", rf"\sqrt{{{WIDE}}}", "X" * 80]
)
def test_what_is_in_brackets_is_not_broken(text: str) -> None:
    assert broken(text, LINE) == [text] and not fits([text], LINE)


def test_products_are_broken_if_nothing_else_helps() -> None:
    text = " ".join(["A_{1}", r"X^{\top}"] * 30)
    assert broken(text, LINE) == [text]
    lines = broken(text, LINE, anywhere=True)
    assert fits(lines, LINE) and all(line.startswith(r"{} \cdot ") for line in lines[1:])


def test_a_minus_in_front_is_no_place_for_a_break() -> None:
    assert broken(r"-\frac{a}{b} + c", 35) == [r"-\frac{a}{b}", "{} + c"]


def test_equations_below_each_other() -> None:
    rows = [Row("a", ["b", "{} + c"]), Row("", ["d"], r"\text{e}")]
    assert aligned(rows).splitlines() == [
        r"\begin{align*}", r"a &= b \\", r"&\qquad {} + c \\", r"&= d && \text{e}", r"\end{align*}",
    ]  # fmt: skip
