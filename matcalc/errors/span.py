"""Places in a source text, and what is said about them."""

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a source text, from ``start`` up to but not including ``end``, counted in characters.

    >>> span = Span(2, 4)
    >>> "W'*W"[span.start : span.end]
    '*W'
    """

    start: int
    end: int


class Label(NamedTuple):
    """A span with the text that hangs from it; primary labels are underlined ``^``, the others ``-``.

    >>> Label(Span(5, 6), "y is m×1")
    Label(span=Span(start=5, end=6), text='y is m×1', primary=True)
    """

    span: Span
    text: str
    primary: bool = True
