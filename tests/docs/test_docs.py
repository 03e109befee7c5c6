"""The documents say what is there: functions, modules, kinds, options, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import matcalc as mc
from matcalc.cli.main import command
from matcalc.errors import CODES
from matcalc.functions import FUNCTIONS, Function
from matcalc.language.declarations import FACTS, KINDS
from tests.docs.pages import pages
from tests.docs.tables import LANGUAGE, PAGES, ROOT, TABLES, with_tables

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.md")])
COMMANDS = (
    'pip install . && matcalc diff "1/2*||W^T W x - x||^2" --wrt W',
    "pip install -e '.[test]' && pytest",
)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def between(text: str, name: str) -> str:
    """Return what stands between two marks."""
    return text.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]


def rows(table: str) -> list[list[str]]:
    """Return the cells of a table's rows, without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def code_in(cell: str) -> list[str]:
    """Return what stands in backticks; a bar is escaped in tables."""
    return [text.replace(r"\|", "|") for text in re.findall(r"`([^`]+)`", cell)]


# README


def test_readme_has_the_two_commands_and_no_others() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", read("README.md"), re.DOTALL)
    assert tuple(block.strip() for block in blocks) == COMMANDS


# The language


@pytest.mark.parametrize("page", TABLES, ids=lambda page: page.name)
def test_tables_are_those_of_the_engine(page: Path) -> None:
    assert with_tables(page) == page.read_text(encoding="utf-8"), "run: python -m tests.docs.tables"


def test_pages_of_functions_are_those_of_the_tables() -> None:
    wanted = pages()
    assert {path.name for path in PAGES.iterdir()} == wanted.keys(), "run: python -m tests.docs.tables"
    for name, text in wanted.items():
        kept = (PAGES / name).read_text("utf-8")
        assert kept == text, f"{name}: run: python -m tests.docs.tables"


def test_names_of_pages_differ_in_more_than_capitals() -> None:
    """On some file systems they would be one file."""
    assert len({name.lower() for name in pages()}) == len(pages())


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: f"{entry.name}: {entry.signature}")
def test_every_function_is_listed_with_its_aliases_and_signature(entry: Function) -> None:
    listed = [(code_in(row[0]), code_in(row[1])) for row in rows((PAGES / "index.md").read_text("utf-8"))]
    assert ([entry.name, *entry.aliases], [entry.signature]) in listed


@pytest.mark.parametrize("table", ["operators", "bars"])
def test_spellings_in_one_row_mean_the_same(table: str) -> None:
    for meaning, cell in rows(between(LANGUAGE.read_text("utf-8"), table)):
        spellings = code_in(cell)
        first = mc.parse(spellings[0])
        for spelling in spellings[1:]:
            assert mc.parse(spelling).node is first.node, f"{meaning}: {spelling} and {spellings[0]}"


def test_every_kind_is_listed_and_can_be_declared() -> None:
    text = LANGUAGE.read_text("utf-8")
    listed = [code_in(row[0])[0] for row in rows(between(text, "kinds"))]
    assert [kind.split("(")[0] for kind in listed] == list(KINDS)
    for kind in listed:
        assert mc.parse("sum(A)", {"A": kind}).variables == {"A": kind}
    assert all(f"`{fact}`" in text for fact in FACTS)


# The command line


def test_every_option_is_described() -> None:
    text = read("docs/command-line.md")
    for subcommand in command.commands.values():
        for parameter in subcommand.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                if option.startswith("-"):
                    assert f"`{option}" in text, f"{subcommand.name} {option}"
            for choice in getattr(parameter.type, "choices", ()):
                assert f"`{parameter.opts[0]} {choice}`" in text


def test_every_exit_code_is_described() -> None:
    listed = {int(row[0]) for row in rows(read("docs/command-line.md").split("## Exit codes")[1])[:8]}
    assert listed == {0, 1} | {code.exit_code for code in CODES.values()}


# The architecture


def test_files_that_the_architecture_names_exist() -> None:
    paths = re.findall(r"`((?:\w+/)+(?:\w+\.(?:py|lark))?)`", read("ARCHITECTURE.md"))
    assert len(paths) > 10
    for path in paths:
        assert (ROOT / path).exists() or (ROOT / "matcalc" / path).exists(), path


def test_constants_that_the_architecture_names_exist() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "matcalc").rglob("*.py"))
    for name in re.findall(r"`([A-Z]+_[A-Z_]+|[a-z]+_[a-z_]+)`", read("ARCHITECTURE.md")):
        assert re.search(rf"\b{name}\b", source), name


# Links


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as they are made from the text."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(document: Path) -> None:
    for target in _LINK.findall(document.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


def test_every_page_is_in_the_index() -> None:
    index = read("docs/index.md")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in index, page.name
