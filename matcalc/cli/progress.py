"""The bar that shows how far long work has come: on a terminal only, and gone when the work is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

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
