"""Which names before brackets are functions: those of the table, in capitals too, and the letters of some."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from lark import Token

from matcalc.errors import MatcalcError, suggestion
from matcalc.functions import BY_CALL, BY_LETTER
from matcalc.functions.named import form_of
from matcalc.functions.table import (
    INSTEAD_OF,
    LETTERS_CALLED,
    LOGARITHMS,
    OF_ENTRIES,
    READ_AS,
    SOMETIMES_CALLED,
)
from matcalc.language.applied_names import (
    IDENTITY,
    has_arguments,
    has_sizes,
    is_identity,
    is_word,
    operands_of,
)
from matcalc.language.names import GREEK, LETTERS, plain_name, stem
from matcalc.language.syntax import CALLED, NamesGiven, fault, function_called, span_of
from matcalc.language.token_rules import OPTIMA
from matcalc.language.tokens import defined_names, depth_change, is_adjacent, placed

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
                function, note = _called(token, following, given, alone, calls(tokens, i))
                if function:
                    tokens[i] = Token.new_borrow_pos("FUNCTION", function, token)
                    notes += [note] if note else []
                    if kind == "LSQB":
                        following.type, tokens[closings[i + 1]].type = "LPAR", "RPAR"
        following = tokens[i]
    return notes


def _called(
    token: Token, following: Token, given: NamesGiven, alone: Collection[str], calls: bool
) -> tuple[str, str]:
    """Return the function that a name right before a bracket calls and a note; raises E105 for a word.

    ``calls`` says whether a letter there stands for a function.
    """
    name = plain_name(token)
    if name not in given.variables and name not in alone:
        if name in LETTERS_CALLED and calls:
            return LETTERS_CALLED[name], note_on_letter(name, f"{token} *")
        if function := function_called(name):
            return function, ""
    derivative = form_of(name)[1] in given.functions
    if following.type == "LPAR" and not derivative and (error := unknown_function(token)) is not None:
        raise error
    return "", ""


def calls(tokens: list[Token], i: int) -> bool:
    """Return whether the letter at ``i``, right before a bracket, calls the function that it stands for.

    That of a map or matrix does so behind a logarithm, or if the bracket holds more than one Latin name. What
    is no logistic function is none behind a row.
    """
    name, before = plain_name(tokens[i]).removeprefix("\\"), tokens[i - 1] if i else None
    if name != _LOGISTIC and (
        (before is not None and before.type == "TRANSPOSE") or _of_vectors(tokens, i + 1)
    ):
        return False
    if name not in SOMETIMES_CALLED or (before is not None and before in LOGARITHMS):
        return True
    inner, closing = (*tokens[i + 2 : i + 4], *[Token("", "")] * 2)[:2]
    return inner.type != "NAME" or closing.type not in ("RPAR", "RSQB") or stem(plain_name(inner)) in GREEK


def _of_vectors(tokens: list[Token], opening: int) -> bool:
    """Return whether the bracket at ``opening`` holds nothing but a sum of letters of vectors."""
    end = opening + 1
    while end < len(tokens) and tokens[end].type in _IN_SUMS:
        end += 1
    names = {plain_name(token) for token in tokens[opening + 1 : end] if token.type == "NAME"}
    closes = end < len(tokens) and tokens[end].type in ("RPAR", "RSQB")
    return closes and len(names) > 1 and names <= _VECTORS


_VECTORS = frozenset("uvwxyz")
_IN_SUMS = frozenset(("NAME", "PLUS", "MINUS"))
#: The letter of the function that is applied to arrays.
_LOGISTIC = "sigma"


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
    if plain in INSTEAD_OF and plain not in GREEK and len(plain) > 1:
        return fault(
            "E105", f"{plain} is no function that matcalc has", name, "no function", INSTEAD_OF[plain]
        )
    if plain == _LOGISTIC:
        return letter_or_factor(name, f"write {LETTERS_CALLED[plain]}(...), or {plain}*(...)")
    in_capitals = plain.lower() in BY_CALL
    if stem(plain) in LETTERS.keys() | GREEK and len(plain.removeprefix(stem(plain)).lstrip("_")) <= 1:
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


# Functions without brackets, and their powers

_ENDS = frozenset(("", "PLUS", "MINUS", "RPAR", "RSQB", "COMMA", "EQUALS"))
#: What ends it right behind.
_ENDS_IT = frozenset(("BAR", "DOUBLE_BAR"))
_POWERS = (
    ["SUPERSCRIPT"], ["CARET", "NUMBER"], ["CARET", "MINUS", "NUMBER"],
    ["CARET", "LBRACE", "NUMBER", "RBRACE"],
    ["CARET", "LBRACE", "MINUS", "NUMBER", "RBRACE"],
)  # fmt: skip


def with_brackets(tokens: list[Token], given: NamesGiven) -> list[Token]:
    """Return the tokens with brackets around what is a function's for sure, as in ``log det X + c``.

    That is a single name, its number and its exponent or transpose, at the end of a term. An exponent in
    front of brackets, as in ``sin²(x)``, goes behind them. Raises E506 for the exponent -1 there.
    """
    values = given.variables | defined_names(tokens)
    if not any(token.type == "NAME" and _is_open(token, values) for token in tokens):
        return tokens
    closings = _closings_of_calls(tokens)
    skipped: set[int] = set()
    before: dict[int, Token] = {}
    behind: dict[int, list[Token]] = {}
    for i, token in enumerate(tokens):
        if token.type != "NAME" or not _is_open(token, values):
            continue
        following = tokens[i + 1 : i + 8]
        types = [part.type for part in following]
        power = next((len(p) for p in _POWERS if types[: len(p)] == p), 0)
        if power and i + 1 + power in closings:
            _refuse_inverse(token, following[:power])
            skipped.update(range(i + 1, i + 1 + power))
            behind.setdefault(closings[i + 1 + power], []).extend(following[:power])
        elif (end := _end_of_operand(following)) and not is_adjacent(token, following[0]):
            start, stop = span_of((following[0], following[end - 1]))
            before[i + 1] = placed("LPAR", "(", start, start)
            behind.setdefault(i + end, []).insert(0, placed("RPAR", ")", stop, stop))
    out: list[Token] = []
    for i, token in enumerate(tokens):
        out += [before[i]] if i in before else []
        out += [token] if i not in skipped else []
        out += behind.get(i, [])
    return out


def _closings_of_calls(tokens: list[Token]) -> dict[int, int]:
    """Return where round brackets close, by where they open."""
    closings: dict[int, int] = {}
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if depth_change(token) > 0:
            opened.append(i)
        elif depth_change(token) < 0 and opened:
            start = opened.pop()
            if tokens[start].type == "LPAR":
                closings[start] = i
    return closings


def with_roots(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the sign of a root as a function of the number, name or bracket after it.

    Raises E102 where more follows that may be under the root.
    """
    out: list[Token] = []
    ends: dict[int, int] = {}
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        after = tokens[i + 2] if i + 2 < len(tokens) else None
        if token.type == "ROOT":
            out.append(placed("FUNCTION", READ_AS["root"][0], *span_of(token)))
            if following is not None and following.type in ("NUMBER", "NAME"):
                if after is not None and is_adjacent(following, after) and after.type in _UNDER_ROOT:
                    help_text = f"write √({following}{after}...) or √({following})"
                    raise fault("E102", "how far does the root reach?", (token, after), "which?", help_text)
                start, end = span_of(following)
                out.append(placed("LPAR", "(", start, start))
                ends[i + 1] = end
            continue
        out.append(token)
        if i in ends:
            out.append(placed("RPAR", ")", ends[i], ends[i]))
    return out


