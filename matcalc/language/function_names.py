"""Which names before brackets are functions: those of the table, in capitals too, and the letters of some."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from lark import Token

from matcalc.errors import MatcalcError, suggestion
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.functions.table import LETTERS_CALLED
from matcalc.language.applied_names import IDENTITY, has_arguments, has_sizes, is_identity, operands_of
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.syntax import CALLED, NamesGiven, fault, function_called
from matcalc.language.tokens import depth_change, is_adjacent

_OPENING = frozenset(("LPAR", "LSQB"))
#: What a function without a bracket may stand before.
_BARS = frozenset(("BAR", "DOUBLE_BAR", "FUNCTION"))


def mark_functions(tokens: list[Token], given: NamesGiven) -> list[str]:
    """Make functions of the names that are, and return notes. Raises E105 for what looks like one."""
    following: Token | None = None
    notes: list[str] = []
    by_letter = BY_LETTER.keys() | {IDENTITY}
    operands = operands_of(tokens) if any(token in by_letter for token in tokens) else frozenset()
    alone, closings = _alone(tokens), _closings(tokens)
    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        if token in BY_LETTER and has_arguments(tokens, i) and has_sizes(tokens, i, given.sizes, operands):
            token = tokens[i] = Token.new_borrow_pos("FUNCTION", BY_LETTER[token].name, token)
        is_name = token.type == "NAME" and token not in given.declared
        if token == "where" and token.type == "NAME":
            token.type = "WHERE"
        elif is_name and following is not None:
            kind = following.type
            if (kind == "LPAR" and plain_name(token) in CALLED) or (
                kind in _BARS and plain_name(token) in BY_CALL
            ):
                if token != IDENTITY or is_identity(tokens, i, given.sizes, operands):
                    token.type = "FUNCTION"
            elif (kind == "LPAR" or i + 1 in closings) and is_adjacent(token, following):
                function, note = _called(token, following, given, alone)
                if function:
                    tokens[i] = Token.new_borrow_pos("FUNCTION", function, token)
                    notes += [note] if note else []
                    if kind == "LSQB":
                        following.type, tokens[closings[i + 1]].type = "LPAR", "RPAR"
        following = tokens[i]
    return notes


def _called(token: Token, following: Token, given: NamesGiven, alone: Collection[str]) -> tuple[str, str]:
    """Return the function that a name right before a bracket calls and a note; raises E105 for a word."""
    name = plain_name(token)
    if name not in given.variables and name not in alone:
        if name in LETTERS_CALLED:
            return LETTERS_CALLED[name], note_on_letter(name, f"{token} *")
        if function := function_called(name):
            return function, ""
    if following.type == "LPAR" and (error := unknown_function(token)) is not None:
        raise error
    return "", ""


def _closings(tokens: list[Token]) -> dict[int, int]:
    """Return where square brackets close that hold no rows of a matrix, by where they open."""
    closings: dict[int, int] = {}
    opened: list[tuple[int, bool]] = []
    for i, token in enumerate(tokens):
        if depth_change(token) > 0:
            opened.append((i, token.type == "LSQB"))
        elif depth_change(token) < 0 and opened:
            start, is_square = opened.pop()
            if is_square and token.type == "RSQB":
                closings[start] = i
        elif token.type == "SEMICOLON" and opened:
            opened[-1] = (opened[-1][0], False)
    return closings


def _alone(tokens: list[Token]) -> frozenset[str]:
    """Return the names that stand somewhere without a bracket right after them."""
    return frozenset(
        plain_name(name)
        for name, after in pairwise([*tokens, Token("", "")])
        if name.type == "NAME" and not (after.type in _OPENING and is_adjacent(name, after))
    )


def note_on_letter(name: str, product: str) -> str:
    """Return the note for a letter that is read as a function; ``product`` is how a product begins."""
    return f"{name} before a bracket is read as {LETTERS_CALLED[name]}; for a product write {product} (...)"


def unknown_function(name: Token) -> MatcalcError | None:
    """Return the error for a name right before a bracket that looks like a function that does not exist."""
    plain = plain_name(name)
    if plain in LETTERS_CALLED:
        return letter_or_factor(name, f"write {LETTERS_CALLED[plain]}(...), or {plain}*(...)")
    in_capitals = plain.lower() in BY_CALL
    if stem(plain) in GREEK and len(plain.removeprefix(stem(plain)).lstrip("_")) <= 1:
        return None
    close = plain.lower() if in_capitals else ""
    if not close and len(stem(plain)) > 1:
        close = suggestion(plain, BY_CALL, 0.75)
    _, subscript, last = plain.rpartition("_")
    word = last.isalpha() and plain.islower() and len(last) > (2 if subscript else 1) and plain not in GREEK
    if in_capitals or (close and len(plain) > 2) or word:
        help_text = f"did you mean {close}?" if close else f"if {plain} is a variable, write {plain}*(...)"
        return fault("E105", f"unknown function {plain}", name, "not a function", help_text)
    return None


def letter_or_factor(letter: Token, help_text: str) -> MatcalcError:
    """Return the error for a letter before a bracket that is both a value and the sign of a function."""
    function = LETTERS_CALLED[plain_name(letter)]
    message = f"{plain_name(letter)} may be the function {function} or a factor"
    return fault("E105", message, letter, "which?", help_text)


def without_backslash(tokens: list[Token], given: Collection[str]) -> tuple[list[Token], list[str]]:
    r"""Return the tokens of LaTeX with commands for letters that call a function, and notes."""
    kept: list[Token] = []
    notes: list[str] = []
    i = 0
    while i < len(tokens):
        end = max(_end_of_word(tokens, i), i + 1)
        word = "".join(tokens[i:end]) if end > i + 1 else ""
        function = function_called(word)
        if function and word not in given and _is_bracket(tokens, end):
            kept.append(Token.new_borrow_pos("COMMAND", f"\\{function}", tokens[i]))
            kept[-1].end_pos = tokens[end - 1].end_pos
            notes.append(f"{word} before a bracket is read as the function {function}")
        else:
            kept += tokens[i:end]
        i = end
    return kept, notes


def _end_of_word(tokens: list[Token], i: int) -> int:
    """Return the end of the letters side by side from ``i`` on; the first may be an exponent by itself."""
    if tokens[i].type != "LETTER":
        return i
    raised = i > 0 and tokens[i - 1].type in ("CARET", "UNDERSCORE")
    end = i + 1
    while not raised and end < len(tokens) and tokens[end].type == "LETTER":
        if not is_adjacent(tokens[end - 1], tokens[end]):
            break
        end += 1
    return end


def _is_bracket(tokens: list[Token], i: int) -> bool:
    """Return whether a bracket stands at ``i``, after the exponent of a function if there is one."""
    if [token.type for token in tokens[i : i + 2]] == ["CARET", "NUMBER"]:
        i += 2
    return i < len(tokens) and (tokens[i].type in _OPENING or tokens[i] in _SIZES_OF_BRACKETS)


_SIZES_OF_BRACKETS = frozenset(("\\left", "\\big", "\\bigl", "\\Big", "\\Bigl", "\\{"))
