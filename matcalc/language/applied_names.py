"""Whether a name before a bracket is a factor, a function that is not known, or takes sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.functions.table import BY_GREEK_LETTER, INSTEAD_OF
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.syntax import CONSTANTS, fault
from matcalc.language.token_lines import TokenLine, group_end
from matcalc.language.token_rules import EXPECTATION
from matcalc.language.tokens import CLOSES, ENDS_OPERAND, OPENS, depth_change

#: The identity matrix, which is called with its size.
IDENTITY = "I"
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
            depth += depth_change(token)
        elif token.type == "NAME":
            names.add(plain_name(token))
    return frozenset(names)


def has_arguments(tokens: Sequence[Token], i: int) -> bool:
    """Return whether brackets follow that hold more than one argument."""
    depth = 0
    for token in _in_brackets(tokens, i + 1):
        depth += depth_change(token)
        if token.type == "COMMA" and depth == 1:
            return True
    return False


def _in_brackets(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    """Return the tokens in the brackets that begin at ``opening``, these included; if any."""
    begins = opening < len(tokens) and tokens[opening].type == "LPAR"
    return tokens[opening : group_end(tokens, opening)] if begins else ()


#: Letters that are functions before any bracket, unless they also stand without one: functions by
#: convention, the gamma and zeta functions, expectation, the log-likelihood, a differential or distance.
FUNCTION_LETTERS = frozenset(("f", "g", "h", "phi", "psi", "zeta", "sigma", "Gamma", EXPECTATION, "ell", "d"))
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
_POSTFIX = frozenset(("TRANSPOSE", "SUPERSCRIPT", "PSEUDOINVERSE", "INDEX"))
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
    """A name at ``first`` before the bracket at ``opening``; ``adjacent`` if no space is between them.

    ``alone`` says that the name also occurs without a bracket.
    """

    first: int
    opening: int
    adjacent: bool
    bracket: Bracket
    alone: bool = False


def refuse_applied_names(line: TokenLine) -> None:
    """Raise E110 for a name before a bracket that is not surely a factor."""
    brackets = _brackets(line.tokens)
    names = [i for i, token in enumerate(line.tokens) if token.type == "NAME"]
    applications = [a for i in names if (a := _application(line, i, brackets)) is not None]
    if not applications:
        return
    applied = Counter(line.name_at(application.first) for application in applications)
    occurring = Counter(line.name_at(i) for i in names)
    for application in applications:
        name = line.name_at(application.first)
        application = application._replace(alone=occurring[name] > applied[name])
        if _is_function(line, application):
            raise _refused(line, application)


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


def _application(line: TokenLine, i: int, brackets: dict[int, Bracket]) -> Application | None:
    """Return the name at ``i`` with the bracket after it, marks such as a transpose between them."""
    if line.name_at(i) in CONSTANTS - {IDENTITY}:
        return None
    tokens = line.tokens
    j = i + 1
    while (kind := line.type_at(j)) in _POSTFIX or kind == "CARET":
        if kind == "CARET":
            j += 1
            while line.type_at(j) in ("PLUS", "MINUS"):
                j += 1
            j = brackets[j].closing if j in brackets else j
        j += 1
    if j not in brackets or not (line.type_at(j) in _BRACKETS | _BARS or tokens[j] == "\\{"):
        return None
    if line.type_at(brackets[j].closing + 1) == "EQUALS":
        return None
    return Application(i, j, line.touch(j - 1), brackets[j])


def _is_function(line: TokenLine, applied: Application) -> bool:
    """Return whether the name is not surely a factor."""
    first, opening, adjacent, bracket, alone = applied
    name = line.name_at(first)
    letter = stem(name)
    operand = _is_operand(line, applied)
    plain = opening == first + 1
    is_variable = name in line.variables
    by_convention = (letter in FUNCTION_LETTERS or name in line.styled) and not alone
    if line.type_at(opening) in _BARS:
        return letter == EXPECTATION and plain and not is_variable and not alone
    if plain and adjacent and (bracket.arguments or operand):
        return bracket.arguments or not (name in line.values and line.name_at(opening + 1) in line.values)
    if is_variable:
        return False
    if not plain:
        return by_convention or (adjacent and operand)
    if by_convention or not adjacent:
        return by_convention or adjacent
    if not bracket.loose:
        follows = letter[0].isupper() and _follows_operand(line, applied)
        is_factor = alone or follows or _shares_index(line, applied)
        return not is_factor or letter in FUNCTION_LETTERS | LETTERS_FOR_BOTH or name in line.styled
    return not alone and _is_function_of_a_sum(line, applied)


def _shares_index(line: TokenLine, applied: Application) -> bool:
    r"""Return whether a variable has the index of a name in the bracket, as in ``y_i(w^\top x_i)``."""
    letter, _, index = line.name_at(applied.first).partition("_")
    inner = range(applied.opening + 1, applied.bracket.closing)
    return (
        (letter in _SIGNALS or letter.isupper())
        and len(index) == 1
        and index.isalpha()
        and any(line.name_at(i).endswith(f"_{index}") for i in inner)
    )


def _is_function_of_a_sum(line: TokenLine, applied: Application) -> bool:
    """Return whether a name right before a sum in brackets looks like a function all the same."""
    name = line.name_at(applied.first)
    letter = stem(name)
    return (
        (letter in LETTERS_FOR_BOTH and not _follows_operand(line, applied))
        or (line.tokens[applied.first] in _SPELLED and not line.latex)
        or (letter in _SPECTRAL and name != letter and applied.bracket.matrices)
        or ((letter in _SIGNALS or letter.isupper()) and _is_time(line, applied))
        or is_word(letter)
    )


def _is_time(line: TokenLine, applied: Application) -> bool:
    """Return whether a bracket holds a time and what is added to it."""
    time, sign, step = range(applied.opening + 1, applied.opening + 4)
    return (
        applied.bracket.closing == step + 1
        and line.name_at(time) in _TIMES
        and line.type_at(sign) in ("PLUS", "MINUS")
        and line.type_at(step) in ("NAME", "NUMBER")
    )


def _follows_operand(line: TokenLine, applied: Application) -> bool:
    """Return whether a factor that is no number stands before the name, as before a factor in a product."""
    before = line.type_at(applied.first - 1)
    return before in ENDS_OPERAND and before != "NUMBER"


def _is_operand(line: TokenLine, applied: Application) -> bool:
    """Return whether the bracket holds a single name, which needs none in a product."""
    inner = applied.opening + 1
    return applied.bracket.closing == inner + 1 and line.type_at(inner) == "NAME"


def is_word(word: str, prefixes: Sequence[str] = ("Delta", "delta", "d")) -> bool:
    """Return whether a name has several letters; a differential ``dX`` and a difference ``Δx`` have one."""
    rest = word
    for prefix in prefixes:
        rest = rest.removeprefix(prefix)
    return word not in GREEK and len(rest) > 1 and rest not in GREEK


def _refused(line: TokenLine, applied: Application) -> MatcalcError:
    first, opening, _, bracket, _ = applied
    tokens, name = line.tokens, line.name_at(first)
    message = f"{name} is no function that matcalc has"
    if line.type_at(opening) in _BARS:
        help_text = f"expectations cannot be used; declare {EXPECTATION} if it is a variable"
    elif bracket.arguments:
        help_text = INSTEAD_OF.get(name, "write out what it is, or name it with where")
    elif line.latex:
        help_text = "for a product write \\cdot before the bracket; of a function write out what it is"
    else:
        shown = _as_written(tokens[first:opening])
        argument = _as_written(tokens[opening + 1 : bracket.closing])
        argument = argument if _is_operand(line, applied) else f"({argument})"
        help_text = f"for a product write {shown}*{argument}; of a function write out what it is"
    if name in INSTEAD_OF and not bracket.arguments:
        help_text = f"{INSTEAD_OF[name]}; {help_text}"
    if name in BY_GREEK_LETTER:
        function = BY_GREEK_LETTER[name].name
        message = f"{name} may be the function {function} or a factor"
        called = f"\\operatorname{{{function}}}" if line.latex else function
        others = help_text.replace("of a function", "of another function, such as a feature map,")
        help_text = f"write {called}(...); {others}"
    if name in BY_CALL:
        message = f"{name} is declared a variable, and looks like a function here"
        help_text = f"declare another name than that of a function, or write {tokens[first]}*..."
    last = tokens[min(bracket.closing, len(tokens) - 1)]
    return fault("E110", message, (tokens[first], last), "a function or a factor?", help_text)


def _as_written(tokens: list[Token]) -> str:
    """Return what the tokens were in the text, or dots where that is long."""
    text, end = "", (tokens[0].start_pos or 0) if tokens else 0
    for token in tokens[:_LONGEST]:
        text += " " * ((token.start_pos or 0) - end) + str(token)
        end = token.end_pos or 0
    return text if len(text) <= _LONGEST else "..."
