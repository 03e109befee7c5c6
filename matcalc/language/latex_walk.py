"""A walk over the tokens of LaTeX: what is open, what is needed next, and where arguments end."""

from __future__ import annotations

from lark import Token

from matcalc.language.latex_checks import matching_braces, refuse_long_number
from matcalc.language.latex_names import STYLES, WORDS, Names, fault, place

_BRACES = {"norm": ("NORM_OPEN", "NORM_CLOSE"), "bars": ("BAR_OPEN", "BAR_CLOSE")}


class Walk:
    """One walk over the tokens.

    ``argument`` is what the next thing is needed for, ``groups`` what each open brace or
    environment is for, ``side`` the size that the next bracket is given.
    """

    def __init__(self, tokens: list[Token], names: Names, *, sizes: bool = False):
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
