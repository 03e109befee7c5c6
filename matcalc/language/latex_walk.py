"""Walking over the tokens of LaTeX: where arguments and operands end, and what is written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from lark import Token

from matcalc.functions import BY_CALL
from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import command_of, delimiter_of
from matcalc.language.syntax import fault
from matcalc.language.tokens import not_closed, placed

#: Longest piece of LaTeX that a help repeats.
_LONGEST = 80
_ARGUMENT_OF = frozenset(("begin", "end", "label", "tag"))
_STARTS = {*tex.LETTERS, *tex.STYLES, *tex.WORDS, *tex.ACCENTS, *tex.FUNCTIONS, *BY_CALL} | {
    *["frac", "dfrac", "tfrac", "sqrt", "norm", "sum", "lVert", "lvert", "Vert", "vert", "lbrace"],
    *(size for size, side in tex.SIDES.items() if side == "OPEN"),
}
_ENDS = {*tex.LETTERS, *["rVert", "rvert", "Vert", "vert", "rbrace", "top", "intercal", "prime"]}


class LatexLine:
    """The tokens of LaTeX, with where their braces close. Raises E104 for one that has no partner.

    ``given`` are the names that are declared, of differentiation, or sizes.
    """

    def __init__(self, tokens: list[Token], given: frozenset[str]):
        self.tokens = tokens
        self.given = given
        self.closing = [0] * len(tokens)
        opened: list[int] = []
        for i, token in enumerate(tokens):
            if token.type == "LBRACE":
                opened.append(i)
            elif token.type == "RBRACE":
                if not opened:
                    raise fault("E104", "unexpected '}'", token, "closes nothing that is open here")
                self.closing[opened.pop()] = i
        if opened:
            raise not_closed(tokens[opened[0]], "}", tokens[-1])

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def counts(self) -> Counter[Token]:
        """How often each token occurs."""
        return Counter(self.tokens)

    def at(self, i: int) -> str:
        """Return the text of the token at ``i``, nothing outside of the line."""
        return str(self.tokens[i]) if 0 <= i < len(self.tokens) else ""

    def type_at(self, i: int) -> str:
        """Return the type of the token at ``i``, nothing outside of the line."""
        return self.tokens[i].type if 0 <= i < len(self.tokens) else ""

    def command_at(self, i: int) -> str:
        """Return the command at ``i``, nothing for another token."""
        return command_of(self.tokens[i]) if 0 <= i < len(self.tokens) else ""

    def words_before(self, i: int) -> int:
        """Return the first place from ``i`` on that is no command for words or styles."""
        while self.command_at(i) in tex.WORDS or self.command_at(i) in tex.STYLES:
            i += 1
        return i

    def argument_end(self, i: int) -> int:
        """Return the end of the argument that begins at ``i``, at most the number of tokens."""
        i = self.words_before(i)
        return min(self.closing[i] if self.type_at(i) == "LBRACE" else i, len(self) - 1) + 1

    def without_braces(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last place of an argument without the braces around all of it."""
        while start < end and self.type_at(start) == "LBRACE" and self.closing[start] == end - 1:
            start, end = start + 1, end - 1
        return start, end

    def after_spacing(self, i: int) -> int:
        """Return the first place from ``i`` on that is no spacing."""
        while self.command_at(i) in tex.SPACING:
            i += 1
        return i

    def end_of_no_operands(self, i: int) -> int:
        """Return the end of what begins at ``i`` if its letters are no operands, else ``i``.

        That are words, subscripts, and names of environments and equations.
        """
        command = self.command_at(i)
        if command in tex.WORDS or command in _ARGUMENT_OF or self.type_at(i) == "UNDERSCORE":
            return self.argument_end(i + 1 + (self.at(i + 1) == "*"))
        return i

    def places(self, start: int = 0) -> Iterator[int]:
        """Yield the places from ``start`` on, without those in words, subscripts and names."""
        while start < len(self):
            yield start
            start = max(start + 1, self.end_of_no_operands(start))

    def starts_operand(self, i: int) -> bool:
        """Return whether an operand that is no number may begin at ``i``."""
        if i >= len(self):
            return False
        kind = delimiter_of(self.tokens[i])
        if self.command_at(i) in _STARTS:
            return True
        return self.type_at(i) in ("LETTER", "LBRACE") or kind in (
            "LPAR",
            "LSQB",
            "LBRACE",
            "BAR",
            "DOUBLE_BAR",
        )

    def ends_operand(self, i: int) -> bool:
        """Return whether an operand may end at ``i``; a brace may close what is none."""
        kind = delimiter_of(self.tokens[i])
        if self.command_at(i) in _ENDS:
            return True
        ends = self.type_at(i) in ("LETTER", "NUMBER", "RBRACE", "PRIME", "TOP")
        return ends or kind in ("RPAR", "RSQB", "RBRACE", "BAR", "DOUBLE_BAR")

    def source(self, start: int, end: int, otherwise: str) -> str:
        """Return the LaTeX from ``start`` to ``end``, or ``otherwise`` if it is none or long."""
        text, before = "", ""
        for token in self.tokens[start : min(end, start + _LONGEST + 1)]:
            apart = before[:1] == "\\" and before[-1].isalpha() and token[0].isalpha()
            text += (" " if apart else "") + token
            before = token
        return text if 0 < len(text) <= _LONGEST else otherwise

    def unit(self, i: int, after: Token) -> int:
        """Return the end of the argument that starts at ``i``: a group or a single thing. Raises E103."""
        i = self.words_before(i)
        if self.type_at(i) in ("", "RBRACE"):
            raise fault("E103", f"something is missing after {after}", after, "of what?")
        return self.closing[i] + 1 if self.tokens[i].type == "LBRACE" else i + 1

    def inside(self, start: int, end: int) -> list[Token]:
        """Return the tokens of an argument without its braces."""
        braces = self.tokens[start].type == "LBRACE"
        return self.tokens[start + 1 : end - 1] if braces else self.tokens[start:end]


#: What stands around an argument, if that is not a brace.
_AROUND = {"norm": ("NORM_OPEN", "NORM_CLOSE"), "bars": ("BAR_OPEN", "BAR_CLOSE")}
_BRACES = ("LBRACE", "RBRACE")


class Output:
    """The tokens of the grammar so far; ``argument`` is what the next thing is needed for."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.argument = ""

    def emit(self, token: Token) -> None:
        """Add a token, which cannot be one if an argument is needed."""
        if self.argument:
            raise fault("E102", "an argument in braces is missing", token, "write {...} before this")
        self.tokens.append(token)

    def put(self, kind: str, value: str, span: tuple[int, int]) -> None:
        """Add a token of this kind."""
        self.emit(placed(kind, value, *span))

    def open(self, kind: str, span: tuple[int, int]) -> None:
        """Add the opening brace or bar of an argument or group."""
        self.put(_AROUND.get(kind, _BRACES)[0], "{", span)

    def close(self, kind: str, span: tuple[int, int]) -> None:
        """Add the closing brace or bar, and see what has to follow."""
        self.put(_AROUND.get(kind, _BRACES)[1], "}", span)
        if kind == "numerator":
            self.put("FRAC_MIDDLE", "", (span[1], span[1]))
            self.argument = "denominator"
