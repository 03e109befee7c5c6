r"""From the tokens of LaTeX to those of its grammar: commands and their arguments become symbols.

A subscript goes into the name it stands at, also after an exponent, as in ``x^2_1``. Arguments
get braces if they have none: ``\frac12``. Sizes of brackets and spacing are dropped. What is
nested is walked through without recursion; only sizes of constants are converted by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.errors import Span
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.functions.table import INSTEAD_OF, SUBSCRIPTED
from matcalc.language import latex_checks as checks
from matcalc.language import latex_commands as tex
from matcalc.language.applied_names import IDENTITY
from matcalc.language.latex_lines import environment
from matcalc.language.latex_names import RAISED, LatexNames, is_weight, is_word, raised_index, sizes_in
from matcalc.language.latex_superscripts import Superscripts
from matcalc.language.names import plain_name
from matcalc.language.syntax import fault, function_called, span_of
from matcalc.language.token_rules import EXPECTATION
from matcalc.language.tokens import Output, placed

#: So many tokens a transpose has at most.
_LONGEST_TRANSPOSE = 4
_CONSTANTS = {IDENTITY: IDENTITY, "1": "ones", "0": "zeros"}
#: Commands with an argument: the symbol they become, and what the argument is.
_ARGUMENTS = {
    "frac": ("FRAC", "numerator"), "dfrac": ("FRAC", "numerator"), "tfrac": ("FRAC", "numerator"),
    "sqrt": ("SQRT", "root"), "norm": ("", "norm"), "abs": ("", "bars"),
}  # fmt: skip
#: What stands between the blocks of a matrix; elsewhere it is layout.
_BETWEEN_CELLS = {"AMPERSAND": ("CELL", "&"), "NEW_ROW": ("SEMICOLON", "\\\\")}
_WITH_SUBSCRIPT = frozenset(("BAR", "BAR_CLOSE", "DOUBLE_BAR", "NORM_CLOSE", "ANGLE_CLOSE"))


class Converter:
    """A walk over the tokens, with a method for each type that the rules of the grammar have no use for.

    ``groups`` says what each open brace or environment is for, ``side`` the size that the next bracket is
    given, ``skips`` which subscripts are passed over.
    """

    def __init__(self, line: tex.LatexLine, names: LatexNames, *, sizes: bool = False):
        self.line = line
        self.tokens = line.tokens
        self.names = names
        self.sizes = sizes
        self.out = Output()
        self.position = 0
        self.skips: dict[int, int] = {}
        self.groups: list[str] = []
        self.side: Token | None = None
        self._superscripts = Superscripts(line)

    def convert(self) -> list[Token]:
        """Return the tokens of the grammar."""
        while self.position < len(self.tokens):
            if self.position in self.skips:
                self.position = self.skips[self.position]
                continue
            token = self.tokens[self.position]
            self.position += 1
            kind = tex.delimiter_of(token)
            if kind:
                self._delimiter(token, kind)
            elif self.side is not None:
                raise fault("E104", f"{self.side} needs a bracket or a bar", self.side, "of which?")
            elif token.type in checks.REFUSED:
                raise checks.REFUSED[token.type](token)
            elif token.type in _BETWEEN_CELLS:
                if self.groups and self.groups[-1] in tex.MATRICES:
                    self.out.put(*_BETWEEN_CELLS[token.type], span_of(token))
            else:
                getattr(self, "_" + token.type.lower(), self.out.emit)(token)
        end = span_of(self.tokens[-1]).end if self.tokens else 0
        if self.out.argument or self.side is not None:
            message = "the expression ends too early"
            raise fault("E103", message, Span(end, end), "something is missing here")
        if self.groups:
            raise fault("E104", f"\\begin{{{self.groups[-1]}}} has no \\end", Span(end, end), "expected here")
        return self.out.tokens

    def _operand(self, kind: str, value: str, span: tuple[int, int], size: Sequence[Token] = ()) -> None:
        """Add a number, name or constant, in braces if it is an argument."""
        start, end = span
        argument, self.out.argument = self.out.argument, ""
        if argument:
            self.out.open(argument, (start, start))
        self.out.put(kind, value, span)
        self.out.tokens.extend(size)
        if argument:
            self._close(argument, (end, end))

    def _close(self, kind: str, span: tuple[int, int]) -> None:
        self.out.close(kind, span)
        if kind == "norm":
            self._norm_subscript()

    def _subscript(self) -> tuple[list[Token], int]:
        """Return the subscript of what was just read, and where it ends if it stands right here.

        It is passed over later.
        """
        here = i = self.position
        if self.line.type_at(i) == "CARET":
            i = self.line.unit(i + 1, self.tokens[i])
        elif self.line.type_at(i) == "PRIME":
            i += 1
        if self.line.type_at(i) != "UNDERSCORE":
            return [], 0
        end = self.line.unit(i + 1, self.tokens[i])
        checks.refuse_long_number(self.tokens[i + 1], "_")
        self.skips[i] = end
        return self.line.inside(i + 1, end), span_of(self.tokens[end - 1]).end if i == here else 0

    def _subscript_of_bracket(self) -> None:
        """Add the sign of a function or an index below a bracket that was just closed, if there is one."""
        i = self.position
        end = self.line.unit(i + 1, self.tokens[i]) if self.line.type_at(i) == "UNDERSCORE" else 0
        sign = "".join(self.line.inside(i + 1, end)).replace("\\times", "×") if end else ""
        is_index = sign.isalpha() and len(sign) <= 2
        if sign in SUBSCRIPTED or is_index:
            self.position = end
            place = span_of((self.tokens[i], self.tokens[end - 1]))
            self.out.put("INDEX" if is_index else "SUBSCRIPT", sign, place)

    def _norm_subscript(self) -> None:
        """Add the subscript of a norm that was just closed, if there is one."""
        inner, end = self._subscript()
        if inner and is_weight(inner) and self.out.tokens[-1].type != "ANGLE_CLOSE":
            first, last = span_of((inner[0], inner[-1]))
            self.out.put("WEIGHT", "_{", (first, first))
            self.out.tokens.extend(Converter(tex.LatexLine(inner, self.line.given), self.names).convert())
            self.out.put("RBRACE", "}", (last, max(last, end)))
        elif inner:
            start = span_of(self.out.tokens[-1]).end
            self.out.put("SUBSCRIPT", "_" + self.names.norm(inner), (start, max(start, end)))

    # Brackets, letters and numbers

    def _lbrace(self, token: Token) -> None:
        if not self.out.argument and self.tokens[self.position].type == "RBRACE":
            self.position += 1
            return
        kind, self.out.argument = self.out.argument or "group", ""
        self.groups.append(kind)
        self.out.open(kind, span_of(token))

    def _rbrace(self, token: Token) -> None:
        kind = self.groups.pop()
        if kind == "group" and self.out.tokens[-1].type in ("DOUBLE_BAR", "NORM_CLOSE"):
            self._norm_subscript()
        if kind in tex.MATRICES or kind in tex.LAYOUTS:
            raise fault("E104", f"\\begin{{{kind}}} has no \\end", token, "expected before this")
        self._close(kind, span_of(token))

    def _delimiter(self, token: Token, kind: str) -> None:
        start, end = span_of(token)
        if self.side is not None:
            if token == "||":
                raise fault("E104", f"{self.side}|| has a bar too many", token, "here", "write \\|x\\|")
            start = span_of(self.side).start
            if kind in ("BAR", "DOUBLE_BAR"):
                kind = ("BAR_" if kind == "BAR" else "NORM_") + tex.SIDES[self.side[1:]]
            self.side = None
        before = self.out.tokens[-1] if self.out.tokens else None
        if kind in ("BAR_OPEN", "BAR_CLOSE") and before is not None and before.type == kind:
            kind, start = kind.replace("BAR", "NORM"), span_of(self.out.tokens.pop()).start
        self.out.put(kind, tex.BRACKETS.get(kind, str(token)), (start, end))
        if kind in _WITH_SUBSCRIPT:
            self._norm_subscript()
        elif kind in ("RPAR", "RSQB", "RBRACE"):
            self._subscript_of_bracket()

    def _letter(self, token: Token) -> None:
        checks.refuse_letters_of_a_word(self.line, self.position - 1)
        self._named(plain_name(token), "", span_of(token))

    def _number(self, token: Token) -> None:
        start, end = span_of(token)
        if not self.out.argument:
            checks.refuse_number_behind_letter(self.line, self.position - 1)
        if self.out.argument and len(token) > 1:
            if self.out.argument != "numerator" or len(token) > 2 or "." in token:
                checks.refuse_long_number(token, "")
            self._operand("NUMBER", token[0], (start, start + 1))
            self._operand("NUMBER", token[1], (start + 1, end))
        else:
            self._operand("NUMBER", str(token), (start, end))

    def _prime(self, token: Token) -> None:
        self._superscripts.refuse_derivative(self.position - 1, self.position)
        self.out.put("TRANSPOSE", "'", span_of(token))

    def _top(self, token: Token) -> None:
        self.out.put("TRANSPOSE", "^T", span_of(token))

    def _caret(self, token: Token) -> None:
        first = self.position
        end = self.line.unit(first, token)
        inner = self.line.inside(first, end)
        span = span_of((token, self.tokens[end - 1]))
        if len(inner) > 1 and (inner[0].type, inner[-1].type) in RAISED:
            raise checks.raised_in_brackets(span)
        mark, note = self._superscripts.mark(first, end, inner, span)
        if note:
            self.names.notes.append(note)
        if mark == "circle":
            braced = self.tokens[first].type == "LBRACE"
            self.position += 1 + braced
            self.out.put("ENTRYWISE_CARET", ".^", (span.start, span_of(inner[0]).end))
            if braced:
                self.groups.append("group")
                self.out.open("group", span_of(self.tokens[first]))
        elif mark:
            self.position = end
            self.out.put("PSEUDOINVERSE" if mark == "+" else "TRANSPOSE", mark, span)
        else:
            checks.refuse_long_number(self.tokens[first], "^")
            self.out.emit(token)

    def _times(self, token: Token) -> None:
        if self.sizes:
            checks.refuse_star_in_size(token, self.tokens)
        kind = "COMMA" if self.sizes and token in ("×", "\\times", "*") else "TIMES"
        self.out.put(kind, "" if self.sizes else str(token), span_of(token))

    # Commands

    def _command(self, token: Token) -> None:
        command = token[1:]
        if command in tex.LETTERS:
            self._named(*tex.LETTERS[command], span_of(token))
        elif command in tex.SIDES:
            self.side = token
        elif command in tex.WORDS or command in tex.STYLES or command in tex.ACCENTS:
            self._styled(token)
        elif command in tex.UNSUPPORTED:
            raise checks.unknown_command(token)
        elif tex.OPERATORS.get(command) == "TIMES":
            self._times(token)
        elif command in tex.OPERATORS:
            self.out.put(tex.OPERATORS[command], str(token), span_of(token))
        elif command in _ARGUMENTS:
            self._argument(token, *_ARGUMENTS[command])
        elif command == "sum":
            self._sum(token)
        elif command in ("begin", "end"):
            self._environment(token)
        elif command in tex.FUNCTIONS or command in BY_CALL:
            self._function(token)
        elif command not in tex.SPACING:
            raise checks.unknown_command(token)

    def _argument(self, token: Token, kind: str, argument: str) -> None:
        if kind == "FRAC":
            checks.refuse_mixed_number(self.line, self.position - 1)
        if kind == "SQRT" and self.line.at(self.position) == "[":
            raise fault("E506", "only square roots have a sign", token, "write t^{1/3}")
        if kind:
            self.out.put(kind, str(token), span_of(token))
        elif self.out.argument:
            self.out.emit(token)
        self.out.argument = argument

    def _function(self, token: Token) -> None:
        function = tex.FUNCTIONS.get(token[1:], token[1:])
        if self.line.type_at(self.position) == "UNDERSCORE":
            end = self.line.unit(self.position + 1, token)
            function += "_" + "".join(self.line.inside(self.position + 1, end))
            if not function_called(function):
                raise checks.subscript_of_function(token, self.tokens[self.position])
            self.position = end
        self.out.put("FUNCTION", function_called(function), span_of((token, self.tokens[self.position - 1])))

    # Names, constants, sums, matrices

    def _styled(self, token: Token) -> None:
        r"""Read ``\mathrm{word}``, ``\mathbf{x}`` or ``\hat{y}`` with what follows it."""
        if token == "\\operatorname" and self.line.at(self.position) == "*":
            self.position += 1
        first, end = self.position, self.line.unit(self.position, token)
        inner = [token, *self.line.inside(first, end)]
        self.position = end
        span = span_of((token, self.tokens[end - 1]))
        if not is_word(inner):
            stem, style, extra = self.names.styled(inner)
            if (stem, style) == (EXPECTATION, "blackboard") and stem not in self.names.given:
                raise checks.expectation(span)
            self._named(stem, style, span, extra)
            return
        word = self.names.word(inner)
        if word in ("where", "and"):
            while word == "where" and self.out.tokens and self.out.tokens[-1].type == "COMMA":
                self.out.tokens.pop()
            self.out.put("WHERE" if word == "where" else "COMMA", word, span)
        elif word in BY_LETTER and token == "\\operatorname":
            # Its sizes follow in brackets, or as a subscript.
            size, _ = self._subscript()
            self.out.put("FUNCTION", BY_LETTER[word].name, span)
            self.out.tokens.extend(self._size(size, span.end) if size else ())
        elif len(word) > 1:
            self._word(word, span, must_be_function=token == "\\operatorname")
        elif word != "d" or not self._differential(span.start):
            self._named(word, "roman", span)

    def _word(self, word: str, span: Span, *, must_be_function: bool) -> None:
        """Add a name of several letters, which is a function if it is not given as a name."""
        inner, last = self._subscript()
        name = self.names.name((word, *self.names.subscript(inner)[0]), *span)
        place = (span.start, max(span.end, last))
        if name in self.names.given:
            self._operand("NAME", name, place)
            return
        name = tex.FUNCTIONS.get(name, name)
        is_called = must_be_function or self.line.opens_bracket(self.line.after_spacing(self.position))
        function = function_called(name) if is_called or name in BY_CALL else ""
        if function:
            self.out.put("FUNCTION", function, place)
        elif must_be_function or (is_called and name in INSTEAD_OF):
            raise checks.unknown_function(name, span)
        else:
            self._operand("NAME", name, place)

    def _differential(self, start: int) -> bool:
        r"""Add the name of a differential, ``\mathrm{d}X``, if it was given as one."""
        here = self.position
        command = self.line.command_at(here)
        if self.line.type_at(here) != "LETTER" and command not in tex.LETTERS and command not in tex.ACCENTS:
            return False
        self.position = self.line.unit(here + 1, self.tokens[here]) if command in tex.ACCENTS else here + 1
        stem, _, accents = self.names.styled(self.tokens[here : self.position])
        inner, end = self._subscript()
        name = self.names.find(("d" + stem, *accents, *(self.names.subscript(inner)[0] if inner else ())))
        if name not in self.names.given:
            self.position = here
            return False
        self._operand("NAME", name, (start, max(end, span_of(self.tokens[self.position - 1]).end)))
        return True

    def _named(self, stem: str, style: str, span: Span, extra: tuple[str, ...] = ()) -> None:
        """Add a name with the subscript that follows it, or a constant with its size."""
        inner, last = self._subscript()
        if inner and not last and self.tokens[self.position].type == "CARET":
            first = self.position + 1
            end = self.line.unit(first, self.tokens[first - 1])
            checks.refuse_entry_of_inverse(self.line.inside(first, end), inner)
        span = Span(span.start, max(span.end, last))
        if stem in _CONSTANTS and not (stem == IDENTITY and self.names.declares(stem, inner)):
            self._constant(_CONSTANTS[stem], span, inner)
            return
        sizes = sizes_in(inner)
        parts, letters = ((), frozenset[str]()) if sizes else self.names.subscript(inner)
        i = self.skips.get(self.position, self.position)
        raised, after = raised_index(self.line, i)
        if raised:  # an index above is passed over later
            self.skips[i] = after
            parts = (*parts, *self.names.subscript(raised)[0])
            span = Span(span.start, max(span.end, span_of(self.tokens[after - 1]).end))
        if letters and not raised:
            self.names.add_indexed(span.start, (stem, *extra), letters)
        name = self.names.name((stem, *extra, *parts), *span, style)
        if sizes:
            here = self.skips.get(self.position, self.position)
            self.names.sizes.add(name, sizes, self.tokens[here : here + _LONGEST_TRANSPOSE], span)
        self._operand("NAME", name, span)

    def _constant(self, name: str, span: Span, size: list[Token]) -> None:
        if size and self.sizes:
            raise fault("E102", "a size cannot contain a constant with a size", span, "not a size")
        if size:
            start = span_of(size[0]).start
            self._operand("SIZED", name, (span.start, start), self._size(size, span.end))
        else:
            self._operand("NAME", name, span)

    def _size(self, size: list[Token], end: int) -> list[Token]:
        """Return what a subscript says of sizes, in brackets."""
        dims = Converter(tex.LatexLine(size, self.line.given), self.names, sizes=True).convert()
        first, last = span_of(size[0]).start, span_of(size[-1]).end
        return [placed("LPAR", "(", first, first), *dims, placed("RPAR", ")", last, max(last, end))]

    def _sum(self, token: Token) -> None:
        scripts, self.position = self.line.scripts(self.position)
        sign = span_of((token, self.tokens[self.position - 1]))
        self.out.put("SUM", checks.sum_index(sign, scripts.get("_", []), scripts.get("^", [])), sign)

    def _environment(self, token: Token) -> None:
        end = self.line.unit(self.position, token)
        name = "".join(self.line.inside(self.position, end)).removesuffix("*")
        self.position = end
        span = span_of((token, self.tokens[end - 1]))
        environment(token, name, span, self.groups, self.out)
