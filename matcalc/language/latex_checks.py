"""What may mean two things in LaTeX and is refused: differentials, letters side by side, indices of sums.

Letters that are declared, or are the variable of differentiation, are variables in front of others, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.errors import MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL
from matcalc.functions.table import IN_FRONT, INSTEAD_OF
from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import LatexLine, command_of, delimiter_of, letter_of_token
from matcalc.language.names import GREEK, plain_name
from matcalc.language.syntax import fault, span_of
from matcalc.language.token_rules import EXPECTATION
from matcalc.language.tokens import is_adjacent

_UPRIGHT = frozenset(("operatorname", "mathrm", "text", "textrm", "mathsf", "mbox"))
#: What functions begin with that are written without a backslash.
_WORDS_IN_D = tuple(name[:3] for name in IN_FRONT if name.startswith("d"))


def refuse_derivatives(line: LatexLine) -> None:
    r"""Raise E506 for an upright d, E102 for ``D_x`` and ``dX`` that may be something else as well."""
    _refuse_differences(line)
    candidates: list[int] = []
    letters = 0
    for i in line.places():
        if (error := _upright(line, i) or _subscripted(line, i)) is not None:
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


def _symbol(line: LatexLine, i: int) -> tuple[str, int]:
    """Return the ``d`` or ``D`` that stands at ``i``, and where it ends; nothing if it is a name."""
    end = i + 1
    if line.command_at(i) in tex.WORDS or line.command_at(i) in tex.STYLES:
        i, end = i + 1, i + 2
        if line.type_at(i) == "LBRACE" and line.closing[i] == i + 2:
            i, end = i + 1, i + 3
    letter = line.at(i)
    return (letter, end) if letter in ("d", "D") and letter not in line.given else ("", i)


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


# Numbers, letters and functions

_LONGEST_NAME = max(map(len, BY_CALL))


def refuse_long_number(token: Token, mark: str) -> None:
    """Raise E102 for a number of several digits where TeX takes the first one only."""
    if token.type == "NUMBER" and len(token) > 1:
        message = f"of {token} only the first digit belongs here"
        raise fault("E102", message, token, "needs braces", f"write {mark}{{{token}}}")


def refuse_entry_of_inverse(exponent: list[Token], subscript: list[Token]) -> None:
    r"""Raise E102 for two indices after the exponent of an inverse or transpose, as in ``X^{-1}_{ij}``."""
    mark = "".join(exponent).replace("−", "-")
    indices = [token for token in subscript if token.type in ("LETTER", "NUMBER")]
    pair = len(indices) == 2 or (len(indices) == 1 and len(indices[0]) == 2 and mark == "-1")
    if pair and mark in ("-1", "T", "\\top", "-T", "-\\top"):
        message = f"an index after ^{{{mark}}} may be that of the whole or of its entries"
        help_text = "give the whole a name: M_{ij} ... \\text{where } M = X^{-1}"
        raise fault("E102", message, subscript[0], "of which?", help_text)


def refuse_mixed_number(line: LatexLine, i: int) -> None:
    r"""Raise E102 for a number right before a fraction of numbers, as in ``2\frac12``."""
    if line.type_at(i - 1) != "NUMBER" or line.type_at(i - 2) in ("COMMAND", "CARET", "UNDERSCORE"):
        return
    end = line.argument_end(i + 1)
    if end != i + 2 or len(line.at(i + 1)) == 1:  # not both numbers in one, as in \\frac12
        end = line.argument_end(end)
    inner = [t for t in line.tokens[i + 1 : min(end, i + 8)] if t.type not in ("LBRACE", "RBRACE")]
    if inner and all(token.type == "NUMBER" for token in inner):
        number, fraction = line.tokens[i - 1], line.source(i, end, "the fraction")
        message = "a number before a fraction may be added or multiplied"
        help_text = f"write {number} \\cdot {fraction} or {number} + {fraction}"
        raise fault("E102", message, (number, line.tokens[end - 1]), "which?", help_text)


#: So many small letters side by side are a word.
_LONGEST_PRODUCT = 5


def refuse_letters_of_a_word(line: LatexLine, i: int) -> None:
    """Raise if letters side by side, which are separate names, spell a function or a name that is given.

    Looks at all the letters at once when ``i`` is the first of them.
    """
    if _side_by_side(line, i - 1):
        return
    end = i + 1
    while _side_by_side(line, end - 1):
        end += 1
    if end == i + 1:
        return
    word = "".join(line.tokens[i:end])
    place = Span(line.tokens[i].start_pos or 0, line.tokens[end - 1].end_pos or 0)
    if word == "where":
        raise fault("E102", "write \\text{where} for where", place, "read as five names")
    if word in line.given or (word in GREEK and len(word) > 2):
        help_text = f"write \\mathrm{{{word}}}, or separate the letters by spaces"
        raise fault("E102", f"{word} may be one name or a product", place, "which?", help_text)
    _refuse_function_in_front(word, place)
    if len(word) >= _LONGEST_PRODUCT and word.islower():
        help_text = f"write \\mathrm{{{word}}} for one name, or put \\cdot between letters"
        raise fault("E102", f"{word} may be a word or a product of letters", place, "which?", help_text)
    if end == len(line):
        return
    called = delimiter_of(line.tokens[end]) or line.command_at(end) in tex.SIDES
    if not called and not (line.type_at(end) == "COMMAND" and word in BY_CALL):
        return
    for length in range(min(_LONGEST_NAME, len(word)), 1, -1):
        function = word[-length:]
        if function in BY_CALL or function in tex.FUNCTIONS or function.lower() in BY_CALL:
            function = tex.FUNCTIONS.get(function, function if function in BY_CALL else function.lower())
            message = f"{function} without a backslash is a product of letters"
            help_text = f"write \\operatorname{{{function}}}"
            raise fault("E105", message, Span(place.end - length, place.end), "a function?", help_text)


def _side_by_side(line: LatexLine, i: int) -> bool:
    """Return whether a letter stands at ``i`` and right after it."""
    letters = line.type_at(i) == line.type_at(i + 1) == "LETTER"
    return letters and is_adjacent(line.tokens[i], line.tokens[i + 1])


def _refuse_function_in_front(word: str, place: Span) -> None:
    """Raise E105 for letters such as ``logx`` or ``trX``, E102 for ``xTA``, where T may be a transpose."""
    for length in range(min(_LONGEST_NAME, len(word) - 1), 1, -1):
        function, rest = word[:length], word[length:]
        if function in IN_FRONT:
            help_text = f"write \\operatorname{{{function}}}({rest}), or put \\cdot between letters"
            message = f"{function} without a backslash is a product of letters"
            raise fault("E105", message, Span(place.start, place.start + length), "a function?", help_text)
    if word[1:2] == "T" and word[0].islower():
        message = "T between letters may be the sign of a transpose"
        help_text = f"write {word[0]}^\\top for the transpose, {word[0]} \\cdot T for the product"
        raise fault("E102", message, place, "which?", help_text)


def sum_index(sign: Span, below: list[Token], above: list[Token]) -> str:
    """Return the indices of a sum and the last value, as ``i=n``, ``i=``, ``ij=`` or ``=``. Raises E506."""
    if not below:
        return "="
    index, *rest = below
    letters = [t for t in below if t.type == "LETTER"]
    if len(letters) == 2 and not above and all(t.type in ("LETTER", "COMMA") for t in below):
        return "".join(map(str, letters)) + "="
    help_text = "write \\sum_i or \\sum_{i=1}^n"
    if index.type != "LETTER" or [str(t) for t in rest] not in ([], ["=", "1"]):
        raise fault("E506", "a sum runs over a whole index", sign, "not such an index", help_text)
    if len(above) > 1 or (above and above[0].type not in ("LETTER", "NUMBER")):
        raise fault("E506", "a sum runs up to a size", sign, "not a name or number", help_text)
    return f"{index}={plain_name(above[0]) if above else ''}"


def unknown_command(token: Token) -> MatcalcError:
    """Return the error for a command that means nothing here."""
    command = command_of(token)
    if command in tex.UNSUPPORTED:
        return fault("E506", f"{token} cannot be used", token, "not supported", tex.UNSUPPORTED[command])
    if command in INSTEAD_OF:
        return unknown_function(command, span_of(token))
    if command in tex.COMMANDS:
        return fault("E102", f"unexpected {token}", token, "not expected here")
    close = suggestion(command, tex.COMMANDS, 0.75)
    help_text = f"did you mean \\{close}?" if close else "a backslash begins a command of LaTeX"
    return fault("E101", f"unknown command {token}", token, "not part of the language", help_text)


def refuse_star_in_size(token: Token, size: Sequence[Token]) -> None:
    """Raise E102 for a star in a size, unless it stands between equal sizes."""
    if token == "*" and not (len(size) == 3 and size[0] == size[2]):
        message = "a star in a size may be a product or stand between rows and columns"
        help_text = "write n \\times n for rows and columns, n n for a product"
        raise fault("E102", message, token, "which?", help_text)


def subscript_of_function(token: Token, subscript: Token) -> MatcalcError:
    """Return the error for a function with a subscript."""
    logarithm = "write \\frac{\\log x}{\\log a} for a logarithm to base a"
    message = f"{token} with a subscript cannot be used"
    return fault("E506", message, (token, subscript), "not supported", logarithm if token == "\\log" else "")


def unknown_function(name: str, span: Span) -> MatcalcError:
    """Return the error for a word that is marked as a function and is none."""
    close = suggestion(name, BY_CALL)
    help_text = f"did you mean {close}?" if close else "a variable is written \\mathrm{...}"
    help_text = INSTEAD_OF.get(name, help_text)
    return fault("E105", f"unknown function {name}", span, "not a function", help_text)


def expectation(span: Span) -> MatcalcError:
    """Return the error for the sign of an expectation."""
    help_text = f"write what is inside, or declare {EXPECTATION} if it is a variable"
    return fault("E506", "expectations cannot be used", span, "not supported", help_text)


def refuse_number_behind_letter(line: LatexLine, i: int) -> None:
    """Raise E102 for a number right behind a letter."""
    before, token = line.tokens[i - 1], line.tokens[i]
    if line.type_at(i - 1) == "LETTER" and is_adjacent(before, token):
        help_text = f"write {before}_{{{token}}} or {before} \\cdot {token}"
        raise fault("E102", f"{before}{token} may be a name or a product", token, "which?", help_text)


def scientific_number(token: Token) -> MatcalcError:
    """Return the error for a number with an exponent after the letter e."""
    mantissa, _, exponent = token.lower().partition("e")
    help_text = f"write {mantissa} \\cdot 10^{{{exponent}}}, or put \\cdot before the letter"
    return fault("E102", f"{token} may be a number or a product", token, "which?", help_text)


def raised_in_brackets(span: Span) -> MatcalcError:
    """Return the error for a superscript in brackets that is no part of a name."""
    help_text = "write a power without brackets, an index as a subscript"
    return fault("E506", "a superscript in brackets may be an index", span, "an index?", help_text)


def subscript_elsewhere(token: Token) -> MatcalcError:
    """Return the error for a subscript that is no part of a name and says nothing of bars or brackets."""
    message = "a subscript is supported at names, norms, I and bold digits only"
    help_text = "below brackets a plus and \\times have a meaning"
    return fault("E506", message, token, "not supported here", help_text)


#: The errors for tokens that mean nothing by themselves.
REFUSED = {"SCIENTIFIC": scientific_number, "UNDERSCORE": subscript_elsewhere}
