"""The size of a printed form: its names, numbers and operators, a transpose being one.

Brackets, commas, semicolons, ``where``, ``=`` and names left of ``=`` do not count; what they stand for does.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\s+|[^\W\d]\w*|\d+(?:\.\d+)?|\.[*/^]|[-+*/^'=(),;\[\]]")
_FREE = frozenset("(),=;[]")


def printed_size(text: str) -> int:
    """Return the size of a form in plain text."""
    tokens = [token for token in _tokens(text) if not token.isspace()]
    size = 0
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        size += token not in _FREE and token != "where" and following != "="
    return size


def _tokens(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    assert "".join(found) == text, f"cannot measure {text!r}"
    return found
