"""Standard input, output and error: how text gets in and out, whatever encoding and device they have."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from matcalc.errors import MatcalcError, visible
from matcalc.language.reader import MAX_LENGTH

#: The exit code when the reader of a pipe has gone: what a shell shows of a program that SIGPIPE ends.
PIPE_CLOSED = 141
#: Bytes that are read from standard input, and from a file of answers: more is refused.
MAX_INPUT = 4 * MAX_LENGTH
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_STYLES = {"error": "bold red", "help": "cyan", "✓": "green", "✗": "bold red"}
_UTF8_HELP = "set PYTHONIOENCODING=utf-8"
_RAISED = zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵐᵏˡᵖʳˢᵗᵘᵛ", "0123456789nmklprstuv", strict=True)
#: What is written instead of characters that an encoding lacks. Letters in names become escapes: é is not e.
_PLAIN = {raised: f"^{plain}" for raised, plain in _RAISED} | {
    "∈": "in", "ℝ": "R", "×": "x", "→": "->", "↦": "|->", "✓": "ok:", "✗": "WRONG:", "µ": "u", "‖": "||",
    "·": "*", "│": "|", "└": "`", "├": "|", "\N{REPLACEMENT CHARACTER}": "?", "—": "-", "–": "-", "’": "'",
}  # fmt: skip


class PipeClosed(Exception):
    """Nobody reads what is written any more, as after ``| head -1``."""


@contextmanager
def failures() -> Iterator[None]:
    """Turn what the system says of reading and writing into ``PipeClosed`` and E406."""
    try:
        yield
    except BrokenPipeError:
        raise PipeClosed from None
    except OSError as error:
        about = f" ({error.filename})" if isinstance(error.filename, str) else ""
        what = (error.strerror or str(error) or type(error).__name__).lower()
        raise MatcalcError("E406", f"reading or writing failed: {what}{about}") from None


def prepare() -> None:
    """Let no stream replace characters by question marks: what is printed has been checked to fit.

    Raises E406 if standard output is closed.
    """
    _output()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def finish() -> None:
    """Write what is still in the buffers; raises as :func:`failures` does."""
    with failures():
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()


def abandon() -> None:
    """Send what streams that fail still hold to nowhere, so that Python does not try again at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def answer(text: str, plain: Callable[[], str] | None = None, *, end: str = "\n") -> None:
    """Print a result to standard output.

    If its encoding lacks a character, ``plain`` gives the text to print instead, with a note. Raises E406 if
    that does not fit either.
    """
    out = _output()
    if not _fits(text, out):
        missing, shown = _missing(text, out), None if plain is None else plain()
        if shown is None or not _fits(shown, out):
            message = f"standard output, in {out.encoding}, has no {missing}"
            raise MatcalcError("E406", message, help=_UTF8_HELP)
        say(f"note: this is the plain form; standard output, in {out.encoding}, has no {missing}")
        text = shown
    out.write(text + end)


def document(text: str, *, end: str = "\n") -> None:
    """Print a document for other programs to standard output: in UTF-8, whatever its encoding is."""
    out = _output()
    if hasattr(out, "buffer"):
        out.flush()
        out.buffer.write((text + end).encode("utf-8", "backslashreplace"))
    else:
        out.write(text + end)


def legible(text: str, stream: TextIO | None = None, about: str = "") -> str:
    """Return a text that fits a stream, standard output if none is given, and can still be read.

    Characters of what it is ``about`` are named by their escapes.
    """
    stream = _output() if stream is None else stream
    if _fits(text, stream):
        return text
    named = escapes(about, stream)
    return "".join(named.get(char) or _legible(char, stream) for char in text)


def _legible(char: str, stream: TextIO) -> str:
    if _fits(char, stream):
        return char
    return _PLAIN.get(char) or _escape(char)


def _escape(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode()


def escapes(source: str, stream: TextIO | None) -> dict[str, str]:
    """Return escapes of the characters of a text that a stream lacks, which no others are taken for."""
    if stream is None or _fits(source, stream):
        return {}
    return {char: _escape(char) for char in source if char.isprintable() and not _fits(char, stream)}


def say(text: str, about: str = "") -> None:
    """Print to standard error, in colour if that is a terminal.

    Characters of the text that it is ``about`` are named by their escapes where the stream lacks them.
    """
    err = sys.stderr
    if err is None:
        return
    style = next((s for start, s in _STYLES.items() if text.startswith(start)), "")
    text = legible("\n".join(map(visible, text.split("\n"))), err, about)
    if err.isatty():
        from rich.console import Console
        from rich.text import Text

        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text, style=style))
    else:
        print(text, file=err)


def standard_input() -> str:
    """Return what standard input has.

    It is in the encoding that Python gives it, in UTF-8 if that is ASCII, in UTF-16 if it begins with the
    mark of that. Raises E406 if it cannot be read or decoded, E108 if it does not end in time.
    """
    if sys.stdin is None:
        raise MatcalcError("E406", "standard input is closed")
    with failures():
        data = getattr(sys.stdin, "buffer", sys.stdin).read(MAX_INPUT + 1)
    if len(data) > MAX_INPUT:
        raise MatcalcError("E108", f"standard input has more than {MAX_INPUT:,} bytes")
    if isinstance(data, str):
        return data
    try:
        return decoded(data, sys.stdin.encoding)
    except ValueError as error:
        raise MatcalcError("E406", f"standard input {error}", help="write it in UTF-8") from None


def decoded(data: bytes, encoding: str = "utf-8") -> str:
    """Return the text of some bytes; raises ``ValueError`` with the reason if they are none.

    >>> decoded("ν".encode("utf-8-sig")), decoded("ν".encode("utf-16")), decoded(b"x'*y")
    ('ν', 'ν', "x'*y")
    """
    name = codecs.lookup(encoding).name
    marked = next((one for mark, one in _MARKS.items() if data.startswith(mark)), None)
    codec = marked or ("utf-8" if name == "ascii" else name)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = codec.removesuffix("-sig").upper()
        what = f"is not {shown}: line {line} has the byte 0x{data[error.start]:02x}"
        raise ValueError(what) from None


def _output() -> TextIO:
    if sys.stdout is None:
        raise MatcalcError("E406", "standard output is closed")
    return sys.stdout


def _fits(text: str, stream: TextIO) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _missing(text: str, stream: TextIO) -> str:
    """Return the first character that the stream lacks by its number and name: the note may lack it, too."""
    char = next(char for char in text if not _fits(char, stream))
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X}{name and f' ({name})'}"
