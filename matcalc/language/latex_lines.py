r"""What stands around an expression on a line of a paper: numbers and labels, ``f(x) =``, ``\min_x``, prose.

What says nothing of the value is left out; what is taken for a factor, or asks for more than an expression,
is refused with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lark import Token

from matcalc.errors import MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import LatexLine, command_of, delimiter_of
from matcalc.language.syntax import ONE_SIDE, fault, span_of
from matcalc.language.token_lines import brace_nesting, group_end
from matcalc.language.tokens import Output, is_adjacent

_DROPPED = frozenset(("tag", "label"))
_NUMBERS_THE_REST = frozenset(("eqno", "leqno"))
#: More letters than names of environments have.
_LONGEST_ENVIRONMENT = 20


def trimmed(tokens: list[Token]) -> list[Token]:
    """Return the tokens without the signs around a formula, punctuation at its end, labels and tags."""
    kept = list(_without_labels(tokens))
    first = 0
    while first < len(kept) and kept[first].type == "MATH":
        first += 1
    endings: list[Token] = []
    while len(kept) > first:
        if _ends_a_line(kept[-1]):
            kept.pop()
        elif (start := _end_of_environment(kept)) > first:
            endings += reversed(kept[start:])
            del kept[start:]
        else:
            break
    return kept[first:] + endings[::-1]


def _without_labels(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens up to the number of the equation, without its label."""
    i = 0
    while i < len(tokens):
        command = command_of(tokens[i])
        if command in _NUMBERS_THE_REST:
            return
        if command in _DROPPED:
            i += 1 + (tokens[i + 1 : i + 2] == ["*"])
            i = group_end(tokens, i, brace_nesting) or len(tokens)
            continue
        yield tokens[i]
        i += 1


def _end_of_environment(tokens: Sequence[Token]) -> int:
    r"""Return where the ``\end{...}`` begins that the tokens end with, or 0."""
    if tokens[-1].type != "RBRACE":
        return 0
    for i in range(len(tokens) - 2, max(len(tokens) - _LONGEST_ENVIRONMENT, 0), -1):
        if tokens[i].type == "LBRACE":
            return i - 1 if tokens[i - 1] == "\\end" else 0
    return 0


def _ends_a_line(token: Token) -> bool:
    ends = token.type in ("MATH", "COMMA", "NEW_ROW") or command_of(token) in tex.SPACING
    return ends or (token.type == "PUNCTUATION" and token in (".", ";"))


#: Words of prose.
_PROSE = frozenset((
    "if", "for", "forall", "when", "otherwise", "with", "subject", "st", "such", "then", "because", "since",
    "hence", "thus", "therefore", "or", "on", "is", "as", "by", "given", "let", "over", "here", "but",
    "while",
))  # fmt: skip
_JOINS = frozenset(("where", "and"))
_WITH_SPACES = frozenset(("text", "mbox", "textrm", "textit", "textsf"))
_EQUATION_NUMBER = re.compile(r"\d+(\.\d+)*[a-z]?'*")
_MARK = re.compile(r"[\w.*†′']{1,5}")
_OPENS = frozenset(("LPAR", "LSQB", "LBRACE", "ANGLE_OPEN"))
_BRACKETS = frozenset(("LPAR", "LSQB"))
_CLOSES = frozenset(("RPAR", "RSQB", "RBRACE", "ANGLE_CLOSE"))
_SIGNS = frozenset((
    "PLUS", "MINUS", "TIMES", "OVER", "ENTRYWISE", "ENTRYWISE_OVER", "KRONECKER", "CARET", "PRIME", "BAR",
    "DOUBLE_BAR", "NUMBER", "LPAR", "LSQB", "COMMA",
))  # fmt: skip
_LAYOUT = frozenset(("AMPERSAND", "MATH", "NEW_ROW", "LBRACE", "RBRACE"))
#: More numbers and commas than an index has.
_LONGEST_INDEX = 6


