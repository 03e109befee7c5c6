"""The parser tables that are part of the package are those of the grammars."""

from __future__ import annotations

import lark
import pytest

from matcalc.language import syntax
from matcalc.language.latex import read_latex
from matcalc.language.reader import read
from matcalc.language.syntax import Syntax
from tests.language.tables import PASSES, path_of, written

READ = {"expression": read, "latex": lambda text: read_latex(text)[0]}
TEXT = {"expression": "||A x - b||^2/2 + tr(W^T W) where A = B'*B", "latex": r"\frac12 \|A x - b\|^2"}


@pytest.mark.parametrize("name", PASSES)
def test_tables_are_those_of_the_grammar(name: str) -> None:
    assert path_of(name).read_text("utf-8") == written(name), "run: python -m tests.language.tables"


@pytest.mark.parametrize("name", PASSES)
def test_tables_for_another_lark_are_made_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(node: Syntax) -> tuple[object, ...]:
        return (repr(node), node.span, *map(shown, node.args))

    before = shown(READ[name](TEXT[name]))
    monkeypatch.setattr(lark, "__version__", "0")
    monkeypatch.setattr(lark.Lark, "_load_from_dict", None)
    syntax.load_parser.cache_clear()
    try:
        assert shown(READ[name](TEXT[name])) == before
    finally:
        syntax.load_parser.cache_clear()
