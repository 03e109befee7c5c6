"""The parsers of the grammars, from tables that are part of the package."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any
from zlib import crc32

import lark
from lark import Lark

#: What the tables do not keep: it is given anew to each parser.
NOT_KEPT = ("transformer", "postlex")


def made_from(text: str, tokens: Any) -> str:
    """Return what the tables of a grammar depend on, in few words: lark, text, pass over tokens."""
    return f"lark {lark.__version__}, {crc32((text + repr(tokens.always_accept)).encode()):08x}"


@cache
def load_parser(builder: type[Any], tokens: Any, tables: ModuleType) -> Lark:
    """Return the parser of a grammar, with ``builder`` called for each rule as it is reduced.

    ``tables`` are those of the grammar. If they were made for another lark, they are made anew from its
    text, which takes a tenth of a second.
    """
    options: dict[str, Any] = {"transformer": builder(), "postlex": tokens}
    if made_from(tables.GRAMMAR, tokens) != tables.MADE_FROM:
        return Lark(tables.GRAMMAR, parser="lalr", lexer="basic", keep_all_tokens=True, **options)
    # The method behind Lark.load, which alone does not take a transformer.
    loaded: Lark = Lark._load_from_dict(tables.DATA, tables.MEMO, **options)  # type: ignore[no-untyped-call]  # lark has no types for it
    return loaded
