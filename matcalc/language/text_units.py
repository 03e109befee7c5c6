r"""What stands at a place of a text before it is one of tokens: names, groups, brackets, layout."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

#: A command, a character, or white space that belongs together.
_UNIT = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|[\s\S]")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w*matrix|array|cases)\*?\}")
_OPENS = frozenset(("(", "[", "{", "\\{", "\\langle", "⟨"))
_CLOSES = frozenset((")", "]", "}", "\\}", "\\rangle", "⟩"))
#: What stands around a formula, and before the first sign of a statement; bounded, as it is looked for often.
_LEAD = re.compile(
    r"\s*(?:(?:\$|&|\\[\[(]|\\(?:displaystyle|quad|qquad|[,;:! ])"
    r"|\\begin\s*\{(?:align|aligned|equation|gather|gathered|split|multline)\*?\})\s*){0,50}"
)
_LETTER = re.compile(r"[^\W\d_]|\\(?!partial|nabla|frac|left|right|log|exp)[A-Za-z]+")
_STYLES = re.compile(
    r"(?:\\(?:math(?:bf|rm|cal|scr|bb|sf|it|frak)|text(?:bf|rm|it)?|boldsymbol|bm|pmb|vec|hat|bar|tilde|widehat"
    r"|widetilde|overline|overrightarrow|dot|ddot|mbox|cal|bf|rm|it|sf|frak)(?![A-Za-z])\s*)+"
)
_WORD = re.compile(r"[^\W\d_]\w*")
_LETTERS = re.compile(r"[^\W\d_]+")
_SCRIPT = re.compile(r"\s*[_^]\s*(?=\{|\w|\\)|(?<=\w)'+(?=\s*[:=])")
_INDEX = re.compile(r"\{\s*[\(\[].*?[\)\]]\s*\}")
_INDICES = re.compile(r"_\s*(?:\{[^{}]*\}|\w)")
_COMMAND = re.compile(r"\\[A-Za-z]+")


def layout_end(text: str, i: int) -> int:
    """Return where the first sign after layout stands."""
    layout = _LEAD.match(text, i)
    return layout.end() if layout else i


def units(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str, int]]:
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


def matching_end(
    text: str, opening: int, opens: Collection[str] = _OPENS, closes: Collection[str] = _CLOSES
) -> int:
    """Return the end of the brackets that open at ``opening``, 0 if they are not closed."""
    depth = 0
    for match in _UNIT.finditer(text, opening):
        depth += (match[0] in opens) - (match[0] in closes)
        if depth == 0:
            return match.end()
    return 0


def occurs(name: str, text: str, latex: bool) -> bool:
    r"""Return whether a name occurs in a text, and not just as an index; in LaTeX letters stand alone.

    >>> occurs("x", "Ax", True), occurs("x", "Ax", False), occurs("i", "x_i", True)
    (True, False, False)
    """
    name = name.strip("{} ")
    if name.startswith("\\"):
        return re.search(rf"(?<!\\){re.escape(name)}(?![A-Za-z])", text) is not None
    if not latex:
        return re.search(rf"(?<![\w\\]){re.escape(name)}(?!\w)", text) is not None
    plain = _COMMAND.sub(" ", _INDICES.sub(" ", text))
    return (name if len(name) > 1 and "_" in name else name[:1]) in (text if "_" in name else plain)


def group_end(text: str, i: int) -> int:
    """Return the end of the group in braces at ``i``, or of one letter or command; ``i`` for none."""
    if text[i : i + 1] != "{":
        unit = re.compile(r"\\[A-Za-z]+|[^\s{}]").match(text, i)
        return unit.end() if unit else i
    return matching_end(text, i, "{", "}") or i


def name_end(text: str, i: int, latex: bool) -> int:
    r"""Return the end of the name at ``i``, with its style, accents and subscripts; ``i`` if there is none.

    >>> name_end(r"\hat{\mathbf{x}}_{1} = 2", 0, True), name_end("W_1 = 2", 0, False)
    (20, 3)
    """
    start = i
    braced = re.compile(r"\{(?=\s*\\?[A-Za-z{])").match(text, i)
    if style := _STYLES.match(text, i):
        i = group_end(text, style.end())
    elif braced and (end := group_end(text, i)) > i and end - i < _LONGEST_NAME:
        i = end if name_end(text, i + 1, latex) >= len(text[: end - 1].rstrip()) else i
    elif latex and not (word := _WORD.match(text, i)):
        letter = _LETTER.match(text, i)
        i = letter.end() if letter else i
    elif word := _WORD.match(text, i):
        # In LaTeX letters side by side are a word only in front of a sign of equality or a bracket.
        letters = _LETTERS.match(text, start) if latex else None
        i = letters.end() if letters else word.end()
    while i > start and (script := _SCRIPT.match(text, i)):
        raised = "^" in script[0]
        if raised and not _INDEX.match(text, script.end()):
            break
        i = group_end(text, script.end()) if script[0].strip()[:1] in "_^" else script.end()
    return i


#: More characters than a name in braces has.
_LONGEST_NAME = 60
