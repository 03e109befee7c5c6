"""Whether a text is LaTeX or code for NumPy, and names that look like several side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.names import GREEK, plain_name
from matcalc.language.reach import settle_reach
from matcalc.language.syntax import Syntax

_AFTER_BACKSLASH = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NUMPY = re.compile(r"(?<![\w.])(?:np|numpy|jnp|scipy)\.(?!T\b)[A-Za-z]")
#: A number in brackets after a space at the end, and a superscript that is in brackets itself.
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


#: Longer names are words.
LONGEST = 4
#: Letters in front that say what the rest is, as in ``Δt`` and ``dX``.
_PREFIXES = "Δδ∂"
_DIFFERENTIAL = "d"
_TRANSPOSE = "T"
#: Letters that are variables where they stand after the name of a function.
_ARGUMENTS = frozenset("uvwxyz")
#: The names in one with a letter after an index of digits, as in ``A1x`` and ``x_1y_2``.
_BEHIND_INDEX = re.compile(r"(?<![^\W\d_])[^\W\d_]+_?\d+(?=[^\W\d_])|(?<=\d)[^\W\d_]+(?:_?\d+)?$")
#: What may stand around a name.
_BRACKETS = "(){}[] "
#: Names with letters or digits below the line, as in ``aᵢxᵢ``.
_LETTER, _BELOW = r"[^\W\d_₀-₉ᵢ-ᵪₐ-ₜⱼ]", "[₀-₉ᵢ-ᵪₐ-ₜⱼ]"
_INDEXED = re.compile(f"(?<!{_LETTER}){_LETTER}+{_BELOW}+|(?<={_BELOW}){_LETTER}+")
#: Functions that are recognised in front of a letter, the longest first.
_FUNCTIONS = sorted((name for name in BY_CALL if len(name) > 1 and name.isalpha()), key=len, reverse=True)


def refuse_names_side_by_side(
    text: str, undeclared: Mapping[str, Syntax], names: Collection[str], wrt: Collection[str]
) -> None:
    """Raise E102 for an undeclared name that may be a product of names of one letter, or a function of one.

    That is one with a Greek letter and others, capital letters, a capital and a small one, two of ``u`` to
    ``z`` or two after a number, and a short one with a letter that is a name elsewhere. ``names`` are all
    names, ``wrt`` those of differentiation, which are names for sure. In code for NumPy names have several
    letters and products a sign.
    """
    if is_numpy(text):
        return
    for name, node in undeclared.items():
        raw = text[node.start : node.end].strip(_BRACKETS)
        if name in wrt or len(raw) == 1 or plain_name(raw) in GREEK:
            continue
        if raw[0] == _TRANSPOSE and text[: node.start].endswith("^"):
            help_text = f"write ^{_TRANSPOSE}*{raw[1:]} for a transpose and a factor, or declare {name}"
            label, message = Label(node.span, "which?"), f"^{raw} may be a transpose or a power"
            raise MatcalcError("E102", message, labels=[label], help=help_text)
        indexed = _INDEXED.findall(raw)
        parts = indexed if len(indexed) > 1 else _BEHIND_INDEX.findall(plain_name(raw))
        if parts:
            raise _may_be_several(node, f"{raw} may be one name or a product", "*".join(parts), name)
        if indexed or not raw.isalpha():
            continue
        after_number = text[node.start - 1 : node.start].isdigit() and len(raw) == 2
        call, product = _as_call(raw, names), _as_product(raw, names, after_number=after_number)
        if call or product:
            message = f"{raw} may be one name or {'a function of another' if call else 'a product'}"
            raise _may_be_several(node, message, call or product, name)


def _may_be_several(node: Syntax, message: str, written: str, name: str) -> MatcalcError:
    help_text = f"write {written}, or declare {name}"
    return MatcalcError("E102", message, labels=[Label(node.span, "which?")], help=help_text)


def _as_call(raw: str, names: Collection[str]) -> str:
    """Return ``log(x)`` for ``logx``, nothing for a name that is no function before a variable."""
    for function in _FUNCTIONS:
        rest = raw.removeprefix(function)
        if rest and rest != raw:
            letter = len(rest) == 1 and (rest in _ARGUMENTS or rest.isupper() or not rest.isascii())
            if letter or rest in names or (rest.isupper() and len(rest) < LONGEST):
                return f"{function}({'*'.join(rest) if rest.isupper() else rest})"
    return ""


def _as_product(raw: str, names: Collection[str], *, after_number: bool) -> str:
    """Return ``A*x`` for ``Ax`` and ``x'*A*x`` for ``xTAx``, nothing for a name that is no product."""
    if raw[0] in _PREFIXES:
        return ""
    if any(plain_name(letter) in GREEK for letter in raw if not letter.isascii()):
        return "*".join(raw)
    # Words, such as Cov and lam, have small letters side by side.
    word = any(one.islower() and other.islower() for one, other in pairwise(raw))
    if len(raw) == 2:
        letters = _ARGUMENTS.issuperset(raw) or (after_number and raw[0] != _DIFFERENTIAL)
        capital = raw[0].isupper() or (raw[1].isupper() and raw[0] != _DIFFERENTIAL)
        sides = capital or raw[0] == raw[1] or any(letter in names for letter in raw)
        return "*".join(raw) if letters or sides else ""
    middle = raw[1:-1].find("T") + 1
    if middle and not word and len(raw) <= LONGEST + 1 and (raw[-1] == raw[0] or raw[-1].islower()):
        return "*".join(raw[:middle]) + "'*" + "*".join(raw[middle + 1 :])
    capital = any(letter.isupper() for letter in raw[1:]) and raw[0] != _DIFFERENTIAL
    known = any(letter in names for letter in raw)
    return "*".join(raw) if len(raw) <= LONGEST and not word and (capital or known) else ""
