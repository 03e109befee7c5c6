"""Reading is fast: in calls of functions, of which there are about 1,600 in a millisecond."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import matcalc as mc
from matcalc.language import parse
from tests.counting import calls

DATA = Path(__file__).parents[1] / "data" / "questions.jsonl"
CASES = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
QUESTIONS = [case[field] for case in CASES for field in ("text", "paste") if field in case]
#: About 2, 10 and 200 milliseconds.
MEDIAN, NEARLY_ALL, LONGEST = 3_300, 16_000, 330_000
#: About a second.
MANY_NAMES = 1_600_000
#: Expressions of so many terms, with the number of names that each term adds.
FAMILIES: dict[str, tuple[int, Callable[[int], str]]] = {
    "terms of their own": (4, lambda i: f"c_{i}*||A_{i}*x_{i} - μ_{i}||^2"),
    "terms with shared names": (2, lambda i: f"x_{i}'*A_{i}*x_{i + 1}"),
    "products that may be scalars": (2, lambda i: f"a_{i}*x_{i}*b_{i + 1}"),
    "terms that are open": (2, lambda i: f"x_{i}*y_{i}"),
    "terms of one sum": (1, lambda i: f"v_{i}"),
    "products of matrices": (2, lambda i: f"A_{i}*B_{i}*C*x"),
}


def read(text: str) -> None:
    """Read a text, or refuse it."""
    with suppress(mc.MatcalcError):
        parse(text)


def test_questions_are_read_fast(summary: Callable[[str], None]) -> None:
    for text in QUESTIONS:
        read(text)  # what is read for the first time also loads tables
    counts = sorted(calls(lambda text=text: read(text)) for text in QUESTIONS)  # type: ignore[misc]
    median, most = counts[len(counts) // 2], counts[len(counts) * 95 // 100]
    summary(f"calls to read a question: median {median}, 95% below {most}, at most {counts[-1]}")
    assert median < MEDIAN and most < NEARLY_ALL and counts[-1] < LONGEST


@pytest.mark.parametrize("family", FAMILIES)
def test_many_names_are_read(family: str) -> None:
    """The search is bounded: what is twice as long takes about twice as much."""
    names, term = FAMILIES[family]
    counts = []
    read(term(0))
    for count in (100, 200):
        text = " + ".join(term(i) for i in range(count // names))
        counts.append(calls(lambda text=text: read(text)))  # type: ignore[misc]
    assert counts[1] < MANY_NAMES and counts[1] < 3 * counts[0], counts


@pytest.mark.parametrize(("sign", "letter"), [("/", "a"), ("./", "a"), ("*", "A"), ("\\", "A"), (".*", "x")])
def test_long_chains_are_read(sign: str, letter: str) -> None:
    """No sign is looked at once for each other one."""
    counts = []
    read(sign.join(f"{letter}{i}" for i in range(3)))
    for count in (100, 200):
        text = sign.join(f"{letter}{i}" for i in range(count))
        counts.append(calls(lambda text=text: read(text)))  # type: ignore[misc]
    assert counts[1] < MANY_NAMES and counts[1] < 3 * counts[0], counts
