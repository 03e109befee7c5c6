"""``matcalc functions`` and ``matcalc laws``: what the tables hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from matcalc.api.reference import Reference, condition_of, law_as_dict, laws_about, reference, summary
from matcalc.cli.options import OneValueCommand, format_option
from matcalc.cli.streams import answer, document, legible, say
from matcalc.functions import FUNCTIONS, Law


@click.command("functions", cls=OneValueCommand)
@click.argument("name", required=False)
@format_option("text", "json")
def functions_command(name: str | None, notation: str) -> int:
    """List all functions, or show everything about the function NAME.

    For example: matcalc functions logdet
    """
    if name is None:
        _print(notation, {"functions": [summary(entry) for entry in FUNCTIONS]}, _list)
    else:
        found = reference(name)
        content = [one.as_dict() for one in found] if notation == "json" else []
        _print(notation, {"functions": content}, lambda: "\n\n".join(map(described, found)))
    return 0


@click.command("laws", cls=OneValueCommand)
@click.argument("word", default="")
@click.option("--code", "of_code", is_flag=True, help="Those that generated code has beyond the others.")
@format_option("text", "json")
def laws_command(word: str, of_code: bool, notation: str) -> int:
    """List the laws: all, those that mention the function WORD, or those in which WORD occurs.

    For example: matcalc laws logdet
    """
    found = laws_about(word, of_code=of_code)
    if notation == "text" and not found:
        say(f"no law mentions {word}")
    else:
        _print(notation, {"laws": [law_as_dict(law) for law in found]}, lambda: _laws(found))
    return 0


def _print(notation: str, content: Mapping[str, Any], text: Callable[[], str]) -> None:
    if notation == "json":
        from matcalc.cli.document import SCHEMA, written

        document(written({"schema": SCHEMA, "ok": True, **content, "diagnostics": []}))
    else:
        shown = text()
        answer(shown, lambda: legible(shown))


def _list() -> str:
    lines = [(entry.name, entry.signature, entry.doc) for entry in FUNCTIONS]
    return "\n".join(_columns(lines))


def _laws(laws: list[Law]) -> str:
    lines = []
    for law in laws:
        condition = condition_of(law)
        lines.append(
            (law.name, f"{law.left} => {law.right}", f"if {condition}" * bool(condition), law.source)
        )
    return "\n".join(_columns(lines))


def described(of: Reference) -> str:
    """Return all that is known of a function, for a person to read."""
    rows = [(row.label, row.text) for row in of.rows]
    rows.append(("example", f"{of.value} by {of.wrt}: {of.derivative}"))
    for i, law in enumerate(of.laws):
        condition = f" if {condition_of(law)}" if condition_of(law) else ""
        text = f"{law.left} => {law.right}{condition}"
        rows.append(("laws" if i == 0 else "", f"{text}  ({law.name})"))
    return "\n".join([f"{of.call}: {of.entry.doc}", *("  " + line for line in _columns(rows))])


def _columns(lines: Sequence[tuple[str, ...]]) -> list[str]:
    """Return lines of cells under each other, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = [map(str.ljust, line, widths) for line in lines]
    return ["  ".join(cells).rstrip() for cells in padded]
