"""An error as text: the message, the lines concerned with carets and hanging labels, the notes, the help."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from matcalc.errors.span import Label

if TYPE_CHECKING:
    from matcalc.errors.error import MatcalcError

INDENT = "  "
WIDTH = 100  # columns of source shown at most
TAB = "    "
UNSHOWABLE = "\N{REPLACEMENT CHARACTER}"  # stands for control, invisible and lone surrogate characters


class _Mark(NamedTuple):
    """The part of a label that lies on one line; positions are characters or columns of that line."""

    start: int
    end: int
    primary: bool
    text: str


def render(error: "MatcalcError", spelled: Mapping[str, str] = MappingProxyType({})) -> str:
    """The error as it is shown to a person, without a newline at the end.

    ``spelled`` are texts for characters that cannot be shown, of the source and where the message names them.

    >>> from matcalc.errors import Label, MatcalcError, Span
    >>> labels = [Label(Span(2, 2), "an operand is missing")]
    >>> print(render(MatcalcError("E103", "the expression ends too early", source="A*", labels=labels)))
    error[E103]: the expression ends too early
      A*
        ^
        └ an operand is missing
    """
    named = str.maketrans(dict(spelled))
    labels = [label._replace(text=label.text.translate(named)) for label in error.labels]
    lines = _paragraph(f"error[{error.code}]: ", error.message.translate(named))
    lines += _excerpt(error.source.rstrip("\r\n"), labels, spelled)
    for note in error.notes:
        lines += _paragraph(INDENT, note.translate(named))
    if error.help:
        lines += _paragraph("help: ", error.help.translate(named))
    text = "\n".join(line.rstrip() for line in lines)
    return text.encode(errors="replace").decode()


def visible(text: str) -> str:
    """The text with signs for characters that would do something to a terminal instead of being seen.

    >>> print(visible("A*x\N{ESCAPE}[2J"))
    A*x�[2J
    """
    return "".join(map(_glyph, text))


def _paragraph(head: str, text: str) -> list[str]:
    """``text`` after ``head``, its further lines indented."""
    first, *rest = map(visible, text.splitlines() or [""])
    return [head + first, *(INDENT + line for line in rest)]


def _excerpt(source: str, labels: Sequence[Label], spelled: Mapping[str, str]) -> list[str]:
    """The lines that labels begin or end on, with their carets; ``…`` for lines left out between them."""
    if not source:
        return [INDENT + " ".join(label.text.splitlines()) for label in labels if label.text]
    lines = source.split("\n")
    marks: dict[int, list[_Mark]] = {}
    for label in labels:
        for number, mark in _place(source, label):
            marks.setdefault(number, []).append(mark)
    result: list[str] = []
    previous = None
    for number in sorted(marks):
        if previous is not None and number > previous + 1:
            result.append(INDENT + "…")
        result += (INDENT + line for line in _draw(lines[number], marks[number], spelled))
        previous = number
    return result


def _place(source: str, label: Label) -> Iterable[tuple[int, _Mark]]:
    """The marks of one label with the numbers of their lines: one, or two if it runs over several lines."""
    start = min(max(label.span.start, 0), len(source))
    end = min(max(label.span.end, start), len(source))
    first = source.count("\n", 0, start)
    last = first + source.count("\n", start, end)
    first_begin = source.rfind("\n", 0, start) + 1
    last_begin = source.rfind("\n", 0, end) + 1
    stop = end if last == first else source.index("\n", start)
    yield first, _Mark(start - first_begin, stop - first_begin, label.primary, label.text)
    if last > first and end > last_begin:
        yield last, _Mark(0, end - last_begin, label.primary, "")


def _draw(line: str, marks: Sequence[_Mark], spelled: Mapping[str, str]) -> list[str]:
    """The line, the carets under it, and the labels that hang from them."""
    glyphs = [spelled.get(char) or _glyph(char) for char in line]
    columns = [0]
    for glyph in glyphs:
        columns.append(columns[-1] + _width(glyph))
    placed = [_in_columns(mark, columns) for mark in marks]
    low, high = _window(columns[-1], next((mark for mark in placed if mark.primary), placed[0]))
    shown = _cut(glyphs, columns, low, high)
    last = high - low - (high < columns[-1])  # the column just after the last one, or that of the `…`
    placed = [_shifted(mark, low, last) for mark in placed]
    return [shown, _carets(placed), *_hanging(placed)]


def _glyph(char: str) -> str:
    """What is printed for a character of the source."""
    if char == "\t":
        return TAB
    if char.isprintable() or unicodedata.category(char) == "Zs":
        return char
    return UNSHOWABLE


def _width(glyph: str) -> int:
    """The number of columns that a glyph takes on a terminal."""
    if glyph.isascii():
        return len(glyph)
    if unicodedata.combining(glyph) or unicodedata.category(glyph) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(glyph) in ("W", "F") else 1


def _in_columns(mark: _Mark, columns: Sequence[int]) -> _Mark:
    """The mark in columns, at least one wide; one on a combining character starts under its base."""
    start = mark.start
    while 0 < start < len(columns) - 1 and columns[start] == columns[start + 1]:
        start -= 1
    left = columns[start]
    return mark._replace(start=left, end=max(columns[mark.end], left + 1))


def _window(total: int, focus: _Mark) -> tuple[int, int]:
    """The range of columns shown of a line of ``total`` columns: all, or ``WIDTH`` around the focus."""
    if total <= WIDTH:
        return 0, total
    margin = max((WIDTH - (focus.end - focus.start)) // 2, 10)
    low = min(max(focus.start - margin, 0), total - WIDTH)
    return low, low + WIDTH


def _cut(glyphs: Sequence[str], columns: Sequence[int], low: int, high: int) -> str:
    """The glyphs within the columns from ``low`` up to ``high``, with ``…`` for what is left out."""
    first = low + 1 if low > 0 else 0
    stop = high - 1 if high < columns[-1] else high
    inside = [i for i in range(len(glyphs)) if columns[i] >= first and columns[i + 1] <= stop]
    text = "".join(glyphs[i] for i in inside)
    if low > 0:
        text = "…" + " " * (columns[inside[0]] - first) + text  # a wide character may straddle the edge
    if high < columns[-1]:
        text += " " * (stop - columns[inside[-1] + 1]) + "…"
    return text


def _shifted(mark: _Mark, low: int, last: int) -> _Mark:
    """The mark in columns of the window; what lies outside is drawn at its edges."""
    start = min(max(mark.start - low, 0), last)
    return mark._replace(start=start, end=max(min(mark.end - low, last + 1), start + 1))


def _carets(marks: Sequence[_Mark]) -> str:
    """The line of carets; narrow marks are drawn over wide ones, and primary over secondary ones."""
    row = [" "] * max(mark.end for mark in marks)
    for mark in sorted(marks, key=lambda mark: (mark.start - mark.end, mark.primary)):
        row[mark.start : mark.end] = ("^" if mark.primary else "-") * (mark.end - mark.start)
    return "".join(row)


def _hanging(marks: Sequence[_Mark]) -> list[str]:
    """The labels' texts, from the rightmost to the leftmost, each under the start of its carets."""
    order = sorted((mark for mark in marks if mark.text), key=lambda mark: (-mark.start, mark.end))
    rows = []
    for i, mark in enumerate(order):
        waiting = {later.start for later in order[i + 1 :]}
        stems = "".join("│" if column in waiting else " " for column in range(mark.start))
        corner = "├" if mark.start in waiting else "└"
        rows.append(f"{stems}{corner} {' '.join(mark.text.splitlines())}")
    return rows


def write_lines(printer: Any, text: str) -> None:
    """Write a text of several lines with IPython's printer, each indented as what is around it."""
    for number, line in enumerate(text.splitlines()):
        if number:
            printer.break_()
        printer.text(line)


def show_in_console(result: object, printer: Any, cycle: bool) -> None:
    """Write the text of a result with IPython's printer; as ``_repr_pretty_`` it is what consoles call."""
    write_lines(printer, str(result))
