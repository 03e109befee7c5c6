"""Time all contenders on all problems: ``python -m benchmarks.speed.run --out speed.json``.

One process for each contender, one of them active at a time, blocks of calls in random order, medians of the
medians of blocks; one thread, float64. All values are compared with those of the first contender.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.contenders import CONTENDERS
from benchmarks.speed.problems import PROBLEMS
from benchmarks.speed.table import goals, table

#: Settings of OpenBLAS that some machines come with and that slow it down.
_UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


#: Of problems up to this size data are made so often.
SMALL, SETUPS = 64, 3


class Worker:
    """The process of one contender."""

    def __init__(self, name: str):
        self.name = name
        environment = {key: value for key, value in os.environ.items() if key not in _UNSET}
        environment |= dict.fromkeys(_THREADS, "1") | {"JAX_PLATFORMS": "cpu"}
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.speed.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, text=True,
        )  # fmt: skip
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.process.pid, {max(os.sched_getaffinity(0))})

    def ask(self, **command: Any) -> dict[str, Any]:
        """Return the answer to a command."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the process has ended"}
        return answer


def measure(
    workers: Sequence[Worker], problem: str, quantity: str, n: int, rounds: int, seconds: float
) -> dict[str, Any]:
    """Return the times of one quantity of one problem, by contender.

    Small arrays may lie in the cache so that they are in each other's way, which doubles all times until they
    lie elsewhere: of small problems the data are made several times.
    """
    found: dict[str, Any] = {}
    for _ in range(SETUPS if n <= SMALL else 1):
        _set_up(workers, found, problem, quantity, n)
        _time(workers, found, rounds, seconds)
    for own in found.values():
        if own.get("blocks"):
            own["time"] = float(np.median([np.median(blocks) for blocks in own.pop("blocks")]))
    return found


def _set_up(workers: Sequence[Worker], found: dict[str, Any], problem: str, quantity: str, n: int) -> None:
    """Make the data and the functions of all contenders, and compare what they return."""
    reference = None
    for worker in workers:
        answer = worker.ask(do="setup", contender=worker.name, problem=problem, quantity=quantity, n=n)
        if answer.get("none"):
            continue
        if "error" in answer:
            found[worker.name] = answer
            continue
        value = np.load(answer.pop("value"))
        reference = value if reference is None else reference
        scale = np.max(np.abs(reference)) or 1.0
        answer["error_found"] = float(np.max(np.abs(value.reshape(reference.shape) - reference)) / scale)
        blocks = found.get(worker.name, {}).get("blocks", [])
        found[worker.name] = {**answer, **found.get(worker.name, {}), "blocks": [*blocks, []]}
        found[worker.name]["estimate"] = answer["estimate"]


def _time(workers: Sequence[Worker], found: dict[str, Any], rounds: int, seconds: float) -> None:
    """Time blocks of calls in random order."""
    for number in range(rounds):
        running = [worker for worker in workers if "blocks" in found.get(worker.name, {})]
        for worker in random.sample(running, len(running)):
            own = found[worker.name]
            if own["estimate"] * number > 4 * seconds * rounds:
                continue  # long calls vary little
            time.sleep(0.002)
            answer = worker.ask(do="block", seconds=seconds, estimate=own["estimate"])
            if "time" in answer:
                own["blocks"][-1].append(answer["time"])
                own["estimate"] = answer["time"]


def main() -> None:
    """Measure what the arguments ask for, print tables and write the times as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--problems", default=",".join(PROBLEMS))
    parser.add_argument("--quantities", default="value,gradient,hessian,hvp")
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--largest", type=int, default=10**6, help="the largest size")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.03, help="how long a block takes")
    options = parser.parse_args()
    random.seed(1)
    workers = [Worker(name) for name in options.contenders.split(",")]
    rows = []
    for problem in options.problems.split(","):
        for quantity, sizes in PROBLEMS[problem].sizes.items():
            for n in sizes if quantity in options.quantities.split(",") else ():
                if n <= options.largest:
                    times = measure(workers, problem, quantity, n, options.rounds, options.seconds)
                    rows.append({"problem": problem, "quantity": quantity, "n": n, "times": times})
                    options.out.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
                    print(table(rows[-1:]).splitlines()[-1], flush=True)
    print(f"\n{table(rows)}\n\n{goals(rows)}")


if __name__ == "__main__":
    main()
