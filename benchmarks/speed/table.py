"""The times as tables of ratios to NumPy by hand: ``python -m benchmarks.speed.table speed.json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_COLUMNS = ("numpy", "jax's own", "jax", "torch.func", "torch")


def _time(row: Row, name: str) -> float | None:
    found = row["times"].get(name, {}).get("time")
    return None if found is None else float(found)


def ratio(row: Row, name: str, other: str) -> float | None:
    """Return how many times as long one contender takes as another."""
    one, two = _time(row, name), _time(row, other)
    return None if one is None or two is None else one / two


def _digits(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _duration(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def table(rows: Sequence[Row]) -> str:
    """Return a table in Markdown, a row for each quantity and size; ratios to NumPy by hand."""
    lines = [
        "| problem | quantity | n | by hand | " + " | ".join(_COLUMNS) + " |",
        "|---|---|---|---|" + "---|" * len(_COLUMNS),
    ]
    for row in rows:
        base = _time(row, "by hand")
        cells = [_text(ratio(row, name, "by hand")) for name in _COLUMNS]
        start = [row["problem"], row["quantity"], str(row["n"]), "" if base is None else _duration(base)]
        lines.append(f"| {' | '.join([*start, *cells])} |")
    return "\n".join(lines)


def _mean(values: Sequence[float]) -> float:
    return exp(sum(map(log, values)) / len(values)) if values else float("nan")


def _ratios(rows: Sequence[Row], name: str, other: str, where: Callable[[Row], bool]) -> list[float]:
    found = [ratio(row, name, other) for row in rows if where(row)]
    return [value for value in found if value is not None]


def goals(rows: Sequence[Row]) -> str:
    """Return the goals with what was measured: geometric means and the largest ratio."""
    middle = {"value", "gradient", "hvp", "hessian"}
    lines = []

    def line(what: str, name: str, other: str, where: Callable[[Row], bool]) -> None:
        values = _ratios(rows, name, other, where)
        if values:
            lines.append(
                f"{what}: geometric mean {_digits(_mean(values))}, largest {_digits(max(values))}, "
                f"{len(values)} cells"
            )

    line("numpy / by hand, n >= 256", "numpy", "by hand", lambda r: r["n"] >= 256 and r["quantity"] in middle)
    line("numpy / by hand, n = 64", "numpy", "by hand", lambda r: r["n"] == 64)
    for n in (64, 256):
        line(
            f"numpy / jax's own, gradient, n = {n}", "numpy", "jax's own",
            lambda r, n=n: r["quantity"] == "gradient" and r["n"] == n,
        )  # fmt: skip
    line("P5 numpy / jax's own, gradient, n = 1024", "numpy", "jax's own",
         lambda r: r["problem"] == "P5" and r["quantity"] == "gradient" and r["n"] == 1024)  # fmt: skip
    for n in (64, 256):
        for other in ("jax's own", "torch.func"):
            line(
                f"numpy / {other}, hessian, n = {n}", "numpy", other,
                lambda r, n=n: r["quantity"] == "hessian" and r["n"] == n,
            )  # fmt: skip
    line("jax / jax's own, gradient, n = 256", "jax", "jax's own",
         lambda r: r["quantity"] == "gradient" and r["n"] == 256)  # fmt: skip
    line(
        "jax / jax's own, hessian",
        "jax",
        "jax's own",
        lambda r: r["quantity"] == "hessian" and r["n"] in (64, 256),
    )
    for name in ("numpy", "jax", "torch"):
        made = [row["times"][name]["made_in"] for row in rows if "made_in" in row["times"].get(name, {})]
        first = [row["times"][name]["first"] for row in rows if "first" in row["times"].get(name, {})]
        if made:
            lines.append(
                f"{name}: function in {max(made) * 1e3:.1f} ms at most, first call in {max(first) * 1e3:.0f}"
            )
    errors = [one.get("error_found", 0.0) for row in rows for one in row["times"].values()]
    lines.append(f"largest difference from the values by hand: {max(errors):.1e}")
    return "\n".join(lines)


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["rows"]
    print(f"{table(found)}\n\n{goals(found)}")
