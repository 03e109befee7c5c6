"""Printed derivatives as people see them, in all notations, compared with a table.

An entry of the table gives an expression, the variable and declarations; below stands what is
printed. See ``tests/golden.py`` for writing the table anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import matcalc as mc
from tests.functions.checks import latex_is_balanced, typst_is_balanced
from tests.golden import WRITING

TABLE = Path(__file__).parent / "golden" / "derivatives.txt"
NOTATIONS = ("text", "unicode", "latex", "typst")


class Entry(NamedTuple):
    """One entry of the table."""

    expression: str
    wrt: str
    kinds: dict[str, str]
    printed: dict[str, str]

    @property
    def derivative(self) -> mc.Derivative:
        return mc.diff(self.expression, self.wrt, self.kinds)


def read_table() -> list[Entry]:
    return [read_entry(block) for block in TABLE.read_text(encoding="utf-8").split("\n\n")]


def read_entry(block: str) -> Entry:
    first, *lines = block.strip().splitlines()
    expression, _, rest = first.partition("   by ")
    wrt, *declarations = [part.strip() for part in rest.split(";")]
    kinds = {name.strip(): kind.strip() for name, _, kind in (d.partition(":") for d in declarations)}
    printed = {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}
    return Entry(expression.strip(), wrt, kinds, printed)


def write_entry(entry: Entry) -> str:
    declarations = [f"{name}: {kind}" for name, kind in entry.kinds.items()]
    d = entry.derivative
    lines = [f"{name + ':':9}{d.written(name)}" for name in NOTATIONS]
    return "\n".join([f"{entry.expression}   by {'; '.join([entry.wrt, *declarations])}", *lines])


if WRITING:
    TABLE.write_text("\n\n".join(map(write_entry, read_table())) + "\n", encoding="utf-8")
ENTRIES = read_table()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.expression} by {entry.wrt}")
class TestTable:
    def test_printed(self, entry: Entry) -> None:
        d = entry.derivative
        assert {name: d.written(name) for name in NOTATIONS} == entry.printed

    def test_reads_back(self, entry: Entry) -> None:
        d = entry.derivative
        for notation in ("text", "unicode"):
            again = mc.parse(entry.printed[notation], d.variables)
            assert again.shape == d.shape
            assert again == d.expr, f"{entry.printed[notation]} is read as {again}"

    def test_is_right(self, entry: Entry) -> None:
        assert entry.derivative.check(seed=3).passed

    def test_what_is_typeset_is_balanced(self, entry: Entry) -> None:
        assert latex_is_balanced(entry.printed["latex"])
        assert typst_is_balanced(entry.printed["typst"])

    def test_text_is_ascii(self, entry: Entry) -> None:
        assert entry.printed["text"].isascii()


def test_table_is_long_enough_and_varied() -> None:
    assert len(ENTRIES) >= 40
    everything = "".join(entry.printed["latex"] for entry in ENTRIES)
    for piece in (
        r"\frac",
        r"\sqrt",
        r"\odot",
        r"\oslash",
        r"^{-\top}",
        r"\circ",
        r"\mathbf",
        r"\text{where}",
    ):
        assert piece in everything


@pytest.mark.parametrize(
    ("text", "balanced"),
    [
        (r"\left(a\right)", True),
        (r"\frac{a}{b}", True),
        (r"\left({a\right)}", False),
        (r"\left(a", False),
        (r"a\right)", False),
        (r"{a}}", False),
        (r"\left\lVert x \right\rVert_{2}", True),
    ],
)
def test_balance(text: str, balanced: bool) -> None:
    assert latex_is_balanced(text) is balanced
