"""What may mean two things in LaTeX and is refused, and the walk over its tokens."""

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
    LatexNames,
    argument_end,
    fault,
    place,
    source,
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
_LONGEST = max(map(len, BY_CALL))
#: Functions that are written right in front of a letter.
_IN_FRONT = frozenset(
    ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "tr", "det", "diag", "vec", "inv",
     "sqrt", "max", "min", "sum", "abs", "logdet", "trace"),
)  # fmt: skip


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


def refuse_entry_of_inverse(exponent: list[Token], subscript: list[Token]) -> None:
    r"""Raise E102 for two indices behind the exponent of an inverse or transpose, as in ``X^{-1}_{ij}``."""
    mark = "".join(exponent).replace("−", "-")
    indices = [token for token in subscript if token.type in ("LETTER", "NUMBER")]
    pair = len(indices) == 2 or (len(indices) == 1 and len(indices[0]) == 2 and mark == "-1")
    if pair and mark in ("-1", "T", "\\top", "-T", "-\\top"):
        message = f"an index behind ^{{{mark}}} may be that of the whole or of its entries"
        help_text = "give the whole a name: M_{ij} ... \\text{where } M = X^{-1}"
        raise fault("E102", message, *place(subscript[0]), "of which?", help_text)


def refuse_mixed_number(tokens: list[Token], i: int, closing: list[int]) -> None:
    r"""Raise E102 for a number right before a fraction of numbers, as in ``2\frac12``."""
    argument = i > 1 and tokens[i - 2].type in ("COMMAND", "CARET", "UNDERSCORE")
    if not i or argument or tokens[i - 1].type != "NUMBER":
        return
    end = argument_end(tokens, i + 1, closing)
    numerator = tokens[i + 1 : end]
    if len(numerator) != 1 or len(numerator[0]) == 1:  # not both numbers in one, as in \\frac12
        end = argument_end(tokens, end, closing)
    inner = [token for token in tokens[i + 1 : min(end, i + 8)] if token.type not in ("LBRACE", "RBRACE")]
    if inner and all(token.type == "NUMBER" for token in inner):
        number, fraction = tokens[i - 1], source(tokens[i:end], "the fraction")
        message = "a number before a fraction may be added or multiplied"
        raise fault("E102", message, place(number)[0], place(tokens[end - 1])[1], "which?",
                    f"write {number} \\cdot {fraction} or {number} + {fraction}")  # fmt: skip


#: So many small letters side by side are a word.
_LONGEST_PRODUCT = 5


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
    _refuse_function_in_front(word, start, last)
    after = tokens[end] if end < len(tokens) else None
    if len(word) >= _LONGEST_PRODUCT and word.islower():
        help_text = f"write \\mathrm{{{word}}} for one name, or put \\cdot between letters"
        raise fault("E102", f"{word} may be a word or a product of letters", start, last, "which?", help_text)
    called = after is not None and (after.type in DELIMITERS or after in DELIMITERS or after[1:] in SIDES)
    if after is None or not (called or (after.type == "COMMAND" and word in BY_CALL)):
        return
    for length in range(min(_LONGEST, len(word)), 1, -1):
        function = word[-length:]
        if function in BY_CALL or function in FUNCTIONS or function.lower() in BY_CALL:
            function = FUNCTIONS.get(function, function if function in BY_CALL else function.lower())
            help_text = f"write \\operatorname{{{function}}}"
            message = f"{function} without a backslash is a product of letters"
            raise fault("E105", message, last - length, last, "a function?", help_text)


def _refuse_function_in_front(word: str, start: int, end: int) -> None:
    """Raise E105 for letters such as ``logx`` or ``trX``, E102 for ``xTA``, where T may be a transpose."""
    for function in (word[:length] for length in range(min(_LONGEST, len(word) - 1), 1, -1)):
        if function in _IN_FRONT:
            rest = word[len(function) :]
            help_text = f"write \\operatorname{{{function}}}({rest}), or put \\cdot between letters"
            message = f"{function} without a backslash is a product of letters"
            raise fault("E105", message, start, start + len(function), "a function?", help_text)
    if word[1:2] == "T" and word[0].islower():
        help_text = f"write {word[0]}^\\top for the transpose, {word[0]} \\cdot T for the product"
        raise fault(
            "E102", "T between letters may be the sign of a transpose", start, end, "which?", help_text
        )


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
    if command in COMMANDS:
        return fault("E102", f"unexpected {token}", *place(token), "not expected here")
    close = suggestion(command, COMMANDS, 0.75)
    help_text = f"did you mean \\{close}?" if close else "a backslash begins a command of LaTeX"
    return fault("E101", f"unknown command {token}", *place(token), "not part of the language", help_text)


