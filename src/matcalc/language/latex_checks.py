"""What is looked at in the tokens of LaTeX beyond one token, and refused if it may mean two things."""

from __future__ import annotations

from lark import Token

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL
from matcalc.language.latex_names import (
    COMMANDS,
    DELIMITERS,
    FUNCTIONS,
    SIDES,
    STYLES,
    UNSUPPORTED,
    WORDS,
    fault,
    place,
)
from matcalc.language.names import GREEK, plain_name

_STARTS_ARGUMENT = frozenset(
    (
        "NUMBER", "NAME", "SIZED", "FUNCTION", "LPAR", "LSQB", "LBRACE", "BAR_OPEN", "NORM_OPEN", "BAR",
        "DOUBLE_BAR", "FRAC", "SQRT", "SUM", "BLOCK_OPEN",
    )
)  # fmt: skip
_BRACKETS = frozenset(("LPAR", "LSQB"))
_BARS = frozenset(("BAR_OPEN", "NORM_OPEN", "BAR", "DOUBLE_BAR", "FUNCTION"))
_TRANSPOSES = frozenset(("T", "\\top", "⊤", "\\intercal", "\\prime"))
_CIRCLES = frozenset(("\\circ", "\\odot", "∘", "⊙"))
_LONGEST = max(map(len, BY_CALL))


def matching_braces(tokens: list[Token]) -> list[int]:
    """Return for each opening brace where it is closed. Raises E104 if one has no partner."""
    closing = [0] * len(tokens)
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token.type == "LBRACE":
            opened.append(i)
        elif token.type == "RBRACE":
            if not opened:
                raise fault("E104", "unexpected '}'", *place(token), "closes nothing that is open here")
            closing[opened.pop()] = i
    if opened:
        end = place(tokens[-1])[1]
        labels = [
            Label(Span(*place(tokens[opened[0]])), "opened here", primary=False),
            Label(Span(end, end), "} expected"),
        ]
        raise MatcalcError("E104", "{ is not closed", labels=labels)
    return closing


def refuse_long_number(token: Token, mark: str) -> None:
    """Raise E102 for a number of several digits where TeX takes the first one only."""
    if token.type == "NUMBER" and len(token) > 1:
        message = f"of {token} only the first digit belongs here"
        raise fault("E102", message, *place(token), "needs braces", f"write {mark}{{{token}}}")


def refuse_letters_of_a_word(tokens: list[Token], i: int, known: frozenset[str]) -> None:
    """Raise if letters side by side, which are separate names, spell a function or a known name.

    Looks at all the letters at once when ``i`` is the first of them.
    """
    if i and _adjacent(tokens[i - 1], tokens[i]):
        return
    end = i + 1
    while end < len(tokens) and _adjacent(tokens[end - 1], tokens[end]):
        end += 1
    if end == i + 1:
        return
    word = "".join(tokens[i:end])
    start, last = place(tokens[i])[0], place(tokens[end - 1])[1]
    if word == "where":
        raise fault("E102", "where is written \\text{where}", start, last, "read as five names")
    if word in known or (word in GREEK and len(word) > 2):
        help_text = f"write \\mathrm{{{word}}}, or separate the letters by spaces"
        raise fault("E102", f"{word} may be one name or a product", start, last, "which?", help_text)
    after = tokens[end] if end < len(tokens) else None
    if after is None or not (after.type in DELIMITERS or after in DELIMITERS or after[1:] in SIDES):
        return
    for length in range(min(_LONGEST, len(word)), 1, -1):
        function = word[-length:]
        if function in BY_CALL or function in FUNCTIONS or function.lower() in BY_CALL:
            function = FUNCTIONS.get(function, function if function in BY_CALL else function.lower())
            help_text = f"write \\operatorname{{{function}}}"
            message = f"{function} without a backslash is a product of letters"
            raise fault("E105", message, last - length, last, "a function?", help_text)


def _adjacent(left: Token, right: Token) -> bool:
    return left.type == right.type == "LETTER" and left.end_pos == right.start_pos


