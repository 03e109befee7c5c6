"""The parsers of the grammars, from tables that are part of the package."""

from __future__ import annotations

import os
from functools import cache
from types import ModuleType
from typing import Any
from zlib import crc32

import lark
from lark import Lark

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_FOLDERS = (os.path.join(_PACKAGE, "grammar"), os.path.join(_PACKAGE, "..", "..", "grammar"))
#: What the tables do not keep: it is given anew to each parser.
NOT_KEPT = ("transformer", "postlex")


@cache
def grammar_text(name: str) -> str:
    """Return the text of ``grammar/<name>.lark``, from the wheel or from the checkout."""
    for folder in _FOLDERS:
        path = os.path.join(folder, f"{name}.lark")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return file.read()
    raise FileNotFoundError(f"the grammar {name}.lark is missing from this installation of matcalc")


def made_from(name: str, tokens: Any) -> str:
    """Return what the tables of a grammar depend on, in a few words: lark and the text."""
    return f"lark {lark.__version__}, {crc32((grammar_text(name) + repr(tokens.always_accept)).encode()):08x}"


@cache
def load_parser(builder: type[Any], tokens: Any, tables: ModuleType) -> Lark:
    """Return the parser of a grammar, with ``builder`` called for each rule as it is reduced.

    ``tables`` are those of the grammar. If they were made from another text or for another lark, they
    are made anew, which takes a tenth of a second.
    """
    options: dict[str, Any] = {"transformer": builder(), "postlex": tokens}
    if made_from(tables.GRAMMAR, tokens) != tables.MADE_FROM:
        text = grammar_text(tables.GRAMMAR)
        return Lark(text, parser="lalr", lexer="basic", keep_all_tokens=True, **options)
    # The method behind Lark.load, which alone does not take a transformer.
    loaded: Lark = Lark._load_from_dict(tables.DATA, tables.MEMO, **options)  # type: ignore[no-untyped-call]  # lark has no types for it
    return loaded
