"""Code of other languages: how Python is told; signs, functions and statements of MATLAB, Julia and R.

Of MATLAB these are ``x.'``, ``X(:)`` and ``f = @(x) ...``, of Julia ``exp.(x)``, ``.+`` and ``x -> ...``, of
R ``%*%``, ``<-`` and ``function(x) ...``. In R all other operators work entry by entry. What is no part of a
value is overwritten with spaces, so that each place of the text stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lark import Token

from matcalc.errors import MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.functions.table import LETTERS_CALLED, VEC
from matcalc.language.names import plain_name
from matcalc.language.other_functions import ANYWHERE, WITHIN
from matcalc.language.syntax import NamesGiven, fault
from matcalc.language.tokens import OF_R

#: Longest code that is read, in characters.
MAX_CODE = 20_000
#: What is in a module of Python.
_IN_MODULE = (
    r"(?<![\w.])(?:(?:np|npl|numpy|jnp|jax|scipy|special|torch|tf|tensorflow|math|nn|linalg|LA)\.(?!T\b)[A-Za-z]"
    r"|F\.[a-z])[\w.]*"
)
#: What only code in Python has: ``@``, a module, a method with its bracket, and words of functions.
_PYTHON = re.compile(
    rf"@|{_IN_MODULE}|[\w)\]]\.(?:[A-Za-z_]+\(|shape\b|size\b|mT\b)"
    r"|\[[^\[\]]*\b(?:None|newaxis)\b|\breturn\b|\bdef\b|\blambda\b[^*]*:|\bimport\s+\w"
)
#: What stands in brackets, up to two deep.
_BRACKETS = r"\((?:[^()\n]|\([^()\n]*\))*\)"
#: What only the code of a language has; the first language with such a sign is taken.
_SIGNS = {
    "R": r"%\*%|^[ \t]*[\w.]+[ \t]*<-\s|(?:<-|=|^)[ \t]*function\s*\("
    r"|\b(?:t?crossprod|(?:col|row)(?:Sums|Means))\s*\(",
    "Julia": r"\w\.\(|\babs2\b|^[ \t]*function\s+\w+\s*\(|(?:=|^)[ \t]*\w+[ \t]*->",
    "MATLAB": r"\(:\)|(?:=|^)[ \t]*@[ \t]*\(|\.\.\.[ \t]*(?:%.*)?\n|(?:^|;)[ \t]*%(?![^\s%]{1,3}%)|\.'"
    r"|'fro'|\bbsxfun\b"
    rf"|\b(?:sum|mean|max|min|prod)\s*\((?:sum|mean|max|min|prod)\s*\((?:[^(),\n]|{_BRACKETS}){{0,99}}\)\s*\)"
    rf"|\b(?:sum|mean)\s*\((?:[^()\n]|{_BRACKETS}){{0,99}},\s*[12]\s*\)"
    r"|^[ \t]*function\b[^\n(]*=|^[ \t]*\w+\s*=[^=\n]*;\s*\Z",
}
_LANGUAGES = {name: re.compile(signs, re.MULTILINE) for name, signs in _SIGNS.items()}
_PARAMETERS = r"\(([\w\s,.=:]*)\)"
#: What stands in front of the value of a function: one with a name and a body of its own, and one without.
_HEADER = re.compile(
    rf"^[ \t]*(?:[\w.]+\s*(?:<-|=)\s*)?function\b[^\n()]*{_PARAMETERS}[ \t]*\{{?[ \t]*$", re.MULTILINE
)
_ANONYMOUS = re.compile(
    rf"(?:(?<==)|(?<=<-)|^)[ \t]*(?:@\s*{_PARAMETERS}|function\s*{_PARAMETERS}|(\w+)\s*->"
    r"|\\?(?:lambda\b|λ)\s*(\w+)\s*:(?!=))",
    re.MULTILINE,
)
_ENDS = re.compile(r"^[ \t]*(?:end|\})[ \t]*;?[ \t]*$|\breturn\b", re.MULTILINE)
_NO_CODE = re.compile(r"^[ \t]*(?:(?:>>|julia>|R?>)[ \t]+|#[^\n]*)|\.\.\.[ \t]*(?:%[^\n]*)?\n", re.MULTILINE)
_COMMENTS = {
    **dict.fromkeys(("R", "Julia"), re.compile(r"#[^\n]*")),
    "MATLAB": re.compile(r"(?:^|(?<=;)|(?<=\s))%(?![^\s%]{1,3}%)[^\n]*", re.MULTILINE),
}
_ASSIGNED = re.compile(r"^([ \t]*[\w.]+[ \t]*)<-(?=\s)", re.MULTILINE)
#: ``X(:)`` is written with a letter for the function, so that no place changes.
_STACKED, _OF_STACKED = re.compile(r"(?<![\w.'])([^\W\d_]\w*)\(:\)"), "ʋ"

#: What a line ends with that goes on, and a line that begins with a sign.
_UNFINISHED, _SIGNED = "+-*/^=,;&|%\n", re.compile(r"\n[ \t]*[-+]")
_OPERATORS_OF_R = {
    "*": "ENTRYWISE", "/": "ENTRYWISE_OVER", "^": "ENTRYWISE_CARET", "**": "ENTRYWISE_CARET",
}  # fmt: skip
_ENTRYWISE, _SIGNS_OF_SUMS = ("ENTRYWISE", "ENTRYWISE_OVER"), ("PLUS", "MINUS")
_ENDS_OF_PRODUCTS = (*_ENTRYWISE, *_SIGNS_OF_SUMS, "COMMA", "SEMICOLON", "EQUALS", "COLON", "WHERE")
NOTE_ON_R = "read as R: %*% is the matrix product, *, / and ^ work entry by entry"


def may_be_python(text: str) -> bool:
    """Return whether a text has what only code in Python has.

    >>> may_be_python("x @ A @ x"), may_be_python("x'*A*x"), may_be_python("X.sum()")
    (True, False, True)
    """
    return _PYTHON.search(text) is not None


def refuse_modules(text: str) -> None:
    """Raise E105 for what is in a module of Python in another text, E108 if it is too long for code."""
    place = re.search(_IN_MODULE, text)
    if place is None:
        return
    if len(text) > MAX_CODE:
        raise MatcalcError("E108", f"code has at most {MAX_CODE:,} characters")
    message = f"{place[0]} is of Python, and this text is no code in Python"
    help_text = "write the text as Python has it: ** for powers, .T for transposes, @ or * for products"
    raise fault("E105", message, Span(*place.span()), "of a module", help_text)


class ForeignCode(NamedTuple):
    """A text without what is no part of a value, its language, and the variable of a function in it."""

    text: str
    language: str = ""
    asked: tuple[str, ...] = ()


def program_of(text: str, latex: bool) -> ForeignCode:
    """Return a text as a program in one of the languages, if it has their signs.

    >>> program_of("f = @(w) sum(w.^2);", False)
    ForeignCode(text='f =      sum(w.^2);', language='MATLAB', asked=('w',))
    """
    asked: list[str] = []
    if len(text) > MAX_CODE:
        return ForeignCode(text)

    def blank(place: re.Match[str]) -> str:
        parameters = next(filter(None, place.groups()), "").split(",")
        asked.extend(map(str.strip, parameters if len(parameters) == 1 and not asked else ()))
        return re.sub(r"[^\n]" if place.re is not _NO_CODE else r"[\s\S]", " ", place[0])

    if latex:
        return ForeignCode(_ANONYMOUS.sub(blank, text), "", tuple(filter(None, asked)))
    language = next((name for name, signs in _LANGUAGES.items() if signs.search(text)), "")
    text = _NO_CODE.sub(blank, text)
    if language:
        text = _COMMENTS[language].sub(blank, text)
    if _HEADER.search(text) is not None:
        text = _ENDS.sub(blank, _HEADER.sub(blank, text))
    text = _STACKED.sub(rf"{_OF_STACKED}(\1)", _ANONYMOUS.sub(blank, text))
    text = _with_ends(text) if language else text
    return ForeignCode(_ASSIGNED.sub(r"\1 =", text), language, tuple(filter(None, asked)))


def _with_ends(text: str) -> str:
    """Return a text with a semicolon where a line ends before one that begins with a sign."""
    depth, last, ended = 0, "", list(text)
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "\n" and depth == 0 and last and last not in _UNFINISHED and _SIGNED.match(text, i):
            ended[i] = ";"
        last = character if character == "\n" or not character.isspace() else last
    return "".join(ended)


def as_here(tokens: list[Token], notes: list[str], given: NamesGiven) -> list[Token]:
    """Return the tokens with operators and functions of Julia and R as those here.

    Raises E105 for ``f.(x)``.
    """
    is_r = given.language == "R"
    if is_r and any(token in _OPERATORS_OF_R or token == OF_R for token in tokens):
        notes.append(NOTE_ON_R)
    out: list[Token] = []
    for i, token in enumerate(tokens):
        following = tokens[i + 1].type if i + 1 < len(tokens) else ""
        if token.type == "BROADCAST":
            out[-1:] = [_function_of_entries(out[-1] if out else token, token)]
        elif token == OF_R:
            out.append(Token.new_borrow_pos("TIMES", OF_R, token))
        elif token.type == "NAME" and following == "LPAR" and token not in given.declared:
            name = VEC if token == _OF_STACKED else str(token)
            is_function = name in ANYWHERE or name in WITHIN.get(given.language, ())
            kind = "FUNCTION" if is_function or token == _OF_STACKED else "NAME"
            out.append(Token.new_borrow_pos(kind, name, token))
        else:
            if is_r:
                token.type = _OPERATORS_OF_R.get(token, token.type)
            out.append(token)
    return _with_products_of_r(out) if is_r else out


class _Factors:
    """Factors in one pair of brackets; ``follows`` tells whether ``*`` or ``/`` stands in front."""

    def __init__(self, start: int, follows: bool = False):
        self.start = start
        self.follows = follows
        self.has_product = False

    def close(self, tokens: list[Token]) -> None:
        """Put brackets around the factors, which are last, if they are a product behind ``*`` or ``/``."""
        if self.follows and self.has_product:
            tokens.insert(self.start, Token.new_borrow_pos("LPAR", "(", tokens[self.start]))
            tokens.append(Token.new_borrow_pos("RPAR", ")", tokens[-1]))


def _with_products_of_r(tokens: Iterable[Token]) -> list[Token]:
    """Return tokens with brackets around products with ``%*%``, which binds tighter than ``*`` and ``/``."""
    out: list[Token] = []
    groups = [_Factors(0)]
    for token in tokens:
        is_sign = token.type in _SIGNS_OF_SUMS and len(out) == groups[-1].start
        if token.type in ("LPAR", "LSQB"):
            out.append(token)
            groups.append(_Factors(len(out)))
            continue
        if token.type in ("RPAR", "RSQB") and len(groups) > 1:
            groups.pop().close(out)
        elif token == OF_R:
            groups[-1].has_product = True
            out.append(token)
            continue
        elif token.type in _ENDS_OF_PRODUCTS and not is_sign:
            groups[-1].close(out)
            groups[-1] = _Factors(len(out) + 1, token.type in _ENTRYWISE)
        out.append(token)
    groups[-1].close(out)
    return out


def _function_of_entries(name: Token, dot: Token) -> Token:
    """Return the function before ``.(``, such as ``exp.(x)``. Raises E105 for one that is not of entries."""
    function = LETTERS_CALLED.get(plain_name(name), str(name))
    if name.type not in ("NAME", "FUNCTION") or not is_entrywise(function):
        message = f"{name}.(...) is no function of each entry"
        raise fault("E105", message, (name, dot), "not known", "write a function of the table")
    return Token.new_borrow_pos("FUNCTION", function, name)


def is_entrywise(name: str) -> bool:
    """Return whether a function is one of each entry."""
    return name in ANYWHERE or any(entry.elementwise for entry in BY_CALL.get(name, ()))
