"""What may mean two things in LaTeX and is refused: letters side by side, numbers, indices of sums."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.errors import MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL
from matcalc.functions.table import IN_FRONT, INSTEAD_OF
from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import LatexLine, command_of, delimiter_of
from matcalc.language.names import GREEK, plain_name
from matcalc.language.syntax import fault, span_of
from matcalc.language.token_rules import EXPECTATION
from matcalc.language.tokens import is_adjacent

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
