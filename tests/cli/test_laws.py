"""``matcalc laws``: all of them, those about a function, those in which a word occurs."""

from __future__ import annotations

import json
import re

import pytest

from matcalc.functions import BY_CALL, BY_OPERATION, CODE_LAWS, LAWS, Law
from tests.cli.running import Run


@pytest.mark.parametrize(("options", "laws"), [([], LAWS), (["--code"], CODE_LAWS)])
def test_all_laws_are_listed(run: Run, options: list[str], laws: tuple[Law, ...]) -> None:
    done = run("laws", *options)
    assert done.code == 0 and done.err == ""
    lines = done.out.splitlines()
    assert len(lines) == len(laws)
    for line, law in zip(lines, laws, strict=True):
        assert (
            line.startswith(law.name) and f"{law.left} => {law.right}" in line and line.endswith(law.source)
        )
        assert not law.when or f"if {law.when}" in line


@pytest.mark.parametrize("name", sorted(BY_CALL))
def test_laws_about_a_function(run: Run, name: str) -> None:
    names = {entry.name for entry in (*BY_CALL[name], *BY_OPERATION.get(name, ()))}
    wanted = [
        law.name
        for law in LAWS
        if names.intersection([law.head, *re.findall(r"[a-zA-Z]\w*", f"{law.left} {law.right}")])
    ]
    document = json.loads(run("laws", name, "--format", "json").out)
    assert [law["name"] for law in document["laws"]] == wanted
    done = run("laws", name)
    assert done.code == 0 and len(done.out.splitlines()) == len(wanted)
    assert wanted or done.err == f"no law mentions {name}\n"


@pytest.mark.parametrize(
    ("word", "least"),
    [("Higham", 2), ("higham", 2), ("orthogonal", 2), ("A square", 3), ("Q'*Q", 1), ("no such word", 0)],
)
def test_laws_in_which_a_word_occurs(run: Run, word: str, least: int) -> None:
    document = json.loads(run("laws", word, "--format", "json").out)
    assert document["schema"] == "matcalc/1" and document["ok"] is True
    assert len(document["laws"]) >= least and bool(document["laws"]) == bool(least)
    found = [law.name for law in LAWS if word.lower() in "\n".join(law.texts).lower()]
    assert [law["name"] for law in document["laws"]] == found


def test_laws_of_an_operation(run: Run) -> None:
    assert "Q'*Q => I(n)" in run("laws", "mul").out


def test_laws_of_generated_code_about_a_function(run: Run) -> None:
    found = json.loads(run("laws", "logdet", "--code", "--format", "json").out)["laws"]
    assert [law["name"] for law in found] == [law.name for law in CODE_LAWS if "logdet" in law.left]
