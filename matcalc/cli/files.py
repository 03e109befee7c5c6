"""Files that the command line reads: plain ones, never pipes and devices, which may not end."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from matcalc.cli.streams import MAX_INPUT, decoded, standard_input
from matcalc.errors import MatcalcError


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
    found = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise _unreadable(path, "it has no answers")
    return found


def _text(path: str) -> str:
    try:
        with opened(path) as file:
            data = file.read(MAX_INPUT + 1)
    except OSError as error:
        raise _unreadable(path, (error.strerror or "it cannot be opened").lower()) from None
    except ValueError:
        raise _unreadable(path, "this is no name of a file") from None
    if len(data) > MAX_INPUT:
        raise _unreadable(path, f"it has more than {MAX_INPUT:,} bytes")
    try:
        return decoded(data)
    except ValueError as error:
        raise _unreadable(path, f"it {error}") from None


def _unreadable(path: str, why: str) -> MatcalcError:
    help_text = "give a text file in UTF-8 with an answer in each line, or - for standard input"
    return MatcalcError("E405", f"the answers cannot be read: {path}: {why}", help=help_text)
