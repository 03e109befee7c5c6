r"""Pieces of LaTeX: names with accents, factors side by side, and brackets that are not needed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from matcalc.language import LETTERS

#: Marks above a letter, which are the first parts of its subscript in the language: ``x_hat``.
ACCENTS = frozenset(("hat", "bar", "tilde", "dot", "ddot", "check", "breve", "acute", "grave"))
#: Functions that are commonly written without brackets around a single name.
_LOOSE = ("log\\det", "det", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")

_NAME = (
    r"(?:[A-Za-z]|\\[A-Za-z]+|\\(?:mathrm|hat|bar|tilde|dot|ddot)\{[^{}\\]*\})(?:_\{(?:[^{}]|\{[^{}]*\})*\})?"
)
#: What may follow such a function: the end of a term or of what it is in.
_END = r"(?= [+-] |\}|\\right|,? \\quad|, | & | \\\\|$)"
_CALLS = re.compile(rf"(?<![A-Za-z])\\({'|'.join(map(re.escape, _LOOSE))})\\left\(({_NAME})\\right\){_END}")
#: A name of several letters, or of a differential, at the end.
_WORD_AT_END = re.compile(
    r"\\mathrm\{(?:[^{}]{2,}\}|d\}(?:[A-Za-z]|\\[a-zA-Z]+(?:\{[^{}]*\})?))(?:_\{(?:[^{}]|\{[^{}]*\})*\})?$"
)
_ANY_WORD = "\\mathrm{"
#: What words do not have as it stands.
_SPECIAL = re.compile(r"[\\{}$&#%_^~]|[^\W\d_a-zA-Z]")
_BRACKETS = re.compile(r"\\left\(|\\right\)")


#: Accents that formulas have, by the combining character.
_ABOVE = {
    "\u0300": "grave", "\u0301": "acute", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar",
    "\u0306": "breve", "\u0307": "dot", "\u0308": "ddot", "\u030a": "mathring", "\u030c": "check",
    "\u20d7": "vec",
}  # fmt: skip
#: Letters that have a command, and those that text has, with accents that formulas lack.
_COMMANDS = {"ı": r"\imath", "ȷ": r"\jmath", "ħ": r"\hbar", "א": r"\aleph"}
_IN_TEXT = frozenset("ßæÆœŒøØłŁçÇőŐűŰşŞţŢ")
#: Words below the line that are functions.
_LIMITS = frozenset(("max", "min"))


def latex_name(name: str) -> str:
    r"""Return a name with Greek letters as commands, accents, and subscripts lowered.

    That of a differential has an upright d, words are upright, and letters that LaTeX lacks are numbers.

    >>> latex_name("x_hat_1"), latex_name("lam"), latex_name("dX"), latex_name("lambda_max")
    ('\\hat{x}_{1}', '\\mathrm{lam}', '\\mathrm{d}X', '\\lambda_{\\max}')
    >>> latex_name("ŷ"), latex_name("größe"), latex_name("x_ij"), latex_name("x_test"), latex_name("ж")
    ('\\hat{y}', '\\mathrm{gr\\ddot{o}\\text{ß}e}', 'x_{ij}', 'x_{\\mathrm{test}}', '\\mathrm{u0436}')
    """
    if name[0] == "d" and name[1:2].isalpha() and _letter(_parts(name[1:])[0]):
        return r"\mathrm{d}" + latex_name(name[1:])
    stem, digits, *subscripts = _parts(name)
    text = _letter(stem)
    accents: list[str] = []
    while text and not digits and subscripts and subscripts[0] in ACCENTS:
        accents.append(subscripts.pop(0))
    text = text or _word(stem)
    for accent in reversed(accents):
        text = rf"\{accent}{{{text}}}"
    lowered = ",".join(_lowered(part) for part in (digits, *subscripts) if part)
    return f"{text}_{{{lowered}}}" if lowered else text


def latex_word(name: str) -> str:
    r"""Return a name as one upright word, with its underscores.

    >>> latex_word("x_0")
    '\\mathrm{x\\_0}'
    """
    return _word(name).replace("_", r"\_")


def latex_prose(text: str) -> str:
    r"""Return words outside of formulas, with the letters that LaTeX has.

    >>> latex_prose("100% of é_ж")
    '100\\% of é\\_$\\mathrm{u0436}$'
    """
    return _SPECIAL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    """Return how LaTeX writes a character that means something in its text, or that it lacks."""
    char = found[0]
    if char.isalpha():
        symbol = _symbol(char)
        return f"${symbol}$" if "mathrm" in symbol else char
    words = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    return words.get(char, "\\" + char)


def _parts(name: str) -> tuple[str, ...]:
    """Return the letter or word, the digits after it, and the parts of the subscript."""
    word, *subscripts = name.split("_")
    stem = word.rstrip("0123456789") or word
    return stem, word[len(stem) :], *subscripts


def _letter(stem: str) -> str:
    """Return a single letter, or the command for a Greek one; empty for a word."""
    if stem in LETTERS or stem == "Upsilon":
        return "\\" + stem
    return _symbol(stem) if len(stem) == 1 else ""


def _word(word: str) -> str:
    return rf"\mathrm{{{''.join(map(_symbol, word))}}}"


def _lowered(part: str) -> str:
    r"""Return a part of a subscript: words are upright, indices such as ``ijk`` are not."""
    if part in _LIMITS:
        return "\\" + part
    if part.isascii() and (len(part) < 3 or not part.isalpha() or _are_indices(part)):
        return part
    return _word(part) if len(part) > 1 else _symbol(part)


def _are_indices(part: str) -> bool:
    return all(ord(after) - ord(before) == 1 for before, after in pairwise(part))


def _symbol(char: str) -> str:
    """Return what plain LaTeX writes for a character of a name, the number of one that it lacks."""
    if char.isascii():
        return char
    if char in _IN_TEXT:
        return rf"\text{{{char}}}"
    base, *marks = list(unicodedata.normalize("NFD", char))
    text = _COMMANDS.get(base, base if base.isascii() else "")
    text = text or next(("\\" + name for name, letter in LETTERS.items() if letter == base), "")
    if not text or not all(mark in _ABOVE for mark in marks):
        return rf"\mathrm{{u{ord(char):04x}}}"
    for mark in marks:
        text = rf"\{_ABOVE[mark]}{{{text}}}"
    return text


def side_by_side(factors: Sequence[str]) -> str:
    r"""Return a product, in which names of several letters do not run together with their neighbours.

    >>> side_by_side(["\\mathrm{lam}", "w"]), side_by_side(["A", "w"])
    ('\\mathrm{lam} \\, w', 'A w')
    """
    text = factors[0] if factors else ""
    for factor in factors[1:]:
        apart = _WORD_AT_END.search(text) or factor.startswith(_ANY_WORD)
        text += (r" \, " if apart else " ") + factor
    return text


def without_brackets(text: str) -> str:
    r"""Return what is inside, if the text is one pair of brackets.

    >>> without_brackets("\\left(a + b\\right)"), without_brackets("\\left(a\\right) \\left(b\\right)")
    ('a + b', '\\left(a\\right) \\left(b\\right)')
    """
    if not (text.startswith(r"\left(") and text.endswith(r"\right)")):
        return text
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += 1 if found[0] == r"\left(" else -1
        if depth == 0 and found.end() < len(text):
            return text
    return without_brackets(text[len(r"\left(") : -len(r"\right)")])


def without_call_brackets(text: str) -> str:
    r"""Return a formula with ``\det X`` for ``\det\left(X\right)`` where it is clear how far that reaches.

    >>> without_call_brackets("2 \\det\\left(X\\right)"), without_call_brackets("\\det\\left(X\\right) A")
    ('2 \\det X', '\\det\\left(X\\right) A')
    """
    return _CALLS.sub(r"\\\1 \2", text)
