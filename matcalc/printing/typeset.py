"""What notations that are typeset have in common: letters, accents and subscripts of names, and fractions."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, Self

from matcalc.expression import Dim
from matcalc.functions import FUNCTIONS, Fixity, Function, Precedence
from matcalc.language import LETTERS
from matcalc.printing.styles import ATOM, Printed, Text

#: Marks above a letter, which are the first parts of its subscript in the language: ``x_hat``.
ACCENTS = frozenset(("hat", "bar", "tilde", "dot", "ddot", "check", "breve", "acute", "grave"))
#: Accents that formulas have, by the combining character.
ABOVE = {
    "\u0300": "grave", "\u0301": "acute", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar",
    "\u0306": "breve", "\u0307": "dot", "\u0308": "ddot", "\u030a": "mathring", "\u030c": "check",
    "\u20d7": "vec",
}  # fmt: skip
#: Words below the line that are functions.
_LIMITS = frozenset(("max", "min"))
#: Functions that LaTeX and Typst set upright by themselves.
OPERATORS = _LIMITS.union(entry.written.name for entry in FUNCTIONS if entry.written.operator)


class Typeset(Text, ABC):
    """A notation that is typeset.

    ``differential_sign`` is an upright d, ``times_sign`` a cross between sizes, ``of_function`` what stands
    between a function and one of its value, ``quad`` a wide space. ``letters`` are those that have commands
    beside the Greek ones.
    """

    times = " "
    fractions = True
    typeset = True
    differential_sign: ClassVar[str]
    times_sign: ClassVar[str]
    of_function: ClassVar[str]
    quad: ClassVar[str]
    letters: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self, spelled_out: frozenset[str] = frozenset(), short: Mapping[str, str] = MappingProxyType({})
    ):
        self._spelled_out = spelled_out
        self._short = short

    def abbreviating(self, short: Mapping[str, str]) -> Self:
        """Return the style that writes other names for some."""
        return type(self)(self._spelled_out, short)

    def telling_apart(self, names: Iterable[str]) -> Self:
        """Return the style that spells names out which else look the same: ``x0`` and ``x_0``."""
        names = set(names)
        written = Counter(self.name(name) for name in names)
        same = frozenset(name for name in names if written[self.name(name)] > 1)
        return type(self)(self._spelled_out | same, self._short) if same else self

    # Names

    @abstractmethod
    def command(self, word: str) -> str:
        """Return how a Greek letter, a function or a symbol is called."""

    @abstractmethod
    def word(self, word: str) -> str:
        """Return a word, upright."""

    @abstractmethod
    def function_word(self, word: str) -> str:
        """Return a word that is a function, upright."""

    @abstractmethod
    def foreign(self, char: str) -> str:
        """Return a letter that is neither Latin nor Greek."""

    @abstractmethod
    def accented(self, accent: str, text: str) -> str:
        """Return a letter with a mark above it."""

    @abstractmethod
    def lowered(self, text: str, *subscripts: str) -> str:
        """Return a text with subscripts."""

    def name(self, name: str) -> str:
        """Return the name with Greek letters, accents, and subscripts lowered.

        That of a differential has an upright d, and words are upright.
        """
        name = self._short.get(name, name)
        if name in self._spelled_out or not all(name.split("_")):
            return self.word(name)
        return self._symbol(name)

    def _symbol(self, name: str) -> str:
        if name[0] == "d" and name[1:2].isalpha() and self._letter(_parts(name[1:])[0]):
            return self.differential_sign + self._symbol(name[1:])
        stem, digits, *subscripts = _parts(name)
        text = self._letter(stem)
        accents: list[str] = []
        while text and not digits and subscripts and subscripts[0] in ACCENTS:
            accents.append(subscripts.pop(0))
        text = text or self.word(stem)
        for accent in reversed(accents):
            text = self.accented(accent, text)
        subscripts = [self._subscript(part) for part in (digits, *subscripts) if part]
        return self.lowered(text, *subscripts) if subscripts else text

    def _letter(self, stem: str) -> str:
        """Return a single letter, or a Greek one by its name; empty for a word."""
        if stem in LETTERS or stem == "Upsilon":
            return self.command(stem)
        return self.character(stem) if len(stem) == 1 else ""

    def character(self, char: str) -> str:
        """Return a character of a name: a letter with accents."""
        if char.isascii():
            return char
        base, *marks = list(unicodedata.normalize("NFD", char))
        greek = next((name for name, letter in LETTERS.items() if letter == base), "")
        text = base if base.isascii() else self.letters.get(base) or (greek and self.command(greek))
        if not text or not all(mark in ABOVE for mark in marks):
            return self.foreign(char)
        for mark in marks:
            text = self.accented(ABOVE[mark], text)
        return text

    def _subscript(self, part: str) -> str:
        """Return a part of a subscript: words are upright, indices such as ``ijk`` are not."""
        if part in _LIMITS:
            return self.command(part)
        if part.isascii() and (len(part) < 3 or not part.isalpha() or _are_indices(part)):
            return self.indices(part)
        return self.word(part) if len(part) > 1 else self.character(part)

    def indices(self, part: str) -> str:
        """Return indices in one word."""
        return part

    def dim(self, dim: Dim) -> str:
        """Return a dimension."""
        return self.product(re.sub(r"[^\W\d]\w*", lambda name: self.name(name[0]), str(dim)).split("*"))

    # Operations

    @abstractmethod
    def unbracketed(self, text: str) -> str:
        """Return what is inside, if the text is one pair of brackets."""

    def identity(self, dim: Dim | None) -> str:
        """Return the identity matrix."""
        return "I" if dim is None else self.lowered("I", self.dim(dim))

    def exponent(self, text: str, level: Precedence) -> str:
        """Return an exponent, which stands above the line and needs no brackets."""
        return self.unbracketed(text)

    def call(self, entry: Function, args: Sequence[str]) -> Printed:
        """Return a function of arguments, by its name in mathematics."""
        listed = ", ".join(map(self.unbracketed, args))
        if entry.short:
            return Printed(self.lowered(self.function_word(entry.short), listed), ATOM)
        if entry.named:
            return Printed(self.derivative(entry.named) + self.bracket(listed), ATOM)
        written = entry.written
        called = written.fixity is Fixity.CALL and written.name
        return Printed(
            self.function(called or entry.name) + self.bracket(listed), written.precedence if called else ATOM
        )

    def function(self, name: str) -> str:
        """Return the name of a function, ``log det`` or ``lambda_max``, with what is below it."""
        words = []
        for word in name.split():
            stem, *below = word.split("_")
            text = self.command(stem) if stem in OPERATORS else self._letter(stem) or self.function_word(stem)
            below = [self.command(part) if part in OPERATORS else self.word(part) for part in below]
            words.append(self.lowered(text, *below) if below else text)
        return self.of_function.join(words)

    def partial(self, value: str, wrt: str) -> str:
        """Return the derivative of a value with respect to something."""
        sign = self.command("partial")
        return self.fraction(f"{sign} {value}", f"{sign} {wrt}")

    def differential(self, value: str) -> str:
        """Return the differential of a value, with an upright d."""
        return self.differential_sign + self.bracket(value)

    def where(self, value: str, definitions: list[tuple[str, str]]) -> str:
        """Return a value with the definitions of the names in it."""
        if not definitions:
            return value
        listed = f", {self.quad} ".join(f"{name} = {text}" for name, text in definitions)
        return f"{value} {self.quad} {self.words('where')} {self.quad} {listed}"

    def size(self, axes: Sequence[Dim]) -> str:
        """Return sizes with crosses between them."""
        return self.times_sign.join(map(self.dim, axes))


def _parts(name: str) -> tuple[str, ...]:
    """Return the letter or word, the digits after it, and the parts of the subscript."""
    word, *subscripts = name.split("_")
    stem = word.rstrip("0123456789") or word
    return stem, word[len(stem) :], *subscripts


def _are_indices(part: str) -> bool:
    return all(ord(after) - ord(before) == 1 for before, after in pairwise(part))
