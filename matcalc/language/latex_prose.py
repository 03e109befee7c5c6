r"""What stands around an expression on a line of a paper: numbers and labels, ``f(x) =``, ``\min_x``, prose.

What says nothing of the value is left out; what is taken for a factor, or asks for more than an expression,
is refused with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL
from matcalc.language.latex_names import (
    DELIMITERS,
    FUNCTIONS,
    LAYOUTS,
    LETTERS,
    OPERATORS,
    SPACING,
    WORDS,
    after_spacing,
    argument_end,
    end_of_no_operands,
    ends_operand,
    fault,
    place,
    source,
    starts_operand,
    without_braces,
)

_DROPPED = frozenset(("tag", "label"))
_NUMBERS_THE_REST = frozenset(("eqno", "leqno"))
#: Words that ask for an optimum, and words of prose.
_OPTIMA = frozenset(
    (
        "minimize", "minimise", "maximize", "maximise", "argmin", "argmax", "arg min", "arg max", "min over",
        "max over", "optimize", "optimise",
    )
)  # fmt: skip
_OPTIMUM_WITH_SUBSCRIPT = frozenset(("min", "max", "inf", "sup"))
_PROSE = frozenset(
    (
        "if", "for", "forall", "when", "otherwise", "with", "subject", "st", "such", "then", "because",
        "since", "hence", "thus", "therefore", "or", "on", "is", "as", "by", "given", "let", "over", "here",
        "but", "while",
    )
)  # fmt: skip
_JOINS = frozenset(("where", "and"))
_WITH_SPACES = frozenset(("text", "mbox", "textrm", "textit", "textsf"))
_EQUATION_NUMBER = re.compile(r"\d+(\.\d+)*[a-z]?'*")
_MARK = re.compile(r"[\w.*†′']{1,5}")
_OPENS = frozenset(("LPAR", "LSQB", "LBRACE"))
_CLOSES = frozenset(("RPAR", "RSQB", "RBRACE"))
_SIGNS = frozenset(
    ("PLUS", "MINUS", "TIMES", "OVER", "ENTRYWISE", "ENTRYWISE_OVER", "KRONECKER", "CARET", "PRIME", "BAR",
     "DOUBLE_BAR", "NUMBER", "LPAR", "LSQB", "COMMA"),
)  # fmt: skip
_LAYOUT = frozenset(("AMPERSAND", "MATH", "NEW_ROW", "LBRACE", "RBRACE"))
#: More letters than names of environments have.
_LONGEST_ENVIRONMENT = 20
#: More numbers and commas than an index has.
_LONGEST_INDEX = 6
HELP_FOR_OPTIMA = (
    "leave it out and differentiate what follows; \\operatorname{logsumexp}(x) is a smooth maximum"
)


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
        command = tokens[i][1:] if tokens[i].type == "COMMAND" else ""
        if command in _NUMBERS_THE_REST:
            return
        if command in _DROPPED:
            i += 1 + (tokens[i + 1 : i + 2] == ["*"])
            depth = 0
            while i < len(tokens):
                depth += (tokens[i].type == "LBRACE") - (tokens[i].type == "RBRACE")
                i += 1
                if depth <= 0:
                    break
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
    return (
        token.type in ("MATH", "COMMA", "NEW_ROW")
        or (token.type == "PUNCTUATION" and token in (".", ";"))
        or (token.type == "COMMAND" and token[1:] in SPACING)
    )


def refuse_lines(tokens: Sequence[Token], closing: Sequence[int], known: Collection[str]) -> None:
    """Raise E101, E102 or E506 for what makes a line more than one expression."""
    _refuse_rows(tokens, closing)
    depth = equations = 0
    defining = False
    i = 0
    while i < len(tokens):
        token = tokens[i]
        end = end_of_no_operands(tokens, i, closing)
        if token.type == "COMMAND":
            if token[1:] in WORDS:
                defining = _word(tokens, i, end, known) in _JOINS or defining
            elif token[1:] in _OPTIMUM_WITH_SUBSCRIPT and _has_subscript(tokens, i + 1):
                raise _optimum(tokens, i, i + 1, closing)
        elif token == "||" and i + 1 < len(tokens) and tokens[i + 1] == "|":
            if token.end_pos == tokens[i + 1].start_pos:
                message = "three bars may be a norm of operators or an absolute value"
                help_text = "write \\|x\\| for a norm, \\left| ... \\right| for an absolute value"
                raise fault("E102", message, *place(token), "which?", help_text)
        elif token.type == "PUNCTUATION":
            raise fault(
                "E101", f"unexpected character {token[0]!r}", *place(token), "not part of the language"
            )
        depth += _nesting(token)
        if token.type in ("LPAR", "LSQB") and i:
            _refuse_entry(tokens, i)
        if _is_equals(token) and depth <= 0 and not defining:
            equations += 1
            if equations > 1 or not _is_name(tokens[:i], closing):
                raise _equation(tokens, i, closing)
        elif token.type == "COMMA" and depth <= 0 and not defining and not _where_follows(tokens, i + 1):
            help_text = "write one expression; definitions stand after \\text{where}"
            raise fault("E102", "unexpected ','", *place(token), "not expected here", help_text)
        i = max(i + 1, end)
    _refuse_equation_number(tokens, closing)


def _refuse_entry(tokens: Sequence[Token], i: int) -> None:
    """Raise E506 for ``x(1)`` and ``A[1,2]``: a letter with numbers in brackets right behind it."""
    name = tokens[i - 1]
    if name.type != "LETTER" or name.end_pos != tokens[i].start_pos:
        return
    last = i + 1
    while last < len(tokens) and tokens[last].type in ("NUMBER", "COMMA") and last < i + _LONGEST_INDEX:
        last += 1
    closed = last < len(tokens) and tokens[last].type in ("RPAR", "RSQB")
    if closed and last > i + 1:
        index = "".join(tokens[i + 1 : last])
        help_text = f"for a product write {name} \\cdot {index}" if index.isalnum() else ""
        message = "entries by their indices cannot be used"
        raise fault("E506", message, place(name)[0], place(tokens[last])[1], "an entry?", help_text)


def _refuse_equation_number(tokens: Sequence[Token], closing: Sequence[int]) -> None:
    """Raise E102 for a number in brackets at the end, or in front, that is no factor."""
    last = len(tokens) - 1
    start = next((i for i in range(last, max(last - 7, -1), -1) if tokens[i].type in ("LPAR", "LSQB")), 0)
    if start > 0 and tokens[last].type in ("RPAR", "RSQB"):
        inner = "".join(tokens[start + 1 : last])
        before = start - 1
        while before > 0 and tokens[before][1:] in SPACING:
            before -= 1
        apart = before < start - 1
        pattern = _MARK if apart else _EQUATION_NUMBER
        if pattern.fullmatch(inner) and _ends_operand(tokens, before, closing):
            raise _equation_number(tokens, start, last, inner, _without(inner, f"\\cdot {inner}"))
    in_front = [token.type for token in tokens[:3:2]] == ["LPAR", "RPAR"] and starts_operand(
        tokens, after := after_spacing(tokens, 3)
    )
    if in_front and (tokens[1].type == "NUMBER" or (after > 3 and _MARK.fullmatch(tokens[1]))):
        raise _equation_number(tokens, 0, 2, tokens[1], _without(tokens[1], f"{tokens[1]} \\cdot"))


def _without(inner: str, factor: str) -> str:
    return f"leave it out, or write {factor}" if inner.isalnum() else "leave it out"


def _equation_number(
    tokens: Sequence[Token], start: int, last: int, inner: str, help_text: str
) -> MatcalcError:
    message = f"({inner}) may be the number of the equation or a factor"
    return fault("E102", message, place(tokens[start])[0], place(tokens[last])[1], "which?", help_text)


def _ends_operand(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> bool:
    """Return whether an operand ends at ``i``, and not the name of a function in braces."""
    if tokens[i].type != "RBRACE":
        return ends_operand(tokens[i])
    start = next(k for k in range(i, -1, -1) if closing[k] == i)
    return start == 0 or tokens[start - 1][1:] not in WORDS


def _refuse_rows(tokens: Sequence[Token], closing: Sequence[int]) -> None:
    r"""Raise E102 for two lines of a layout with nothing between them, which would be a product."""
    others = 0
    for i, token in enumerate(tokens):
        if token in ("\\begin", "\\end"):
            start, end = without_braces(tokens, i + 1, argument_end(tokens, i + 1, closing), closing)
            layout = "".join(tokens[start:end]).removesuffix("*") in LAYOUTS
            others += (not layout) * (1 if token == "\\begin" else -1)
        elif token.type == "NEW_ROW" and not others and i and ends_operand(tokens[i - 1]):
            following = i + 1
            while following < len(tokens) and _is_layout(tokens[following]):
                following += 1
            words = following < len(tokens) and tokens[following][1:] in WORDS
            if not words and starts_operand(tokens, following):
                message = "two lines may be a product or two expressions"
                help_text = "write the operation between the lines, or one line alone"
                raise fault("E102", message, *place(token), "which?", help_text)


def _is_layout(token: Token) -> bool:
    return token.type in ("AMPERSAND", "NEW_ROW") or token[1:] in SPACING


def _word(tokens: Sequence[Token], i: int, end: int, known: Collection[str]) -> str:
    r"""Return the word that a command such as ``\text`` makes, if it may be a name or a function."""
    start = i + 1 + (tokens[i + 1 : i + 2] == ["*"])
    inner = [token for token in tokens[start:end] if token.type not in ("LBRACE", "RBRACE")]
    phrase, reached = (
        "",
        place(tokens[start])[1] if start < len(tokens) and tokens[start].type == "LBRACE" else 0,
    )
    spaced = False
    for token in inner:
        gap = bool(reached) and place(token)[0] > reached
        spaced = spaced or gap
        phrase += (" " if gap and phrase else "") + (token.removeprefix("\\") if token != "\\," else " ")
        reached = place(token)[1]
    spaced = spaced or bool(reached and end and place(tokens[end - 1])[0] > reached)
    lower = phrase.lower()
    if phrase in known or lower in _JOINS:
        return lower
    span = place(tokens[i])[0], place(tokens[end - 1])[1]
    if lower in _OPTIMA or (lower in _OPTIMUM_WITH_SUBSCRIPT and _has_subscript(tokens, end)):
        raise fault("E506", f"{phrase} asks for an optimum", *span, "no part of the value", HELP_FOR_OPTIMA)
    prose = (spaced and tokens[i][1:] in _WITH_SPACES and len(phrase) > 1) or " " in phrase
    if lower in _PROSE or any(t.type == "PUNCTUATION" for t in inner) or (prose and not _is_function(phrase)):
        name = (
            f"; a variable is written \\mathrm{{{phrase}}}"
            if phrase.isalpha() and lower not in _PROSE
            else ""
        )
        help_text = f"leave the words out{name}"
        raise fault(
            "E506", "words are no part of an expression", *span, "read as a factor otherwise", help_text
        )
    return lower


def _is_function(phrase: str) -> bool:
    return phrase in BY_CALL or phrase in FUNCTIONS


def _has_subscript(tokens: Sequence[Token], i: int) -> bool:
    return tokens[slice(k := after_spacing(tokens, i), k + 1)] == ["_"]


def _optimum(tokens: Sequence[Token], i: int, end: int, closing: Sequence[int]) -> MatcalcError:
    subscript = after_spacing(tokens, end)
    end = argument_end(tokens, subscript + 1, closing)
    start, last = place(tokens[i])[0], place(tokens[end - 1])[1]
    return fault("E506", f"{tokens[i]} with a subscript asks for an optimum", start, last,
                 "no part of the value", HELP_FOR_OPTIMA)  # fmt: skip


def _end_of_side(tokens: Sequence[Token], i: int) -> int:
    """Return the end of the side of an equation that begins at ``i``."""
    depth = 0
    while i < len(tokens) and tokens[i] != "\\end":
        if depth == 0 and (_is_equals(tokens[i]) or tokens[i].type == "COMMA"):
            break
        depth += _nesting(tokens[i])
        i += 1
    return i


def _nesting(token: Token) -> int:
    """Return 1 for a bracket that opens, -1 for one that closes."""
    if token.type == "LBRACE" or token.type == "RBRACE":
        return 1 if token.type == "LBRACE" else -1
    kind = DELIMITERS.get(token, "") or DELIMITERS.get(token.type, "")
    return (kind in _OPENS or token == "\\langle") - (kind in _CLOSES or token == "\\rangle")


def _is_equals(token: Token) -> bool:
    return token.type == "EQUALS" or OPERATORS.get(token[1:]) == "EQUALS"


def _where_follows(tokens: Sequence[Token], i: int) -> bool:
    i = after_spacing(tokens, i)
    while i < len(tokens) and tokens[i].type in ("COMMA", "NEW_ROW", "AMPERSAND"):
        i = after_spacing(tokens, i + 1)
    return i < len(tokens) and tokens[i][1:] in WORDS


def _plain(tokens: Sequence[Token], closing: Sequence[int]) -> Iterator[Token]:
    """Yield the tokens without words, subscripts, spacing and environments; a word is one token."""
    i = 0
    while i < len(tokens):
        end = end_of_no_operands(tokens, i, closing)
        if tokens[i].type == "COMMAND" and tokens[i][1:] in WORDS:
            yield Token("LETTER", "w")
        elif end == i and tokens[i].type not in _LAYOUT and tokens[i][1:] not in SPACING:
            yield tokens[i]
        i = max(i + 1, end)


def _is_name(tokens: Sequence[Token], closing: Sequence[int]) -> bool:
    """Return whether the tokens write one name."""
    plain = list(_plain(tokens, closing))
    names = [t for t in plain if t.type == "LETTER" or (t.type == "COMMAND" and t[1:] in LETTERS)]
    signs = [t for t in plain if t.type in _SIGNS or t[1:] in OPERATORS or t[1:] in BY_CALL]
    return len(names) == 1 and not signs


def _equation(tokens: Sequence[Token], i: int, closing: Sequence[int]) -> MatcalcError:
    """Return the error for a sign of equality that is not that of a label or a definition."""
    plain = list(_plain(tokens[:i], closing))
    bracket = next((k for k, token in enumerate(plain) if token.type == "LPAR"), 0)
    names = [token for token in plain[:bracket] if token.type == "LETTER" or token[1:] in LETTERS]
    if len(names) == 1 and plain[-1].type == "RPAR" and not any(t.type in _SIGNS for t in plain[:bracket]):
        rest = source(tokens[i + 1 : _end_of_side(tokens, i + 1)], "what stands after it")
        message = "the name of a function is no part of its value"
        return fault("E506", message, *place(tokens[i]), "defines one", f"write {rest} alone")
    help_text = "write one side alone; a definition stands at the end, after \\text{where}"
    return fault("E102", f"unexpected {str(tokens[i])!r}", *place(tokens[i]), "an equation", help_text)
