"""Standard input, output and error, files that are read, and the progress bar."""

from __future__ import annotations

import codecs
import os
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO, TextIO

from matcalc.errors import MatcalcError, visible
from matcalc.language.syntax import MAX_LENGTH

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


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
    marked = next((coding for mark, coding in _MARKS.items() if data.startswith(mark)), None)
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


def opened(path: str) -> BinaryIO:
    """Return a plain file, opened for reading; raises ``OSError`` for anything else, without waiting."""
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(None, "it is a pipe or a device, not a file", path)
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def answers_in(path: str) -> list[tuple[int, str]]:
    """Return the answers in a file, one in each line that is not blank, with the numbers of their lines.

    ``-`` is standard input. Raises E405 for a file that cannot be read, is too long, has no answers, or is
    not in UTF-8, or in UTF-16 with its mark.
    """
    text = standard_input() if path == "-" else _text(path)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    answers = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not answers:
        raise _unreadable(path, "it has no answers")
    return answers


def _text(path: str) -> str:
    try:
        with opened(path) as file:
            data = file.read(MAX_INPUT + 1)
    except OSError as error:
        raise _unreadable(path, (error.strerror or "it cannot be opened").lower()) from None
    except ValueError:
        raise _unreadable(path, "this is not a file name") from None
    if len(data) > MAX_INPUT:
        raise _unreadable(path, f"it has more than {MAX_INPUT:,} bytes")
    try:
        return decoded(data)
    except ValueError as error:
        raise _unreadable(path, f"it {error}") from None


def _unreadable(path: str, why: str) -> MatcalcError:
    help_text = "give a text file in UTF-8 with an answer in each line, or - for standard input"
    return MatcalcError("E405", f"the answers cannot be read: {path}: {why}", help=help_text)


#: Seconds before the bar appears: most work is done sooner.
DELAY = 0.5
#: Seconds between two drawings.
PAUSE = 0.1


@contextmanager
def progress_shown(*, steady: bool = True) -> Iterator[None]:
    """Show a bar on standard error while work lasts, if that is a terminal.

    It moves between the parts of the work, and if ``steady`` its clock does always, which a measurement of
    time would notice.
    """
    err = sys.stderr
    if err is None or not err.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from matcalc.numeric.progress import progress_told

    bar = _Bar(steady=steady)
    try:
        with progress_told(bar.move):
            yield
    finally:
        bar.close()


class _Bar:
    """A bar that appears after a while, from a thread of its own, as the first part may be the long one."""

    def __init__(self, *, steady: bool):
        self.steady = steady
        self.lock = Lock()
        self.position: tuple[str, int, int] | None = None
        self.shown: tuple[Progress, TaskID] | None = None
        self.closed = False
        self.drawn = 0.0
        self.timer = Timer(DELAY, self.show)
        self.timer.daemon = True
        self.timer.start()

    def move(self, what: str, done: int, total: int) -> None:
        """Say how far the work has come."""
        with self.lock:
            self.position = what, done, total
            self._update()

    def show(self) -> None:
        """Make the bar appear, unless the work is done."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        with self.lock:
            if self.closed:
                return
            # The streams stay as they are: what is written to a pipe has nothing to do with the bar.
            bar = Progress(
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                console=Console(stderr=True), transient=True, auto_refresh=self.steady,
                redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            bar.start()
            self.shown = bar, bar.add_task("", total=None)
            self._update()

    def _update(self) -> None:
        if self.shown is not None and self.position is not None:
            (bar, task), (what, done, total) = self.shown, self.position
            late = monotonic() > self.drawn + PAUSE
            bar.update(task, description=what, completed=done, total=total, refresh=late)
            self.drawn = monotonic() if late else self.drawn

    def close(self) -> None:
        """Remove the bar, or see to it that none appears."""
        with self.lock:
            self.closed = True
            self.timer.cancel()
            if self.shown is not None:
                self.shown[0].stop()