#: What may be under a root too, right after a number or name.
_UNDER_ROOT = frozenset(("NAME", "LPAR", "TRANSPOSE", "SUPERSCRIPT", "CARET"))


def _is_open(token: Token, values: Collection[str]) -> bool:
    """Return whether a name is a function of one argument that reaches over what follows."""
    name = plain_name(token)
    entries = BY_CALL.get(name, ()) if name not in values and name not in OF_ENTRIES | OPTIMA else ()
    return bool(entries) and all(len(entry.arguments) == 1 for entry in entries)


def _end_of_operand(tokens: list[Token]) -> int:
    """Return the end of the name that the tokens begin with, with what belongs to it; 0 if more follows."""
    types = [token.type for token in tokens[:5]] + [""]
    end = 1 if types[0] == "NUMBER" and tokens[1:] and is_adjacent(*tokens[:2]) else 0
    if types[end] != "NAME" or plain_name(tokens[end]) in CALLED:
        return 0
    end += 1
    end += 2 if types[end : end + 2] == ["CARET", "NUMBER"] else types[end] in ("TRANSPOSE", "SUPERSCRIPT")
    following = (*types, "")[end]
    closes = following in _ENDS_IT and is_adjacent(tokens[end - 1], tokens[end])
    return end if end <= len(tokens) and (following in _ENDS or closes) else 0


