"""Whether a name before a bracket is a factor, a function that is not known, or takes sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.token_checks import PRIMES
from matcalc.language.token_kinds import CLOSES, CONSTANTS, ENDS_OPERAND, OPENS

#: What sizes are made of.
_IN_SIZES = frozenset(("LPAR", "RPAR", "COMMA", "NAME", "NUMBER", "TIMES", "PLUS", "MINUS"))
#: The usual letters of sizes, and those of vectors and matrices, which are no sizes.
_SIZES = frozenset("dijklmnpqrstDKMN")
_NO_SIZES = frozenset((*"uvwxyzABCEFGHJOUVWXYZ", *GREEK))


def has_sizes(tokens: Sequence[Token], i: int, sizes: frozenset[str], operands: frozenset[str]) -> bool:
    """Return whether brackets follow that hold what may be sizes.

    The letters of vectors and matrices are none unless they are ``sizes`` in declarations, nor is a name
    that occurs elsewhere, except for the usual letters of sizes.
    """
    inside = _in_brackets(tokens, i + 1)
    if any(token.type not in _IN_SIZES for token in inside):
        return False
    names = [plain_name(token) for token in inside if token.type == "NAME"]
    return all(
        name in sizes or (stem(name) not in _NO_SIZES and (name not in operands or stem(name) in _SIZES))
        for name in names
    )


def is_identity(tokens: Sequence[Token], i: int, sizes: frozenset[str], operands: frozenset[str]) -> bool:
    """Return whether ``I`` is not applied to a single name that is no size, as the Fisher information is."""
    return len(_in_brackets(tokens, i + 1)) != 3 or has_sizes(tokens, i, sizes, operands)


def operands_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names outside the brackets of constants and of functions called by a letter."""
    names = set()
    depth = 0
    for i, token in enumerate(tokens):
        sized = i > 0 and token.type == "LPAR" and (tokens[i - 1] in BY_LETTER or tokens[i - 1] in CONSTANTS)
        if depth or sized:
            depth += (token.type in OPENS) - (token.type in CLOSES)
        elif token.type == "NAME":
            names.add(plain_name(token))
    return frozenset(names)


def has_arguments(tokens: Sequence[Token], i: int) -> bool:
    """Return whether brackets follow that hold more than one argument."""
    depth = 0
    for token in _in_brackets(tokens, i + 1):
        depth += (token.type in OPENS) - (token.type in CLOSES)
        if token.type == "COMMA" and depth == 1:
            return True
    return False