def refuse_lines(line: LatexLine) -> None:
    """Raise E101, E102 or E506 for what makes a line more than one expression."""
    _refuse_rows(line)
    depth = equations = start = 0
    defining = False
    for i in line.places():
        token, command = line.tokens[i], line.command_at(i)
        if command in tex.WORDS:
            defining = _word(line, i) in _JOINS or defining
        elif token == "||" and line.at(i + 1) == "|" and is_adjacent(token, line.tokens[i + 1]):
            message = "three bars may be a norm of operators or an absolute value"
            help_text = "write \\|x\\| for a norm, \\left| ... \\right| for an absolute value"
            raise fault("E102", message, token, "which?", help_text)
        elif token.type == "PUNCTUATION":
            help_text = "write out what a function of several arguments is" if depth > 0 else ""
            message = f"unexpected character {token[0]!r}"
            raise fault("E101", message, token, "not part of the language", help_text)
        depth += _nesting(token)
        if token.type in _BRACKETS and (error := _entry(line, i)) is not None:
            raise error
        if _is_equals(token) and depth <= 0 and not defining:
            equations += 1
            if equations > 1 or not _is_name(line, start, i):
                raise _equation(token)
        elif token.type == "COMMA" and depth <= 0:
            start, equations = i + 1, 0
    _refuse_equation_number(line)


def _entry(line: LatexLine, i: int) -> MatcalcError | None:
    """Return E506 for ``x(1)`` and ``A[1,2]``: a letter with numbers in brackets right after it."""
    if line.type_at(i - 1) != "LETTER" or not is_adjacent(line.tokens[i - 1], line.tokens[i]):
        return None
    name, last = line.tokens[i - 1], i + 1
    while line.type_at(last) in ("NUMBER", "COMMA") and last < i + _LONGEST_INDEX:
        last += 1
    if line.type_at(last) not in ("RPAR", "RSQB") or last == i + 1:
        return None
    index = "".join(line.tokens[i + 1 : last])
    help_text = f"for a product write {name} \\cdot {index}" if index.isalnum() else ""
    place = name, line.tokens[last]
    return fault("E506", "entries by their indices cannot be used", place, "an entry?", help_text)


def _refuse_equation_number(line: LatexLine) -> None:
    """Raise E102 for a number in brackets at the end, or in front, that is no factor."""
    tokens, last = line.tokens, len(line) - 1
    start = next((i for i in range(last, max(last - 7, -1), -1) if tokens[i].type in ("LPAR", "LSQB")), 0)
    if start > 0 and tokens[last].type in ("RPAR", "RSQB"):
        inner = "".join(tokens[start + 1 : last])
        before = start - 1
        while before > 0 and line.command_at(before) in tex.SPACING:
            before -= 1
        pattern = _MARK if before < start - 1 else _EQUATION_NUMBER
        if pattern.fullmatch(inner) and _ends_operand(line, before):
            raise _equation_number(line, start, last, inner, f"\\cdot {inner}")
    after = line.after_spacing(3)
    in_front = [token.type for token in tokens[:3:2]] == ["LPAR", "RPAR"] and line.starts_operand(after)
    if in_front and (tokens[1].type == "NUMBER" or (after > 3 and _MARK.fullmatch(tokens[1]))):
        raise _equation_number(line, 0, 2, tokens[1], f"{tokens[1]} \\cdot")


def _equation_number(line: LatexLine, start: int, last: int, inner: str, factor: str) -> MatcalcError:
    help_text = f"leave it out, or write {factor}" if inner.isalnum() else "leave it out"
    message = f"({inner}) may be the number of the equation or a factor"
    return fault("E102", message, (line.tokens[start], line.tokens[last]), "which?", help_text)


def _ends_operand(line: LatexLine, i: int) -> bool:
    """Return whether an operand ends at ``i``, and not the name of a function in braces."""
    if line.type_at(i) != "RBRACE":
        return line.ends_operand(i)
    start = next(k for k in range(i, -1, -1) if line.closing[k] == i)
    return line.command_at(start - 1) not in tex.WORDS


def _refuse_rows(line: LatexLine) -> None:
    r"""Raise E102 for two lines of a layout with nothing between them, which would be a product."""
    others = 0
    for i, token in enumerate(line.tokens):
        if token in ("\\begin", "\\end"):
            start, end = line.without_braces(i + 1, line.argument_end(i + 1))
            layout = "".join(line.tokens[start:end]).removesuffix("*") in tex.LAYOUTS
            others += (not layout) * (1 if token == "\\begin" else -1)
        elif token.type == "NEW_ROW" and not others and i and line.ends_operand(i - 1):
            following = i + 1
            while (
                line.type_at(following) in ("AMPERSAND", "NEW_ROW")
                or line.command_at(following) in tex.SPACING
            ):
                following += 1
            if line.command_at(following) not in tex.WORDS and line.starts_operand(following):
                message = "two lines may be a product or two expressions"
                help_text = "write the operation between the lines, or one line alone"
                raise fault("E102", message, token, "which?", help_text)


