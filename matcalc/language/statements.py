r"""The statements of a pasted line: what is asked, names in front of values, definitions, conditions.

What is no part of a value is overwritten with spaces, so that each place of the text stays where it is:
``\frac{d}{dX} f``, ``f(X) = ...``, ``\min_x``, and the answer after a derivative. What separates
statements becomes a comma.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from matcalc.errors import Span
from matcalc.language.operators_in_front import Operator, name_end, occurs, operator_at, optimum_at
from matcalc.language.syntax import MAX_LENGTH, fault


class PastedLine(NamedTuple):
    """A text whose statements are separated by commas, the names that it asks for, and notes.

    ``asked`` are the variables of derivatives, ``free`` those of an optimum.
    """

    text: str
    asked: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


#: Without any of these a text is one expression.
_SIGNS = re.compile(
    r"[=;∂∇≔≜]|\\(partial|nabla|[dt]?frac\s*\{*\s*(d|\\delta|\\mathrm|\\text)\b|(arg|inf|sup|min|max|operatorname"
    r"|under|mathop|coloneq))|\bd/d|\bd\s*/\s*d|\b(grad|D)_|\b(min|max)(imi[sz]e\b|\b|(?=_))|\barg\s*(min|max)|\\frac\s*\{*\s*d"
)
_DEFINED_AS = re.compile(r":=|≔|≜|\\coloneqq?(?![A-Za-z])|\\triangleq(?![A-Za-z])|\\doteq(?![A-Za-z])")
_IMPLIES = re.compile(r"\\(?:Rightarrow|Longrightarrow|implies)(?![A-Za-z])|⇒|⟹|=>")
_UNIT = re.compile(r"\\[A-Za-z]+\*?|\\.|[\s\S]")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w*matrix|array|cases)\*?\}")
_ENVIRONMENTS = re.compile(r"\\(?:begin|end)\s*\{\w*\*?\}")
#: Words that stand between statements, and those after which conditions stand.
_DENSITY = re.compile(
    r"(\\?(log|ln)\s*)?[A-Za-z]\w?\s*\([^=]*\)|(\\\||\|\|)[^=]*(\\\||\|\|)_(\w|\{[^{}=]*\})"
)
_NUMBER = re.compile(r"[\d.]+")
_WORD, _APPLIED_WORD = re.compile(r"[A-Z]{3,}"), re.compile(r"[a-z]{3,}|[A-Z]{2,}|[A-Z][a-z]{3,}")
_JOINS = re.compile(r"\s*(?:\\quad|\\qquad|\\[,;: ])*\s*(?:with|and|where)\s+")
_LATEX_JOINS = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{\s*(with|and|where)\s*:?\s*\}")
_CONDITIONS = re.compile(
    r"(?<![\w.])(?:s\.\s?t\.|subject\s+to|such\s+that)"
    r"|\\(?:text|mbox|textrm|mathrm)\s*\{\s*(?:s\.\s?t\.|subject\s+to|such\s+that):?\s*\}"
)
_OPENS, _CLOSES = (
    frozenset(("(", "[", "{", "\\{", "\\langle", "⟨")),
    frozenset((")", "]", "}", "\\}", "\\rangle", "⟩")),
)
_BARS = frozenset(("|", "‖", "∥", "\\|", "\\Vert", "\\lVert", "\\rVert", "\\vert", "\\lvert", "\\rvert"))
#: What stands around a formula, and before the first sign of a statement.
_LEAD = re.compile(
    r"(?:\s|\$|&|\\\[|\\\((?=.*\\\))|\\(?:displaystyle|quad|qquad|[,;:! ])"
    r"|\\begin\s*\{(?:align|aligned|equation|gather|gathered|split|multline)\*?\})*"
)
#: Marks behind a line.
_TRAILING = re.compile(r"(?<=[^\s;,])\s*[;,][\s;,]*$")
#: What ends a text.
_END = re.compile(r"(?:\s|[$.]|\\[\])]|\\(?:end|tag|label)\s*\{[^{}]*\})*$")
_OPERATORS = frozenset("+-*/@^·×−–,=(.")


def read_line(text: str, latex: bool, names: Collection[str]) -> PastedLine:
    r"""Return the statements of a text; ``names`` are declared. Raises E102 for what has two meanings.

    >>> line = read_line(r"\frac{d}{dX} \|AX\|^2", True, ())
    >>> line.text.strip(), line.asked
    ('\\|AX\\|^2', ('X',))
    """
    ended = _TRAILING.sub(lambda trailing: " " * len(trailing[0]), text) if len(text) <= MAX_LENGTH else text
    if len(text) > MAX_LENGTH or _SIGNS.search(ended) is None:
        return PastedLine(ended)
    return _LineReader(ended, latex, names).read()


class _Statement(NamedTuple):
    """A part of the text, and where the signs of equality in it stand."""

    start: int
    end: int
    equals: tuple[Span, ...]


class _LineReader:
    """The text as it is overwritten."""

    def __init__(self, text: str, latex: bool, names: Collection[str]):
        self.source = text
        self.text = text
        self.latex = latex
        self.names = names
        self.asked: list[str] = []
        self.free: list[str] = []
        self.said: list[str] = []
        self.functions: dict[str, str] = {}

    def read(self) -> PastedLine:
        if condition := _CONDITIONS.search(self.text):
            self._leave_out(condition.start(), len(self.text), "a condition")
        for sign in _DEFINED_AS.finditer(self.text):
            self._put(sign.start(), sign.end(), "=")
        for sign in _IMPLIES.finditer(self.text):
            first = _lead(self.text, sign.end())
            if operator_at(self.text, first, len(self.text), self.latex, self.names) is not None:
                self._leave_out(sign.start(), len(self.text), "a conclusion")
                break
            self._put(sign.start(), sign.end(), ",")
        statements = list(self._statements())
        for statement in statements:
            self._settle(statement, single=len(statements) == 1)
        for name, arguments in self.functions.items():
            self._without_arguments(name, arguments)
        return PastedLine(self.text, tuple(dict.fromkeys(self.asked)), tuple(self.free), tuple(self.said))

    # Statements

    def _statements(self) -> Iterator[_Statement]:
        """Yield the statements, and make what separates them commas."""
        start, equals = 0, list[Span]()
        for i, end, unit, depth in _units(self.text):
            if depth:
                continue
            if unit == "=" and not (self.text[i + 1 : i + 2] == "=" or self.text[i - 1 : i] in "=<>!"):
                equals.append(Span(i, end))
                continue
            after = self._separator(i, end, unit, bool(equals))
            if after:
                yield _Statement(start, i, tuple(equals))
                start, equals = after, []
        yield _Statement(start, len(self.text), tuple(equals))

    def _separator(self, i: int, end: int, unit: str, defined: bool) -> int:
        """Return the end of what separates statements at ``i``, 0 if nothing does."""
        follows = self._is_statement(end)
        if unit == ",":
            return end if _END.match(self.text, end) is None else 0
        if unit == ";" or (unit == "\\\\" and (follows or defined) and not self._goes_on(i, end)):
            self._put(i, end, ",")
            return end
        if unit == "\n" and not self.latex and (follows or defined) and not self._goes_on(i, end):
            self._put(i, end, ",")
            return end
        if unit in ("\\text", "\\mbox", "\\textrm", "\\mathrm") and (
            word := _LATEX_JOINS.match(self.text, i)
        ):
            if word[1] != "where":
                self._put(i, word.end(), ",")
            return word.end()
        if unit.isspace() and (join := _JOINS.match(self.text, i)) and self._is_statement(join.end()):
            if "where" not in join[0]:
                self._put(i, join.end(), ",")
            return join.end()
        return 0

    def _goes_on(self, i: int, end: int) -> bool:
        """Return whether a line break is inside of an expression, or there is nothing on one of its sides."""
        before, after = self.text[:i].rstrip(), self.text[_lead(self.text, end) :].lstrip()
        if not before or not after or _END.match(after) or _LATEX_JOINS.match(after):
            return True
        return before[-1] in _OPERATORS or (after[0] in _OPERATORS - {"("}) or after.startswith("where")

    def _is_statement(self, i: int) -> bool:
        """Return whether a name, with arguments perhaps, and a sign of equality begin at ``i``."""
        i = _lead(self.text, i)
        end = name_end(self.text, i, self.latex)
        if end <= i:
            return False
        arguments = self._arguments(end)
        return self._at_equals(arguments or end)

    def _at_equals(self, i: int) -> bool:
        rest = self.text[i:].lstrip(" &\t\\!,:") if self.latex else self.text[i:].lstrip()
        return rest.startswith("=") and not rest.startswith("==")

    def _arguments(self, i: int) -> int:
        """Return the end of arguments in brackets at ``i``, 0 if there are none."""
        bracket = re.compile(r"\s*(?:\\left\s*|\\[bB]igg?l?\s*)?(?=\()").match(self.text, i)
        return _closed(self.text, bracket.end()) if bracket else 0

    # One statement

    def _settle(self, statement: _Statement, *, single: bool) -> None:
        start, end, equals = statement
        start = _lead(self.text, start)
        sides = [*zip([start, *(e.end for e in equals)], [*(e.start for e in equals), end], strict=True)]
        for k, (first, last) in enumerate(sides):
            operator = self._operator(first, last)
            if operator is not None:
                self._ask(operator, first, last)
                self._blank(start, first)
                if k + 1 < len(sides):
                    self._leave_out(last, end, "a proposed answer")
                return
        self._front(start, sides, single=single, last=end)
        value = start if len(sides) == 1 else sides[-1][0]
        value = _lead(self.text, value)
        while (optimum := optimum_at(self.text, value, self.latex)) is not None:
            rest = self.text[optimum.end :]
            if not all(occurs(name, rest, self.latex or len(name) == 1) for name in optimum.variables):
                return
            self.free += optimum.variables
            self._leave_out(value, optimum.end, "the sign of an optimum")
            value = _lead(self.text, optimum.end)

    def _operator(self, start: int, end: int) -> Operator | None:
        """Return the operator that stands first, if it is applied to all of the side."""
        start = _lead(self.text, start)
        operator = operator_at(self.text, start, end, self.latex, self.names)
        if operator is None:
            return None
        first = _lead(self.text, operator.end)
        body = operator.body or (first, first + len(self.text[first:end].rstrip(" $.,&\n")))
        return operator if self._is_value(*body) and not operator.order else None

    def _is_value(self, first: int, last: int) -> bool:
        """Return whether what an operator is applied to is written out, or defined elsewhere in the text."""
        if name_end(self.text, first, self.latex) < last:
            return True
        name = re.escape(self.text[first:last])
        return re.search(rf"(?<![\w\\]){name}\s*(\([^()]*\)\s*)?&?=", self.text) is not None

    def _ask(self, operator: Operator, first: int, last: int) -> None:
        """Overwrite an operator, and remember its variables."""
        self.asked += operator.variables
        if operator.body is None:
            self._refuse_open_reach(operator, last)
            self._blank(first, operator.end)
            return
        self._blank(first, operator.body[0])
        self._blank(operator.body[1], operator.end)

    def _refuse_open_reach(self, operator: Operator, last: int) -> None:
        """Raise E102 for a sum after an operator, which may be applied to its first term alone."""
        started = within = False
        for i, end, unit, depth in _units(self.text, operator.end, last):
            if unit in _BARS and not (unit == "|" and self.text[i - 1] == "|"):
                within = not within
            elif depth == 0 and started and not within and unit in ("+", "-", "−"):
                shown = self.source[operator.start : operator.end].strip()
                message = f"{shown} may be of the first term or of the whole sum"
                help_text = f"put brackets: {shown} ( ... )"
                raise fault("E102", message, Span(i, end), "how far does it reach?", help_text)
            started = started or not unit.isspace()

    def _front(self, start: int, sides: list[tuple[int, int]], *, single: bool, last: int) -> None:
        """Overwrite what stands before the value: the arguments of a function, a chain of names."""
        if len(sides) == 1:
            return
        first, end = sides[0]
        name = name_end(self.text, first, self.latex)
        arguments = self._arguments(name) if name > first else 0
        if self._is_product(self.text[first:name], applied=arguments > 0):
            return
        rest = self.text[arguments or name : end].strip(" &\t\n\\!,:")
        if name > first and not rest:
            if arguments:
                self.functions[self.text[first:name].strip()] = self.text[name:arguments].strip()
                self._blank(name, arguments)
            if len(sides) > 2 and self._is_short(*sides[-1]):
                return
            if len(sides) > 2:
                self.said.append(f"of what is equal the last is read: {self._shown(*sides[-1])}")
                self._blank(sides[0][1] + 1, sides[-1][0])
            self._unlabel(first, name, sides[0][1], bool(arguments), single=single)
        elif single and _is_density(self.text[first:end]):
            self._blank(start, sides[-1][0])
        elif not single and start > 0 and not self._is_last(last):
            return
        elif not single and start > 0:
            self._leave_out(start, last, "a condition")

    def _is_product(self, written: str, *, applied: bool) -> bool:
        """Return whether letters side by side in LaTeX are no word, as in ``Ax = b``."""
        word = _APPLIED_WORD if applied else _WORD
        return self.latex and len(written) > 1 and written.isalpha() and not word.fullmatch(written)

    def _is_short(self, start: int, end: int) -> bool:
        """Return whether a side is a number or a name, which say nothing of a value."""
        start, written = _lead(self.text, start), self.text[start:end].strip(" .,$")
        named = name_end(self.text, start, self.latex) - start == len(written)
        return _NUMBER.fullmatch(written) is not None or named

    def _is_last(self, end: int) -> bool:
        return not self.text[end:].strip(" ,$.\n")

    def _unlabel(self, first: int, name: int, equals: int, applied: bool, *, single: bool) -> None:
        """Overwrite the name of the only value, if it does not occur in it."""
        written = self.text[first:name].strip()
        letters = written.isalpha() and self.latex and len(written) > 1
        value = self.text[equals + 1 :]
        if single and (applied or letters) and not occurs(written, value, self.latex):
            self._blank(first, equals + 1)

    def _without_arguments(self, name: str, arguments: str) -> None:
        """Overwrite the arguments of a function where it is applied to the same. Raises E110 for others."""
        for place in re.finditer(rf"(?<![\w\\]){re.escape(name)}(?=\s*(\\left\s*)?\()", self.text):
            end = self._arguments(place.end())
            given = self.text[place.end() : end].strip()
            if given.replace(" ", "") != arguments.replace(" ", ""):
                message = f"{name} is a function, and is applied to something else here"
                help_text = "write out what it is here"
                raise fault("E110", message, Span(place.start(), end), "another argument", help_text)
            self._blank(place.end(), end)

    # Overwriting

    def _put(self, start: int, end: int, sign: str) -> None:
        self.text = self.text[:start] + sign + " " * (end - start - len(sign)) + self.text[end:]

    def _blank(self, start: int, end: int) -> None:
        self._put(start, end, "")

    def _leave_out(self, start: int, end: int, what: str) -> None:
        shown = self._shown(start, end)
        if shown:
            self.said.append(f"left out as {what}: {shown}")
        trailing = self.text[start:end]
        closing = len(trailing) - len(trailing.rstrip("$ \n.")) if "$" in trailing[-3:] else 0
        self._blank(start, end - closing)

    def _shown(self, start: int, end: int) -> str:
        shown = " ".join(_ENVIRONMENTS.sub("", self.source[start:end]).split()).strip("=,; ")
        return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 3] + "..."


#: Longest text that a note repeats.
_LONGEST = 60


def _lead(text: str, i: int) -> int:
    """Return where the first sign after layout stands."""
    lead = _LEAD.match(text, i)
    return lead.end() if lead else i


def _is_density(side: str) -> bool:
    r"""Return whether a side is a notation for the other, as ``\log p(y|X)`` and ``\|x\|_A`` are."""
    return _DENSITY.fullmatch(side.strip(" &")) is not None


def _units(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str, int]]:
    """Yield the commands and characters with their places, and how many brackets are open around each."""
    depth = 0
    for match in _UNIT.finditer(text, start, len(text) if end is None else end):
        unit = match[0]
        if unit in ("\\begin", "\\end") and _ENVIRONMENT.match(text, match.start()):
            depth += 1 if unit == "\\begin" else -1
        elif unit in _OPENS:
            depth += 1
        elif unit in _CLOSES:
            depth -= 1
            continue
        yield match.start(), match.end(), unit, depth


def _closed(text: str, opening: int) -> int:
    """Return the end of the brackets that open at ``opening``, 0 if they are not closed."""
    depth = 0
    for match in _UNIT.finditer(text, opening):
        depth += (match[0] in _OPENS) - (match[0] in _CLOSES)
        if depth == 0:
            return match.end()
    return 0
