"""Cyrillic letters that look like Latin ones, and are refused."""

from __future__ import annotations

from matcalc.errors import Label, MatcalcError, Span

_LATIN = dict(zip("асеорхуіјѕԁһԛԝАВСЕНІЈКМОРЅТХУԌԚԜ", "aceopxyijsdhqwABCEHIJKMOPSTXYGQW", strict=True))


def refuse_homoglyphs(text: str) -> None:
    """Raise E101 for a Cyrillic letter that cannot be told from a Latin one.

    >>> refuse_homoglyphs("x'*ж*x")
    """
    if text.isascii():
        return
    for i, letter in enumerate(text):
        if letter in _LATIN:
            label = Label(Span(i, i + 1), f"U+{ord(letter):04X}, which looks like {_LATIN[letter]}")
            message = f"the letter {letter} is Cyrillic"
            help_text = f"write the Latin {_LATIN[letter]}"
            raise MatcalcError("E101", message, source=text, labels=[label], help=help_text)
