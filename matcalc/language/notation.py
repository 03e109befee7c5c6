r"""Which notation a text is in: the language itself, as pasted from NumPy, or LaTeX.

A backslash is MATLAB's solution of a linear system, ``A\b``, or begins a command of LaTeX.
"""

from __future__ import annotations

import re

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.reach import settle_reach
from matcalc.language.syntax import Syntax

_AFTER_BACKSLASH = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NUMPY = re.compile(r"(?<![\w.])(?:np|numpy|jnp|scipy)\.(?!T\b)[A-Za-z]")
#: A number in brackets behind a space at the end, and a superscript that is in brackets itself.
_EQUATION_NUMBER = re.compile(r"(?<=[\w)\]}'′²³ᵀ|‖])\s+(\(\d+[a-z]?\))[\s.,]*$")
_RAISED_INDEX = re.compile(r"\^\s*\{\s*[(\[][^{}]*[)\]][^{}]*\}|\^\s*\[")
_NUMPY_OPERATOR = re.compile(r"(?<![.])[*/]")
#: Marks of LaTeX that are no letters; a backslash before a bracket is one if there is its partner.
_SYMBOLS = "|,;:!{}\\&$_%>"
_PARTNERS = {"(": "\\)", "[": "\\]"}
_ENDS_OPERAND = ")]}'’′|‖∥ᵀᵗ"


def is_latex(text: str) -> bool:
    r"""Return whether a text is LaTeX: some backslash begins a command.

    >>> is_latex(r"x^\top x"), is_latex(r"A\b"), is_latex("x'*x")
    (True, False, False)
    """
    places = list(_AFTER_BACKSLASH.finditer(text))
    return any(map(_is_command, places)) or not all(_follows_operand(place) for place in places)


def is_numpy(text: str) -> bool:
    """Return whether a text has names of NumPy, such as ``np.log``: then ``*`` works entry by entry."""
    return _NUMPY.search(text) is not None


def notation_notes(text: str, root: Syntax, latex: bool) -> tuple[str, ...]:
    """Return what has to be said of how a text is read. Raises E102 for what may mean two things."""
    notes = list(settle_reach(text, root, latex=latex))
    if not latex:
        _refuse_marks(text)
    if latex:
        places = list(_AFTER_BACKSLASH.finditer(text))
        if places and all(map(_may_be_a_quotient, places)):
            command = places[0][1]
            notes.append(
                f"read as LaTeX, where \\{command} is a function; as text it would be a linear system"
            )
        return tuple(notes)
    if "\\" in text:
        notes.append("A\\b is read as inv(A)*b, the solution of a linear system; least squares are pinv(A)*b")
    if is_numpy(text) and _NUMPY_OPERATOR.search(text):
        notes.append("read as NumPy: *, / and ** work entry by entry, @ is the matrix product")
    return tuple(notes)


def _refuse_marks(text: str) -> None:
    """Raise E102 or E506 for the number of an equation at the end, and for indices raised in brackets."""
    if number := _EQUATION_NUMBER.search(text):
        label, message = (
            Label(Span(*number.span(1)), "a factor?"),
            f"{number[1]} may be the number of an equation",
        )
        raise MatcalcError("E102", message, labels=[label], help="leave it out, or write * for a product")
    if index := _RAISED_INDEX.search(text):
        label, message = Label(Span(*index.span()), "an index?"), "a superscript in brackets may be an index"
        raise MatcalcError("E506", message, labels=[label], help="write an index below, as in x_1")


def _is_command(place: re.Match[str]) -> bool:
    # Imported here, so that text without a backslash does not wait for what only LaTeX needs.
    from matcalc.language.latex_names import COMMANDS

    word = place[1]
    if word in _PARTNERS:
        return _PARTNERS[word] in place.string
    return word in COMMANDS or word in _SYMBOLS or (word.isalpha() and len(word) > 1)


def _follows_operand(place: re.Match[str]) -> bool:
    before = place.string[: place.start()].rstrip()
    return bool(before) and (before[-1].isalnum() or before[-1] in _ENDS_OPERAND)


def _may_be_a_quotient(place: re.Match[str]) -> bool:
    """Return whether text too could have the command here: a function with its bracket, after an operand."""
    called = place.string.startswith("(", place.end())
    return called and place[1] in BY_CALL and _follows_operand(place)
