"""The parts of the documents that are written from the tables of the engine.

``python -m tests.docs.tables`` writes them anew, the pages of the functions included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from matcalc.errors import CODES
from matcalc.functions import FUNCTIONS
from matcalc.language.evidence import EVIDENCE, LETTERS, NEVER
from tests.docs.pages import pages

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "docs" / "language.md"
PAGES = ROOT / "docs" / "functions"


def functions() -> str:
    """Return the table of all functions, aliases and signatures included."""
    rows = ["| function | signature | value | example |", "|---|---|---|---|"]
    for entry in FUNCTIONS:
        names = ", ".join(
            [f"[`{entry.name}`](functions/{entry.name}.md)", *(f"`{a}`" for a in entry.aliases)]
        )
        value, wrt, derivative = entry.shown
        example = f"`{value}` by `{wrt}`: `{derivative}`"
        rows.append(f"| {names} | `{entry.signature}` | {entry.doc} | {example} |")
    return "\n".join(rows)


def codes() -> str:
    """Return the table of all error codes."""
    rows = ["| code | meaning | exit code |", "|---|---|---|"]
    rows += [f"| {name} | {code.title} | {code.exit_code} |" for name, code in CODES.items()]
    return "\n".join(rows)


def letters() -> str:
    """Return the table of what names usually are, and what anything else weighs."""
    rows = ["| name | default | scalar | vector | matrix |", "|---|---|---|---|---|"]
    for letter in LETTERS:
        weights = {letter.default: 0, **letter.weights}
        cells = [str(weights.get(kind, "never")) for kind in ("scalar", "vector", "matrix")]
        rows.append(f"| {letter.names} | {letter.default} | {' | '.join(cells)} |")
    return "\n".join(rows)


def evidence() -> str:
    """Return the table of what people do not write, with its weights."""
    rows = ["| evidence | weight |", "|---|---|"]
    rows += [f"| {one.what} | {one.weight if one.weight < NEVER else 'never'} |" for one in EVIDENCE]
    return "\n".join(rows)


#: What stands between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``.
TABLES: dict[str, Callable[[], str]] = {
    "functions": functions,
    "codes": codes,
    "letters": letters,
    "evidence": evidence,
}


def with_tables(text: str) -> str:
    """Return the text with its tables as they are now."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        assert text.count(begin) == text.count(end) == 1, f"{begin} and {end} mark one table"
        between = re.compile(re.escape(begin) + ".*" + re.escape(end), re.DOTALL)
        written = f"{begin}\n\n{table()}\n\n{end}"
        text = between.sub(lambda _, written=written: written, text)  # type: ignore[misc]  # the default binds the loop's value
    return text


def write_pages() -> None:
    """Write the page of each function, and remove those of functions that are no more."""
    PAGES.mkdir(exist_ok=True)
    wanted = pages()
    for path in PAGES.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    LANGUAGE.write_text(with_tables(LANGUAGE.read_text(encoding="utf-8")), encoding="utf-8")
    write_pages()
