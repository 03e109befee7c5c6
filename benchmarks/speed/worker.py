"""One contender in a process of its own: it takes commands from standard input and times calls.

Run by :mod:`benchmarks.speed.run`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.contenders import CONTENDERS, Ready

#: Calls shorter than this are timed several at a time.
SHORT = 2e-4


def _setup(
    name: str, problem: str, quantity: str, n: int, folder: str
) -> tuple[Ready | None, dict[str, Any]]:
    ready = CONTENDERS[name](problem, quantity, n)
    if ready is None:
        return None, {"none": True}
    start = time.perf_counter()
    value = ready.call()
    first = time.perf_counter() - start
    start = time.perf_counter()
    ready.call()
    second = time.perf_counter() - start
    path = str(Path(folder) / f"{name.replace(' ', '_')}.npy")
    np.save(path, np.asarray(ready.as_array(value), dtype=float))
    return ready, {"made_in": ready.made_in, "first": first, "estimate": second, "value": path}


def _block(ready: Ready, seconds: float, estimate: float) -> float:
    """Return the median time of a call in one block of calls."""
    call, clock, times = ready.call, time.perf_counter, []
    call()
    if estimate < SHORT:
        count = max(1, min(2000, int(seconds / 5 / estimate)))
        for _ in range(5):
            start = clock()
            for _ in range(count):
                call()
            times.append((clock() - start) / count)
    else:
        for _ in range(max(1, min(50, int(seconds / estimate)))):
            start = clock()
            call()
            times.append(clock() - start)
    return float(np.median(times))


def main() -> None:
    """Answer commands, one JSON document in each line."""
    warnings.filterwarnings("ignore")
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    ready: Ready | None = None
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            command = json.loads(line)
            try:
                if command["do"] == "setup":
                    ready = None
                    gc.collect()
                    ready, answer = _setup(
                        command["contender"], command["problem"], command["quantity"], command["n"], folder
                    )
                else:
                    assert ready is not None
                    gc.collect()
                    gc.disable()
                    answer = {"time": _block(ready, command["seconds"], command["estimate"])}
                    gc.enable()
            except Exception as error:  # whatever one contender raises stands in its cell; the run goes on
                answer = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
            out.write(json.dumps(answer) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
