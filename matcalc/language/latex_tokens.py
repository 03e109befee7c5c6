r"""From the tokens of LaTeX to those of its grammar: commands and their arguments become symbols.

A subscript goes into the name it stands at, also after an exponent, as in ``x^2_1``. Arguments
get braces if they have none: ``\frac12``. Sizes of brackets and spacing are dropped. What is
nested is walked through without recursion; only sizes of constants are converted by themselves.
"""

from __future__ import annotations

from functools import cached_property

from lark import Token

from matcalc.errors import suggestion
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.language.latex_checks import (
    Walk,
    refuse_entry_of_inverse,
    refuse_letters_of_a_word,
    refuse_long_number,
    refuse_mixed_number,
    sum_index,
    unknown_command,
)
from matcalc.language.latex_names import (
    ACCENTS,
    BRACKETS,
    DELIMITERS,
    FUNCTIONS,
    LAYOUTS,
    LETTERS,
    MATRICES,
    OPERATORS,
    SIDES,
    SPACING,
    STYLES,
    UNSUPPORTED,
    WORDS,
    SubscriptedName,
    fault,
    place,
)
from matcalc.language.latex_superscripts import Superscripts
from matcalc.language.names import plain_name

#: Brackets that stand around a raised index.
_RAISED = frozenset((("LPAR", "RPAR"), ("LSQB", "RSQB")))
_CONSTANTS = {"I": "I", "1": "ones", "0": "zeros"}
#: Commands with an argument: the symbol they become, and what the argument is.
_ARGUMENTS = {
    "frac": ("FRAC", "numerator"), "dfrac": ("FRAC", "numerator"), "tfrac": ("FRAC", "numerator"),
    "sqrt": ("SQRT", "root"), "norm": ("", "norm"), "abs": ("", "bars"),
}  # fmt: skip


