"""Finding the grammar, and its parser tables, which are cached on disk."""

from __future__ import annotations

import hashlib
import io
import marshal
import os
import pickle
import sys
import tempfile
from functools import cache
from typing import Any

import lark
from lark import Lark

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_FOLDERS = (os.path.join(_PACKAGE, "grammar"), os.path.join(_PACKAGE, "..", "..", "grammar"))


@cache
def grammar_text(name: str) -> str:
    """Return the text of ``grammar/<name>.lark``, from the wheel or from the checkout."""
    for folder in _FOLDERS:
        path = os.path.join(folder, f"{name}.lark")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return file.read()
    raise FileNotFoundError(f"the grammar {name}.lark is missing from this installation of matcalc")


def cache_folder() -> str:
    """Return the folder for cached tables: ``$MATCALC_CACHE``, or the user's cache directory."""
    if chosen := os.environ.get("MATCALC_CACHE"):
        return chosen
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "matcalc")


@cache
def load_parser(builder: type[Any], tokens: Any, name: str = "expression") -> Lark:
    """Return the parser of a grammar, with ``builder`` called for each rule as it is reduced.

    The tables come from the cache if it has them unharmed, and go there if it can be written.
    """
    text = grammar_text(name)
    version = f"{lark.__version__} {sys.implementation.cache_tag} {tokens.always_accept}"
    digest = hashlib.sha256((version + text).encode()).hexdigest()[:16]
    path = os.path.join(cache_folder(), f"{name}-{digest}.tables")
    options: dict[str, Any] = {"transformer": builder(), "postlex": tokens}
    tables = _read_tables(path)
    if tables is not None:
        # The method behind Lark.load, which alone does not take a transformer.
        loaded: Lark = Lark._load_from_dict(tables["data"], tables["memo"], **options)  # type: ignore[no-untyped-call]  # lark has no types for it
        return loaded
    parser = Lark(text, parser="lalr", lexer="basic", keep_all_tokens=True, **options)
    _write_tables(path, parser)
    return parser


def _read_tables(path: str) -> dict[str, Any] | None:
    """Return the cached tables, or ``None`` if there are none or their checksum is wrong."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return None
    checksum, tables = content[:32], content[32:]
    if hashlib.sha256(tables).digest() != checksum:
        return None
    found: dict[str, Any] = marshal.loads(tables)
    return found


def _write_tables(path: str, parser: Lark) -> None:
    """Write the tables in one step, so that nobody ever reads half a file; give up quietly."""
    buffer = io.BytesIO()
    parser.save(buffer, ("transformer", "postlex"))
    tables = marshal.dumps(pickle.loads(buffer.getvalue()))
    try:
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(hashlib.sha256(tables).digest() + tables)
        os.replace(file.name, path)
    except OSError:
        return
