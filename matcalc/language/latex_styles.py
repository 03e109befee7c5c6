r"""Styles that are switched on, as in ``{\bf y - X \beta}``, become commands with an argument."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import command_of
from matcalc.language.syntax import span_of
from matcalc.language.token_lines import brace_nesting, group_end
from matcalc.language.tokens import is_adjacent, placed


def with_arguments(tokens: list[Token]) -> list[Token]:
    """Return the tokens in which each letter or word that a switch is put on has its own command."""
    names = {command_of(token) for token in tokens}
    if names.isdisjoint(tex.SWITCHES.keys() | tex.TRANSPARENT):
        return tokens
    return list(_switched(_unwrapped(tokens)))


def _unwrapped(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens without commands for spacing, and ``{\rm Tr}`` as ``\mathrm{Tr}``."""
    kept: list[Token] = []
    dropped: set[int] = set()
    i = 0
    while i < len(tokens):
        token = tokens[i]
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.type == "LBRACE" and following is not None and _is_word_alone(tokens, i):
            modern = tex.SWITCHES.get(command_of(following))
            kept += [_command(modern, following), token] if modern else [following]
            if not modern:
                dropped.add(_argument_end(tokens, i) - 1)
            i += 1
        elif command_of(token) in tex.TRANSPARENT:
            if _end_of_letters(tokens, i + 2) == _argument_end(tokens, i + 1) - 1 > i + 2:
                kept.append(_command("operatorname", token))
        elif i not in dropped:
            kept.append(token)
        i += 1
    return kept


def _is_word_alone(tokens: list[Token], i: int) -> bool:
    """Return whether the braces at ``i`` hold a command and its word alone, and are no argument."""
    before = tokens[i - 1] if i else None
    command = command_of(tokens[i + 1])
    if before is not None and (before.type in ("CARET", "UNDERSCORE") or not _is_free(before)):
        return False
    last = _argument_end(tokens, i) - 1
    if command in tex.SWITCHES:
        if tex.SWITCHES[command] in tex.STYLES:
            return last == i + 3 and tokens[i + 2].type in ("LETTER", "COMMAND")
        return _end_of_letters(tokens, i + 2) == last > i + 3
    return command in tex.WORDS and _argument_end(tokens, i + 2) == last


def _is_free(before: Token) -> bool:
    """Return whether what stands after a token is no argument of it."""
    command = command_of(before)
    return not command or command in tex.TRANSPARENT or command in tex.LETTERS or command in tex.SPACING


def _end_of_letters(tokens: list[Token], i: int) -> int:
    while i < len(tokens) and tokens[i].type == "LETTER":
        i += 1
    return i


def _switched(tokens: list[Token]) -> Iterator[Token]:
    styles = [""]
    pending = iter(range(len(tokens)))
    for i in pending:
        token = tokens[i]
        modern = tex.SWITCHES.get(command_of(token), "")
        if modern and tokens[i + 1 : i + 2] and tokens[i + 1].type == "LBRACE":
            yield _command(modern, token)
        elif modern:
            styles[-1] = modern
        elif command_of(token) in tex.WORDS or command_of(token) in tex.STYLES:
            # What has a style of its own keeps it.
            for k in range(i, _argument_end(tokens, i + 1)):
                yield tokens[k]
                if k > i:
                    next(pending)
        elif styles[-1] in tex.STYLES and (token.type == "LETTER" or command_of(token) in tex.LETTERS):
            yield _command(styles[-1], token)
            yield token
        elif styles[-1] and styles[-1] not in tex.STYLES and token.type == "LETTER":
            yield from _word(styles[-1], tokens, i)
            while i + 1 < len(tokens) and _goes_on(tokens, i):
                i = next(pending)
        else:
            yield token
        if token.type == "LBRACE":
            styles.append(styles[-1])
        elif token.type == "RBRACE" and len(styles) > 1:
            styles.pop()


def _argument_end(tokens: list[Token], i: int) -> int:
    return group_end(tokens, i, brace_nesting) or len(tokens)


def _goes_on(tokens: list[Token], i: int) -> bool:
    return tokens[i + 1].type == "LETTER" and is_adjacent(tokens[i], tokens[i + 1])


def _word(command: str, tokens: list[Token], i: int) -> Iterator[Token]:
    """Yield the letters that stand side by side from ``i`` on as the argument of a command."""
    last = i
    while last + 1 < len(tokens) and _goes_on(tokens, last):
        last += 1
    start, end = span_of((tokens[i], tokens[last]))
    yield _command(command, tokens[i])
    yield placed("LBRACE", "{", start, start)
    yield from tokens[i : last + 1]
    yield placed("RBRACE", "}", end, end)


def _command(name: str, at: Token) -> Token:
    start = span_of(at).start
    return placed("COMMAND", "\\" + name, start, start)
