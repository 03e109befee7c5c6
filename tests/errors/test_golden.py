"""Renderings as people see them, each compared with a file in ``golden/``."""

from pathlib import Path

import pytest

from matcalc.errors import Label, MatcalcError, Span

GOLDEN = Path(__file__).parent / "golden"


def at(source: str, part: str, text: str, primary: bool = True) -> Label:
    start = source.index(part)
    return Label(Span(start, start + len(part)), text, primary)


PRODUCT = "W'*W*y - x"
NESTED = "tr(A*B + x) + logdet(A)"
BAR = "1/2*||W^T W x - x|"
LINES = "1/2*||r||^2\nwhere r = A*x - b,\n      s = A*c,\n      r = A'*s"
GREEK = "α·日本*x̂ + ‖β‖"
LONG = " + ".join(f"x{i}'*A{i}*x{i}" for i in range(40))
READINGS = "a*B*a"

CASES = {
    "inner_dimensions": MatcalcError(
        "E201",
        "cannot multiply: inner dimensions differ",
        source=PRODUCT,
        labels=[at(PRODUCT, "W'*W", "W'*W is n×n"), at(PRODUCT, "y", "y is m×1")],
        notes=["n: columns of W        m: declared by y: vector(m)"],
        help="did you mean x (n×1)?",
    ),
    "nested_spans": MatcalcError(
        "E202",
        "cannot add: shapes differ",
        source=NESTED,
        labels=[
            at(NESTED, "A*B + x", "in this sum", primary=False),
            at(NESTED, "A*B", "A*B is m×n"),
            at(NESTED, "x", "x is n×1"),
            at(NESTED, "A)", "A is square by this", primary=False),
        ],
    ),
    "end_of_input": MatcalcError(
        "E104",
        "a norm bar is not closed",
        source=BAR,
        labels=[
            at(BAR, "||", "opened here", primary=False),
            Label(Span(len(BAR), len(BAR)), "`||` expected"),
        ],
        help="write ||W^T W x - x||",
    ),
    "several_lines": MatcalcError(
        "E107",
        "r is defined twice",
        source=LINES,
        labels=[
            at(LINES, "r = A*x - b", "first here", primary=False),
            at(LINES, "r = A'*s", "and again here"),
        ],
        help="give one of them another name",
    ),
    "wide_characters": MatcalcError(
        "E101",
        "unexpected character '日'",
        source=GREEK,
        labels=[
            at(GREEK, "日", "this one"),
            at(GREEK, "x̂", "a name", False),
            at(GREEK, "β", "a name", False),
        ],
    ),
    "long_line": MatcalcError(
        "E201",
        "cannot multiply: inner dimensions differ",
        source=LONG,
        labels=[at(LONG, "x0'", "x0 is n×1", primary=False), at(LONG, "A20", "A20 is m×k")],
    ),
    "no_source": MatcalcError(
        "E301",
        "no value for b",
        notes=["given: A, x", "needed: A, b, x"],
        help="pass b=..., an array of shape (m,)",
    ),
    "readings": MatcalcError(
        "E206",
        "several readings fit equally well",
        source=READINGS,
        labels=[Label(Span(0, 1), "a scalar, or a vector?"), Label(Span(4, 5), "a again", primary=False)],
        notes=["a: scalar, B: matrix(m,n)", "a: matrix(m,n), B: matrix(n,m)"],
        help='declare one, as in --var "a: scalar"',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rendering(name: str) -> None:
    assert str(CASES[name]) + "\n" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)
