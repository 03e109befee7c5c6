"""The pages of the reference under ``docs/functions/``, one for each name, written from the tables."""

from __future__ import annotations

import re

from matcalc.api.reference import Reference, condition_of
from matcalc.functions import BY_OPERATION, FUNCTIONS, Law

NAMES = tuple(dict.fromkeys(entry.name for entry in FUNCTIONS))


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    return {"index.md": index(), **{f"{name}.md": page(name) for name in NAMES}}


def index() -> str:
    """Return the list of all functions."""
    lines = [
        "# Functions",
        "",
        "Each page has the derivative of a function, where it holds, its source and an example, as",
        "`matcalc functions NAME` has.",
        "",
        "In a signature `()` is a scalar, `(n)` a column vector, and `(m,n)` stands for any shape. A",
        "nonlinear function has a differential, in which `dX` is that of the argument `X`. A linear function",
        "has an adjoint, which takes the gradient `G` with respect to the value to that with respect to the",
        "argument.",
        "",
        "| function | signature | value | example |",
        "|---|---|---|---|",
    ]
    for entry in FUNCTIONS:
        names = ", ".join([f"[`{entry.name}`]({entry.name}.md)", *(f"`{name}`" for name in entry.aliases)])
        value, wrt, derivative = entry.shown
        example = f"`{value}` with respect to `{wrt}`: `{derivative}`"
        lines.append(f"| {names} | `{entry.signature}` | {plain(entry.doc)} | {example} |")
    return "\n".join(lines) + "\n"


def page(name: str) -> str:
    """Return the page of all functions with this name, which differ in what they take."""
    entries = [Reference(entry) for entry in BY_OPERATION[name]]
    lines = [f"# {name}", ""]
    for entry in entries:
        if len(entries) > 1:
            lines += [f"## `{entry.entry.signature}`", ""]
        lines += section(entry)
    laws = entries[0].laws
    if laws:
        lines += ["## Laws", "", "Applied from left to right.", "", *law_rows(laws), ""]
    lines.append("[All functions](index.md)")
    return "\n".join(lines) + "\n"


def section(of: Reference) -> list[str]:
    """Return what the page says of one entry."""
    lines = [plain(of.entry.doc), ""]
    for row in of.rows:
        code = row.code and row.label != "other names"
        names = ", ".join(f"`{name}`" for name in row.text.split(", "))
        text = f"`{row.text}`" if code else names if row.code else plain(row.text)
        lines.append(f"- {row.label}: {text}")
    example = [">>> import matcalc as mc", f'>>> print(mc.diff("{of.value}", wrt="{of.wrt}"))', of.derivative]
    return [*lines, "", "```python", *example, "", "```", ""]


def law_rows(laws: tuple[Law, ...]) -> list[str]:
    """Return the table of some laws."""
    rows = ["| law | is | if | source |", "|---|---|---|---|"]
    for law in laws:
        condition = condition_of(law)
        cell = f"`{condition}`" if condition else ""
        rows.append(f"| {law.name} | `{law.left} => {law.right}` | {cell} | {plain(law.source)} |")
    return rows


def plain(text: str) -> str:
    """Return text in which stars and underscores stand for themselves."""
    return re.sub(r"([*_\[\]])", r"\\\1", text)
