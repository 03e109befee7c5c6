"""Code in Python as it is pasted: which text is code, and the places of its parts in the text.

Prompts, what was printed behind them, margins and fences are no part of code.
"""

from __future__ import annotations

import ast
import re
import warnings
from graphlib import CycleError, TopologicalSorter

from matcalc.errors import Span
from matcalc.language.other_code import MAX_CODE, may_be_python

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_PROMPT = re.compile(r"\s*(?:(?:>>>|\.\.\.)(?: |(?=[\r\n]|$))|In \[\d*\]: ?|\.\.\.: ?)")
#: What is printed in front of a result, and what stands around code in Markdown.
_NO_CODE = re.compile(r"\s*(?:Out\[\d*\]:|```)")
_NAME, _WORDS = re.compile(r"[^\W\d_]\w*|_"), re.compile(r"\w+")
#: A letter that Python takes for the prefix of a text in quotes.
_PREFIXED = re.compile(r"[bruf]'(?!'')", re.IGNORECASE)
_OPENING, _CLOSING, _DEFINES = "([{", ")]}", r"(?=[^\W\d]\w*\s*=(?!=))"
#: What stands in front of definitions behind a value, and between them.
_WHERE = re.compile(rf"(?<![\w.])where\s+{_DEFINES}")
_SEPARATORS = re.compile(rf"[()\[\]{{}}]|(?:[,;]\s*(?:and\s+)?|\band\s+){_DEFINES}")
_UNUSED_OPERATORS = ast.BitXor | ast.BitOr | ast.FloorDiv


class CodeText:
    """The code in a text, ``source``, and where its parts stand in the text."""

    def __init__(self, text: str):
        lines = [(line.start(), line[0]) for line in _LINE.finditer(text)]
        self.has_prompts = any(_PROMPT.match(line) for _, line in lines)
        self._lines: list[str] = []
        self._starts: list[int] = []
        kept = [place for place in lines if not _NO_CODE.match(place[1])]
        if self.has_prompts:
            kept = [
                (start + (prompt.end() if prompt else 0), line[prompt.end() if prompt else 0 :])
                for start, line in kept
                if (prompt := _PROMPT.match(line)) or line[:1].isspace()
            ]
        kept = _with_definitions_first(text) or kept
        margin = min((len(line) - len(line.lstrip()) for _, line in kept if line.strip()), default=0)
        for start, line in kept:
            self._starts.append(start + min(margin, len(line)))
            self._lines.append(line[margin:] if line.strip() else "\n")
        self.source = "".join(self._lines)

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Return the place of a node."""
        last, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Span(self._at(node.lineno, node.col_offset), self._at(last, end))

    def _at(self, line: int, column: int) -> int:
        written = self._lines[line - 1]
        if not written.isascii():
            column = len(written.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column


def _with_definitions_first(text: str) -> list[tuple[int, str]]:
    """Return the lines of ``x @ y where y = A @ z`` with their places; definitions come before their uses.

    There are none if a name is defined twice, by itself, or for nothing.
    """
    where = _WHERE.search(text)
    if where is None or "\n" in text:
        return []
    cuts, depth = [where.end()], 0
    for sign in _SEPARATORS.finditer(text, where.end()):
        depth += (sign[0] in _OPENING) - (sign[0] in _CLOSING)
        if depth == 0 and sign[0] not in _CLOSING:
            cuts += sign.span()
    cuts.append(len(text))
    lines = [(start, text[start:end] + "\n") for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    words = [_WORDS.findall(line) for _, line in lines]
    places = {names[0]: place for names, place in zip(words, lines, strict=True)}
    uses = {name: places.keys() & {*rest} for name, *rest in words}
    used = set(_WORDS.findall(text[: where.start()])).union(*uses.values())
    try:
        order = list(TopologicalSorter(uses).static_order())
    except CycleError:
        return []
    if len(places) < len(lines) or not used.issuperset(places):
        return []
    return [*(places[name] for name in order), (0, text[: where.start()])]


def python_tree(text: str) -> ast.Module | None:
    """Return the tree of a text that is code in Python, nothing for another text.

    >>> python_tree("x @ A @ x") is None, python_tree("x'*A*x") is None, python_tree("A*x") is None
    (False, True, True)
    """
    if len(text) > MAX_CODE or not may_be_python(text):
        return None
    source = CodeText(text).source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(tree))
    if not tree.body or any(isinstance(node, _UNUSED_OPERATORS) for node in nodes):
        return None
    users = [node for node in nodes if isinstance(node, ast.BinOp | ast.Expr | ast.Assign)]
    values = [part for node in users for part in ast.iter_child_nodes(node)]
    if any(_is_between_primes(value, source) for value in values):
        return None
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    return tree if all(map(_NAME.fullmatch, names)) and set(names) <= set(_WORDS.findall(text)) else None


def _is_between_primes(node: ast.AST, source: str) -> bool:
    """Return whether a text in quotes is two transposes and what is between them, as in ``b'@x + b'@y``."""
    if not isinstance(node, ast.Constant | ast.JoinedStr):
        return False
    return _PREFIXED.match(ast.get_source_segment(source, node) or "") is not None
