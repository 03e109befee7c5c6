"""``matcalc functions``: the list, and everything about each function."""

from __future__ import annotations

import json
import re

import pytest

import matcalc as mc
from matcalc.functions import BY_CALL, BY_OPERATION, ENTRIES, FUNCTIONS, LAWS, Function
from tests.cli.running import Run


def entry_id(entry: Function) -> str:
    return f"{entry.name}: {entry.signature}"


def test_all_functions_are_listed(run: Run) -> None:
    done = run("functions")
    assert done.code == 0 and done.err == ""
    lines = done.out.splitlines()
    assert len(lines) == len(FUNCTIONS)
    for line, entry in zip(lines, FUNCTIONS, strict=True):
        assert line.split()[0] == entry.name and entry.signature in line and line.endswith(entry.doc)


@pytest.mark.parametrize("entry", ENTRIES, ids=entry_id)
def test_everything_about_a_function_is_shown(run: Run, entry: Function) -> None:
    done = run("functions", entry.name)
    assert done.code == 0 and done.err == ""
    value, wrt, _ = entry.shown
    domain = entry.where.in_words() if entry.where else ""
    shown = (entry.name, entry.signature, entry.doc, *entry.aliases, entry.d, domain, entry.source)
    for text in (*shown, entry.facts, *entry.kept, *entry.adjoint.split(";"), value):
        assert text.strip() in done.out
    assert "example" in done.out and f"{value} with respect to {wrt}: {mc.diff(value, wrt)}\n" in done.out


@pytest.mark.parametrize("entry", FUNCTIONS, ids=entry_id)
def test_laws_that_mention_a_function_are_shown(run: Run, entry: Function) -> None:
    out = run("functions", entry.name).out
    for law in LAWS:
        text = f"{law.left} => {law.right}"
        mentioned = any(
            re.search(rf"\b{one.name}\(", text)
            for one in (*BY_OPERATION.get(entry.name, ()), *BY_CALL[entry.name])
        )
        assert bool(re.search(rf"(?<!\w){re.escape(text)}", out)) == mentioned


@pytest.mark.parametrize("name", BY_CALL)
def test_an_alias_shows_all_that_it_may_mean(run: Run, name: str) -> None:
    document = json.loads(run("functions", name, "--format", "json").out)
    found = [(one["name"], one["signature"]) for one in document["functions"]]
    entries = dict.fromkeys((*BY_OPERATION.get(name, ()), *BY_CALL[name]))
    assert found == [(entry.name, entry.signature) for entry in entries]


def test_json_document(run: Run) -> None:
    done = run("functions", "inverse", "--format", "json")
    document = json.loads(done.out)
    assert done.code == 0 and done.out.count("\n") == 1
    assert (document["schema"], document["ok"], document["diagnostics"]) == ("matcalc/1", True, [])
    [inv] = document["functions"]
    laws = inv.pop("laws")
    assert inv == {
        "name": "inv",
        "signature": "X: (n,n) -> (n,n)",
        "aliases": ["inverse"],
        "doc": "Inverse of a square matrix.",
        "differential": "-inv(X)*dX*inv(X)",
        "adjoints": {},
        "definition": "",
        "domain": "X is invertible",
        "requires": "",
        "facts": ["skew if X skew, X even-size"],
        "keeps": ["symmetric", "diagonal", "lower", "orthogonal", "spd", "circulant", "permutation"],
        "transpose": "equivariant",
        "cyclic": False,
        "latex": "X^{-1}",
        "typst": "X^(-1)",
        "source": "Petersen and Pedersen, The Matrix Cookbook (2012), (59)",
        "example": {"value": "a'*inv(X)*b", "wrt": "X", "derivative": "-inv(X)'*a*b'*inv(X)'"},
    }
    assert {"name", "left", "right", "condition", "source"} == set(laws[0])
    assert "inv(A*B)" in [law["left"] for law in laws]


def test_json_list(run: Run) -> None:
    document = json.loads(run("functions", "--format", "json").out)
    assert [one["name"] for one in document["functions"]] == [entry.name for entry in FUNCTIONS]


@pytest.mark.parametrize(
    ("name", "help_text"),
    [("tahn", "did you mean tanh?"), ("lgodet", "did you mean logdet?"), ("qqq", "lists all")],
)
def test_unknown_function(run: Run, name: str, help_text: str) -> None:
    done = run("functions", name)
    assert done.code == 3 and done.out == "" and "error[E105]" in done.err and help_text in done.err
    document = json.loads(run("functions", name, "--format", "json").out)
    assert document["ok"] is False and document["diagnostics"][0]["code"] == "E105"
