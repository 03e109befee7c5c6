r"""The statements of a pasted line: what is asked, names in front of values, definitions, conditions.

What is no part of a value is overwritten with spaces, so that each place of the text stays where it is:
``\frac{d}{dX} f``, ``f(X) = ...``, ``\min_x``, and the answer after a derivative. What separates
statements becomes a comma.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from matcalc.errors import MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.functions.table import NORMS
from matcalc.language.operators_in_front import Operator, operator_at, operators_in, optima_in, optimum_at
from matcalc.language.syntax import MAX_LENGTH, ONE_SIDE, fault
from matcalc.language.text_units import layout_end, matching_end, name_end, occurs, units


class PastedLine(NamedTuple):
    """A text whose statements are separated by commas, the names that it asks for, and notes.

    ``asked`` are the variables of derivatives, ``free`` those of an optimum.
    """

    text: str
    asked: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


_DEFINED_AS = re.compile(r":=|≔|≜|\\coloneqq?(?![A-Za-z])|\\triangleq(?![A-Za-z])|\\doteq(?![A-Za-z])")
_IMPLIES = re.compile(r"\\(?:Rightarrow|Longrightarrow|implies)(?![A-Za-z])|⇒|⟹|=>")
_ENVIRONMENTS = re.compile(r"\\(?:begin|end)\s*\{\w*\*?\}")
#: Notations for a value, before a sign of equality: a logarithm of a name, its square, a norm with a matrix.
_LOGARITHM = re.compile(r"[-−]?\s*(?:\\(?:log|ln)(?![A-Za-z])\s*|(?:log|ln)\s*)(?=[\\A-Za-z])")
_MARK_OF_NAME = re.compile(r"\s*(?:\^\s*(?:2|\{\s*2\s*\}|\{?\s*(?:\*|\\ast|\\star)\s*\}?)|²)\s*")
_WEIGHTED_NORM = re.compile(
    r"(?:\\\||\|\|)[^=]*(?:\\\||\|\|)_(\\?[A-Z]\w*|\{\s*\\?[A-Z][^=]*?\})(?:\^\{?2\}?|²)?"
)
_BETWEEN_ARGUMENTS = re.compile(r"\\(?:mid|vert|[|,;:! ]|[lc]?dots)(?![A-Za-z])|[,;:|…·]|\.\.\.")
_SIZES_OF_BRACKETS = re.compile(r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])")
_NUMBER = re.compile(r"[\d.]+")
_WORD, _APPLIED_WORD = re.compile(r"[A-Z]{3,}"), re.compile(r"[a-z]{3,}|[A-Z]{2,}|[A-Z][a-z]{3,}")
#: Words that stand between statements, and those after which conditions stand.
_JOINS = re.compile(r"(?:with|and|where)\s+")
_LATEX_JOINS = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{\s*(with|and|where)\s*:?\s*\}")
_WHERE = re.compile(r"(?<![\w.\\])where\s|\\(?:text|mbox|textrm|mathrm)\s*\{\s*where\b")
_CONDITIONS = re.compile(
    r"(?<![\w.])(?:s\.\s?t\.|subject\s+to|such\s+that)"
    r"|\\(?:text|mbox|textrm|mathrm)\s*\{\s*(?:s\.\s?t\.|subject\s+to|such\s+that):?\s*\}"
)
_BARS = frozenset(("|", "‖", "∥", "\\|", "\\Vert", "\\lVert", "\\rVert", "\\vert", "\\lvert", "\\rvert"))
#: Marks behind a line.
_TRAILING = re.compile(r"(?<=[^\s;,])\s*[;,][\s;,]*$")
#: What ends a text.
_END = re.compile(r"\s*(?:(?:[$.]|\\[\])]|\\(?:end|tag|label)\s*\{[^{}]*\})\s*){0,50}$")
_EQUALITY = re.compile(r"(?<![=<>!])=(?!=)")
_EQUALS, _LATEX_EQUALS = re.compile(r"\s*=(?!=)"), re.compile(r"[\s&\\!,:]*=(?!=)")
_OPERATORS = frozenset("+-*/@^·×−–,;=(.")


def read_line(text: str, latex: bool, names: Collection[str]) -> PastedLine:
    r"""Return the statements of a text; ``names`` are declared. Raises E102 for what has two meanings.

    >>> line = read_line(r"\frac{d}{dX} \|AX\|^2", True, ())
    >>> line.text.strip(), line.asked
    ('\\|AX\\|^2', ('X',))
    """
    if len(text) > MAX_LENGTH:
        return PastedLine(text)
    ended = _TRAILING.sub(lambda trailing: " " * len(trailing[0]), text)
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
        #: Whether conditions follow.
        self.constrained = False
        self.asked: list[str] = []
        self.free: list[str] = []
        self.said: list[str] = []
        self.functions: dict[str, str] = {}

    def read(self) -> PastedLine:
        if condition := _CONDITIONS.search(self.text):
            self.constrained = True
            where = _WHERE.search(self.text, condition.end())
            self._leave_out(condition.start(), where.start() if where else len(self.text), "a condition")
        for sign in _DEFINED_AS.finditer(self.text):
            self._put(sign.start(), sign.end(), "=")
        for sign in _IMPLIES.finditer(self.text):
            first = layout_end(self.text, sign.end())
            if operator_at(self.text, first, len(self.text), self.latex, self.names) is not None:
                self._leave_out(sign.start(), len(self.text), "a conclusion")
                break
            self._put(sign.start(), sign.end(), ",")
        statements = list(self._statements())
        for statement in statements:
            self._settle(statement, single=len(statements) == 1)
        for name, arguments in self.functions.items():
            self._without_arguments(name, arguments)
        for operator in operators_in(self.text, self.latex, self.names):
            raise self._no_operator(operator)
        for optimum in optima_in(self.text) if self.latex else ():
            message = f"{self._shown(optimum.start, optimum.end)} asks for an optimum"
            raise fault("E506", message, Span(*optimum[:2]), "no part of the value", _FOR_OPTIMA)
        return PastedLine(self.text, tuple(dict.fromkeys(self.asked)), tuple(self.free), tuple(self.said))

    # Statements

    def _statements(self) -> Iterator[_Statement]:
        """Yield the statements, and make what separates them commas."""
        start, equals, before = 0, list[Span](), ""
        kept, written = list[str](), 0
        for i, end, unit, depth in units(self.text):
            after = 0
            if depth or unit.isalnum():
                pass
            elif unit == "=" and _EQUALITY.match(self.text, i):
                equals.append(Span(i, end))
            elif after := self._separator(i, end, unit, before, bool(equals)):
                yield _Statement(start, i, tuple(equals))
                start, equals = after, []
                if "where" not in self.text[i:after]:
                    kept += self.text[written:i], ",".ljust(after - i)
                    written = after
            before = "," if after else before if unit.isspace() else unit
        yield _Statement(start, len(self.text), tuple(equals))
        self.text = "".join(kept) + self.text[written:]

    def _separator(self, i: int, end: int, unit: str, before: str, defined: bool) -> int:
        """Return the end of what separates statements at ``i``, behind ``before``; 0 if nothing does."""
        if unit == ";" or (unit == "," and _END.match(self.text, end) is None):
            return end
        breaks = unit == "\\\\" or (not self.latex and unit.isspace() and "\n" in unit)
        if breaks and not self._goes_on(before, end) and (defined or self._is_statement(end)):
            return end
        if word := _LATEX_JOINS.match(self.text, i):
            return word.end()
        join = _JOINS.match(self.text, end) if unit.isspace() else None
        return join.end() if join and self._is_statement(join.end()) else 0

    def _goes_on(self, before: str, end: int) -> bool:
        """Return whether a line break is inside of an expression, or there is nothing on one of its sides."""
        after = layout_end(self.text, end)
        if not before or _END.match(self.text, after) or _LATEX_JOINS.match(self.text, after):
            return True
        follows = self.text[after] in _OPERATORS - {"("} or self.text.startswith("where", after)
        return before[-1] in _OPERATORS or follows

    def _is_statement(self, i: int) -> bool:
        """Return whether a name, with arguments perhaps, and a sign of equality begin at ``i``."""
        i = layout_end(self.text, i)
        end = name_end(self.text, i, self.latex)
        if end <= i:
            return False
        equals = _LATEX_EQUALS if self.latex else _EQUALS
        return equals.match(self.text, self._arguments(end) or end) is not None

    def _arguments(self, i: int) -> int:
        """Return the end of arguments in brackets at ``i``, 0 if there are none."""
        bracket = re.compile(r"\s*(?:\\left\s*|\\[bB]igg?l?\s*)?(?=\()").match(self.text, i)
        return matching_end(self.text, bracket.end()) if bracket else 0

    # One statement

    def _settle(self, statement: _Statement, *, single: bool) -> None:
        start, end, equals = statement
        start = layout_end(self.text, start)
        sides = [*zip([start, *(e.end for e in equals)], [*(e.start for e in equals), end], strict=True)]
        for k, (first, last) in enumerate(sides):
            operator = self._operator(first, last)
            if operator is not None:
                self._ask(operator, first, last)
                self._blank(start, first)
                if k + 1 < len(sides):
                    self._leave_out(last, end, "a proposed answer")
                return
        sides[0] = self._without_optima(start), sides[0][1]
        if len(sides) > 1:
            self._front(start, sides, single=single, last=end)
            self._without_optima(sides[-1][0])

    def _without_optima(self, start: int) -> int:
        """Overwrite the signs of optima at a place, and return where what follows them begins."""
        start = layout_end(self.text, start)
        while len(self.free) < _MOST_OPTIMA and (optimum := self._optimum(start)):
            rest = self.text[optimum.end :]
            if not all(occurs(name, rest, self.latex or len(name) == 1) for name in optimum.variables):
                break
            self.free += optimum.variables
            self._leave_out(start, optimum.end, "the sign of an optimum")
            start = layout_end(self.text, optimum.end)
        return start

    def _optimum(self, start: int) -> Operator | None:
        return optimum_at(self.text, start, self.latex, constrained=self.constrained)

    def _operator(self, start: int, end: int) -> Operator | None:
        """Return the operator that stands first, if it is applied to all of the side."""
        start = layout_end(self.text, start)
        operator = operator_at(self.text, start, end, self.latex, self.names)
        if operator is None:
            return None
        first = layout_end(self.text, operator.end)
        body = operator.body or (first, first + len(self.text[first:end].rstrip(" $.,&\n")))
        return operator if self._is_value(*body) and not operator.refused else None

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
        for i, end, unit, depth in units(self.text, operator.end, last):
            if unit in _BARS and not (unit == "|" and self.text[i - 1] == "|"):
                within = not within
            elif depth == 0 and started and not within and unit in ("+", "-", "−"):
                shown = self.source[operator.start : operator.end].strip()
                message = f"{shown} may be of the first term or of the whole sum"
                help_text = f"put brackets: {shown} ( ... )"
                raise fault("E102", message, Span(i, end), "how far does it reach?", help_text)
            started = started or not unit.isspace()

    def _front(self, start: int, sides: list[tuple[int, int]], *, single: bool, last: int) -> None:
        """Overwrite what stands before the value: the arguments of a function, a chain of names.

        Raises E102 for an equation, of which the left side is no name of the right one.
        """
        first, end = sides[0]
        name = name_end(self.text, first, self.latex)
        arguments = self._arguments(name) if name > first else 0
        rest = self.text[arguments or name : end].strip(" &\t\n\\!,:")
        product = self._is_product(self.text[first:name], applied=arguments > 0)
        written = self.text[first:name].strip()
        if single and len(written) > 1 and written.isupper() and self._is_short(*sides[-1]):
            raise _equation(end)
        if name > first and not rest and not product:
            if arguments:
                if not self._is_applied(first, name, arguments):
                    raise _equation(end)
                self.functions[written] = self.text[name:arguments].strip()
                self._blank(name, arguments)
            if len(sides) > 2 and self._is_short(*sides[-1]):
                return
            if len(sides) > 2:
                self.said.append(f"of what is equal the last is read: {self._shown(*sides[-1])}")
                self._blank(sides[0][1] + 1, sides[-1][0])
            self._unlabel(first, name, sides[0][1], bool(arguments), single=single)
        elif single:
            if self._is_notation(first, end):
                self._blank(start, sides[-1][0])
        elif start > 0 and self._is_last(last):
            self._leave_out(start, last, "a condition")
            self._blank(self.text.rfind(",", 0, start), start)

    def _is_applied(self, first: int, name: int, end: int) -> bool:
        """Return whether a name that is no function of the table is applied to names alone."""
        arguments = _SIZES_OF_BRACKETS.sub("", self.text[name:end]).strip()[1:-1]
        names = [written.strip() for written in _BETWEEN_ARGUMENTS.split(arguments)]
        letters = self.latex and any(len(written) > 1 and written.isalpha() for written in names)
        written = self.text[first:name].strip().removeprefix("\\")
        are_names = all(name_end(written, 0, self.latex) == len(written) for written in names)
        return are_names and not letters and written not in BY_CALL

    def _is_notation(self, first: int, end: int) -> bool:
        r"""Return whether a side is a notation for the other, as ``\log p(y|X)`` and ``\chi^2`` are."""
        side = self.text[:end].rstrip(" &\t\n")
        if norm := _WEIGHTED_NORM.fullmatch(side, first):
            return norm[1].strip("{} ") not in NORMS
        logarithm = _LOGARITHM.match(side, first)
        start = logarithm.end() if logarithm else first
        name = name_end(side, start, self.latex)
        mark = _MARK_OF_NAME.match(side, name)
        after = mark.end() if mark else name
        if name == start or not (logarithm or mark):
            return False
        if after == len(side):
            is_free = not occurs(side[start:name], self.text[end + 1 :], self.latex)
            return is_free and not self._is_short(end + 1, len(self.text))
        return self._is_applied(start, after, len(side)) and self._arguments(after) == len(side)

    def _is_product(self, written: str, *, applied: bool) -> bool:
        """Return whether letters side by side in LaTeX are no word, as in ``Ax = b``."""
        word = _APPLIED_WORD if applied else _WORD
        return self.latex and len(written) > 1 and written.isalpha() and not word.fullmatch(written)

    def _is_short(self, start: int, end: int) -> bool:
        """Return whether a side is a number or a name, which say nothing of a value."""
        start, written = layout_end(self.text, start), self.text[start:end].strip(" .,$")
        named = name_end(self.text, start, self.latex) - start == len(written)
        return _NUMBER.fullmatch(written) is not None or named

    def _is_last(self, end: int) -> bool:
        return re.compile(r"[\s,$.]*$").match(self.text, end) is not None

    def _unlabel(self, first: int, name: int, equals: int, applied: bool, *, single: bool) -> None:
        """Overwrite the name of the only value, if it does not occur in it."""
        written = self.text[first:name].strip()
        letters = written.rstrip("²").isalpha() and len(written) > 1
        value = self.text[equals + 1 :]
        if single and (applied or letters) and not occurs(written.rstrip("²"), value, self.latex):
            self._blank(first, equals + 1)

    def _without_arguments(self, name: str, arguments: str) -> None:
        """Overwrite the arguments of a function where it is applied to the same. Raises E104, E110."""
        for place in re.finditer(rf"(?<![\w\\]){re.escape(name)}(?=\s*(\\left\s*)?\()", self.text):
            end = self._arguments(place.end())
            given = self.text[place.end() : end].strip()
            if not end:
                opening = Span(place.end(), len(self.text))
                raise fault("E104", f"the bracket behind {name} is not closed", opening, "opened here")
            if given.replace(" ", "") != arguments.replace(" ", ""):
                message = f"{name} is a function, and is applied to something else here"
                help_text = "write out what it is here"
                raise fault("E110", message, Span(place.start(), end), "another argument", help_text)
            self._blank(place.end(), end)

    def _no_operator(self, operator: Operator) -> MatcalcError:
        """Return E506 for the sign of a derivative that does not stand in front of all of a value."""
        what = f"leave {self._shown(operator.start, operator.end)} out"
        if operator.body is not None:
            body = self._shown(*operator.body)
            what = f"write what {body} is" if len(body) == 1 else f"write {body} alone"
        variable = ", ".join(operator.variables)
        help_text = f"differentiate with respect to {variable}" if variable else _NAME_THE_VARIABLE
        message, place = "the sign of a derivative is no part of the expression", Span(*operator[:2])
        return fault("E506", message, place, "asks for a derivative", f"{what}, and {help_text}")

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


_FOR_OPTIMA = "leave it out and differentiate what follows; \\operatorname{logsumexp}(x) is a smooth maximum"
_NAME_THE_VARIABLE = "name the variable of differentiation"
#: Longest text that a note repeats, and more variables of optima than are in one text.
_LONGEST, _MOST_OPTIMA = 60, 50


def _equation(place: int) -> MatcalcError:
    return fault("E102", "unexpected '='", Span(place, place + 1), "an equation", ONE_SIDE)