class Converter(Walk):
    """A walk with one method for each type of token that the rules of the grammar have no use for."""

    def convert(self) -> list[Token]:
        """Return the tokens of the grammar."""
        while self.position < len(self.tokens):
            if self.position in self.skips:
                self.position = self.skips[self.position]
                continue
            token = self.tokens[self.position]
            self.position += 1
            kind = DELIMITERS.get(token, "") or DELIMITERS.get(token.type, "")
            if kind:
                self._delimiter(token, kind)
            elif self.side is not None:
                raise fault("E104", f"{self.side} needs a bracket or a bar", *place(self.side), "of which?")
            else:
                getattr(self, "_" + token.type.lower(), self.emit)(token)
        end = place(self.tokens[-1])[1] if self.tokens else 0
        if self.argument or self.side is not None:
            raise fault("E103", "the expression ends too early", end, end, "something is missing here")
        if self.groups:
            raise fault("E104", f"\\begin{{{self.groups[-1]}}} has no \\end", end, end, "expected here")
        return self.out

    def _lbrace(self, token: Token) -> None:
        if not self.argument and self.tokens[self.position].type == "RBRACE":
            self.position += 1
            return
        kind, self.argument = self.argument or "group", ""
        self.groups.append(kind)
        self.open(kind, *place(token))

    def _rbrace(self, token: Token) -> None:
        kind = self.groups.pop()
        if kind in MATRICES or kind in LAYOUTS:
            raise fault("E104", f"\\begin{{{kind}}} has no \\end", *place(token), "expected before this")
        self.close(kind, *place(token))

    def _delimiter(self, token: Token, kind: str) -> None:
        start, end = place(token)
        if self.side is not None:
            if token == "||":
                raise fault("E104", f"{self.side}|| has a bar too many", start, end, "here", "write \\|x\\|")
            start = place(self.side)[0]
            if kind in ("BAR", "DOUBLE_BAR"):
                kind = ("BAR_" if kind == "BAR" else "NORM_") + SIDES[self.side[1:]]
            self.side = None
        before = self.out[-1] if self.out else None
        if kind in ("BAR_OPEN", "BAR_CLOSE") and before is not None and before.type == kind:
            kind, start = kind.replace("BAR", "NORM"), place(self.out.pop())[0]
        self.put(kind, BRACKETS.get(kind, str(token)), start, end)
        if kind in ("DOUBLE_BAR", "NORM_CLOSE"):
            self.norm_subscript()

    def _letter(self, token: Token) -> None:
        refuse_letters_of_a_word(self.tokens, self.position - 1, self.names.known)
        self._named(plain_name(token), "", *place(token))

    def _number(self, token: Token) -> None:
        start, end = place(token)
        before = self.tokens[self.position - 2] if self.position > 1 else None
        if not self.argument and before is not None and before.type == "LETTER" and before.end_pos == start:
            raise fault("E102", f"{before}{token} may be a name or a product", start, end, "which?",
                        f"write {before}_{{{token}}} or {before} \\cdot {token}")  # fmt: skip
        if self.argument and len(token) > 1:
            if self.argument != "numerator" or len(token) > 2 or "." in token:
                refuse_long_number(token, "")
            self.operand("NUMBER", token[0], start, start + 1)
            self.operand("NUMBER", token[1], start + 1, end)
        else:
            self.operand("NUMBER", str(token), start, end)

    def _scientific(self, token: Token) -> None:
        mantissa, _, exponent = token.lower().partition("e")
        help_text = f"write {mantissa} \\cdot 10^{{{exponent}}}, or put \\cdot before the letter"
        raise fault("E102", f"{token} may be a number or a product", *place(token), "which?", help_text)

    def _underscore(self, token: Token) -> None:
        message = "a subscript is supported at names, norms, I and bold digits only"
        raise fault("E506", message, *place(token), "not supported here")

    def _prime(self, token: Token) -> None:
        self._superscripts.refuse_derivative(self.position - 1, self.position)
        self.put("TRANSPOSE", "'", *place(token))

    def _caret(self, token: Token) -> None:
        first = self.position
        end = self.unit(first, token)
        inner = self.inside(first, end)
        start, last = place(token)[0], place(self.tokens[end - 1])[1]
        if len(inner) > 1 and (inner[0].type, inner[-1].type) in _RAISED:
            raise fault("E506", "a superscript in brackets may be an index", start, last, "an index?",
                        "write a power without brackets, an index as a subscript")  # fmt: skip
        mark, note = self._superscripts.mark(first, end, inner, (start, last))
        if note:
            self.names.notes.append(note)
        if mark == "circle":
            braced = self.tokens[first].type == "LBRACE"
            self.position += 1 + braced
            self.put("ENTRYWISE_CARET", ".^", start, place(inner[0])[1])
            if braced:
                self.groups.append("group")
                self.open("group", *place(self.tokens[first]))
        elif mark:
            self.position = end
            self.put("PSEUDOINVERSE" if mark == "+" else "TRANSPOSE", mark, start, last)
        else:
            refuse_long_number(self.tokens[first], "^")
            self.emit(token)

    @cached_property
    def _superscripts(self) -> Superscripts:
        return Superscripts(self.tokens, self.names.known)

    def _ampersand(self, token: Token) -> None:
        if self.groups and self.groups[-1] in MATRICES:
            self.put("CELL", "&", *place(token))

    def _new_row(self, token: Token) -> None:
        if self.groups and self.groups[-1] in MATRICES:
            self.put("SEMICOLON", "\\\\", *place(token))

    def _times(self, token: Token) -> None:
        if self.sizes and token == "*":
            message = "a star in a size may be a product or stand between rows and columns"
            help_text = "write n \\times n for rows and columns, n n for a product"
            raise fault("E102", message, *place(token), "which?", help_text)
        if self.sizes:
            self.put("COMMA" if token in ("×", "\\times") else "TIMES", "", *place(token))
        else:
            self.put("TIMES", str(token), *place(token))

    def _command(self, token: Token) -> None:
        command = token[1:]
        if command in LETTERS:
            self._named(*LETTERS[command], *place(token))
        elif command in SIDES:
            self.side = token
        elif command in WORDS or command in STYLES or command in ACCENTS:
            self._styled(token)
        elif command in UNSUPPORTED:
            raise unknown_command(token)
        elif OPERATORS.get(command) == "TIMES" or command == "times":
            self._times(token)
        elif command in OPERATORS:
            self.put(OPERATORS[command], str(token), *place(token))
        elif command in _ARGUMENTS:
            kind, argument = _ARGUMENTS[command]
            if kind == "FRAC":
                refuse_mixed_number(self.tokens, self.position - 1, self.closing)
            if command == "sqrt" and self.tokens[self.position : self.position + 1] == ["["]:
                raise fault("E506", "only square roots have a sign", *place(token), "write t^{1/3}")
            if kind:
                self.put(kind, str(token), *place(token))
            elif self.argument:
                self.emit(token)
            self.argument = argument
        elif command == "sum":
            self._sum(token)
        elif command in ("begin", "end"):
            self._environment(token)
        elif command in FUNCTIONS or command in BY_CALL:
            self._refuse_subscript(token)
            self.put("FUNCTION", FUNCTIONS.get(command, command), *place(token))
        elif command not in SPACING:
            raise unknown_command(token)

    def _refuse_subscript(self, function: Token) -> None:
        following = self.tokens[self.position : self.position + 1]
        if following and following[0].type == "UNDERSCORE":
            help_text = (
                "write \\frac{\\log x}{\\log 2} for a logarithm to base 2" if function == "\\log" else ""
            )
            raise fault("E506", f"{function} with a subscript cannot be used", place(function)[0],
                        place(following[0])[1], "not supported", help_text)  # fmt: skip

    # Names, constants, sums, matrices

    def _styled(self, token: Token) -> None:
        r"""Read ``\mathrm{word}``, ``\mathbf{x}`` or ``\hat{y}`` with what follows it."""
        if token == "\\operatorname" and self.tokens[self.position : self.position + 1] == ["*"]:
            self.position += 1
        first, end = self.position, self.unit(self.position, token)
        inner = [token, *self.inside(first, end)]
        self.position = end
        start, last = place(token)[0], place(self.tokens[end - 1])[1]
        if token[1:] not in WORDS:
            stem, style, extra = self.names.styled(inner)
            if (stem, style) == ("E", "blackboard") and stem not in self.names.known:
                help_text = "write what is inside, or declare E if it is a variable"
                raise fault("E506", "expectations cannot be used", start, last, "not supported", help_text)
            self._named(stem, style, start, last, extra)
            return
        word = self.names.word(inner)
        if word in ("where", "and"):
            while word == "where" and self.out and self.out[-1].type == "COMMA":
                self.out.pop()
            self.put("WHERE" if word == "where" else "COMMA", word, start, last)
        elif word in BY_LETTER and token == "\\operatorname":
            self._called_by_letter(BY_LETTER[word].name, start, last)
        elif len(word) == 1:
            if word != "d" or not self._differential(start):
                self._named(word, "roman", start, last)
        else:
            self._word(word, start, last, must_be_function=token == "\\operatorname")

    def _word(self, word: str, start: int, end: int, *, must_be_function: bool) -> None:
        """Add a name of several letters, which is a function if it is not known as a name."""
        inner, last = self.subscript()
        name = self.names.name((word, *self.names.subscript(inner)[0]), start, end)
        if name not in self.names.known:
            name = FUNCTIONS.get(name, name)
        if name in BY_CALL and name not in self.names.known:
            self.put("FUNCTION", name, start, max(end, last))
        elif must_be_function and name not in self.names.known:
            close = suggestion(name, BY_CALL)
            help_text = f"did you mean {close}?" if close else "a variable is written \\mathrm{...}"
            raise fault("E105", f"unknown function {name}", start, end, "not a function", help_text)
        else:
            self.operand("NAME", name, start, max(end, last))

    def _called_by_letter(self, name: str, start: int, end: int) -> None:
        """Add a function that a letter calls, with sizes in brackets or as a subscript."""
        size, _ = self.subscript()
        self.put("FUNCTION", name, start, end)
        if size:
            self.out.extend(self._sizes(size, end))

    def _differential(self, start: int) -> bool:
        r"""Add the name of a differential, ``\mathrm{d}X``, if it is known as one."""
        here = self.position
        token = self.tokens[here] if here < len(self.tokens) else None
        if token is None or not (token.type == "LETTER" or token[1:] in LETTERS or token[1:] in ACCENTS):
            return False
        self.position = self.unit(here + 1, token) if token[1:] in ACCENTS else here + 1
        stem, _, accents = self.names.styled(self.tokens[here : self.position])
        inner, end = self.subscript()
        name = self.names.find(("d" + stem, *accents, *(self.names.subscript(inner)[0] if inner else ())))
        if name not in self.names.known:
            self.position = here
            return False
        self.operand("NAME", name, start, max(end, place(self.tokens[self.position - 1])[1]))
        return True

    def _named(self, stem: str, style: str, start: int, end: int, extra: tuple[str, ...] = ()) -> None:
        """Add a name with the subscript that follows it, or a constant with its size."""
        inner, last = self.subscript()
        if inner and not last and self.tokens[self.position].type == "CARET":
            first = self.position + 1
            refuse_entry_of_inverse(self.inside(first, self.unit(first, self.tokens[first - 1])), inner)
        end = max(end, last)
        if stem in _CONSTANTS and not (stem == "I" and self.names.declares(stem, inner)):
            self._constant(_CONSTANTS[stem], start, end, inner)
            return
        parts, letters = self.names.subscript(inner)
        if letters:
            self.names.indexed[start] = SubscriptedName(self.names.find((stem, *extra)), letters)
        self.operand("NAME", self.names.name((stem, *extra, *parts), start, end, style), start, end)

    def _constant(self, name: str, start: int, end: int, size: list[Token]) -> None:
        if not size:
            self.operand("NAME", name, start, end)
            return
        if self.sizes:
            raise fault("E102", "a size cannot contain a constant with a size", start, end, "not a size")
        self.operand("SIZED", name, start, place(size[0])[0], self._sizes(size, end))

    def _sizes(self, size: list[Token], end: int) -> list[Token]:
        """Return what a subscript says of sizes, in brackets."""
        dims = Converter(size, self.names, sizes=True).convert()
        first, last = place(size[0])[0], place(size[-1])[1]
        opening = Token("LPAR", "(", start_pos=first, end_pos=first)
        return [opening, *dims, Token("RPAR", ")", start_pos=last, end_pos=max(last, end))]

    def _sum(self, token: Token) -> None:
        scripts: dict[str, list[Token]] = {}
        i = self.position
        while i < len(self.tokens) and self.tokens[i][1:] in SPACING:
            i += 1
        while i < len(self.tokens) and self.tokens[i] in ("^", "_"):
            end = self.unit(i + 1, self.tokens[i])
            scripts[self.tokens[i]] = self.inside(i + 1, end)
            i = end
        last = place(self.tokens[i - 1])[1]
        self.position = i
        index = sum_index(token, scripts.get("_", []), scripts.get("^", []), last)
        self.put("SUM", index, place(token)[0], last)

    def _environment(self, token: Token) -> None:
        end = self.unit(self.position, token)
        name = "".join(self.inside(self.position, end)).removesuffix("*")
        self.position = end
        start, last = place(token)[0], place(self.tokens[end - 1])[1]
        if name not in MATRICES and name not in LAYOUTS:
            raise fault("E506", f"the environment {name} cannot be used", start, last, "not supported",
                        "matrices are written as bmatrix or pmatrix")  # fmt: skip
        if token == "\\begin":
            self.groups.append(name)
            if name in MATRICES:
                self.put("BLOCK_OPEN", f"\\begin{{{name}}}", start, last)
            return
        if not self.groups or self.groups.pop() != name:
            raise fault("E104", f"\\end{{{name}}} has no \\begin", start, last, "ends nothing open here")
        if name in MATRICES:
            if self.out[-1].type == "SEMICOLON":
                self.out.pop()
            self.put("BLOCK_CLOSE", f"\\end{{{name}}}", start, last)