_BRACES = {"norm": ("NORM_OPEN", "NORM_CLOSE"), "bars": ("BAR_OPEN", "BAR_CLOSE")}


class Walk:
    """One walk over the tokens.

    ``argument`` is what the next thing is needed for, ``groups`` what each open brace or
    environment is for, ``side`` the size that the next bracket is given.
    """

    def __init__(self, tokens: list[Token], names: LatexNames, *, sizes: bool = False):
        self.tokens = tokens
        self.names = names
        self.sizes = sizes
        self.out: list[Token] = []
        self.position = 0
        self.skips: dict[int, int] = {}
        self.groups: list[str] = []
        self.argument = ""
        self.side: Token | None = None
        self.closing = matching_braces(tokens)

    def emit(self, token: Token) -> None:
        """Add a token, which cannot be one if an argument is needed."""
        if self.argument:
            raise fault("E102", "an argument in braces is missing", *place(token), "write {...} before this")
        self.out.append(token)

    def put(self, kind: str, value: str, start: int, end: int) -> None:
        """Add a token of this kind."""
        self.emit(Token(kind, value, start_pos=start, end_pos=end))

    def operand(self, kind: str, value: str, start: int, end: int, size: list[Token] | None = None) -> None:
        """Add a number, name or constant, in braces if it is an argument."""
        argument, self.argument = self.argument, ""
        if argument:
            self.open(argument, start, start)
        self.put(kind, value, start, end)
        self.out.extend(size or ())
        if argument:
            self.close(argument, end, end)

    def open(self, kind: str, start: int, end: int) -> None:
        """Add the opening brace or bar of an argument or group."""
        self.put(_BRACES[kind][0] if kind in _BRACES else "LBRACE", "{", start, end)

    def close(self, kind: str, start: int, end: int) -> None:
        """Add the closing brace or bar, and see what has to follow."""
        self.put(_BRACES[kind][1] if kind in _BRACES else "RBRACE", "}", start, end)
        if kind == "numerator":
            self.put("FRAC_MIDDLE", "", end, end)
            self.argument = "denominator"
        elif kind == "norm":
            self.norm_subscript()

    # Arguments and subscripts, found by looking ahead

    def unit(self, i: int, after: Token) -> int:
        """Return the end of the argument that starts at ``i``: a group or a single thing."""
        while i < len(self.tokens) and (self.tokens[i][1:] in WORDS or self.tokens[i][1:] in STYLES):
            i += 1
        if i >= len(self.tokens) or self.tokens[i].type == "RBRACE":
            raise fault("E103", f"something is missing after {after}", *place(after), "of what?")
        return self.closing[i] + 1 if self.tokens[i].type == "LBRACE" else i + 1

    def inside(self, start: int, end: int) -> list[Token]:
        """Return the tokens of an argument without its braces."""
        braces = self.tokens[start].type == "LBRACE"
        return self.tokens[start + 1 : end - 1] if braces else self.tokens[start:end]

    def subscript(self) -> tuple[list[Token], int]:
        """Return the subscript of what was just read, and where it ends if it stands right here.

        It is passed over later.
        """
        here = i = self.position
        if i < len(self.tokens) and self.tokens[i].type == "CARET":
            i = self.unit(i + 1, self.tokens[i])
        elif i < len(self.tokens) and self.tokens[i].type == "PRIME":
            i += 1
        if i >= len(self.tokens) or self.tokens[i].type != "UNDERSCORE":
            return [], 0
        end = self.unit(i + 1, self.tokens[i])
        refuse_long_number(self.tokens[i + 1], "_")
        self.skips[i] = end
        return self.inside(i + 1, end), place(self.tokens[end - 1])[1] if i == here else 0

    def norm_subscript(self) -> None:
        """Add the subscript of a norm that was just closed, if there is one."""
        inner, end = self.subscript()
        if inner:
            text = {"*": "*", "∗": "*", "\\ast": "*", "\\infty": "inf"}.get("".join(inner), "")
            text = text or "_".join(self.names.subscript(inner)[0])
            start = place(self.out[-1])[1]
            self.put("SUBSCRIPT", "_" + text, start, max(start, end))
