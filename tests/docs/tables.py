"""The parts of the documents that are written from the tables of the engine.

``python -m tests.docs.tables`` writes them anew, the pages of the functions included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from matcalc.errors import CODES
from matcalc.functions import PROPERTIES, implied
from matcalc.language.counterevidence import EVIDENCE, NEVER
from matcalc.language.declarations import FACTS, SHAPES, SQUARE
from matcalc.language.evidence import LETTERS
from matcalc.language.juxtaposition import FACTS as FACTS_OF_LETTERS
from tests.docs.pages import pages

ROOT = Path(__file__).parents[2]
LANGUAGE, READING, FORMS = (ROOT / "docs" / f"{name}.md" for name in ("language", "reading", "forms"))
PAGES = ROOT / "docs" / "functions"


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
    for one in EVIDENCE:
        what = one.what.replace("|", r"\|")
        rows.append(f"| {what} | {one.weight if one.weight < NEVER else 'never'} |")
    return "\n".join(rows)


def juxtaposition() -> str:
    """Return the table of what speaks for a product of letters side by side, or for one name."""
    return "\n".join(
        ["| letters | weight |", "|---|---|", *(f"| {one.what} | {one.weight} |" for one in FACTS_OF_LETTERS)]
    )


def kinds() -> str:
    """Return the table of what variables may be declared to be."""
    sizes = {"scalar": "", "matrix": "(m,n)"}
    meanings = SHAPES | {one.name: one.doc for one in PROPERTIES if one.name in SQUARE}
    rows = [f"| `{kind}{sizes.get(kind, '(n)')}` | {meaning} |" for kind, meaning in meanings.items()]
    return "\n".join(["| kind | is |", "|---|---|", *rows])


def facts() -> str:
    """Return the table of what may be said of variables besides."""
    of = {"vector": "a vector", "entries": "anything"}
    rows = [f"| `{one.name}` | {of[one.declares]} | {one.doc} |" for one in PROPERTIES if one.name in FACTS]
    return "\n".join(["| word | of | says |", "|---|---|---|", *rows])


def structures() -> str:
    """Return the table of gradients with respect to variables whose entries depend on each other."""
    rows = ["| declared | projected (the default) | entrywise |", "|---|---|---|"]
    for one in PROPERTIES:
        if one.discrete:
            rows.append(f"| `{one.name}` | none: a {one.discrete} cannot vary | none |")
        elif one.projected:
            alike = [p for p in PROPERTIES if p.declares and not (p.projected or p.discrete)]
            names = ", ".join(f"`{p.name}`" for p in (one, *alike) if one.name in implied([p.name]))
            special = f", the {one.gradient} gradient" * (one.gradient not in ("projected", "symmetrised"))
            entrywise = f"`{one.entrywise}`" if one.entrywise else "none"
            rows.append(f"| {names} | `{one.projected}`{special} | {entrywise} |")
    return "\n".join(rows)


#: What stands between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``.
TABLES: dict[Path, dict[str, Callable[[], str]]] = {
    LANGUAGE: {
        "kinds": kinds,
        "facts": facts,
        "errors": codes,
    },
    READING: {
        "letters": letters,
        "evidence": evidence,
        "juxtaposition": juxtaposition,
    },
    FORMS: {"structures": structures},
}


def with_tables(page: Path) -> str:
    """Return the text of a page with its tables as they are now."""
    text = page.read_text(encoding="utf-8")
    for name, table in TABLES[page].items():
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
    for page in TABLES:
        page.write_text(with_tables(page), encoding="utf-8")
    write_pages()