def _in_brackets(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    """Return the tokens in the brackets that begin at ``opening``, these included; if any."""
    depth = 0
    for j in range(opening, len(tokens)):
        if j == opening and tokens[j].type != "LPAR":
            break
        depth += (tokens[j].type in OPENS) - (tokens[j].type in CLOSES)
        if not depth:
            return tokens[opening : j + 1]
    return ()


#: Letters that are functions before any bracket, unless they also stand without one: functions by
#: convention, the gamma and zeta functions, expectation, the log-likelihood, a differential or distance.
FUNCTION_LETTERS = frozenset(("f", "g", "h", "phi", "psi", "zeta", "sigma", "Gamma", "E", "ell", "d"))
#: Letters that are matrices as often: costs, losses, distributions, entropies, Jacobians, features. They
#: are factors before a sum where an operand stands before them, as in ``x'P(x - y)``.
LETTERS_FOR_BOTH = frozenset(("F", "H", "J", "L", "P", "Phi", "Psi"))
#: Greek letters that are functions where their names are spelled out.
_SPELLED = frozenset(("beta", "gamma"))
#: Letters that with a subscript are eigenvalues and singular values of what follows.
_SPECTRAL = frozenset(("lambda", "sigma"))
#: Letters of times and steps, as in ``x(t + 1)``.
_TIMES = frozenset(("t", "k", "i", "j", "n", "tau"))
_SIGNALS = frozenset("uvwxyz")
#: Styles of letters that are functions or operators before a bracket.
FUNCTION_STYLES = frozenset(("calligraphic", "blackboard"))

_BRACKETS = frozenset(("LPAR", "LSQB"))
_BARS = frozenset(("NORM_OPEN", "BAR_OPEN"))
_POSTFIX = frozenset(("TRANSPOSE", "SUPERSCRIPT", "PSEUDOINVERSE"))
_POWERS = frozenset(("CARET", "ENTRYWISE_CARET"))
_SEPARATORS = frozenset(("COMMA", "SEMICOLON", "CELL"))
#: Operations that need brackets inside a product.
_LOOSE = frozenset(("PLUS", "MINUS", "ENTRYWISE", "ENTRYWISE_OVER", "KRONECKER"))
#: Longest text that is repeated in an error.
_LONGEST = 40


@dataclass
class Bracket:
    """What a bracket holds that is closed at ``closing``.

    That is several arguments, something ``loose`` that needs brackets in a product, such as a sum, or what
    has an exponent or transpose as a whole, or nothing but names of matrices.
    """

    closing: int
    arguments: bool = False
    loose: bool = False
    matrices: bool = True


class Application(NamedTuple):
    """A name at ``first`` before the bracket at ``opening``; ``adjacent`` if no space is between them."""

    first: int
    opening: int
    adjacent: bool


class NamesInText(NamedTuple):
    """What is known of a text: the names declared, other variables, those in special styles; its notation."""

    declared: frozenset[str]
    variables: frozenset[str] = frozenset()
    styled: frozenset[str] = frozenset()
    latex: bool = False
    code: bool = False


def refuse_applied_names(tokens: list[Token], writing: NamesInText) -> None:
    """Raise E110 for a name before a bracket that is not surely a factor.

    ``tokens`` have their bars decided and no products made explicit. In code every name before a bracket
    is a function.
    """
    brackets = _brackets(tokens)
    found = [
        _application(tokens, i, brackets, writing) for i, token in enumerate(tokens) if token.type == "NAME"
    ]
    applications = [application for application in found if application is not None]
    if not applications:
        return
    applied = Counter(plain_name(tokens[application.first]) for application in applications)
    occurring = Counter(plain_name(token) for token in tokens if token.type == "NAME")
    alone = {name for name in applied if occurring[name] > applied[name]}
    for application in applications:
        bracket = brackets[application.opening]
        if _is_function(tokens, application, bracket, writing, alone):
            raise _refuse(tokens, application, bracket, writing)


def _brackets(tokens: list[Token]) -> dict[int, Bracket]:
    """Return what is in each bracket, by where it opens."""
    brackets: dict[int, Bracket] = {}
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token.type in CLOSES and opened:
            closed = brackets[opened.pop()]
            closed.closing = i
            after = tokens[i + 1].type if i + 1 < len(tokens) else ""
            closed.loose |= after in _POSTFIX | _POWERS
            if opened:
                brackets[opened[-1]].matrices &= closed.matrices
        if opened:
            inner = brackets[opened[-1]]
            inner.arguments |= token.type in _SEPARATORS
            inner.loose |= token.type in _LOOSE and i > opened[-1] + 1
            inner.matrices &= token.type != "NUMBER" and (
                token.type != "NAME" or plain_name(token)[0].isupper()
            )
        if token.type in OPENS:
            brackets[i] = Bracket(len(tokens))
            opened.append(i)
    return brackets


def _application(
    tokens: list[Token], i: int, brackets: dict[int, Bracket], writing: NamesInText
) -> Application | None:
    """Return the name at ``i`` with the bracket after it, marks such as a transpose between them."""
    if plain_name(tokens[i]) in CONSTANTS - {"I"}:
        return None
    j = i + 1
    while j < len(tokens) and (tokens[j].type in _POSTFIX or tokens[j].type == "CARET"):
        if tokens[j].type == "CARET":
            j += 1
            while j < len(tokens) and tokens[j].type in ("PLUS", "MINUS"):
                j += 1
            j = brackets[j].closing if j in brackets else j
        j += 1
    if j not in brackets or not (
        tokens[j].type in _BRACKETS or tokens[j].type in _BARS or tokens[j] == "\\{"
    ):
        return None
    closing = brackets[j].closing
    if closing + 1 < len(tokens) and tokens[closing + 1].type == "EQUALS":
        return None
    # In LaTeX a space is nothing.
    gap = (tokens[j].start_pos or 0) - (tokens[j - 1].end_pos or 0)
    return Application(i, j, gap <= writing.latex)


def _is_function(
    tokens: list[Token], found: Application, bracket: Bracket, writing: NamesInText, alone: Collection[str]
) -> bool:
    """Return whether the name is not surely a factor."""
    token, opening = tokens[found.first], tokens[found.opening]
    name = plain_name(token)
    letter = stem(name)
    operand = _is_operand(tokens, found, bracket)
    plain = found.opening == found.first + 1
    is_variable = name in writing.declared or name in writing.variables
    by_convention = letter in FUNCTION_LETTERS or name in writing.styled
    if opening.type in _BARS:
        return letter == "E" and plain and not is_variable and name not in alone
    if plain and found.adjacent and (bracket.arguments or operand):
        inner = plain_name(tokens[found.opening + 1])
        return bracket.arguments or not (name in writing.declared and inner in writing.declared)
    if is_variable:
        return False
    if not plain:
        marked = tokens[found.first + 1] in PRIMES or letter in LETTERS_FOR_BOTH
        return (by_convention and name not in alone) or (marked and found.adjacent and operand)
    if by_convention and name not in alone:
        return True
    if not found.adjacent:
        return False
    if writing.code:
        return True
    if not bracket.loose:
        is_factor = name in alone or (letter[0].isupper() and _follows_operand(tokens, found))
        return not is_factor or by_convention or letter in LETTERS_FOR_BOTH
    return name not in alone and _is_function_of_a_sum(tokens, found, bracket, latex=writing.latex)


def _is_function_of_a_sum(tokens: list[Token], found: Application, bracket: Bracket, *, latex: bool) -> bool:
    """Return whether a name right before a sum in brackets looks like a function all the same."""
    token = tokens[found.first]
    name = plain_name(token)
    letter = stem(name)
    return (
        (letter in LETTERS_FOR_BOTH and not _follows_operand(tokens, found))
        or (token in _SPELLED and not latex)
        or (letter in _SPECTRAL and name != letter and bracket.matrices)
        or ((letter in _SIGNALS or letter.isupper()) and _is_time(tokens, found, bracket))
        or _is_word(letter)
    )


def _is_time(tokens: list[Token], found: Application, bracket: Bracket) -> bool:
    """Return whether a bracket holds a time and what is added to it."""
    inner = tokens[found.opening + 1 : min(bracket.closing, found.opening + 5)]
    types = [token.type for token in inner]
    return (
        len(inner) == 3 == bracket.closing - found.opening - 1
        and types[0] == "NAME"
        and plain_name(inner[0]) in _TIMES
        and types[1] in ("PLUS", "MINUS")
        and types[2] in ("NAME", "NUMBER")
    )


def _follows_operand(tokens: list[Token], found: Application) -> bool:
    """Return whether a factor that is no number stands before the name, as before a factor in a product."""
    before = tokens[found.first - 1].type if found.first else ""
    return before in ENDS_OPERAND and before != "NUMBER"


def _is_operand(tokens: list[Token], found: Application, bracket: Bracket) -> bool:
    """Return whether the bracket holds one name, which needs none in a product."""
    return bracket.closing == found.opening + 2 and tokens[found.opening + 1].type == "NAME"


def _is_word(letter: str) -> bool:
    """Return whether a name has several letters; the move ``dX`` and a difference ``Δx`` count as one."""
    shorter = letter.removeprefix("Delta").removeprefix("delta").removeprefix("d")
    return letter not in GREEK and len(shorter) > 1 and shorter not in GREEK


def _refuse(tokens: list[Token], found: Application, bracket: Bracket, writing: NamesInText) -> MatcalcError:
    name = tokens[found.first]
    last = tokens[min(bracket.closing, len(tokens) - 1)]
    if tokens[found.opening].type in _BARS:
        help_text = "expectations cannot be used; declare E if it is a variable"
    elif bracket.arguments:
        help_text = "write out what it is, or name it with where"
    elif writing.latex:
        help_text = "for a product write \\cdot before the bracket; of a function write out what it is"
    else:
        shown = _as_written(tokens[found.first : found.opening])
        argument = _as_written(tokens[found.opening + 1 : bracket.closing])
        argument = argument if _is_operand(tokens, found, bracket) else f"({argument})"
        help_text = f"for a product write {shown}*{argument}; of a function write out what it is"
    label = Label(Span(name.start_pos or 0, last.end_pos or 0), "a function or a factor?")
    message = f"{plain_name(name)} is no function that matcalc has"
    if plain_name(name) in BY_CALL:
        message = f"{plain_name(name)} is declared a variable, and looks like a function here"
        help_text = f"declare another name than that of a function, or write {name}*..."
    return MatcalcError("E110", message, labels=[label], help=help_text)


def _as_written(tokens: list[Token]) -> str:
    """Return what the tokens were in the text, or dots where that is long."""
    text, end = "", (tokens[0].start_pos or 0) if tokens else 0
    for token in tokens[:_LONGEST]:
        text += " " * ((token.start_pos or 0) - end) + str(token)
        end = token.end_pos or 0
    return text if len(text) <= _LONGEST else "..."