def _refuse_inverse(function: Token, exponent: list[Token]) -> None:
    """Raise E506 for ``sin^-1(x)``."""
    if "MINUS" in [token.type for token in exponent] or "⁻" in exponent[0]:
        help_text = f"write the inverse function, such as arc{function}(...), or 1/{function}(...)"
        message = f"{function} with a negative exponent has two meanings"
        raise fault("E506", message, (function, exponent[-1]), "which?", help_text)


# Of LaTeX, with its commands read

_STARTS_ARGUMENT = frozenset((
    "NUMBER", "NAME", "SIZED", "FUNCTION", "LPAR", "LSQB", "LBRACE", "BAR_OPEN", "NORM_OPEN", "BAR",
    "DOUBLE_BAR", "FRAC", "SQRT", "SUM", "BLOCK_OPEN", "EXPONENT",
))  # fmt: skip
_BARS_OF_LATEX = frozenset(("BAR_OPEN", "NORM_OPEN", "BAR", "DOUBLE_BAR", "FUNCTION"))


def settle_functions(tokens: list[Token], given: frozenset[str], bold: Collection[str]) -> list[str]:
    """Decide which names are functions: they have an argument, and are not ``bold``. Return notes."""
    _put_exponents_in_front(tokens)
    following: Token | None = None
    notes: list[str] = []
    factors = {name for name, after in pairwise([*tokens, Token("", "")]) if after.type not in _OPENING}
    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        if token.type == "FUNCTION":
            _settle_function(token, following)
        elif token.type == "NAME" and following is not None and token not in given:
            bracket = following.type in _OPENING
            if token in BY_CALL and (bracket or following.type in _BARS_OF_LATEX):
                token.type = "FUNCTION"
            elif bracket and token in LETTERS_CALLED and (calls(tokens, i) or token in bold):
                if token in factors or token in bold:
                    help_text = (
                        f"write \\operatorname{{{LETTERS_CALLED[token]}}}(...), or \\{token} \\cdot (...)"
                    )
                    raise letter_or_factor(token, help_text)
                notes.append(note_on_letter(token, f"\\{token} \\cdot"))
                tokens[i] = Token.new_borrow_pos("FUNCTION", LETTERS_CALLED[token], token)
            elif bracket and is_adjacent(token, following) and is_word(stem(token), ()):
                help_text = f"if {token} is a variable, write \\cdot after it"
                raise fault("E105", f"unknown function {token}", token, "not a function", help_text)
        following = tokens[i]
    return notes


def _put_exponents_in_front(tokens: list[Token]) -> None:
    r"""Put the exponent of a function in front of it, as in ``\sin^2 x``."""
    for i, token in enumerate(tokens):
        if token.type != "FUNCTION":
            continue
        types = [following.type for following in tokens[i + 1 : i + 5]]
        end = next((i + len(p) + 1 for p in _POWERS if p == types[: len(p)] and "MINUS" not in p), i)
        if number := [t for t in tokens[i + 1 : end] if t.type == "NUMBER"]:
            tokens[i:end] = [Token.new_borrow_pos("EXPONENT", str(number[0]), number[0]), token]


def _settle_function(token: Token, following: Token | None) -> None:
    kind = following.type if following is not None else ""
    if following is not None and kind in ("CARET", "TRANSPOSE", "PSEUDOINVERSE", "INDEX", "ENTRYWISE_CARET"):
        message = f"a power of {token} stands after its argument"
        help_text = f"write \\arc{token}(...) or another inverse function by its name"
        raise fault("E506", message, following, f"write (\\{token}(...))^2", help_text)
    if kind not in _STARTS_ARGUMENT:
        token.type = "NAME"