def _word(line: LatexLine, i: int) -> str:
    r"""Return the word that a command such as ``\text`` makes, if it may be a name or a function."""
    tokens, end = line.tokens, line.end_of_no_operands(i)
    start = i + 1 + (line.at(i + 1) == "*")
    inner = [token for token in tokens[start:end] if token.type not in ("LBRACE", "RBRACE")]
    phrase, reached = "", span_of(tokens[start]).end if line.type_at(start) == "LBRACE" else 0
    spaced = False
    for token in inner:
        gap = bool(reached) and span_of(token).start > reached
        spaced = spaced or gap
        phrase += (" " if gap and phrase else "") + (token.removeprefix("\\") if token != "\\," else " ")
        reached = span_of(token).end
    spaced = spaced or bool(reached and end and span_of(tokens[end - 1]).start > reached)
    lower = phrase.lower()
    if phrase in line.given or lower in _JOINS:
        return lower
    place = tokens[i], tokens[end - 1]
    prose = (spaced and line.command_at(i) in _WITH_SPACES and len(phrase) > 1) or " " in phrase
    prose = prose and not (phrase in BY_CALL or phrase in tex.FUNCTIONS)
    if lower in _PROSE or prose or any(token.type == "PUNCTUATION" for token in inner):
        named = phrase.isalpha() and lower not in _PROSE
        help_text = "leave the words out"
        help_text += f"; a variable is written \\mathrm{{{phrase}}}" if named else ""
        message, label = "words are no part of an expression", "read as a factor otherwise"
        raise fault("E506", message, place, label, help_text)
    return lower


def _nesting(token: Token) -> int:
    """Return 1 for a bracket that opens, -1 for one that closes."""
    kind = delimiter_of(token)
    return brace_nesting(token) or (kind in _OPENS) - (kind in _CLOSES)


def _is_equals(token: Token) -> bool:
    return token.type == "EQUALS" or tex.OPERATORS.get(command_of(token)) == "EQUALS"


def _plain(line: LatexLine, start: int, end: int) -> Iterator[Token]:
    """Yield the tokens from ``start`` to ``end`` without words, which are one token, and subscripts."""
    for i in line.places(start):
        if i >= end:
            return
        command = line.command_at(i)
        if command in tex.WORDS:
            yield Token("LETTER", "w")
        elif (
            line.end_of_no_operands(i) == i and line.type_at(i) not in _LAYOUT and command not in tex.SPACING
        ):
            yield line.tokens[i]


def _is_letter(token: Token) -> bool:
    return token.type == "LETTER" or command_of(token) in tex.LETTERS


def _is_name(line: LatexLine, start: int, end: int) -> bool:
    """Return whether the tokens from ``start`` to ``end`` are a single name, perhaps with an index above."""
    raised = next((i for i in range(start, end) if _is_raised_index(line, i)), end)
    plain = [*_plain(line, start, raised), *_plain(line, line.argument_end(raised + 1), end)]
    commands = (*tex.OPERATORS, *(BY_CALL.keys() - tex.ACCENTS.keys() - tex.STYLES.keys()))
    is_sign = [token.type in _SIGNS or command_of(token) in commands for token in plain]
    return sum(map(_is_letter, plain)) == 1 and not any(is_sign)


def _is_raised_index(line: LatexLine, i: int) -> bool:
    """Return whether a superscript in brackets begins, as in ``x^{(1)}``."""
    return (line.type_at(i), line.type_at(i + 1)) == ("CARET", "LBRACE") and line.type_at(i + 2) in _BRACKETS


def _equation(token: Token) -> MatcalcError:
    """Return the error for a sign of equality that is not that of a label or a definition."""
    return fault("E102", f"unexpected {str(token)!r}", token, "an equation", ONE_SIDE)


def environment(token: Token, name: str, place: Span, groups: list[str], out: Output) -> None:
    r"""Open or close an environment among ``groups``, and add what that of a matrix becomes."""
    if name not in tex.MATRICES and name not in tex.LAYOUTS:
        help_text = "matrices are written as bmatrix or pmatrix"
        raise fault("E506", f"the environment {name} cannot be used", place, "not supported", help_text)
    if token == "\\begin":
        groups.append(name)
        if name in tex.MATRICES:
            out.put("BLOCK_OPEN", f"\\begin{{{name}}}", place)
        return
    if not groups or groups.pop() != name:
        raise fault("E104", f"\\end{{{name}}} has no \\begin", place, "ends nothing open here")
    if name in tex.MATRICES:
        if out.tokens[-1].type == "SEMICOLON":
            out.tokens.pop()
        out.put("BLOCK_CLOSE", f"\\end{{{name}}}", place)