def settle_functions(tokens: list[Token], known: frozenset[str]) -> None:
    """Decide which names are functions: those that have an argument."""
    following: Token | None = None
    for token in reversed(tokens):
        if token.type == "FUNCTION":
            _settle_function(token, following)
        elif token.type == "NAME" and following is not None and token not in known:
            bracket = following.type in _BRACKETS
            if token in BY_CALL and (bracket or following.type in _BARS):
                token.type = "FUNCTION"
            elif bracket and token == "sigma":
                help_text = "write \\operatorname{sigmoid}(...), or \\sigma \\cdot (...)"
                raise fault("E105", "sigma may be the logistic function or a factor", *place(token), "which?",
                            help_text)  # fmt: skip
            elif bracket and following.start_pos == token.end_pos and _is_word(token):
                help_text = f"if {token} is a variable, write \\cdot after it"
                raise fault("E105", f"unknown function {token}", *place(token), "not a function", help_text)
        following = token


def _settle_function(token: Token, following: Token | None) -> None:
    if following is not None and following.type in ("CARET", "TRANSPOSE", "PSEUDOINVERSE", "ENTRYWISE_CARET"):
        label = f"write (\\{token}(...))^2"
        raise fault("E506", f"a power of {token} stands behind its argument", *place(following), label)
    if following is None or following.type not in _STARTS_ARGUMENT:
        token.type = "NAME"


def _is_word(name: str) -> bool:
    stem = name.partition("_")[0].rstrip("0123456789")
    return len(stem) > 1 and stem not in GREEK


def superscript_mark(inner: list[Token], start: int, end: int) -> str:
    """Return what a superscript stands for if it is no exponent: ``^T``, ``^-T``, ``+`` or ``circle``."""
    if inner and inner[0] in _CIRCLES:
        if len(inner) == 1:
            raise fault("E506", "a circle alone is no exponent", start, end, "write ^{\\circ 2}")
        return "circle"
    if len(inner) > 6:
        return ""
    texts = [
        str(token)
        for token in inner
        if token.type not in ("LBRACE", "RBRACE") and token[1:] not in WORDS and token[1:] not in STYLES
    ]
    sign = "-" if len(texts) == 2 and texts[0] in ("-", "−", "–") else ""
    mark = texts[-1] if len(texts) == 1 or sign else ""
    if mark in _TRANSPOSES:
        return f"^{sign}T"
    if sign or mark not in ("+", "*", "†", "∗", "\\dagger", "\\ast", "\\star"):
        return ""
    if mark == "+" and "pinv" in BY_CALL:
        return mark
    help_text = "write ^\\top for the transpose, ^{-1} for the inverse"
    raise fault("E506", f"the superscript {mark} has several meanings", start, end, "which?", help_text)


def sum_index(token: Token, below: list[Token], above: list[Token], end: int) -> str:
    """Return the indices of a sum and the last value, as ``i=n``, ``i=``, ``ij=`` or ``=``. Raises E506."""
    start = place(token)[0]
    if not below:
        return "="
    index, *rest = below
    letters = [t for t in below if t.type == "LETTER"]
    if len(letters) == 2 and not above and all(t.type in ("LETTER", "COMMA") for t in below):
        return "".join(map(str, letters)) + "="
    if index.type != "LETTER" or [str(t) for t in rest] not in ([], ["=", "1"]):
        raise fault("E506", "a sum runs over a whole index", start, end, "not such an index",
                    "write \\sum_i or \\sum_{i=1}^n")  # fmt: skip
    if len(above) > 1 or (above and above[0].type not in ("LETTER", "NUMBER")):
        raise fault("E506", "a sum runs up to a size", start, end, "not a name or number",
                    "write \\sum_i or \\sum_{i=1}^n")  # fmt: skip
    return f"{index}={plain_name(above[0]) if above else ''}"


def unknown_command(token: Token) -> MatcalcError:
    """Return the error for a command that means nothing here."""
    command = token[1:]
    if command in UNSUPPORTED:
        message = f"{token} cannot be used"
        return fault("E506", message, *place(token), "not supported", UNSUPPORTED[command])
    close = suggestion(command, COMMANDS, 0.75)
    help_text = f"did you mean \\{close}?" if close else "a backslash begins a command of LaTeX"
    return fault("E101", f"unknown command {token}", *place(token), "not part of the language", help_text)
