r"""Signs that ask for a derivative, as ``\frac{d}{dX}``: they are no factors, and are refused.

The variable of differentiation is named outside of the expression. Letters that are declared, or are
that variable, are variables all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from matcalc.errors import MatcalcError
from matcalc.functions.table import IN_FRONT
from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import LatexLine, letter_of_token
from matcalc.language.syntax import fault
from matcalc.language.tokens import is_adjacent

_FRACTIONS = frozenset(("frac", "dfrac", "tfrac"))
#: Letters of differentials, by how they are written.
_LETTERS = {
    "d": "d", "D": "D", "δ": "delta", "Δ": "Delta",
    "\\delta": "delta", "\\Delta": "Delta", "\\partial": "d",
}  # fmt: skip
_OPERATORS = frozenset(("partial", "nabla"))
_UPRIGHT = frozenset(("operatorname", "mathrm", "text", "textrm", "mathsf", "mbox"))
#: What functions begin with that are written without a backslash.
_WORDS_IN_D = tuple(name[:3] for name in IN_FRONT if name.startswith("d"))
#: How far before a slash the numerator of a derivative may begin.
_REACH = 200


def refuse_derivatives(line: LatexLine) -> None:
    r"""Raise E506 for the sign of a derivative, E102 for a ``dX`` that may be one or a product."""
    _refuse_differences(line)
    candidates: list[int] = []
    letters = 0
    for i in line.places():
        for rule in _RULES:
            if (error := rule(line, i)) is not None:
                raise error
        token = line.tokens[i]
        if token == "d" and "d" not in line.given:
            if _is_candidate(line, i):
                candidates.append(i)
            else:
                letters += 1
        elif token == "c" and _is_candidate(line, i):
            letters += 1  # d is the next of several factors: c A + d B
    if candidates and not letters and "\\int" not in line.counts:
        first = candidates[0]
        following = line.source(first + 1, line.argument_end(first + 1), "X")
        help_text = f"write d \\cdot {following} for the product"
        message = "this may be a differential or a product"
        place = (line.tokens[first], line.tokens[first + 1])
        raise fault("E102", message, place, "which?", help_text)


def _refuse_differences(line: LatexLine) -> None:
    r"""Raise E102 for ``\Delta x`` that occurs twice, where ``\Delta`` stands before nothing else."""
    places: dict[str, list[int]] = {}
    for i in line.places():
        if _letter_at(line, i) not in ("Delta", "delta") or _letter_at(line, i) in line.given:
            continue
        command = line.command_at(i + 1)
        if not (_letter_at(line, i + 1) or command in tex.STYLES or command in tex.ACCENTS):
            return
        places.setdefault(line.source(i, line.argument_end(i + 1), ""), []).append(i)
    for written, [first, *others] in places.items():
        if others:
            end = line.argument_end(first + 1)
            letters = [_letter_at(line, i) for i in range(first, end)]
            message = f"{written} may be a difference or a product"
            help_text = f"write \\mathrm{{{''.join(letters)}}} for the difference"
            help_text += (
                f", {line.tokens[first]} \\cdot {letters[-1] or line.tokens[end - 2]} for the product"
            )
            raise fault("E102", message, (line.tokens[first], line.tokens[end - 1]), "which?", help_text)


def _derivative(line: LatexLine, start: int, end: int, help_text: str) -> MatcalcError:
    """Return the error for the sign of a derivative from ``start`` to ``end``."""
    message = "the sign of a derivative is no part of the expression"
    place = line.tokens[start], line.tokens[end - 1]
    return fault("E506", message, place, "asks for a derivative", help_text)


def _symbol(line: LatexLine, i: int) -> tuple[str, int]:
    """Return the letter of a differential that stands at ``i``, and where it ends; none if it is a name."""
    end = i + 1
    if line.command_at(i) in tex.WORDS or line.command_at(i) in tex.STYLES:
        i, end = i + 1, i + 2
        if line.type_at(i) == "LBRACE" and line.closing[i] == i + 2:
            i, end = i + 1, i + 3
    letter = _LETTERS.get(line.at(i), "")
    return ("", i) if not letter or (letter in line.given and line.at(i) != "\\partial") else (letter, end)


def _fraction(line: LatexLine, i: int) -> MatcalcError | None:
    r"""Return the error for ``\frac{d}{dX}`` and ``\frac{df}{dX}``."""
    if line.command_at(i) not in _FRACTIONS:
        return None
    middle = line.argument_end(i + 1)
    end = line.argument_end(middle)
    top, top_end = line.without_braces(i + 1, middle)
    low, low_end = line.without_braces(middle, end)
    letter, after = _symbol(line, top)
    below, variable = _symbol(line, low)
    if not letter or letter != below or variable >= low_end or not line.starts_operand(variable):
        return None
    if after < top_end and line.type_at(after) == "CARET" and _is_order(line, after + 1):
        after = line.argument_end(after + 1)
    if after < top_end and not line.starts_operand(after):
        return None
    variable_name = _variable(line, variable)
    if after >= top_end:
        what = f"leave {line.source(i, end, 'it')} out, and"
    elif top_end - after == 1:
        what = f"write what {line.tokens[after]} is, and"
    else:
        function = line.source(*line.without_braces(after, top_end), "the function")
        what = f"write {function} alone, and"
    return _derivative(line, i, end, f"{what} differentiate with respect to {variable_name}")


def _variable(line: LatexLine, i: int) -> str:
    """Return the LaTeX of the name at ``i`` with its subscript."""
    end = line.argument_end(i)
    i, last = line.without_braces(i, end)
    if last == end and line.at(end) == "_":
        last = line.argument_end(end + 1)
    return line.source(i, last, "the variable")


def _is_order(line: LatexLine, i: int) -> bool:
    start, end = line.without_braces(i, line.argument_end(i))
    return end == start + 1 and line.type_at(start) in ("NUMBER", "LETTER") and line.at(start) != "T"


def _operator(line: LatexLine, i: int) -> MatcalcError | None:
    r"""Return the error for ``\nabla_x`` and ``\partial / \partial x``."""
    if line.command_at(i) not in _OPERATORS:
        return None
    end = i + 1
    subscript = ""
    if line.at(end) == "_":
        end = line.argument_end(end + 1)
        subscript = line.source(*line.without_braces(i + 2, end), "")
    elif [line.at(i), line.at(end), line.at(end + 1)] == ["\\partial", "/", "\\partial"]:
        start, end = end + 2, line.argument_end(end + 2)
        subscript = _variable(line, start)
    what = f"differentiate with respect to {subscript}"
    what = what if subscript else "name the variable of differentiation"
    return _derivative(line, i, end, f"leave {line.source(i, end, 'it')} out, and {what}")


def _quotient(line: LatexLine, i: int) -> MatcalcError | None:
    """Return the error for ``d/dX`` and ``df/dX``."""
    if line.type_at(i) != "OVER":
        return None
    below, variable = _symbol(line, i + 1)
    if not below or not line.starts_operand(variable):
        return None
    for first in range(i - 1, max(i - 1 - _REACH, -1), -1):
        if line.type_at(first) in ("PLUS", "MINUS", "EQUALS", "AMPERSAND"):
            return None
        letter, after = _symbol(line, first)
        if letter == below and (after == i or line.starts_operand(after)):
            what = "it" if after == i else "what stands around the function"
            help_text = f"leave {what} out, and differentiate with respect to {_variable(line, variable)}"
            return _derivative(line, first, line.argument_end(variable), help_text)
    return None


def _upright(line: LatexLine, i: int) -> MatcalcError | None:
    r"""Return the error for ``\mathrm{d} x``."""
    if line.command_at(i) not in _UPRIGHT:
        return None
    letter, end = _symbol(line, i)
    if letter != "d" or not line.starts_operand(line.after_spacing(end)) or _is_given(line, end):
        return None
    message = "an upright d is the sign of a differential"
    help_text = "leave it out: matcalc forms differentials itself"
    return fault("E506", message, (line.tokens[i], line.tokens[end - 1]), "asks for a derivative", help_text)


def _is_given(line: LatexLine, i: int) -> bool:
    r"""Return whether ``\mathrm{d}`` and the letter at ``i`` write a name that was given, such as ``dX``."""
    while line.command_at(i) in tex.ACCENTS or line.type_at(i) == "LBRACE":
        i += 1
    name = _letter_at(line, i)
    return bool(name) and any(other.startswith(f"d{name}") for other in line.given)


def _letter_at(line: LatexLine, i: int) -> str:
    return letter_of_token(line.tokens[i]) if i < len(line) else ""


def _subscripted(line: LatexLine, i: int) -> MatcalcError | None:
    """Return the error for ``D_x`` in front of an operand where ``x`` is a name."""
    if line.at(i) != "D" and line.command_at(i) not in tex.STYLES and line.command_at(i) not in tex.WORDS:
        return None
    letter, end = _symbol(line, i)
    if letter != "D" or line.at(end) != "_" or (i and line.ends_operand(i - 1)):
        return None
    last = line.argument_end(end + 1)
    start, stop = line.without_braces(end + 1, last)
    if stop != start + 1 or not line.starts_operand(line.after_spacing(last)):
        return None
    variable, name = line.tokens[start], _letter_at(line, start)
    if not name or f"D_{name}" in line.given or not (name in line.given or line.counts[variable] > 1):
        return None
    help_text = f"leave it out, and differentiate with respect to {variable}"
    help_text += f"; or declare the variable D_{name}"
    message = f"D_{name} may be the sign of a derivative or a name"
    place = (line.tokens[i], line.tokens[last - 1])
    return fault("E102", message, place, "which?", help_text)


_RULES: tuple[Callable[[LatexLine, int], MatcalcError | None], ...] = (
    _fraction,
    _operator,
    _quotient,
    _upright,
    _subscripted,
)


def _is_candidate(line: LatexLine, i: int) -> bool:
    """Return whether a letter stands right before another, as in ``dX`` and ``d X``, or first of all."""
    if i + 1 >= len(line):
        return False
    token, following = line.tokens[i], line.tokens[i + 1]
    apart = not is_adjacent(token, following)
    if line.type_at(i - 1) == "LETTER":
        before = line.tokens[i - 1]
        if is_adjacent(before, token) or (apart and before.islower()):
            return False
    if "".join(line.tokens[i : i + 3]).startswith(_WORDS_IN_D):
        return False
    command = line.command_at(i + 1)
    if command and (i == 0 or line.type_at(i - 1) == "EQUALS"):
        return line.starts_operand(i + 1)
    if command in tex.STYLES or following.removeprefix("\\")[:1].isupper():
        return following.type == "LETTER" or command in tex.STYLES or command in tex.LETTERS
    return not apart and (following.type == "LETTER" or command in tex.LETTERS or command in tex.ACCENTS)
